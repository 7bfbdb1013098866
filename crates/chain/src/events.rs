//! What the chain tells its subscribers: an event after every change of head or labels.

use crate::{BlockRecord, Labels};
use std::sync::Arc;

/// Events that a slow subscriber may lag behind before it loses the oldest (it then reads the head again).
pub const EVENTS_LAG_MAX: usize = 1024;

/// A change of the canonical chain. The records are complete: a subscriber needs no further read.
#[derive(Debug, Clone)]
pub enum ChainEvent {
    /// The head moved forward. Several blocks may be adopted at once, oldest first.
    NewHead {
        /// The blocks that are canonical now and were not before, oldest first; the last one is the head.
        adopted: Vec<Arc<BlockRecord>>,
    },
    /// The head moved to another branch, or back to an ancestor.
    Reorg {
        /// Blocks that are canonical no longer, oldest first. At most [`REORG_RECORDS_MAX`] newest are listed.
        dropped: Vec<Arc<BlockRecord>>,
        /// Blocks that are canonical now and were not before, oldest first; empty if the head went back to an ancestor.
        adopted: Vec<Arc<BlockRecord>>,
    },
    /// The safe or finalized label moved, and perhaps the head too (then its own event came first).
    Labels(Labels),
}

/// Dropped blocks listed in one [`ChainEvent::Reorg`]: a rewind of a hundred thousand blocks is not held in memory.
pub const REORG_RECORDS_MAX: usize = 256;

/// Someone who must hear of a change before the call that caused it returns, such as the transaction pool.
/// Called from the writer's thread, in order; it may read the chain, it must not change it.
pub trait ChainObserver: Send + Sync {
    /// Hears of one change.
    fn on_event(&self, event: &ChainEvent);
}
