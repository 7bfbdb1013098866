//! Which outputs are judged, which are not, and which stand although they are wrong. Pure, and of fixed size: what is not final is
//! on L1, and is read again from there.

use super::judge::Fault;
use l1::ProposedOutput;
use protocol::BlockRef;
use std::collections::VecDeque;

/// Outputs that are held until they are judged. The others wait on L1.
pub(super) const OPEN_MAX: usize = 512;

/// A wrong output that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) output: ProposedOutput,
    pub(super) fault: Fault,
}

/// Where the challenger stands.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// The L1 block as of which the outputs were read last.
    head: Option<BlockRef>,
    /// The number of the first output that is not judged.
    next: u64,
    /// Outputs from there on, as far as they are read.
    open: VecDeque<ProposedOutput>,
    /// The first wrong output that can still be deleted; what is behind it goes with it.
    wrong: Option<Wrong>,
    /// The first wrong output that nothing can delete any more.
    lost: Option<Wrong>,
}

impl Watch {
    pub(super) const fn head(&self) -> Option<BlockRef> {
        self.head
    }

    pub(super) const fn next(&self) -> u64 {
        self.next
    }

    pub(super) const fn wrong(&self) -> Option<Wrong> {
        self.wrong
    }

    pub(super) const fn lost(&self) -> Option<Wrong> {
        self.lost
    }

    /// The output to be judged next.
    pub(super) fn first_open(&self) -> Option<ProposedOutput> {
        self.open.front().copied()
    }

    /// The number after the last output that is known.
    pub(super) fn end(&self) -> u64 {
        self.open.back().map_or(self.next, |last| last.index + 1)
    }

    /// Begins at an output: those before it are none of its business.
    pub(super) fn begin_at(&mut self, index: u64) {
        *self = Self {
            next: index,
            ..Self::default()
        };
    }

    /// Outputs from this number on are gone, or others than before.
    pub(super) fn forget_from(&mut self, index: u64) {
        self.open.retain(|output| output.index < index);
        self.next = self.next.min(index);
        self.wrong = self.wrong.filter(|wrong| wrong.output.index < index);
        self.lost = self.lost.filter(|lost| lost.output.index < index);
    }

    /// Outputs as of an L1 block, in order; what is known already, and what there is no room for, is left out.
    pub(super) fn read(&mut self, head: BlockRef, outputs: &[ProposedOutput]) {
        self.head = Some(head);
        for output in outputs {
            if output.index == self.end() && self.open.len() < OPEN_MAX {
                self.open.push_back(*output);
            }
        }
    }

    /// The first open output is right.
    pub(super) fn agreed(&mut self) {
        self.judged();
    }

    /// The first open output is wrong.
    pub(super) fn found_wrong(&mut self, fault: Fault) {
        if let Some(output) = self.judged() {
            self.wrong.get_or_insert(Wrong { output, fault });
        }
    }

    /// The wrong output cannot be deleted any more. What is behind it may be wrong too, and is judged again.
    pub(super) fn give_up(&mut self) {
        let Some(wrong) = self.wrong.take() else { return };
        self.lost.get_or_insert(wrong);
        self.next = wrong.output.index + 1;
        self.open.clear();
    }

    /// A second look says that it is not wrong: judge it again.
    pub(super) fn take_back(&mut self) {
        if let Some(wrong) = self.wrong {
            self.forget_from(wrong.output.index);
        }
    }

    fn judged(&mut self) -> Option<ProposedOutput> {
        let output = self.open.pop_front()?;
        self.next = output.index + 1;
        Some(output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::B256;

    const FAULT: Fault = Fault::OtherRoot {
        proposed: B256::ZERO,
        own: B256::ZERO,
    };

    fn outputs(indices: std::ops::Range<u64>) -> Vec<ProposedOutput> {
        let output = |index| ProposedOutput {
            index,
            output_root: B256::ZERO,
            l1_timestamp_s: 1_000 + index,
            l2_block_number: index * 4,
        };
        indices.map(output).collect()
    }

    fn reading(indices: std::ops::Range<u64>) -> Watch {
        let mut watch = Watch::default();
        watch.begin_at(indices.start);
        watch.read(BlockRef::default(), &outputs(indices));
        watch
    }

    fn first_open(watch: &Watch) -> Option<u64> {
        watch.first_open().map(|output| output.index)
    }

    fn wrong(watch: &Watch) -> Option<u64> {
        watch.wrong().map(|wrong| wrong.output.index)
    }

    #[test]
    fn outputs_are_judged_in_order_and_the_first_wrong_one_is_kept() {
        let mut watch = reading(5..9);
        watch.agreed();
        watch.found_wrong(FAULT);
        watch.found_wrong(FAULT);
        assert_eq!((first_open(&watch), watch.next(), wrong(&watch)), (Some(8), 8, Some(6)));
        watch.agreed();
        assert_eq!((first_open(&watch), watch.next(), watch.end()), (None, 9, 9));
    }

    #[test]
    fn what_is_known_already_is_not_read_twice() {
        let mut watch = reading(5..7);
        watch.agreed();
        watch.read(BlockRef::default(), &outputs(5..9));
        assert_eq!((first_open(&watch), watch.open.len()), (Some(6), 3));
        // A gap is never skipped.
        watch.read(BlockRef::default(), &outputs(11..12));
        assert_eq!(watch.end(), 9);
    }

    #[test]
    fn a_deletion_forgets_what_was_judged_of_the_deleted() {
        let mut watch = reading(0..10);
        for _ in 0..4 {
            watch.agreed();
        }
        watch.found_wrong(FAULT);
        watch.agreed();
        watch.forget_from(5);
        assert_eq!((watch.next(), wrong(&watch), first_open(&watch)), (5, Some(4), None));
        watch.forget_from(4);
        assert_eq!((watch.next(), wrong(&watch), watch.end()), (4, None, 4));
        watch.read(BlockRef::default(), &outputs(4..5));
        assert_eq!(first_open(&watch), Some(4));
    }

    #[test]
    fn behind_a_wrong_output_that_is_final_others_are_looked_for() {
        let mut watch = reading(0..4);
        watch.found_wrong(FAULT);
        watch.found_wrong(FAULT);
        watch.agreed();
        watch.give_up();
        assert_eq!((wrong(&watch), watch.next(), first_open(&watch)), (None, 1, None));
        assert_eq!(watch.lost().map(|lost| lost.output.index), Some(0));
        watch.read(BlockRef::default(), &outputs(1..4));
        watch.found_wrong(FAULT);
        watch.give_up();
        assert_eq!(
            watch.lost().map(|lost| lost.output.index),
            Some(0),
            "the first one counts"
        );
    }

    #[test]
    fn a_wrong_output_that_is_not_wrong_at_second_sight_is_judged_again() {
        let mut watch = reading(0..4);
        watch.agreed();
        watch.found_wrong(FAULT);
        watch.agreed();
        watch.take_back();
        assert_eq!((wrong(&watch), watch.next(), watch.end()), (None, 1, 1));
    }

    #[test]
    fn it_holds_a_bounded_number_of_outputs_however_many_there_are() {
        let mut watch = Watch::default();
        let (mut most, mut read) = (0, 0);
        while watch.next() < 10_000 {
            watch.read(BlockRef::default(), &outputs(watch.end()..10_000));
            read += 1;
            most = most.max(watch.open.capacity());
            while let Some(output) = watch.first_open() {
                if output.index % 3 == 0 {
                    watch.found_wrong(FAULT);
                } else {
                    watch.agreed();
                }
            }
        }
        assert_eq!(read, 10_000_usize.div_ceil(OPEN_MAX));
        assert!(most <= 2 * OPEN_MAX, "room for {most}");
        assert_eq!(wrong(&watch), Some(0));
    }
}
