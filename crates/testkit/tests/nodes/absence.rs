//! L1 goes away, or stands still.

use crate::world::World;
use node::{Event, Waiter};
use std::time::Duration;
use tandem_testkit::{Member, POLL_INTERVAL};
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn an_l1_that_goes_away_is_waited_for_by_name() {
    let world = World::new();
    let sequencer = world.sequencer().await;
    let mut verifier = world.verifier().await;
    world.slots(10).await;
    verifier.heard();
    world.port.set_away(true);
    world.slots(20).await;
    let named = |event: &Event| matches!(event, Event::Waiting { reason } if reason.contains("127.0.0.1:1"));
    let events = verifier.heard().0;
    assert_eq!(
        events.iter().filter(|event| named(event)).count(),
        1,
        "said once: {events:?}"
    );
    let waits = |verifier: &Member| verifier.node.waits().borrow().clone();
    assert!(waits(&verifier)[&Waiter::L1Heads].contains("127.0.0.1:1"));
    let gauge = |value: u8| format!("tandem_waiting{{node=\"verifier\",role=\"l1_heads\"}} {value}\n");
    assert!(verifier.telemetry.render().contains(&gauge(1)));
    world.port.set_away(false);
    world.slots(40).await;
    assert!(verifier.heard().0.contains(&Event::Resumed));
    assert!(waits(&verifier).is_empty());
    assert!(verifier.telemetry.render().contains(&gauge(0)));
    world.assert_agreed(&sequencer, &verifier, 60);
    verifier.stop().await;
    sequencer.stop().await;
}

#[tokio::test(start_paused = true)]
async fn an_l1_that_stands_still_stops_the_sequencer_at_the_drift_and_it_says_why() {
    let world = World::new();
    let mut sequencer = world.sequencer().await;
    world.slots(5).await;
    let origin = world.port.read(|l1| l1.head().reference()).unwrap();
    let drift = world.rollup.config.max_sequencer_drift(origin.timestamp);
    tokio::time::sleep(Duration::from_secs(drift + 60)).await;
    let head = sequencer.status().unsafe_l2;
    assert_eq!(
        (head.l1_origin.number, head.timestamp),
        (origin.number, origin.timestamp + drift)
    );
    let named = |event: &Event| matches!(event, Event::Waiting { reason } if reason.contains("as far ahead of L1"));
    assert_eq!(sequencer.heard().0.iter().filter(|event| named(event)).count(), 1);
    world.slots(2).await;
    tokio::time::sleep(10 * POLL_INTERVAL).await;
    assert!(sequencer.status().unsafe_l2.number > head.number, "it goes on with L1");
    sequencer.stop().await;
}

/// Whatever a node waits for, it stops by itself: nothing is cut off.
#[tokio::test(start_paused = true)]
async fn a_node_without_its_l1_stops_at_once() {
    let world = World::new();
    world.port.set_away(true);
    let sequencer = world.sequencer().await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(sequencer.node.waits().borrow().contains_key(&Waiter::Derivation));
    let before = Instant::now();
    sequencer.node.stop().await;
    assert!(before.elapsed() < Duration::from_millis(900), "{:?}", before.elapsed());
    sequencer.execution.stop().await;
}

/// The same while it looks for a start in the middle of its life.
#[tokio::test(start_paused = true)]
async fn a_node_whose_l1_goes_away_during_a_search_stops_at_once() {
    let world = World::new();
    let sequencer = world.sequencer().await;
    world.slots(8).await;
    world.drop_blocks(3);
    world.slot(None).await;
    world.port.set_away(true);
    tokio::time::sleep(Duration::from_secs(5)).await;
    let before = Instant::now();
    sequencer.node.stop().await;
    assert!(before.elapsed() < Duration::from_millis(900), "{:?}", before.elapsed());
    sequencer.execution.stop().await;
}
