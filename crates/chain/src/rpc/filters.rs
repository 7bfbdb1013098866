//! Filters that a client polls: what happened since it asked last. Who can keep a connection open subscribes instead.

use crate::{ChainEvent, rpc::RpcError};
use alloy_primitives::{B256, U64};
use alloy_rpc_types_eth::Filter;
use parking_lot::Mutex;
use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::broadcast::{Receiver, error::TryRecvError};

/// How long a filter lives without being asked, as in geth.
const IDLE_MAX: Duration = Duration::from_secs(300);
/// Filters of one server; a new one takes the place of the one that was not asked for the longest time.
pub(super) const FILTERS_MAX: usize = 1_024;

/// What a filter waits for, and where it hears of it.
pub(super) enum Kind {
    /// Hashes of new blocks.
    Blocks(Receiver<ChainEvent>),
    /// Logs.
    Logs(Box<Filter>, Receiver<ChainEvent>),
    /// Hashes of transactions that wait.
    Pending(Receiver<B256>),
}

struct Entry {
    kind: Kind,
    asked_at: Instant,
}

/// The filters of one server. Clones share them.
#[derive(Clone, Default)]
pub struct Filters {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Names that nobody can guess, so that nobody takes away what another waits for.
    names: RandomState,
    entries: Mutex<(u64, HashMap<U64, Entry>)>,
}

impl std::fmt::Debug for Filters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Filters").finish_non_exhaustive()
    }
}

impl Filters {
    /// Begins to listen; answers with the filter's name.
    pub(super) fn install(&self, kind: Kind) -> U64 {
        let now = Instant::now();
        let mut guard = self.shared.entries.lock();
        let (count, entries) = &mut *guard;
        entries.retain(|_, entry| now - entry.asked_at < IDLE_MAX);
        if entries.len() >= FILTERS_MAX {
            let oldest = entries
                .iter()
                .min_by_key(|(_, entry)| entry.asked_at)
                .map(|(id, _)| *id);
            oldest.and_then(|id| entries.remove(&id));
        }
        *count += 1;
        let id = U64::from(self.shared.names.hash_one(*count));
        entries.insert(id, Entry { kind, asked_at: now });
        id
    }

    /// Whether there was such a filter.
    pub(super) fn uninstall(&self, id: U64) -> bool {
        self.shared.entries.lock().1.remove(&id).is_some()
    }

    /// Asks a filter.
    pub(super) fn with<T>(&self, id: U64, work: impl FnOnce(&mut Kind) -> Result<T, RpcError>) -> Result<T, RpcError> {
        let mut entries = self.shared.entries.lock();
        let entry = entries
            .1
            .get_mut(&id)
            .filter(|entry| entry.asked_at.elapsed() < IDLE_MAX);
        let entry = entry.ok_or_else(|| RpcError::Execution("filter not found".into()))?;
        entry.asked_at = Instant::now();
        work(&mut entry.kind)
    }
}

/// Everything that a receiver holds. What it lost because nobody asked for too long is gone.
pub(super) fn drain<T: Clone>(receiver: &mut Receiver<T>) -> Vec<T> {
    let mut all = Vec::new();
    loop {
        match receiver.try_recv() {
            Ok(item) => all.push(item),
            Err(TryRecvError::Lagged(_)) => {}
            Err(TryRecvError::Empty | TryRecvError::Closed) => return all,
        }
    }
}
