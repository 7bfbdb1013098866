//! Where the node stands: one value for RPC, logs and metrics.

use protocol::{BlockRef, L2BlockRef};

/// The heads of both chains as the driver knows them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SyncStatus {
    /// The L1 block that derivation has read last.
    pub current_l1: BlockRef,
    /// L1's newest block.
    pub head_l1: BlockRef,
    /// L1's safe block.
    pub safe_l1: BlockRef,
    /// L1's finalized block.
    pub finalized_l1: BlockRef,
    /// The newest block.
    pub unsafe_l2: L2BlockRef,
    /// The newest block that is derived from L1.
    pub safe_l2: L2BlockRef,
    /// The newest block that is derived from finalized L1.
    pub finalized_l2: L2BlockRef,
    /// Derivation has read all of L1 that there is.
    pub is_derivation_idle: bool,
    /// This node makes blocks.
    pub is_sequencing: bool,
}
