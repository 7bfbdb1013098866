//! Builds payloads: one worker a job, that goes on taking transactions from the pool until the payload is asked for.

mod candidates;
mod job;

pub use candidates::FILL_GRACE;

use crate::{BuiltPayload, Chain, PayloadError, PayloadJobs, Pool};
use alloy_primitives::{B256, Bytes, keccak256};
use alloy_rpc_types_engine::PayloadId;
use execute::BuildOptions;
use job::Job;
use parking_lot::Mutex;
use protocol::PayloadAttributes;
use std::{collections::VecDeque, sync::Arc};

/// Jobs that are kept, finished or not: a consensus layer works on one, and may ask again for the last.
pub const JOBS_MAX: usize = 8;

/// What an operator may change while the node runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuilderSettings {
    /// Extra data of an Ethereum block, 32 bytes at most.
    pub extra_data: Bytes,
    /// Gas limit that an Ethereum block moves towards (`miner_setGasLimit`).
    pub gas_limit: Option<u64>,
    /// Estimated compressed bytes that one transaction may have (`miner_setMaxDASize`); nothing means no limit.
    pub da_tx_bytes_max: Option<u64>,
    /// Estimated compressed bytes that a block may have (`miner_setMaxDASize`); nothing means no limit.
    pub da_block_bytes_max: Option<u64>,
}

/// The builder. Clones share their jobs and settings.
#[derive(Debug, Clone)]
pub struct PayloadBuilder {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    chain: Chain,
    pool: Pool,
    settings: Mutex<BuilderSettings>,
    jobs: Mutex<VecDeque<(PayloadId, Arc<Job>)>>,
}

impl PayloadBuilder {
    /// A builder of blocks on a chain, from a pool.
    pub fn new(chain: Chain, pool: Pool, settings: BuilderSettings) -> Self {
        let shared = Shared {
            chain,
            pool,
            settings: Mutex::new(settings),
            jobs: Mutex::default(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// The settings that the next job starts with.
    pub fn settings(&self) -> BuilderSettings {
        self.shared.settings.lock().clone()
    }

    /// Changes the settings that the next job starts with.
    pub fn update_settings(&self, change: impl FnOnce(&mut BuilderSettings)) {
        change(&mut self.shared.settings.lock());
    }

    fn find(&self, id: PayloadId) -> Option<Arc<Job>> {
        let jobs = self.shared.jobs.lock();
        jobs.iter()
            .find(|(other, _)| *other == id)
            .map(|(_, job)| Arc::clone(job))
    }

    fn keep(&self, id: PayloadId, job: Arc<Job>) {
        let mut jobs = self.shared.jobs.lock();
        jobs.push_back((id, job));
        if jobs.len() > JOBS_MAX {
            jobs.pop_front().inspect(|(_, job)| job.abandon());
        }
    }
}

impl PayloadJobs for PayloadBuilder {
    fn start(&self, parent_hash: B256, attributes: PayloadAttributes) -> Result<PayloadId, PayloadError> {
        let id = payload_id(parent_hash, &attributes);
        if self.find(id).is_some_and(|job| !job.has_failed()) {
            return Ok(id);
        }
        let Shared {
            chain, pool, settings, ..
        } = &*self.shared;
        let settings = settings.lock().clone();
        let options = BuildOptions {
            extra_data: settings.extra_data,
            gas_limit: settings.gas_limit,
            da_tx_bytes_max: settings.da_tx_bytes_max,
            da_block_bytes_max: settings.da_block_bytes_max,
        };
        let job = Job::start(chain.clone(), pool.clone(), parent_hash, attributes, options)?;
        job.wait_until_accepted()?;
        self.keep(id, job);
        Ok(id)
    }

    fn get(&self, id: PayloadId) -> Result<BuiltPayload, PayloadError> {
        self.find(id).ok_or(PayloadError::UnknownPayload(id))?.finish()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.jobs.lock().iter().for_each(|(_, job)| job.abandon());
    }
}

/// A name for the job that depends on all it is given, so that the same request finds the same job.
fn payload_id(parent_hash: B256, attributes: &PayloadAttributes) -> PayloadId {
    let mut bytes = parent_hash.to_vec();
    bytes.extend(attributes.timestamp.to_be_bytes());
    bytes.extend(attributes.prev_randao);
    bytes.extend(attributes.suggested_fee_recipient);
    bytes.extend(attributes.parent_beacon_block_root.unwrap_or_default());
    for withdrawal in attributes.withdrawals.iter().flatten() {
        bytes.extend(alloy_rlp::encode(withdrawal));
    }
    for transaction in &attributes.transactions {
        bytes.extend(keccak256(transaction));
    }
    bytes.push(u8::from(attributes.no_tx_pool));
    let optional = [attributes.gas_limit, attributes.min_base_fee];
    for field in optional {
        bytes.push(u8::from(field.is_some()));
        bytes.extend(field.unwrap_or_default().to_be_bytes());
    }
    bytes.push(u8::from(attributes.eip1559_params.is_some()));
    bytes.extend(attributes.eip1559_params.unwrap_or_default());
    let hash = keccak256(bytes);
    PayloadId::new(hash[..8].try_into().expect("invariant: eight of 32 bytes"))
}
