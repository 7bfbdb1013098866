//! L1 changes its mind about proposals and deletions, and the challenger comes and goes.

use crate::world::{INTERVAL, Observed, Part, WITH_KEY, World, wallet};
use alloy_primitives::{Address, B256, U256};
use contracts::CHALLENGER;
use node::{Event, SettlementReader};
use tandem_testkit::{ForgedWithdrawal, Lie, root};

const LIE: B256 = B256::repeat_byte(0x77);

fn told(events: &[Event]) -> Vec<(&'static str, u64)> {
    let told = events.iter().map(|event| match event {
        Event::OutputAgreed { index, .. } => ("agreed", *index),
        Event::OutputWrong { index, .. } => ("wrong", *index),
        Event::OutputsDeleted { first_index, .. } => ("deleted", *first_index),
        Event::Alarm { .. } => ("alarm", 0),
        other => panic!("{other:?}"),
    });
    told.collect()
}

#[tokio::test(start_paused = true)]
async fn s34_a_deletion_that_a_reorg_drops_is_sent_again() {
    let world = World::new();
    let sequencer = world.start(Part::Sequencer).await;
    let mut verifier = world.start(WITH_KEY).await;
    world.until_safe(&verifier, INTERVAL).await;
    world.propose(LIE, INTERVAL);
    world.slots(2).await;
    assert_eq!(told(&verifier.verdicts()), [("wrong", 0), ("deleted", 0)]);
    // Of the new chain the proposal is part, its deletion is not.
    world.port.with(|l1| l1.drop_blocks(1));
    world.slots(4).await;
    assert_eq!(world.port.outputs().len(), 0);
    let events = told(&verifier.verdicts());
    assert_eq!(events.last(), Some(&("deleted", 0)), "{events:?}");
    let status = verifier.challenger();
    assert_eq!(
        (status.deletions, status.next_output_index, status.alarms),
        (2, 0, vec![])
    );
    verifier.stop().await;
    sequencer.stop().await;
}

#[tokio::test(start_paused = true)]
async fn s34_a_judgement_about_a_proposal_that_a_reorg_drops_is_dropped_with_it() {
    let world = World::new();
    let sequencer = world.start(Part::Sequencer).await;
    let mut verifier = world.start(WITH_KEY).await;
    world.until_safe(&verifier, 2 * INTERVAL).await;
    world.propose_right(&sequencer, 0);
    world.slot().await;
    world.censor(&CHALLENGER, true);
    world.propose(LIE, 2 * INTERVAL);
    world.slot().await;
    assert_eq!(told(&verifier.verdicts()), [("agreed", 0), ("wrong", 1)]);
    // The lie is gone, and in its place stands the truth. The deletion that was on its way is called back.
    world.port.with(|l1| l1.drop_blocks(1));
    world.propose_right(&sequencer, 0);
    world.slot().await;
    assert_eq!(world.port.pooled(CHALLENGER.address), 0, "it is called back");
    world.censor(&CHALLENGER, false);
    world.slots(3).await;
    assert_eq!(world.assert_all_right(&sequencer).len(), 2);
    let events = told(&verifier.verdicts());
    assert_eq!(events.last(), Some(&("agreed", 1)), "{events:?}");
    assert_eq!(verifier.challenger().deletions, 0);
    verifier.stop().await;
    sequencer.stop().await;
}

/// Another challenger was faster, and the proposer has put the truth in the lie's place: the deletion would hit that.
#[tokio::test(start_paused = true)]
async fn s34_a_deletion_is_called_back_when_another_output_has_its_number() {
    let world = World::new();
    let sequencer = world.start(Part::Sequencer).await;
    let mut verifier = world.start(WITH_KEY).await;
    world.until_safe(&verifier, INTERVAL).await;
    world.censor(&CHALLENGER, true);
    world.propose(LIE, INTERVAL);
    world.slot().await;
    assert_eq!(told(&verifier.verdicts()), [("wrong", 0)]);
    assert_eq!(world.port.pooled(CHALLENGER.address), 1, "its deletion waits");
    let delete = SettlementReader::delete(&world.port, 0);
    let to = delete.to.to().copied().unwrap();
    assert!(world.succeeds(&wallet(&CHALLENGER), to, delete.data).await);
    assert_eq!(
        world.port.pooled(CHALLENGER.address),
        1,
        "no other output has the number"
    );
    world.propose_right(&sequencer, 0);
    world.slot().await;
    assert_eq!(world.port.pooled(CHALLENGER.address), 0, "it is called back");
    world.censor(&CHALLENGER, false);
    world.slots(3).await;
    assert_eq!(world.assert_all_right(&sequencer).len(), 1);
    let status = verifier.challenger();
    assert_eq!(
        (status.deletions, status.next_output_index, status.alarms),
        (0, 1, vec![])
    );
    // The next lie is deleted as ever.
    world.propose(LIE, 2 * INTERVAL);
    world.slots(3).await;
    assert_eq!(world.assert_all_right(&sequencer).len(), 1);
    assert_eq!(verifier.challenger().deletions, 1);
    verifier.stop().await;
    sequencer.stop().await;
}

/// A proposal that comes before its batch after the reorganisation, and came after it before, is wrong: the same root, of the same
/// number, proposed at the same time.
#[tokio::test(start_paused = true)]
async fn s34_a_right_output_that_a_reorg_puts_before_its_batch_is_wrong() {
    let world = World::new();
    let sequencer = world.start(Part::Sequencer).await;
    let mut verifier = world.start(WITH_KEY).await;
    world.until_safe(&verifier, 3 * INTERVAL).await;
    let head = verifier.status().safe_l2.number;
    while world.port.next_block_number() + INTERVAL <= head {
        world.propose_right(&sequencer, 0);
        world.slot().await;
    }
    let number = world.port.next_block_number();
    world.until_safe(&verifier, number).await;
    world.propose_right(&sequencer, 0);
    world.slot().await;
    let index = u64::try_from(world.port.outputs().len()).unwrap() - 1;
    assert_eq!(told(&verifier.verdicts()).last(), Some(&("agreed", index)));
    let proposed = world.port.outputs()[usize::try_from(index).unwrap()];
    // Far enough back for the batches of the last blocks to be gone, the proposal first in the new chain.
    world.censor(&contracts::BATCHER, true);
    world.port.with(|l1| l1.drop_blocks(INTERVAL + 2));
    while world.port.next_block_number() < number {
        world.propose_right(&sequencer, 0);
        world.slot().await;
    }
    while world.port.with(|l1| l1.head().timestamp) + crate::world::SLOT_S < proposed.l1_timestamp_s {
        world.slot().await;
    }
    world.propose(proposed.output_root, number);
    world.slot().await;
    assert_eq!(
        world.port.outputs().last(),
        Some(&proposed),
        "nothing in the oracle tells them apart"
    );
    world.slots(3).await;
    let events = told(&verifier.verdicts());
    assert!(events.contains(&("wrong", index)), "{events:?}");
    assert!(
        world.port.outputs().len() <= usize::try_from(index).unwrap(),
        "and it is deleted: {events:?}"
    );
    verifier.stop().await;
    sequencer.stop().await;
}

#[tokio::test(start_paused = true)]
async fn s34_a_challenger_that_was_away_judges_what_was_proposed_meanwhile() {
    let world = World::new();
    let sequencer = world.start(Part::Sequencer).await;
    let verifier = world.start(WITH_KEY).await;
    let forged = ForgedWithdrawal::new(Address::repeat_byte(0xbe), U256::from(1_000));
    world.until_safe(&verifier, 2 * INTERVAL).await;
    world.propose_right(&sequencer, 0);
    world.slot().await;
    let folder = verifier.stop().await;
    world.slots(8).await;
    // More than one answer holds, the wrong one among the last.
    for number in 2..=4 {
        world.propose_right(&sequencer, number - 2);
    }
    let lied = 5 * INTERVAL;
    world.propose(root(&Lie::StateRoot.about(&sequencer.block(lied), &forged)), lied);
    world.slot().await;

    let mut verifier = world.start_in(WITH_KEY, folder).await;
    world.slots(2).await;
    let expected = [
        ("agreed", 0),
        ("agreed", 1),
        ("agreed", 2),
        ("agreed", 3),
        ("wrong", 4),
        ("deleted", 4),
    ];
    assert_eq!(told(&verifier.verdicts()), expected);
    assert_eq!(world.assert_all_right(&sequencer).len(), 4);

    // And one that never was there before: it derives all, then judges.
    world.propose(LIE, lied);
    let mut another = world.start(Part::Challenger(None)).await;
    world.slot().await;
    let seen = |event: &Event| matches!(event, Event::OutputWrong { index: 4, .. });
    assert!(another.verdicts().iter().any(seen));
    another.stop().await;
    verifier.stop().await;
    sequencer.stop().await;
}
