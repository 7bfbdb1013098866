//! How beacon APIs are used.

use core::time::Duration;

use crate::Endpoint;

/// The beacon APIs that blobs come from, and their limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BeaconConfig {
    /// The endpoints, in the order in which they are asked: `--l1.beacon`, then `--l1.beacon-fallbacks` (archives).
    pub endpoints: Vec<Endpoint>,
    /// A header that every request carries (`--l1.beacon-header`): name and value.
    pub header: Option<(String, String)>,
    /// The slot duration, instead of the `SECONDS_PER_SLOT` that `config/spec` says (`--l1.beacon.slot-duration-override`).
    pub slot_duration_override: Option<Duration>,
    /// How long one request may take. Six blobs are 1.6 MB of JSON.
    pub request_timeout: Duration,
    /// How often a request that failed for a passing reason is repeated before the next endpoint is asked.
    pub retries_max: u32,
    /// The wait before the first repetition; it doubles with each one.
    pub backoff_first: Duration,
    /// Blobs kept in memory, of 128 KiB each: a derivation that is reset asks again for the last ones.
    pub blobs_cached_max: usize,
}

impl BeaconConfig {
    /// The usual limits with these endpoints.
    pub fn new(endpoints: Vec<Endpoint>) -> Self {
        Self {
            endpoints,
            header: None,
            slot_duration_override: None,
            request_timeout: Duration::from_secs(20),
            retries_max: 2,
            backoff_first: Duration::from_millis(200),
            blobs_cached_max: 128,
        }
    }
}
