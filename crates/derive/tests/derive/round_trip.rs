//! `derive(encode(blocks)) == blocks`: what a batcher posts is what every verifier derives.

use std::sync::Arc;

use alloy_primitives::{Address, B256, U256};
use derive::{
    Compression,
    consolidate::matches,
    encoder::{BatchKind, EncodedChannel, Encoder, EncoderConfig},
};
use protocol::{Block, Fork, RollupConfig};

use crate::harness::{Body, L1, L2, Verifier, Wallet, rollup_config};

/// How the data gets to L1.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Transport {
    Calldata,
    Blobs,
}

/// Puts a channel into the next blocks of L1, a few transactions each.
fn post(l1: &mut L1, rollup: &RollupConfig, channel: &EncodedChannel, by: Transport) {
    let batcher = Wallet::new(1);
    match by {
        Transport::Calldata => {
            for data in channel.calldata().chunks(20) {
                l1.build(Body::batches(rollup, &batcher, data.to_vec()));
            }
        }
        Transport::Blobs => {
            for blobs in channel.blobs().unwrap().chunks(20) {
                let hashes = l1.keep_blobs(blobs.to_vec());
                let transaction = batcher.blobs(rollup.batch_inbox_address, hashes);
                l1.build(Body::default().with(&transaction));
            }
        }
    }
}

/// The forks of the chain of that seed: one of them from genesis on, or each in the middle of the chain.
fn chain_config(l1: &L1, seed: u64) -> RollupConfig {
    match seed % 4 {
        0 => rollup_config(l1, Fork::Isthmus),
        1 => rollup_config(l1, Fork::Jovian),
        2 => rollup_config(l1, Fork::Karst),
        _ => {
            let mut rollup = rollup_config(l1, Fork::Isthmus);
            rollup.forks.jovian = Some(rollup.genesis.l2_time + 15 + seed % 8);
            rollup.forks.karst = Some(rollup.genesis.l2_time + 40 + seed % 8);
            rollup
        }
    }
}

/// Makes a random chain, posts it, derives it, and compares.
fn check(seed: u64, config: EncoderConfig, by: Transport) {
    let mut l1 = L1::new();
    let rollup = Arc::new(chain_config(&l1, seed));
    let mut l2 = L2::new(&rollup, seed);
    for number in 0..6 {
        let mut body = Body::default();
        if l2.random.one_in(2) {
            body = body.deposit(&rollup, Address::repeat_byte(7), seed);
        }
        if number == 3 {
            let gas_limit = B256::from(U256::from(70_000_000 + seed));
            body = body.config_update(&rollup, 2, gas_limit);
        }
        l1.build(body);
    }
    l2.follow(&l1);

    let mut encoder = Encoder::new(Arc::clone(&rollup), config);
    for block in &l2.blocks[1..] {
        encoder.add_block(block, l1.head().header.number).unwrap();
    }
    encoder.close().unwrap();
    let channels = encoder.take_channels();
    assert_eq!(
        channels.iter().map(EncodedChannel::block_count).sum::<u64>(),
        l2.head().number
    );
    for channel in &channels {
        post(&mut l1, &rollup, channel, by);
    }

    let mut verifier = Verifier::new(&rollup, &l1);
    verifier.run(&l1).unwrap();
    assert_same(&verifier.blocks, &l2.blocks);
    for (derived, block) in verifier.derived.iter().zip(&l2.blocks[1..]) {
        matches(&rollup, derived, block).unwrap();
    }
}

fn assert_same(derived: &[Block], sequenced: &[Block]) {
    for (derived, sequenced) in derived.iter().zip(sequenced) {
        assert_eq!(derived, sequenced);
    }
    assert_eq!(derived.len(), sequenced.len());
}

/// Chains for each way to post them: as many as there are kinds of [`chain_config`].
const CHAINS: u64 = 4;

#[test]
fn what_is_encoded_is_derived() {
    let mut seed = 0;
    for batch_kind in [BatchKind::Singular, BatchKind::Span] {
        for compression in [Compression::Zlib { level: 6 }, Compression::Brotli { quality: 5 }] {
            for (channel_bytes_target, frame_bytes_max) in
                [(usize::MAX, 120_000), (usize::MAX, 900), (4_000, 120_000), (4_000, 900)]
            {
                for by in [Transport::Calldata, Transport::Blobs] {
                    let config = EncoderConfig {
                        batch_kind,
                        compression,
                        channel_bytes_target,
                        frame_bytes_max,
                        channel_duration_l1_blocks: u64::MAX,
                    };
                    for _ in 0..CHAINS {
                        seed += 1;
                        check(seed, config, by);
                    }
                }
            }
        }
    }
}

#[test]
fn channels_are_the_same_for_the_same_blocks() {
    let mut l1 = L1::new();
    let rollup = Arc::new(rollup_config(&l1, Fork::Karst));
    let mut l2 = L2::new(&rollup, 5);
    l1.build_empty(20);
    l2.follow(&l1);
    let encode = || {
        let config = EncoderConfig {
            channel_bytes_target: 5_000,
            ..EncoderConfig::calldata(2_000)
        };
        let mut encoder = Encoder::new(Arc::clone(&rollup), config);
        for block in &l2.blocks[1..] {
            encoder.add_block(block, 20).unwrap();
        }
        encoder.close().unwrap();
        encoder.take_channels()
    };
    let channels = encode();
    assert_eq!(channels, encode());
    assert!(channels.len() > 2);
    let bytes = |block: &Block| {
        block
            .body
            .transactions
            .iter()
            .map(|tx| tx.encoded().len())
            .sum::<usize>()
    };
    let largest = l2.blocks.iter().map(bytes).max().unwrap();
    for channel in &channels[..channels.len() - 1] {
        assert!(
            (5_000..11_000 + largest).contains(&channel.output_bytes),
            "{}",
            channel.output_bytes
        );
        assert!(
            channel.output_bytes < channel.input_bytes + 100,
            "random bytes hardly grow"
        );
        assert!(channel.calldata().iter().all(|data| data.len() <= 2_000));
    }
}

#[test]
fn a_channel_is_closed_when_it_is_open_for_long_enough() {
    let mut l1 = L1::new();
    let rollup = Arc::new(rollup_config(&l1, Fork::Karst));
    l1.build_empty(2);
    let mut l2 = L2::new(&rollup, 1);
    l2.follow(&l1);
    let config = EncoderConfig {
        channel_duration_l1_blocks: 5,
        ..EncoderConfig::blobs(6)
    };
    let mut encoder = Encoder::new(Arc::clone(&rollup), config);
    encoder.add_block(&l2.blocks[1], 10).unwrap();
    encoder.add_block(&l2.blocks[2], 14).unwrap();
    assert!(encoder.take_channels().is_empty());
    encoder.add_block(&l2.blocks[3], 15).unwrap();
    assert_eq!(encoder.take_channels()[0].block_count(), 2);
    assert_eq!(encoder.open_block_count(), 1);
    encoder.close_if_due(20).unwrap();
    assert_eq!(encoder.take_channels()[0].block_count(), 1);
}
