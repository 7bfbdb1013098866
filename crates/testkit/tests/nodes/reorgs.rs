//! L1 takes blocks back (scenario 11).

use crate::world::{SLOT_S, World, assert_no_equivocation, balance};
use alloy_primitives::U256;
use node::Event;
use std::time::Duration;
use tandem_testkit::POLL_INTERVAL;

/// Sequencer and verifier end in the chain that the new L1 says, whatever became of the deposit.
async fn reorganised(depth: usize, before: Option<u128>, after: Option<u128>) {
    let world = World::new();
    let mut sequencer = world.sequencer().await;
    let mut verifier = world.verifier().await;
    world.slots(6).await;
    world.slot(before).await;
    world.slots(u64::try_from(depth).unwrap() - 1).await;
    // Late enough in the slot for the nodes to have read what goes.
    tokio::time::sleep(Duration::from_secs(SLOT_S) - POLL_INTERVAL).await;
    world.drop_blocks(depth);
    world.slot(after).await;
    // Long enough for the batches that went with the old blocks to be sent again.
    let blocks = u64::try_from(depth).unwrap() + 70;
    world.slots(blocks).await;
    world.assert_agreed(&sequencer, &verifier, blocks);
    let safe = verifier.status().safe_l2.hash;
    assert_eq!(
        balance(&verifier, safe),
        U256::from(after.unwrap_or_default()),
        "depth {depth}"
    );
    let has_reset = |events: &[Event]| events.iter().any(|event| matches!(event, Event::Reset { .. }));
    assert!(has_reset(&verifier.heard().0), "the verifier met the reorganisation");
    let events = sequencer.heard().0;
    assert!(has_reset(&events), "the sequencer met the reorganisation");
    assert_no_equivocation(&events);
    world.stop_with_record_of(verifier).await;
    world.stop_with_record_of(sequencer).await;
}

#[tokio::test(start_paused = true)]
async fn s11_nodes_follow_a_reorg_in_which_a_deposit_vanishes() {
    reorganised(3, Some(1_000), None).await;
}

#[tokio::test(start_paused = true)]
async fn s11_nodes_follow_a_deep_reorg_in_which_a_deposit_changes() {
    reorganised(40, Some(1_000), Some(7_777)).await;
}

#[tokio::test(start_paused = true)]
async fn s11_nodes_follow_a_reorg_in_which_a_deposit_appears() {
    reorganised(1, None, Some(5)).await;
}

#[tokio::test(start_paused = true)]
async fn s11_no_safe_head_is_recorded_of_l1_blocks_that_are_no_more() {
    let world = World::new();
    let sequencer = world.sequencer().await;
    let verifier = world.verifier().await;
    world.slots(40).await;
    tokio::time::sleep(Duration::from_secs(SLOT_S) - POLL_INTERVAL).await;
    let before = verifier.status().safe_l2.number;
    world.drop_blocks(6);
    // The new chain is the longer one with the last of these, and nothing is derived from it yet.
    world.slots(7).await;
    tokio::time::sleep(POLL_INTERVAL * 2).await;
    assert!(verifier.status().safe_l2.number < before, "the safe head went back");
    world.stop_with_record_of(verifier).await;
    sequencer.stop().await;
}
