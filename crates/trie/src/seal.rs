//! Commit: hashing the changed nodes, children before parents.

use crate::{
    ChangedNode, EMPTY_ROOT_HASH, NodeLocation, NodeSource, Trie, TrieUpdate,
    arena::Arena,
    node::{Child, Node, NodeIndex, extended},
};
use alloc::{collections::BTreeMap, vec::Vec};
use alloy_primitives::{B256, Bytes, keccak256};
use alloy_rlp::Encodable;
use alloy_trie::{
    Nibbles, TrieMask,
    nodes::{BranchNodeRef, ExtensionNodeRef, LeafNodeRef, RlpNode},
};

impl<S: NodeSource> Trie<S> {
    /// Hashes what changed since the trie was opened or last committed. The trie can be used on afterwards.
    pub fn commit(&mut self) -> TrieUpdate {
        let mut seal = Seal {
            owner: self.owner,
            arena: &mut self.arena,
            superseded: core::mem::take(&mut self.superseded),
            nodes: Vec::new(),
            references: Vec::new(),
            rlp: Vec::new(),
        };
        let root = match self.root {
            Child::None => EMPTY_ROOT_HASH,
            Child::Hash(hash) => hash,
            Child::Node(index) => seal.root(index),
        };
        let owner = self.owner;
        let removed = |(path, hash)| NodeLocation { owner, path, hash };
        TrieUpdate {
            root,
            nodes: seal.nodes,
            removed: seal.superseded.into_iter().map(removed).collect(),
        }
    }
}

/// The work of one commit.
struct Seal<'a> {
    owner: Option<B256>,
    arena: &'a mut Arena,
    superseded: BTreeMap<Nibbles, B256>,
    nodes: Vec<ChangedNode>,
    /// The references to the children of the branches under way, innermost last.
    references: Vec<RlpNode>,
    /// Where a node is encoded.
    rlp: Vec<u8>,
}

impl Seal<'_> {
    /// The root has a hash however small it is.
    fn root(&mut self, index: NodeIndex) -> B256 {
        if let Some(hash) = self.arena.stored(index) {
            return hash;
        }
        self.encode(index, &Nibbles::new());
        self.store(index, Nibbles::new())
    }

    fn child(&mut self, child: Child, path: &Nibbles) -> RlpNode {
        match child {
            Child::None => RlpNode::default(),
            Child::Hash(hash) => RlpNode::word_rlp(&hash),
            Child::Node(index) => self.node(index, path),
        }
    }

    /// How a parent refers to a node: by its hash, or by embedding it. (At most 64 levels deep.)
    fn node(&mut self, index: NodeIndex, path: &Nibbles) -> RlpNode {
        if let Some(hash) = self.arena.stored(index) {
            return RlpNode::word_rlp(&hash);
        }
        self.encode(index, path);
        match RlpNode::from_raw(&self.rlp).filter(|embedded| embedded.len() < 32) {
            Some(embedded) => embedded,
            None => RlpNode::word_rlp(&self.store(index, *path)),
        }
    }

    /// Leaves the node's encoding in `self.rlp`.
    fn encode(&mut self, index: NodeIndex, path: &Nibbles) {
        match self.arena.node(index) {
            Node::Leaf { key, value } => {
                self.rlp.clear();
                LeafNodeRef::new(key, value).encode(&mut self.rlp);
            }
            Node::Extension { key, child } => {
                let (key, child) = (*key, *child);
                let reference = self.child(child, &path.join(&key));
                self.rlp.clear();
                ExtensionNodeRef::new(&key, &reference).encode(&mut self.rlp);
            }
            Node::Branch(_) => self.encode_branch(index, path),
        }
    }

    fn encode_branch(&mut self, index: NodeIndex, path: &Nibbles) {
        let first = self.references.len();
        let mut mask = TrieMask::default();
        for nibble in 0..16 {
            let Node::Branch(children) = self.arena.node(index) else {
                return;
            };
            let child = children.get(nibble);
            if child != Child::None {
                let reference = self.child(child, &extended(path, nibble));
                self.references.push(reference);
                mask.set_bit(nibble);
            }
        }
        self.rlp.clear();
        let references = self.references.get(first..).unwrap_or_default();
        BranchNodeRef::new(references, mask).encode(&mut self.rlp);
        self.references.truncate(first);
    }

    /// Hashes the encoding in `self.rlp`; a node that is what it was before counts neither as changed nor as removed.
    fn store(&mut self, index: NodeIndex, path: Nibbles) -> B256 {
        let hash = keccak256(&self.rlp);
        self.arena.set_stored(index, Some(hash));
        if self.superseded.get(&path) == Some(&hash) {
            self.superseded.remove(&path);
            return hash;
        }
        let rlp = Bytes::copy_from_slice(&self.rlp);
        self.nodes.push(ChangedNode {
            owner: self.owner,
            path,
            hash,
            rlp,
        });
        hash
    }
}
