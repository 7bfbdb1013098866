//! The batcher as an adversary: frames, channels and transactions that are not what they should be.

use std::sync::Arc;

use alloy_primitives::Bytes;
use derive::{
    Error, InputFault, Need, Step,
    encoder::{Encoder, EncoderConfig},
};
use protocol::{
    AltDaConfig, Fork, RollupConfig,
    frame::{ChannelId, Frame, encode_frames},
};

use crate::harness::{Body, L1, L2, Random, Verifier, Wallet, rollup_config};

/// Two layers with a few L1 blocks, and L2 blocks for them that are not posted yet.
struct Chains {
    l1: L1,
    l2: L2,
    rollup: Arc<RollupConfig>,
}

impl Chains {
    fn new(seed: u64) -> Self {
        let mut l1 = L1::new();
        let rollup = Arc::new(rollup_config(&l1, Fork::Karst));
        l1.build_empty(3);
        let mut l2 = L2::new(&rollup, seed);
        l2.follow(&l1);
        Self { l1, l2, rollup }
    }

    /// The frames of one channel with blocks of L2, at a height of L1 that makes the channel's name.
    fn frames(&self, blocks: std::ops::Range<usize>, name: u64, frame_count: usize) -> Vec<Frame> {
        let config = EncoderConfig::calldata(1_000_000);
        let mut encoder = Encoder::new(Arc::clone(&self.rollup), config);
        for block in &self.l2.blocks[blocks] {
            encoder.add_block(block, name).unwrap();
        }
        encoder.close().unwrap();
        let data = encoder.take_channels()[0].frames[0].clone();
        let size = data.data.len().div_ceil(frame_count);
        let pieces: Vec<_> = data.data.chunks(size).map(Bytes::copy_from_slice).collect();
        let last = pieces.len() - 1;
        let frame = |(index, piece): (usize, Bytes)| Frame {
            number: index as u16,
            data: piece,
            is_last: index == last,
            ..data.clone()
        };
        pieces.into_iter().enumerate().map(frame).collect()
    }

    /// Posts data by the batcher, one transaction each, in one L1 block.
    fn post(&mut self, data: impl IntoIterator<Item = Bytes>) {
        self.l1.build(Body::batches(&self.rollup, &Wallet::new(1), data));
    }

    /// How many L2 blocks a verifier derives.
    fn derived(&self) -> u64 {
        let mut verifier = Verifier::new(&self.rollup, &self.l1);
        verifier.run(&self.l1).unwrap();
        let number = verifier.head().number;
        let same = verifier.blocks.iter().zip(&self.l2.blocks);
        assert!(same.clone().all(|(ours, theirs)| ours == theirs));
        number
    }
}

#[test]
fn s01_data_cut_at_any_byte_is_ignored_and_what_follows_is_not() {
    let mut chains = Chains::new(1);
    let whole = encode_frames(&chains.frames(1..3, 0, 1));
    for length in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
        let cut = whole.slice(..length);
        chains.post([cut, Bytes::from_static(&[0]), Bytes::from_static(&[7, 7])]);
        if chains.l1.head().header.number > 25 {
            break;
        }
    }
    assert_eq!(chains.derived(), 0);
    chains.post([whole]);
    assert_eq!(chains.derived(), 2);
}

#[test]
fn s02_frames_must_come_in_order() {
    let total = 6;
    for (order, expected) in [
        ("a0 a1 a2", total),
        ("a0 a0 a1 a2", total),
        ("a1 a0 a1 a2", total),
        ("a0 a2 a1 a2", total),
        ("a0 a1", 0),
        ("a0 a2 a1", 0),
        ("a2 a1 a0", 0),
        ("a0 a1 b0 b1 b2 a2", total),
        ("a0 b0 a1 b1 a2 b2", total),
        ("a0 b1 a1 b2 a2", total),
        ("a0 a1 x2 a2", total),
        ("a0 a1! a2", 0),
    ] {
        let mut chains = Chains::new(2);
        let a = chains.frames(1..7, 1, 3);
        let b = chains.frames(1..7, 2, 3);
        let frame = |word: &str| {
            let number: usize = word[1..].trim_end_matches('!').parse().unwrap();
            let mut frame = if word.starts_with('b') { &b } else { &a }[number].clone();
            if word.starts_with('x') {
                frame.channel_id = ChannelId::repeat_byte(0xee);
            }
            frame.is_last |= word.ends_with('!');
            encode_frames(&[frame])
        };
        let data: Vec<_> = order.split_whitespace().map(frame).collect();
        chains.post(data);
        assert_eq!(chains.derived(), expected, "{order}");
    }
}

#[test]
fn s03_a_channel_that_takes_too_long_is_dropped() {
    for (gap, is_in_time) in [(49, true), (50, false)] {
        let mut l1 = L1::new();
        let mut config = rollup_config(&l1, Fork::Karst);
        config.seq_window_size = 1000;
        let rollup = Arc::new(config);
        l1.build_empty(3);
        let mut l2 = L2::new(&rollup, 3);
        l2.follow(&l1);
        let mut chains = Chains { l1, l2, rollup };
        let frames = chains.frames(1..7, 0, 2);
        chains.post([encode_frames(&frames[..1])]);
        chains.l1.build_empty(gap);
        chains.post([encode_frames(&frames[1..])]);
        assert_eq!(chains.derived(), if is_in_time { 6 } else { 0 }, "{gap} blocks between");
    }
}

#[test]
fn s04_a_bomb_costs_its_channel_and_nothing_else() {
    let mut chains = Chains::new(4);
    let good = chains.frames(1..7, 0, 1);
    for compression in [
        derive::Compression::Zlib { level: 9 },
        derive::Compression::Brotli { quality: 5 },
    ] {
        // A list of a million empty lists, then a hundred million zeros: neither is a batch.
        let bomb = derive::compress(&vec![0u8; 110_000_000], compression);
        let frame = Frame {
            data: bomb.into(),
            is_last: true,
            ..Frame::default()
        };
        chains.post([encode_frames(&[frame])]);
    }
    chains.post([encode_frames(&good)]);
    assert_eq!(chains.derived(), 6);
}

#[test]
fn s08_only_the_batcher_of_the_time_is_heard() {
    let mut chains = Chains::new(5);
    let frames = chains.frames(1..7, 0, 2);
    let rollup = Arc::clone(&chains.rollup);
    let data = |range: std::ops::Range<usize>| [encode_frames(&frames[range])];
    let stranger = Wallet::new(2);
    chains.l1.build(Body::batches(&rollup, &stranger, data(0..2)));
    assert_eq!(chains.derived(), 0);

    // The batcher is rotated between the two frames: the old one's second frame is ignored.
    chains.post(data(0..1));
    let update = stranger.address().into_word();
    let body = Body::batches(&rollup, &Wallet::new(1), data(1..2));
    chains.l1.build(body.config_update(&rollup, 0, update));
    assert_eq!(chains.derived(), 0);
    chains.post(data(1..2));
    assert_eq!(chains.derived(), 0);
    chains.l1.build(Body::batches(&rollup, &stranger, data(1..2)));
    assert_eq!(chains.derived(), 6);
}

#[test]
fn s08_transactions_of_unknown_types_and_to_others_are_passed_over() {
    let mut chains = Chains::new(6);
    let data = encode_frames(&chains.frames(1..7, 0, 1));
    let mut body = Body::default();
    let elsewhere = alloy_primitives::Address::repeat_byte(0x11);
    body = body.with(&Wallet::new(1).calldata(elsewhere, data.clone()));
    for raw in [&[5u8, 0xc0][..], &[0x7d, 1, 2, 3], &[2, 0xc1, 0x80], &[0xc0], &[], &[3]] {
        body.transactions.push(Bytes::copy_from_slice(raw));
    }
    chains.l1.build(body);
    assert_eq!(chains.derived(), 0);
    chains.post([data]);
    assert_eq!(chains.derived(), 6);
}

#[test]
fn s09_blobs_that_are_missing_are_asked_for_and_broken_ones_hold_nothing() {
    let mut chains = Chains::new(7);
    let data = encode_frames(&chains.frames(1..7, 0, 1));
    let good = protocol::blob::encode_blob(&data).unwrap();
    let mut bad = good.clone();
    bad[32 * 5] |= 0x80;
    let hashes = chains.l1.keep_blobs(vec![bad, good.clone()]);
    let transaction = Wallet::new(1).blobs(chains.rollup.batch_inbox_address, hashes.clone());
    chains.l1.build(Body::default().with(&transaction));
    assert_eq!(chains.derived(), 6, "the second blob holds the channel");

    let mut verifier = Verifier::new(&chains.rollup, &chains.l1);
    verifier.pipeline.set_l1_head(100);
    let block = chains.l1.head().reference();
    loop {
        match verifier.pipeline.step() {
            Step::Need(Need::L1Block { number, .. }) => {
                verifier
                    .pipeline
                    .push_l1_block(chains.l1.block(number).to_input())
                    .unwrap();
            }
            Step::Need(Need::Blobs {
                block: of,
                versioned_hashes,
            }) => {
                assert_eq!((of, versioned_hashes), (block, hashes));
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    let refused = verifier.pipeline.push_blobs(block.hash, &[good]);
    let number = block.number;
    assert_eq!(
        refused,
        Err(Error::WrongInput {
            number,
            fault: InputFault::BlobCount(1)
        })
    );
    assert!(
        matches!(verifier.pipeline.step(), Step::Need(Need::Blobs { .. })),
        "still needed"
    );
}

#[test]
fn s01_random_and_mutated_data_never_panics() {
    let mut random = Random(8);
    let mut chains = Chains::new(8);
    let good = encode_frames(&chains.frames(1..7, 0, 2));
    for _ in 0..20 {
        let mut data = Vec::new();
        for _ in 0..30 {
            let mut mutated = good.to_vec();
            for _ in 0..=random.below(4) {
                let index = random.below(mutated.len() as u64) as usize;
                mutated[index] = random.next() as u8;
            }
            mutated.truncate(mutated.len() - random.below(3) as usize);
            data.push(mutated.into());
        }
        chains.post(data);
    }
    let mut verifier = Verifier::new(&chains.rollup, &chains.l1);
    verifier
        .run_with(&chains.l1, |derived| {
            let mut raw = derived.attributes.transactions.iter();
            raw.all(|transaction| protocol::Transaction::decode(transaction).is_ok())
        })
        .unwrap();
}

/// Where a chain keeps its data elsewhere, the commitment is asked for; where it does not, it is ignored.
#[test]
fn commitments_are_asked_for_where_the_chain_uses_them() {
    for uses in [false, true] {
        let mut chains = Chains::new(9);
        let data = encode_frames(&chains.frames(1..7, 0, 1));
        let commitment = Bytes::from_static(&[0, 0xaa, 0xbb]);
        let mut config = RollupConfig::clone(&chains.rollup);
        config.alt_da = uses.then(|| AltDaConfig {
            da_challenge_contract_address: Default::default(),
            da_commitment_type: "GenericCommitment".into(),
            da_challenge_window: 10,
            da_resolve_window: 10,
        });
        chains.rollup = Arc::new(config);
        chains.post([Bytes::from([&[1], &commitment[..]].concat())]);
        let mut verifier = Verifier::new(&chains.rollup, &chains.l1);
        verifier.pipeline.set_l1_head(chains.l1.head().header.number);
        let step = loop {
            match verifier.pipeline.step() {
                Step::Need(Need::L1Block { number, .. }) => {
                    let block = chains.l1.block(number).to_input();
                    verifier.pipeline.push_l1_block(block).unwrap();
                }
                other => break other,
            }
        };
        if uses {
            let block = chains.l1.head().reference().id();
            let need = Need::DaInput {
                block,
                commitment: commitment.clone(),
            };
            assert_eq!(step, Step::Need(need));
            verifier.pipeline.push_da_input(&commitment, data).unwrap();
            verifier.run(&chains.l1).unwrap();
            assert_eq!(verifier.head().number, 6);
        } else {
            assert!(matches!(step, Step::Idle { .. }), "{step:?}");
        }
    }
}
