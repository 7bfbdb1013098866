//! Whole states: storage tries before the account trie, wiping, deletion, and the work in separate jobs.

mod model;

use alloy_primitives::{Address, B256, U256, keccak256};
use model::{
    Account, State, Store, allocation, encoded_accounts, fresh_nodes, key, reference_root, sample_state, stored,
};
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
};
use std::collections::BTreeMap;
use tandem_trie::{
    AccountChange, AccountInfo, EMPTY_ROOT_HASH, EmptySource, Error, HashedChanges, KECCAK_EMPTY, StateUpdate, Trie,
    build_state, update_state,
};

/// What a random block does to an account.
#[derive(Clone, Debug)]
enum Event {
    Delete,
    Change {
        nonce: u64,
        wipe: bool,
        slots: BTreeMap<B256, U256>,
    },
}

type Block = BTreeMap<B256, Event>;

fn hashed_key(seeds: u16) -> impl Strategy<Value = B256> {
    (0..seeds).prop_map(|seed| key(seed * 257))
}

fn blocks() -> impl Strategy<Value = Vec<Block>> {
    let word = prop_oneof![Just(0), 1u64..200, any::<u64>()].prop_map(U256::from);
    let change = (
        any::<u64>(),
        prop::bool::weighted(0.1),
        btree_map(hashed_key(40), word, 0..12),
    );
    let event = prop_oneof![
        1 => Just(Event::Delete),
        4 => change.prop_map(|(nonce, wipe, slots)| Event::Change { nonce, wipe, slots }),
    ];
    vec(btree_map(hashed_key(60), event, 0..20), 1..8)
}

/// Plays an event on the map; answers it as a change.
fn play(state: &mut State, key: B256, event: &Event) -> AccountChange {
    let Event::Change { nonce, wipe, slots } = event else {
        state.remove(&key);
        return AccountChange::default();
    };
    let account = state.entry(key).or_default();
    account.nonce = *nonce;
    if *wipe {
        account.slots.clear();
    }
    account.slots.extend(slots);
    account.slots.retain(|_, value| !value.is_zero());
    AccountChange {
        info: Some(account.info()),
        storage_wiped: *wipe,
        storage: slots.clone(),
    }
}

/// The nodes of all tries of a state, built from nothing.
fn all_nodes(state: &State) -> Store {
    let mut store = Store {
        nodes: fresh_nodes(None, &encoded_accounts(state)),
        ..Store::default()
    };
    for (owner, account) in state {
        store.nodes.extend(fresh_nodes(Some(*owner), &account.encoded_slots()));
    }
    store
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_block_leaves_the_reference_root_and_exactly_its_nodes(blocks in blocks()) {
        let (mut state, mut store, mut root) = (State::new(), Store::default(), EMPTY_ROOT_HASH);
        for block in blocks {
            let accounts = block.iter().map(|(key, event)| (*key, play(&mut state, *key, event))).collect();
            let update = update_state(root, &HashedChanges { accounts }, &store).unwrap();
            store.apply_state(&update);
            root = update.root;
            prop_assert_eq!(root, reference_root(&encoded_accounts(&state)));
            prop_assert_eq!(&store.nodes, &all_nodes(&state).nodes);
            for (owner, storage_root) in update.storage_roots {
                prop_assert_eq!(storage_root, state[&owner].leaf().storage_root);
            }
        }
    }
}

#[test]
fn a_wiped_storage_is_not_read_and_only_the_new_slots_stay() {
    let mut state = sample_state(50, 30);
    let (root, mut store) = stored(&state);
    let owner = keccak256(10u64.to_be_bytes());
    let old_nodes = store.of(Some(owner));
    assert!(old_nodes.len() > 30);
    store.nodes.retain(|(of, _), _| *of != Some(owner));

    let account = state.get_mut(&owner).unwrap();
    account.slots = BTreeMap::from([(key(3), U256::from(9))]);
    let change = AccountChange {
        info: Some(account.info()),
        storage_wiped: true,
        storage: account.slots.clone(),
    };
    let changes = HashedChanges {
        accounts: BTreeMap::from([(owner, change)]),
    };
    let update = update_state(root, &changes, &store).expect("no node of the wiped trie is needed");
    assert_eq!(update.wiped, [owner]);
    store.nodes.extend(old_nodes);
    store.apply_state(&update);
    assert_eq!(update.root, reference_root(&encoded_accounts(&state)));
    assert_eq!(store.nodes, all_nodes(&state).nodes);
}

#[test]
fn a_deleted_account_takes_its_storage_along() {
    let mut state = sample_state(50, 30);
    let (root, mut store) = stored(&state);
    let owner = keccak256(20u64.to_be_bytes());
    state.remove(&owner).unwrap();
    let changes = HashedChanges {
        accounts: BTreeMap::from([(owner, AccountChange::default())]),
    };
    let update = update_state(root, &changes, &store).unwrap();
    assert_eq!(
        (update.wiped.as_slice(), update.storage_roots.len()),
        ([owner].as_slice(), 0)
    );
    store.apply_state(&update);
    assert_eq!(store.nodes, all_nodes(&state).nodes);
}

#[test]
fn an_untouched_storage_is_not_read() {
    let mut state = sample_state(50, 30);
    let (root, mut store) = stored(&state);
    let owner = keccak256(30u64.to_be_bytes());
    store.nodes.retain(|(of, _), _| of.is_none());
    let account = state.get_mut(&owner).unwrap();
    account.nonce += 1;
    let change = AccountChange {
        info: Some(account.info()),
        ..AccountChange::default()
    };
    let update = update_state(
        root,
        &HashedChanges {
            accounts: BTreeMap::from([(owner, change)]),
        },
        &store,
    )
    .unwrap();
    assert_eq!(update.root, reference_root(&encoded_accounts(&state)));
}

#[test]
fn storage_jobs_on_threads_give_what_one_after_the_other_gives() {
    let state = sample_state(200, 20);
    let changes = allocation(&state);
    let update = StateUpdate::open(EMPTY_ROOT_HASH, &changes, EmptySource).unwrap();
    let jobs = update.storage_jobs();
    assert_eq!(jobs.len(), 20);
    let storage: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = jobs
            .iter()
            .rev()
            .map(|job| scope.spawn(|| job.run(EmptySource).unwrap()))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let parallel = update.finish(storage).unwrap();
    let sequential = build_state(&changes).unwrap();
    assert_eq!(
        (parallel.root, parallel.storage_roots),
        (sequential.root, sequential.storage_roots)
    );
}

#[test]
fn plain_changes_are_hashed() {
    let address = Address::repeat_byte(0x42);
    let info = AccountInfo {
        nonce: 1,
        balance: U256::from(5),
        code_hash: KECCAK_EMPTY,
    };
    let mut changes = HashedChanges::default();
    changes.insert_plain(address, Some(info), false, [(U256::from(1), U256::from(2))]);
    let slot = keccak256(U256::from(1).to_be_bytes::<32>());
    let account = Account {
        nonce: 1,
        balance: U256::from(5),
        slots: BTreeMap::from([(slot, U256::from(2))]),
    };
    let state = State::from([(keccak256(address), account)]);
    assert_eq!(
        build_state(&changes).unwrap().root,
        reference_root(&encoded_accounts(&state))
    );
}

#[test]
fn accounts_and_slots_are_read_from_the_tries() {
    let state = sample_state(50, 30);
    let (root, store) = stored(&state);
    let mut accounts = Trie::open(None, root, &store);
    let owner = keccak256(40u64.to_be_bytes());
    let leaf = accounts.account(owner).unwrap().unwrap();
    assert_eq!(leaf, state[&owner].leaf());
    assert_eq!(accounts.account(B256::ZERO).unwrap(), None);
    let mut slots = Trie::open(Some(owner), leaf.storage_root, &store);
    assert_eq!(
        slots.storage_value(keccak256(7u64.to_be_bytes())).unwrap(),
        U256::from(8)
    );
    assert_eq!(slots.storage_value(B256::ZERO).unwrap(), U256::ZERO);
}

#[test]
fn a_leaf_that_is_no_account_is_an_error() {
    let entries = BTreeMap::from([(B256::ZERO, vec![0xc1, 0x80])]);
    let store = Store {
        nodes: fresh_nodes(None, &entries),
        ..Store::default()
    };
    let error = Trie::open(None, reference_root(&entries), &store)
        .account(B256::ZERO)
        .unwrap_err();
    assert_eq!(
        error,
        Error::MalformedValue {
            owner: None,
            key: B256::ZERO
        }
    );
}
