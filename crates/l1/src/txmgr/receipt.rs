//! The end of a transaction.

use alloy_eips::BlockNumHash;
use alloy_primitives::{Address, B256, Log, U256};
use serde::Deserialize;

use crate::receipt::LogJson;

/// What became of a transaction that we sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TxReceipt {
    /// Its hash, that of the version that was mined.
    pub transaction_hash: B256,
    /// The block that it is in.
    pub block: BlockNumHash,
    /// Whether it succeeded.
    pub success: bool,
    /// Gas used.
    pub gas_used: u64,
    /// Price of the gas, in wei.
    pub gas_price_wei: u128,
    /// Blob gas used.
    pub blob_gas_used: u64,
    /// Price of the blob gas, in wei.
    pub blob_gas_price_wei: u128,
    /// The contract that it created.
    pub contract_address: Option<Address>,
    /// What it logged.
    pub logs: Vec<Log>,
}

impl TxReceipt {
    /// What it cost in fees, in wei.
    pub fn fee_wei(&self) -> U256 {
        let gas = U256::from(self.gas_used).saturating_mul(U256::from(self.gas_price_wei));
        gas.saturating_add(U256::from(self.blob_gas_used).saturating_mul(U256::from(self.blob_gas_price_wei)))
    }
}

/// `eth_getTransactionReceipt`'s answer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TxReceiptJson {
    transaction_hash: B256,
    block_hash: B256,
    #[serde(with = "alloy_serde::quantity")]
    block_number: u64,
    #[serde(with = "alloy_serde::quantity")]
    status: u8,
    #[serde(with = "alloy_serde::quantity")]
    gas_used: u64,
    #[serde(default, with = "alloy_serde::quantity::opt")]
    effective_gas_price: Option<u128>,
    #[serde(default, with = "alloy_serde::quantity::opt")]
    blob_gas_used: Option<u64>,
    #[serde(default, with = "alloy_serde::quantity::opt")]
    blob_gas_price: Option<u128>,
    #[serde(default)]
    contract_address: Option<Address>,
    #[serde(default)]
    logs: Vec<LogJson>,
}

impl From<TxReceiptJson> for TxReceipt {
    fn from(json: TxReceiptJson) -> Self {
        Self {
            transaction_hash: json.transaction_hash,
            block: BlockNumHash::new(json.block_number, json.block_hash),
            success: json.status != 0,
            gas_used: json.gas_used,
            gas_price_wei: json.effective_gas_price.unwrap_or_default(),
            blob_gas_used: json.blob_gas_used.unwrap_or_default(),
            blob_gas_price_wei: json.blob_gas_price.unwrap_or_default(),
            contract_address: json.contract_address,
            logs: json.logs.into_iter().map(Into::into).collect(),
        }
    }
}
