//! Blobs from beacon APIs: found wherever they are kept, believed only if they match their versioned hash.

mod api;
mod config;
mod fault;
mod json;
mod search;
mod slot;

use std::sync::Arc;

use alloy_eips::eip4844::Blob;
use alloy_primitives::B256;
use protocol::BlockRef;
use tokio::sync::OnceCell;
use tracing::warn;

pub use config::BeaconConfig;
pub use fault::BlobFault;
pub use slot::SlotClock;

use self::{api::BeaconApi, search::Search};
use crate::{Endpoint, Error, cache::Cache, http};

/// Fetches the blobs of L1 blocks from one or more beacon APIs.
///
/// Cheap to clone; clones share connections and the cache.
#[derive(Clone, Debug)]
pub struct BeaconClient {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    config: BeaconConfig,
    apis: Vec<BeaconApi>,
    clock: OnceCell<SlotClock>,
    blobs: Cache<Blob>,
}

impl BeaconClient {
    /// A client of the configured endpoints. Nothing is sent yet.
    pub fn new(config: BeaconConfig) -> Result<Self, Error> {
        let client = http::client()?;
        let apis = config
            .endpoints
            .iter()
            .map(|endpoint| BeaconApi::new(endpoint.clone(), client.clone(), &config))
            .collect();
        let blobs = Cache::new(config.blobs_cached_max);
        Ok(Self {
            shared: Arc::new(Shared {
                config,
                apis,
                clock: OnceCell::new(),
                blobs,
            }),
        })
    }

    /// Where it connects to, in the order in which they are asked.
    pub fn endpoints(&self) -> impl Iterator<Item = &Endpoint> {
        self.shared.apis.iter().map(|api| &api.endpoint)
    }

    /// How slots follow from L1 blocks: asked of the endpoints once, then known. Also the check that one of them answers.
    pub async fn slot_clock(&self) -> Result<SlotClock, Error> {
        self.shared
            .clock
            .get_or_try_init(|| self.ask_slot_clock())
            .await
            .copied()
    }

    /// The blobs with these versioned hashes that `block` carries, in the order of the hashes.
    ///
    /// Each endpoint is asked for what the ones before it could not give. [`Error::BlobUnavailable`] names a blob that is still
    /// missing then, its slot and the last endpoint.
    pub async fn blobs(&self, block: &BlockRef, versioned_hashes: &[B256]) -> Result<Vec<Arc<Blob>>, Error> {
        let mut search = Search::new(versioned_hashes, |hash| self.shared.blobs.get(hash));
        if search.is_complete() {
            return Ok(search.into_blobs());
        }
        let slot = self.slot_of(block).await?;
        for api in &self.shared.apis {
            search.ask(api, slot).await;
            if search.is_complete() {
                return Ok(self.keep(search));
            }
            warn!(target: "l1", endpoint = %api.endpoint, slot, block = block.number, "beacon API does not have all blobs");
        }
        Err(search.into_error(block.number, slot))
    }

    fn keep(&self, search: Search) -> Vec<Arc<Blob>> {
        for (hash, blob) in search.fetched() {
            self.shared.blobs.put_shared(hash, blob);
        }
        search.into_blobs()
    }

    async fn slot_of(&self, block: &BlockRef) -> Result<u64, Error> {
        let clock = self.slot_clock().await?;
        if let Some(slot) = clock.slot(block) {
            return Ok(slot);
        }
        let SlotClock::Time { genesis_time_s, .. } = clock else {
            return Ok(block.number);
        };
        let endpoint = self.first_endpoint()?.clone();
        Err(Error::BeaconOtherChain {
            endpoint,
            block: block.number,
            timestamp_s: block.timestamp,
            genesis_time_s,
        })
    }

    fn first_endpoint(&self) -> Result<&Endpoint, Error> {
        self.endpoints().next().ok_or(Error::BeaconNotConfigured)
    }

    /// The first endpoint that knows both genesis and slot duration decides; one that has a genesis but no `config/spec` is a
    /// development chain, whose slots are its blocks' numbers.
    async fn ask_slot_clock(&self) -> Result<SlotClock, Error> {
        let mut by_number = None;
        let mut first_error = None;
        for api in &self.shared.apis {
            match self.clock_of(api).await {
                Ok(clock @ SlotClock::Time { .. }) => return Ok(clock),
                Ok(clock) => by_number = Some(clock),
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
        match (by_number, first_error) {
            (Some(clock), None) => Ok(clock),
            // An endpoint that is away for now may be the one that knows: do not settle for less because of that.
            (_, Some(error)) => Err(error),
            (None, None) => Err(Error::BeaconNotConfigured),
        }
    }

    async fn clock_of(&self, api: &BeaconApi) -> Result<SlotClock, Error> {
        let genesis_time_s = api.genesis_time_s().await?;
        if let Some(duration) = self.shared.config.slot_duration_override {
            return Ok(SlotClock::Time {
                genesis_time_s,
                slot_duration_s: duration.as_secs().max(1),
            });
        }
        match api.slot_duration_s().await {
            Ok(slot_duration_s) => Ok(SlotClock::Time {
                genesis_time_s,
                slot_duration_s,
            }),
            Err(error) if error.is_unsupported() => Ok(SlotClock::BlockNumber),
            Err(error) => Err(error),
        }
    }
}
