//! What a withdrawal's stage is called, and what it waits for.

use super::WithdrawalStage;
use crate::L1_TRANSACTION_GAS_MAX;

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
            Self::MessageFailed => "somebody to relay its message again on L1".to_owned(),
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
