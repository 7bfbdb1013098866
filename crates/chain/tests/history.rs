//! Every block since genesis is proven as it was: whatever came after it, replaced it, or stopped the process.

mod support;

use alloy_primitives::{Address, B256, U64, U256, keccak256};
use alloy_rpc_types_eth::{EIP1186AccountProofResponse, EIP1186StorageProof};
use alloy_trie::{
    Nibbles, TrieAccount,
    proof::{ProofVerificationError, verify_proof},
};
use execute::StateSource;
use protocol::Transaction;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use support::{
    rpc::{Served, serve},
    *,
};
use tandem_chain::{Chain, Config};
use trie::{AccountProof, StorageProof};

/// Slots that the random chain writes to.
const SLOTS: u64 = 24;
/// Accounts that it sends to.
const RECIPIENTS: u8 = 12;

/// What a block's state must be, kept beside the chain.
#[derive(Debug, Clone, Default, PartialEq)]
struct Model {
    nonce: u64,
    balances: BTreeMap<Address, u64>,
    slots: BTreeMap<u64, u64>,
}

/// A block with the state after it.
#[derive(Debug, Clone)]
struct Height {
    hash: B256,
    model: Model,
}

/// Numbers that a seed decides.
struct Random(B256);

impl Random {
    fn new(seed: u64) -> Self {
        Self(keccak256(seed.to_be_bytes()))
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 = keccak256(self.0);
        u64::from_be_bytes(*self.0.first_chunk().expect("invariant: a hash has eight bytes")) % limit
    }
}

fn open_committing_every(folder: &tempfile::TempDir, commit_interval_blocks: u64) -> Chain {
    Chain::open(Config {
        commit_interval_blocks,
        ..config(folder.path())
    })
    .unwrap()
}

/// One random transaction: a transfer, a slot set, or (often) a slot cleared.
fn churn(model: &mut Model, random: &mut Random) -> Transaction {
    let nonce = model.nonce;
    model.nonce += 1;
    if random.below(4) == 0 {
        let to = Address::with_last_byte(0x40 + random.below(RECIPIENTS.into()) as u8);
        let value = 1 + random.below(1_000_000);
        *model.balances.entry(to).or_default() += value;
        return transfer(nonce, to, value);
    }
    let slot = random.below(SLOTS);
    let value = random.below(3) * random.below(1 << 60);
    model.slots.insert(slot, value);
    store(nonce, slot, value)
}

/// Random blocks on a known one; the last is the head.
fn grow_random(chain: &Chain, from: &Height, count: usize, seed: u64) -> Vec<Height> {
    let (mut random, mut heights) = (Random::new(seed), vec![from.clone()]);
    for _ in 0..count {
        let Height { hash, mut model } = heights.last().cloned().expect("invariant: it has the first");
        let transactions: Vec<_> = (0..random.below(6)).map(|_| churn(&mut model, &mut random)).collect();
        let hash = import(chain, build(chain, hash, &transactions, seed as u8));
        set_head(chain, hash);
        heights.push(Height { hash, model });
    }
    heights.split_off(1)
}

fn genesis_height(chain: &Chain) -> Height {
    Height {
        hash: chain.genesis().hash,
        model: Model::default(),
    }
}

/// Checks a proof with the verifier of another library.
fn verified(proof: &AccountProof, state_root: B256) -> Result<(), ProofVerificationError> {
    let account = proof.account.map(alloy_rlp::encode::<TrieAccount>);
    let key = Nibbles::unpack(keccak256(proof.address));
    verify_proof(state_root, key, account, &proof.nodes)?;
    proof.storage.iter().try_for_each(|slot| {
        let value = Some(slot.value).filter(|value| !value.is_zero()).map(alloy_rlp::encode);
        let key = Nibbles::unpack(keccak256(slot.slot));
        verify_proof(proof.storage_root(), key, value, &slot.nodes)
    })
}

/// Whether a block is proven and read as it was.
fn check_height(chain: &Chain, Height { hash, model }: &Height) {
    let state_root = chain.header(*hash).unwrap().expect("the block is known").state_root;
    let state = chain.state_at(*hash).unwrap().expect("the state is known");
    let slots: Vec<B256> = (0..SLOTS).map(|slot| U256::from(slot).into()).collect();
    let proof = chain.proof(*hash, STORE, &slots).unwrap().unwrap();
    verified(&proof, state_root).unwrap();
    for (slot, proven) in (0..).zip(&proof.storage) {
        let expected = U256::from(model.slots.get(&slot).copied().unwrap_or_default());
        assert_eq!(proven.value, expected, "slot {slot} of {hash}");
        assert_eq!(
            state.storage(STORE, U256::from(slot)).unwrap(),
            expected,
            "slot {slot} of {hash}"
        );
    }
    for last in 0..RECIPIENTS {
        let address = Address::with_last_byte(0x40 + last);
        let expected = model.balances.get(&address).copied().map(U256::from);
        let proof = chain.proof(*hash, address, &[B256::ZERO]).unwrap().unwrap();
        verified(&proof, state_root).unwrap();
        assert_eq!(
            proof.account.map(|account| account.balance),
            expected,
            "{address} of {hash}"
        );
        assert_eq!(state.account(address).unwrap().map(|account| account.balance), expected);
    }
    let sender = chain.proof(*hash, rich(), &[]).unwrap().unwrap();
    verified(&sender, state_root).unwrap();
    assert_eq!(sender.account.unwrap().nonce, model.nonce);
}

fn check_heights<'a>(chain: &Chain, heights: impl IntoIterator<Item = &'a Height>) {
    heights.into_iter().for_each(|height| check_height(chain, height));
}

#[test]
fn every_block_of_a_random_chain_is_proven_as_it_was_also_after_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let first = genesis_height(&open(folder.path()));
    let mut heights = vec![first];
    for (seed, commit_interval_blocks) in [1, 7, 64, 1000].into_iter().enumerate() {
        let chain = open_committing_every(&folder, commit_interval_blocks);
        check_heights(&chain, &heights);
        let tip = heights.last().unwrap().clone();
        heights.extend(grow_random(&chain, &tip, 30, seed as u64));
        check_heights(&chain, &heights);
    }
    check_heights(&open(folder.path()), &heights);
}

#[test]
fn blocks_that_a_reorg_replaced_are_proven_beside_those_that_replaced_them() {
    let folder = tempfile::tempdir().unwrap();
    let chain = open_committing_every(&folder, 5);
    let trunk = grow_random(&chain, &genesis_height(&chain), 20, 1);
    let left = grow_random(&chain, &trunk[9], 25, 2);
    let right = grow_random(&chain, &trunk[4], 30, 3);
    let all = [trunk, left, right].concat();
    check_heights(&chain, &all);
    set_head(&chain, chain.genesis().hash);
    check_heights(&chain, &all);
    drop(chain);
    let chain = open(folder.path());
    check_heights(&chain, &all);
    set_head(&chain, all[44].hash);
    check_heights(&chain, &all);
}

#[test]
fn a_process_that_dies_at_any_block_proves_all_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let chain = open_committing_every(&folder, 6);
    let mut heights = vec![genesis_height(&chain)];
    for seed in 0..20 {
        let tip = heights.last().unwrap().clone();
        heights.extend(grow_random(&chain, &tip, 1, seed));
        let left_behind = tempfile::tempdir().unwrap();
        copy(folder.path(), left_behind.path());
        check_heights(&open(left_behind.path()), &heights);
    }
}

#[test]
fn a_proof_of_another_block_is_not_one_of_this() {
    let folder = tempfile::tempdir().unwrap();
    let chain = open(folder.path());
    let heights = grow_random(&chain, &genesis_height(&chain), 12, 5);
    let changed = heights
        .windows(2)
        .filter(|pair| pair[0].model.slots != pair[1].model.slots);
    let slots: Vec<B256> = (0..SLOTS).map(|slot| U256::from(slot).into()).collect();
    let mut pairs = 0;
    for pair in changed {
        let proof = chain.proof(pair[0].hash, STORE, &slots).unwrap().unwrap();
        let other = chain.header(pair[1].hash).unwrap().unwrap().state_root;
        assert!(verified(&proof, other).is_err());
        pairs += 1;
    }
    assert!(pairs > 5, "the chain changed its slots");
}

/// Reads a slot: `sload(calldata[0..32])`.
const READER: &str = "0x5f35545f5260205ff3";

/// Whether a block, named as a client may name it, is proven and read as it was.
async fn check_named(served: &Served, name: Value, Height { model, .. }: &Height, state_root: B256) {
    let keys: Vec<B256> = (0..SLOTS).map(|slot| U256::from(slot).into()).collect();
    let shown = served.call("eth_getProof", json!([STORE, keys, name])).await.unwrap();
    let shown: EIP1186AccountProofResponse = serde_json::from_value(shown).unwrap();
    shown.verify(state_root).unwrap();
    for (slot, proven) in (0..).zip(&shown.storage_proof) {
        let expected = U256::from(model.slots.get(&slot).copied().unwrap_or_default());
        assert_eq!(proven.value, expected, "slot {slot} of {name}");
    }
    let slot = U256::from(model.slots.keys().next().copied().unwrap_or_default());
    let expected = json!(B256::from(shown.storage_proof[slot.to::<usize>()].value));
    let key = B256::from(slot);
    let read = served.call("eth_getStorageAt", json!([STORE, key, name])).await;
    assert_eq!(read.as_ref(), Ok(&expected), "{name}");
    let call = json!([{ "to": STORE, "data": key }, name, { STORE.to_string(): { "code": READER } }]);
    assert_eq!(served.call("eth_call", call).await, Ok(expected), "{name}");
    let nonce = served.call("eth_getTransactionCount", json!([rich(), name])).await;
    assert_eq!(nonce, Ok(json!(U64::from(model.nonce))), "{name}");
    for (address, balance) in &model.balances {
        let read = served.call("eth_getBalance", json!([address, name])).await;
        assert_eq!(read, Ok(json!(U256::from(*balance))), "{name}");
    }
}

trait Verify {
    fn verify(&self, state_root: B256) -> Result<(), ProofVerificationError>;
}

impl Verify for EIP1186AccountProofResponse {
    fn verify(&self, state_root: B256) -> Result<(), ProofVerificationError> {
        verified(
            &AccountProof {
                address: self.address,
                account: Some(TrieAccount {
                    nonce: self.nonce,
                    balance: self.balance,
                    storage_root: self.storage_hash,
                    code_hash: self.code_hash,
                }),
                nodes: self.account_proof.clone(),
                storage: self.storage_proof.iter().map(proven_slot).collect(),
            },
            state_root,
        )
    }
}

fn proven_slot(shown: &EIP1186StorageProof) -> StorageProof {
    StorageProof {
        slot: shown.key.as_b256(),
        value: shown.value,
        nodes: shown.proof.clone(),
    }
}

#[tokio::test]
async fn rpc_proves_and_reads_every_block_by_number_and_by_hash() {
    let folder = tempfile::tempdir().unwrap();
    let chain = open_committing_every(&folder, 8);
    let abandoned = grow_random(&chain, &genesis_height(&chain), 14, 7);
    let heights = [&abandoned[..6], &grow_random(&chain, &abandoned[5], 20, 8)].concat();
    let served = serve(&chain).await;
    let root_of = |hash| chain.header(hash).unwrap().unwrap().state_root;
    for (number, height) in (1_u64..).zip(&heights) {
        let (number, root) = (U64::from(number), root_of(height.hash));
        check_named(&served, json!(number), height, root).await;
        check_named(&served, json!({ "blockNumber": number }), height, root).await;
        check_named(
            &served,
            json!({ "blockHash": height.hash, "requireCanonical": true }),
            height,
            root,
        )
        .await;
    }
    for height in &abandoned[6..] {
        let root = root_of(height.hash);
        check_named(&served, json!({ "blockHash": height.hash }), height, root).await;
        let canonical = json!([STORE, [], { "blockHash": height.hash, "requireCanonical": true }]);
        assert_eq!(
            served.call("eth_getProof", canonical).await,
            Err("header not found".into())
        );
    }
    let beyond = json!([STORE, [], U64::from(heights.len() + 1)]);
    assert_eq!(
        served.call("eth_getProof", beyond).await,
        Err("header not found".into())
    );
    served.server.stop().await;
}
