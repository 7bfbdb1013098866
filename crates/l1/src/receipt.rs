//! L1 receipts whose root was checked.

use alloy_consensus::{Eip658Value, ReceiptWithBloom};
use alloy_primitives::{Address, B256, Bytes, Log, LogData};
use alloy_rlp::Encodable;
use alloy_trie::root::ordered_trie_root_with_encoder;
use serde::Deserialize;

/// The receipt of one L1 transaction, of any type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct L1Receipt {
    /// The transaction's type.
    pub tx_type: u8,
    /// Whether it succeeded. Logs of a failed transaction do not exist.
    pub success: bool,
    /// Gas used in the block up to and including this transaction.
    pub cumulative_gas_used: u64,
    /// What it logged, in order.
    pub logs: Vec<Log>,
}

/// A receipt as `eth_getBlockReceipts` and `eth_getTransactionReceipt` send it: only what consensus knows of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReceiptJson {
    #[serde(default, rename = "type", with = "alloy_serde::quantity")]
    tx_type: u8,
    #[serde(with = "alloy_serde::quantity")]
    status: u8,
    #[serde(with = "alloy_serde::quantity")]
    cumulative_gas_used: u64,
    logs: Vec<LogJson>,
    pub(crate) block_hash: B256,
}

/// A log as JSON-RPC sends it: only what consensus knows of it.
#[derive(Debug, Deserialize)]
pub(crate) struct LogJson {
    address: Address,
    topics: Vec<B256>,
    data: Bytes,
}

impl From<LogJson> for Log {
    fn from(json: LogJson) -> Self {
        Self {
            address: json.address,
            data: LogData::new_unchecked(json.topics, json.data),
        }
    }
}

impl From<ReceiptJson> for L1Receipt {
    fn from(json: ReceiptJson) -> Self {
        Self {
            tx_type: json.tx_type,
            success: json.status != 0,
            cumulative_gas_used: json.cumulative_gas_used,
            logs: json.logs.into_iter().map(Log::from).collect(),
        }
    }
}

impl L1Receipt {
    /// The consensus encoding; every transaction type so far has the same receipt behind its type byte.
    fn encode_2718(&self, out: &mut Vec<u8>) {
        if self.tx_type != 0 {
            out.push(self.tx_type);
        }
        let receipt = alloy_consensus::Receipt {
            status: Eip658Value::Eip658(self.success),
            cumulative_gas_used: self.cumulative_gas_used,
            logs: self.logs.clone(),
        };
        let logs_bloom = receipt.bloom_slow();
        ReceiptWithBloom { receipt, logs_bloom }.encode(out);
    }
}

/// The receipts root of a block's receipts.
pub(crate) fn receipts_root(receipts: &[L1Receipt]) -> B256 {
    ordered_trie_root_with_encoder(receipts, |receipt, out| receipt.encode_2718(out))
}
