//! Moving the committed state: forward to the head in batches, back to an ancestor of it.

use super::{Inner, Writer};
use crate::{
    BlockRecord, Error,
    store::{Batch, Meta},
    tree::Layer,
};
use alloy_eips::BlockNumHash;
use alloy_primitives::B256;
use std::sync::Arc;

/// Blocks in memory beyond which even those that could still become canonical are put away.
const LAYERS_MAX: usize = 512;

/// Blocks that are unwound in one transaction of the database.
const UNWIND_BATCH_BLOCKS: u64 = 1024;

impl Inner {
    /// Commits if enough blocks wait.
    pub(super) fn commit_if_due(&self, writer: &Writer) -> Result<(), Error> {
        let (waiting_blocks, layers) = {
            let tree = self.shared.tree.read();
            (tree.labels.head.number - tree.flat.number, tree.len())
        };
        if waiting_blocks >= writer.commit_interval_blocks || layers >= LAYERS_MAX {
            self.commit(writer)?;
        }
        Ok(())
    }

    /// Moves the flat state to the head, and gives the database everything that is in memory: after it, nothing before the
    /// journal's end needs to be executed again. Layers above the head stay, as they may be adopted next.
    pub(super) fn commit(&self, writer: &Writer) -> Result<(), Error> {
        if !writer.open {
            return Ok(());
        }
        let (layers, canonical, meta) = {
            let tree = self.shared.tree.read();
            let layers: Vec<_> = tree.layers().cloned().collect();
            let meta = self.meta(tree.labels.head, &tree.labels);
            if layers.is_empty() && self.store_meta()? == Some(meta) {
                return Ok(());
            }
            (layers, tree.canonical_layers(), meta)
        };
        self.journal.sync()?;
        self.blob_journal.sync()?;
        let batch = self.shared.store.batch()?;
        for layer in &layers {
            put_layer(&batch, layer)?;
        }
        for layer in &canonical {
            let BlockNumHash { number, hash } = layer.record.id();
            batch.apply(number, &layer.changes)?;
            batch.adopt(number, hash, &layer.record.transaction_hashes())?;
        }
        batch.put_meta(&meta)?;
        self.publish_commit(batch, meta.flat)?;
        self.shared.store.sync()
    }

    fn publish_commit(&self, batch: Batch, flat: BlockNumHash) -> Result<(), Error> {
        let mut tree = self.shared.tree.write();
        batch.commit()?;
        let above: std::collections::HashSet<B256> = tree
            .layers()
            .filter(|layer| layer.record.header().number > flat.number)
            .map(|layer| layer.record.hash)
            .filter(|hash| {
                tree.lineage(*hash)
                    .0
                    .iter()
                    .any(|layer| layer.record.header().parent_hash == flat.hash)
            })
            .collect();
        let keep_some = above.len() < LAYERS_MAX;
        tree.rebase(flat, |layer| keep_some && above.contains(&layer.record.hash));
        self.shared.nodes.write().clear();
        Ok(())
    }

    /// Moves the flat state back to an ancestor of its block, which becomes the head, and forgets the labels above it.
    pub(super) fn unwind(&self, _: &Writer, ancestor: BlockNumHash) -> Result<(), Error> {
        loop {
            let flat = self.shared.tree.read().flat;
            if flat.number <= ancestor.number {
                return Ok(());
            }
            let to = ancestor.number.max(flat.number.saturating_sub(UNWIND_BATCH_BLOCKS));
            self.unwind_to(flat, to)?;
        }
    }

    fn unwind_to(&self, flat: BlockNumHash, to: u64) -> Result<(), Error> {
        let batch = self.shared.store.batch()?;
        let mut hash = flat.hash;
        for number in (to + 1..=flat.number).rev() {
            let record = self.known_record(hash)?;
            batch.unwind(number)?;
            batch.abandon(number, &record.transaction_hashes())?;
            hash = record.header().parent_hash;
        }
        let head = self.known_record(hash)?;
        let mut tree = self.shared.tree.write();
        let mut meta = self.store_meta()?.ok_or(Error::Damaged {
            what: "the meta record",
        })?;
        meta.flat = head.id();
        batch.put_meta(&meta)?;
        batch.commit()?;
        tree.retreat_below_flat(head);
        drop(tree);
        self.shared.store.sync()
    }

    fn store_meta(&self) -> Result<Option<Meta>, Error> {
        self.shared.store.snapshot()?.meta(self.shared.store.datadir())
    }

    fn meta(&self, flat: BlockNumHash, labels: &crate::Labels) -> Meta {
        Meta {
            chain_id: self.spec.chain_id,
            genesis_hash: self.genesis.hash,
            flat,
            labels: *labels,
            checkpoint: self.journal.end(),
            blob_checkpoint: self.blob_journal.end(),
        }
    }

    /// The record of a block that must be known.
    pub(super) fn known_record(&self, hash: B256) -> Result<Arc<BlockRecord>, Error> {
        self.record(hash)?.ok_or(Error::Damaged {
            what: "a missing block",
        })
    }
}

fn put_layer(batch: &Batch, layer: &Layer) -> Result<(), Error> {
    let record = &layer.record;
    batch.put_block(record.hash, record.header(), layer.span)?;
    for node in &layer.nodes {
        batch.put_node(node.owner, &node.path, node.hash, &node.rlp)?;
    }
    for (hash, code) in &layer.changes.code {
        batch.put_code(*hash, code)?;
    }
    match layer.blobs {
        Some(span) => batch.put_blobs(record.hash, span),
        None => Ok(()),
    }
}
