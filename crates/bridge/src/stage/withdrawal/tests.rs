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
