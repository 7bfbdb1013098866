//! Where the challenger may not, or cannot, put things right, it says so until somebody does.

use crate::world::{INTERVAL, Observed, PERIOD_S, Part, SLOT_S, WITH_KEY, World, wallet};
use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::SolCall;
use contracts::{OWNER, PREFUNDED, bindings::ProxyAdmin::upgradeCall};
use node::{Alarm, Event};
use tandem_testkit::Member;

const LIE: B256 = B256::repeat_byte(0x77);

fn kinds(member: &Member) -> Vec<&'static str> {
    member.challenger().alarms.iter().map(Alarm::kind).collect()
}

fn gauge(member: &Member, kind: &str) -> bool {
    let line = |value: u8| format!("tandem_alarm{{node=\"verifier\",kind=\"{kind}\"}} {value}\n");
    let rendered = member.telemetry.render();
    assert!(rendered.contains(&line(0)) != rendered.contains(&line(1)), "{rendered}");
    rendered.contains(&line(1))
}

fn said(events: &[Event]) -> Vec<&str> {
    let said = events.iter().filter_map(|event| match event {
        Event::Alarm { reason } => Some(reason.as_str()),
        _ => None,
    });
    said.collect()
}

#[tokio::test(start_paused = true)]
async fn s34_without_the_right_key_a_wrong_output_is_an_alarm_and_a_worse_one_when_it_is_final() {
    let world = World::new();
    let sequencer = world.start(Part::Sequencer).await;
    let mut blind = world.start(Part::Challenger(None)).await;
    let mut stranger = world.start(Part::Challenger(Some(PREFUNDED[4]))).await;
    world.until_safe(&blind, 3 * INTERVAL).await;
    world.propose_right(&sequencer, 0);
    world.propose(LIE, 2 * INTERVAL);
    world.slot().await;
    assert_eq!(kinds(&blind), ["no_key"]);
    assert_eq!(kinds(&stranger), ["not_challenger"]);
    assert!(gauge(&blind, "no_key") && gauge(&stranger, "not_challenger"));
    for (member, expected) in [
        (&mut blind, "--challenger-key-file"),
        (&mut stranger, "deleteL2Outputs(1)"),
    ] {
        let events = member.verdicts();
        let said = said(&events);
        assert!(said.len() == 1 && said[0].contains(expected), "{said:?}");
    }
    world.slots(PERIOD_S / SLOT_S).await;
    // Nothing can be done about it any more; those behind it are looked at none the less.
    world.propose(LIE, 3 * INTERVAL);
    world.slot().await;
    assert_eq!(kinds(&blind), ["final", "no_key"]);
    assert!(gauge(&blind, "final"));
    assert!(said(&blind.verdicts())[0].contains("guardian"));
    assert_eq!(kinds(&stranger), ["final", "not_challenger"]);

    // Who comes later still says that it stands, and deletes what can be deleted.
    let mut late = world.start(WITH_KEY).await;
    world.slots(2).await;
    assert_eq!(kinds(&late), ["final"]);
    assert!(
        late.verdicts()
            .iter()
            .any(|event| matches!(event, Event::OutputsDeleted { first_index: 2, .. }))
    );
    assert_eq!(world.port.outputs().len(), 2);
    assert_eq!(
        kinds(&blind),
        ["final"],
        "what somebody else deleted is no alarm any more"
    );
    assert!(!gauge(&blind, "no_key"));
    for member in [late, stranger, blind, sequencer] {
        member.stop().await;
    }
}

#[tokio::test(start_paused = true)]
async fn s34_contracts_that_change_under_a_challenger_are_an_alarm_until_they_change_back() {
    let world = World::new();
    let sequencer = world.start(Part::Sequencer).await;
    let mut verifier = world.start(WITH_KEY).await;
    world.until_safe(&verifier, INTERVAL).await;
    assert_eq!(kinds(&verifier), Vec::<&str>::new());
    let addresses = world.port.with(|l1| *l1.addresses());
    let upgrade = |implementation: Address| {
        let proxy = addresses.optimism_portal_proxy;
        let call = upgradeCall { proxy, implementation };
        world.port.with(|l1| {
            l1.send(
                &wallet(&OWNER),
                addresses.proxy_admin,
                call.abi_encode().into(),
                U256::ZERO,
            );
        });
    };
    upgrade(addresses.l2_output_oracle_impl);
    world.slot().await;
    assert_eq!(kinds(&verifier), ["unreadable"], "no oracle is a portal");
    assert!(gauge(&verifier, "unreadable"));
    assert!(said(&verifier.verdicts())[0].contains("cannot be checked"));
    // It goes on judging meanwhile.
    world.propose(LIE, INTERVAL);
    world.slots(2).await;
    assert_eq!(world.port.outputs().len(), 0);
    upgrade(addresses.optimism_portal_impl);
    world.slot().await;
    assert_eq!(kinds(&verifier), Vec::<&str>::new());
    assert!(!gauge(&verifier, "unreadable"));
    verifier.stop().await;
    sequencer.stop().await;
}
