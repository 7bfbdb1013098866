//! Withdrawals: L2, an output on L1, a proof, a period, the call.

mod observations;
mod telling;
#[cfg(test)]
mod tests;

pub use observations::{Coverage, Proven, WithdrawalObservations};

use alloy_primitives::U256;

use crate::MessageState;

/// Where a withdrawal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithdrawalStage {
    /// It can never be finalized: no transaction on L1 may have the gas that it asks for.
    Unfinalizable {
        /// What it asks for.
        gas_limit: U256,
        /// The most that it could be given.
        gas_limit_max: u64,
    },
    /// No output covers it.
    WaitingToProve {
        /// The L2 block of the first output that will.
        block: u64,
        /// When that can be proposed at the earliest, in seconds.
        at: u64,
        /// Whether the output that it was proven with was deleted.
        again: bool,
    },
    /// An output covers it.
    ReadyToProve {
        /// The output's number.
        index: u64,
        /// Whether the output that it was proven with was deleted.
        again: bool,
        /// Whether withdrawals are paused.
        paused: bool,
    },
    /// It is proven, the period is not over.
    WaitingToFinalize {
        /// The number of the output that it was proven with.
        index: u64,
        /// The first second at which it can be finalized.
        at: u64,
    },
    /// The period is over.
    ReadyToFinalize {
        /// The number of the output that it was proven with.
        index: u64,
        /// Whether withdrawals are paused.
        paused: bool,
    },
    /// Its call was made.
    Finalized {
        /// What came of the call, if L1 still tells.
        succeeded: Option<bool>,
    },
    /// Its call was made and failed. It is not made again.
    Failed,
    /// Its message's call failed on L1; anybody may relay it again.
    MessageFailed,
}

/// Where a withdrawal stands, given what was seen.
pub fn withdrawal_stage(seen: &WithdrawalObservations) -> WithdrawalStage {
    if seen.finalized {
        return match (seen.message, seen.succeeded) {
            (Some(MessageState::Failed), _) => WithdrawalStage::MessageFailed,
            (Some(MessageState::Relayed), _) => WithdrawalStage::Finalized { succeeded: Some(true) },
            (_, Some(false)) => WithdrawalStage::Failed,
            (_, succeeded) => WithdrawalStage::Finalized { succeeded },
        };
    }
    if seen.gas_limit > U256::from(seen.gas_limit_max) {
        return WithdrawalStage::Unfinalizable {
            gas_limit: seen.gas_limit,
            gas_limit_max: seen.gas_limit_max,
        };
    }
    let (paused, again) = (seen.paused, seen.proof_fell);
    match (seen.proven, seen.coverage) {
        (Some(proven), _) => {
            let at = ready_at(&proven, seen.finalization_period);
            let index = proven.index;
            if seen.now < at {
                WithdrawalStage::WaitingToFinalize { index, at }
            } else {
                WithdrawalStage::ReadyToFinalize { index, paused }
            }
        }
        (None, Coverage::Covered { index, .. }) => WithdrawalStage::ReadyToProve { index, again, paused },
        (None, Coverage::Due { block, at }) => WithdrawalStage::WaitingToProve { block, at, again },
    }
}

/// The first second after both periods: since the proof, and since its output was proposed.
fn ready_at(proven: &Proven, period: u64) -> u64 {
    proven
        .at
        .max(proven.proposed_at)
        .saturating_add(period)
        .saturating_add(1)
}
