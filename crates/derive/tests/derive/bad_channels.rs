//! The batcher as an adversary: channels that are cut, spoilt, or larger than they may be.

use std::sync::Arc;

use alloy_rlp::Encodable;
use derive::{Compression, compress, decompress};
use protocol::{
    Fork, L1BlockInfo, RollupConfig, Transaction,
    batch::{Batch, SingularBatch},
    channel::MAX_RLP_BYTES_PER_CHANNEL,
    frame::{Frame, encode_frames},
};

use crate::harness::{Body, L1, L2, Verifier, Wallet, rollup_config};

const COMPRESSIONS: [Compression; 2] = [Compression::Zlib { level: 6 }, Compression::Brotli { quality: 5 }];

/// Two layers, with L2 blocks that are not posted yet.
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

    /// A block of L2 as a batch in the content of a channel.
    fn item(&self, number: usize, change: impl FnOnce(&mut SingularBatch)) -> Vec<u8> {
        let block = &self.l2.blocks[number];
        let info = L1BlockInfo::from_block(block).unwrap();
        let sequenced = block.body.transactions.iter().filter(|tx| !tx.is_deposit());
        let mut batch = SingularBatch {
            parent_hash: block.header.parent_hash,
            epoch_number: info.number,
            epoch_hash: info.block_hash,
            timestamp: block.header.timestamp,
            transactions: sequenced.map(Transaction::encoded).collect(),
        };
        change(&mut batch);
        let (mut encoded, mut item) = (Vec::new(), Vec::new());
        Batch::Singular(batch).encode(&self.rollup, &mut encoded).unwrap();
        encoded.as_slice().encode(&mut item);
        item
    }

    /// How many L2 blocks a verifier derives from a channel of those compressed bytes.
    fn derived(&self, channel: &[u8]) -> usize {
        let frame = Frame {
            data: channel.to_vec().into(),
            is_last: true,
            ..Frame::default()
        };
        let mut l1 = self.l1.clone();
        l1.build(Body::batches(&self.rollup, &Wallet::new(1), [encode_frames(&[frame])]));
        let mut verifier = Verifier::new(&self.rollup, &l1);
        verifier.run(&l1).unwrap();
        assert_eq!(verifier.blocks, self.l2.blocks[..verifier.blocks.len()]);
        verifier.blocks.len() - 1
    }
}

#[test]
fn s01_a_channel_cut_at_any_byte_gives_the_batches_before_the_cut() {
    let chains = Chains::new(21);
    let items: Vec<_> = (1..=5).map(|number| chains.item(number, |_| {})).collect();
    for compression in COMPRESSIONS {
        let channel = compress(&items.concat(), compression);
        for length in 0..channel.len() {
            let cut = &channel[..length];
            let content = decompress(cut, MAX_RLP_BYTES_PER_CHANNEL);
            let mut ends = items.iter().scan(0, |end, item| {
                *end += item.len();
                Some(*end)
            });
            let whole = ends.by_ref().take_while(|end| *end <= content.len()).count();
            assert_eq!(chains.derived(cut), whole, "{compression:?} cut at {length}");
        }
        assert_eq!(chains.derived(&channel), 5);
    }
}

#[test]
fn s04_what_ends_at_the_limit_counts_and_what_crosses_it_does_not() {
    let chains = Chains::new(22);
    let second = chains.item(2, |_| {});
    for compression in [Compression::Zlib { level: 1 }, Compression::Brotli { quality: 1 }] {
        for (beyond, expected) in [(0, 2), (1, 1)] {
            // The first block, then once more as large as it takes: a batch of the past is passed over, whatever it holds.
            let mut content = chains.item(1, |_| {});
            let room = MAX_RLP_BYTES_PER_CHANNEL + beyond - content.len() - second.len();
            let filler = |bytes: usize| chains.item(1, |batch| batch.transactions = vec![vec![0; bytes].into()]);
            let overhead = filler(room).len() - room;
            content.extend(filler(room - overhead));
            content.extend_from_slice(&second);
            assert_eq!(content.len(), MAX_RLP_BYTES_PER_CHANNEL + beyond);
            let channel = compress(&content, compression);
            assert_eq!(
                chains.derived(&channel),
                expected,
                "{compression:?}, {beyond} bytes beyond the limit"
            );
        }
    }
}

#[test]
fn a_zlib_stream_with_a_wrong_checksum_or_bytes_behind_it_counts_and_one_with_a_dictionary_does_not() {
    let chains = Chains::new(23);
    let good = compress(&chains.item(1, |_| {}), Compression::Zlib { level: 6 });
    let mut checksum = good.clone();
    *checksum.last_mut().unwrap() ^= 1;
    assert_eq!(chains.derived(&checksum), 1);
    assert_eq!(chains.derived(&[&good[..], &[7; 20]].concat()), 1);

    let mut dictionary = good.clone();
    dictionary[1] = 0x20 | 0x1c;
    dictionary[1] += (31 - u8::try_from(u16::from_be_bytes([dictionary[0], dictionary[1]]) % 31).unwrap()) % 31;
    assert!(dictionary[1] & 0x20 != 0 && u16::from_be_bytes([dictionary[0], dictionary[1]]).is_multiple_of(31));
    dictionary.splice(2..2, [1, 2, 3, 4]);
    assert_eq!(chains.derived(&dictionary), 0);
}
