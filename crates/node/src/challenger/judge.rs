//! Verdicts: what a proposed output is, given what derivation says. Pure.

use alloy_primitives::B256;
use l1::{OracleParameters, ProposedOutput};
use std::fmt;

/// What is known about an output, all of it of one L1 chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Evidence {
    /// The L1 block that it was proposed in.
    pub(super) proposed_in: u64,
    /// The L1 block up to which derivation has read; nothing while it is on another L1 chain than the proposal.
    pub(super) read_through: Option<u64>,
    /// The safe head by L1 up to and including the block of the proposal; nothing if the record begins later.
    pub(super) safe_then: Option<u64>,
    /// The safe head now.
    pub(super) safe_now: u64,
    /// The own root of the output's L2 block, once that block is there.
    pub(super) own_root: Option<B256>,
}

/// What an output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Right.
    Agreed,
    /// Wrong.
    Wrong(Fault),
    /// Nobody can say yet.
    Open(Missing),
}

/// Why an output is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// L1 leads to another root.
    OtherRoot {
        /// The proposed one.
        proposed: B256,
        /// The right one.
        own: B256,
    },
    /// L1 up to and including the block of the proposal does not lead to its L2 block, whatever comes later.
    NotDerivable {
        /// The output's L2 block.
        l2_block_number: u64,
        /// The last L2 block that it leads to.
        safe: u64,
        /// The L1 block of the proposal.
        l1_block_number: u64,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherRoot { proposed, own } => write!(f, "its root is {proposed}, L1 says {own}"),
            Self::NotDerivable {
                l2_block_number,
                safe,
                l1_block_number,
            } => write!(
                f,
                "L1 up to its proposal in block {l1_block_number} leads to L2 block {safe}, not to {l2_block_number}"
            ),
        }
    }
}

/// What a verdict waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// Derivation has not come to the L1 block of the proposal.
    Derivation {
        /// That block.
        proposed_in: u64,
        /// How far it is.
        read_through: Option<u64>,
    },
    /// The execution client does not have the L2 block, or not under its number yet.
    OwnBlock(u64),
}

/// Judges an output. Its L2 block is wrong where L1 up to the proposal does not lead to it, even if later L1 blocks do: the
/// proposer cannot have known it from L1.
pub(super) fn judge(output: &ProposedOutput, evidence: &Evidence) -> Verdict {
    let Evidence {
        proposed_in,
        read_through,
        safe_then,
        safe_now,
        own_root,
    } = *evidence;
    if read_through.is_none_or(|read| read < proposed_in) {
        return Verdict::Open(Missing::Derivation {
            proposed_in,
            read_through,
        });
    }
    // Where nothing was recorded that early, what is safe now says enough: it was not more then.
    let safe = safe_then.unwrap_or(safe_now);
    if output.l2_block_number > safe {
        return Verdict::Wrong(Fault::NotDerivable {
            l2_block_number: output.l2_block_number,
            safe,
            l1_block_number: proposed_in,
        });
    }
    match own_root {
        Some(own) if own == output.output_root => Verdict::Agreed,
        Some(own) => Verdict::Wrong(Fault::OtherRoot {
            proposed: output.output_root,
            own,
        }),
        None => Verdict::Open(Missing::OwnBlock(output.l2_block_number)),
    }
}

/// Whether a wrong output can still go: a deletion is in the next L1 block at the earliest, which is later than the head.
pub(super) const fn is_deletable(
    output: &ProposedOutput,
    parameters: &OracleParameters,
    head_timestamp_s: u64,
) -> bool {
    parameters.is_deletable(output, head_timestamp_s.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::Address;

    const OWN: B256 = B256::repeat_byte(1);
    const OTHER: B256 = B256::repeat_byte(2);

    const fn output(root: B256) -> ProposedOutput {
        ProposedOutput {
            index: 3,
            output_root: root,
            l1_timestamp_s: 1_000,
            l2_block_number: 40,
        }
    }

    /// Derivation has read one block more than it must, and the L2 block is just safe.
    const EVIDENCE: Evidence = Evidence {
        proposed_in: 7,
        read_through: Some(8),
        safe_then: Some(40),
        safe_now: 45,
        own_root: Some(OWN),
    };

    fn check(root: B256, evidence: Evidence, expected: Verdict) {
        assert_eq!(judge(&output(root), &evidence), expected, "{evidence:?}");
    }

    fn not_derivable(safe: u64) -> Verdict {
        Verdict::Wrong(Fault::NotDerivable {
            l2_block_number: 40,
            safe,
            l1_block_number: 7,
        })
    }

    #[test]
    fn the_own_root_is_agreed_with_and_any_other_is_wrong() {
        check(OWN, EVIDENCE, Verdict::Agreed);
        let (proposed, own) = (OTHER, OWN);
        check(OTHER, EVIDENCE, Verdict::Wrong(Fault::OtherRoot { proposed, own }));
        check(
            B256::ZERO,
            EVIDENCE,
            Verdict::Wrong(Fault::OtherRoot {
                proposed: B256::ZERO,
                own,
            }),
        );
    }

    #[test]
    fn what_l1_did_not_lead_to_then_is_wrong_even_with_the_right_root() {
        let early = Evidence {
            safe_then: Some(39),
            ..EVIDENCE
        };
        check(OWN, early, not_derivable(39));
        check(OTHER, early, not_derivable(39));
        let own_root = None;
        check(OWN, Evidence { own_root, ..early }, not_derivable(39));
    }

    #[test]
    fn nothing_is_said_before_derivation_has_read_the_block_of_the_proposal() {
        for read_through in [None, Some(0), Some(6)] {
            let open = Verdict::Open(Missing::Derivation {
                proposed_in: 7,
                read_through,
            });
            // Not even of what looks wrong by what is known so far.
            let safe_then = Some(10);
            check(
                OTHER,
                Evidence {
                    read_through,
                    safe_then,
                    ..EVIDENCE
                },
                open,
            );
            check(
                OWN,
                Evidence {
                    read_through,
                    ..EVIDENCE
                },
                open,
            );
        }
        let read_through = Some(7);
        check(
            OWN,
            Evidence {
                read_through,
                ..EVIDENCE
            },
            Verdict::Agreed,
        );
    }

    #[test]
    fn without_a_record_that_early_the_root_decides_and_what_is_not_even_safe_now_is_wrong() {
        let unrecorded = Evidence {
            safe_then: None,
            ..EVIDENCE
        };
        check(OWN, unrecorded, Verdict::Agreed);
        let safe_now = 39;
        check(OWN, Evidence { safe_now, ..unrecorded }, not_derivable(39));
    }

    #[test]
    fn a_block_that_the_execution_client_does_not_show_yet_is_waited_for() {
        let own_root = None;
        check(
            OTHER,
            Evidence { own_root, ..EVIDENCE },
            Verdict::Open(Missing::OwnBlock(40)),
        );
    }

    #[test]
    fn a_deletion_is_tried_while_the_next_l1_block_can_still_take_it() {
        let parameters = OracleParameters {
            submission_interval_blocks: 4,
            l2_block_time_s: 1,
            starting_block_number: 0,
            starting_timestamp_s: 0,
            proposer: Address::ZERO,
            challenger: Address::ZERO,
            finalization_period_s: 10,
        };
        let at = |head| is_deletable(&output(OTHER), &parameters, head);
        assert!(at(1_000) && at(1_008));
        assert!(!at(1_009) && !at(2_000));
    }
}
