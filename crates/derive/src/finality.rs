//! Finality: L1 blocks that become final take L2 blocks with them.

use alloc::collections::VecDeque;

use protocol::{BlockRef, L2BlockRef};

/// Pairs that are kept at most; when more come, every other of the older half is given up, which only
/// makes finality coarser.
const ENTRIES_MAX: usize = 8192;

/// Remembers from which L1 block each safe head was derived.
#[derive(Clone, Debug, Default)]
pub struct Finality {
    /// Ordered by both numbers; one entry for an L1 block, with the last L2 block derived from it.
    entries: VecDeque<(BlockRef, L2BlockRef)>,
}

impl Finality {
    /// Remembers that `safe_head` was derived when L1 was read up to `derived_from`. Entries that
    /// contradict it, left from before a reset, are forgotten.
    pub fn record(&mut self, derived_from: BlockRef, safe_head: L2BlockRef) {
        while self
            .entries
            .back()
            .is_some_and(|(l1, l2)| l1.number >= derived_from.number || l2.number >= safe_head.number)
        {
            self.entries.pop_back();
        }
        if self.entries.len() >= ENTRIES_MAX {
            self.thin();
        }
        self.entries.push_back((derived_from, safe_head));
    }

    /// Gives up every other entry of the older half.
    fn thin(&mut self) {
        let half = self.entries.len() / 2;
        let mut index = 0usize;
        self.entries.retain(|_| {
            index = index.saturating_add(1);
            index > half || index.is_multiple_of(2)
        });
    }

    /// Forgets what was derived from L1 blocks from that number on: they were reorganised.
    pub fn truncate(&mut self, l1_number: u64) {
        while self.entries.back().is_some_and(|(l1, _)| l1.number >= l1_number) {
            self.entries.pop_back();
        }
    }

    /// The L2 block that is final once L1 is final up to `l1_finalized`, and forgets what came before.
    pub fn finalize(&mut self, l1_finalized: u64) -> Option<L2BlockRef> {
        let final_count = self
            .entries
            .iter()
            .take_while(|(l1, _)| l1.number <= l1_finalized)
            .count();
        let last = final_count.checked_sub(1)?;
        self.entries.drain(..last);
        self.entries.front().map(|(_, l2)| *l2)
    }

    /// What was derived from which L1 block, latest first: candidates for where to start again.
    pub fn latest_first(&self) -> impl Iterator<Item = &(BlockRef, L2BlockRef)> {
        self.entries.iter().rev()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn l1(number: u64) -> BlockRef {
        BlockRef {
            number,
            ..BlockRef::default()
        }
    }

    fn l2(number: u64) -> L2BlockRef {
        L2BlockRef {
            number,
            ..L2BlockRef::default()
        }
    }

    #[test]
    fn l2_blocks_are_final_with_the_l1_block_they_were_derived_from() {
        let mut finality = Finality::default();
        for (from, to) in [(10, 100), (10, 101), (12, 102), (15, 110)] {
            finality.record(l1(from), l2(to));
        }
        assert_eq!(finality.finalize(9), None);
        assert_eq!(finality.finalize(11), Some(l2(101)));
        assert_eq!(finality.finalize(12), Some(l2(102)));
        assert_eq!(finality.finalize(14), Some(l2(102)));
        assert_eq!(finality.finalize(15), Some(l2(110)));
    }

    #[test]
    fn s12_what_a_reorganised_l1_block_gave_is_forgotten() {
        let mut finality = Finality::default();
        finality.record(l1(10), l2(100));
        finality.record(l1(12), l2(105));
        finality.truncate(12);
        assert_eq!(finality.finalize(20), Some(l2(100)));
        finality.record(l1(12), l2(103));
        finality.record(l1(11), l2(102));
        assert_eq!(finality.finalize(11), Some(l2(102)));
        assert_eq!(finality.finalize(20), Some(l2(102)));
    }

    #[test]
    fn memory_is_bounded() {
        let mut finality = Finality::default();
        for number in 0..100_000 {
            finality.record(l1(number), l2(number));
        }
        assert!(finality.entries.len() <= ENTRIES_MAX);
        assert_eq!(finality.finalize(99_999), Some(l2(99_999)));
    }
}
