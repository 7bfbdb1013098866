//! Recent blocks, side chains included, as layers in memory over the committed state.

use crate::{BlockRecord, Labels, store::Span};
use alloy_eips::BlockNumHash;
use alloy_primitives::{B256, map::B256Map};
use execute::StateChanges;
use std::{collections::BTreeMap, sync::Arc};
use trie::ChangedNode;

/// What one block did, until the database has it.
#[derive(Debug)]
pub(crate) struct Layer {
    /// The block and its receipts.
    pub(crate) record: Arc<BlockRecord>,
    /// Where its record is in the block journal.
    pub(crate) span: Span,
    /// Where its sidecars are in the blob journal.
    pub(crate) blobs: Option<Span>,
    /// What it did to flat state.
    pub(crate) changes: StateChanges,
    /// The trie nodes that it made.
    pub(crate) nodes: Vec<ChangedNode>,
}

impl Layer {
    fn parent(&self) -> B256 {
        self.record.header().parent_hash
    }
}

/// What readers share with the writer, behind a lock that is never held during an execution.
///
/// *Invariant:* every canonical block above `flat` has a layer, and `canonical` names it.
#[derive(Debug)]
pub(crate) struct Tree {
    /// The block whose state the flat tables hold.
    pub(crate) flat: BlockNumHash,
    /// The labels; the head's record is at hand.
    pub(crate) labels: Labels,
    /// The head.
    pub(crate) head: Arc<BlockRecord>,
    layers: B256Map<Arc<Layer>>,
    /// Canonical blocks above `flat`.
    canonical: BTreeMap<u64, B256>,
    /// Transactions of canonical blocks above `flat`, with number and index.
    transactions: B256Map<(u64, u32)>,
}

impl Tree {
    /// A tree with nothing above the flat state, whose block is the head.
    pub(crate) fn new(head: Arc<BlockRecord>, labels: Labels) -> Self {
        Self {
            flat: head.id(),
            labels,
            head,
            layers: B256Map::default(),
            canonical: BTreeMap::new(),
            transactions: B256Map::default(),
        }
    }

    /// How many blocks wait in memory.
    pub(crate) fn len(&self) -> usize {
        self.layers.len()
    }

    /// All layers, in no order.
    pub(crate) fn layers(&self) -> impl Iterator<Item = &Arc<Layer>> {
        self.layers.values()
    }

    /// The layer of a block.
    pub(crate) fn layer(&self, hash: B256) -> Option<&Arc<Layer>> {
        self.layers.get(&hash)
    }

    /// Adds an executed block.
    pub(crate) fn insert(&mut self, layer: Arc<Layer>) {
        self.layers.insert(layer.record.hash, layer);
    }

    /// The layers from a block down to the first that is not in memory, newest first, and that one's hash.
    pub(crate) fn lineage(&self, hash: B256) -> (Vec<Arc<Layer>>, B256) {
        let mut layers = Vec::new();
        let mut below = hash;
        while let Some(layer) = self.layers.get(&below) {
            layers.push(layer.clone());
            below = layer.parent();
        }
        (layers, below)
    }

    /// The canonical block at a height above the flat state.
    pub(crate) fn canonical(&self, number: u64) -> Option<B256> {
        self.canonical.get(&number).copied()
    }

    /// The canonical layers above the flat state, oldest first.
    pub(crate) fn canonical_layers(&self) -> Vec<Arc<Layer>> {
        let layer = |hash: &B256| {
            self.layers
                .get(hash)
                .cloned()
                .expect("invariant: a canonical block has a layer")
        };
        self.canonical.values().map(layer).collect()
    }

    /// Number and index of a canonical transaction above the flat state.
    pub(crate) fn transaction(&self, hash: B256) -> Option<(u64, u32)> {
        self.transactions.get(&hash).copied()
    }

    /// Puts layers on top of the canonical chain, oldest first.
    pub(crate) fn adopt(&mut self, layers: &[Arc<Layer>]) {
        for layer in layers {
            let number = layer.record.header().number;
            self.canonical.insert(number, layer.record.hash);
            for (index, hash) in layer.record.transaction_hashes().into_iter().enumerate() {
                self.transactions.insert(hash, (number, index as u32));
            }
            self.head = layer.record.clone();
        }
        self.labels.head = self.head.id();
    }

    /// Takes the canonical blocks above `head` off, which is at or above the flat state.
    pub(crate) fn retreat(&mut self, head: Arc<BlockRecord>) {
        let dropped = self.canonical.split_off(&(head.header().number + 1));
        for layer in dropped.values().filter_map(|hash| self.layers.get(hash)) {
            for hash in layer.record.transaction_hashes() {
                self.transactions.remove(&hash);
            }
        }
        self.labels.head = head.id();
        self.head = head;
    }

    /// The flat state was unwound to a block below what was canonical in memory, which is the head now.
    pub(crate) fn retreat_below_flat(&mut self, head: Arc<BlockRecord>) {
        self.flat = head.id();
        self.canonical.clear();
        self.transactions.clear();
        self.retreat(head);
    }

    /// The flat state moved to `flat`, by a commit of the canonical chain. Keeps the layers
    /// that `keep` names.
    pub(crate) fn rebase(&mut self, flat: BlockNumHash, keep: impl Fn(&Layer) -> bool) {
        self.flat = flat;
        self.layers.retain(|_, layer| keep(layer));
        self.canonical.retain(|number, _| *number > flat.number);
        self.transactions.retain(|_, (number, _)| *number > flat.number);
    }
}
