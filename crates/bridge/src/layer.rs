//! One layer's node: typed calls, receipts and heads.

use core::fmt;

use alloy_consensus::{Header, Sealed};
use alloy_eips::{BlockId, BlockNumHash, BlockNumberOrTag};
use alloy_primitives::{Address, B256, Bytes, Log, LogData, U256, address};
use alloy_sol_types::SolCall;
use l1::{Contract, L1Client};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{Error, revert};

/// In whose name messengers and portal show that what they call fails.
const ESTIMATION: Address = address!("0x0000000000000000000000000000000000000001");

/// One of the two chains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// The chain that settles.
    L1,
    /// The rollup.
    L2,
}

impl Layer {
    /// The one that transfers from here go to.
    pub const fn other(self) -> Self {
        match self {
            Self::L1 => Self::L2,
            Self::L2 => Self::L1,
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::L1 => "L1",
            Self::L2 => "L2",
        })
    }
}

/// A node of one layer. Headers are checked against their hashes; what contracts answer is believed.
#[derive(Clone, Debug)]
pub struct LayerClient {
    layer: Layer,
    client: L1Client,
}

/// The receipt of an included transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerReceipt {
    /// The transaction's hash.
    pub transaction: B256,
    /// The block that it is in.
    pub block: BlockNumHash,
    /// Whether it succeeded.
    pub success: bool,
    /// Gas that it used.
    pub gas_used: u64,
    /// What it logged, each with its index in the block.
    pub logs: Vec<(u64, Log)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReceiptJson {
    transaction_hash: B256,
    block_hash: B256,
    #[serde(with = "alloy_serde::quantity")]
    block_number: u64,
    #[serde(with = "alloy_serde::quantity")]
    status: u64,
    #[serde(with = "alloy_serde::quantity")]
    gas_used: u64,
    logs: Vec<LogJson>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LogJson {
    #[serde(with = "alloy_serde::quantity")]
    log_index: u64,
    address: Address,
    topics: Vec<B256>,
    data: Bytes,
}

impl LogJson {
    fn into_indexed(self) -> (u64, Log) {
        let data = LogData::new_unchecked(self.topics, self.data);
        (
            self.log_index,
            Log {
                address: self.address,
                data,
            },
        )
    }
}

impl From<ReceiptJson> for LayerReceipt {
    fn from(json: ReceiptJson) -> Self {
        Self {
            transaction: json.transaction_hash,
            block: BlockNumHash::new(json.block_number, json.block_hash),
            success: json.status != 0,
            gas_used: json.gas_used,
            logs: json.logs.into_iter().map(LogJson::into_indexed).collect(),
        }
    }
}

impl LayerClient {
    /// A layer's node.
    pub const fn new(layer: Layer, client: L1Client) -> Self {
        Self { layer, client }
    }

    /// Which layer it is of.
    pub const fn layer(&self) -> Layer {
        self.layer
    }

    /// The client underneath.
    pub const fn client(&self) -> &L1Client {
        &self.client
    }

    /// The chain's id.
    pub async fn chain_id(&self) -> Result<u64, Error> {
        self.client.chain_id().await.map_err(|source| self.error(source))
    }

    /// The header of a block, if there is one.
    pub async fn header(&self, tag: BlockNumberOrTag) -> Result<Option<Sealed<Header>>, Error> {
        self.client
            .header_by_tag(tag)
            .await
            .map_err(|source| self.error(source))
    }

    /// The newest header.
    pub async fn head(&self) -> Result<Sealed<Header>, Error> {
        let head = self.header(BlockNumberOrTag::Latest).await?;
        head.ok_or_else(|| {
            self.error(l1::Error::BlockMissing {
                endpoint: self.client.endpoint().clone(),
                block: "latest".to_owned(),
            })
        })
    }

    /// The receipt of a transaction, once it is included.
    pub async fn receipt(&self, transaction: B256) -> Result<Option<LayerReceipt>, Error> {
        let json: Option<ReceiptJson> = self.request("eth_getTransactionReceipt", json!([transaction])).await?;
        Ok(json.map(LayerReceipt::from))
    }

    /// Whether the node knows a transaction, included or not.
    pub async fn knows(&self, transaction: B256) -> Result<bool, Error> {
        let json: Option<Value> = self.request("eth_getTransactionByHash", json!([transaction])).await?;
        Ok(json.is_some())
    }

    /// Logs of a contract under some topics, over the whole chain.
    pub(crate) async fn logs(&self, address: Address, topics: &[B256]) -> Result<Vec<Log>, Error> {
        let filter = json!({ "address": address, "topics": topics, "fromBlock": "earliest", "toBlock": "latest" });
        let logs: Vec<LogJson> = self.request("eth_getLogs", json!([filter])).await?;
        Ok(logs.into_iter().map(|log| log.into_indexed().1).collect())
    }

    /// Asks a contract as of a block.
    pub async fn call<C: SolCall>(&self, contract: Contract, call: C, at: BlockId) -> Result<C::Return, Error> {
        let answer = self.client.ask(contract, &call, at).await;
        answer.map_err(|error| self.would_revert(C::SIGNATURE, error))
    }

    /// The gas with which a call goes through to its end. Messengers and portal hide from everybody else that what they call has
    /// failed, so that the least gas that they do not refuse is too little for it.
    pub(crate) async fn gas_to_the_end(&self, to: Address, data: &Bytes) -> Result<u64, l1::Error> {
        let call = json!({ "from": ESTIMATION, "to": to, "input": data });
        let gas: U256 = self.client.request("eth_estimateGas", json!([call])).await?;
        Ok(gas.saturating_to())
    }

    /// What a call would answer if accounts were other than they are.
    pub(crate) async fn try_over(&self, request: Value, accounts: Value) -> Result<Bytes, l1::Error> {
        let parameters = json!([request, "latest", accounts]);
        self.client.request("eth_call", parameters).await
    }

    /// Any call of the node.
    pub async fn request<R: DeserializeOwned>(&self, method: &'static str, params: Value) -> Result<R, Error> {
        let answer = self.client.request(method, params).await;
        answer.map_err(|source| self.error(source))
    }

    /// An error of the node, under the layer's name.
    pub(crate) const fn error(&self, source: l1::Error) -> Error {
        Error::Node {
            layer: self.layer,
            source,
        }
    }

    /// A refusal to execute, in the contract's words.
    pub(crate) fn would_revert(&self, what: &'static str, error: l1::Error) -> Error {
        match revert::reason(&error) {
            Some(reason) => Error::WouldRevert {
                layer: self.layer,
                what,
                reason,
            },
            None => self.error(error),
        }
    }
}
