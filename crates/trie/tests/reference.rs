//! Random histories of a trie against `HashBuilder`, and its updates against a store by path.

mod model;

use model::{Store, fresh_nodes, key, reference_root};
use proptest::{collection::vec, prelude::*};
use std::collections::BTreeMap;
use tandem_trie::{EMPTY_ROOT_HASH, Trie};

/// An insertion, or a removal where the value is empty.
type Edit = (u16, Vec<u8>);

fn edits() -> impl Strategy<Value = Vec<Vec<Edit>>> {
    let seed = prop_oneof![0u16..64, any::<u16>()];
    let value = prop_oneof![
        2 => Just(Vec::new()),
        3 => vec(any::<u8>(), 1..3),
        2 => vec(any::<u8>(), 20..120),
    ];
    vec(vec((seed, value), 0..40), 1..12)
}

fn apply_edits(entries: &mut BTreeMap<alloy_primitives::B256, Vec<u8>>, batch: &[Edit]) {
    for (seed, value) in batch {
        match value.is_empty() {
            true => drop(entries.remove(&key(*seed))),
            false => drop(entries.insert(key(*seed), value.clone())),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// After every batch the root is the reference's, and a store by path holds exactly the nodes of the trie: none is
    /// missing, none is left over. Each batch opens the trie anew, so that every node comes back from the store.
    #[test]
    fn every_batch_leaves_the_reference_root_and_exactly_its_nodes(batches in edits()) {
        let (mut entries, mut store, mut root) = (BTreeMap::new(), Store::default(), EMPTY_ROOT_HASH);
        for batch in batches {
            let mut trie = Trie::open(None, root, &store);
            for (seed, value) in &batch {
                trie.insert(key(*seed), value.clone()).unwrap();
            }
            let update = trie.commit();
            apply_edits(&mut entries, &batch);
            store.apply(&update);
            root = update.root;
            prop_assert_eq!(root, reference_root(&entries));
            prop_assert_eq!(&store.nodes, &fresh_nodes(None, &entries));
            let mut trie = Trie::open(None, root, &store);
            for (seed, _) in &batch {
                prop_assert_eq!(trie.get(key(*seed)).unwrap(), entries.get(&key(*seed)).map(Vec::as_slice));
            }
        }
    }

    /// The same with one trie that lives through all batches and is committed between them.
    #[test]
    fn a_trie_that_lives_on_commits_the_same(batches in edits()) {
        let (mut entries, mut store) = (BTreeMap::new(), Store::default());
        let mut trie = Trie::open(None, EMPTY_ROOT_HASH, tandem_trie::EmptySource);
        for batch in batches {
            for (seed, value) in &batch {
                trie.insert(key(*seed), value.clone()).unwrap();
            }
            apply_edits(&mut entries, &batch);
            let update = trie.commit();
            store.apply(&update);
            prop_assert_eq!(update.root, reference_root(&entries));
            prop_assert_eq!(&store.nodes, &fresh_nodes(None, &entries));
        }
    }

    /// The root depends on the entries alone, not on the order of the edits.
    #[test]
    fn the_order_of_insertions_does_not_matter(seeds in vec(any::<u16>(), 1..60), shift in any::<usize>()) {
        let entries: BTreeMap<_, _> = seeds.iter().map(|seed| (key(*seed), key(*seed)[14..].to_vec())).collect();
        let mut rotated = seeds.clone();
        rotated.rotate_left(shift % seeds.len());
        let mut trie = Trie::open(None, EMPTY_ROOT_HASH, tandem_trie::EmptySource);
        for seed in rotated {
            trie.insert(key(seed), key(seed)[14..].to_vec()).unwrap();
        }
        prop_assert_eq!(trie.commit().root, reference_root(&entries));
    }
}

#[test]
fn what_is_undone_before_the_commit_changes_nothing() {
    let entries: BTreeMap<_, _> = (0..500u16).map(|seed| (key(seed * 4), vec![seed as u8; 40])).collect();
    let store = Store {
        nodes: fresh_nodes(None, &entries),
        ..Store::default()
    };
    let root = reference_root(&entries);
    let mut trie = Trie::open(None, root, &store);
    let (touched, old) = entries.iter().nth(77).unwrap();
    trie.remove(*touched).unwrap();
    trie.insert(key(2), vec![1]).unwrap();
    trie.insert(*touched, old.clone()).unwrap();
    trie.remove(key(2)).unwrap();
    let update = trie.commit();
    assert_eq!(update.root, root);
    assert_eq!((update.nodes, update.removed), (vec![], vec![]));
}

#[test]
fn writing_the_same_value_changes_nothing_and_reads_only_the_path() {
    let entries: BTreeMap<_, _> = (0..2000u16).map(|seed| (key(seed * 4), vec![seed as u8; 40])).collect();
    let store = Store {
        nodes: fresh_nodes(None, &entries),
        ..Store::default()
    };
    let root = reference_root(&entries);
    let mut trie = Trie::open(None, root, &store);
    let (touched, old) = entries.iter().nth(77).unwrap();
    trie.insert(*touched, old.clone()).unwrap();
    let update = trie.commit();
    assert_eq!((update.root, update.nodes, update.removed), (root, vec![], vec![]));
    assert!(
        store.reads.get() <= 5,
        "2,000 leaves stand at most five nodes deep, {} read",
        store.reads.get()
    );
}

#[test]
fn the_last_removal_leaves_the_empty_trie_and_no_node() {
    let entries: BTreeMap<_, _> = (0..300u16).map(|seed| (key(seed), vec![7; 3])).collect();
    let mut store = Store {
        nodes: fresh_nodes(None, &entries),
        ..Store::default()
    };
    let mut trie = Trie::open(None, reference_root(&entries), &store);
    entries.keys().for_each(|key| trie.remove(*key).unwrap());
    let update = trie.commit();
    assert_eq!(update.root, EMPTY_ROOT_HASH);
    store.apply(&update);
    assert!(store.nodes.is_empty());
}
