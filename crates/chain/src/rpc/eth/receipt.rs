//! Receipts, with the OP Stack's fee fields (specs: exec-engine.md, isthmus and jovian likewise).

use super::transaction::effective_gas_price_wei;
use crate::{
    BlockRecord,
    rpc::backend::{Backend, Module, method},
};
use alloy_consensus::Transaction as _;
use alloy_eips::{BlockId, Typed2718};
use alloy_primitives::{Address, B256, Bloom, U64, U128, U256};
use alloy_rpc_types_eth::Log;
use serde::Serialize;

pub(super) fn register(module: &mut Module) {
    method(module, "eth_getTransactionReceipt", |backend, arguments| {
        let hash = arguments.hash()?;
        let Some(location) = backend.chain.transaction(hash)? else {
            return Ok(None);
        };
        let Some(record) = backend.chain.record(location.block_hash)? else {
            return Ok(None);
        };
        Ok(receipts(backend, &record).into_iter().nth(location.index))
    });
    method(module, "eth_getBlockReceipts", |backend, arguments| {
        let id: BlockId = arguments.required()?;
        Ok(backend.record(id)?.map(|record| receipts(backend, &record)))
    });
}

/// A receipt as RPCs show it. Fields that do not belong to the transaction's type, layer or fork are absent.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct RpcReceipt {
    #[serde(rename = "type")]
    tx_type: U64,
    #[serde(skip_serializing_if = "Option::is_none")]
    root: Option<B256>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<U64>,
    cumulative_gas_used: U64,
    logs: Vec<Log>,
    logs_bloom: Bloom,
    transaction_hash: B256,
    transaction_index: U64,
    block_hash: B256,
    block_number: U64,
    gas_used: U64,
    effective_gas_price: U128,
    from: Address,
    to: Option<Address>,
    contract_address: Option<Address>,
    #[serde(skip_serializing_if = "Option::is_none")]
    blob_gas_used: Option<U64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    blob_gas_price: Option<U128>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deposit_nonce: Option<U64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deposit_receipt_version: Option<U64>,
    #[serde(flatten)]
    fees: L2Fees,
}

#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct L2Fees {
    #[serde(skip_serializing_if = "Option::is_none")]
    l1_fee: Option<U256>,
    #[serde(skip_serializing_if = "Option::is_none")]
    l1_gas_price: Option<U256>,
    #[serde(skip_serializing_if = "Option::is_none")]
    l1_gas_used: Option<U256>,
    #[serde(skip_serializing_if = "Option::is_none")]
    l1_fee_scalar: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    l1_base_fee_scalar: Option<U64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    l1_blob_base_fee: Option<U256>,
    #[serde(skip_serializing_if = "Option::is_none")]
    l1_blob_base_fee_scalar: Option<U64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operator_fee_scalar: Option<U64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operator_fee_constant: Option<U64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    da_footprint_gas_scalar: Option<U64>,
}

fn receipts(backend: &Backend, record: &BlockRecord) -> Vec<RpcReceipt> {
    let mut log_index = 0;
    (0..record.receipts.len())
        .map(|index| receipt(backend, record, index, &mut log_index))
        .collect()
}

fn receipt(backend: &Backend, record: &BlockRecord, index: usize, log_index: &mut u64) -> RpcReceipt {
    let (receipt, transaction, sender) = (
        &record.receipts[index],
        &record.transactions()[index],
        record.senders[index],
    );
    let header = record.header();
    let hash = transaction.hash();
    let logs = receipt.logs.iter().map(|log| {
        let shown = Log {
            inner: log.clone(),
            block_hash: Some(record.hash),
            block_number: Some(header.number),
            block_timestamp: Some(header.timestamp),
            transaction_hash: Some(hash),
            transaction_index: Some(index as u64),
            log_index: Some(*log_index),
            removed: false,
        };
        *log_index += 1;
        shown
    });
    let logs = logs.collect();
    let gas_used = record.gas_used(index).unwrap_or_default();
    let nonce = receipt.deposit_nonce.unwrap_or_else(|| transaction.nonce());
    let (fees, footprint) = l2_fees(backend, record, index, gas_used);
    RpcReceipt {
        tx_type: U64::from(transaction.ty()),
        root: receipt.post_state,
        status: receipt.post_state.is_none().then_some(U64::from(receipt.success)),
        cumulative_gas_used: U64::from(receipt.cumulative_gas_used),
        logs,
        logs_bloom: receipt.bloom(),
        transaction_hash: hash,
        transaction_index: U64::from(index),
        block_hash: record.hash,
        block_number: U64::from(header.number),
        gas_used: U64::from(gas_used),
        effective_gas_price: U128::from(effective_gas_price_wei(transaction, header.base_fee_per_gas)),
        from: sender,
        to: transaction.to(),
        contract_address: transaction.is_create().then(|| sender.create(nonce)),
        blob_gas_used: transaction.blob_gas_used().or(footprint).map(U64::from),
        blob_gas_price: transaction
            .is_eip4844()
            .then(|| execute::blob_base_fee(backend.chain.spec(), header).map(U128::from))
            .flatten(),
        deposit_nonce: receipt.deposit_nonce.map(U64::from),
        deposit_receipt_version: receipt.deposit_receipt_version.map(U64::from),
        fees,
    }
}

/// The fee fields, and from Jovian on the DA footprint, which stands in `blobGasUsed`. A deposit has a footprint of zero.
fn l2_fees(backend: &Backend, record: &BlockRecord, index: usize, gas_used: u64) -> (L2Fees, Option<u64>) {
    let (Some(rules), Some(info)) = (backend.chain.spec().op_stack(), record.l1_block_info()) else {
        return (L2Fees::default(), None);
    };
    let fork = rules.forks.latest(record.header().timestamp);
    let Some(fee) = execute::l1_fee(fork, &info, &record.transactions()[index], gas_used) else {
        return (L2Fees::default(), None);
    };
    let has_operator_fee =
        fee.operator_fee_scalar.unwrap_or_default() != 0 || fee.operator_fee_constant_wei.unwrap_or_default() != 0;
    let scalar = |micros: U256| {
        let scale = U256::from(execute::L1Fee::scalar_decimals());
        format!("{}.{:0>6}", micros / scale, (micros % scale).to_string())
    };
    let fees = L2Fees {
        l1_fee: Some(fee.l1_fee_wei),
        l1_gas_price: Some(fee.l1_gas_price_wei),
        l1_gas_used: Some(fee.l1_gas_used),
        l1_fee_scalar: fee.l1_fee_scalar.map(scalar),
        l1_base_fee_scalar: fee.l1_base_fee_scalar.map(U64::from),
        l1_blob_base_fee: fee.l1_blob_base_fee_wei,
        l1_blob_base_fee_scalar: fee.l1_blob_base_fee_scalar.map(U64::from),
        operator_fee_scalar: fee.operator_fee_scalar.filter(|_| has_operator_fee).map(U64::from),
        operator_fee_constant: fee
            .operator_fee_constant_wei
            .filter(|_| has_operator_fee)
            .map(U64::from),
        da_footprint_gas_scalar: fee.da_footprint_gas_scalar.map(U64::from),
    };
    (fees, fee.blob_gas_used)
}
