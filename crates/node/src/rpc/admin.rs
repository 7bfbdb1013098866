//! The `admin` namespace: what an operator may tell the driver.

use super::{Context, failure};
use crate::{Engine, L2Block, driver::Command};
use alloy_primitives::B256;
use jsonrpsee::{RpcModule, core::RegisterMethodError, types::ErrorObjectOwned};
use protocol::{ExecutionPayload, PayloadSidecar, PayloadVerdict};
use serde::Deserialize;
use tokio::sync::oneshot;

pub(super) fn register<E: Engine>(module: &mut RpcModule<Context<E>>) -> Result<(), RegisterMethodError> {
    module.register_async_method("admin_sequencerActive", |_, context, _| async move {
        ask(&context, Command::SequencerActive).await
    })?;
    module.register_async_method("admin_startSequencer", |params, context, _| async move {
        let head: B256 = params.one()?;
        ask(&context, |answer| Command::StartSequencer(head, answer))
            .await?
            .map_err(failure)
    })?;
    module.register_async_method("admin_stopSequencer", |_, context, _| async move {
        ask(&context, Command::StopSequencer).await?.map_err(failure)
    })?;
    module.register_async_method("admin_postUnsafePayload", |params, context, _| async move {
        let envelope: Envelope = params.one()?;
        let block = envelope.block()?;
        ask(&context, |answer| Command::PostUnsafePayload(Box::new(block), answer))
            .await?
            .map_err(failure)
    })?;
    module.register_async_method("admin_resetDerivationPipeline", |_, context, _| async move {
        ask(&context, Command::Reset).await
    })?;
    Ok(())
}

/// A block as op-node and op-conductor hand it around.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    parent_beacon_block_root: Option<B256>,
    execution_payload: ExecutionPayload,
}

impl Envelope {
    /// The block, if its hash is the one that the payload says.
    fn block(&self) -> Result<L2Block, ErrorObjectOwned> {
        let payload = &self.execution_payload;
        let root = self.parent_beacon_block_root;
        let root = root.ok_or_else(|| failure("the envelope has no parentBeaconBlockRoot"))?;
        match payload.verify(PayloadSidecar::isthmus(root)).map_err(failure)? {
            PayloadVerdict::Block(block) => Ok(L2Block {
                hash: payload.block_hash,
                block,
            }),
            PayloadVerdict::HashMismatch { computed } => Err(failure(format!(
                "payload has bad block hash: {}, actual block hash is: {computed}",
                payload.block_hash
            ))),
        }
    }
}

async fn ask<E, T>(
    context: &Context<E>,
    command: impl FnOnce(oneshot::Sender<T>) -> Command,
) -> Result<T, ErrorObjectOwned> {
    let (answer, answered) = oneshot::channel();
    context.commands.send(command(answer)).await.map_err(failure)?;
    answered.await.map_err(failure)
}
