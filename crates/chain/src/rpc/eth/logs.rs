//! Logs of many blocks.

use crate::rpc::{
    RpcError,
    backend::{Backend, Module, method},
};
use alloy_eips::{BlockId, BlockNumberOrTag};
use alloy_rpc_types_eth::{Filter, FilterBlockOption, Log};

pub(super) fn register(module: &mut Module) {
    method(module, "eth_getLogs", |backend, arguments| {
        logs(backend, &arguments.required()?)
    });
}

/// The logs that a filter asks for.
pub(super) fn logs(backend: &Backend, filter: &Filter) -> Result<Vec<Log>, RpcError> {
    let (from, to) = match filter.block_option {
        FilterBlockOption::AtBlockHash(hash) => {
            if backend.chain.header(hash)?.is_none() {
                return Err(RpcError::Execution("unknown block".into()));
            }
            return Ok(backend.chain.logs(hash, filter)?);
        }
        FilterBlockOption::Range { from_block, to_block } => (height(backend, from_block)?, height(backend, to_block)?),
    };
    if from > to {
        return Err(RpcError::InvalidParams("invalid block range params".into()));
    }
    let head = backend.chain.head().number;
    if to > head {
        return Err(RpcError::InvalidParams(
            "block range extends beyond current head block".into(),
        ));
    }
    let blocks_max = backend.limits.logs_blocks_max;
    if to - from >= blocks_max {
        return Err(RpcError::LimitExceeded(format!(
            "{} blocks: ask for at most {blocks_max} at once",
            to - from + 1
        )));
    }
    in_range(backend, filter, from, to)
}

fn in_range(backend: &Backend, filter: &Filter, from: u64, to: u64) -> Result<Vec<Log>, RpcError> {
    let mut found = Vec::new();
    for number in from..=to {
        let Some(hash) = backend.chain.canonical_hash(number)? else {
            break;
        };
        found.extend(backend.chain.logs(hash, filter)?);
        if found.len() > backend.limits.logs_max {
            let logs_max = backend.limits.logs_max;
            return Err(RpcError::LimitExceeded(format!(
                "more than {logs_max} logs: ask for fewer blocks, from {from} to at most {number}"
            )));
        }
    }
    Ok(found)
}

fn height(backend: &Backend, block: Option<BlockNumberOrTag>) -> Result<u64, RpcError> {
    match block {
        None => Ok(backend.chain.head().number),
        Some(BlockNumberOrTag::Number(number)) => Ok(number),
        Some(tag) => {
            let record = backend.record(BlockId::Number(tag))?.ok_or(RpcError::HeaderNotFound)?;
            Ok(record.header().number)
        }
    }
}
