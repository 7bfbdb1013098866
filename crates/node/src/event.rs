//! What a person may want to hear.

use crate::Fault;
use alloy_eips::BlockNumHash;
use alloy_primitives::{B256, U256};
use std::time::Duration;

/// Something happened that is worth a line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The sequencer made a block.
    Sequenced {
        /// The block.
        block: BlockNumHash,
        /// Its transactions, deposits included.
        transactions: usize,
        /// Deposits by users among them.
        deposits: usize,
        /// How long the engine took to end, execute and adopt it.
        sealing: Duration,
    },
    /// The sequencer could not make a block, and tries again.
    SequencingFailed {
        /// Why not.
        reason: String,
    },
    /// A block that somebody else made is the unsafe head.
    Followed {
        /// The block.
        block: BlockNumHash,
    },
    /// The sequencer was behind and is not any more.
    CaughtUp {
        /// Blocks that were made at once.
        blocks: u64,
    },
    /// The safe head moved to a block.
    Safe {
        /// The block.
        block: BlockNumHash,
        /// Blocks that became safe at once.
        blocks: u64,
        /// The L1 block that they were derived from.
        derived_from: BlockNumHash,
    },
    /// The finalized head moved.
    Finalized {
        /// The block.
        block: BlockNumHash,
    },
    /// Derivation began anew.
    Reset {
        /// Why.
        reason: String,
        /// The safe head it goes on from.
        safe: BlockNumHash,
    },
    /// What L1 says differs from what the engine had: the engine's block was replaced.
    Replaced {
        /// The height.
        number: u64,
        /// Where the two differ.
        reason: String,
    },
    /// A channel is on L1.
    BatchPosted {
        /// First and last block.
        blocks: (u64, u64),
        /// Bytes before compression.
        input_bytes: usize,
        /// Bytes after.
        output_bytes: usize,
        /// What it cost in wei.
        cost_wei: U256,
        /// Frames that it was cut into.
        frames: usize,
        /// Transactions that carried them.
        transactions: usize,
        /// The transaction that ended it.
        transaction: B256,
    },
    /// A proposed output is right.
    OutputAgreed {
        /// Its number.
        index: u64,
        /// The L2 block that it is of.
        l2_block_number: u64,
        /// L1 blocks after that of the proposal, when this was clear.
        l1_blocks: u64,
    },
    /// A proposed output is wrong.
    OutputWrong {
        /// Its number.
        index: u64,
        /// The L2 block that it is of.
        l2_block_number: u64,
        /// L1 blocks after that of the proposal, when this was clear.
        l1_blocks: u64,
        /// Why it is wrong.
        fault: Fault,
    },
    /// A wrong output is deleted, and all behind it.
    OutputsDeleted {
        /// The number of the first.
        first_index: u64,
        /// The transaction.
        transaction: B256,
    },
    /// Somebody must do something.
    Alarm {
        /// What, and why.
        reason: String,
    },
    /// An output is on L1.
    OutputProposed {
        /// Its number.
        index: u64,
        /// The L2 block that it is of.
        block: BlockNumHash,
        /// Its root.
        output_root: B256,
        /// What it cost in wei.
        cost_wei: U256,
        /// The transaction that carried it.
        transaction: B256,
    },
    /// Something is waited for.
    Waiting {
        /// For what, and where it should come from.
        reason: String,
    },
    /// What was waited for is there.
    Resumed,
}
