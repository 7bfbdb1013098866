//! The `eth` namespace of both layers.

mod block;
mod call;
mod estimate;
mod fees;
mod filter;
mod logs;
mod receipt;
mod state;
mod submit;
mod subscribe;
mod transaction;

pub(super) use transaction::{pooled_transaction, raw_transaction};

use super::backend::Module;

pub(super) fn register(module: &mut Module) {
    block::register(module);
    transaction::register(module);
    receipt::register(module);
    state::register(module);
    call::register(module);
    estimate::register(module);
    fees::register(module);
    logs::register(module);
    filter::register(module);
    submit::register(module);
    subscribe::register(module);
}
