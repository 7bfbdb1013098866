//! Proofs by key, checked by alloy-trie's verifier and by ours.

mod model;

use alloy_primitives::{B256, Bytes};
use alloy_trie::proof;
use model::{Store, fresh_nodes, key, reference_root};
use proptest::{collection::btree_map, prelude::*};
use std::collections::BTreeMap;
use tandem_trie::{EMPTY_ROOT_HASH, EmptySource, Error, Nibbles, prove, verify_proof};

fn entries() -> impl Strategy<Value = BTreeMap<B256, Vec<u8>>> {
    let value = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..3),
        prop::collection::vec(any::<u8>(), 30..90)
    ];
    btree_map(any::<u16>().prop_map(key), value, 0..80)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn present_and_absent_keys_are_proven(entries in entries(), absent in prop::collection::vec(any::<u16>(), 10)) {
        let (root, store) = (reference_root(&entries), Store { nodes: fresh_nodes(None, &entries), ..Store::default() });
        for key in absent.into_iter().map(key).chain(entries.keys().copied()) {
            let nodes = prove(root, None, key, &store).unwrap();
            let value = entries.get(&key).cloned();
            prop_assert_eq!(verify_proof(root, None, key, &nodes).unwrap(), value.clone());
            proof::verify_proof(root, Nibbles::unpack(key), value, &nodes).unwrap();
        }
    }

    #[test]
    fn a_cut_swollen_or_bent_proof_is_refused(entries in entries(), at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let Some(key) = entries.keys().next() else { return Ok(()) };
        let (root, store) = (reference_root(&entries), Store { nodes: fresh_nodes(None, &entries), ..Store::default() });
        let nodes = prove(root, None, *key, &store).unwrap();

        let cut = &nodes[..nodes.len() - 1];
        prop_assert!(matches!(verify_proof(root, None, *key, cut), Err(Error::MissingNode(_))));

        let mut swollen = nodes.clone();
        swollen.push(Bytes::from_static(&[0x80]));
        prop_assert_eq!(verify_proof(root, None, *key, &swollen), Err(Error::SurplusProofNodes { count: 1 }));

        let mut bent = nodes.clone();
        let node = &mut bent[at.index(nodes.len())];
        let mut bytes = node.to_vec();
        let byte = at.index(bytes.len());
        bytes[byte] ^= 1 << bit;
        *node = bytes.into();
        prop_assert!(matches!(verify_proof(root, None, *key, &bent), Err(Error::HashMismatch(_))));
    }
}

#[test]
fn the_empty_trie_is_proven_by_nothing() {
    let nodes = prove(EMPTY_ROOT_HASH, None, B256::ZERO, EmptySource).unwrap();
    assert_eq!(nodes, Vec::<Bytes>::new());
    assert_eq!(verify_proof(EMPTY_ROOT_HASH, None, B256::ZERO, &nodes), Ok(None));
    assert!(matches!(
        verify_proof(B256::ZERO, None, B256::ZERO, &nodes),
        Err(Error::MissingNode(_))
    ));
}
