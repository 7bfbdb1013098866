//! The transactions of one sender, by nonce.

use super::Pooled;
use alloy_primitives::U256;
use std::{collections::BTreeMap, sync::Arc};

/// What waits of one sender.
#[derive(Debug, Clone, Default)]
pub(super) struct SenderQueue {
    /// The account's nonce at the head.
    pub(super) nonce: u64,
    /// The account's balance at the head in wei.
    pub(super) balance_wei: U256,
    /// The transactions by nonce; none is under the account's.
    pub(super) transactions: BTreeMap<u64, Arc<Pooled>>,
}

impl SenderQueue {
    /// What can be executed now, in order: nonces without a gap from the account's on, as far as the balance reaches.
    pub(super) fn pending(&self) -> impl Iterator<Item = &Arc<Pooled>> {
        let mut left = self.balance_wei;
        self.transactions
            .values()
            .zip(self.nonce..)
            .map_while(move |(pooled, nonce)| {
                left = left.checked_sub(pooled.cost_wei)?;
                (pooled.nonce() == nonce).then_some(pooled)
            })
    }

    /// What has to wait for an earlier transaction, or for money.
    pub(super) fn queued(&self) -> impl Iterator<Item = &Arc<Pooled>> {
        self.transactions.values().skip(self.pending().count())
    }

    /// The nonce after the last that can be executed now.
    pub(super) fn next_nonce(&self) -> u64 {
        self.nonce.saturating_add(self.pending().count() as u64)
    }

    /// Takes the account as it is now, and gives back what it has outgrown.
    pub(super) fn update(&mut self, nonce: u64, balance_wei: U256) -> Vec<Arc<Pooled>> {
        self.nonce = nonce;
        self.balance_wei = balance_wei;
        let kept = self.transactions.split_off(&nonce);
        std::mem::replace(&mut self.transactions, kept).into_values().collect()
    }
}
