//! Transactions come in.

use crate::rpc::backend::{Module, method};
use alloy_primitives::Bytes;

pub(super) fn register(module: &mut Module) {
    method(module, "eth_sendRawTransaction", |backend, arguments| {
        let raw: Bytes = arguments.required()?;
        Ok(backend.pool.add_raw(&raw)?)
    });
}
