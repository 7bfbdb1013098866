//! Sequencer and verifier agree.

use crate::world::{World, assert_no_equivocation, balance};
use alloy_primitives::U256;
use node::Event;

#[tokio::test(start_paused = true)]
async fn a_sequencer_and_a_verifier_agree_block_for_block() {
    let world = World::new();
    let mut sequencer = world.sequencer().await;
    let verifier = world.verifier().await;
    world.slots(5).await;
    world.slot(Some(1_000)).await;
    world.slots(100).await;
    world.assert_agreed(&sequencer, &verifier, 190);
    let status = verifier.status();
    assert!(
        status.finalized_l2.number > 20,
        "finality moves: {}",
        status.finalized_l2.number
    );
    assert!(status.safe_l2.number > status.finalized_l2.number);
    assert_eq!(balance(&verifier, status.safe_l2.hash), U256::from(1_000));
    assert_no_equivocation(&sequencer.heard().0);
    world.stop_with_record_of(verifier).await;
    world.stop_with_record_of(sequencer).await;
}

#[tokio::test(start_paused = true)]
async fn a_sequencer_that_was_away_catches_up_and_says_so() {
    let world = World::new();
    let sequencer = world.sequencer().await;
    world.slots(10).await;
    let before = sequencer.status().unsafe_l2;
    let folder = sequencer.stop().await;
    world.slots(200).await;

    let mut sequencer = world.sequencer_in(folder).await;
    let verifier = world.verifier().await;
    assert_eq!(
        sequencer.hash(before.number),
        Some(before.hash),
        "what was shown is there"
    );
    world.slots(30).await;
    let events = sequencer.heard().0;
    let caught_up = events.iter().find_map(|event| match event {
        Event::CaughtUp { blocks } => Some(*blocks),
        _ => None,
    });
    assert!(caught_up.is_some_and(|blocks| blocks > 380), "{caught_up:?}");
    assert_no_equivocation(&events);
    world.slots(30).await;
    world.assert_agreed(&sequencer, &verifier, 500);
    assert_eq!(verifier.hash(before.number), Some(before.hash), "and L1 has it");
    verifier.stop().await;
    sequencer.stop().await;
}
