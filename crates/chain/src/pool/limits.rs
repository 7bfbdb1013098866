//! How much the pool holds.

/// Transactions in the pool, all senders together. About 2 kB each: 20 MB when full.
pub const TRANSACTIONS_MAX: usize = 10_000;
/// Transactions of one sender.
pub const SENDER_TRANSACTIONS_MAX: usize = 1_024;
/// Bytes of all transactions, without blobs.
pub const BYTES_MAX: usize = 64 * 1024 * 1024;
/// Bytes of one transaction without its blobs: geth's limit, which wallets know.
pub const TRANSACTION_BYTES_MAX: usize = 128 * 1024;
/// How far ahead of the account a nonce may lie.
pub const NONCE_GAP_MAX: u64 = 1_024;
/// By how much a replacement must raise every fee it pays.
pub const PRICE_BUMP_PERCENT: u64 = 10;
/// By how much the replacement of a blob transaction must raise every fee it pays.
pub const BLOB_PRICE_BUMP_PERCENT: u64 = 100;
/// Blob transactions in the pool: 6 blobs of 131,072 bytes with proofs each, so about 100 MB when full.
pub const BLOB_TRANSACTIONS_MAX: usize = 128;
/// New pending hashes that a slow subscriber may lag behind.
pub const SUBSCRIPTION_LAG_MAX: usize = 4_096;

/// What an operator may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolLimits {
    /// Transactions in the pool, all senders together.
    pub transactions_max: usize,
    /// Transactions of one sender.
    pub sender_transactions_max: usize,
    /// Bytes of all transactions, without blobs.
    pub bytes_max: usize,
    /// The least tip in wei that the pool takes.
    pub tip_min_wei: u128,
}

impl Default for PoolLimits {
    fn default() -> Self {
        Self {
            transactions_max: TRANSACTIONS_MAX,
            sender_transactions_max: SENDER_TRANSACTIONS_MAX,
            bytes_max: BYTES_MAX,
            tip_min_wei: 0,
        }
    }
}
