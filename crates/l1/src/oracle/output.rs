//! What an oracle knows.

use alloy_primitives::{Address, B256};

/// A proposed output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProposedOutput {
    /// Its number. After a deletion numbers are used again.
    pub index: u64,
    /// The root.
    pub output_root: B256,
    /// When it was proposed: the L1 block's time, in seconds.
    pub l1_timestamp_s: u64,
    /// The L2 block that it is of.
    pub l2_block_number: u64,
}

/// The output that is to be proposed next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextOutput {
    /// The number that it will have.
    pub index: u64,
    /// The L2 block that it will be of.
    pub l2_block_number: u64,
}

/// What an oracle was initialised with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OracleParameters {
    /// L2 blocks between outputs.
    pub submission_interval_blocks: u64,
    /// Seconds between L2 blocks.
    pub l2_block_time_s: u64,
    /// The L2 block after which the first interval begins.
    pub starting_block_number: u64,
    /// Its time, in seconds.
    pub starting_timestamp_s: u64,
    /// Who proposes.
    pub proposer: Address,
    /// Who deletes.
    pub challenger: Address,
    /// How long an output can be deleted, in seconds.
    pub finalization_period_s: u64,
}

impl OracleParameters {
    /// Whether the challenger may still delete an output in an L1 block of this time.
    pub const fn is_deletable(&self, output: &ProposedOutput, l1_timestamp_s: u64) -> bool {
        l1_timestamp_s < output.l1_timestamp_s.saturating_add(self.finalization_period_s)
    }

    /// Whether an output is final in an L1 block of this time: a second after it can be deleted no more.
    pub const fn is_final(&self, output: &ProposedOutput, l1_timestamp_s: u64) -> bool {
        l1_timestamp_s > output.l1_timestamp_s.saturating_add(self.finalization_period_s)
    }

    /// The time of an L2 block, in seconds, by which the oracle takes no output of it.
    pub const fn l2_timestamp_s(&self, l2_block_number: u64) -> u64 {
        let blocks = l2_block_number.saturating_sub(self.starting_block_number);
        self.starting_timestamp_s
            .saturating_add(blocks.saturating_mul(self.l2_block_time_s))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMETERS: OracleParameters = OracleParameters {
        submission_interval_blocks: 4,
        l2_block_time_s: 2,
        starting_block_number: 10,
        starting_timestamp_s: 1_000,
        proposer: Address::ZERO,
        challenger: Address::ZERO,
        finalization_period_s: 100,
    };

    #[test]
    fn an_output_is_deletable_until_its_period_ends_and_final_a_second_later() {
        let output = ProposedOutput {
            index: 0,
            output_root: B256::ZERO,
            l1_timestamp_s: 2_000,
            l2_block_number: 14,
        };
        let at = |time| {
            (
                PARAMETERS.is_deletable(&output, time),
                PARAMETERS.is_final(&output, time),
            )
        };
        assert_eq!(at(2_099), (true, false));
        assert_eq!(at(2_100), (false, false));
        assert_eq!(at(2_101), (false, true));
    }

    #[test]
    fn block_times_count_from_the_starting_block() {
        assert_eq!(PARAMETERS.l2_timestamp_s(14), 1_008);
    }
}
