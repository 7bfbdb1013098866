//! Branches that lose their second child merge with the one that stays, which is read for it; and what happens when that
//! read fails.

mod model;

use alloy_primitives::B256;
use model::{Store, fresh_nodes, reference_root};
use std::collections::BTreeMap;
use tandem_trie::{Error, Nibbles, Trie};

/// A key from its first nibbles, the rest zeros.
fn key(nibbles: &[u8]) -> B256 {
    let mut all = [0u8; 64];
    all[..nibbles.len()].copy_from_slice(nibbles);
    B256::from_slice(&Nibbles::from_nibbles(all).pack())
}

/// Removes `gone` from the trie of `entries`, with every node unread, and compares with the trie that never had it.
fn check(entries: &[&[u8]], gone: &[u8], path_of_sibling: &[u8]) {
    let mut left: BTreeMap<_, _> = entries
        .iter()
        .map(|nibbles| (key(nibbles), vec![nibbles.len() as u8; 40]))
        .collect();
    let mut store = Store {
        nodes: fresh_nodes(None, &left),
        ..Store::default()
    };
    let root = reference_root(&left);
    left.remove(&key(gone)).unwrap();

    let sibling = (None, Nibbles::from_nibbles(path_of_sibling));
    let taken = store.nodes.remove(&sibling).expect("the sibling is a node of its own");
    let mut trie = Trie::open(None, root, store.clone());
    let missing = trie.remove(key(gone)).unwrap_err();
    assert!(matches!(missing, Error::MissingNode(at) if at.path == sibling.1 && at.hash == taken.0));
    let untouched = trie.commit();
    assert_eq!(
        (untouched.root, untouched.nodes, untouched.removed),
        (root, vec![], vec![])
    );

    store.nodes.insert(sibling, taken);
    let mut trie = Trie::open(None, root, &store);
    trie.remove(key(gone)).unwrap();
    let update = trie.commit();
    store.apply(&update);
    assert_eq!(update.root, reference_root(&left));
    assert_eq!(store.nodes, fresh_nodes(None, &left));
}

#[test]
fn a_leaf_that_stays_takes_the_place_of_the_branch() {
    check(&[&[1, 1], &[1, 2], &[2]], &[1, 1], &[1, 2]);
}

#[test]
fn an_extension_that_stays_grows() {
    check(&[&[1, 1], &[1, 2, 5, 5, 1], &[1, 2, 5, 5, 2], &[2]], &[1, 1], &[1, 2]);
}

#[test]
fn a_branch_that_stays_gets_an_extension() {
    check(&[&[1, 1], &[1, 2, 3], &[1, 2, 4], &[2]], &[1, 1], &[1, 2]);
}

#[test]
fn a_leaf_swallows_the_extension_above_too() {
    check(&[&[1, 5, 5, 1], &[1, 5, 5, 2], &[2]], &[1, 5, 5, 1], &[1, 5, 5, 2]);
}

#[test]
fn extensions_above_and_below_become_one() {
    let entries: &[&[u8]] = &[&[1, 5, 5, 1], &[1, 5, 5, 2, 7, 7, 1], &[1, 5, 5, 2, 7, 7, 2], &[2]];
    check(entries, &[1, 5, 5, 1], &[1, 5, 5, 2]);
}

#[test]
fn a_branch_below_an_extension_lengthens_it() {
    check(
        &[&[1, 5, 5, 1], &[1, 5, 5, 2, 1], &[1, 5, 5, 2, 2], &[2]],
        &[1, 5, 5, 1],
        &[1, 5, 5, 2],
    );
}

#[test]
fn the_root_collapses_too() {
    check(&[&[1], &[2]], &[1], &[2]);
}
