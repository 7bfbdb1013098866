//! Transactions, with what the OP Stack adds to deposits.

use super::block::{hash, number, to_json};
use crate::{
    BlockRecord, Pooled,
    rpc::{
        RpcError,
        backend::{Arguments, Backend, Module, method},
    },
};
use alloy_consensus::{Transaction as _, transaction::Recovered};
use alloy_eips::BlockId;
use alloy_primitives::{B256, Bytes, U64};
use alloy_rpc_types_eth::Transaction;
use serde_json::{Value, json};

pub(super) fn register(module: &mut Module) {
    method(module, "eth_getTransactionByHash", |backend, arguments| {
        by_hash(backend, arguments.hash()?)
    });
    method(module, "eth_getRawTransactionByHash", |backend, arguments| {
        raw_transaction(backend, arguments.hash()?)
    });
    method(
        module,
        "eth_getTransactionByBlockNumberAndIndex",
        |backend, arguments| {
            let id = number(arguments)?;
            by_index(backend, id, arguments)
        },
    );
    method(module, "eth_getTransactionByBlockHashAndIndex", |backend, arguments| {
        let id = hash(arguments)?;
        by_index(backend, id, arguments)
    });
    method(
        module,
        "eth_getRawTransactionByBlockNumberAndIndex",
        |backend, arguments| {
            let id = number(arguments)?;
            raw_by_index(backend, id, arguments)
        },
    );
    method(
        module,
        "eth_getRawTransactionByBlockHashAndIndex",
        |backend, arguments| {
            let id = hash(arguments)?;
            raw_by_index(backend, id, arguments)
        },
    );
}

fn by_hash(backend: &Backend, hash: B256) -> Result<Option<Value>, RpcError> {
    if let Some(location) = backend.chain.transaction(hash)?
        && let Some(record) = backend.chain.record(location.block_hash)?
    {
        return block_transaction(backend, &record, location.index).map(Some);
    }
    backend
        .pool
        .get(&hash)
        .map(|pooled| pooled_transaction(&pooled))
        .transpose()
}

/// A transaction's bytes, mined or pooled.
pub(in crate::rpc) fn raw_transaction(backend: &Backend, hash: B256) -> Result<Option<Bytes>, RpcError> {
    if let Some(location) = backend.chain.transaction(hash)?
        && let Some(record) = backend.chain.record(location.block_hash)?
    {
        return Ok(record
            .transactions()
            .get(location.index)
            .map(protocol::Transaction::encoded));
    }
    Ok(backend.pool.get(&hash).map(|pooled| pooled.inner().encoded()))
}

fn by_index(backend: &Backend, id: BlockId, arguments: &mut Arguments<'_>) -> Result<Option<Value>, RpcError> {
    let index: usize = arguments.required::<U64>()?.to();
    let record = backend.record(id)?.filter(|record| index < record.transactions().len());
    record
        .map(|record| block_transaction(backend, &record, index))
        .transpose()
}

fn raw_by_index(backend: &Backend, id: BlockId, arguments: &mut Arguments<'_>) -> Result<Option<Bytes>, RpcError> {
    let index: usize = arguments.required::<U64>()?.to();
    let record = backend.record(id)?;
    Ok(record.and_then(|record| record.transactions().get(index).map(protocol::Transaction::encoded)))
}

/// A transaction of a block.
pub(super) fn block_transaction(backend: &Backend, record: &BlockRecord, index: usize) -> Result<Value, RpcError> {
    let (Some(transaction), Some(sender)) = (record.transactions().get(index), record.senders.get(index)) else {
        return Err(RpcError::State("the block has no such transaction".into()));
    };
    let header = record.header();
    let mut shown = to_json(&Transaction {
        inner: Recovered::new_unchecked(transaction.clone(), *sender),
        block_hash: Some(record.hash),
        block_number: Some(header.number),
        transaction_index: Some(index as u64),
        effective_gas_price: Some(effective_gas_price_wei(transaction, header.base_fee_per_gas)),
        block_timestamp: Some(header.timestamp),
    })?;
    let receipt = record
        .receipts
        .get(index)
        .filter(|_| transaction.is_deposit() && backend.chain.spec().is_op_stack());
    if let Some(receipt) = receipt {
        shown["gasPrice"] = json!("0x0");
        shown["nonce"] = json!(U64::from(receipt.deposit_nonce.unwrap_or_default()));
        if let Some(version) = receipt.deposit_receipt_version {
            shown["depositReceiptVersion"] = json!(U64::from(version));
        }
    }
    Ok(shown)
}

/// What the sender pays per gas. Deposits pay on L1.
pub(super) fn effective_gas_price_wei(transaction: &protocol::Transaction, base_fee_wei: Option<u64>) -> u128 {
    if transaction.is_deposit() {
        0
    } else {
        transaction.effective_gas_price(base_fee_wei)
    }
}

/// A transaction that waits.
pub(in crate::rpc) fn pooled_transaction(pooled: &Pooled) -> Result<Value, RpcError> {
    to_json(&Transaction {
        inner: pooled.transaction.clone(),
        block_hash: None,
        block_number: None,
        transaction_index: None,
        effective_gas_price: None,
        block_timestamp: None,
    })
}
