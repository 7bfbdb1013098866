//! L1 as an adversary: reorganisations, and providers that say something else.

use std::sync::Arc;

use alloy_primitives::{Address, B256};
use derive::{
    Error, InputFault, L1Link, Need, ResetReason, Step, SyncHeads, SyncStart, SyncStep,
    encoder::{Encoder, EncoderConfig},
};
use protocol::{Fork, L2BlockRef, RollupConfig};

use crate::harness::{Body, L1, L2, Verifier, Wallet, rollup_config};

/// Posts the blocks of L2 from one on, in the next block of L1.
fn post(l1: &mut L1, l2: &L2, from: usize, body: impl FnOnce(Body) -> Body) {
    let config = EncoderConfig::calldata(900_000);
    let mut encoder = Encoder::new(Arc::clone(&l2.rollup), config);
    for block in &l2.blocks[from..] {
        encoder.add_block(block, l1.head().header.number).unwrap();
    }
    encoder.close().unwrap();
    let data = encoder
        .take_channels()
        .iter()
        .flat_map(|c| c.calldata())
        .collect::<Vec<_>>();
    l1.build(body(Body::batches(&l2.rollup, &Wallet::new(1), data)));
}

/// A chain that goes on for a while, posted every few blocks.
fn build(l1: &mut L1, l2: &mut L2, l1_blocks: u64) {
    for number in 0..l1_blocks {
        let from = l2.blocks.len();
        l2.follow(l1);
        let seed = number + l1.head().header.number;
        let rollup = Arc::clone(&l2.rollup);
        let deposit = |body: Body| {
            if seed.is_multiple_of(3) {
                body.deposit(&rollup, Address::repeat_byte(4), seed)
            } else {
                body
            }
        };
        if l2.blocks.len() > from {
            post(l1, l2, from, deposit)
        } else {
            l1.build_empty(1)
        }
    }
}

/// Searches where to start on the chains as they are, and starts there.
fn restart(verifier: &mut Verifier, l1: &L1, derivations: bool) -> u64 {
    let safe = verifier.head();
    let finalized = L2BlockRef::genesis(&verifier.rollup);
    let heads = SyncHeads {
        finalized,
        safe,
        unsafe_head: safe,
    };
    let known: Vec<_> = if derivations {
        let pair = |(index, derived): (usize, &Arc<derive::DerivedAttributes>)| {
            let block = verifier.blocks.get(index + 1)?;
            let l2 = L2BlockRef::from_block(&verifier.rollup, block).unwrap();
            Some((derived.derived_from, l2))
        };
        verifier.derived.iter().enumerate().filter_map(pair).rev().collect()
    } else {
        Vec::new()
    };
    let mut search = SyncStart::new(Arc::clone(&verifier.rollup), heads, known);
    let head = l1.head().header.number;
    let point = loop {
        match search.step() {
            SyncStep::NeedL1(number) => {
                let block = (number <= head).then(|| l1.block(number).reference());
                search.push_l1(block).unwrap();
            }
            SyncStep::NeedL2(number) => {
                search
                    .push_l2(&verifier.blocks[usize::try_from(number).unwrap()])
                    .unwrap();
            }
            SyncStep::Found(point) => break point,
            SyncStep::FinalizedReorged { origin } => panic!("finalized {origin:?}"),
        }
    };
    let number = point.reset.safe_head.number;
    let index = usize::try_from(number).unwrap();
    verifier.blocks.truncate(index + 1);
    verifier.derived.truncate(index);
    assert_eq!(verifier.head(), point.reset.safe_head);
    verifier.pipeline.reset(&point.reset);
    number
}

fn chain() -> (L1, L2, Arc<RollupConfig>) {
    let mut l1 = L1::new();
    let mut config = rollup_config(&l1, Fork::Karst);
    config.seq_window_size = 20;
    let rollup = Arc::new(config);
    let mut l2 = L2::new(&rollup, 77);
    build(&mut l1, &mut l2, 75);
    (l1, l2, rollup)
}

/// A verifier that stops after any block, in the middle of a span or of a window as well, goes on to the same chain.
#[test]
fn a_restart_on_any_block_derives_the_same_chain() {
    let mut l1 = L1::new();
    let mut config = rollup_config(&l1, Fork::Isthmus);
    config.seq_window_size = 40;
    config.forks.jovian = Some(config.genesis.l2_time + 301);
    config.forks.karst = Some(config.genesis.l2_time + 500);
    let rollup = Arc::new(config);
    let mut l2 = L2::new(&rollup, 78);
    for _ in 0..12 {
        let from = l2.blocks.len();
        l1.build(Body::default().deposit(&rollup, Address::repeat_byte(4), from as u64));
        l1.build_empty(3);
        l2.follow(&l1);
        // What the channel before had at its end comes once more.
        post(&mut l1, &l2, from.saturating_sub(3).max(1), |body| body);
    }
    l1.build_empty(50);
    let mut whole = Verifier::new(&rollup, &l1);
    whole.run(&l1).unwrap();
    assert_eq!(whole.blocks[..l2.blocks.len()], l2.blocks);
    assert!(
        whole.blocks.len() > l2.blocks.len(),
        "windows end without batches at last"
    );
    for stop in (1..whole.blocks.len()).step_by(5) {
        let mut verifier = Verifier::new(&rollup, &l1);
        verifier.blocks = whole.blocks[..=stop].to_vec();
        verifier.derived = whole.derived[..stop].to_vec();
        assert_eq!(restart(&mut verifier, &l1, true), stop as u64);
        verifier.run(&l1).unwrap();
        assert!(verifier.blocks == whole.blocks, "from block {stop}");
    }
}

#[test]
fn s11_reorganisations_of_any_depth_end_in_the_chain_that_l1_says() {
    for depth in [1usize, 2, 3, 7, 19, 20, 21, 40, 64] {
        for remembers in [false, true] {
            let (mut l1, l2, rollup) = chain();
            let mut verifier = Verifier::new(&rollup, &l1);
            verifier.run(&l1).unwrap();
            assert!(verifier.head().number > 400);

            l1.drop_blocks(depth);
            let kept = l1.head().header.number;
            let on_new_chain =
                |block: &&protocol::Block| L2BlockRef::from_block(&rollup, block).unwrap().l1_origin.number <= kept;
            let mut next = L2::new(&rollup, 5);
            next.blocks = l2.blocks.iter().take_while(on_new_chain).cloned().collect();
            // The sequencer posts again what it kept, and goes on.
            let after = 25 + depth as u64;
            post(&mut l1, &next, next.blocks.len().saturating_sub(60).max(1), |body| {
                body.deposit(&rollup, Address::repeat_byte(5), 1)
            });
            build(&mut l1, &mut next, after);

            let reason = verifier.run(&l1).unwrap_err();
            let is_reorg = matches!(reason, ResetReason::L1Reorg { .. });
            assert!(is_reorg, "{reason}");
            let safe = restart(&mut verifier, &l1, remembers);
            verifier.run(&l1).unwrap();

            let mut fresh = Verifier::new(&rollup, &l1);
            fresh.run(&l1).unwrap();
            assert!(verifier.blocks == fresh.blocks, "depth {depth} from {safe}");
            assert!(fresh.head().number > 300, "{}", fresh.head().number);
        }
    }
}

#[test]
fn s11_a_reorganisation_between_any_two_pushes_asks_for_a_reset() {
    let (mut l1, _, rollup) = chain();
    let old = l1.clone();
    l1.drop_blocks(30);
    l1.build_empty(40);
    for pushes in 1..60 {
        let mut verifier = Verifier::new(&rollup, &old);
        verifier.pipeline.set_l1_head(60);
        // The first part of the way on the old chain, which is the new one's up to block 45.
        let mut given = 0;
        loop {
            match verifier.pipeline.step() {
                Step::Need(Need::L1Block { .. }) if given == pushes => break,
                Step::Need(Need::L1Block { number, .. }) => {
                    verifier.pipeline.push_l1_block(old.block(number).to_input()).unwrap();
                    given += 1;
                }
                Step::Need(Need::L1Receipts { block }) => {
                    let receipts = &old.block(block.number).receipts;
                    verifier.pipeline.push_l1_receipts(block.hash, receipts).unwrap();
                }
                Step::Attributes(derived) => {
                    let block = L2::execute(&rollup, &derived);
                    let header = Box::new(block.header.clone());
                    verifier.blocks.push(block);
                    verifier.pipeline.push_verdict(derive::Verdict::Valid(header)).unwrap();
                }
                other => panic!("{other:?}"),
            }
        }
        let origin = verifier.pipeline.l1_origin().map_or(0, |origin| origin.number);
        let result = verifier.run(&l1);
        assert_eq!(result.is_err(), origin > 45, "after {pushes} blocks, at {origin}");
    }
}

#[test]
fn s15_wrong_data_is_refused_and_still_needed() {
    let mut l1 = L1::new();
    let rollup = Arc::new(rollup_config(&l1, Fork::Karst));
    l1.build(Body::default().deposit(&rollup, Address::ZERO, 1));
    let mut verifier = Verifier::new(&rollup, &l1);
    let pipeline = &mut verifier.pipeline;
    pipeline.set_l1_head(1);
    let genesis = l1.block(0).reference();
    assert_eq!(
        pipeline.step(),
        Step::Need(Need::L1Block {
            number: 0,
            link: L1Link::Hash(genesis.hash)
        })
    );
    let wrong = |number, fault| Err(Error::WrongInput { number, fault });
    assert_eq!(
        pipeline.push_l1_block(l1.block(1).to_input()),
        wrong(0, InputFault::Number(1))
    );
    pipeline.push_l1_block(l1.block(0).to_input()).unwrap();
    assert_eq!(pipeline.push_l1_block(l1.block(0).to_input()), Err(Error::NotNeeded));

    let need = Need::L1Block {
        number: 1,
        link: L1Link::Parent(genesis.hash),
    };
    assert_eq!(pipeline.step(), Step::Need(need.clone()));
    let mut forged = l1.block(1).to_input();
    forged.transactions.push(alloy_primitives::Bytes::from_static(&[1]));
    let refused = pipeline.push_l1_block(forged);
    assert!(
        matches!(
            refused,
            Err(Error::WrongInput {
                fault: InputFault::TransactionsRoot(_),
                ..
            })
        ),
        "{refused:?}"
    );
    assert_eq!(pipeline.step(), Step::Need(need));
    pipeline.push_l1_block(l1.block(1).to_input()).unwrap();

    let block = l1.block(1).reference();
    assert_eq!(pipeline.step(), Step::Need(Need::L1Receipts { block: block.id() }));
    let refused = pipeline.push_l1_receipts(block.hash, &[]);
    let is_root = |fault| matches!(fault, InputFault::ReceiptsRoot(_));
    assert!(matches!(refused, Err(Error::WrongInput { fault, .. }) if is_root(fault)));
    let other = pipeline.push_l1_receipts(B256::ZERO, &l1.block(1).receipts);
    assert_eq!(other, wrong(1, InputFault::Block(B256::ZERO)));
    assert_eq!(pipeline.step(), Step::Need(Need::L1Receipts { block: block.id() }));
    pipeline.push_l1_receipts(block.hash, &l1.block(1).receipts).unwrap();
    assert_eq!(pipeline.step(), Step::Idle { next_l1: 2 });
}
