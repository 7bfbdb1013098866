//! What can be asked. Nothing here waits for an execution.

use super::{Chain, Inner};
use crate::{
    BlockRecord, Error, Labels, SidecarItem, State, Status, record::JournalEntry, sidecars::decode_sidecars,
    store::Span,
};
use alloy_consensus::Header;
use alloy_eips::{BlockId, BlockNumHash, BlockNumberOrTag};
use alloy_primitives::{Address, B256};
use alloy_rpc_types_eth::{Filter, Log};
use std::sync::Arc;
use trie::AccountProof;

/// Where a canonical transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransactionLocation {
    /// Its block.
    pub block_hash: B256,
    /// The block's number.
    pub block_number: u64,
    /// The transaction's index in the block.
    pub index: usize,
}

impl Chain {
    /// The chain's status.
    pub fn status(&self) -> Status {
        let tree = self.inner.shared.tree.read();
        let Labels { head, safe, finalized } = tree.labels;
        Status {
            chain_id: self.spec().chain_id,
            genesis_hash: self.genesis().hash,
            head,
            head_timestamp: tree.head.header().timestamp,
            safe,
            finalized,
            committed: tree.flat,
            waiting_blocks: tree.len(),
        }
    }

    /// All labels, as of one moment.
    pub fn labels(&self) -> Labels {
        self.inner.labels()
    }

    /// The tip of the canonical chain.
    pub fn head(&self) -> BlockNumHash {
        self.labels().head
    }

    /// The safe block, if one was named.
    pub fn safe(&self) -> Option<BlockNumHash> {
        self.labels().safe
    }

    /// The finalized block, if one was named.
    pub fn finalized(&self) -> Option<BlockNumHash> {
        self.labels().finalized
    }

    /// The head's record.
    pub fn head_record(&self) -> Arc<BlockRecord> {
        self.inner.shared.tree.read().head.clone()
    }

    /// The hash of the block that an RPC names: nothing if there is none. `pending` is the head. A hash is answered if it is
    /// known, canonical or not, unless canonical is asked for.
    pub fn resolve(&self, id: BlockId) -> Result<Option<B256>, Error> {
        match id {
            BlockId::Hash(id) => match self.header(id.block_hash)? {
                Some(header) if id.require_canonical == Some(true) => Ok(self
                    .canonical_hash(header.number)?
                    .filter(|hash| *hash == id.block_hash)),
                known => Ok(known.map(|_| id.block_hash)),
            },
            BlockId::Number(number) => self.resolve_number(number),
        }
    }

    /// As [`Self::resolve`], for a number or tag.
    pub fn resolve_number(&self, number: BlockNumberOrTag) -> Result<Option<B256>, Error> {
        let labels = self.labels();
        match number {
            BlockNumberOrTag::Latest | BlockNumberOrTag::Pending => Ok(Some(labels.head.hash)),
            BlockNumberOrTag::Safe => Ok(labels.safe.map(|label| label.hash)),
            BlockNumberOrTag::Finalized => Ok(labels.finalized.map(|label| label.hash)),
            BlockNumberOrTag::Earliest => Ok(Some(self.genesis().hash)),
            BlockNumberOrTag::Number(number) => self.canonical_hash(number),
        }
    }

    /// The canonical block at a height.
    pub fn canonical_hash(&self, number: u64) -> Result<Option<B256>, Error> {
        self.inner.canonical_hash(number)
    }

    /// Whether a block is canonical.
    pub fn is_canonical(&self, id: BlockNumHash) -> Result<bool, Error> {
        Ok(self.canonical_hash(id.number)? == Some(id.hash))
    }

    /// The header of a known block, canonical or not.
    pub fn header(&self, hash: B256) -> Result<Option<Header>, Error> {
        self.inner.header(hash)
    }

    /// A known block with senders and receipts, canonical or not.
    pub fn record(&self, hash: B256) -> Result<Option<Arc<BlockRecord>>, Error> {
        self.inner.record(hash)
    }

    /// The canonical block at a height, with senders and receipts.
    pub fn record_by_number(&self, number: u64) -> Result<Option<Arc<BlockRecord>>, Error> {
        self.canonical_hash(number)?.map_or(Ok(None), |hash| self.record(hash))
    }

    /// Where a canonical transaction is.
    pub fn transaction(&self, hash: B256) -> Result<Option<TransactionLocation>, Error> {
        let inner = &self.inner;
        let in_memory = inner.shared.tree.read().transaction(hash);
        let found = match in_memory {
            Some(found) => Some(found),
            None => inner.shared.store.snapshot()?.transaction(hash)?,
        };
        let Some((block_number, index)) = found else {
            return Ok(None);
        };
        let block_hash = self.canonical_hash(block_number)?;
        Ok(block_hash.map(|block_hash| TransactionLocation {
            block_hash,
            block_number,
            index: index as usize,
        }))
    }

    /// The logs of a block that match a filter's addresses and topics. The header's bloom is looked at first.
    pub fn logs(&self, block_hash: B256, filter: &Filter) -> Result<Vec<Log>, Error> {
        let Some(header) = self.header(block_hash)? else {
            return Err(Error::UnknownBlock(block_hash));
        };
        if !filter.matches_bloom(header.logs_bloom) {
            return Ok(Vec::new());
        }
        let record = self.inner.known_record(block_hash)?;
        let matching = record.logs().enumerate().filter(|(_, (_, log))| filter.matches(log));
        let located = matching.map(|(log_index, (index, log))| Log {
            inner: log.clone(),
            block_hash: Some(block_hash),
            block_number: Some(header.number),
            block_timestamp: Some(header.timestamp),
            transaction_hash: record.transactions().get(index).map(protocol::Transaction::hash),
            transaction_index: Some(index as u64),
            log_index: Some(log_index as u64),
            removed: false,
        });
        Ok(located.collect())
    }

    /// The state after a known block.
    pub fn state_at(&self, block_hash: B256) -> Result<Option<State>, Error> {
        self.inner.shared.state_at(block_hash)
    }

    /// The proof of an account and of some of its slots (not hashed) after a known block.
    pub fn proof(&self, block_hash: B256, address: Address, slots: &[B256]) -> Result<Option<AccountProof>, Error> {
        let Some(state) = self.state_at(block_hash)? else {
            return Ok(None);
        };
        let proof = trie::prove_account(state.state_root(), address, slots, &state);
        proof.map(Some).map_err(|_| Error::Damaged { what: "the state trie" })
    }

    /// The sidecars of a block's blob transactions, in their order, as far as they went through this node's pool.
    pub fn blobs(&self, block_hash: B256) -> Result<Vec<SidecarItem>, Error> {
        let in_memory = self.inner.shared.tree.read().layer(block_hash).map(|layer| layer.blobs);
        let span = match in_memory {
            Some(span) => span,
            None => self.inner.shared.store.snapshot()?.blobs(block_hash)?,
        };
        let Some(span) = span else { return Ok(Vec::new()) };
        decode_sidecars(&self.inner.blob_journal.read(span)?).map(|(_, items)| items)
    }
}

impl Inner {
    pub(super) fn labels(&self) -> Labels {
        self.shared.tree.read().labels
    }

    pub(super) fn header(&self, hash: B256) -> Result<Option<Header>, Error> {
        if let Some(layer) = self.shared.tree.read().layer(hash) {
            return Ok(Some(layer.record.header().clone()));
        }
        Ok(self
            .shared
            .store
            .snapshot()?
            .header(hash)?
            .map(|indexed| indexed.header))
    }

    pub(super) fn canonical_hash(&self, number: u64) -> Result<Option<B256>, Error> {
        let snapshot = {
            let tree = self.shared.tree.read();
            if number > tree.flat.number {
                return Ok(tree.canonical(number));
            }
            self.shared.store.snapshot()?
        };
        snapshot.canonical(number)
    }

    pub(super) fn record(&self, hash: B256) -> Result<Option<Arc<BlockRecord>>, Error> {
        if let Some(layer) = self.shared.tree.read().layer(hash) {
            return Ok(Some(layer.record.clone()));
        }
        if let Some(record) = self.records.get(&hash) {
            return Ok(Some(record));
        }
        let Some(indexed) = self.shared.store.snapshot()?.header(hash)? else {
            return Ok(None);
        };
        let record = Arc::new(self.read_record(indexed.span)?);
        self.records.put(hash, record.clone());
        Ok(Some(record))
    }

    fn read_record(&self, span: Span) -> Result<BlockRecord, Error> {
        match JournalEntry::decode(&self.journal.read(span)?)? {
            JournalEntry::Block(record) => Ok(*record),
            JournalEntry::Labels(_) => Err(Error::Damaged {
                what: "a block's place in the journal",
            }),
        }
    }
}
