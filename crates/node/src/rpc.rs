//! The rollup RPC, in op-node's JSON.

use crate::{Engine, Error, SyncStatus, driver::Command};
use alloy_eips::{BlockId, BlockNumHash};
use alloy_primitives::{B256, U64};
use jsonrpsee::{
    RpcModule,
    server::{Server, ServerHandle},
    types::ErrorObjectOwned,
};
use protocol::{BlockRef, L2BlockRef, RollupConfig, output_root_v0};
use serde::Serialize;
use serde_json::{Value, json};
use std::{net::SocketAddr, sync::Arc};
use tokio::sync::{mpsc, oneshot, watch};

/// What the methods read.
pub(crate) struct Context<E> {
    pub(crate) rollup: Arc<RollupConfig>,
    pub(crate) engine: E,
    pub(crate) status: watch::Receiver<SyncStatus>,
    pub(crate) commands: mpsc::Sender<Command>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct L1Json {
    hash: B256,
    number: u64,
    parent_hash: B256,
    timestamp: u64,
}

impl From<BlockRef> for L1Json {
    fn from(block: BlockRef) -> Self {
        let BlockRef {
            hash,
            number,
            parent_hash,
            timestamp,
        } = block;
        Self {
            hash,
            number,
            parent_hash,
            timestamp,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct L2Json {
    hash: B256,
    number: u64,
    parent_hash: B256,
    timestamp: u64,
    l1origin: IdJson,
    sequence_number: u64,
}

#[derive(Serialize)]
struct IdJson {
    hash: B256,
    number: u64,
}

impl From<L2BlockRef> for L2Json {
    fn from(block: L2BlockRef) -> Self {
        let L2BlockRef {
            hash,
            number,
            parent_hash,
            timestamp,
            l1_origin,
            sequence_number,
        } = block;
        let BlockNumHash {
            hash: origin_hash,
            number: origin_number,
        } = l1_origin;
        let l1origin = IdJson {
            hash: origin_hash,
            number: origin_number,
        };
        Self {
            hash,
            number,
            parent_hash,
            timestamp,
            l1origin,
            sequence_number,
        }
    }
}

fn status_json(status: &SyncStatus) -> Value {
    json!({
        "current_l1": L1Json::from(status.current_l1),
        "current_l1_finalized": L1Json::from(status.finalized_l1),
        "head_l1": L1Json::from(status.head_l1),
        "safe_l1": L1Json::from(status.safe_l1),
        "finalized_l1": L1Json::from(status.finalized_l1),
        "unsafe_l2": L2Json::from(status.unsafe_l2),
        "safe_l2": L2Json::from(status.safe_l2),
        "finalized_l2": L2Json::from(status.finalized_l2),
        "pending_safe_l2": L2Json::from(status.safe_l2),
        "queued_unsafe_l2": L2Json::from(L2BlockRef::default()),
        "local_safe_l2": L2Json::from(status.safe_l2),
    })
}

fn failure(reason: impl std::fmt::Display) -> ErrorObjectOwned {
    ErrorObjectOwned::owned(-32000, reason.to_string(), None::<()>)
}

async fn output<E: Engine>(context: &Context<E>, number: u64) -> Result<Value, ErrorObjectOwned> {
    let block = context.engine.block(BlockId::from(number)).await.map_err(failure)?;
    let block = block.ok_or_else(|| failure(format!("failed to get L2 block ref: block {number} not found")))?;
    let reference = L2BlockRef::from_block_with_hash(&context.rollup, block.hash, &block.block).map_err(failure)?;
    let header = &block.block.header;
    // From Isthmus on the header holds the message passer's storage root.
    let passer = header
        .withdrawals_root
        .ok_or_else(|| failure("the block has no withdrawals root"))?;
    let status = *context.status.borrow();
    Ok(json!({
        "version": B256::ZERO,
        "outputRoot": output_root_v0(header.state_root, passer, block.hash),
        "blockRef": L2Json::from(reference),
        "withdrawalStorageRoot": passer,
        "stateRoot": header.state_root,
        "syncStatus": status_json(&status),
    }))
}

async fn ask<E, T>(
    context: &Context<E>,
    command: impl FnOnce(oneshot::Sender<T>) -> Command,
) -> Result<T, ErrorObjectOwned> {
    let (answer, answered) = oneshot::channel();
    context.commands.send(command(answer)).await.map_err(failure)?;
    answered.await.map_err(failure)
}

fn optimism<E: Engine>(module: &mut RpcModule<Context<E>>) -> Result<(), jsonrpsee::core::RegisterMethodError> {
    module.register_method("optimism_syncStatus", |_, context, _| {
        status_json(&context.status.borrow())
    })?;
    module.register_method("optimism_rollupConfig", |_, context, _| json!(*context.rollup))?;
    module.register_method("optimism_version", |_, _, _| {
        concat!("tandem/v", env!("CARGO_PKG_VERSION"))
    })?;
    module.register_async_method("optimism_outputAtBlock", |params, context, _| async move {
        let number: U64 = params.sequence().next()?;
        output(&context, number.to()).await
    })?;
    Ok(())
}

fn admin<E: Engine>(module: &mut RpcModule<Context<E>>) -> Result<(), jsonrpsee::core::RegisterMethodError> {
    module.register_async_method("admin_sequencerActive", |_, context, _| async move {
        ask(&context, Command::SequencerActive).await
    })?;
    module.register_async_method("admin_startSequencer", |params, context, _| async move {
        let head: B256 = params.sequence().next()?;
        ask(&context, |answer| Command::StartSequencer(head, answer))
            .await?
            .map_err(failure)
    })?;
    module.register_async_method("admin_stopSequencer", |_, context, _| async move {
        ask(&context, Command::StopSequencer).await?.map_err(failure)
    })?;
    module.register_async_method("admin_resetDerivationPipeline", |_, context, _| async move {
        ask(&context, Command::Reset).await
    })?;
    Ok(())
}

/// Starts the server.
pub(crate) async fn start<E: Engine>(
    listen: SocketAddr,
    with_admin: bool,
    context: Context<E>,
) -> Result<(SocketAddr, ServerHandle), Error> {
    let mut module = RpcModule::new(context);
    optimism(&mut module).expect("invariant: each name is registered once");
    if with_admin {
        admin(&mut module).expect("invariant: each name is registered once");
    }
    let failed = |source| Error::Listen {
        address: listen,
        source,
    };
    let server = Server::builder().build(listen).await.map_err(failed)?;
    let address = server.local_addr().map_err(failed)?;
    Ok((address, server.start(module)))
}
