//! Withdrawals: L2, an output on L1, a proof, a period, the call.

use alloy_primitives::U256;

use crate::{L1_TRANSACTION_GAS_MAX, MessageState};

/// Whether an output on L1 covers a withdrawal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// One does.
    Covered {
        /// Its number.
        index: u64,
        /// Its L2 block.
        block: u64,
    },
    /// None does.
    Due {
        /// The L2 block of the first output that will.
        block: u64,
        /// When that can be proposed at the earliest, in seconds.
        at: u64,
    },
}

/// A proof on L1 whose output still stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The number of its output.
    pub index: u64,
    /// When it was proven, in seconds.
    pub at: u64,
    /// When its output was proposed, in seconds.
    pub proposed_at: u64,
}

/// What was seen of a withdrawal that L2 holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WithdrawalObservations {
    /// The time of L1's newest block, in seconds.
    pub now: u64,
    /// Whether an output covers it.
    pub coverage: Coverage,
    /// Its proof, if one stands.
    pub proven: Option<Proven>,
    /// Whether it was proven before, with an output that was deleted since.
    pub proof_fell: bool,
    /// How long it waits after its proof, and its output after its proposal, in seconds.
    pub finalization_period: u64,
    /// Whether withdrawals are paused.
    pub paused: bool,
    /// Whether its call was made.
    pub finalized: bool,
    /// What came of the call, if L1 still tells.
    pub succeeded: Option<bool>,
    /// What L1's messenger knows of its message, if it carries one.
    pub message: Option<MessageState>,
    /// Gas that it asks for on L1.
    pub gas_limit: U256,
    /// The most that it could be given there.
    pub gas_limit_max: u64,
}

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

impl WithdrawalStage {
    /// Its name, which programs may rely on.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unfinalizable { .. } => "unfinalizable",
            Self::WaitingToProve { .. } => "waiting-to-prove",
            Self::ReadyToProve { .. } => "ready-to-prove",
            Self::WaitingToFinalize { .. } => "waiting-to-finalize",
            Self::ReadyToFinalize { .. } => "ready-to-finalize",
            Self::Finalized { .. } => "finalized",
            Self::Failed => "failed",
            Self::MessageFailed => "message-failed",
        }
    }

    /// Whether it has arrived for good.
    pub const fn is_done(&self) -> bool {
        matches!(self, Self::Finalized { .. })
    }

    /// Whether waiting does not help.
    pub const fn is_failed(&self) -> bool {
        matches!(self, Self::Unfinalizable { .. } | Self::Failed | Self::MessageFailed)
    }

    /// The number of the output that it is or can be proven with.
    pub const fn output_index(&self) -> Option<u64> {
        match *self {
            Self::ReadyToProve { index, .. }
            | Self::WaitingToFinalize { index, .. }
            | Self::ReadyToFinalize { index, .. } => Some(index),
            _ => None,
        }
    }

    /// What it waits for, or what to do.
    pub fn waits_for(&self) -> Option<String> {
        const PAUSED: &str = "the guardian to lift the pause of withdrawals, or the pause to expire";
        let fell = |again: bool| {
            if again {
                "the output that it was proven with was deleted; "
            } else {
                ""
            }
        };
        Some(match self {
            Self::Unfinalizable {
                gas_limit,
                gas_limit_max,
            } => format!(
                "nothing: it asks for {gas_limit} gas, {gas_limit_max} is the most where a transaction has {L1_TRANSACTION_GAS_MAX} (EIP-7825)"
            ),
            Self::WaitingToProve { block, again, .. } => {
                format!("{}the output of L2 block {block} to be proposed on L1", fell(*again))
            }
            Self::ReadyToProve { paused: true, .. } | Self::ReadyToFinalize { paused: true, .. } => PAUSED.to_owned(),
            Self::ReadyToProve { index, again, .. } => {
                format!("{}somebody to prove it with output {index}", fell(*again))
            }
            Self::WaitingToFinalize { index, .. } => {
                format!("the finalization period since its proof with output {index}")
            }
            Self::ReadyToFinalize { .. } => "somebody to finalize it".to_owned(),
            Self::Failed => "nothing: its call on L1 failed, and is not made again".to_owned(),
            Self::MessageFailed => "somebody to relay its message again on L1, with more gas".to_owned(),
            Self::Finalized { .. } => return None,
        })
    }

    /// Until when, in seconds, where that is known: an output at the earliest then, a period exactly then.
    pub const fn until(&self) -> Option<u64> {
        match self {
            Self::WaitingToProve { at, .. } | Self::WaitingToFinalize { at, .. } => Some(*at),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COVERED: Coverage = Coverage::Covered { index: 3, block: 16 };
    const DUE: Coverage = Coverage::Due { block: 16, at: 1_016 };
    const PROVEN: Proven = Proven {
        index: 3,
        at: 1_020,
        proposed_at: 1_017,
    };
    const SEEN: WithdrawalObservations = WithdrawalObservations {
        now: 1_010,
        coverage: DUE,
        proven: None,
        proof_fell: false,
        finalization_period: 12,
        paused: false,
        finalized: false,
        succeeded: None,
        message: None,
        gas_limit: U256::from_limbs([200_000, 0, 0, 0]),
        gas_limit_max: 16_000_000,
    };

    #[track_caller]
    fn check(seen: WithdrawalObservations, name: &str, until: Option<u64>, says: &str) {
        let stage = withdrawal_stage(&seen);
        assert_eq!((stage.name(), stage.until()), (name, until));
        let said = stage.waits_for().unwrap_or_default();
        assert!(said.contains(says), "{said}");
        assert_eq!(said.is_empty(), stage.is_done());
    }

    #[test]
    fn a_withdrawal_passes_through_its_stages() {
        check(SEEN, "waiting-to-prove", Some(1_016), "output of L2 block 16");
        let covered = WithdrawalObservations {
            coverage: COVERED,
            ..SEEN
        };
        check(covered, "ready-to-prove", None, "prove it with output 3");
        let proven = WithdrawalObservations {
            proven: Some(PROVEN),
            ..covered
        };
        check(proven, "waiting-to-finalize", Some(1_033), "finalization period");
        check(
            WithdrawalObservations { now: 1_032, ..proven },
            "waiting-to-finalize",
            Some(1_033),
            "period",
        );
        let over = WithdrawalObservations { now: 1_033, ..proven };
        check(over, "ready-to-finalize", None, "finalize it");
        check(
            WithdrawalObservations {
                finalized: true,
                ..over
            },
            "finalized",
            None,
            "",
        );
    }

    #[test]
    fn both_periods_count_the_later_one_decides() {
        let proposed_later = Proven {
            proposed_at: 1_025,
            ..PROVEN
        };
        let seen = WithdrawalObservations {
            proven: Some(proposed_later),
            ..SEEN
        };
        check(seen, "waiting-to-finalize", Some(1_038), "output 3");
        let forever = WithdrawalObservations {
            finalization_period: u64::MAX,
            ..seen
        };
        check(forever, "waiting-to-finalize", Some(u64::MAX), "output 3");
    }

    #[test]
    fn s34_a_proof_whose_output_was_deleted_is_to_be_made_again() {
        let fell = WithdrawalObservations {
            proof_fell: true,
            ..SEEN
        };
        check(
            fell,
            "waiting-to-prove",
            Some(1_016),
            "was deleted; the output of L2 block 16",
        );
        let covered = WithdrawalObservations {
            coverage: COVERED,
            ..fell
        };
        check(covered, "ready-to-prove", None, "was deleted; somebody to prove it");
    }

    #[test]
    fn a_pause_is_what_is_waited_for_where_something_could_be_done() {
        let paused = WithdrawalObservations { paused: true, ..SEEN };
        check(paused, "waiting-to-prove", Some(1_016), "output of L2 block 16");
        let covered = WithdrawalObservations {
            coverage: COVERED,
            ..paused
        };
        check(covered, "ready-to-prove", None, "the pause");
        let proven = WithdrawalObservations {
            proven: Some(PROVEN),
            ..covered
        };
        check(proven, "waiting-to-finalize", Some(1_033), "period");
        check(
            WithdrawalObservations { now: 2_000, ..proven },
            "ready-to-finalize",
            None,
            "the pause",
        );
    }

    #[test]
    fn what_came_of_the_call_is_told() {
        use MessageState::{Failed, Relayed, Sent};
        let finalized = WithdrawalObservations {
            finalized: true,
            ..SEEN
        };
        let cases = [
            (None, None, "finalized"),
            (None, Some(true), "finalized"),
            (None, Some(false), "failed"),
            (Some(Relayed), None, "finalized"),
            // Relayed again after it had failed.
            (Some(Relayed), Some(false), "finalized"),
            (Some(Failed), Some(true), "message-failed"),
            (Some(Failed), None, "message-failed"),
            // The messenger itself ran out of gas.
            (Some(Sent), Some(false), "failed"),
        ];
        for (message, succeeded, expected) in cases {
            let stage = withdrawal_stage(&WithdrawalObservations {
                message,
                succeeded,
                ..finalized
            });
            assert_eq!(stage.name(), expected, "{message:?} {succeeded:?}");
            assert_eq!(stage.is_done(), expected == "finalized");
            assert_eq!(stage.is_failed(), expected != "finalized");
        }
    }

    #[test]
    fn s41_what_no_transaction_could_finalize_waits_for_nothing() {
        let at_the_edge = WithdrawalObservations {
            gas_limit: U256::from(16_000_000),
            ..SEEN
        };
        check(at_the_edge, "waiting-to-prove", Some(1_016), "output");
        let above = WithdrawalObservations {
            gas_limit: U256::from(16_000_001),
            ..SEEN
        };
        check(above, "unfinalizable", None, "EIP-7825");
        check(
            WithdrawalObservations {
                finalized: true,
                ..above
            },
            "finalized",
            None,
            "",
        );
    }
}
