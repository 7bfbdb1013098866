//! Batch Stage: Holocene's batch queue, which holds at most one span batch.
//!
//! Specification: `protocol/holocene/derivation.md`, "Span Batches" and "Batch Queue".

use alloc::{collections::VecDeque, sync::Arc};

use alloy_primitives::B256;
use protocol::{
    Block, L2BlockRef, Signatures,
    batch::{Batch, SingularBatch, SpanBatch, SpanBlock},
};

use super::{
    Chains, ChannelReader, Origin, Pause, Pull,
    batch_validity::{Context, Validity},
    span_check::SpanCheck,
};
use crate::{Error, HaltReason, ResetPoint, ResetReason};

/// A batch that the next block is made from.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    pub(crate) batch: SingularBatch,
    /// The batch's L1 origin.
    pub(crate) epoch: Arc<Origin>,
    /// Whether no more blocks of the same span wait.
    pub(crate) is_last_in_span: bool,
}

/// Puts batches in order, fills in empty ones.
#[derive(Debug)]
pub(crate) struct BatchStage<S> {
    pub(crate) prev: ChannelReader<S>,
    chains: Chains,
    /// The L1 blocks from the safe head's L1 origin on, as far as they are read.
    l1_blocks: VecDeque<Arc<Origin>>,
    /// The L1 block that was last added, or passed over for being before the safe head's origin.
    last_seen: Option<B256>,
    /// The blocks of the accepted span batch that are not taken yet.
    span: VecDeque<SpanBlock>,
    checking: Option<SpanCheck>,
}

impl<S: Signatures> BatchStage<S> {
    pub(crate) const fn new(prev: ChannelReader<S>, chains: Chains) -> Self {
        Self {
            prev,
            chains,
            l1_blocks: VecDeque::new(),
            last_seen: None,
            span: VecDeque::new(),
            checking: None,
        }
    }

    pub(crate) fn reset(&mut self, start: &ResetPoint) {
        self.l1_blocks.clear();
        self.last_seen = None;
        self.span.clear();
        self.checking = None;
        self.prev.reset(start);
    }

    pub(crate) const fn origin(&self) -> Option<&Arc<Origin>> {
        self.prev.origin()
    }

    /// Drops the rest of the span and of the channel.
    pub(crate) fn flush_channel(&mut self) {
        self.span.clear();
        self.checking = None;
        self.prev.flush_channel();
    }

    pub(crate) fn push_l2_block(&mut self, block: &Block) -> Result<(), Error> {
        let check = self.checking.as_mut().ok_or(Error::NotNeeded)?;
        check.push_l2_block(&self.chains.rollup, block)
    }

    /// The batch that the block after `parent` is made from.
    pub(crate) fn next_batch(&mut self, parent: &L2BlockRef) -> Pull<Accepted> {
        let origin = self.origin().ok_or(Pause::Exhausted)?.block;
        self.update_l1_blocks(parent);
        if origin.number <= parent.l1_origin.number {
            return self.drain();
        }
        self.check_epoch(parent)?;
        loop {
            match self.next_candidate(parent) {
                Ok(Some((batch, is_last_in_span))) => {
                    if let Some(accepted) = self.judge(parent, batch, is_last_in_span)? {
                        return Ok(accepted);
                    }
                }
                Ok(None) => {}
                Err(Pause::Exhausted) => return self.next_empty(parent),
                Err(pause) => return Err(pause),
            }
        }
    }

    /// Reads past batches that were included too early to be about blocks after the safe head.
    fn drain(&mut self) -> Pull<Accepted> {
        loop {
            self.prev.next_batch()?;
        }
    }

    /// Adds the L1 block that is being read, drops those before the safe head's origin.
    fn update_l1_blocks(&mut self, parent: &L2BlockRef) {
        let Some(origin) = self.prev.origin().cloned() else {
            return;
        };
        if self.last_seen != Some(origin.block.hash) {
            self.last_seen = Some(origin.block.hash);
            if origin.block.number >= parent.l1_origin.number {
                self.l1_blocks.push_back(origin);
            } else {
                self.l1_blocks.clear();
            }
        }
        let is_before = |first: &Arc<Origin>| first.block.number < parent.l1_origin.number;
        while self.l1_blocks.len() > 1 && self.l1_blocks.front().is_some_and(is_before) {
            self.l1_blocks.pop_front();
        }
    }

    /// The first L1 block must be the safe head's origin, or the one after it.
    fn check_epoch(&self, parent: &L2BlockRef) -> Pull<()> {
        let origin = parent.l1_origin;
        let first = self.l1_blocks.front().map(|first| first.block);
        match first {
            Some(first) if first.id() == origin => Ok(()),
            Some(first) if first.number.checked_sub(1) == Some(origin.number) => {
                if first.parent_hash == origin.hash && self.l1_blocks.len() > 1 {
                    Ok(())
                } else {
                    Err(Pause::Halt(HaltReason::StartTooLate { origin }))
                }
            }
            Some(first) if first.number == origin.number => Err(Pause::Reset(ResetReason::L1Origin {
                origin,
                canonical: first.id(),
            })),
            _ => Err(Pause::Halt(HaltReason::StartTooLate { origin })),
        }
    }

    /// What batches are judged by.
    fn context<'a>(&'a self, parent: &'a L2BlockRef) -> Pull<Context<'a>> {
        let mut l1_blocks = self.l1_blocks.iter();
        let epoch = l1_blocks.next().ok_or(Pause::Exhausted)?;
        Ok(Context {
            rollup: &self.chains.rollup,
            parent,
            epoch,
            next_epoch: l1_blocks.next(),
            inclusion_block_number: self.origin().ok_or(Pause::Exhausted)?.block.number,
        })
    }

    /// The next batch of one block, and whether it is the last of its span. `None` if one was dropped.
    fn next_candidate(&mut self, parent: &L2BlockRef) -> Pull<Option<(SingularBatch, bool)>> {
        if let Some(block) = self.span.pop_front() {
            return Ok(self.singular(parent, block));
        }
        if self.checking.is_none() {
            match self.prev.next_batch()? {
                Batch::Singular(batch) => return Ok(Some((batch, true))),
                Batch::Span(batch) => self.checking = Some(SpanCheck::new(batch)),
            }
        }
        self.check_span(parent)?;
        Ok(None)
    }

    /// Judges the span batch, and takes it apart if it is accepted.
    fn check_span(&mut self, parent: &L2BlockRef) -> Pull<()> {
        let Some(mut check) = self.checking.take() else {
            return Ok(());
        };
        let result = match self.context(parent) {
            Ok(context) => check.check(&context, &self.l1_blocks),
            Err(pause) => Err(pause),
        };
        match result {
            Ok(Validity::Accept) => self.span = not_past(check.into_batch(), parent),
            Ok(Validity::Drop) => self.flush_channel(),
            Ok(Validity::Past | Validity::Undecided) => {}
            Err(pause) => {
                self.checking = Some(check);
                return Err(pause);
            }
        }
        Ok(())
    }

    /// A block of the span as a batch on `parent`. `None`, and the span is dropped, if it does not come
    /// next.
    fn singular(&mut self, parent: &L2BlockRef, block: SpanBlock) -> Option<(SingularBatch, bool)> {
        let is_next = Some(block.timestamp) == parent.timestamp.checked_add(self.chains.rollup.block_time);
        let is_epoch = |origin: &&Arc<Origin>| origin.block.number == block.epoch_number;
        let epoch = self.l1_blocks.iter().find(is_epoch).filter(|_| is_next);
        let Some(epoch) = epoch else {
            self.span.clear();
            return None;
        };
        let batch = SingularBatch {
            parent_hash: parent.hash,
            epoch_number: block.epoch_number,
            epoch_hash: epoch.block.hash,
            timestamp: block.timestamp,
            transactions: block.transactions,
        };
        Some((batch, self.span.is_empty()))
    }

    /// Judges a batch; `None` if it was dropped.
    fn judge(&mut self, parent: &L2BlockRef, batch: SingularBatch, is_last_in_span: bool) -> Pull<Option<Accepted>> {
        let context = self.context(parent)?;
        match context.check(&batch) {
            Validity::Accept => {
                let is_epoch = batch.epoch_number == context.epoch.block.number;
                let next_epoch = context.next_epoch.filter(|_| !is_epoch);
                let epoch = Arc::clone(next_epoch.unwrap_or(context.epoch));
                return Ok(Some(Accepted {
                    batch,
                    epoch,
                    is_last_in_span,
                }));
            }
            Validity::Drop => self.flush_channel(),
            Validity::Past | Validity::Undecided => {}
        }
        Ok(None)
    }

    /// An empty batch, if the sequencing window of the epoch is over.
    fn next_empty(&mut self, parent: &L2BlockRef) -> Pull<Accepted> {
        let context = self.context(parent)?;
        let epoch = Arc::clone(context.epoch);
        let window_end = epoch.block.number.saturating_add(self.chains.rollup.seq_window_size);
        let (Some(next_epoch), true) = (context.next_epoch, window_end <= context.inclusion_block_number) else {
            return Err(Pause::Exhausted);
        };
        let timestamp = context.next_timestamp();
        let is_first_of_epoch = epoch.block.number > parent.l1_origin.number;
        if timestamp >= next_epoch.block.timestamp && !is_first_of_epoch {
            self.l1_blocks.pop_front();
            return Err(Pause::Exhausted);
        }
        let batch = SingularBatch {
            parent_hash: parent.hash,
            epoch_number: epoch.block.number,
            epoch_hash: epoch.block.hash,
            timestamp,
            transactions: alloc::vec::Vec::new(),
        };
        Ok(Accepted {
            batch,
            epoch,
            is_last_in_span: true,
        })
    }
}

/// The blocks of a span that are after the safe head.
fn not_past(batch: SpanBatch, parent: &L2BlockRef) -> VecDeque<SpanBlock> {
    batch
        .blocks
        .into_iter()
        .filter(|block| block.timestamp > parent.timestamp)
        .collect()
}
