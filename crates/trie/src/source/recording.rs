//! Witness recording.

use crate::{Error, NodeSource};
use alloc::collections::BTreeMap;
use alloy_primitives::{B256, Bytes};
use alloy_trie::Nibbles;
use core::cell::RefCell;

/// Passes on what another source serves and remembers it: the witness that replays the same work.
#[derive(Clone, Debug, Default)]
pub struct RecordingSource<S> {
    inner: S,
    nodes: RefCell<BTreeMap<B256, Bytes>>,
}

impl<S> RecordingSource<S> {
    /// Records what `inner` serves from now on.
    pub const fn new(inner: S) -> Self {
        Self {
            inner,
            nodes: RefCell::new(BTreeMap::new()),
        }
    }

    /// The nodes served so far, by hash.
    pub fn into_nodes(self) -> BTreeMap<B256, Bytes> {
        self.nodes.into_inner()
    }

    /// A copy of the nodes served so far, by hash.
    pub fn nodes(&self) -> BTreeMap<B256, Bytes> {
        self.nodes.borrow().clone()
    }
}

impl<S: NodeSource> NodeSource for RecordingSource<S> {
    type Error = S::Error;

    fn node(&self, owner: Option<B256>, path: &Nibbles, hash: B256) -> Result<Bytes, Error<Self::Error>> {
        let rlp = self.inner.node(owner, path, hash)?;
        self.nodes.borrow_mut().insert(hash, rlp.clone());
        Ok(rlp)
    }
}
