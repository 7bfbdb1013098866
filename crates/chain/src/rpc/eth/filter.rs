//! `eth_newFilter` and its family.

use super::logs::logs;
use crate::{
    ChainEvent,
    rpc::{
        RpcError,
        backend::{Backend, Module, method},
        filters::{Kind, drain},
    },
};
use alloy_primitives::{B256, U64};
use alloy_rpc_types_eth::{Filter, Log};
use serde::Serialize;

pub(super) fn register(module: &mut Module) {
    method(module, "eth_newFilter", |backend, arguments| {
        let filter = arguments.required::<Filter>()?;
        let kind = Kind::Logs(Box::new(filter), backend.chain.subscribe());
        Ok(backend.filters.install(kind))
    });
    method(module, "eth_newBlockFilter", |backend, _| {
        Ok(backend.filters.install(Kind::Blocks(backend.chain.subscribe())))
    });
    method(module, "eth_newPendingTransactionFilter", |backend, _| {
        Ok(backend.filters.install(Kind::Pending(backend.pool.subscribe())))
    });
    method(module, "eth_uninstallFilter", |backend, arguments| {
        Ok(backend.filters.uninstall(arguments.required()?))
    });
    method(module, "eth_getFilterChanges", |backend, arguments| {
        changes(backend, arguments.required()?)
    });
    method(module, "eth_getFilterLogs", |backend, arguments| {
        let filter = backend.filters.with(arguments.required()?, |kind| match kind {
            Kind::Logs(filter, _) => Ok((**filter).clone()),
            Kind::Blocks(_) | Kind::Pending(_) => Err(RpcError::Execution("filter not found".into())),
        })?;
        logs(backend, &filter)
    });
}

/// What happened since a filter was asked last.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
enum Changes {
    Hashes(Vec<B256>),
    Logs(Vec<Log>),
}

fn changes(backend: &Backend, id: U64) -> Result<Changes, RpcError> {
    enum Heard {
        Hashes(Vec<B256>),
        Events(Box<Filter>, Vec<ChainEvent>),
    }
    let heard = backend.filters.with(id, |kind| {
        Ok(match kind {
            Kind::Blocks(events) => Heard::Hashes(drain(events).iter().flat_map(block_hashes).collect()),
            Kind::Pending(hashes) => Heard::Hashes(drain(hashes)),
            Kind::Logs(filter, events) => Heard::Events(filter.clone(), drain(events)),
        })
    })?;
    match heard {
        Heard::Hashes(hashes) => Ok(Changes::Hashes(hashes)),
        Heard::Events(filter, events) => log_changes(backend, &filter, &events).map(Changes::Logs),
    }
}

fn block_hashes(event: &ChainEvent) -> Vec<B256> {
    match event {
        ChainEvent::NewHead { adopted } | ChainEvent::Reorg { adopted, .. } => {
            adopted.iter().map(|record| record.hash).collect()
        }
        ChainEvent::Labels(_) => Vec::new(),
    }
}

/// Logs of blocks that came, and, marked as removed, of blocks that went.
fn log_changes(backend: &Backend, filter: &Filter, events: &[ChainEvent]) -> Result<Vec<Log>, RpcError> {
    let mut all = Vec::new();
    for event in events {
        if let ChainEvent::Reorg { dropped, .. } = event {
            for record in dropped {
                let removed = backend.chain.logs(record.hash, filter)?;
                all.extend(removed.into_iter().map(|log| Log { removed: true, ..log }));
            }
        }
        for hash in block_hashes(event) {
            all.extend(backend.chain.logs(hash, filter)?);
        }
    }
    Ok(all)
}
