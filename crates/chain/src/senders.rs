//! Senders of transactions: recovered once, at the pool's door or at import, in parallel.

use crate::{Secp256k1, cache::Cache};
use alloy_primitives::{Address, B256};
use protocol::Transaction;
use rayon::prelude::*;

/// Senders that are remembered: what a full pool and a few blocks hold.
const SENDERS_MAX: usize = 16 * 1024;

/// Recovery of senders with a cache, shared by the pool and by import.
#[derive(Debug)]
pub struct SenderCache {
    senders: Cache<B256, Address>,
}

impl SenderCache {
    pub(crate) fn new() -> Self {
        Self {
            senders: Cache::new(SENDERS_MAX),
        }
    }

    /// Who sent a transaction; `None` if no key made its signature.
    pub fn sender(&self, transaction: &Transaction) -> Option<Address> {
        if transaction.is_deposit() {
            return transaction.signer(&Secp256k1);
        }
        let hash = transaction.hash();
        if let Some(sender) = self.senders.get(&hash) {
            return Some(sender);
        }
        let sender = transaction.signer(&Secp256k1)?;
        self.senders.put(hash, sender);
        Some(sender)
    }

    /// The senders of a block's transactions, or the index of the first that nobody signed.
    pub fn senders(&self, transactions: &[Transaction]) -> Result<Vec<Address>, usize> {
        transactions
            .par_iter()
            .enumerate()
            .map(|(index, transaction)| self.sender(transaction).ok_or(index))
            .collect()
    }
}
