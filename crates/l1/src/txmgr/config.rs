//! How transactions are sent.

use core::time::Duration;

/// The form in which blobs prove their commitments to L1's nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BlobProofs {
    /// 128 cell proofs a blob (EIP-7594), from Osaka on.
    #[default]
    Cells,
    /// One proof a blob (EIP-4844), before.
    Blob,
}

/// Limits and patience of a [`TxManager`](crate::TxManager).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TxConfig {
    /// Blocks a transaction must be in L1 for, its own included, before it counts as done (`--num-confirmations`).
    pub confirmations: u64,
    /// How often receipts are asked for (`--txmgr.receipt-query-interval`).
    pub receipt_query_interval: Duration,
    /// How long a transaction may wait before it is sent again with higher fees (`--resubmission-timeout`).
    pub resubmission_timeout: Duration,
    /// How long a transaction may take in all; none is for ever (`--txmgr.send-timeout`).
    pub send_timeout: Option<Duration>,
    /// Transactions under way at a time (`--max-pending-tx`).
    pub pending_max: usize,
    /// How often L1 may say that a nonce was used, while no receipt of ours appears, before we believe it
    /// (`--safe-abort-nonce-too-low-count`).
    pub nonce_too_low_max: u32,
    /// The least tip (`--txmgr.min-tip-cap`).
    pub tip_min_wei: u128,
    /// The least base fee to reckon with (`--txmgr.min-basefee`).
    pub base_fee_min_wei: u128,
    /// The least blob base fee to reckon with.
    pub blob_base_fee_min_wei: u128,
    /// Fees may rise to this multiple of what L1 suggests at the time (`--fee-limit-multiplier`) …
    pub fee_limit_multiplier: u128,
    /// … once they are above this (`--txmgr.fee-limit-threshold`).
    pub fee_limit_threshold_wei: u128,
    /// The form of blob proofs that L1 takes.
    pub blob_proofs: BlobProofs,
}

impl Default for TxConfig {
    fn default() -> Self {
        const GWEI: u128 = 1_000_000_000;
        Self {
            confirmations: 10,
            receipt_query_interval: Duration::from_secs(12),
            resubmission_timeout: Duration::from_secs(48),
            send_timeout: None,
            pending_max: 10,
            nonce_too_low_max: 3,
            tip_min_wei: GWEI,
            base_fee_min_wei: GWEI,
            blob_base_fee_min_wei: GWEI,
            fee_limit_multiplier: 5,
            fee_limit_threshold_wei: 100 * GWEI,
            blob_proofs: BlobProofs::Cells,
        }
    }
}

impl TxConfig {
    /// For a development L1 of short slots, where one block is final enough.
    pub fn devnet() -> Self {
        Self {
            confirmations: 1,
            receipt_query_interval: Duration::from_millis(200),
            resubmission_timeout: Duration::from_secs(20),
            base_fee_min_wei: 0,
            blob_base_fee_min_wei: 0,
            ..Self::default()
        }
    }
}
