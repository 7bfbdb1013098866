//! The `optimism` namespace.

use super::{Context, failure, json};
use crate::{Engine, SafeHead};
use alloy_eips::BlockId;
use alloy_primitives::{B256, U64};
use jsonrpsee::{RpcModule, core::RegisterMethodError, types::ErrorObjectOwned};
use protocol::{L2BlockRef, output_root_v0};

/// What `optimism_version` says.
const VERSION: &str = concat!("tandem/v", env!("CARGO_PKG_VERSION"));

pub(super) fn register<E: Engine>(module: &mut RpcModule<Context<E>>) -> Result<(), RegisterMethodError> {
    module.register_method("optimism_syncStatus", |_, context, _| {
        serde_json::to_value(json::Status::from(&context.status())).map_err(failure)
    })?;
    module.register_method("optimism_rollupConfig", |_, context, _| {
        serde_json::to_value(&*context.rollup).map_err(failure)
    })?;
    module.register_method("optimism_version", |_, _, _| VERSION)?;
    module.register_async_method("optimism_outputAtBlock", |params, context, _| async move {
        let number: U64 = params.one()?;
        let output = output(&context, number.to()).await?;
        serde_json::to_value(output).map_err(failure)
    })?;
    module.register_method("optimism_safeHeadAtL1Block", |params, context, _| {
        let number: U64 = params.one()?;
        let found = safe_head(context, number.to());
        let found =
            found.map_err(|reason| failure(format!("failed to get safe head at l1 block {number:#x}: {reason}")))?;
        serde_json::to_value(json::SafeHeadAtL1Block::from(found)).map_err(failure)
    })?;
    Ok(())
}

fn safe_head<E>(context: &Context<E>, number: u64) -> Result<SafeHead, &'static str> {
    let safedb = context.safedb.as_ref();
    let safedb = safedb.ok_or("safe head database not enabled: start the node with --safedb.path")?;
    let found = safedb.at_l1_block(number).map_err(|error| {
        tracing::error!(target: "node", %error, "the safe head database cannot be read");
        "the database cannot be read; the node's log says why"
    })?;
    found.ok_or("not found: no safe head is recorded that early")
}

async fn output<E: Engine>(context: &Context<E>, number: u64) -> Result<json::Output, ErrorObjectOwned> {
    let block = context.engine.block(BlockId::from(number)).await.map_err(failure)?;
    let block = block.ok_or_else(|| failure(format!("failed to get L2 block ref: block {number} not found")))?;
    let reference = L2BlockRef::from_block_with_hash(&context.rollup, block.hash, &block.block).map_err(failure)?;
    let header = &block.block.header;
    // From Isthmus on the header holds the message passer's storage root.
    let passer = header
        .withdrawals_root
        .ok_or_else(|| failure("the block has no withdrawals root"))?;
    Ok(json::Output {
        version: B256::ZERO,
        output_root: output_root_v0(header.state_root, passer, block.hash),
        block_ref: reference.into(),
        withdrawal_storage_root: passer,
        state_root: header.state_root,
        sync_status: (&context.status()).into(),
    })
}
