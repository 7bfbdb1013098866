//! Transactions under way, by nonce.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use alloy_primitives::{B256, Bytes};
use tokio::sync::Notify;

use super::{Fees, Lane, payload::Payload};

/// A transaction that L1 may have: one payload, and every version of it that was sent.
#[derive(Clone, Debug)]
pub(super) struct Outstanding {
    pub(super) payload: Payload,
    /// The fees of the last version.
    pub(super) fees: Fees,
    /// The last version.
    pub(super) raw: Bytes,
    /// The hashes of all versions, oldest first: any of them may be mined.
    pub(super) hashes: Vec<B256>,
    /// Whether somebody waits for it. What nobody waits for is still looked after: it blocks the nonces above it.
    pub(super) awaited: bool,
}

impl Outstanding {
    pub(super) fn hash(&self) -> B256 {
        self.hashes.last().copied().unwrap_or_default()
    }
}

/// The table of them.
#[derive(Debug, Default)]
pub(super) struct Table {
    by_nonce: Mutex<BTreeMap<u64, Outstanding>>,
    removed: Notify,
}

impl Table {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Outstanding>> {
        self.by_nonce.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn insert(&self, nonce: u64, outstanding: Outstanding) {
        self.lock().insert(nonce, outstanding);
    }

    pub(super) fn get(&self, nonce: u64) -> Option<Outstanding> {
        self.lock().get(&nonce).cloned()
    }

    /// Adds a version to what is under way.
    pub(super) fn replace(&self, nonce: u64, fees: Fees, hash: B256, raw: Bytes) {
        if let Some(outstanding) = self.lock().get_mut(&nonce) {
            outstanding.fees = fees;
            outstanding.raw = raw;
            outstanding.hashes.push(hash);
        }
    }

    pub(super) fn remove(&self, nonce: u64) {
        self.lock().remove(&nonce);
        self.removed.notify_waiters();
    }

    /// Forgets what nobody waits for below `nonce`: the chain has it.
    pub(super) fn remove_orphans_below(&self, nonce: u64) {
        self.lock()
            .retain(|at, outstanding| outstanding.awaited || *at >= nonce);
        self.removed.notify_waiters();
    }

    pub(super) fn mark_awaited(&self, nonce: u64) {
        if let Some(outstanding) = self.lock().get_mut(&nonce) {
            outstanding.awaited = true;
        }
    }

    pub(super) fn abandon(&self, nonce: u64) {
        if let Some(outstanding) = self.lock().get_mut(&nonce) {
            outstanding.awaited = false;
        }
    }

    /// The nonces that nobody waits for.
    pub(super) fn orphans(&self) -> Vec<u64> {
        self.lock()
            .iter()
            .filter(|(_, outstanding)| !outstanding.awaited)
            .map(|(nonce, _)| *nonce)
            .collect()
    }

    /// Whether something of a lane is under way from `nonce` on: the pool holds what the chain does not.
    pub(super) fn holds_lane_from(&self, lane: Lane, nonce: u64) -> bool {
        self.lock()
            .range(nonce..)
            .any(|(_, outstanding)| outstanding.payload.lane() == lane)
    }

    /// The nonce after the highest one under way.
    pub(super) fn next_nonce(&self) -> Option<u64> {
        self.lock().last_key_value().map(|(nonce, _)| nonce + 1)
    }

    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Waits until something is removed.
    pub(super) async fn removed(&self) {
        self.removed.notified().await;
    }
}
