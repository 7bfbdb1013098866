//! Insertion and removal. Everything that can fail comes before the first change.

use crate::{
    Error, NodeSource, Trie,
    node::{Child, Children, Node, NodeIndex, extended, skip},
    trie::{Descent, End, Step},
};
use alloc::{boxed::Box, vec::Vec};
use alloy_primitives::B256;
use alloy_trie::Nibbles;

impl<S: NodeSource> Trie<S> {
    /// Puts a value under a hashed key. As Ethereum has it, the empty value is no value: it removes the key.
    pub fn insert(&mut self, key: B256, value: Vec<u8>) -> Result<(), Error<S::Error>> {
        if value.is_empty() {
            return self.remove(key);
        }
        let key = Nibbles::unpack(key);
        let Descent { trail, end } = self.descend(&key)?;
        let Some(last) = trail.last() else {
            self.root = Child::Node(self.arena.push(Node::Leaf { key, value }, None));
            return Ok(());
        };
        let rest = skip(&key, last.path.len());
        match end {
            End::Found if self.has_value(last.index, &value) => return Ok(()),
            End::Found => *self.arena.node_mut(last.index) = Node::Leaf { key: rest, value },
            End::Vacant => self.add_leaf(last.index, &rest, value),
            End::Diverged => self.split(last.index, &rest, value),
        }
        self.touch(&trail);
        Ok(())
    }

    /// Takes a hashed key out; nothing happens when it is not there.
    ///
    /// A branch that keeps a single child merges with it, which is why that child may have to be read.
    pub fn remove(&mut self, key: B256) -> Result<(), Error<S::Error>> {
        let Descent { mut trail, end } = self.descend(&Nibbles::unpack(key))?;
        if end != End::Found {
            return Ok(());
        }
        let Some(leaf) = trail.pop() else { return Ok(()) };
        let Some(parent) = trail.last().copied() else {
            self.touch(&[leaf]);
            self.root = Child::None;
            return Ok(());
        };
        let nibble = leaf.path.last().unwrap_or_default();
        let remaining = self.only_sibling(parent, nibble)?;
        self.touch(&trail);
        self.touch(&[leaf]);
        match remaining {
            None => self.arena.set_child(parent.index, nibble, Child::None),
            Some(sibling) => self.collapse(&trail, parent, sibling),
        }
        Ok(())
    }

    fn has_value(&self, leaf: NodeIndex, expected: &[u8]) -> bool {
        matches!(self.arena.node(leaf), Node::Leaf { value, .. } if value == expected)
    }

    /// Puts a leaf behind a vacant nibble of a branch.
    fn add_leaf(&mut self, branch: NodeIndex, rest: &Nibbles, value: Vec<u8>) {
        let leaf = self.arena.push(
            Node::Leaf {
                key: skip(rest, 1),
                value,
            },
            None,
        );
        self.arena
            .set_child(branch, rest.first().unwrap_or_default(), Child::Node(leaf));
    }

    /// Puts a branch where a leaf or an extension parts from the new key, below an extension for what they share.
    fn split(&mut self, index: NodeIndex, rest: &Nibbles, value: Vec<u8>) {
        let branch = Node::Branch(Box::default());
        let old = core::mem::replace(self.arena.node_mut(index), branch);
        let (shared, old_nibble, old_child) = match old {
            Node::Leaf { key, value } => {
                let shared = key.common_prefix_length(rest);
                let leaf = Node::Leaf {
                    key: skip(&skip(&key, shared), 1),
                    value,
                };
                (shared, key.get(shared), Child::Node(self.arena.push(leaf, None)))
            }
            Node::Extension { key, child } => {
                let shared = key.common_prefix_length(rest);
                let below = skip(&skip(&key, shared), 1);
                let child = match below.is_empty() {
                    true => child,
                    false => Child::Node(self.arena.push(Node::Extension { key: below, child }, None)),
                };
                (shared, key.get(shared), child)
            }
            Node::Branch(_) => (0, None, Child::None),
        };
        let mut children = Box::new(Children::default());
        children.set(old_nibble.unwrap_or_default(), old_child);
        let below = skip(rest, shared);
        let leaf = self.arena.push(
            Node::Leaf {
                key: skip(&below, 1),
                value,
            },
            None,
        );
        children.set(below.first().unwrap_or_default(), Child::Node(leaf));
        let branch = Node::Branch(children);
        *self.arena.node_mut(index) = match shared {
            0 => branch,
            _ => Node::Extension {
                key: rest.slice(..shared),
                child: Child::Node(self.arena.push(branch, None)),
            },
        };
    }

    /// The one child that a branch keeps when it loses `nibble`, read; `None` when it keeps more.
    fn only_sibling(&mut self, branch: Step, nibble: u8) -> Result<Option<Step>, Error<S::Error>> {
        let Node::Branch(children) = self.arena.node(branch.index) else {
            return Ok(None);
        };
        let mut others = children.present().filter(|(other, _)| *other != nibble);
        let (Some((other, _)), None) = (others.next(), others.next()) else {
            return Ok(None);
        };
        drop(others);
        let path = extended(&branch.path, other);
        let sibling = self.resolve_child(branch.index, &path)?;
        Ok(sibling.map(|index| Step { index, path }))
    }

    /// Merges a branch with its only child, and the result with an extension above it.
    fn collapse(&mut self, trail: &[Step], branch: Step, sibling: Step) {
        let nibble = sibling.path.last().unwrap_or_default();
        let prefix = extended(&Nibbles::new(), nibble);
        let merged = self.merge(&prefix, sibling);
        *self.arena.node_mut(branch.index) = merged;
        let Some([above, _]) = trail.last_chunk::<2>() else {
            return;
        };
        if let Node::Extension { key, .. } = self.arena.node(above.index) {
            let key = *key;
            *self.arena.node_mut(above.index) = self.merge(&key, branch);
        }
    }

    /// The node that stands for `prefix` followed by `below`, which it swallows unless that is a branch.
    fn merge(&mut self, prefix: &Nibbles, below: Step) -> Node {
        let merged = match self.arena.node(below.index) {
            Node::Leaf { key, value } => Node::Leaf {
                key: prefix.join(key),
                value: value.clone(),
            },
            Node::Extension { key, child } => Node::Extension {
                key: prefix.join(key),
                child: *child,
            },
            Node::Branch(_) => {
                return Node::Extension {
                    key: *prefix,
                    child: Child::Node(below.index),
                };
            }
        };
        self.touch(&[below]);
        merged
    }

    /// Marks nodes as changed or gone, and remembers the hashes under which they are stored.
    fn touch(&mut self, steps: &[Step]) {
        for step in steps {
            if let Some(hash) = self.arena.stored(step.index) {
                self.arena.set_stored(step.index, None);
                self.superseded.entry(step.path).or_insert(hash);
            }
        }
    }
}
