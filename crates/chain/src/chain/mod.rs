//! The handle to the chain.
//!
//! *Locks.* `writer` is held by whoever imports, moves labels or commits, for as long as that takes: one at a time. The tree's
//! lock (`Shared::tree`) is held for moments: by readers to find what they want, by the writer to publish what it has done
//! and, while the tree moves to it, for the database's commit (not for its sync). So readers never wait for an execution.
//! Order: `writer`, then `tree`, then `nodes`.

mod commit;
mod derived;
mod fork_choice;
mod import;
mod open;
mod reads;

pub use reads::TransactionLocation;

use crate::{
    BlockRecord, ChainEvent, ChainObserver, Config, EVENTS_LAG_MAX, Error, PayloadJobs, PooledSidecars, SenderCache,
    cache::Cache, state::Shared, store::Journal,
};
use alloy_primitives::B256;
use parking_lot::{Mutex, RwLock};
use protocol::ChainSpec;
use std::sync::{Arc, Weak};
use tokio::sync::broadcast;

/// Block records that are kept for reads, beside those in the tree.
const RECORDS_MAX: usize = 128;

/// Invalid blocks that are remembered, so that their descendants are refused without a look.
const INVALID_BLOCKS_MAX: usize = 512;

/// The execution client. Clones are handles to the same chain; the last one to go commits what is in memory.
#[derive(Clone)]
pub struct Chain {
    inner: Arc<Inner>,
}

struct Inner {
    spec: ChainSpec,
    genesis: Arc<BlockRecord>,
    shared: Arc<Shared>,
    journal: Journal,
    blob_journal: Journal,
    writer: Mutex<Writer>,
    senders: SenderCache,
    sidecars: PooledSidecars,
    records: Cache<B256, Arc<BlockRecord>>,
    events: broadcast::Sender<ChainEvent>,
    observers: Mutex<Vec<Weak<dyn ChainObserver>>>,
    payload_jobs: RwLock<Option<Weak<dyn PayloadJobs>>>,
}

/// What only the writer needs.
struct Writer {
    /// Whether the chain is open. Before, nothing may be committed: the journal's rest is not known yet.
    open: bool,
    commit_interval_blocks: u64,
    invalid: Cache<B256, InvalidEntry>,
    /// Blocks of our own making that the journal has but whose label it has not synced.
    unsynced_label: bool,
}

/// Why a block is invalid, and the newest valid block before it.
#[derive(Debug, Clone)]
struct InvalidEntry {
    reason: String,
    latest_valid_hash: Option<B256>,
}

impl std::fmt::Debug for Chain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chain")
            .field("labels", &self.labels())
            .finish_non_exhaustive()
    }
}

impl Chain {
    /// Opens the datadir; writes the genesis block if there is none, and executes again what a crash left uncommitted.
    pub fn open(config: Config) -> Result<Self, Error> {
        open::open(config)
    }

    /// The rules of this chain.
    pub fn spec(&self) -> &ChainSpec {
        &self.inner.spec
    }

    /// The genesis block.
    pub fn genesis(&self) -> &Arc<BlockRecord> {
        &self.inner.genesis
    }

    /// Recovery of senders, with the cache that import uses.
    pub fn senders(&self) -> &SenderCache {
        &self.inner.senders
    }

    /// The sidecars of pooled transactions.
    pub fn sidecars(&self) -> &PooledSidecars {
        &self.inner.sidecars
    }

    /// Every change of the canonical chain from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<ChainEvent> {
        self.inner.events.subscribe()
    }

    /// Calls `observer` with every change from now on, before the call that caused it returns, for as long as it lives.
    pub fn observe(&self, observer: Weak<dyn ChainObserver>) {
        self.inner.observers.lock().push(observer);
    }

    /// Says who builds payloads. The jobs hold the chain, so the chain does not hold them: the caller keeps them alive.
    pub fn set_payload_jobs(&self, jobs: Weak<dyn PayloadJobs>) {
        *self.inner.payload_jobs.write() = Some(jobs);
    }

    /// Commits the state of the head now. Also done every so many blocks, and when the last handle goes.
    pub fn flush(&self) -> Result<(), Error> {
        let writer = self.inner.writer.lock();
        self.inner.commit(&writer)
    }
}

impl Inner {
    fn new(parts: Parts) -> Self {
        let Parts {
            config,
            spec,
            genesis,
            shared,
            journal,
            blob_journal,
        } = parts;
        let writer = Writer {
            open: false,
            commit_interval_blocks: config.commit_interval_blocks.max(1),
            invalid: Cache::new(INVALID_BLOCKS_MAX),
            unsynced_label: false,
        };
        Self {
            spec,
            genesis,
            shared,
            journal,
            blob_journal,
            writer: Mutex::new(writer),
            senders: SenderCache::new(),
            sidecars: PooledSidecars::new(),
            records: Cache::new(RECORDS_MAX),
            events: broadcast::Sender::new(EVENTS_LAG_MAX),
            observers: Mutex::new(Vec::new()),
            payload_jobs: RwLock::new(None),
        }
    }

    /// Tells observers first, then subscribers.
    fn publish(&self, event: ChainEvent) {
        let observers = {
            let mut observers = self.observers.lock();
            observers.retain(|observer| observer.strong_count() > 0);
            observers.clone()
        };
        for observer in observers.iter().filter_map(Weak::upgrade) {
            observer.on_event(&event);
        }
        // Nobody listening is fine.
        self.events.send(event).ok();
    }
}

/// What [`open`] found, for [`Inner::new`].
struct Parts {
    config: Config,
    spec: ChainSpec,
    genesis: Arc<BlockRecord>,
    shared: Arc<Shared>,
    journal: Journal,
    blob_journal: Journal,
}

impl Drop for Inner {
    fn drop(&mut self) {
        let writer = self.writer.lock();
        if let Err(error) = self.commit(&writer) {
            tracing::error!(target: "chain", %error, "the last commit failed; the blocks will be executed again");
        }
    }
}
