//! The rollup RPC, in op-node's words.

mod admin;
mod json;
mod meter;
mod optimism;
mod server;
mod tandem;

pub(crate) use server::{RollupRpc, start};

use crate::{ChallengerStatus, Engine, SafeDb, SyncStatus, WaitList, driver::Command};
use jsonrpsee::types::ErrorObjectOwned;
use protocol::RollupConfig;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};

/// What the methods read.
pub(crate) struct Context<E> {
    pub(crate) rollup: Arc<RollupConfig>,
    pub(crate) engine: E,
    pub(crate) status: watch::Receiver<SyncStatus>,
    pub(crate) waits: watch::Receiver<WaitList>,
    pub(crate) challenger: watch::Receiver<Option<ChallengerStatus>>,
    pub(crate) safedb: Option<Arc<SafeDb>>,
    pub(crate) commands: mpsc::Sender<Command>,
}

impl<E: Engine> Context<E> {
    fn status(&self) -> SyncStatus {
        *self.status.borrow()
    }
}

/// The code of op-node's errors.
const FAILURE_CODE: i32 = -32000;

fn failure(reason: impl std::fmt::Display) -> ErrorObjectOwned {
    ErrorObjectOwned::owned(FAILURE_CODE, reason.to_string(), None::<()>)
}
