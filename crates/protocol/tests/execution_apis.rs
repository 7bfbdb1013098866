//! A chain that others made, from Frontier to Osaka, reads and writes back byte for byte.

use std::collections::BTreeSet;

use alloy_consensus::Header;
use alloy_eips::{Typed2718, eip2718::Encodable2718};
use alloy_genesis::Genesis;
use alloy_primitives::{B256, Bytes, U256, b256};
use alloy_rlp::{Decodable, Encodable};
use tandem_protocol::{
    Block, ChainSpec, EthereumFork, ExecutionPayload, K256, PayloadSidecar, PayloadVerdict, Receipt, check_body,
    genesis_header, receipts_root,
};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/execution-apis/");
const GENESIS_STATE_ROOT: B256 = b256!("0xdc43f460541a253c0f64b6943ef83fa3bd601699a255622f088d46f7fde359fc");

fn read(name: &str) -> Vec<u8> {
    std::fs::read(format!("{FOLDER}{name}")).unwrap()
}

fn genesis() -> Genesis {
    serde_json::from_slice(&zstd::decode_all(read("genesis.json.zst").as_slice()).unwrap()).unwrap()
}

fn blocks() -> Vec<Block> {
    let bytes = zstd::decode_all(read("chain.rlp.zst").as_slice()).unwrap();
    let mut rest = bytes.as_slice();
    let mut blocks = Vec::new();
    while !rest.is_empty() {
        let before = rest;
        let block = Block::decode(&mut rest).unwrap();
        let mut encoded = Vec::new();
        block.encode(&mut encoded);
        assert_eq!(encoded, before[..before.len() - rest.len()]);
        blocks.push(block);
    }
    blocks
}

#[test]
fn blocks_follow_each_other_from_the_genesis_header() {
    let genesis = genesis();
    let spec = ChainSpec::from_chain_config(&genesis.config).unwrap();
    let mut parent = genesis_header(&spec, &genesis, GENESIS_STATE_ROOT, B256::ZERO);
    let blocks = blocks();
    assert_eq!(blocks.len(), 54);
    for block in blocks {
        assert_eq!(block.header.parent_hash, parent.hash_slow());
        assert_eq!(block.header.number, parent.number + 1);
        assert_eq!(check_body(&block.header, &block.body, false), Ok(()));
        parent = block.header;
    }
    assert_eq!(
        parent.hash_slow(),
        b256!("0xd226371d0b1551adb03fb52b71f08e3e11247fe9b1af994768af8cdaa8e7dcd7"),
        "the head that the fork choice names"
    );
}

#[test]
fn forks_are_those_that_headers_show() {
    let spec = ChainSpec::from_chain_config(&genesis().config).unwrap();
    let mut seen = Vec::new();
    for block in blocks() {
        let Header {
            number,
            timestamp,
            difficulty,
            ..
        } = block.header;
        let fork = spec.ethereum_fork(number, timestamp, difficulty);
        let header = &block.header;
        assert_eq!(
            header.base_fee_per_gas.is_some(),
            fork >= EthereumFork::London,
            "{number}"
        );
        assert_eq!(header.difficulty.is_zero(), fork >= EthereumFork::Paris, "{number}");
        assert_eq!(
            header.withdrawals_root.is_some(),
            fork >= EthereumFork::Shanghai,
            "{number}"
        );
        assert_eq!(
            header.excess_blob_gas.is_some(),
            fork >= EthereumFork::Cancun,
            "{number}"
        );
        assert_eq!(
            spec.blob_params(timestamp).is_some(),
            fork >= EthereumFork::Cancun,
            "{number}"
        );
        assert_eq!(header.requests_hash.is_some(), fork >= EthereumFork::Prague, "{number}");
        if seen.last() != Some(&fork) {
            seen.push(fork);
        }
    }
    assert_eq!(seen.len(), 17, "every fork from Homestead to Osaka: {seen:?}");
    assert!(seen.is_sorted());
}

#[test]
fn blob_parameters_follow_the_schedule() {
    let spec = ChainSpec::from_chain_config(&genesis().config).unwrap();
    let limits = |time| {
        let params = spec.blob_params(time).unwrap();
        (params.target_blob_count, params.max_blob_count, params.max_blobs_per_tx)
    };
    assert_eq!(spec.blob_params(419), None);
    assert_eq!(limits(420), (3, 6, 6));
    assert_eq!(limits(450), (6, 9, 9));
    assert_eq!(limits(480), (6, 9, 6));
    assert_eq!(limits(510), (10, 15, 6));
    assert_eq!(limits(540), (14, 21, 6));
    assert_eq!(spec.blob_base_fee(540, 0), Some(1));
    assert_eq!(spec.blob_base_fee(420, 3_338_477), Some(2), "e, rounded down");
    assert_eq!(
        spec.blob_base_fee(450, 3_338_477),
        Some(1),
        "Prague's fraction is larger"
    );
}

#[test]
fn every_signature_names_a_sender_of_the_genesis() {
    let genesis = genesis();
    let transactions = blocks().into_iter().flat_map(|block| block.body.transactions);
    let mut types = BTreeSet::new();
    for transaction in transactions {
        let signer = transaction.signer(&K256).unwrap();
        assert!(genesis.alloc.contains_key(&signer), "{signer} is not funded");
        types.insert(transaction.ty());
    }
    assert_eq!(types, BTreeSet::from([0, 1, 2, 3, 4]), "of every type");
}

#[test]
fn receipts_before_byzantium_hold_state_roots() {
    let encoded: Vec<Bytes> = serde_json::from_slice(&read("block-3-receipts.json")).unwrap();
    let receipts: Vec<_> = encoded.iter().map(|bytes| Receipt::decode(bytes).unwrap()).collect();
    for (receipt, bytes) in receipts.iter().zip(&encoded) {
        assert!(receipt.post_state.is_some());
        assert_eq!(receipt.encoded_2718(), bytes.as_ref());
        assert_eq!(receipt.encode_2718_len(), bytes.len());
    }
    assert_eq!(receipts_root(&receipts), blocks()[2].header.receipts_root);
}

#[test]
fn payloads_name_their_blocks() {
    let spec = ChainSpec::from_chain_config(&genesis().config).unwrap();
    for block in blocks()
        .into_iter()
        .filter(|block| block.header.difficulty == U256::ZERO)
    {
        let hash = block.header.hash_slow();
        let payload = ExecutionPayload::from_block(&spec, hash, &block);
        let json = serde_json::to_string(&payload).unwrap();
        let payload: ExecutionPayload = serde_json::from_str(&json).unwrap();
        let sidecar = PayloadSidecar::from_header(&block.header);
        assert_eq!(payload.withdrawals_root, None);
        assert_eq!(payload.verify(sidecar), Ok(PayloadVerdict::Block(block)));
        let forged = ExecutionPayload {
            gas_used: payload.gas_used ^ 1,
            ..payload
        };
        assert!(matches!(
            forged.verify(sidecar),
            Ok(PayloadVerdict::HashMismatch { .. })
        ));
    }
}
