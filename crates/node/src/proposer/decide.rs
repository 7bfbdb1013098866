//! When to propose. Pure.

use l1::{NextOutput, OracleParameters};
use protocol::{BlockRef, L2BlockRef};

/// L1 blocks by which derivation may be behind L1 while something is proposed: the oracle knows the hashes of its last 256 blocks,
/// and the transaction takes some blocks to get there.
const BEHIND_MAX: u64 = 128;

/// What the proposer knows, all of it of one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    /// The last block whose output may be proposed.
    pub(super) head: L2BlockRef,
    /// L1's newest block.
    pub(super) l1_head: BlockRef,
    /// The L1 block that derivation has read last; the head was derived from it or from those before it.
    pub(super) derived_l1: BlockRef,
    /// What the oracle expects as of [`Self::l1_head`].
    pub(super) next: NextOutput,
    /// The time of the block that it expects, by the oracle's clock, in seconds.
    pub(super) next_time_s: u64,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// The head has not come to the next output.
    NotDue,
    /// L1 is not past the time of the output's block: the oracle would not take it.
    TooEarly,
    /// Derivation is so many L1 blocks behind that the oracle could not tell whether L1 still has what the head is derived from.
    Behind {
        /// L1 blocks.
        blocks: u64,
    },
    /// Propose it.
    Propose,
}

impl View {
    pub(super) const fn decide(&self) -> Decision {
        let blocks = self.l1_head.number.saturating_sub(self.derived_l1.number);
        if self.head.number < self.next.l2_block_number {
            Decision::NotDue
        } else if self.l1_head.timestamp <= self.next_time_s {
            Decision::TooEarly
        } else if blocks > BEHIND_MAX {
            Decision::Behind { blocks }
        } else {
            Decision::Propose
        }
    }
}

/// Why an oracle is not of a rollup with this genesis (height and time) and this time between blocks, if it is not.
pub(super) fn foreign(parameters: &OracleParameters, genesis: (u64, u64), block_time_s: u64) -> Option<String> {
    let (start, (genesis_number, genesis_time)) = (parameters.starting_block_number, genesis);
    let blocks = start.saturating_sub(genesis_number);
    let start_time = genesis_time.saturating_add(blocks.saturating_mul(block_time_s));
    if parameters.l2_block_time_s != block_time_s {
        Some(format!(
            "it counts {} s a block, the rollup config {block_time_s} s",
            parameters.l2_block_time_s
        ))
    } else if start < genesis_number || parameters.starting_timestamp_s != start_time {
        Some(format!(
            "it begins with block {start} at time {}, by the rollup config that block's time is {start_time}",
            parameters.starting_timestamp_s
        ))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(head: u64, l1_head: u64, derived: u64) -> View {
        let l1 = |number| BlockRef {
            number,
            timestamp: 1_000 + 2 * number,
            ..BlockRef::default()
        };
        View {
            head: L2BlockRef {
                number: head,
                ..L2BlockRef::default()
            },
            l1_head: l1(l1_head),
            derived_l1: l1(derived),
            next: NextOutput {
                index: 3,
                l2_block_number: 16,
            },
            next_time_s: 1_016,
        }
    }

    #[test]
    fn an_output_is_proposed_once_the_head_has_come_to_it() {
        assert_eq!(view(15, 100, 100).decide(), Decision::NotDue);
        assert_eq!(view(16, 100, 100).decide(), Decision::Propose);
        assert_eq!(view(400, 100, 100).decide(), Decision::Propose);
    }

    #[test]
    fn an_output_waits_for_l1_to_be_past_its_block_s_time() {
        assert_eq!(view(16, 7, 7).decide(), Decision::TooEarly);
        assert_eq!(view(16, 8, 8).decide(), Decision::TooEarly);
        assert_eq!(view(16, 9, 9).decide(), Decision::Propose);
    }

    #[test]
    fn nothing_is_proposed_that_the_oracle_could_not_tie_to_l1() {
        assert_eq!(view(16, 1_000, 872).decide(), Decision::Propose);
        assert_eq!(view(16, 1_000, 871).decide(), Decision::Behind { blocks: 129 });
    }

    #[test]
    fn an_oracle_with_another_clock_is_another_rollup_s() {
        let oracle = |start, time, block_time| OracleParameters {
            submission_interval_blocks: 4,
            l2_block_time_s: block_time,
            starting_block_number: start,
            starting_timestamp_s: time,
            proposer: alloy_primitives::Address::ZERO,
            challenger: alloy_primitives::Address::ZERO,
            finalization_period_s: 1,
        };
        for (start, time) in [(10, 1_000), (15, 1_010)] {
            assert_eq!(foreign(&oracle(start, time, 2), (10, 1_000), 2), None);
        }
        for other in [
            oracle(10, 1_000, 1),
            oracle(10, 1_001, 2),
            oracle(9, 1_000, 2),
            oracle(u64::MAX, 1_000, 2),
        ] {
            assert!(foreign(&other, (10, 1_000), 2).is_some(), "{other:?}");
        }
    }
}
