//! What a node is started with, validated.

use crate::{Clock, DataAvailabilityType, NodeTelemetry};
use protocol::{ChainSpec, RollupConfig};
use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

/// A node.
#[derive(Debug, Clone)]
pub struct Config {
    /// The rollup.
    pub rollup: Arc<RollupConfig>,
    /// L1's rules, for blob base fees.
    pub l1_spec: Arc<ChainSpec>,
    /// L1 blocks by which derivation stays behind L1's head.
    pub verifier_l1_confs: u64,
    /// How often L1's heads are asked for.
    pub l1_poll_interval: Duration,
    /// Set if the node sequences.
    pub sequencer: Option<SequencerConfig>,
    /// Where the rollup RPC listens; port 0 takes a free one.
    pub rpc_listen: Option<SocketAddr>,
    /// Whether the rollup RPC has the `admin` namespace.
    pub rpc_admin: bool,
    /// The folder where safe heads are recorded by L1 block; without it `optimism_safeHeadAtL1Block` has no answer.
    pub safedb: Option<PathBuf>,
    /// Where the node's metrics go, if anybody asks for them.
    pub telemetry: Option<NodeTelemetry>,
    /// Where the time comes from.
    pub clock: Clock,
}

/// A sequencer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SequencerConfig {
    /// L1 blocks by which L1 origins stay behind L1's head.
    pub l1_confs: u64,
    /// Whether it waits for `admin_startSequencer`.
    pub stopped: bool,
    /// How long before a block's time it is sealed.
    pub sealing: Duration,
}

impl Default for SequencerConfig {
    fn default() -> Self {
        Self {
            l1_confs: 4,
            stopped: false,
            sealing: Duration::from_millis(50),
        }
    }
}

/// A batcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatcherConfig {
    /// Where the data goes.
    pub data_availability: DataAvailabilityType,
    /// L1 blocks after which a channel is posted as it is.
    pub max_channel_duration: u64,
    /// Frames, and so blobs, of one channel.
    pub target_num_frames: usize,
    /// Bytes of one calldata transaction.
    pub max_l1_tx_size_bytes: usize,
    /// How often it looks for new blocks.
    pub poll_interval: Duration,
}

impl Default for BatcherConfig {
    fn default() -> Self {
        Self {
            data_availability: DataAvailabilityType::Blobs,
            max_channel_duration: 2,
            target_num_frames: 1,
            max_l1_tx_size_bytes: 120_000,
            poll_interval: Duration::from_millis(500),
        }
    }
}

/// A proposer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProposerConfig {
    /// Whether outputs of blocks that are safe are proposed; else they wait until the block is derived from finalized L1.
    pub allow_non_finalized: bool,
    /// How often it looks whether an output is due.
    pub poll_interval: Duration,
}

impl Default for ProposerConfig {
    fn default() -> Self {
        Self {
            allow_non_finalized: false,
            poll_interval: Duration::from_secs(12),
        }
    }
}
