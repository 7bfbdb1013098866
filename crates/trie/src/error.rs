//! What can go wrong, with the place where it did.

use alloy_primitives::B256;
use alloy_trie::Nibbles;

/// Where a node stands: in which trie, on which path, under which hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeLocation {
    /// The hashed address of the account whose storage trie it is, `None` for the account trie.
    pub owner: Option<B256>,
    /// The nibbles from the root to the node.
    pub path: Nibbles,
    /// The Keccak-256 hash of the node's RLP.
    pub hash: B256,
}

/// Every failure of this crate. `E` is the error of the [`NodeSource`](crate::NodeSource) in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error<E> {
    /// The source does not have the node: the witness is incomplete, or the database lost it.
    #[error("missing trie node {} at path {:?} of trie {:?}", .0.hash, .0.path, .0.owner)]
    MissingNode(NodeLocation),
    /// The bytes are no trie node that can stand there.
    #[error("malformed trie node {} at path {:?} of trie {:?}: {fault}", location.hash, location.path, location.owner)]
    MalformedNode {
        /// Where the node was read.
        location: NodeLocation,
        /// What is wrong with it.
        fault: NodeFault,
    },
    /// The bytes do not hash to the location's hash.
    #[error("trie node at path {:?} of trie {:?} does not hash to {}", .0.path, .0.owner, .0.hash)]
    HashMismatch(NodeLocation),
    /// A leaf of the account trie is no account, or a leaf of a storage trie is no word.
    #[error("malformed value under hashed key {key} of trie {owner:?}")]
    MalformedValue {
        /// The trie, as in [`NodeLocation::owner`].
        owner: Option<B256>,
        /// The hashed key.
        key: B256,
    },
    /// A proof has nodes behind the one that decides it.
    #[error("{count} surplus nodes in the proof")]
    SurplusProofNodes {
        /// How many.
        count: usize,
    },
    /// A proof's slots or claimed values are not what its nodes say.
    #[error("the proof shows another value under hashed key {key}")]
    ProofValueMismatch {
        /// The hashed address or hashed slot.
        key: B256,
    },
    /// The source itself failed.
    #[error("the source of trie nodes failed: {0}")]
    Source(#[from] E),
}

/// Why bytes are not a node that can stand at their path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NodeFault {
    /// Not canonical RLP, or bytes behind it.
    #[error("not canonical RLP")]
    Rlp,
    /// A node has 2 items (leaf, extension) or 17 (branch).
    #[error("a node has 2 or 17 items")]
    ItemCount,
    /// The hex-prefix path has a wrong flag, or a length that cannot stand at this depth.
    #[error("wrong path")]
    Path,
    /// A child is neither empty, a hash, nor an embedded node of less than 32 bytes.
    #[error("wrong child reference")]
    Child,
    /// A branch with less than two children, with a value, or below the last nibble.
    #[error("wrong branch")]
    Branch,
    /// A leaf without a value.
    #[error("leaf without value")]
    EmptyValue,
    /// The child of an extension is not a branch.
    #[error("the child of an extension is not a branch")]
    ExtensionChild,
}
