//! Nodes from someone who means harm: every one is an error with its place, none a panic, none a wrong trie.

mod model;

use alloy_primitives::{B256, Bytes, hex};
use alloy_trie::nodes::{BranchNode, ExtensionNode, LeafNode, RlpNode, TrieNode};
use model::key;
use proptest::{collection::vec, prelude::*};
use std::convert::Infallible;
use tandem_trie::{Error, Nibbles, NodeFault, NodeSource, Trie};

/// Answers whatever is asked with the same few nodes, by the path's length.
struct Liar(Vec<Vec<u8>>);

impl NodeSource for Liar {
    type Error = Infallible;

    fn node(&self, _: Option<B256>, path: &Nibbles, _: B256) -> Result<Bytes, Error<Infallible>> {
        Ok(self.0[path.len() % self.0.len()].clone().into())
    }
}

/// Reads, writes and deletes against the liar; only errors may come of it.
fn use_trie(nodes: Vec<Vec<u8>>, seeds: &[u16]) {
    let mut trie = Trie::open(None, B256::repeat_byte(1), Liar(nodes));
    for seed in seeds {
        let key = key(*seed);
        let outcomes = [
            trie.get(key).map(drop),
            trie.insert(key, vec![1; 40]),
            trie.remove(key),
            trie.insert(key, seed.to_be_bytes().to_vec()),
        ];
        outcomes.into_iter().filter_map(Result::err).for_each(|error| {
            assert!(matches!(error, Error::MalformedNode { .. }), "{error}");
        });
    }
    trie.commit();
}

/// A node with plausible parts: paths of any length, children of any kind.
fn node() -> impl Strategy<Value = Vec<u8>> {
    let path = vec(0u8..16, 0..64).prop_map(Nibbles::from_nibbles);
    let value = vec(any::<u8>(), 0..50);
    let leaf = (path.clone(), value.clone()).prop_map(|(key, value)| TrieNode::Leaf(LeafNode { key, value }));
    let child = prop_oneof![
        3 => any::<[u8; 32]>().prop_map(|hash| RlpNode::word_rlp(&hash.into())),
        1 => vec(any::<u8>(), 1..33).prop_map(|raw| RlpNode::from_raw(&raw).unwrap()),
        1 => vec(0u8..16, 1..20).prop_map(|path| {
            let leaf = LeafNode { key: Nibbles::from_nibbles(path), value: vec![1] };
            RlpNode::from_raw(&alloy_rlp::encode(leaf)).unwrap()
        }),
    ];
    let extension = (path, child.clone()).prop_map(|(key, child)| TrieNode::Extension(ExtensionNode { key, child }));
    let branch = (vec(child, 16), any::<u16>()).prop_map(|(mut stack, mask)| {
        stack.truncate(mask.count_ones() as usize);
        TrieNode::Branch(BranchNode::new(stack, mask.into()))
    });
    let sound = prop_oneof![2 => leaf, 3 => extension, 4 => branch].prop_map(alloy_rlp::encode);
    (
        sound,
        prop::option::weighted(0.3, (any::<prop::sample::Index>(), any::<u8>())),
    )
        .prop_map(|(mut rlp, bend)| {
            if let Some((at, byte)) = bend {
                let at = at.index(rlp.len());
                rlp[at] = byte;
            }
            rlp
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn plausible_nonsense_never_panics(nodes in vec(node(), 1..6), seeds in vec(any::<u16>(), 1..12)) {
        use_trie(nodes, &seeds);
    }

    #[test]
    fn random_bytes_never_panic(nodes in vec(vec(any::<u8>(), 0..80), 1..3), seeds in vec(any::<u16>(), 1..4)) {
        use_trie(nodes, &seeds);
    }
}

/// Reads through a root of these bytes.
fn check(root: impl AsRef<[u8]>, expected: NodeFault) {
    let mut trie = Trie::open(None, B256::repeat_byte(1), Liar(vec![root.as_ref().to_vec()]));
    match trie.get(key(1)) {
        Err(Error::MalformedNode { location, fault }) => {
            assert_eq!(
                (fault, location.path.len(), location.hash),
                (expected, 0, B256::repeat_byte(1))
            );
        }
        other => panic!("expected {expected:?}, got {other:?}"),
    }
}

fn leaf(nibbles: usize, value: &[u8]) -> Vec<u8> {
    alloy_rlp::encode(LeafNode::new(Nibbles::from_nibbles(vec![1; nibbles]), value.to_vec()))
}

fn extension(nibbles: usize, child: &[u8]) -> Vec<u8> {
    let child = RlpNode::from_raw(child).unwrap();
    alloy_rlp::encode(ExtensionNode::new(Nibbles::from_nibbles(vec![1; nibbles]), child))
}

#[test]
fn each_fault_has_its_name() {
    let hash = RlpNode::word_rlp(&B256::ZERO);
    check([], NodeFault::Rlp);
    check([0x80], NodeFault::Rlp);
    check([0xc0], NodeFault::ItemCount);
    check(hex!("c3010101"), NodeFault::ItemCount);
    check([leaf(64, &[1]), vec![0]].concat(), NodeFault::Rlp);
    check(leaf(63, &[1]), NodeFault::Path);
    check(leaf(64, &[]), NodeFault::EmptyValue);
    check(hex!("c28001"), NodeFault::Path);
    check(hex!("c24001"), NodeFault::Path);
    check(hex!("c22101"), NodeFault::Path);
    check(extension(0, &hash), NodeFault::Path);
    check(extension(64, &hash), NodeFault::Path);
    check(extension(3, &[0x80]), NodeFault::Child);
    check(extension(3, &[0x83, 1, 2, 3]), NodeFault::Child);
    check(extension(50, &leaf(14, &[1])), NodeFault::ExtensionChild);
    let branch = |children: &[RlpNode], mask: u16| alloy_rlp::encode(BranchNode::new(children.to_vec(), mask.into()));
    check(branch(&[], 0), NodeFault::Branch);
    check(branch(std::slice::from_ref(&hash), 1 << 4), NodeFault::Branch);
    let mut with_value = branch(&[hash.clone(), hash], 3);
    *with_value.last_mut().unwrap() = 5;
    check(with_value, NodeFault::Branch);
}

#[test]
fn an_extension_over_a_hashed_leaf_is_refused_when_the_leaf_is_read() {
    let nodes = vec![extension(1, &RlpNode::word_rlp(&B256::ZERO)), leaf(63, &[1; 40])];
    let mut trie = Trie::open(None, B256::repeat_byte(1), Liar(nodes));
    let error = trie.get(B256::repeat_byte(0x11)).unwrap_err();
    assert!(
        matches!(
            error,
            Error::MalformedNode {
                fault: NodeFault::ExtensionChild,
                ..
            }
        ),
        "{error}"
    );
}

/// Branches all the way down, each the child of itself: the key ends the walk.
#[test]
fn a_cycle_ends_at_the_last_nibble() {
    let branch = BranchNode::new(vec![RlpNode::word_rlp(&B256::repeat_byte(1)); 16], u16::MAX.into());
    let mut trie = Trie::open(None, B256::repeat_byte(1), Liar(vec![alloy_rlp::encode(branch)]));
    let error = trie.get(key(8)).unwrap_err();
    assert!(matches!(error, Error::MalformedNode { fault: NodeFault::Branch, location } if location.path.len() == 64));
}
