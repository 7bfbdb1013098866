//! Limits of talking to an L1 node.

use core::time::Duration;

/// How one L1 JSON-RPC endpoint is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RpcConfig {
    /// How long one request may take.
    pub request_timeout: Duration,
    /// How often a request that failed for a passing reason is repeated before the caller hears of it.
    pub retries_max: u32,
    /// The wait before the first repetition; it doubles with each one.
    pub backoff_first: Duration,
    /// The longest wait between repetitions.
    pub backoff_max: Duration,
    /// Requests under way at a time (`--l1.max-concurrency`).
    pub requests_concurrent_max: usize,
    /// Requests a second; none is no limit.
    pub requests_per_second_max: Option<u32>,
    /// Calls in one JSON-RPC batch (`--l1.rpc-max-batch-size`).
    pub batch_calls_max: usize,
    /// Blocks, and as many blocks' receipts, kept in memory (`--l1.cache-size`).
    pub blocks_cached_max: usize,
    /// Believe the endpoint without checking hashes and roots (`--l1.trustrpc`).
    pub trust_rpc: bool,
}

impl Default for RpcConfig {
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_secs(10),
            retries_max: 4,
            backoff_first: Duration::from_millis(100),
            backoff_max: Duration::from_secs(3),
            requests_concurrent_max: 10,
            requests_per_second_max: None,
            batch_calls_max: 20,
            blocks_cached_max: 128,
            trust_rpc: false,
        }
    }
}

impl RpcConfig {
    /// The wait before repetition number `retry` (from 0).
    pub(crate) fn backoff(&self, retry: u32) -> Duration {
        self.backoff_first
            .saturating_mul(2u32.saturating_pow(retry))
            .min(self.backoff_max)
    }
}
