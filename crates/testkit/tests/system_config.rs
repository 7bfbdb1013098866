//! Changes of the system config take effect in the L2 blocks whose L1 origin holds them, in every verifier alike.

use alloy_primitives::U256;
use protocol::{FeeScalars, Fork, SystemConfig};
use tandem_testkit::{L1Draft, Rollup, Sequencer, SimulatedL1, Verifier};

const GENESIS_TIME: u64 = 1_700_000_000;
const SLOT_S: u64 = 2;
const UPDATE_IN_L1_BLOCK: u64 = 4;

fn word(value: u128) -> Vec<u8> {
    U256::from(value).to_be_bytes::<32>().to_vec()
}

/// Runs an L1 of ten blocks whose fourth holds an update, and returns the system config of every derived L2 block with the number of
/// its L1 origin.
fn run(kind: u8, value: &[u8]) -> Vec<(u64, SystemConfig)> {
    let mut l1 = SimulatedL1::new(GENESIS_TIME, SLOT_S, 8);
    let rollup = Rollup::devnet(&l1, Fork::Karst);
    let mut sequencer = Sequencer::new(&rollup);
    for number in 1..=10 {
        let mut draft = L1Draft::default();
        if number == UPDATE_IN_L1_BLOCK {
            draft = draft.config_update(rollup.contracts(), &Rollup::user(0), kind, value);
        }
        if number == 10 {
            draft = sequencer.post(&l1, draft);
        }
        l1.build(draft);
        sequencer.sequence(&l1, Vec::new());
    }
    let mut verifier = Verifier::new(&rollup, &l1);
    verifier.sync(&l1);
    let last = verifier.safe_head().number;
    assert!(last > 12, "blocks after the update are derived: {last}");
    let read = |number| {
        let record = verifier.execution().block(number).expect("derived");
        assert_eq!(
            Some(record.hash),
            sequencer.execution().block(number).map(|ours| ours.hash),
            "block {number}"
        );
        let origin = record.l1_block_info().expect("an L2 block").number;
        (
            origin,
            SystemConfig::from_block(&rollup.config, &record.block).expect("an L2 block"),
        )
    };
    (1..=last).map(read).collect()
}

/// One update: before its L1 block nothing of it is seen, from that block on all of it.
fn check(kind: u8, value: &[u8], change: impl Fn(&mut SystemConfig)) {
    let configs = run(kind, value);
    let before = configs[0].1;
    let mut after = before;
    change(&mut after);
    assert_ne!(before, after, "the update of kind {kind} changes something");
    for (origin, config) in configs {
        let expected = if origin < UPDATE_IN_L1_BLOCK { before } else { after };
        assert_eq!(config, expected, "kind {kind}, L1 origin {origin}");
    }
}

/// Every update that L2 blocks show takes effect with its L1 origin. (A new batcher is heard with the L1 block itself: `hostile_batcher`.)
#[test]
fn updates_take_effect_with_their_l1_origin() {
    let scalars = FeeScalars {
        base_fee_scalar: 77,
        blob_base_fee_scalar: 99,
    };
    let encoded = [word(0), scalars.encode().to_vec()].concat();
    check(1, &encoded, |config| config.scalar = scalars.encode());

    check(2, &word(40_000_000), |config| config.gas_limit = 40_000_000);
    check(4, &word((50 << 32) | 2), |config| {
        config.eip1559_params.denominator = 50;
        config.eip1559_params.elasticity = 2;
    });
    check(5, &word((1_234 << 64) | 5_678), |config| {
        config.operator_fee_scalar = 1_234;
        config.operator_fee_constant = 5_678;
    });
    check(6, &word(2_000_000), |config| config.min_base_fee = 2_000_000);
    check(7, &word(1_000), |config| config.da_footprint_gas_scalar = 1_000);
}

/// Updates that cannot be read, or that would leave the chain with parameters that no block can be built under, change nothing, and the
/// chain goes on.
#[test]
fn updates_that_cannot_be_applied_change_nothing() {
    for (kind, value) in [
        (1, [word(0), vec![2; 32]].concat()),
        (2, word(1 << 64)),
        (4, word(6)),
        (4, word(250 << 32)),
        (4, word(1 << 64)),
        (6, word(1 << 64)),
        (7, word(1 << 16)),
        (8, word(1)),
        (2, vec![1; 31]),
        (2, vec![0; 64]),
    ] {
        let configs = run(kind, &value);
        let before = configs[0].1;
        assert!(configs.iter().all(|(_, config)| *config == before), "kind {kind}");
    }
}
