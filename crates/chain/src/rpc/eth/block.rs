//! Blocks and headers.

use super::transaction::block_transaction;
use crate::{
    BlockRecord,
    rpc::{
        RpcError,
        backend::{Arguments, Backend, Module, method},
    },
};
use alloy_eips::{BlockId, BlockNumberOrTag};
use alloy_primitives::{U64, U256};
use alloy_rlp::Encodable;
use alloy_rpc_types_eth::Header;
use serde_json::{Value, json};

pub(super) fn register(module: &mut Module) {
    method(module, "eth_chainId", |backend, _| {
        Ok(U64::from(backend.chain.spec().chain_id))
    });
    method(module, "eth_blockNumber", |backend, _| {
        Ok(U64::from(backend.chain.head().number))
    });
    method(module, "eth_syncing", |_, _| Ok(false));
    method(module, "eth_getBlockByNumber", |backend, arguments| {
        let id = number(arguments)?;
        block(backend, id, arguments)
    });
    method(module, "eth_getBlockByHash", |backend, arguments| {
        let id = hash(arguments)?;
        block(backend, id, arguments)
    });
    method(module, "eth_getHeaderByNumber", |backend, arguments| {
        header(backend, number(arguments)?)
    });
    method(module, "eth_getHeaderByHash", |backend, arguments| {
        header(backend, hash(arguments)?)
    });
    method(module, "eth_getBlockTransactionCountByNumber", |backend, arguments| {
        count(backend, number(arguments)?)
    });
    method(module, "eth_getBlockTransactionCountByHash", |backend, arguments| {
        count(backend, hash(arguments)?)
    });
    method(module, "eth_getUncleCountByBlockNumber", |backend, arguments| {
        uncles(backend, number(arguments)?)
    });
    method(module, "eth_getUncleCountByBlockHash", |backend, arguments| {
        uncles(backend, hash(arguments)?)
    });
}

/// A block named by number or tag.
pub(super) fn number(arguments: &mut Arguments<'_>) -> Result<BlockId, RpcError> {
    arguments.required::<BlockNumberOrTag>().map(BlockId::Number)
}

/// A block named by its hash.
pub(super) fn hash(arguments: &mut Arguments<'_>) -> Result<BlockId, RpcError> {
    arguments.hash().map(BlockId::from)
}

fn block(backend: &Backend, id: BlockId, arguments: &mut Arguments<'_>) -> Result<Option<Value>, RpcError> {
    let full = arguments.optional()?.unwrap_or(false);
    backend
        .record(id)?
        .map(|record| block_json(backend, &record, full))
        .transpose()
}

fn block_json(backend: &Backend, record: &BlockRecord, full: bool) -> Result<Value, RpcError> {
    let mut shown = to_json(&header_json(record))?;
    shown["uncles"] = json!(
        record
            .block
            .body
            .ommers
            .iter()
            .map(|ommer| ommer.hash_slow())
            .collect::<Vec<_>>()
    );
    if let Some(withdrawals) = &record.block.body.withdrawals {
        shown["withdrawals"] = json!(withdrawals);
    }
    shown["transactions"] = match full {
        false => json!(record.transaction_hashes()),
        true => {
            let indices = 0..record.transactions().len();
            Value::Array(
                indices
                    .map(|index| block_transaction(backend, record, index))
                    .collect::<Result<_, _>>()?,
            )
        }
    };
    Ok(shown)
}

/// The header as RPCs show it.
pub(super) fn header_json(record: &BlockRecord) -> Header {
    let size = Some(U256::from(record.block.length()));
    Header {
        hash: record.hash,
        inner: record.header().clone(),
        total_difficulty: None,
        size,
    }
}

fn header(backend: &Backend, id: BlockId) -> Result<Option<Header>, RpcError> {
    Ok(backend.record(id)?.map(|record| header_json(&record)))
}

fn count(backend: &Backend, id: BlockId) -> Result<Option<U64>, RpcError> {
    Ok(backend.record(id)?.map(|record| U64::from(record.transactions().len())))
}

fn uncles(backend: &Backend, id: BlockId) -> Result<Option<U64>, RpcError> {
    Ok(backend
        .record(id)?
        .map(|record| U64::from(record.block.body.ommers.len())))
}

/// Any value as JSON.
pub(super) fn to_json(value: &impl serde::Serialize) -> Result<Value, RpcError> {
    serde_json::to_value(value).map_err(|error| RpcError::State(error.to_string()))
}
