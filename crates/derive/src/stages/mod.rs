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
use protocol::{BlockRef, ChainSpec, Receipt, RollupConfig, Transaction, deposits_from_receipts};

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

impl Origin {
    /// Keeps of an L1 block and its receipts what is needed.
    pub(crate) fn new(rollup: &RollupConfig, block: BlockRef, header: Header, receipts: &[Receipt]) -> Self {
        let deposits = deposits_from_receipts(rollup.deposit_contract_address, block.hash, receipts);
        let encode = |deposit| Transaction::from(deposit).encoded();
        let is_update = |log: &&Log| log.address == rollup.l1_system_config_address;
        let logs = receipts
            .iter()
            .filter(|receipt| receipt.success)
            .flat_map(|receipt| &receipt.logs);
        Self {
            block,
            header,
            deposits: deposits.map(|deposits| deposits.into_iter().map(encode).collect()),
            config_updates: logs.filter(is_update).cloned().collect(),
        }
    }
}
