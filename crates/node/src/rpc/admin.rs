//! The `admin` namespace: what an operator may tell the driver.

use super::{Context, failure};
use crate::{Engine, driver::Command};
use alloy_primitives::B256;
use jsonrpsee::{RpcModule, core::RegisterMethodError, types::ErrorObjectOwned};
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
    module.register_async_method("admin_resetDerivationPipeline", |_, context, _| async move {
        ask(&context, Command::Reset).await
    })?;
    Ok(())
}

async fn ask<E, T>(
    context: &Context<E>,
    command: impl FnOnce(oneshot::Sender<T>) -> Command,
) -> Result<T, ErrorObjectOwned> {
    let (answer, answered) = oneshot::channel();
    context.commands.send(command(answer)).await.map_err(failure)?;
    answered.await.map_err(failure)
}
