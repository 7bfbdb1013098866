//! What is in the pool: the book-keeping under its lock.

use super::{Best, PoolError, PoolLimits, Pooled, limits, sender::SenderQueue};
use alloy_primitives::{
    Address, B256, U256,
    map::{AddressMap, B256Map},
};
use std::{collections::BTreeMap, sync::Arc};

/// The transactions of all senders, and their sums.
#[derive(Debug, Default)]
pub(super) struct Contents {
    senders: AddressMap<SenderQueue>,
    by_hash: B256Map<Arc<Pooled>>,
    bytes: usize,
    blob_transactions: usize,
    arrivals: u64,
}

/// Transactions of each sender by nonce, as `txpool_content` shows them.
pub type ByNonce = BTreeMap<Address, BTreeMap<u64, Arc<Pooled>>>;

/// All of the pool, split as `txpool_content` does.
#[derive(Debug, Clone, Default)]
pub struct PoolContent {
    /// What a block could take now.
    pub pending: ByNonce,
    /// What waits for an earlier nonce or for money.
    pub queued: ByNonce,
}

/// How many transactions wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PoolStatus {
    /// What a block could take now.
    pub pending: usize,
    /// What waits for an earlier nonce or for money.
    pub queued: usize,
}

impl Contents {
    pub(super) fn get(&self, hash: &B256) -> Option<&Arc<Pooled>> {
        self.by_hash.get(hash)
    }

    /// The number that the next transaction to arrive carries.
    pub(super) fn next_arrival(&mut self) -> u64 {
        self.arrivals += 1;
        self.arrivals
    }

    /// Takes a transaction, in place of another of its nonce if there is one. What had to leave comes back.
    pub(super) fn insert(
        &mut self,
        pooled: Arc<Pooled>,
        account: (u64, U256),
        limits: &PoolLimits,
    ) -> Result<(), PoolError> {
        if self.by_hash.contains_key(&pooled.hash()) {
            return Err(PoolError::AlreadyKnown);
        }
        let replaced = self.replaced_by(&pooled)?;
        if replaced.is_none() {
            self.make_room(&pooled, limits)?;
        }
        if let Some(replaced) = replaced {
            self.remove(&replaced);
        }
        let queue = self.senders.entry(pooled.sender()).or_default();
        (queue.nonce, queue.balance_wei) = account;
        queue.transactions.insert(pooled.nonce(), Arc::clone(&pooled));
        self.bytes += pooled.size_bytes;
        self.blob_transactions += usize::from(pooled.is_blob());
        self.by_hash.insert(pooled.hash(), pooled);
        Ok(())
    }

    fn replaced_by(&self, pooled: &Pooled) -> Result<Option<B256>, PoolError> {
        let queue = self.senders.get(&pooled.sender());
        let Some(other) = queue.and_then(|queue| queue.transactions.get(&pooled.nonce())) else {
            return Ok(None);
        };
        let (replaced, price_bump_percent) = (other.hash(), other.price_bump_percent());
        if !pooled.outbids(other) {
            return Err(PoolError::ReplacementUnderpriced {
                price_bump_percent,
                replaced,
            });
        }
        Ok(Some(replaced))
    }

    fn make_room(&mut self, pooled: &Pooled, limits: &PoolLimits) -> Result<(), PoolError> {
        let address = pooled.sender();
        let waiting = self.senders.get(&address).map_or(0, |queue| queue.transactions.len());
        if waiting >= limits.sender_transactions_max {
            return Err(PoolError::AccountLimit {
                address,
                limit: limits.sender_transactions_max,
            });
        }
        while self.is_full_for(pooled, limits) {
            let tip_wei = pooled.tip_cap_wei();
            let Some(cheapest) = self.cheapest(pooled.is_blob()) else {
                return Err(PoolError::Underpriced {
                    tip_wei,
                    minimum_wei: tip_wei.saturating_add(1),
                });
            };
            if cheapest.tip_cap_wei() >= tip_wei || cheapest.sender() == address {
                let minimum_wei = cheapest.tip_cap_wei().saturating_add(1);
                return Err(PoolError::Underpriced { tip_wei, minimum_wei });
            }
            self.remove(&cheapest.hash());
        }
        Ok(())
    }

    fn is_full_for(&self, pooled: &Pooled, limits: &PoolLimits) -> bool {
        self.by_hash.len() >= limits.transactions_max
            || self.bytes + pooled.size_bytes > limits.bytes_max
            || (pooled.is_blob() && self.blob_transactions >= limits::BLOB_TRANSACTIONS_MAX)
    }

    /// The transaction to give up first: the last nonce of the sender whose last nonce offers least.
    fn cheapest(&self, blobs_only: bool) -> Option<Arc<Pooled>> {
        let last = |queue: &SenderQueue| queue.transactions.values().next_back().cloned();
        let candidates = self
            .senders
            .values()
            .filter_map(last)
            .filter(|pooled| !blobs_only || pooled.is_blob());
        candidates.min_by_key(|pooled| (pooled.tip_cap_wei(), std::cmp::Reverse(pooled.arrival)))
    }

    pub(super) fn remove(&mut self, hash: &B256) -> Option<Arc<Pooled>> {
        let pooled = self.by_hash.remove(hash)?;
        self.bytes -= pooled.size_bytes;
        self.blob_transactions -= usize::from(pooled.is_blob());
        let sender = pooled.sender();
        if let Some(queue) = self.senders.get_mut(&sender) {
            queue.transactions.remove(&pooled.nonce());
            if queue.transactions.is_empty() {
                self.senders.remove(&sender);
            }
        }
        Some(pooled)
    }

    /// The senders that have something here.
    pub(super) fn senders(&self) -> Vec<Address> {
        self.senders.keys().copied().collect()
    }

    /// Takes a sender's account as it is now, and drops what it has outgrown.
    pub(super) fn update_sender(&mut self, address: Address, nonce: u64, balance_wei: U256) {
        let Some(queue) = self.senders.get_mut(&address) else {
            return;
        };
        for outgrown in queue.update(nonce, balance_wei) {
            self.by_hash.remove(&outgrown.hash());
            self.bytes -= outgrown.size_bytes;
            self.blob_transactions -= usize::from(outgrown.is_blob());
        }
        if queue.transactions.is_empty() {
            self.senders.remove(&address);
        }
    }

    /// The nonce after everything of the sender that can be executed now.
    pub(super) fn next_nonce(&self, address: &Address) -> Option<u64> {
        self.senders.get(address).map(SenderQueue::next_nonce)
    }

    /// Whether the transaction could be part of a block now.
    pub(super) fn is_pending(&self, pooled: &Pooled) -> bool {
        self.next_nonce(&pooled.sender())
            .is_some_and(|next| pooled.nonce() < next)
    }

    pub(super) fn best(&self, base_fee_wei: u64, blob_base_fee_wei: u128) -> Best {
        let pays = |pooled: &&Arc<Pooled>| pooled.pays(base_fee_wei, blob_base_fee_wei);
        let queues = self
            .senders
            .iter()
            .map(|(sender, queue)| (*sender, queue.pending().take_while(pays).cloned().collect()));
        Best::new(base_fee_wei, queues)
    }

    pub(super) fn content(&self) -> PoolContent {
        let mut content = PoolContent::default();
        for (sender, queue) in &self.senders {
            let by_nonce = |pooled: &Arc<Pooled>| (pooled.nonce(), Arc::clone(pooled));
            let pending: BTreeMap<_, _> = queue.pending().map(by_nonce).collect();
            let queued: BTreeMap<_, _> = queue.queued().map(by_nonce).collect();
            if !pending.is_empty() {
                content.pending.insert(*sender, pending);
            }
            if !queued.is_empty() {
                content.queued.insert(*sender, queued);
            }
        }
        content
    }

    pub(super) fn status(&self) -> PoolStatus {
        let pending = self.senders.values().map(|queue| queue.pending().count()).sum();
        PoolStatus {
            pending,
            queued: self.by_hash.len() - pending,
        }
    }
}
