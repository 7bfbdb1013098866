//! Two decoders that share no code must say the same of every batch, well-formed or not.

use std::sync::Arc;

use alloy_primitives::Bytes;
use protocol::{
    Fork, RollupConfig,
    batch::{Batch, SingularBatch, SpanBatch, SpanBlock},
};

use crate::{
    harness::{L1, L2, Random, rollup_config},
    second_decoder::{Decoded, decode},
};

/// What the first decoder says, in the second's words.
fn first(bytes: &[u8], rollup: &RollupConfig) -> Option<Decoded> {
    let vecs = |transactions: Vec<Bytes>| transactions.into_iter().map(|raw| raw.to_vec()).collect();
    Some(match Batch::decode(&Bytes::copy_from_slice(bytes), rollup).ok()? {
        Batch::Singular(batch) => Decoded::Singular {
            parent_hash: batch.parent_hash.to_vec(),
            epoch_number: batch.epoch_number,
            epoch_hash: batch.epoch_hash.to_vec(),
            timestamp: batch.timestamp,
            transactions: vecs(batch.transactions),
        },
        Batch::Span(batch) => {
            let block = |block: SpanBlock| (block.epoch_number, block.timestamp, vecs(block.transactions));
            Decoded::Span {
                parent_check: batch.parent_check.to_vec(),
                l1_origin_check: batch.l1_origin_check.to_vec(),
                blocks: batch.blocks.into_iter().map(block).collect(),
            }
        }
    })
}

/// A batch of that many blocks with random transactions, as bytes.
fn random_batch(rollup: &Arc<RollupConfig>, l2: &mut L2, block_count: u64) -> Vec<u8> {
    let transactions = |l2: &mut L2| -> Vec<Bytes> {
        let count = l2.random.below(5);
        (0..count).map(|_| l2.random_transaction().encoded()).collect()
    };
    let batch = if l2.random.one_in(4) {
        Batch::Singular(SingularBatch {
            parent_hash: l2.random.hash(),
            epoch_number: l2.random.below(1 << 20),
            epoch_hash: l2.random.hash(),
            timestamp: l2.random.next() >> l2.random.below(64),
            transactions: transactions(l2),
        })
    } else {
        let (parent, origin) = (l2.random.hash(), l2.random.hash());
        let mut epoch_number = 1_000 + l2.random.below(1 << 30);
        let mut blocks = Vec::new();
        for index in 0..block_count {
            epoch_number += u64::from(l2.random.one_in(3));
            blocks.push(SpanBlock {
                epoch_number,
                timestamp: rollup.genesis.l2_time + (1_000 + index) * rollup.block_time,
                transactions: transactions(l2),
            });
        }
        Batch::Span(SpanBatch {
            parent_check: SpanBatch::check_of(&parent),
            l1_origin_check: SpanBatch::check_of(&origin),
            starts_epoch: l2.random.one_in(2),
            blocks,
        })
    };
    let mut out = Vec::new();
    batch.encode(rollup, &mut out).unwrap();
    out
}

/// Changes, inserts, removes or repeats bytes, at the front as often as anywhere.
fn mutate(random: &mut Random, bytes: &mut Vec<u8>) {
    for _ in 0..=random.below(3) {
        let bound = if random.one_in(2) {
            bytes.len().min(70)
        } else {
            bytes.len()
        };
        let index = random.below(bound.max(1) as u64) as usize;
        match (random.below(6), bytes.get(index).copied()) {
            (_, None) => bytes.push(random.next() as u8),
            (0, _) => bytes[index] = random.next() as u8,
            (1, _) => bytes[index] ^= 1 << random.below(8),
            (2, _) => bytes.insert(index, random.next() as u8),
            (3, _) => drop(bytes.remove(index)),
            (4, _) => bytes.truncate(index + 1),
            (_, Some(byte)) => bytes.insert(index, byte),
        }
    }
}

#[test]
fn s10_two_decoders_agree_on_random_and_mutated_batches() {
    let rollup = Arc::new(rollup_config(&L1::new(), Fork::Karst));
    let mut l2 = L2::new(&rollup, 10);
    let mut random = Random(10);
    let (mut read, mut refused) = (0, 0);
    for round in 0..1000 {
        let good = random_batch(&rollup, &mut l2, 1 + round % 20);
        assert_eq!(first(&good, &rollup), decode(&good, &rollup));
        assert!(first(&good, &rollup).is_some());
        for _ in 0..40 {
            let mut bad = good.clone();
            mutate(&mut random, &mut bad);
            let ours = first(&bad, &rollup);
            *(if ours.is_some() { &mut read } else { &mut refused }) += 1;
            assert_eq!(ours, decode(&bad, &rollup), "{}", Bytes::from(bad));
        }
    }
    assert!(read > 1_000 && refused > 1_000, "read {read}, refused {refused}");
}

#[test]
fn s06_spans_that_promise_more_than_they_hold_are_refused_by_both() {
    let rollup = rollup_config(&L1::new(), Fork::Karst);
    let head = |block_count: &[u8]| [&[1, 5, 9], &[7; 40][..], block_count].concat();
    let most: &[u8] = &[0x80, 0xad, 0xe2, 0x04];
    for (name, bytes) in [
        ("no blocks", head(&[0])),
        ("more blocks than bytes", head(&[9, 0, 0, 0])),
        ("as many blocks as there may be, and no bytes", head(most)),
        ("one block more than there may be", head(&[0x81, 0xad, 0xe2, 0x04])),
        (
            "blocks beyond 64 bits",
            head(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02]),
        ),
        ("more transactions than bytes", head(&[1, 0, 100])),
        ("as many transactions as there may be", head(&[&[1, 0], most].concat())),
        (
            "two blocks whose transactions are too many",
            head(&[&[2, 0], most, &[1]].concat()),
        ),
        (
            "transactions beyond 64 bits",
            head(&[2, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 1]),
        ),
        ("a bit beyond the blocks", head(&[1, 0b10, 0])),
    ] {
        assert_eq!(first(&bytes, &rollup), None, "{name}");
        assert_eq!(decode(&bytes, &rollup), None, "{name}");
    }
    let empty = head(&[1, 1, 0]);
    assert!(first(&empty, &rollup).is_some());
    let padded = head(&[0x81, 0x80, 0, 1, 0x80, 0]);
    assert_eq!(
        first(&padded, &rollup),
        first(&empty, &rollup),
        "varints with padding are read"
    );
    assert_eq!(decode(&padded, &rollup), decode(&empty, &rollup));
}
