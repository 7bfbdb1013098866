//! Where nodes come from: the port, and the sources that need no database.

use crate::{Error, NodeLocation};
use alloy_primitives::{B256, Bytes, keccak256};
use alloy_trie::Nibbles;
use core::convert::Infallible;

mod map;
pub use map::MapSource;

mod recording;
pub use recording::RecordingSource;

/// Where a trie reads the nodes that it does not hold yet.
///
/// A source answers from a database by `(owner, path)`, or from preimages by `hash`. It says that it lacks a node with
/// [`Error::MissingNode`], and passes its own failures on as [`Error::Source`] (which `?` does by itself).
pub trait NodeSource {
    /// How the source itself can fail.
    type Error: core::error::Error + Send + Sync + 'static;

    /// The RLP of the node with this hash at this path; `owner` is the hashed address of the account whose storage trie
    /// is read, `None` for the account trie. The root is never asked for when it is the empty trie's.
    fn node(&self, owner: Option<B256>, path: &Nibbles, hash: B256) -> Result<Bytes, Error<Self::Error>>;
}

impl<S: NodeSource + ?Sized> NodeSource for &S {
    type Error = S::Error;

    fn node(&self, owner: Option<B256>, path: &Nibbles, hash: B256) -> Result<Bytes, Error<Self::Error>> {
        (**self).node(owner, path, hash)
    }
}

/// The source of a state that starts empty: it has no node.
#[derive(Clone, Copy, Debug, Default)]
pub struct EmptySource;

impl NodeSource for EmptySource {
    type Error = Infallible;

    fn node(&self, owner: Option<B256>, path: &Nibbles, hash: B256) -> Result<Bytes, Error<Infallible>> {
        Err(Error::MissingNode(NodeLocation {
            owner,
            path: *path,
            hash,
        }))
    }
}

/// A source that is not believed: every node is hashed when it is read.
#[derive(Clone, Copy, Debug)]
pub struct VerifyingSource<S> {
    inner: S,
}

impl<S> VerifyingSource<S> {
    /// Checks what `inner` serves.
    pub const fn new(inner: S) -> Self {
        Self { inner }
    }
}

impl<S: NodeSource> NodeSource for VerifyingSource<S> {
    type Error = S::Error;

    fn node(&self, owner: Option<B256>, path: &Nibbles, hash: B256) -> Result<Bytes, Error<Self::Error>> {
        let rlp = self.inner.node(owner, path, hash)?;
        if keccak256(&rlp) == hash {
            return Ok(rlp);
        }
        Err(Error::HashMismatch(NodeLocation {
            owner,
            path: *path,
            hash,
        }))
    }
}
