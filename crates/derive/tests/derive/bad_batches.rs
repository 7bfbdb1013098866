//! The batcher as an adversary: batches that do not fit the chain.

use std::sync::Arc;

use alloy_primitives::{B256, Bytes};
use alloy_rlp::Encodable;
use derive::{Compression, Need};
use protocol::{
    Fork, RollupConfig, Transaction,
    batch::{Batch, SingularBatch, SpanBatch, SpanBlock},
    frame::{ChannelId, Frame, encode_frames},
};

use crate::harness::{Body, L1, L2, Verifier, Wallet, rollup_config};

/// Two layers, and what was posted so far.
struct Chains {
    l1: L1,
    l2: L2,
    rollup: Arc<RollupConfig>,
    channels: u8,
}

impl Chains {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut RollupConfig)) -> Self {
        let mut l1 = L1::new();
        let mut rollup = rollup_config(&l1, Fork::Karst);
        change(&mut rollup);
        let rollup = Arc::new(rollup);
        l1.build_empty(3);
        let mut l2 = L2::new(&rollup, 11);
        l2.follow(&l1);
        Self {
            l1,
            l2,
            rollup,
            channels: 0,
        }
    }

    /// A block of L2 as a batch of its own.
    fn singular(&self, number: usize) -> SingularBatch {
        let block = &self.l2.blocks[number];
        let info = protocol::L1BlockInfo::from_block(block).unwrap();
        SingularBatch {
            parent_hash: block.header.parent_hash,
            epoch_number: info.number,
            epoch_hash: info.block_hash,
            timestamp: block.header.timestamp,
            transactions: sequenced(block),
        }
    }

    /// Blocks of L2 as a span.
    fn span(&self, numbers: std::ops::RangeInclusive<usize>) -> SpanBatch {
        let first = self.singular(*numbers.start());
        let last = self.singular(*numbers.end());
        let info = protocol::L1BlockInfo::from_block(&self.l2.blocks[*numbers.start()]).unwrap();
        let block = |number| {
            let SingularBatch {
                epoch_number,
                timestamp,
                transactions,
                ..
            } = self.singular(number);
            SpanBlock {
                epoch_number,
                timestamp,
                transactions,
            }
        };
        SpanBatch {
            parent_check: SpanBatch::check_of(&first.parent_hash),
            l1_origin_check: SpanBatch::check_of(&last.epoch_hash),
            starts_epoch: info.sequence_number == 0,
            blocks: numbers.map(block).collect(),
        }
    }

    /// Posts a channel of batches in an L1 block of its own.
    fn post(&mut self, batches: impl IntoIterator<Item = Batch>) {
        let encode = |batch: Batch| {
            let mut out = Vec::new();
            batch.encode(&self.rollup, &mut out).unwrap();
            out
        };
        let batches: Vec<_> = batches.into_iter().map(encode).collect();
        self.post_raw(&batches);
    }

    /// Posts a channel of whatever stands for batches.
    fn post_raw(&mut self, batches: &[Vec<u8>]) {
        self.channels += 1;
        let mut content = Vec::new();
        for batch in batches {
            batch.as_slice().encode(&mut content);
        }
        let frame = Frame {
            channel_id: ChannelId::repeat_byte(self.channels),
            number: 0,
            data: derive::compress(&content, Compression::Zlib { level: 6 }).into(),
            is_last: true,
        };
        let data = [encode_frames(&[frame])];
        self.l1.build(Body::batches(&self.rollup, &Wallet::new(1), data));
    }

    fn verifier(&self) -> Verifier {
        let mut verifier = Verifier::new(&self.rollup, &self.l1);
        verifier.run(&self.l1).unwrap();
        verifier
    }

    /// How many L2 blocks a verifier derives.
    fn derived(&self) -> u64 {
        self.verifier().head().number
    }
}

fn sequenced(block: &protocol::Block) -> Vec<Bytes> {
    let sequenced = block.body.transactions.iter().filter(|tx| !tx.is_deposit());
    sequenced.map(Transaction::encoded).collect()
}

#[test]
fn s05_unknown_batch_types_take_the_rest_of_their_channel() {
    let mut chains = Chains::new();
    let good = |number| {
        let mut out = Vec::new();
        Batch::Singular(chains.singular(number))
            .encode(&chains.rollup, &mut out)
            .unwrap();
        out
    };
    let (first, second) = (good(1), good(2));
    for bad in [
        vec![2, 0xc0],
        vec![0x7f],
        vec![],
        vec![0, 0xc0],
        vec![1, 0],
        vec![0, 1, 2],
    ] {
        chains.post_raw(&[first.clone(), bad, second.clone()]);
        assert_eq!(chains.derived(), 1);
    }
    chains.post_raw(&[second]);
    assert_eq!(chains.derived(), 2);
}

#[test]
fn s05_batches_that_do_not_fit_are_dropped_with_their_channel() {
    let changes: [fn(&mut SingularBatch); 9] = [
        |batch| batch.parent_hash = B256::repeat_byte(1),
        |batch| batch.timestamp += 2,
        |batch| batch.epoch_hash = B256::repeat_byte(1),
        |batch| batch.epoch_number += 2,
        |batch| batch.epoch_number += 1,
        |batch| batch.transactions.push(Bytes::new()),
        |batch| batch.transactions.push(Bytes::from_static(&[0x7e, 0xc0])),
        |batch| batch.transactions.push(Bytes::from_static(&[0x7d, 0xc0])),
        |batch| batch.timestamp += 1,
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut chains = Chains::new();
        let mut bad = chains.singular(1);
        change(&mut bad);
        let good = Batch::Singular(chains.singular(1));
        chains.post([Batch::Singular(bad), good.clone()]);
        assert_eq!(chains.derived(), 0, "change {index}");
        chains.post([good]);
        assert_eq!(chains.derived(), 1, "change {index}");
    }
}

#[test]
fn s05_batches_of_the_past_are_passed_over() {
    let mut chains = Chains::new();
    let batch = |number| Batch::Singular(chains.singular(number));
    let batches = [batch(1), batch(2), batch(1), batch(2), batch(3)];
    chains.post(batches);
    assert_eq!(chains.derived(), 3);
    let span = Batch::Span(chains.span(1..=2));
    let next = Batch::Singular(chains.singular(4));
    chains.post([span, next]);
    assert_eq!(chains.derived(), 4);
}

#[test]
fn s05_a_batch_that_comes_after_its_window_is_dropped() {
    for (included_in, is_in_time) in [(30, true), (31, false)] {
        let mut chains = Chains::new();
        assert_eq!(chains.rollup.seq_window_size, 30);
        let span = chains.span(1..=4);
        assert!(span.blocks.iter().any(|block| !block.transactions.is_empty()));
        chains.l1.build_empty(included_in - 4);
        chains.post([Batch::Span(span)]);
        assert_eq!(chains.l1.head().header.number, included_in);
        let verifier = chains.verifier();
        assert!(verifier.head().number >= 4, "empty blocks are there in any case");
        let is_same = verifier.blocks[..=4] == chains.l2.blocks[..=4];
        assert_eq!(is_same, is_in_time, "included in {included_in}");
    }
}

#[test]
fn s06_spans_that_do_not_fit_are_dropped_with_their_channel() {
    let changes: [fn(&mut SpanBatch); 6] = [
        |span| span.parent_check = Default::default(),
        |span| span.l1_origin_check = Default::default(),
        |span| span.blocks.iter_mut().for_each(|block| block.timestamp += 2),
        |span| span.blocks.iter_mut().for_each(|block| block.timestamp += 1),
        |span| span.blocks.iter_mut().for_each(|block| block.epoch_number += 2),
        |span| span.blocks.iter_mut().for_each(|block| block.epoch_number += 1),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut chains = Chains::new();
        let good = chains.span(1..=4);
        let mut bad = good.clone();
        change(&mut bad);
        let single = Batch::Singular(chains.singular(1));
        chains.post([Batch::Span(bad), single]);
        assert_eq!(chains.derived(), 0, "change {index}");
        chains.post([Batch::Span(good)]);
        assert_eq!(chains.derived(), 4, "change {index}");
    }
}

/// Holocene: the blocks before the one that does not fit stay, those after it are dropped.
#[test]
fn s06_a_span_is_valid_up_to_its_first_bad_block() {
    let mut chains = Chains::new();
    let mut span = chains.span(1..=6);
    // The fourth block claims an L1 origin that begins after the block's own time.
    for block in &mut span.blocks[3..] {
        block.epoch_number = 1;
    }
    let end = chains.l1.block(1).reference();
    span.l1_origin_check = SpanBatch::check_of(&end.hash);
    let after = Batch::Singular(chains.singular(4));
    chains.post([Batch::Span(span), after.clone()]);
    assert_eq!(chains.derived(), 3);
    chains.post([after]);
    assert_eq!(chains.derived(), 4);
}

#[test]
fn s06_overlap_with_the_safe_chain_must_be_what_is_there() {
    let mut chains = Chains::new();
    let first = Batch::Span(chains.span(1..=4));
    chains.post([first]);
    let overlap = chains.span(2..=7);
    let mut bad = overlap.clone();
    let extra = chains.l2.random_transaction().encoded();
    bad.blocks[1].transactions.push(extra);
    chains.post([Batch::Span(bad)]);
    assert_eq!(chains.derived(), 4, "another transaction in a block that is there");
    chains.post([Batch::Span(overlap)]);
    let verifier = chains.verifier();
    assert_eq!(verifier.head().number, 7);
    let asked: Vec<_> = verifier
        .needs
        .iter()
        .filter_map(|need| match need {
            Need::L2Block { number } => Some(*number),
            _ => None,
        })
        .collect();
    assert_eq!(asked, [1, 2, 3, 1, 2, 3, 4]);
}

#[test]
fn s06_blocks_in_which_a_fork_activates_are_empty() {
    let mut chains = Chains::with(|rollup| {
        rollup.forks.jovian = Some(rollup.genesis.l2_time + 4);
        rollup.forks.karst = Some(rollup.genesis.l2_time + 8);
    });
    let transaction = chains.l2.random_transaction().encoded();
    for number in [2, 4] {
        let mut verifier = chains.verifier();
        let head = verifier.head();
        assert_eq!(head.number, number - 2);
        let epoch = chains.l1.block(0).reference();
        let batch = |parent: B256, index: u64, transactions: Vec<Bytes>| SingularBatch {
            parent_hash: parent,
            epoch_number: 0,
            epoch_hash: epoch.hash,
            timestamp: chains.rollup.genesis.l2_time + index * 2,
            transactions,
        };
        let before = batch(head.hash, number - 1, Vec::new());
        chains.post([Batch::Singular(before)]);
        verifier = chains.verifier();
        let parent = verifier.head().hash;
        let full = SingularBatch {
            parent_hash: parent,
            epoch_number: 0,
            epoch_hash: epoch.hash,
            timestamp: chains.rollup.genesis.l2_time + number * 2,
            transactions: vec![transaction.clone()],
        };
        let empty = SingularBatch {
            transactions: Vec::new(),
            ..full.clone()
        };
        chains.post([Batch::Singular(full)]);
        assert_eq!(chains.derived(), number - 1);
        chains.post([Batch::Singular(empty)]);
        assert_eq!(chains.derived(), number);
    }
}

#[test]
fn s06_a_span_may_cross_a_fork() {
    let mut chains = Chains::with(|rollup| rollup.forks.jovian = Some(rollup.genesis.l2_time + 6));
    let mut blocks = Vec::new();
    for number in 1..=4u64 {
        let transactions = vec![chains.l2.random_transaction().encoded()];
        blocks.push(SpanBlock {
            epoch_number: 0,
            timestamp: chains.rollup.genesis.l2_time + number * 2,
            transactions,
        });
    }
    let origin = chains.l1.block(0).reference();
    let genesis = chains.rollup.genesis.l2.hash;
    let full = SpanBatch {
        parent_check: SpanBatch::check_of(&genesis),
        l1_origin_check: SpanBatch::check_of(&origin.hash),
        starts_epoch: false,
        blocks,
    };
    chains.post([Batch::Span(full.clone())]);
    assert_eq!(chains.derived(), 2, "up to the block in which the fork activates");

    let mut empty = full;
    empty.blocks[2].transactions.clear();
    chains.post([Batch::Span(empty)]);
    let verifier = chains.verifier();
    assert_eq!(verifier.head().number, 4);
    let counts: Vec<_> = verifier.blocks[1..].iter().map(|b| b.body.transactions.len()).collect();
    assert_eq!(counts, [2, 2, 6, 2]);
}

#[test]
fn s07_invalid_tx_becomes_deposits_only() {
    let mut chains = Chains::new();
    let span = chains.span(1..=6);
    let second = Batch::Singular(chains.singular(6));
    chains.post([Batch::Span(span), second]);
    let bad = (1..=5).find(|n| !sequenced(&chains.l2.blocks[*n]).is_empty()).unwrap();
    let bad_time = chains.l2.blocks[bad].header.timestamp;

    let mut verifier = Verifier::new(&chains.rollup, &chains.l1);
    verifier
        .run_with(&chains.l1, |derived| {
            derived.attributes.timestamp != bad_time || derived.attributes.is_deposits_only()
        })
        .unwrap();
    assert_eq!(
        verifier.head().number,
        bad as u64,
        "the rest of span and channel is dropped"
    );
    assert_eq!(verifier.blocks[..bad], chains.l2.blocks[..bad]);
    let replaced = verifier.derived.last().unwrap();
    assert!(replaced.is_replacement && replaced.attributes.is_deposits_only());
    let original = &verifier.derived[verifier.derived.len() - 2];
    assert_eq!(replaced.attributes, original.attributes.deposits_only());
    assert_ne!(replaced.attributes, original.attributes);
    assert_eq!(
        (replaced.parent, replaced.l1_origin),
        (original.parent, original.l1_origin)
    );
}

#[test]
fn s17_blocks_too_far_ahead_of_l1_must_be_empty() {
    let mut l1 = L1::new();
    let mut rollup = rollup_config(&l1, Fork::Karst);
    rollup.seq_window_size = 1000;
    let rollup = Arc::new(rollup);
    // The sequencer stays on the first L1 block for 1,800 s and more.
    let mut l2 = L2::new(&rollup, 5);
    for _ in 0..=900 {
        l2.build(&l1, 0, Vec::new());
    }
    l1.build_empty(200);
    let mut chains = Chains {
        l1,
        l2,
        rollup,
        channels: 0,
    };
    let transaction = chains.l2.random_transaction();
    let last = Arc::clone(&chains.rollup);
    assert_eq!(chains.l2.head().timestamp, last.genesis.l2_time + 1802);
    let span = chains.span(1..=901);
    chains.post([Batch::Span(span)]);
    assert_eq!(chains.derived(), 900, "it could have adopted the next L1 block");

    chains.l2.blocks.truncate(901);
    chains.l2.build(&chains.l1, 1, vec![transaction]);
    let next = Batch::Singular(chains.singular(901));
    chains.post([next]);
    assert_eq!(
        chains.derived(),
        901,
        "on the next L1 block, transactions are allowed again"
    );
}
