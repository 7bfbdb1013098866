//! Sync start: where derivation starts after a start of the node or a reorganisation of L1.
//!
//! Specification: `protocol/derivation.md`, "Finding the sync starting point". Whole epochs are walked
//! back at once: the blocks of one have the same L1 origin.

use alloc::{boxed::Box, sync::Arc, vec::Vec};

use alloy_eips::BlockNumHash;
use protocol::{Block, BlockRef, L2BlockRef, RollupConfig, SystemConfig};

use crate::{Error, ResetPoint};

/// The heads of the L2 chain that is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyncHeads {
    /// The last block that can never change.
    pub finalized: L2BlockRef,
    /// The last block that was derived from L1.
    pub safe: L2BlockRef,
    /// The last block.
    pub unsafe_head: L2BlockRef,
}

/// What the search says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyncStep {
    /// [`SyncStart::push_l1`]: which block L1 has at that height, if any.
    NeedL1(u64),
    /// [`SyncStart::push_l2`]: the L2 block of that height.
    NeedL2(u64),
    /// The search is over.
    Found(Box<SyncPoint>),
    /// Not even the finalized block's L1 origin is on this L1 chain: this L1 is another chain's, or is
    /// not in sync yet. The node must not go on with it.
    FinalizedReorged {
        /// The L1 origin of the finalized block.
        origin: BlockNumHash,
    },
}

/// Where to start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyncPoint {
    /// The last block that may stay, though it is not derived again yet.
    pub unsafe_head: L2BlockRef,
    /// Where the pipeline starts. Its safe head is the new safe head.
    pub reset: ResetPoint,
}

/// What is looked for.
#[derive(Clone, Copy, Debug)]
enum Phase {
    /// The last block whose L1 origin is canonical, or ahead of L1. The L1 origin of this one is looked
    /// at.
    Unsafe(L2BlockRef),
    /// The block of this height, the last of the epoch before, to look at its L1 origin.
    UnsafeBack(u64),
    /// The last derivation from an L1 block that is still canonical.
    Derivations,
    /// The block of this height, on the way back by a sequencing window from an L1 block.
    Window { number: u64, from: u64 },
    /// The new safe head, for its system config.
    SafeBlock,
    /// The block of this height, on the way back by a channel timeout.
    Base { number: u64 },
    /// The L1 block to begin with.
    BaseOrigin(BlockNumHash),
    /// Nothing any more.
    Done,
    /// Nothing: this L1 origin of the finalized block is not canonical.
    FinalizedReorged(BlockNumHash),
}

/// The search, without I/O: it says what it needs, is pushed that, and goes on.
#[derive(Clone, Debug)]
pub struct SyncStart {
    rollup: Arc<RollupConfig>,
    heads: SyncHeads,
    /// Remembered derivations, latest last.
    derivations: Vec<(BlockRef, L2BlockRef)>,
    found: SyncPoint,
    /// Whether [`SyncPoint::unsafe_head`] of what is found is still a candidate.
    has_unsafe: bool,
    phase: Phase,
}

impl SyncStart {
    /// Starts a search.
    ///
    /// `derivations` says from which L1 block which safe head was derived, latest first, as
    /// [`Finality::latest_first`](crate::Finality::latest_first) does: what was derived from an L1
    /// block that is still canonical stays. Without them the search goes back a sequencing window.
    pub fn new(
        rollup: Arc<RollupConfig>,
        heads: SyncHeads,
        derivations: impl IntoIterator<Item = (BlockRef, L2BlockRef)>,
    ) -> Self {
        let is_usable =
            |entry: &(BlockRef, L2BlockRef)| (heads.finalized.number..=heads.safe.number).contains(&entry.1.number);
        let mut derivations: Vec<_> = derivations.into_iter().filter(is_usable).collect();
        derivations.reverse();
        let reset = ResetPoint {
            safe_head: heads.safe,
            ..ResetPoint::default()
        };
        Self {
            rollup,
            heads,
            derivations,
            found: SyncPoint {
                unsafe_head: heads.unsafe_head,
                reset,
            },
            has_unsafe: true,
            phase: Phase::Unsafe(heads.unsafe_head),
        }
    }

    /// What the search needs, or found.
    pub fn step(&self) -> SyncStep {
        match self.phase {
            Phase::Unsafe(at) => SyncStep::NeedL1(at.l1_origin.number),
            Phase::Derivations => SyncStep::NeedL1(self.derivations.last().map_or(0, |d| d.0.number)),
            Phase::UnsafeBack(number) | Phase::Window { number, .. } | Phase::Base { number } => {
                SyncStep::NeedL2(number)
            }
            Phase::SafeBlock => SyncStep::NeedL2(self.found.reset.safe_head.number),
            Phase::BaseOrigin(base) => SyncStep::NeedL1(base.number),
            Phase::Done => SyncStep::Found(Box::new(self.found)),
            Phase::FinalizedReorged(origin) => SyncStep::FinalizedReorged { origin },
        }
    }

    /// Pushes what L1 has at the height that is needed: `None` if it is not that high.
    pub fn push_l1(&mut self, block: Option<BlockRef>) -> Result<(), Error> {
        let SyncStep::NeedL1(number) = self.step() else {
            return Err(Error::NotNeeded);
        };
        if block.is_some_and(|block| block.number != number) {
            return Err(Error::NotNeeded);
        }
        match self.phase {
            Phase::Unsafe(at) => self.judge_unsafe(at, block),
            Phase::Derivations => self.judge_derivation(block),
            Phase::BaseOrigin(base) => self.finish(base, block),
            _ => {}
        }
        Ok(())
    }

    /// Pushes the L2 block that is needed.
    pub fn push_l2(&mut self, block: &Block) -> Result<(), Error> {
        let SyncStep::NeedL2(expected) = self.step() else {
            return Err(Error::NotNeeded);
        };
        let wrong = Error::WrongL2Block {
            expected,
            found: block.header.number,
        };
        let at = L2BlockRef::from_block(&self.rollup, block).map_err(|_| wrong)?;
        let config = SystemConfig::from_block(&self.rollup, block).map_err(|_| wrong)?;
        if at.number != expected {
            return Err(wrong);
        }
        match self.phase {
            Phase::UnsafeBack(_) => {
                if !self.has_unsafe {
                    self.found.unsafe_head = at;
                    self.has_unsafe = true;
                }
                self.phase = Phase::Unsafe(at);
            }
            Phase::Window { from, .. } => self.judge_window(at, from),
            Phase::SafeBlock => {
                self.found.reset.safe_head = at;
                self.found.reset.system_config = config;
                self.judge_base(at, config);
            }
            Phase::Base { .. } => self.judge_base(at, config),
            _ => {}
        }
        Ok(())
    }

    fn judge_unsafe(&mut self, at: L2BlockRef, canonical: Option<BlockRef>) {
        let is_canonical = canonical.is_some_and(|block| block.hash == at.l1_origin.hash);
        if is_canonical {
            self.found_canonical(at);
        } else if at.number <= self.heads.finalized.number {
            self.phase = Phase::FinalizedReorged(at.l1_origin);
        } else {
            // An origin that L1 does not have yet may still come true; another one cannot.
            self.has_unsafe &= canonical.is_none();
            let number = before_epoch(&at).max(self.heads.finalized.number);
            self.phase = Phase::UnsafeBack(number);
        }
    }

    /// From the last block whose L1 origin is canonical on, looks for the safe head.
    fn found_canonical(&mut self, highest: L2BlockRef) {
        let from = highest.l1_origin.number;
        let number = highest.number.min(self.heads.safe.number);
        self.derivations.retain(|(_, l2)| l2.number <= number);
        self.phase = if self.derivations.is_empty() {
            Phase::Window { number, from }
        } else {
            Phase::Derivations
        };
        // Without derivations to try, the window counts from here.
        self.found.reset.l1_base.number = from;
    }

    fn judge_derivation(&mut self, canonical: Option<BlockRef>) {
        let Some((derived_from, safe)) = self.derivations.pop() else {
            return;
        };
        if canonical.is_some_and(|block| block.hash == derived_from.hash) {
            self.found_safe(safe);
        } else if self.derivations.is_empty() {
            let from = self.found.reset.l1_base.number;
            self.phase = Phase::Window {
                number: safe.number,
                from,
            };
        }
    }

    /// Goes back until no batch of the block can be later than the L1 block at which the search for the
    /// window began.
    fn judge_window(&mut self, at: L2BlockRef, from: u64) {
        let window_end = at.l1_origin.number.saturating_add(self.rollup.seq_window_size);
        if at.number <= self.heads.finalized.number {
            self.found_safe(self.heads.finalized);
        } else if window_end < from {
            self.found_safe(at);
        } else {
            let number = before_epoch(&at).max(self.heads.finalized.number);
            self.phase = Phase::Window { number, from };
        }
    }

    fn found_safe(&mut self, safe: L2BlockRef) {
        self.found.reset.safe_head = safe;
        if self.found.unsafe_head.number < safe.number {
            self.found.unsafe_head = safe;
        }
        self.phase = Phase::SafeBlock;
    }

    /// Goes back until no channel with the next block can have begun before.
    fn judge_base(&mut self, at: L2BlockRef, config: SystemConfig) {
        let safe = self.found.reset.safe_head;
        let genesis = &self.rollup.genesis;
        let timeout = self.rollup.channel_timeout(at.timestamp);
        let is_far_enough = at.l1_origin.number.saturating_add(timeout) <= safe.l1_origin.number;
        let is_genesis = at.number <= genesis.l2.number || at.l1_origin.number <= genesis.l1.number;
        if is_far_enough || is_genesis {
            self.found.reset.l1_base_system_config = config;
            self.phase = Phase::BaseOrigin(at.l1_origin);
        } else {
            let number = before_epoch(&at).max(genesis.l2.number);
            self.phase = Phase::Base { number };
        }
    }

    /// The search is over, unless L1 was reorganised while it went on: then it starts again.
    fn finish(&mut self, base: BlockNumHash, canonical: Option<BlockRef>) {
        match canonical {
            Some(block) if block.hash == base.hash => {
                self.found.reset.l1_base = block;
                self.phase = Phase::Done;
            }
            _ => *self = Self::new(Arc::clone(&self.rollup), self.heads, []),
        }
    }
}

/// Height of the last block of the epoch before.
const fn before_epoch(at: &L2BlockRef) -> u64 {
    at.number.saturating_sub(at.sequence_number).saturating_sub(1)
}
