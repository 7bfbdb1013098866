//! A wrong output is found and deleted, whatever is wrong with it and wherever it stands.

use crate::world::{INTERVAL, Observed, Part, WITH_KEY, World};
use alloy_primitives::{Address, B256, U256};
use contracts::{BATCHER, CHALLENGER};
use node::{Event, Fault};
use tandem_testkit::{ForgedWithdrawal, Lie, root, truth};

fn wrong(events: &[Event]) -> Vec<(u64, u64, Fault)> {
    let wrong = events.iter().filter_map(|event| match event {
        Event::OutputWrong {
            index,
            l1_blocks,
            fault,
            ..
        } => Some((*index, *l1_blocks, *fault)),
        _ => None,
    });
    wrong.collect()
}

fn deleted(events: &[Event]) -> Vec<u64> {
    let deleted = events.iter().filter_map(|event| match event {
        Event::OutputsDeleted { first_index, .. } => Some(*first_index),
        _ => None,
    });
    deleted.collect()
}

fn agreed(events: &[Event]) -> Vec<u64> {
    let agreed = events.iter().filter_map(|event| match event {
        Event::OutputAgreed { index, .. } => Some(*index),
        _ => None,
    });
    agreed.collect()
}

#[tokio::test(start_paused = true)]
async fn s34_a_wrong_output_is_deleted_at_every_position() {
    let world = World::new();
    let sequencer = world.start(Part::Sequencer).await;
    let mut verifier = world.start(WITH_KEY).await;
    let forged = ForgedWithdrawal::new(Address::repeat_byte(0xbe), U256::from(1_000));
    let mut noticed_after = Vec::new();
    for (lie, position) in Lie::ALL
        .into_iter()
        .flat_map(|lie| [0, 1, 2].map(|position| (lie, position)))
    {
        let first = u64::try_from(world.port.outputs().len()).unwrap();
        let next = world.port.next_block_number();
        world.until_safe(&verifier, next + 2 * INTERVAL).await;
        for ahead in 0..3 {
            if ahead == position {
                let number = next + ahead * INTERVAL;
                world.propose(root(&lie.about(&sequencer.block(number), &forged)), number);
            } else {
                world.propose_right(&sequencer, ahead);
            }
        }
        verifier.verdicts();
        world.slot().await;
        let events = verifier.verdicts();
        let found = wrong(&events);
        assert_eq!(found.len(), 1, "{lie:?} at {position}: {events:?}");
        assert_eq!(found[0].0, first + position);
        assert!(matches!(found[0].2, Fault::OtherRoot { .. }));
        let right: Vec<_> = (0..3).filter(|at| *at != position).map(|at| first + at).collect();
        assert_eq!(agreed(&events), right, "the others are right");
        noticed_after.push(found[0].1);
        world.slot().await;
        assert_eq!(deleted(&verifier.verdicts()), [first + position]);
        assert_eq!(
            u64::try_from(world.assert_all_right(&sequencer).len()).unwrap(),
            first + position
        );
        for ahead in 0..3 - position {
            world.propose_right(&sequencer, ahead);
        }
        world.slot().await;
        assert_eq!(
            agreed(&verifier.verdicts()),
            (first + position..first + 3).collect::<Vec<_>>()
        );
    }
    let worst = noticed_after.iter().max().unwrap();
    println!(
        "{} wrong outputs, each noticed after at most {worst} more L1 blocks",
        noticed_after.len()
    );
    assert_eq!(*worst, 0, "{noticed_after:?}");
    let status = verifier.challenger();
    assert_eq!((status.wrong, status.deletions, status.alarms), (12, 12, vec![]));
    assert_eq!(world.assert_all_right(&sequencer).len(), 36);
    verifier.stop().await;
    sequencer.stop().await;
}

#[tokio::test(start_paused = true)]
async fn s34_several_wrong_outputs_in_a_row_go_at_once_with_the_right_ones_behind_them() {
    let world = World::new();
    let sequencer = world.start(Part::Sequencer).await;
    let mut verifier = world.start(WITH_KEY).await;
    let forged = ForgedWithdrawal::new(Address::repeat_byte(0xbe), U256::from(1_000));
    world.until_safe(&verifier, 7 * INTERVAL).await;
    world.propose_right(&sequencer, 0);
    for (number, lie) in (2..).zip(Lie::ALL) {
        let number = number * INTERVAL;
        world.propose(root(&lie.about(&sequencer.block(number), &forged)), number);
    }
    world.propose_right(&sequencer, 5);
    world.propose_right(&sequencer, 6);
    world.slot().await;
    let events = verifier.verdicts();
    assert_eq!(
        wrong(&events).iter().map(|wrong| wrong.0).collect::<Vec<_>>(),
        [1, 2, 3, 4]
    );
    assert_eq!(agreed(&events), [0, 5, 6]);
    world.slot().await;
    assert_eq!(deleted(&verifier.verdicts()), [1], "one transaction for all");
    assert_eq!(world.assert_all_right(&sequencer).len(), 1);
    world.slots(5).await;
    let status = verifier.challenger();
    assert_eq!(
        (status.deletions, status.next_output_index, status.alarms),
        (1, 1, vec![])
    );
    verifier.stop().await;
    sequencer.stop().await;
}

/// The sequencer has the blocks, and L1 does not: a root that will be right is wrong until then.
#[tokio::test(start_paused = true)]
async fn s34_what_l1_does_not_lead_to_is_wrong_however_right_it_becomes() {
    let world = World::new();
    let sequencer = world.start(Part::Sequencer).await;
    let mut verifier = world.start(WITH_KEY).await;
    world.until_safe(&verifier, INTERVAL).await;
    world.censor(&BATCHER, true);
    world.slots(2 * INTERVAL).await;
    let safe = verifier.status().safe_l2.number;
    while world.port.next_block_number() <= safe {
        world.propose_right(&sequencer, 0);
        world.slot().await;
    }
    verifier.verdicts();

    // Built on an unsafe block: derivable later. And one that is due, and made up.
    let number = world.port.next_block_number();
    let unsafe_root = root(&truth(&sequencer.block(number)));
    for proposed in [unsafe_root, B256::repeat_byte(0x77)] {
        let index = u64::try_from(world.port.outputs().len()).unwrap();
        world.propose(proposed, number);
        let l1_block_number = world.slot().await.header().number;
        let fault = Fault::NotDerivable {
            l2_block_number: number,
            safe,
            l1_block_number,
        };
        assert_eq!(wrong(&verifier.verdicts()), [(index, 0, fault)]);
        world.slot().await;
        assert_eq!(deleted(&verifier.verdicts()), [index]);
    }

    // L1 gets the batch right after the proposal, and before the deletion: too late.
    let index = u64::try_from(world.port.outputs().len()).unwrap();
    world.propose(unsafe_root, number);
    world.censor(&CHALLENGER, true);
    world.slot().await;
    world.censor(&BATCHER, false);
    world.slots(2).await;
    assert!(verifier.status().safe_l2.number >= number, "derivable now");
    world.censor(&CHALLENGER, false);
    world.slot().await;
    let events = verifier.verdicts();
    assert_eq!(wrong(&events).iter().map(|wrong| wrong.0).collect::<Vec<_>>(), [index]);
    assert_eq!(deleted(&events), [index]);

    // The same root is right now that L1 leads to it.
    world.propose(unsafe_root, number);
    world.slot().await;
    assert_eq!(agreed(&verifier.verdicts()), [index]);

    // In one L1 block with its batch it is right, too: L1 up to and including that block leads to it.
    world.censor(&BATCHER, true);
    let safe = verifier.status().safe_l2.number;
    while world.port.next_block_number() <= safe {
        world.propose_right(&sequencer, 0);
        world.slot().await;
    }
    world.slots(INTERVAL).await;
    verifier.verdicts();
    let number = world.port.next_block_number();
    assert!(verifier.status().safe_l2.number < number);
    world.propose_right(&sequencer, 0);
    world.censor(&BATCHER, false);
    world.slot().await;
    let events = verifier.verdicts();
    assert_eq!((wrong(&events).len(), agreed(&events).len()), (0, 1), "{events:?}");
    verifier.stop().await;
    sequencer.stop().await;
}
