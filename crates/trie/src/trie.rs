//! The trie: opening, reading, and walking down to a key.

use crate::{
    EMPTY_ROOT_HASH, Error, NodeFault, NodeLocation, NodeSource,
    arena::Arena,
    node::{Child, Node, NodeIndex, extended, skip},
};
use alloc::{collections::BTreeMap, vec::Vec};
use alloy_primitives::{B256, Bytes};
use alloy_trie::Nibbles;

/// A node that a store has to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedNode {
    /// The hashed address of the account whose storage trie it is, `None` for the account trie.
    pub owner: Option<B256>,
    /// The nibbles from the root to the node. No two changed nodes of a trie share it.
    pub path: Nibbles,
    /// The Keccak-256 hash of `rlp`.
    pub hash: B256,
    /// The node.
    pub rlp: Bytes,
}

/// What a commit changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrieUpdate {
    /// The new root hash.
    pub root: B256,
    /// The new nodes, children before parents. Nodes of less than 32 bytes are embedded in their parents and do not
    /// appear, but for the root.
    pub nodes: Vec<ChangedNode>,
    /// The nodes that left the trie, with the hashes they had: replaced by a changed node of the same path, or gone.
    /// A store by path deletes these first, then writes `nodes`. (The same hash may live on at another path.)
    pub removed: Vec<NodeLocation>,
}

/// A trie over 32-byte hashed keys that reads a node from its source when a key's path needs it.
///
/// When an operation fails, the trie is as if it had not been tried: with the missing node supplied it can be repeated.
#[derive(Clone, Debug)]
pub struct Trie<S> {
    pub(crate) source: S,
    pub(crate) owner: Option<B256>,
    pub(crate) arena: Arena,
    pub(crate) root: Child,
    /// The stored nodes that changed or went since the last commit, with the hashes they had.
    pub(crate) superseded: BTreeMap<Nibbles, B256>,
}

/// A node on the way from the root to a key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) index: NodeIndex,
    pub(crate) path: Nibbles,
}

/// The way to a key, and how it ends.
#[derive(Debug)]
pub(crate) struct Descent {
    /// From the root down; empty in the empty trie.
    pub(crate) trail: Vec<Step>,
    pub(crate) end: End,
}

/// How the way to a key ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The last step is the key's leaf.
    Found,
    /// The last step is a branch with nothing behind the next nibble, or there is no step at all.
    Vacant,
    /// The last step is a leaf or an extension of another way.
    Diverged,
}

impl<S: NodeSource> Trie<S> {
    /// Opens the trie with this root; nothing is read yet. `owner` is handed to the source.
    pub fn open(owner: Option<B256>, root: B256, source: S) -> Self {
        let root = if root == EMPTY_ROOT_HASH {
            Child::None
        } else {
            Child::Hash(root)
        };
        Self {
            source,
            owner,
            arena: Arena::default(),
            root,
            superseded: BTreeMap::new(),
        }
    }

    /// The value under a hashed key.
    pub fn get(&mut self, key: B256) -> Result<Option<&[u8]>, Error<S::Error>> {
        let descent = self.descend(&Nibbles::unpack(key))?;
        let leaf = descent.trail.last().filter(|_| descent.end == End::Found);
        Ok(leaf.and_then(|step| match self.arena.node(step.index) {
            Node::Leaf { value, .. } => Some(value.as_slice()),
            _ => None,
        }))
    }

    /// Walks as far down towards a key as the trie goes, reading what is unread.
    pub(crate) fn descend(&mut self, key: &Nibbles) -> Result<Descent, Error<S::Error>> {
        let mut trail = Vec::new();
        let mut path = Nibbles::new();
        let Some(mut index) = self.resolve_root()? else {
            return Ok(Descent {
                trail,
                end: End::Vacant,
            });
        };
        loop {
            trail.push(Step { index, path });
            let rest = skip(key, path.len());
            match self.arena.node(index) {
                Node::Leaf { key: tail, .. } => {
                    let end = if *tail == rest { End::Found } else { End::Diverged };
                    return Ok(Descent { trail, end });
                }
                Node::Extension { key: part, .. } if !rest.starts_with(part) => {
                    return Ok(Descent {
                        trail,
                        end: End::Diverged,
                    });
                }
                Node::Extension { key: part, .. } => path = path.join(part),
                Node::Branch(_) => path = extended(&path, rest.first().unwrap_or_default()),
            }
            match self.resolve_child(index, &path)? {
                Some(child) => index = child,
                None => {
                    return Ok(Descent {
                        trail,
                        end: End::Vacant,
                    });
                }
            }
        }
    }

    fn resolve_root(&mut self) -> Result<Option<NodeIndex>, Error<S::Error>> {
        match self.root {
            Child::None => Ok(None),
            Child::Node(index) => Ok(Some(index)),
            Child::Hash(hash) => {
                let index = self.load(&Nibbles::new(), hash)?;
                self.root = Child::Node(index);
                Ok(Some(index))
            }
        }
    }

    /// The child of `parent` whose path is `path`, read if need be.
    pub(crate) fn resolve_child(
        &mut self,
        parent: NodeIndex,
        path: &Nibbles,
    ) -> Result<Option<NodeIndex>, Error<S::Error>> {
        let nibble = path.last().unwrap_or_default();
        let (child, is_extension) = match self.arena.node(parent) {
            Node::Branch(children) => (children.get(nibble), false),
            Node::Extension { child, .. } => (*child, true),
            Node::Leaf { .. } => (Child::None, false),
        };
        let hash = match child {
            Child::None => return Ok(None),
            Child::Node(index) => return Ok(Some(index)),
            Child::Hash(hash) => hash,
        };
        let index = self.load(path, hash)?;
        if is_extension && !matches!(self.arena.node(index), Node::Branch(_)) {
            return Err(self.malformed(path, hash, NodeFault::ExtensionChild));
        }
        self.arena.set_child(parent, nibble, Child::Node(index));
        Ok(Some(index))
    }

    fn load(&mut self, path: &Nibbles, hash: B256) -> Result<NodeIndex, Error<S::Error>> {
        let rlp = self.source.node(self.owner, path, hash)?;
        self.arena
            .load(&rlp, path.len(), hash)
            .map_err(|fault| self.malformed(path, hash, fault))
    }

    const fn malformed(&self, path: &Nibbles, hash: B256, fault: NodeFault) -> Error<S::Error> {
        Error::MalformedNode {
            location: NodeLocation {
                owner: self.owner,
                path: *path,
                hash,
            },
            fault,
        }
    }
}
