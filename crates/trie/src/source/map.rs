//! Nodes by their hash, in memory: stateless execution from preimages.

use crate::{Error, NodeLocation, NodeSource, VerifyingSource};
use alloc::collections::BTreeMap;
use alloy_primitives::{B256, Bytes, keccak256};
use alloy_trie::Nibbles;
use core::convert::Infallible;

/// Nodes by hash, wherever in which trie they stand. Believes the hashes it was given; see [`MapSource::verified`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MapSource {
    nodes: BTreeMap<B256, Bytes>,
}

impl MapSource {
    /// Takes nodes by hash without checking the hashes.
    pub const fn new(nodes: BTreeMap<B256, Bytes>) -> Self {
        Self { nodes }
    }

    /// Takes nodes by hash from someone who is not trusted: each is hashed when it is read, so that nodes that nobody
    /// needs cost nothing.
    pub const fn verified(nodes: BTreeMap<B256, Bytes>) -> VerifyingSource<Self> {
        VerifyingSource::new(Self::new(nodes))
    }

    /// Takes preimages, whose hashes are computed here, once.
    pub fn from_preimages(preimages: impl IntoIterator<Item = Bytes>) -> Self {
        Self::new(preimages.into_iter().map(|rlp| (keccak256(&rlp), rlp)).collect())
    }

    /// Adds or replaces a node.
    pub fn insert(&mut self, hash: B256, rlp: Bytes) {
        self.nodes.insert(hash, rlp);
    }

    /// Takes a node away.
    pub fn remove(&mut self, hash: &B256) -> Option<Bytes> {
        self.nodes.remove(hash)
    }

    /// The nodes by hash.
    pub const fn nodes(&self) -> &BTreeMap<B256, Bytes> {
        &self.nodes
    }
}

impl NodeSource for MapSource {
    type Error = Infallible;

    fn node(&self, owner: Option<B256>, path: &Nibbles, hash: B256) -> Result<Bytes, Error<Infallible>> {
        let missing = || {
            Error::MissingNode(NodeLocation {
                owner,
                path: *path,
                hash,
            })
        };
        self.nodes.get(&hash).cloned().ok_or_else(missing)
    }
}
