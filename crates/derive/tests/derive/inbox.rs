//! What reaches the inbox: transactions of every type, from whom, and in which order.

use std::sync::Arc;

use alloy_consensus::{TxEip1559, TxEip2930, TxEip7702, TxLegacy};
use alloy_eips::eip7702::{Authorization, SignedAuthorization};
use alloy_primitives::{Address, Bytes, TxKind, U256};
use derive::{
    Compression,
    encoder::{BatchKind, Encoder, EncoderConfig},
};
use op_alloy_consensus::TxDeposit;
use protocol::{Fork, RollupConfig, Transaction, blob::encode_blob, frame::FRAME_OVERHEAD_BYTES};

use crate::harness::{Body, L1, L2, Verifier, Wallet, rollup_config};

/// Two layers, and the blocks of L2 in the frames of one channel, each as a transaction's data.
fn chains(frame_bytes_max: usize) -> (L1, L2, Arc<RollupConfig>, Vec<Bytes>) {
    let mut l1 = L1::new();
    let rollup = Arc::new(rollup_config(&l1, Fork::Karst));
    l1.build_empty(3);
    let mut l2 = L2::new(&rollup, 31);
    l2.follow(&l1);
    let config = EncoderConfig {
        batch_kind: BatchKind::Span,
        compression: Compression::Brotli { quality: 5 },
        channel_bytes_target: usize::MAX,
        channel_duration_l1_blocks: u64::MAX,
        frame_bytes_max,
    };
    let mut encoder = Encoder::new(Arc::clone(&rollup), config);
    for block in &l2.blocks[1..] {
        encoder.add_block(block, 3).unwrap();
    }
    encoder.close().unwrap();
    let data = encoder.take_channels()[0].calldata();
    (l1, l2, rollup, data)
}

fn derives(l1: &L1, l2: &L2) -> bool {
    let mut verifier = Verifier::new(&l2.rollup, l1);
    verifier.run(l1).unwrap();
    assert_eq!(verifier.blocks, l2.blocks[..verifier.blocks.len()]);
    verifier.blocks.len() == l2.blocks.len()
}

#[test]
fn types_0_to_2_and_deposits_are_read_and_set_code_is_not() {
    let (l1, l2, rollup, data) = chains(1_000_000);
    let (batcher, input) = (Wallet::new(1), data[0].clone());
    let to = TxKind::Call(rollup.batch_inbox_address);
    let chain_id = rollup.l1_chain_id;
    let legacy = |chain_id| {
        let input = input.clone();
        batcher.sign(TxLegacy {
            chain_id,
            to,
            input,
            ..TxLegacy::default()
        })
    };
    let set_code = |to: Address| TxEip7702 {
        chain_id,
        to,
        input: input.clone(),
        authorization_list: vec![SignedAuthorization::new_unchecked(
            Authorization {
                chain_id: U256::ZERO,
                address: Address::ZERO,
                nonce: 0,
            },
            0,
            U256::from(1),
            U256::from(1),
        )],
        ..TxEip7702::default()
    };
    let deposit = |from: Address| TxDeposit {
        from,
        to,
        input: input.clone(),
        ..TxDeposit::default()
    };
    let access_list = TxEip2930 {
        chain_id,
        to,
        input: input.clone(),
        ..TxEip2930::default()
    };
    let creation = TxEip1559 {
        chain_id,
        to: TxKind::Create,
        input: input.clone(),
        ..TxEip1559::default()
    };
    for (name, transaction, is_read) in [
        ("protected legacy", Transaction::Legacy(legacy(Some(chain_id))), true),
        ("unprotected legacy", Transaction::Legacy(legacy(None)), true),
        ("access list", Transaction::Eip2930(batcher.sign(access_list)), true),
        (
            "fee market",
            batcher.calldata(rollup.batch_inbox_address, input.clone()),
            true,
        ),
        (
            "set code",
            Transaction::Eip7702(batcher.sign(set_code(rollup.batch_inbox_address))),
            false,
        ),
        (
            "deposit of the batcher",
            Transaction::from(deposit(batcher.address())),
            true,
        ),
        (
            "deposit of another",
            Transaction::from(deposit(Address::repeat_byte(5))),
            false,
        ),
        ("creation", Transaction::Eip1559(batcher.sign(creation)), false),
    ] {
        let mut l1 = l1.clone();
        l1.build(Body::default().with(&transaction));
        assert_eq!(derives(&l1, &l2), is_read, "{name}");
    }
}

/// Blobs of several transactions and calldata between them, with a stranger's blobs among them, come in the order of the block.
#[test]
fn s09_blobs_and_calldata_keep_the_order_of_the_block() {
    let (mut l1, l2, rollup, data) = chains(400 + FRAME_OVERHEAD_BYTES);
    assert!(data.len() >= 6, "{} frames", data.len());
    let (batcher, stranger) = (Wallet::new(1), Wallet::new(2));
    let inbox = rollup.batch_inbox_address;
    let blobs = |l1: &mut L1, wallet: &Wallet, data: &[Bytes]| {
        let blobs = data.iter().map(|data| encode_blob(data).unwrap()).collect();
        wallet.blobs(inbox, l1.keep_blobs(blobs))
    };
    let first = blobs(&mut l1, &batcher, &data[..2]);
    let foreign = blobs(&mut l1, &stranger, &data[3..5]);
    let second = blobs(&mut l1, &batcher, &data[3..5]);
    let body = Body::default()
        .with(&first)
        .with(&foreign)
        .with(&batcher.calldata(inbox, data[2].clone()))
        .with(&second)
        .with(&batcher.calldata(Address::repeat_byte(1), data[5].clone()));
    let rest = data[5..]
        .iter()
        .fold(body, |body, data| body.with(&batcher.calldata(inbox, data.clone())));
    let mut swapped = l1.clone();
    l1.build(rest.clone());
    assert!(derives(&l1, &l2));

    let mut other = rest;
    other.transactions.swap(0, 2);
    swapped.build(other);
    assert!(!derives(&swapped, &l2), "frames in another order");
}
