//! What the trie is held to: a plain map of entries, `HashBuilder` for roots, and a store by path that checks every
//! update it applies.
#![allow(dead_code, reason = "each test file uses its part of the model")]

use alloy_primitives::{B256, Bytes, U256, keccak256};
use alloy_trie::HashBuilder;
use std::{cell::Cell, collections::BTreeMap, convert::Infallible};
use tandem_trie::{
    AccountChange, AccountInfo, EMPTY_ROOT_HASH, EmptySource, Error, HashedChanges, KECCAK_EMPTY, Nibbles,
    NodeLocation, NodeSource, StateTrieUpdate, Trie, TrieAccount, TrieUpdate,
};

/// The nodes of all tries by `(owner, path)`, with their hashes.
type Nodes = BTreeMap<(Option<B256>, Nibbles), (B256, Bytes)>;

/// A store by path, the strictest kind: it keeps one version and forgets what it is told to forget.
#[derive(Clone, Debug, Default)]
pub(crate) struct Store {
    pub(crate) nodes: Nodes,
    /// How many nodes were read.
    pub(crate) reads: Cell<usize>,
}

impl NodeSource for Store {
    type Error = Infallible;

    fn node(&self, owner: Option<B256>, path: &Nibbles, hash: B256) -> Result<Bytes, Error<Infallible>> {
        self.reads.set(self.reads.get() + 1);
        match self.nodes.get(&(owner, *path)) {
            Some((stored, rlp)) if *stored == hash => Ok(rlp.clone()),
            _ => Err(Error::MissingNode(NodeLocation {
                owner,
                path: *path,
                hash,
            })),
        }
    }
}

impl Store {
    /// Applies one trie's update, and fails where it removes what is not there or writes what is there already.
    pub(crate) fn apply(&mut self, update: &TrieUpdate) {
        for gone in &update.removed {
            let (hash, _) = self
                .nodes
                .remove(&(gone.owner, gone.path))
                .expect("a removed node was stored");
            assert_eq!(hash, gone.hash, "removed under the hash it had");
        }
        for node in &update.nodes {
            assert_eq!(node.hash, keccak256(&node.rlp));
            let old = self
                .nodes
                .insert((node.owner, node.path), (node.hash, node.rlp.clone()));
            assert_eq!(old, None, "a replaced node is listed as removed");
        }
    }

    /// Applies a state's update, wiped storage tries first.
    pub(crate) fn apply_state(&mut self, update: &StateTrieUpdate) {
        for owner in &update.wiped {
            let before = self.nodes.len();
            self.nodes.retain(|(of, _), _| *of != Some(*owner));
            assert!(self.nodes.len() < before, "a wiped storage trie was stored");
        }
        let (root, nodes, removed) = (update.root, update.nodes.clone(), update.removed.clone());
        self.apply(&TrieUpdate { root, nodes, removed });
    }

    /// The nodes of one trie.
    pub(crate) fn of(&self, owner: Option<B256>) -> Nodes {
        self.nodes
            .iter()
            .filter(|((of, _), _)| *of == owner)
            .map(|(at, node)| (*at, node.clone()))
            .collect()
    }
}

/// The root of these entries by alloy-trie's `HashBuilder`.
pub(crate) fn reference_root(entries: &BTreeMap<B256, Vec<u8>>) -> B256 {
    let mut builder = HashBuilder::default();
    entries
        .iter()
        .for_each(|(key, value)| builder.add_leaf(Nibbles::unpack(key), value));
    builder.root()
}

/// All nodes of the trie of these entries, built from nothing.
pub(crate) fn fresh_nodes(owner: Option<B256>, entries: &BTreeMap<B256, Vec<u8>>) -> Nodes {
    let mut trie = Trie::open(owner, EMPTY_ROOT_HASH, EmptySource);
    entries
        .iter()
        .for_each(|(key, value)| trie.insert(*key, value.clone()).unwrap());
    let update = trie.commit();
    assert_eq!(update.root, reference_root(entries));
    let mut store = Store::default();
    store.apply(&update);
    store.nodes
}

/// Keys of three shapes: spread like hashes, or parting only in the first or the last nibbles, where nodes are embedded
/// and extensions long.
pub(crate) fn key(seed: u16) -> B256 {
    let mut key = B256::repeat_byte(0x11);
    match seed % 4 {
        0 => key = keccak256(seed.to_be_bytes()),
        1 => key[31] = (seed >> 8) as u8,
        2 => key[..2].copy_from_slice(&seed.to_be_bytes()),
        _ => {
            key[15] = (seed >> 8) as u8 & 0x0f;
            key[31] = (seed >> 4) as u8 & 0x33;
        }
    }
    key
}

/// An account's state as a map: nonce, balance and slots by hashed slot.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Account {
    pub(crate) nonce: u64,
    pub(crate) balance: U256,
    pub(crate) slots: BTreeMap<B256, U256>,
}

impl Account {
    pub(crate) const fn info(&self) -> AccountInfo {
        AccountInfo {
            nonce: self.nonce,
            balance: self.balance,
            code_hash: KECCAK_EMPTY,
        }
    }

    pub(crate) fn encoded_slots(&self) -> BTreeMap<B256, Vec<u8>> {
        self.slots
            .iter()
            .map(|(slot, value)| (*slot, alloy_rlp::encode(value)))
            .collect()
    }

    pub(crate) fn leaf(&self) -> TrieAccount {
        TrieAccount::new(
            self.nonce,
            self.balance,
            reference_root(&self.encoded_slots()),
            KECCAK_EMPTY,
        )
    }
}

/// A state by hashed address.
pub(crate) type State = BTreeMap<B256, Account>;

pub(crate) fn encoded_accounts(state: &State) -> BTreeMap<B256, Vec<u8>> {
    state
        .iter()
        .map(|(key, account)| (*key, alloy_rlp::encode(account.leaf())))
        .collect()
}

/// The state as changes from nothing.
pub(crate) fn allocation(state: &State) -> HashedChanges {
    let change = |account: &Account| AccountChange {
        info: Some(account.info()),
        storage_wiped: false,
        storage: account.slots.clone(),
    };
    HashedChanges {
        accounts: state.iter().map(|(key, account)| (*key, change(account))).collect(),
    }
}

/// `count` accounts with a balance, every tenth with `slots` slots.
pub(crate) fn sample_state(count: u64, slots: u64) -> State {
    let slots_of = |n: u64| 0..slots * u64::from(n.is_multiple_of(10));
    let account = |n: u64| Account {
        nonce: n,
        balance: U256::from(n) << 60,
        slots: slots_of(n)
            .map(|slot| (keccak256(slot.to_be_bytes()), U256::from(slot + 1)))
            .collect(),
    };
    (0..count).map(|n| (keccak256(n.to_be_bytes()), account(n))).collect()
}

/// Builds a state into a store by path; answers the root.
pub(crate) fn stored(state: &State) -> (B256, Store) {
    let update = tandem_trie::build_state(&allocation(state)).unwrap();
    assert_eq!(update.root, reference_root(&encoded_accounts(state)));
    let mut store = Store::default();
    store.apply_state(&update);
    (update.root, store)
}
