//! Blocks come in: executed, journaled, put on the tree.

use super::{Chain, Inner, InvalidEntry, Writer};
use crate::{
    BlockRecord, Error, ImportVerdict, State, record::JournalEntry, sidecars::encode_sidecars, store::Span, tree::Layer,
};
use alloy_primitives::{Address, B256};
use execute::{ExecutedBlock, Parent, StateChanges, Verdict, verify_block};
use protocol::{Block, BodyFault, check_body};
use std::sync::Arc;
use trie::ChangedNode;

impl Chain {
    /// Executes a block on its parent, which may be any known block, and keeps it if it is valid. The labels do not move.
    pub fn import(&self, block: Block) -> Result<ImportVerdict, Error> {
        let hash = block.header.hash_slow();
        self.inner.import(hash, block)
    }

    /// The sealing gate: as [`Self::import`], for a block of our own builder. Nobody else could give it back to us, so it
    /// is synced to the disk before this returns; only then may anybody see it.
    pub fn import_built(&self, block: Block) -> Result<ImportVerdict, Error> {
        let verdict = self.import(block)?;
        if verdict.is_valid() {
            self.inner.blob_journal.sync()?;
            self.inner.journal.sync()?;
            self.inner.writer.lock().unsynced_label = true;
        }
        Ok(verdict)
    }

    /// Whether a block is known, and so valid.
    pub fn is_known(&self, hash: B256) -> Result<bool, Error> {
        Ok(self.header(hash)?.is_some())
    }
}

impl Inner {
    fn import(&self, hash: B256, block: Block) -> Result<ImportVerdict, Error> {
        if self.header(hash)?.is_some() {
            return Ok(ImportVerdict::Valid);
        }
        // Before the lock: signatures are the largest cost of a block of transfers, and need nobody's leave.
        let senders = self.senders.senders(&block.body.transactions);
        let writer = self.writer.lock();
        if self.header(hash)?.is_some() {
            return Ok(ImportVerdict::Valid);
        }
        if let Some(verdict) = writer.known_invalid(hash, &block) {
            return Ok(verdict);
        }
        let parent_hash = block.header.parent_hash;
        let Some(parent) = self.shared.state_at(parent_hash)? else {
            return Ok(ImportVerdict::UnknownParent);
        };
        // The hash does not cover a body that is not its header's: nothing is remembered under it then.
        if let Err(fault) = self.check_body(&block) {
            let reason = format!("the body is not the header's: {fault:?} differ");
            return Ok(ImportVerdict::Invalid {
                reason,
                latest_valid_hash: Some(parent_hash),
            });
        }
        let verdict = match senders {
            Ok(senders) => self.execute(&parent, hash, block, senders)?,
            Err(index) => Err(format!("nobody signed transaction {index}")),
        };
        match verdict {
            Ok(executed) => {
                self.keep(executed.record, executed.changes, executed.nodes)?;
                self.commit_if_due(&writer)?;
                Ok(ImportVerdict::Valid)
            }
            Err(reason) => Ok(writer.remember_invalid(hash, reason, Some(parent_hash))),
        }
    }

    fn check_body(&self, block: &Block) -> Result<(), BodyFault> {
        let is_state = self.spec.withdrawals_root_is_state(block.header.timestamp);
        check_body(&block.header, &block.body, is_state)
    }

    /// Executes a block on its parent's state. The inner error is the reason why it is invalid.
    fn execute(
        &self,
        parent: &State,
        hash: B256,
        block: Block,
        senders: Vec<Address>,
    ) -> Result<Result<Executed, String>, Error> {
        let on = Parent {
            header: parent.header(),
            hash: block.header.parent_hash,
            state: parent,
            nodes: parent,
        };
        let verdict = verify_block(&self.spec, on, &block, &senders).map_err(|error| Error::Execution(error.into()))?;
        let ExecutedBlock { outcome, trie } = match verdict {
            Verdict::Valid(executed) => executed,
            Verdict::Invalid(broken) => return Ok(Err(broken.to_string())),
        };
        let record = BlockRecord {
            hash,
            block,
            senders,
            receipts: outcome.receipts,
        };
        Ok(Ok(Executed {
            record: Arc::new(record),
            changes: outcome.changes,
            nodes: trie.nodes,
        }))
    }

    /// Journals a block, its sidecars first, and puts it on the tree.
    pub(super) fn keep(
        &self,
        record: Arc<BlockRecord>,
        changes: StateChanges,
        nodes: Vec<ChangedNode>,
    ) -> Result<(), Error> {
        let sidecars = self.sidecars.include(&record);
        let blobs = match sidecars.is_empty() {
            true => None,
            false => Some(self.blob_journal.append(&encode_sidecars(record.hash, &sidecars))?),
        };
        let span = self.journal.append(&JournalEntry::encode_block(&record))?;
        let executed = Executed { record, changes, nodes };
        self.put_on_tree(executed, span, blobs);
        Ok(())
    }

    fn put_on_tree(&self, executed: Executed, span: Span, blobs: Option<Span>) -> Arc<Layer> {
        let Executed { record, changes, nodes } = executed;
        self.shared
            .nodes
            .write()
            .extend(nodes.iter().map(|node| (node.hash, node.rlp.clone())));
        let layer = Arc::new(Layer {
            record,
            span,
            blobs,
            changes,
            nodes,
        });
        self.shared.tree.write().insert(layer.clone());
        layer
    }

    /// Executes a block again that is in the journal but not in memory.
    pub(super) fn restore(&self, record: BlockRecord, span: Span, blobs: Option<Span>) -> Result<Arc<Layer>, Error> {
        let BlockRecord {
            hash, block, senders, ..
        } = record;
        let number = block.header.number;
        let parent = self.shared.state_at(block.header.parent_hash)?;
        let parent = parent.ok_or(Error::Damaged {
            what: "a missing parent",
        })?;
        let executed = self.execute(&parent, hash, block, senders)?;
        let executed = executed.map_err(|reason| {
            tracing::error!(target: "chain", number, %hash, reason, "a block of the journal does not execute");
            Error::NotReproducible { number, hash }
        })?;
        Ok(self.put_on_tree(executed, span, blobs))
    }
}

/// A block that is valid, before it is kept.
struct Executed {
    record: Arc<BlockRecord>,
    changes: StateChanges,
    nodes: Vec<ChangedNode>,
}

impl Writer {
    /// The verdict on a block that was refused before, or whose parent was.
    fn known_invalid(&self, hash: B256, block: &Block) -> Option<ImportVerdict> {
        if let Some(entry) = self.invalid.get(&hash) {
            return Some(entry.into());
        }
        let entry = self.invalid.get(&block.header.parent_hash)?;
        let reason = format!("the parent is invalid: {}", entry.reason);
        Some(self.remember_invalid(hash, reason, entry.latest_valid_hash))
    }

    fn remember_invalid(&self, hash: B256, reason: String, latest_valid_hash: Option<B256>) -> ImportVerdict {
        let entry = InvalidEntry {
            reason,
            latest_valid_hash,
        };
        self.invalid.put(hash, entry.clone());
        entry.into()
    }
}

impl From<InvalidEntry> for ImportVerdict {
    fn from(entry: InvalidEntry) -> Self {
        Self::Invalid {
            reason: entry.reason,
            latest_valid_hash: entry.latest_valid_hash,
        }
    }
}
