//! Subscriptions over WebSocket: new heads, logs, and transactions that wait.

use super::block::header_json;
use crate::{
    BlockRecord, ChainEvent,
    rpc::backend::{Backend, Module},
};
use alloy_rpc_types_eth::{Filter, Log};
use jsonrpsee::{
    PendingSubscriptionSink, SubscriptionSink,
    core::SubscriptionResult,
    types::{ErrorObjectOwned, Params},
};
use serde::Serialize;
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;

pub(super) fn register(module: &mut Module) {
    let registered = module.register_subscription(
        "eth_subscribe",
        "eth_subscription",
        "eth_unsubscribe",
        |params, pending, backend, _| async move { subscribe(params, pending, backend).await },
    );
    registered.expect("invariant: each name is registered once");
}

async fn subscribe(
    params: Params<'static>,
    pending: PendingSubscriptionSink,
    backend: Arc<Backend>,
) -> SubscriptionResult {
    let mut params = params.sequence();
    let kind: String = match params.next() {
        Ok(kind) => kind,
        Err(error) => return refuse(pending, error).await,
    };
    match kind.as_str() {
        "newHeads" => heads(pending.accept().await?, backend).await,
        "newPendingTransactions" => hashes(pending.accept().await?, backend).await,
        "logs" => match params.optional_next::<Filter>() {
            Ok(filter) => logs(pending.accept().await?, backend, filter.unwrap_or_default()).await,
            Err(error) => refuse(pending, error).await,
        },
        _ => {
            let reason = format!("no \"{kind}\" subscription: newHeads, logs or newPendingTransactions");
            refuse(pending, ErrorObjectOwned::owned(-32601, reason, None::<()>)).await
        }
    }
}

async fn refuse(pending: PendingSubscriptionSink, error: ErrorObjectOwned) -> SubscriptionResult {
    pending.reject(error).await;
    Ok(())
}

async fn send(sink: &SubscriptionSink, item: &impl Serialize) -> SubscriptionResult {
    let message = serde_json::value::to_raw_value(item)?;
    Ok(sink.send(message).await?)
}

async fn heads(sink: SubscriptionSink, backend: Arc<Backend>) -> SubscriptionResult {
    let mut events = backend.chain.subscribe();
    loop {
        let event = tokio::select! {
            () = sink.closed() => return Ok(()),
            event = events.recv() => event,
        };
        for record in adopted(event)? {
            send(&sink, &header_json(&record)).await?;
        }
    }
}

async fn logs(sink: SubscriptionSink, backend: Arc<Backend>, filter: Filter) -> SubscriptionResult {
    let mut events = backend.chain.subscribe();
    loop {
        let event = tokio::select! {
            () = sink.closed() => return Ok(()),
            event = events.recv() => event,
        };
        if let Ok(ChainEvent::Reorg { dropped, .. }) = &event {
            for record in dropped {
                let removed = backend.chain.logs(record.hash, &filter)?;
                send_logs(&sink, removed, true).await?;
            }
        }
        for record in adopted(event)? {
            send_logs(&sink, backend.chain.logs(record.hash, &filter)?, false).await?;
        }
    }
}

async fn send_logs(sink: &SubscriptionSink, logs: Vec<Log>, removed: bool) -> SubscriptionResult {
    for log in logs {
        send(sink, &Log { removed, ..log }).await?;
    }
    Ok(())
}

/// The blocks that an event made canonical. A subscriber that lagged goes on with the next.
fn adopted(event: Result<ChainEvent, RecvError>) -> Result<Vec<Arc<BlockRecord>>, RecvError> {
    match event {
        Ok(ChainEvent::NewHead { adopted } | ChainEvent::Reorg { adopted, .. }) => Ok(adopted),
        Ok(ChainEvent::Labels(_)) | Err(RecvError::Lagged(_)) => Ok(Vec::new()),
        Err(closed) => Err(closed),
    }
}

async fn hashes(sink: SubscriptionSink, backend: Arc<Backend>) -> SubscriptionResult {
    let mut pending = backend.pool.subscribe();
    loop {
        let hash = tokio::select! {
            () = sink.closed() => return Ok(()),
            hash = pending.recv() => hash,
        };
        match hash {
            Ok(hash) => send(&sink, &hash).await?,
            Err(RecvError::Lagged(_)) => {}
            Err(closed) => return Err(closed.into()),
        }
    }
}
