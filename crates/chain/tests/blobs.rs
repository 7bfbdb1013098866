//! Blobs of pooled transactions are there when their block is, before and after commits and crashes.

mod support;

use alloy_consensus::{SignableTransaction, Signed, TxEip4844};
use alloy_eips::eip4844::{Blob, kzg_to_versioned_hash};
use alloy_eips::eip7594::BlobTransactionSidecarEip7594;
use alloy_primitives::{Address, B256, FixedBytes, Signature, U256};
use protocol::{BlobSidecar, Transaction};
use secp256k1::{Message, SECP256K1};
use support::*;
use tandem_chain::Chain;

/// A sidecar whose proofs prove nothing: the pool checks proofs, the store does not.
fn sidecar(seed: u8) -> BlobSidecar {
    BlobSidecar::Eip7594(BlobTransactionSidecarEip7594 {
        blobs: vec![Blob::repeat_byte(seed), Blob::repeat_byte(seed + 1)],
        commitments: vec![FixedBytes::repeat_byte(seed), FixedBytes::repeat_byte(seed + 1)],
        cell_proofs: vec![FixedBytes::repeat_byte(seed); 256],
    })
}

fn hashes(seed: u8) -> Vec<B256> {
    [seed, seed + 1].map(|byte| kzg_to_versioned_hash(&[byte; 48])).to_vec()
}

fn blob_transaction(nonce: u64, seed: u8) -> Transaction {
    let tx = TxEip4844 {
        chain_id: CHAIN_ID,
        nonce,
        gas_limit: 21_000,
        max_fee_per_gas: 1_000_000_000_000,
        max_priority_fee_per_gas: 1,
        to: Address::ZERO,
        value: U256::from(1),
        max_fee_per_blob_gas: 1_000_000,
        blob_versioned_hashes: hashes(seed),
        ..Default::default()
    };
    let message = Message::from_digest(tx.signature_hash().0);
    let (parity, compact) = SECP256K1.sign_ecdsa_recoverable(message, &key()).serialize_compact();
    let signature = Signature::from_bytes_and_parity(&compact, i32::from(parity) == 1);
    Transaction::Eip4844(Signed::new_unhashed(tx, signature))
}

fn check_blobs(chain: &Chain, block: B256) {
    let items = chain.blobs(block).unwrap();
    let named: Vec<_> = items.iter().map(|item| item.versioned_hash).collect();
    assert_eq!(named, [hashes(1), hashes(11)].concat(), "in the order of the block");
    assert_eq!(items[2].blob[..], Blob::repeat_byte(11)[..]);
    assert_eq!(
        (items[3].commitment, items[3].proofs.len()),
        (FixedBytes::repeat_byte(12), 128)
    );
}

#[test]
fn blobs_of_a_block_survive_commits_and_crashes() {
    let folder = tempfile::tempdir().unwrap();
    let chain = open(folder.path());
    let transactions = [
        blob_transaction(0, 1),
        transfer(1, Address::ZERO, 1),
        blob_transaction(2, 11),
    ];
    chain.sidecars().put(transactions[0].hash(), &sidecar(1));
    chain.sidecars().put(transactions[2].hash(), &sidecar(11));
    let block = import(&chain, build(&chain, chain.genesis().hash, &transactions, 1));
    set_head(&chain, block);
    check_blobs(&chain, block);
    let sibling = import(&chain, build(&chain, chain.genesis().hash, &transactions, 2));
    check_blobs(&chain, sibling);
    let killed = tempfile::tempdir().unwrap();
    copy(folder.path(), killed.path());
    check_blobs(&open(killed.path()), block);
    chain.flush().unwrap();
    check_blobs(&chain, block);
    drop(chain);
    let chain = open(folder.path());
    check_blobs(&chain, block);
    let next = extend(&chain, block, 2);
    assert!(chain.blobs(next).unwrap().is_empty());
}
