//! Blocks that the consensus layer derived: built once, and kept.

use super::{Chain, Inner};
use crate::{BlockRecord, DerivedVerdict, Error};
use alloy_consensus::transaction::Recovered;
use alloy_primitives::B256;
use execute::{BuildOptions, InvalidBlock, NoCandidates, Parent, Verdict, build_block};
use protocol::{PayloadAttributes, RecoveredTransaction, Transaction};
use rayon::prelude::*;
use std::sync::Arc;

impl Chain {
    /// Builds the block that the attributes say, with nothing of the pool, and keeps it as an imported one is kept. The labels do
    /// not move.
    ///
    /// It is executed once and not synced to the disk: whoever derived it can derive it again. Its bytes are in the journal
    /// when this returns, so that only a power cut can take it.
    pub fn build_derived(&self, parent_hash: B256, attributes: &PayloadAttributes) -> Result<DerivedVerdict, Error> {
        self.inner.build_derived(parent_hash, attributes)
    }

    /// The transactions that attributes force on a block, with their senders.
    pub(crate) fn forced_transactions(
        &self,
        attributes: &PayloadAttributes,
    ) -> Result<Vec<RecoveredTransaction>, InvalidBlock> {
        self.inner.forced_transactions(attributes)
    }
}

impl Inner {
    fn forced_transactions(&self, attributes: &PayloadAttributes) -> Result<Vec<RecoveredTransaction>, InvalidBlock> {
        let recovered = |bytes: &[u8]| {
            let transaction = Transaction::decode(bytes).ok()?;
            let sender = self.senders.sender(&transaction)?;
            Some(Recovered::new_unchecked(transaction, sender))
        };
        attributes
            .transactions
            .par_iter()
            .enumerate()
            .map(|(index, bytes)| recovered(bytes).ok_or(InvalidBlock::UnreadableTransaction { index }))
            .collect()
    }

    fn build_derived(&self, parent_hash: B256, attributes: &PayloadAttributes) -> Result<DerivedVerdict, Error> {
        // Before the lock, as in an import.
        let forced = match self.forced_transactions(attributes) {
            Ok(forced) => forced,
            Err(broken) => return Ok(DerivedVerdict::invalid(&broken)),
        };
        let writer = self.writer.lock();
        let Some(parent) = self.shared.state_at(parent_hash)? else {
            return Ok(DerivedVerdict::UnknownParent);
        };
        let on = Parent {
            header: parent.header(),
            hash: parent_hash,
            state: &parent,
            nodes: &parent,
        };
        let options = BuildOptions::default();
        let built = build_block(&self.spec, on, attributes, &forced, &mut NoCandidates, &options);
        let built = match built.map_err(|error| Error::Execution(error.into()))? {
            Verdict::Valid(built) => built,
            Verdict::Invalid(broken) => return Ok(DerivedVerdict::invalid(&broken)),
        };
        let record = Arc::new(BlockRecord {
            hash: built.hash,
            block: built.block,
            senders: built.senders,
            receipts: built.executed.outcome.receipts,
        });
        if self.header(record.hash)?.is_none() {
            self.keep(
                record.clone(),
                built.executed.outcome.changes,
                built.executed.trie.nodes,
            )?;
            self.commit_if_due(&writer)?;
        }
        Ok(DerivedVerdict::Built(record))
    }
}
