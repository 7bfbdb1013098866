//! Whether a span batch fits the chain: the checks before its blocks are taken one by one.
//!
//! Specification: `protocol/delta/span-batches.md`, "Batch Queue", as `protocol/holocene/derivation.md`
//! changed it: the span's place on both chains is checked as a whole, its blocks one by one, and those
//! that overlap the safe chain must be the ones that are there.

use alloc::{collections::VecDeque, sync::Arc};

use protocol::{
    Block, L2BlockRef, RollupConfig, Transaction,
    batch::{SpanBatch, SpanBlock},
};

use super::{
    Origin, Pause, Pull,
    batch_validity::{Context, Validity},
};
use crate::{Error, Need, ResetReason};

/// A span batch that is being checked, block by block of the safe chain that it overlaps.
#[derive(Clone, Debug)]
pub(crate) struct SpanCheck {
    batch: SpanBatch,
    progress: Progress,
}

#[derive(Clone, Debug)]
enum Progress {
    /// Nothing is checked yet.
    Start,
    /// The block before the span is needed.
    Parent(u64),
    /// The block before the span is this one; its place is to be checked.
    Place(L2BlockRef),
    /// The next block of the span is compared with the next of the safe chain. This is the last one
    /// that was seen.
    Overlap(L2BlockRef),
    /// The verdict is there.
    Done(Validity),
}

impl SpanCheck {
    pub(crate) const fn new(batch: SpanBatch) -> Self {
        Self {
            batch,
            progress: Progress::Start,
        }
    }

    /// The batch, once it is accepted.
    pub(crate) fn into_batch(self) -> SpanBatch {
        self.batch
    }

    /// Goes on until the verdict is there, or a block is needed.
    pub(crate) fn check(&mut self, context: &Context<'_>, l1_blocks: &VecDeque<Arc<Origin>>) -> Pull<Validity> {
        loop {
            self.progress = match &self.progress {
                Progress::Start => self.find_parent(context),
                Progress::Parent(number) => {
                    return Err(Pause::Need(Need::L2Block { number: *number }));
                }
                Progress::Place(parent) => match self.check_place(parent, context, l1_blocks) {
                    Validity::Accept => Progress::Overlap(*parent),
                    other => Progress::Done(other),
                },
                Progress::Overlap(last) if last.number < context.parent.number => {
                    let number = last.number.saturating_add(1);
                    return Err(Pause::Need(Need::L2Block { number }));
                }
                Progress::Overlap(last) if last.hash != context.parent.hash => {
                    return Err(Pause::Reset(ResetReason::L2Chain { number: last.number }));
                }
                Progress::Overlap(_) => Progress::Done(Validity::Accept),
                Progress::Done(validity) => return Ok(*validity),
            };
        }
    }

    /// The checks that need no L2 block, and which block is the one before the span.
    fn find_parent(&self, context: &Context<'_>) -> Progress {
        let next_timestamp = context.next_timestamp();
        let start = self.batch.start_timestamp();
        let last_epoch = context.epoch.block.number.saturating_add(1);
        let needs_next = self.batch.start_epoch_number() == last_epoch;
        if needs_next && context.next_epoch.is_none() {
            return Progress::Done(Validity::Undecided);
        }
        if start > next_timestamp {
            return Progress::Done(Validity::Drop);
        }
        if self.batch.end_timestamp() < next_timestamp {
            return Progress::Done(Validity::Past);
        }
        if start == next_timestamp {
            return Progress::Place(*context.parent);
        }
        match parent_number(context, start) {
            Some(number) => Progress::Parent(number),
            None => Progress::Done(Validity::Drop),
        }
    }

    /// Whether the span follows its parent, is included in time, and ends on this L1 chain.
    fn check_place(&self, parent: &L2BlockRef, context: &Context<'_>, l1_blocks: &VecDeque<Arc<Origin>>) -> Validity {
        let start_epoch = self.batch.start_epoch_number();
        let end_epoch = self.batch.end_epoch_number();
        let parent_epoch = parent.l1_origin.number;
        if !self.batch.is_parent(&parent.hash)
            || !context.is_in_window(start_epoch)
            || start_epoch > parent_epoch.saturating_add(1)
        {
            return Validity::Drop;
        }
        match l1_blocks.iter().find(|origin| origin.block.number == end_epoch) {
            None => Validity::Undecided,
            Some(end) if !self.batch.is_end_origin(&end.block.hash) => Validity::Drop,
            Some(_) if start_epoch < parent_epoch => Validity::Drop,
            Some(_) => Validity::Accept,
        }
    }

    /// Takes the block of the safe chain that is needed.
    pub(crate) fn push_l2_block(&mut self, rollup: &RollupConfig, block: &Block) -> Result<(), Error> {
        let (expected, parent_hash) = match &self.progress {
            Progress::Parent(number) => (*number, None),
            Progress::Overlap(last) => (last.number.saturating_add(1), Some(last.hash)),
            _ => return Err(Error::NotNeeded),
        };
        let wrong = Error::WrongL2Block {
            expected,
            found: block.header.number,
        };
        let reference = L2BlockRef::from_block(rollup, block).map_err(|_| wrong)?;
        let follows = parent_hash.is_none_or(|hash| hash == reference.parent_hash);
        if reference.number != expected || !follows {
            return Err(wrong);
        }
        self.progress = match self.progress {
            Progress::Parent(_) => Progress::Place(reference),
            _ if self.is_same(rollup, &reference, block) => Progress::Overlap(reference),
            _ => Progress::Done(Validity::Drop),
        };
        Ok(())
    }

    /// Whether a block of the safe chain is what the span says about its time.
    fn is_same(&self, rollup: &RollupConfig, reference: &L2BlockRef, block: &Block) -> bool {
        let Some(claimed) = self.block_at(rollup, reference.timestamp) else {
            return false;
        };
        let transactions = block.body.transactions.iter().filter(|tx| !tx.is_deposit());
        claimed.epoch_number == reference.l1_origin.number
            && transactions
                .map(Transaction::encoded)
                .eq(claimed.transactions.iter().cloned())
    }

    /// The block of the span at that time.
    fn block_at(&self, rollup: &RollupConfig, timestamp: u64) -> Option<&SpanBlock> {
        let elapsed = timestamp.checked_sub(self.batch.start_timestamp())?;
        let index = usize::try_from(elapsed.checked_div(rollup.block_time)?).ok()?;
        self.batch
            .blocks
            .get(index)
            .filter(|block| block.timestamp == timestamp)
    }
}

/// Number of the block before the one of that time, on or before the safe head; none if there is no
/// block of exactly that time, or nothing before it.
fn parent_number(context: &Context<'_>, start: u64) -> Option<u64> {
    let elapsed = context.parent.timestamp.checked_sub(start)?;
    let is_aligned = elapsed.checked_rem(context.rollup.block_time)? == 0;
    let blocks = elapsed.checked_div(context.rollup.block_time)?.checked_add(1)?;
    let number = context.parent.number.checked_sub(blocks)?;
    (is_aligned && number >= context.rollup.genesis.l2.number).then_some(number)
}
