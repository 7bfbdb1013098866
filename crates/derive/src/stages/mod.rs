//! The stages of derivation, a file each, named after the specification's. Each owns the stage before
//! it; data is pulled from the last, [`AttributesQueue`].

mod attributes_queue;
mod batch_stage;
mod batch_validity;
mod channel_assembler;
mod channel_reader;
mod frame_queue;
mod l1_retrieval;
mod l1_traversal;
mod span_check;

use alloc::{sync::Arc, vec::Vec};

use alloy_consensus::Header;
use alloy_primitives::{Bytes, Log};
use protocol::{BlockRef, ChainSpec, RollupConfig};

use crate::{HaltReason, Need, ResetReason};

pub(crate) use self::{
    attributes_queue::{AttributesQueue, Derived},
    batch_stage::BatchStage,
    channel_assembler::ChannelAssembler,
    channel_reader::ChannelReader,
    frame_queue::FrameQueue,
    l1_retrieval::L1Retrieval,
    l1_traversal::L1Traversal,
};

/// Why a stage has nothing to give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pause {
    /// The L1 block that is being read holds nothing more: advance to the next.
    Exhausted,
    /// The known L1 head is read; the block of that number comes next.
    Idle {
        /// Number of the next L1 block.
        next_l1: u64,
    },
    /// Something must be pushed.
    Need(Need),
    /// The pipeline must be reset.
    Reset(ResetReason),
    /// Nothing can be derived any more.
    Halt(HaltReason),
}

/// What pulling from a stage gives.
pub(crate) type Pull<T> = Result<T, Pause>;

/// What all stages know.
#[derive(Clone, Debug)]
pub(crate) struct Chains {
    /// The rollup.
    pub(crate) rollup: Arc<RollupConfig>,
    /// L1, whose blob base fee the L1 attributes state.
    pub(crate) l1: Arc<ChainSpec>,
}

/// An L1 block, as far as later stages need it.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// Its place in the chain.
    pub(crate) block: BlockRef,
    /// Its header.
    pub(crate) header: Header,
    /// The deposits made in it, encoded.
    pub(crate) deposits: Result<Vec<Bytes>, protocol::Error>,
    /// Its logs of the system config contract.
    pub(crate) config_updates: Vec<Log>,
}
