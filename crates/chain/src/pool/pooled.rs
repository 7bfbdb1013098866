//! A transaction as the pool keeps it, and the order of two of them.

use alloy_consensus::Transaction as _;
use alloy_eips::{Encodable2718, Typed2718};
use alloy_primitives::{Address, B256, U256};
use protocol::{RecoveredTransaction, Transaction};

/// A transaction that passed the pool's door. Blobs are kept by the chain, by the transaction's hash.
#[derive(Debug, Clone)]
pub struct Pooled {
    /// The transaction with its sender, recovered once.
    pub transaction: RecoveredTransaction,
    /// Its length in bytes as a block holds it.
    pub size_bytes: usize,
    /// The most it may take from its sender in wei: value, gas, blob gas, and on an L2 the L1 and operator fees as they
    /// were at admission.
    pub cost_wei: U256,
    /// The order of arrival; an older transaction goes first among equals.
    pub arrival: u64,
}

impl Pooled {
    /// The transaction without its sender.
    pub fn inner(&self) -> &Transaction {
        self.transaction.inner()
    }

    /// The transaction's hash.
    pub fn hash(&self) -> B256 {
        self.inner().hash()
    }

    /// Who sent it.
    pub fn sender(&self) -> Address {
        self.transaction.signer()
    }

    /// Its nonce.
    pub fn nonce(&self) -> u64 {
        self.inner().nonce()
    }

    /// Whether it carries blobs.
    pub fn is_blob(&self) -> bool {
        self.inner().is_eip4844()
    }

    /// What the block's producer earns per gas at this base fee, or nothing if it does not pay the base fee.
    pub fn effective_tip_wei(&self, base_fee_wei: u64) -> Option<u128> {
        self.inner().effective_tip_per_gas(base_fee_wei)
    }

    /// Whether the base fee and the blob base fee are covered.
    pub fn pays(&self, base_fee_wei: u64, blob_base_fee_wei: u128) -> bool {
        let blob_fee = self.inner().max_fee_per_blob_gas();
        self.inner().max_fee_per_gas() >= u128::from(base_fee_wei)
            && blob_fee.is_none_or(|fee| fee >= blob_base_fee_wei)
    }

    /// The most it offers the block's producer, whatever the base fee.
    pub fn tip_cap_wei(&self) -> u128 {
        self.inner()
            .max_priority_fee_per_gas()
            .unwrap_or_else(|| self.inner().max_fee_per_gas())
    }

    /// Whether it offers enough more than another of the same nonce to take its place.
    pub fn outbids(&self, other: &Self) -> bool {
        let percent = other.price_bump_percent();
        let raised =
            |old: u128, new: u128| new >= old.saturating_add(old.saturating_mul(u128::from(percent)).div_ceil(100));
        let blob_fee = |tx: &Self| tx.inner().max_fee_per_blob_gas().unwrap_or_default();
        raised(other.inner().max_fee_per_gas(), self.inner().max_fee_per_gas())
            && raised(other.tip_cap_wei(), self.tip_cap_wei())
            && (!self.is_blob() || raised(blob_fee(other), blob_fee(self)))
    }

    /// By how much a replacement of this transaction must raise the fees.
    pub fn price_bump_percent(&self) -> u64 {
        if self.is_blob() {
            super::limits::BLOB_PRICE_BUMP_PERCENT
        } else {
            super::limits::PRICE_BUMP_PERCENT
        }
    }

    /// The length in bytes of a transaction as a block holds it.
    pub(crate) fn length(transaction: &Transaction) -> usize {
        transaction.encode_2718_len()
    }
}
