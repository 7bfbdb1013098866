//! Deposits: L1, then L2, then L2 as L1 has it.

use crate::MessageState;

/// What was seen of a deposit that L1 holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DepositObservations {
    /// The L1 block that holds it.
    pub l1_block: u64,
    /// That block's time, in seconds.
    pub l1_time: u64,
    /// L1's newest block.
    pub l1_head: u64,
    /// Seconds between L1's blocks, as they come lately.
    pub l1_block_time: u64,
    /// L1 blocks after which it is included without the sequencer, if that is known.
    pub seq_window_size: Option<u64>,
    /// The L1 block that L2's newest block has read up to.
    pub l2_origin: u64,
    /// The L2 block that holds it and whether it succeeded there, once there is one.
    pub l2_included: Option<(u64, bool)>,
    /// L2's newest safe block.
    pub l2_safe: u64,
    /// L2's newest finalized block.
    pub l2_finalized: u64,
    /// What L2's messenger knows of its message, if it carries one.
    pub message: Option<MessageState>,
}

/// Where a deposit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepositStage {
    /// L1 holds it, L2 has not read so far.
    WaitingForL2 {
        /// The L1 block that holds it.
        l1_block: u64,
        /// L1 blocks on top of that, itself included.
        confirmations: u64,
        /// The L1 block that L2 has read up to.
        l2_origin: u64,
        /// The L1 block by which verifiers include it at the latest, and about when, if that is known.
        forced: Option<(u64, u64)>,
    },
    /// An L2 block holds it that only the sequencer vouches for.
    Unsafe {
        /// The L2 block.
        block: u64,
    },
    /// L1 holds what makes the L2 block.
    Safe {
        /// The L2 block.
        block: u64,
    },
    /// Nothing can change it any more.
    Finalized {
        /// The L2 block.
        block: u64,
    },
    /// Its transaction failed on L2; ether that was taken along is in the sender's account there.
    Failed {
        /// The L2 block.
        block: u64,
    },
    /// Its message's call failed on L2; anybody may relay it again.
    MessageFailed {
        /// The L2 block.
        block: u64,
    },
}

/// Where a deposit stands, given what was seen.
pub fn deposit_stage(seen: &DepositObservations) -> DepositStage {
    let Some((block, success)) = seen.l2_included else {
        return DepositStage::WaitingForL2 {
            l1_block: seen.l1_block,
            confirmations: (seen.l1_head + 1).saturating_sub(seen.l1_block),
            l2_origin: seen.l2_origin,
            forced: seen.seq_window_size.map(|window| {
                let after_s = window.saturating_mul(seen.l1_block_time);
                (
                    seen.l1_block.saturating_add(window),
                    seen.l1_time.saturating_add(after_s),
                )
            }),
        };
    };
    match (success, seen.message) {
        (false, _) => DepositStage::Failed { block },
        (true, Some(MessageState::Failed)) => DepositStage::MessageFailed { block },
        _ if block <= seen.l2_finalized => DepositStage::Finalized { block },
        _ if block <= seen.l2_safe => DepositStage::Safe { block },
        _ => DepositStage::Unsafe { block },
    }
}

impl DepositStage {
    /// Its name, which programs may rely on.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::WaitingForL2 { .. } => "waiting-for-l2",
            Self::Unsafe { .. } => "unsafe",
            Self::Safe { .. } => "safe",
            Self::Finalized { .. } => "finalized",
            Self::Failed { .. } => "failed",
            Self::MessageFailed { .. } => "message-failed",
        }
    }

    /// Whether it has arrived for good.
    pub const fn is_done(&self) -> bool {
        matches!(self, Self::Finalized { .. })
    }

    /// Whether waiting does not help.
    pub const fn is_failed(&self) -> bool {
        matches!(self, Self::Failed { .. } | Self::MessageFailed { .. })
    }

    /// The L2 block that holds it.
    pub const fn l2_block(&self) -> Option<u64> {
        match *self {
            Self::WaitingForL2 { .. } => None,
            Self::Unsafe { block }
            | Self::Safe { block }
            | Self::Finalized { block }
            | Self::Failed { block }
            | Self::MessageFailed { block } => Some(block),
        }
    }

    /// What it waits for, or what to do.
    pub fn waits_for(&self) -> Option<String> {
        Some(match self {
            Self::WaitingForL2 {
                l1_block,
                confirmations,
                l2_origin,
                forced,
            } => {
                let forced = forced
                    .map(|(block, _)| format!("; at L1 block {block} verifiers include it without the sequencer"));
                format!(
                    "L2 to read L1 block {l1_block} ({confirmations} confirmations); it has read up to {l2_origin}{}",
                    forced.unwrap_or_default()
                )
            }
            Self::Unsafe { block } => format!("a batch on L1 with L2 block {block}"),
            Self::Safe { block } => format!("L1 to finalize the batch with L2 block {block}"),
            Self::Failed { .. } => "nothing: its transaction failed on L2".to_owned(),
            Self::MessageFailed { .. } => "somebody to relay its message again on L2".to_owned(),
            Self::Finalized { .. } => return None,
        })
    }

    /// Until when at the latest, in seconds, where that is known.
    pub const fn until(&self) -> Option<u64> {
        match self {
            Self::WaitingForL2 {
                forced: Some((_, time)),
                ..
            } => Some(*time),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEN: DepositObservations = DepositObservations {
        l1_block: 100,
        l1_time: 1_000,
        l1_head: 104,
        l1_block_time: 12,
        seq_window_size: Some(3_600),
        l2_origin: 99,
        l2_included: None,
        l2_safe: 50,
        l2_finalized: 40,
        message: None,
    };

    #[test]
    fn a_deposit_waits_for_l2_until_the_sequencing_window_ends() {
        let stage = deposit_stage(&SEEN);
        assert_eq!(
            stage,
            DepositStage::WaitingForL2 {
                l1_block: 100,
                confirmations: 5,
                l2_origin: 99,
                forced: Some((3_700, 44_200)),
            }
        );
        assert_eq!(stage.until(), Some(44_200));
        assert!(
            stage.waits_for().unwrap().contains("L1 block 3700"),
            "{:?}",
            stage.waits_for()
        );
        let unknown = DepositObservations {
            seq_window_size: None,
            ..SEEN
        };
        assert_eq!(deposit_stage(&unknown).until(), None);
    }

    /// Every combination of what can be seen of an included deposit, and what it means.
    #[test]
    fn an_included_deposit_is_as_certain_as_its_block() {
        use MessageState::{Failed, Relayed, Sent};
        let messages = [None, Some(Sent), Some(Relayed), Some(Failed)];
        let blocks = [
            (51, "unsafe"),
            (50, "safe"),
            (41, "safe"),
            (40, "finalized"),
            (0, "finalized"),
        ];
        for ((block, expected), message, success) in blocks
            .into_iter()
            .flat_map(|block| messages.map(|message| (block, message)))
            .flat_map(|(block, message)| [true, false].map(|success| (block, message, success)))
        {
            let expected = match (success, message) {
                (false, _) => "failed",
                (true, Some(Failed)) => "message-failed",
                _ => expected,
            };
            let stage = deposit_stage(&DepositObservations {
                l2_included: Some((block, success)),
                message,
                ..SEEN
            });
            assert_eq!(stage.name(), expected);
            assert_eq!(stage.l2_block(), Some(block));
            assert_eq!(stage.is_failed(), expected.contains("failed"));
            assert_eq!(stage.is_done(), expected == "finalized");
            assert_eq!(stage.waits_for().is_none(), expected == "finalized");
        }
    }

    #[test]
    fn confirmations_of_a_head_that_lags_are_none() {
        let lagging = DepositObservations { l1_head: 98, ..SEEN };
        assert!(matches!(
            deposit_stage(&lagging),
            DepositStage::WaitingForL2 { confirmations: 0, .. }
        ));
    }
}
