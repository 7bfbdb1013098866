//! What attributes say: deposits, the system config, upgrades, and blocks that nobody posted.

use std::sync::Arc;

use alloy_primitives::{Address, B256, U256};
use derive::{AttributesFault, Need, sequencer_attributes};
use protocol::{
    ChainSpec, Fork, KARST_UPGRADE_GAS, L1BlockInfo, PayloadAttributes, RollupConfig, SystemConfig, Transaction,
};

use crate::harness::{Body, L1, Verifier, rollup_config};

/// A verifier of a chain to which nobody posts batches, with L1 at that height.
fn empty_chain(l1: &mut L1, rollup: RollupConfig, l1_height: u64) -> Verifier {
    l1.build_empty(l1_height - l1.head().header.number);
    let mut verifier = Verifier::new(&Arc::new(rollup), l1);
    verifier.run(l1).unwrap();
    verifier
}

fn deposits(verifier: &Verifier, number: usize) -> Vec<&op_alloy_consensus::TxDeposit> {
    let transactions = &verifier.blocks[number].body.transactions;
    transactions.iter().filter_map(Transaction::as_deposit).collect()
}

#[test]
fn s14_a_window_without_batches_is_filled_with_empty_blocks() {
    let mut l1 = L1::new();
    let rollup = rollup_config(&l1, Fork::Karst);
    let window = rollup.seq_window_size;
    let mut verifier = empty_chain(&mut l1, rollup, window - 1);
    assert_eq!(verifier.head().number, 0, "the window is not over");

    l1.build_empty(1);
    verifier.run(&l1).unwrap();
    let head = verifier.head();
    assert_eq!(
        (head.l1_origin.number, head.number),
        (0, 5),
        "up to the time of the next epoch"
    );

    l1.build_empty(10);
    verifier.run(&l1).unwrap();
    let head = verifier.head();
    assert_eq!((head.l1_origin.number, head.number), (10, 65));
    for block in &verifier.blocks[1..] {
        assert_eq!(block.body.transactions.len(), 1);
    }
    let derived = verifier.derived.last().unwrap();
    assert_eq!(derived.derived_from.number, window + 10);
}

#[test]
fn deposits_are_in_the_first_block_of_their_epoch() {
    let mut l1 = L1::new();
    let rollup = rollup_config(&l1, Fork::Karst);
    let from = Address::repeat_byte(3);
    l1.build(Body::default().deposit(&rollup, from, 100).deposit(&rollup, from, 200));
    let verifier = empty_chain(&mut l1, rollup, 32);
    let first = (1..).find(|number| deposits(&verifier, *number).len() > 1).unwrap();
    let found = deposits(&verifier, first);
    let info = L1BlockInfo::from_block(&verifier.blocks[first]).unwrap();
    assert_eq!((info.number, info.sequence_number), (1, 0));
    assert_eq!(found.iter().map(|d| d.mint).collect::<Vec<_>>(), [0, 100, 200]);
    assert!(found[1..].iter().all(|deposit| deposit.from == from));
    let later = first + 1..verifier.blocks.len();
    assert!(later.into_iter().all(|number| deposits(&verifier, number).len() == 1));
    let receipts = |need: &&Need| matches!(need, Need::L1Receipts { .. });
    let asked = verifier.needs.iter().filter(receipts).count();
    assert_eq!(asked, 1, "only the block with events is asked for its receipts");
}

#[test]
fn the_system_config_changes_with_the_epoch() {
    let mut l1 = L1::new();
    let rollup = rollup_config(&l1, Fork::Karst);
    let word = |number: u64| B256::from(U256::from(number));
    l1.build(
        Body::default()
            .config_update(&rollup, 2, word(40_000_000))
            .config_update(&rollup, 4, word(100 << 32 | 4))
            .config_update(&rollup, 6, word(77))
            .config_update(&rollup, 9, word(1)),
    );
    l1.build(Body::default().config_update(&rollup, 5, word(1 << 40)));
    let verifier = empty_chain(&mut l1, rollup, 34);
    let limits: Vec<_> = verifier.blocks[1..]
        .iter()
        .map(|b| (b.header.gas_limit, b.header.timestamp))
        .collect();
    let origin_time = l1.block(1).header.timestamp;
    for (gas_limit, time) in limits {
        assert_eq!(gas_limit, if time < origin_time { 60_000_000 } else { 40_000_000 });
    }
    let derived = verifier.derived.last().unwrap();
    assert_eq!(derived.attributes.min_base_fee, Some(77));
    assert_eq!(
        derived.attributes.eip1559_params.unwrap().as_slice(),
        [0, 0, 0, 100, 0, 0, 0, 4]
    );
}

#[test]
fn jovian_activates_with_its_upgrade_transactions() {
    let mut l1 = L1::new();
    let mut rollup = rollup_config(&l1, Fork::Isthmus);
    rollup.forks.jovian = Some(rollup.genesis.l2_time + 7);
    let verifier = empty_chain(&mut l1, rollup, 32);
    let counts: Vec<_> = (1..7).map(|number| deposits(&verifier, number).len()).collect();
    assert_eq!(counts, [1, 1, 1, 6, 1, 1]);
    let formats: Vec<_> = (3..6)
        .map(|number| L1BlockInfo::from_block(&verifier.blocks[number]).unwrap().format)
        .collect();
    use protocol::L1AttributesFormat::{Isthmus, Jovian};
    assert_eq!(formats, [Isthmus, Isthmus, Jovian]);
    let floors: Vec<_> = (2..5)
        .map(|n| verifier.derived[n - 1].attributes.min_base_fee)
        .collect();
    assert_eq!(floors, [None, None, Some(0)]);
}

#[test]
fn karst_has_more_gas_in_its_first_block_only() {
    for keeps in [false, true] {
        let mut l1 = L1::new();
        let mut rollup = rollup_config(&l1, Fork::Jovian);
        rollup.forks.karst = Some(rollup.genesis.l2_time + 4);
        rollup.keep_karst_upgrade_gas = keeps;
        let verifier = empty_chain(&mut l1, rollup, 32);
        assert_eq!(deposits(&verifier, 2).len(), 32);
        let raised = 60_000_000 + KARST_UPGRADE_GAS;
        let after = if keeps { raised } else { 60_000_000 };
        let limits: Vec<_> = verifier.blocks[1..5]
            .iter()
            .map(|block| block.header.gas_limit)
            .collect();
        assert_eq!(limits, [60_000_000, raised, after, after]);
    }
}

/// A sequencer and a verifier make the same of an L1 block.
#[test]
fn a_sequencer_makes_the_attributes_that_are_derived() {
    let mut l1 = L1::new();
    let mut rollup = rollup_config(&l1, Fork::Isthmus);
    rollup.forks.jovian = Some(rollup.genesis.l2_time + 15);
    rollup.forks.karst = Some(rollup.genesis.l2_time + 31);
    for number in 0..5 {
        let gas_limit = B256::from(U256::from(50_000_000 + number));
        let from = Address::repeat_byte(6);
        l1.build(
            Body::default()
                .deposit(&rollup, from, number)
                .config_update(&rollup, 2, gas_limit),
        );
    }
    let verifier = empty_chain(&mut l1, rollup, 34);
    let chain = ChainSpec::public_l1(1).unwrap();
    let mut activations = 0;
    for (parent, derived) in verifier.blocks.iter().zip(&verifier.derived) {
        let config = SystemConfig::from_block(&verifier.rollup, parent).unwrap();
        let origin = l1.block(derived.l1_origin.number);
        let made = sequencer_attributes(
            &verifier.rollup,
            &chain,
            &derived.parent,
            config,
            &origin.header,
            &origin.receipts,
        )
        .unwrap();
        activations += u64::from(made.no_tx_pool);
        let made = PayloadAttributes {
            no_tx_pool: true,
            ..made
        };
        assert_eq!(made, derived.attributes);
    }
    assert_eq!(activations, 2);

    let head = verifier.head();
    let attempt = |number: u64| {
        let config = verifier.rollup.genesis.system_config;
        let origin = l1.block(number);
        sequencer_attributes(
            &verifier.rollup,
            &chain,
            &head,
            config,
            &origin.header,
            &origin.receipts,
        )
    };
    assert!(attempt(head.l1_origin.number).is_ok());
    assert!(matches!(
        attempt(head.l1_origin.number + 2),
        Err(AttributesFault::Origin { .. })
    ));
    assert!(matches!(
        attempt(head.l1_origin.number - 1),
        Err(AttributesFault::Origin { .. })
    ));
    let next = attempt(head.l1_origin.number + 1);
    assert_eq!(
        next.is_ok(),
        head.timestamp + 2 >= l1.block(head.l1_origin.number + 1).header.timestamp
    );
}
