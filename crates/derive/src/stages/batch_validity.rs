//! Whether a batch fits the chain.
//!
//! Specification: `protocol/derivation.md`, "Batch Queue", as `protocol/holocene/derivation.md` changed
//! it, and `protocol/jovian/derivation.md`, "Activation Block Rules".

use alloc::sync::Arc;

use alloy_primitives::Bytes;
use protocol::{DEPOSIT_TX_TYPE, Fork, L2BlockRef, RollupConfig, batch::SingularBatch};

use super::Origin;
use crate::attributes::is_activation_block;

/// EIP-2718 type of a transaction that sets code (Isthmus).
const SET_CODE_TX_TYPE: u8 = 4;

/// EIP-2718 type of a transaction that no fork known here allows (a later one's post-execution transaction).
const POST_EXEC_TX_TYPE: u8 = 0x7d;

/// What is to be done with a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Validity {
    /// The next block is made from it.
    Accept,
    /// It, the rest of its span and the rest of its channel are dropped.
    Drop,
    /// It alone is dropped: its block is there already.
    Past,
    /// It alone is dropped, for want of an L1 block to judge it by.
    Undecided,
}

/// What a batch is compared with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) rollup: &'a RollupConfig,
    /// The safe head.
    pub(crate) parent: &'a L2BlockRef,
    /// The L1 origin of the safe head, or the one after it if that has run out.
    pub(crate) epoch: &'a Arc<Origin>,
    /// The L1 block after that.
    pub(crate) next_epoch: Option<&'a Arc<Origin>>,
    /// Number of the L1 block that completed the batch's channel.
    pub(crate) inclusion_block_number: u64,
}

impl<'a> Context<'a> {
    /// The time of the next L2 block.
    pub(crate) const fn next_timestamp(&self) -> u64 {
        self.parent.timestamp.saturating_add(self.rollup.block_time)
    }

    /// Whether a batch of that epoch is included within its sequencing window.
    pub(crate) const fn is_in_window(&self, epoch_number: u64) -> bool {
        epoch_number.saturating_add(self.rollup.seq_window_size) >= self.inclusion_block_number
    }

    /// Judges a batch of one block.
    pub(crate) fn check(&self, batch: &SingularBatch) -> Validity {
        let next_timestamp = self.next_timestamp();
        if batch.timestamp > next_timestamp {
            return Validity::Drop;
        }
        if batch.timestamp < next_timestamp {
            return Validity::Past;
        }
        if batch.parent_hash != self.parent.hash || !self.is_in_window(batch.epoch_number) {
            return Validity::Drop;
        }
        let epoch = self.epoch.block.number;
        let (batch_origin, advances) = if batch.epoch_number == epoch {
            (self.epoch, false)
        } else if Some(batch.epoch_number) == epoch.checked_add(1) {
            match self.next_epoch {
                Some(next) => (next, true),
                None => return Validity::Undecided,
            }
        } else {
            return Validity::Drop;
        };
        let is_known = batch.epoch_hash == batch_origin.block.hash;
        if !is_known || batch.timestamp < batch_origin.block.timestamp {
            return Validity::Drop;
        }
        match self.check_drift(batch, batch_origin, advances) {
            Validity::Accept => self.check_transactions(batch),
            other => other,
        }
    }

    /// The sequencer must not run ahead of L1, except with empty blocks while it cannot adopt the next
    /// L1 block.
    fn check_drift(&self, batch: &SingularBatch, origin: &Origin, advances: bool) -> Validity {
        let origin_time = origin.block.timestamp;
        let drift_max = self.rollup.max_sequencer_drift(origin_time);
        if batch.timestamp <= origin_time.saturating_add(drift_max) {
            return Validity::Accept;
        }
        if !batch.transactions.is_empty() {
            return Validity::Drop;
        }
        match self.next_epoch {
            _ if advances => Validity::Accept,
            None => Validity::Undecided,
            Some(next) if batch.timestamp >= next.block.timestamp => Validity::Drop,
            Some(_) => Validity::Accept,
        }
    }

    /// Some transactions are not the sequencer's to include, and some blocks hold none of its.
    fn check_transactions(&self, batch: &SingularBatch) -> Validity {
        let is_active = |fork| self.rollup.is_active(fork, batch.timestamp);
        let is_foreign = |transaction: &Bytes| match transaction.first() {
            None | Some(&(DEPOSIT_TX_TYPE | POST_EXEC_TX_TYPE)) => true,
            Some(&SET_CODE_TX_TYPE) => !is_active(Fork::Isthmus),
            Some(_) => false,
        };
        let is_activation = is_activation_block(self.rollup, batch.timestamp);
        let must_be_empty = is_activation && !batch.transactions.is_empty();
        if must_be_empty || batch.transactions.iter().any(is_foreign) {
            Validity::Drop
        } else {
            Validity::Accept
        }
    }
}
