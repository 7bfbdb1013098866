//! Data that others published.

use std::{fs, path::PathBuf};

use crate::harness::Random;
use alloy_primitives::{Address, Bytes};
use protocol::{
    K256, RollupConfig, Transaction, batch::Batch, channel::MAX_RLP_BYTES_PER_CHANNEL, frame::parse_frames,
    upgrade::karst_bundle,
};

fn read(name: &str) -> Vec<u8> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    fs::read(root.join(name)).unwrap()
}

/// OP Mainnet, as far as reading its batches takes.
fn op_mainnet() -> RollupConfig {
    let mut rollup = RollupConfig {
        block_time: 2,
        l2_chain_id: 10,
        ..RollupConfig::default()
    };
    rollup.genesis.l2_time = 1_686_068_903;
    rollup
}

/// The batches of a decompressed channel.
fn batches(mut content: &[u8], rollup: &RollupConfig) -> Vec<Batch> {
    let mut batches = Vec::new();
    while !content.is_empty() {
        let item = alloy_rlp::Header::decode_bytes(&mut content, false).unwrap();
        batches.push(Batch::decode(&Bytes::copy_from_slice(item), rollup).unwrap());
    }
    batches
}

/// The real channel is one span batch, and is written back to the same bytes.
#[test]
fn the_real_channel_is_one_span_batch() {
    let rollup = op_mainnet();
    let content = derive::decompress(&read("channels/batch.bin"), MAX_RLP_BYTES_PER_CHANNEL);
    let batches = batches(&content, &rollup);
    let [Batch::Span(span)] = batches.as_slice() else {
        panic!("not one span batch")
    };
    assert_eq!(span.blocks.len(), 143);
    let transactions: Vec<_> = span.blocks.iter().flat_map(|block| &block.transactions).collect();
    assert_eq!(transactions.len(), 1766);
    assert_eq!(span.start_epoch_number(), 20_089_746);
    assert_eq!(span.end_epoch_number(), 20_089_770);
    for raw in transactions {
        let transaction = Transaction::decode(raw).unwrap();
        assert!(transaction.signer(&K256).is_some());
        assert_eq!(transaction.encoded(), *raw);
    }

    let mut encoded = Vec::new();
    batches[0].encode(&rollup, &mut encoded).unwrap();
    let original = alloy_rlp::Header::decode_bytes(&mut content.as_slice(), false).unwrap();
    assert!(encoded == original, "written back differently");
}

#[test]
fn the_real_batcher_transaction_holds_a_frame() {
    let transaction = Transaction::decode(&read("channels/raw_batcher_tx.bin")).unwrap();
    let Transaction::Eip1559(signed) = &transaction else {
        panic!("another type")
    };
    let frames = parse_frames(&signed.tx().input).unwrap();
    assert_eq!(frames.len(), 1);
    assert_eq!(frames[0].number, 0);
    assert!(transaction.signer(&K256).is_some_and(|signer| signer != Address::ZERO));
    assert!(!derive::decompress(&frames[0].data, 100_000).is_empty());
}

/// The bundle that is compiled in is the published one.
#[test]
fn the_bundle_is_the_published_one() {
    let json = gunzip(&read("upgrades/karst_nut_bundle.json.gz"));
    let published: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let published = published["transactions"].as_array().unwrap();
    let bundle = karst_bundle().unwrap();
    assert_eq!(bundle.len(), published.len());
    for (ours, theirs) in bundle.iter().zip(published) {
        assert_eq!(ours.intent, theirs["intent"].as_str().unwrap());
        assert_eq!(ours.from, theirs["from"].as_str().unwrap().parse::<Address>().unwrap());
        assert_eq!(ours.to, theirs["to"].as_str().unwrap().parse::<Address>().unwrap());
        assert_eq!(ours.gas_limit, theirs["gasLimit"].as_u64().unwrap());
        assert_eq!(ours.data, theirs["data"].as_str().unwrap().parse::<Bytes>().unwrap());
    }
}

/// A span batch that is cut off or changed is refused or read as another one, and nothing panics.
#[test]
fn s06_the_real_span_batch_cut_and_changed() {
    let rollup = op_mainnet();
    let content = derive::decompress(&read("channels/batch.bin"), MAX_RLP_BYTES_PER_CHANNEL);
    let item = alloy_rlp::Header::decode_bytes(&mut content.as_slice(), false).unwrap();
    let good = Bytes::copy_from_slice(item);
    let mut random = Random(6);
    let heads = 0..400;
    let anywhere = (0..200).map(|_| random.below(good.len() as u64) as usize);
    for length in heads.chain(anywhere).chain([good.len() - 1]) {
        assert!(
            Batch::decode(&good.slice(..length), &rollup).is_err(),
            "cut at {length}"
        );
    }
    for round in 0..400 {
        let mut changed = good.to_vec();
        let bound = if round < 300 { 400 } else { changed.len() as u64 };
        let index = random.below(bound) as usize;
        changed[index] ^= 1 << random.below(8);
        let read = Batch::decode(&changed.into(), &rollup);
        assert!(
            read != Batch::decode(&good, &rollup),
            "bit of byte {index} has no meaning"
        );
    }
}

fn gunzip(file: &[u8]) -> Vec<u8> {
    let mut out = vec![0; 1_000_000];
    let mut inflate = zlib_rs::Inflate::new(true, 31);
    inflate
        .decompress(file, &mut out, zlib_rs::InflateFlush::Finish)
        .unwrap();
    out.truncate(usize::try_from(inflate.total_out()).unwrap());
    out
}
