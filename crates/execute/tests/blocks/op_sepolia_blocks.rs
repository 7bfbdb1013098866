//! Real blocks of OP Sepolia, executed from nothing but the preimages of their hashes.

use std::collections::BTreeMap;

use crate::support::{checked_preimages, unzstd};
use alloy_consensus::Header;
use alloy_eips::eip4895::Withdrawal;
use alloy_primitives::{B256, Bytes};
use protocol::{ChainSpec, Fork, K256, OpStackRules, PayloadAttributes, RollupConfig, Rules};
use serde::Deserialize;
use tandem_execute::{
    BuildOptions, NoCandidates, Parent, Preimages, TrieState, Verdict, build_block, forced_transactions, verify_block,
};

#[derive(Deserialize)]
struct Vector {
    rollup_config: RollupConfig,
    parent_header: Header,
    executing_payload: PayloadAttributes,
    expected_block_hash: B256,
    preimages: BTreeMap<B256, Bytes>,
}

struct Known(BTreeMap<B256, Bytes>);

#[derive(Debug, thiserror::Error)]
#[error("no preimage of {0}")]
struct Unknown(B256);

impl Preimages for Known {
    type Error = Unknown;

    fn preimage(&self, hash: B256) -> Result<Bytes, Unknown> {
        self.0.get(&hash).cloned().ok_or(Unknown(hash))
    }
}

/// Builds the block from its attributes, and verifies what was built.
fn check(number: u64) {
    let json = unzstd(&format!("op-sepolia-blocks/block-{number}.json.zst"));
    let vector: Vector = serde_json::from_slice(&json).unwrap();
    let spec = ChainSpec {
        chain_id: vector.rollup_config.l2_chain_id,
        rules: Rules::OpStack(OpStackRules::from_rollup_config(&vector.rollup_config)),
    };
    let attributes = PayloadAttributes {
        withdrawals: Some(Vec::<Withdrawal>::new()),
        ..vector.executing_payload
    };
    assert_eq!(
        spec.op_stack().unwrap().forks.latest(attributes.timestamp),
        Fork::Holocene
    );

    let preimages = Known(checked_preimages(vector.preimages));
    let header = &vector.parent_header;
    let hash = header.hash_slow();
    let state = TrieState::new(&preimages, header, hash);
    let parent = Parent {
        header,
        hash,
        state: &state,
        nodes: &state,
    };
    let forced = forced_transactions(&attributes, &K256).valid().unwrap();
    let built = build_block(
        &spec,
        parent,
        &attributes,
        &forced,
        &mut NoCandidates,
        &BuildOptions::default(),
    );
    let built = match built.unwrap() {
        Verdict::Valid(built) => built,
        Verdict::Invalid(broken) => panic!("{broken}"),
    };
    assert_eq!(built.block.header.number, number);
    assert_eq!(built.hash, vector.expected_block_hash);

    let fresh = TrieState::new(&preimages, header, hash);
    let parent = Parent {
        header,
        hash,
        state: &fresh,
        nodes: &fresh,
    };
    let verified = verify_block(&spec, parent, &built.block, &built.senders)
        .unwrap()
        .valid()
        .unwrap();
    assert_eq!(verified.outcome.receipts, built.executed.outcome.receipts);
    assert_eq!(verified.trie, built.executed.trie);
}

#[test]
fn block_26207960_has_its_hash() {
    check(26_207_960);
}

#[test]
fn block_26207961_has_its_hash() {
    check(26_207_961);
}

#[test]
fn block_26207963_has_its_hash() {
    check(26_207_963);
}

#[test]
fn block_26208858_has_its_hash() {
    check(26_208_858);
}
