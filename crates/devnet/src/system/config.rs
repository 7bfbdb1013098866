//! What a devnet is started with.

use crate::{ForeignL1, Ports};
use deployment::Deployment;
use node::DataAvailabilityType;
use protocol::Fork;
use std::path::PathBuf;

/// A devnet.
#[derive(Debug, Clone)]
pub struct DevnetConfig {
    /// Where everything is kept; a temporary folder, removed at the end, if there is none.
    pub datadir: Option<PathBuf>,
    /// Ports.
    pub ports: Ports,
    /// Which L1 it stands on.
    pub l1: L1Choice,
    /// Seconds between L2 blocks.
    pub block_time: u64,
    /// The newest fork that is active from genesis on.
    pub fork: Fork,
    /// Whether outputs are proposed; without, that is left to somebody else.
    pub has_proposer: bool,
    /// L2 blocks between outputs.
    pub submission_interval: u64,
    /// How long an output can be deleted, and a proof must have waited, in seconds.
    pub finalization_period_s: u64,
    /// Where batches go.
    pub data_availability: DataAvailabilityType,
}

/// The L1 of a devnet.
#[derive(Debug, Clone)]
pub enum L1Choice {
    /// Its own.
    Embedded {
        /// Seconds between blocks.
        block_time_s: u64,
    },
    /// Somebody else's.
    Foreign(ForeignL1),
}

impl DevnetConfig {
    /// What is deployed for it.
    pub(super) fn deployment(&self) -> Deployment {
        Deployment {
            fork: self.fork,
            block_time: self.block_time,
            submission_interval: self.submission_interval,
            finalization_period_s: self.finalization_period_s,
            ..Deployment::default()
        }
    }
}
