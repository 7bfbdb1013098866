//! The `tandem` namespace: what op-node does not say.

use super::{Context, failure};
use crate::{Engine, WaitList};
use jsonrpsee::{RpcModule, core::RegisterMethodError};
use std::collections::BTreeMap;

pub(super) fn register<E: Engine>(module: &mut RpcModule<Context<E>>) -> Result<(), RegisterMethodError> {
    module.register_method("tandem_waiting", |_, context, _| {
        serde_json::to_value(by_name(&context.waits.borrow())).map_err(failure)
    })?;
    Ok(())
}

/// Who waits, and for what; empty while nobody does.
fn by_name(waits: &WaitList) -> BTreeMap<&'static str, &str> {
    waits
        .iter()
        .map(|(waiter, reason)| (waiter.name(), &**reason))
        .collect()
}
