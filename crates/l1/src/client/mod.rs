//! The verified view of L1's execution layer.

mod blocks;
mod contract;
mod receipts;
mod state;

pub use contract::Contract;
pub use state::BlobSchedule;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use alloy_primitives::{U64, U256};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{Endpoint, Error, L1Block, L1Receipt, RpcConfig, cache::Cache, rpc::Rpc};

/// Reads L1 over JSON-RPC, and believes nothing that a hash can check: headers hash to their block's hash, transactions and
/// receipts have the header's roots, storage is proven against the state root.
///
/// Cheap to clone; clones share connections, limits and the cache.
#[derive(Clone, Debug)]
pub struct L1Client {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    rpc: Rpc,
    blocks: Cache<L1Block>,
    receipts: Cache<Vec<L1Receipt>>,
    /// The endpoint does not know `eth_getBlockReceipts`: receipts are asked for one by one.
    receipts_one_by_one: AtomicBool,
}

impl L1Client {
    /// A client of one endpoint. Nothing is sent yet.
    pub fn new(endpoint: Endpoint, config: RpcConfig) -> Result<Self, Error> {
        let (blocks, receipts) = (
            Cache::new(config.blocks_cached_max),
            Cache::new(config.blocks_cached_max),
        );
        let rpc = Rpc::new(endpoint, config)?;
        Ok(Self {
            shared: Arc::new(Shared {
                rpc,
                blocks,
                receipts,
                receipts_one_by_one: AtomicBool::new(false),
            }),
        })
    }

    /// Where it connects to.
    pub fn endpoint(&self) -> &Endpoint {
        self.shared.rpc.endpoint()
    }

    /// The chain's id.
    pub async fn chain_id(&self) -> Result<u64, Error> {
        Ok(self.rpc().call::<U64>("eth_chainId", json!([])).await?.to())
    }

    /// Refuses an endpoint of another chain.
    pub async fn require_chain_id(&self, expected: u64) -> Result<(), Error> {
        let actual = self.chain_id().await?;
        if actual == expected {
            Ok(())
        } else {
            Err(Error::WrongChainId {
                endpoint: self.endpoint().clone(),
                expected,
                actual,
            })
        }
    }

    /// Any other call. Its answer is believed: nothing of it can be checked here.
    pub async fn request<R: DeserializeOwned>(&self, method: &'static str, params: Value) -> Result<R, Error> {
        self.rpc().call(method, params).await
    }

    pub(crate) fn rpc(&self) -> &Rpc {
        &self.shared.rpc
    }

    fn trusts(&self) -> bool {
        self.rpc().config().trust_rpc
    }

    fn receipts_one_by_one(&self) -> bool {
        self.shared.receipts_one_by_one.load(Ordering::Relaxed)
    }

    fn remember_receipts_one_by_one(&self) {
        self.shared.receipts_one_by_one.store(true, Ordering::Relaxed);
    }

    /// Calls that answer with one quantity.
    pub(crate) async fn quantity(&self, method: &'static str, params: serde_json::Value) -> Result<U256, Error> {
        self.rpc().call(method, params).await
    }
}
