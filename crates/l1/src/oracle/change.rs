//! What an oracle logs when its outputs change.

use alloy_primitives::{Address, Log, U256};
use alloy_sol_types::SolEventInterface;
use contracts::bindings::L2OutputOracle::L2OutputOracleEvents as Events;

use super::ProposedOutput;

/// A change of an oracle's outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OracleChange {
    /// An output was proposed.
    Proposed(ProposedOutput),
    /// Outputs were deleted.
    Deleted {
        /// The number of the first that is gone.
        first_index: u64,
        /// How many there were, with those that stay.
        outputs_before: u64,
    },
}

impl OracleChange {
    /// Reads a log of the oracle at `oracle`. Anything else is nothing.
    pub fn of(oracle: Address, log: &Log) -> Option<Self> {
        if log.address != oracle {
            return None;
        }
        let change = match Events::decode_log(log).ok()?.data {
            Events::OutputProposed(proposed) => Self::Proposed(ProposedOutput {
                index: small(proposed.l2OutputIndex)?,
                output_root: proposed.outputRoot,
                l1_timestamp_s: small(proposed.l1Timestamp)?,
                l2_block_number: small(proposed.l2BlockNumber)?,
            }),
            Events::OutputsDeleted(deleted) => Self::Deleted {
                first_index: small(deleted.newNextOutputIndex)?,
                outputs_before: small(deleted.prevNextOutputIndex)?,
            },
        };
        Some(change)
    }
}

fn small(value: U256) -> Option<u64> {
    u64::try_from(value).ok()
}
