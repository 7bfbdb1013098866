//! The arena: nodes in a vector, referred to by index.

use crate::{
    NodeFault,
    node::{Child, Node, NodeIndex, decode},
};
use alloc::vec::Vec;
use alloy_primitives::B256;

/// A node and how it is stored.
#[derive(Clone, Debug)]
struct Slot {
    node: Node,
    /// The hash under which the source has the node as it is here. `None`: changed since, or embedded in its parent.
    stored: Option<B256>,
}

/// All nodes read or made so far. Nodes that fall out of the trie stay behind until the arena is dropped.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arena {
    slots: Vec<Slot>,
}

#[cfg_attr(
    not(test),
    expect(
        clippy::indexing_slicing,
        reason = "an index is only made by `push`, and nothing is ever taken out"
    )
)]
impl Arena {
    pub(crate) fn push(&mut self, node: Node, stored: Option<B256>) -> NodeIndex {
        self.slots.push(Slot { node, stored });
        NodeIndex(self.slots.len().saturating_sub(1))
    }

    pub(crate) fn node(&self, index: NodeIndex) -> &Node {
        &self.slots[index.0].node
    }

    pub(crate) fn node_mut(&mut self, index: NodeIndex) -> &mut Node {
        &mut self.slots[index.0].node
    }

    pub(crate) fn stored(&self, index: NodeIndex) -> Option<B256> {
        self.slots[index.0].stored
    }

    pub(crate) fn set_stored(&mut self, index: NodeIndex, stored: Option<B256>) {
        self.slots[index.0].stored = stored;
    }
}

impl Arena {
    /// Decodes a node that stands `depth` nibbles below the root.
    pub(crate) fn load(&mut self, rlp: &[u8], depth: usize, hash: B256) -> Result<NodeIndex, NodeFault> {
        let node = decode(self, rlp, depth)?;
        Ok(self.push(node, Some(hash)))
    }

    /// Puts a child behind a nibble of a branch, or behind an extension.
    pub(crate) fn set_child(&mut self, parent: NodeIndex, at: u8, new: Child) {
        match self.node_mut(parent) {
            Node::Branch(children) => children.set(at, new),
            Node::Extension { child, .. } => *child = new,
            Node::Leaf { .. } => {}
        }
    }
}
