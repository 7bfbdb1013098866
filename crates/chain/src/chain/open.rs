//! Opening a datadir: the genesis block if it is fresh, and what a crash left to do if it is not.

use super::{Chain, Inner, Parts};
use crate::{
    BlockRecord, Config, Error, GenesisBlock, Labels, genesis_block,
    record::JournalEntry,
    sidecars::decode_sidecars,
    state::Shared,
    store::{Batch, Journal, Meta, Span, Store},
    tree::Tree,
};
use alloy_eips::BlockNumHash;
use alloy_primitives::{B256, map::B256Map};
use std::{path::Path, sync::Arc};

pub(super) fn open(config: Config) -> Result<Chain, Error> {
    let genesis = genesis_block(&config.genesis)?;
    if let Some(expected) = config.genesis_hash.filter(|expected| *expected != genesis.hash) {
        return Err(Error::GenesisMismatch {
            computed: genesis.hash,
            expected,
        });
    }
    let (store, meta) = Store::open(&config.datadir)?;
    match meta {
        Some(meta) => reopen(config, genesis, store, meta),
        None => create(config, genesis, store),
    }
}

fn create(config: Config, genesis: GenesisBlock, store: Store) -> Result<Chain, Error> {
    let (journal, _) = open_journal(store.datadir(), "blocks.journal", 0)?;
    let (blob_journal, _) = open_journal(store.datadir(), "blobs.journal", 0)?;
    journal.truncate(0)?;
    blob_journal.truncate(0)?;
    let record = genesis_record(&genesis);
    let span = journal.append(&JournalEntry::encode_block(&record))?;
    journal.sync()?;
    let labels = Labels {
        head: record.id(),
        safe: None,
        finalized: None,
    };
    let meta = Meta {
        chain_id: genesis.spec.chain_id,
        genesis_hash: genesis.hash,
        flat: record.id(),
        labels,
        checkpoint: journal.end(),
        blob_checkpoint: blob_journal.end(),
    };
    let batch = store.batch()?;
    put_genesis(&batch, &genesis, span)?;
    batch.put_meta(&meta)?;
    batch.commit()?;
    store.sync()?;
    let tree = Tree::new(record.clone(), labels);
    let shared = Arc::new(Shared::new(store, tree));
    let inner = Inner::new(Parts {
        config,
        spec: genesis.spec,
        genesis: record,
        shared,
        journal,
        blob_journal,
    });
    inner.writer.lock().open = true;
    Ok(Chain { inner: Arc::new(inner) })
}

fn put_genesis(batch: &Batch, genesis: &GenesisBlock, span: Span) -> Result<(), Error> {
    let header = &genesis.block.header;
    batch.put_block(genesis.hash, header, span)?;
    batch.adopt(header.number, genesis.hash, &[])?;
    batch.apply(header.number, &genesis.changes)?;
    for (hash, code) in &genesis.changes.code {
        batch.put_code(*hash, code)?;
    }
    for node in &genesis.nodes {
        batch.put_node(node.owner, &node.path, node.hash, &node.rlp)?;
    }
    Ok(())
}

fn genesis_record(genesis: &GenesisBlock) -> Arc<BlockRecord> {
    let GenesisBlock { hash, block, .. } = genesis;
    Arc::new(BlockRecord {
        hash: *hash,
        block: block.clone(),
        senders: Vec::new(),
        receipts: Vec::new(),
    })
}

fn open_journal(datadir: &Path, name: &str, checkpoint: u64) -> Result<(Journal, Vec<Span>), Error> {
    Journal::open(&datadir.join(name), checkpoint)
}

fn reopen(config: Config, genesis: GenesisBlock, store: Store, meta: Meta) -> Result<Chain, Error> {
    if (meta.chain_id, meta.genesis_hash) != (genesis.spec.chain_id, genesis.hash) {
        return Err(Error::OtherChain {
            path: config.datadir,
            found_chain_id: meta.chain_id,
            found_genesis: meta.genesis_hash,
            wanted_chain_id: genesis.spec.chain_id,
            wanted_genesis: genesis.hash,
        });
    }
    let (journal, mut spans) = open_journal(store.datadir(), "blocks.journal", meta.checkpoint)?;
    let (blob_journal, blob_spans) = open_journal(store.datadir(), "blobs.journal", meta.blob_checkpoint)?;
    let mut meta = meta;
    if journal.end() < meta.checkpoint {
        meta = repair(&store, &journal, meta)?;
        spans.clear();
    }
    let flat = store.snapshot()?.header(meta.flat.hash)?.ok_or(Error::Damaged {
        what: "the state's block",
    })?;
    let JournalEntry::Block(record) = JournalEntry::decode(&journal.read(flat.span)?)? else {
        return Err(Error::Damaged {
            what: "the state's block",
        });
    };
    let tree = Tree::new(
        Arc::new(*record),
        Labels {
            head: meta.flat,
            ..meta.labels
        },
    );
    let shared = Arc::new(Shared::new(store, tree));
    let record = genesis_record(&genesis);
    let parts = Parts {
        config,
        spec: genesis.spec,
        genesis: record,
        shared,
        journal,
        blob_journal,
    };
    let inner = Inner::new(parts);
    let blobs = inner.index_blobs(&blob_spans)?;
    inner.replay(&spans, &blobs, meta.labels)?;
    inner.writer.lock().open = true;
    Ok(Chain { inner: Arc::new(inner) })
}

impl Inner {
    /// Which blocks the records of the blob journal belong to.
    fn index_blobs(&self, spans: &[Span]) -> Result<B256Map<Span>, Error> {
        let owner = |span: &Span| Ok((decode_sidecars(&self.blob_journal.read(*span)?)?.0, *span));
        spans.iter().map(owner).collect()
    }

    /// Executes the journal's blocks that the database does not know, and moves the labels to where they were last.
    fn replay(&self, spans: &[Span], blobs: &B256Map<Span>, committed: Labels) -> Result<(), Error> {
        let mut labels = committed;
        let mut blocks = 0_usize;
        for span in spans {
            match JournalEntry::decode(&self.journal.read(*span)?)? {
                JournalEntry::Block(record) => {
                    blocks += 1;
                    let blobs = blobs.get(&record.hash).copied();
                    self.restore(*record, *span, blobs)?;
                }
                JournalEntry::Labels(moved) => labels = moved,
            }
        }
        if blocks > 0 {
            tracing::info!(target: "chain", blocks, head = labels.head.number, "executed again what was not committed");
        }
        let route = self
            .route(labels.head.hash)?
            .ok_or(Error::Damaged { what: "a missing head" })?;
        let writer = self.writer.lock();
        self.move_labels(&writer, route, labels)
    }
}

/// The journal lost records that the database had counted on (only a damaged disk or a hand does that): goes back to the
/// newest canonical block that is still there.
fn repair(store: &Store, journal: &Journal, meta: Meta) -> Result<Meta, Error> {
    let snapshot = store.snapshot()?;
    let mut lost = Vec::new();
    let mut id = meta.flat;
    let is_there = |hash: B256| -> Result<_, Error> {
        let indexed = snapshot.header(hash)?.ok_or(Error::Damaged {
            what: "a missing header",
        })?;
        Ok((journal.is_intact(indexed.span)?, indexed))
    };
    loop {
        let (intact, indexed) = is_there(id.hash)?;
        if intact {
            break;
        }
        if id.hash == meta.genesis_hash {
            return Err(Error::Damaged {
                what: "the genesis record",
            });
        }
        lost.push(id);
        id = BlockNumHash {
            number: id.number - 1,
            hash: indexed.header.parent_hash,
        };
    }
    tracing::warn!(target: "chain", lost_blocks = lost.len(), head = id.number, "the block journal is shorter than it was");
    let end = snapshot.header(id.hash)?.map_or(0, |indexed| indexed.span.end());
    journal.truncate(end)?;
    let kept = |label: Option<BlockNumHash>| label.filter(|label| label.number <= id.number);
    let labels = Labels {
        head: id,
        safe: kept(meta.labels.safe),
        finalized: kept(meta.labels.finalized),
    };
    let repaired = Meta {
        flat: id,
        labels,
        checkpoint: end,
        ..meta
    };
    let batch = store.batch()?;
    for block in &lost {
        batch.unwind(block.number)?;
    }
    batch.abandon_above(id.number)?;
    batch.delete_blocks_from(end)?;
    batch.put_meta(&repaired)?;
    batch.commit()?;
    store.sync()?;
    Ok(repaired)
}
