//! What a person or a dashboard looks at.

use alloy_eips::BlockNumHash;
use alloy_primitives::B256;
use serde::Serialize;

/// The chain at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Chain id.
    pub chain_id: u64,
    /// Hash of the genesis block.
    pub genesis_hash: B256,
    /// The tip of the canonical chain.
    pub head: BlockNumHash,
    /// Time of the head in seconds.
    pub head_timestamp: u64,
    /// The safe block, if one was named.
    pub safe: Option<BlockNumHash>,
    /// The finalized block, if one was named.
    pub finalized: Option<BlockNumHash>,
    /// The block up to which the state is committed; those above are executed again after a crash.
    pub committed: BlockNumHash,
    /// Blocks in memory, side chains included.
    pub waiting_blocks: usize,
}
