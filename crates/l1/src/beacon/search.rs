//! The search for a block's blobs across endpoints.

use std::{collections::HashMap, sync::Arc};

use alloy_eips::eip4844::{BYTES_PER_BLOB, Blob};
use alloy_primitives::{B256, Bytes};
use tokio::task::JoinSet;
use tracing::debug;

use super::api::{BeaconApi, BlobQuery};
use crate::{BlobFault, Endpoint, Error, kzg::versioned_hash_of_blob};

/// Blobs that are wanted and, more and more, found.
pub(super) struct Search {
    wanted: Vec<B256>,
    found: HashMap<B256, Arc<Blob>>,
    fetched: Vec<B256>,
    last: Option<(Endpoint, BlobFault)>,
}

impl Search {
    pub(super) fn new(wanted: &[B256], known: impl Fn(B256) -> Option<Arc<Blob>>) -> Self {
        let found = wanted.iter().filter_map(|hash| Some((*hash, known(*hash)?))).collect();
        Self {
            wanted: wanted.to_vec(),
            found,
            fetched: Vec::new(),
            last: None,
        }
    }

    pub(super) fn is_complete(&self) -> bool {
        self.wanted.iter().all(|hash| self.found.contains_key(hash))
    }

    /// The blobs, in the order in which they were wanted.
    pub(super) fn into_blobs(self) -> Vec<Arc<Blob>> {
        self.wanted
            .iter()
            .filter_map(|hash| self.found.get(hash).cloned())
            .collect()
    }

    /// The blobs that came from an endpoint.
    pub(super) fn fetched(&self) -> Vec<(B256, Arc<Blob>)> {
        self.fetched
            .iter()
            .filter_map(|hash| Some((*hash, Arc::clone(self.found.get(hash)?))))
            .collect()
    }

    /// What to tell about the first blob that was not found.
    pub(super) fn into_error(self, block: u64, slot: u64) -> Error {
        let missing = self.wanted.iter().find(|hash| !self.found.contains_key(*hash));
        match (missing, self.last) {
            (Some(&versioned_hash), Some((endpoint, fault))) => Error::BlobUnavailable {
                endpoint,
                block,
                slot,
                versioned_hash,
                fault,
            },
            _ => Error::BeaconNotConfigured,
        }
    }

    /// Asks one endpoint for what is missing, in every way it may understand, until it is all there.
    pub(super) async fn ask(&mut self, api: &BeaconApi, slot: u64) {
        let mut worst: Option<BlobFault> = None;
        let mut no_such_path = false;
        for query in BlobQuery::ALL {
            if no_such_path && query != BlobQuery::Sidecars {
                continue;
            }
            let answer = api.blobs(slot, &self.missing(), query).await;
            let away = answer.as_ref().is_err_and(Error::is_transient);
            no_such_path |= answer.as_ref().is_err_and(Error::is_unsupported);
            let fault = match answer {
                Ok(served) => self.take(served, query).await,
                Err(error) => BlobFault::NotServed {
                    reason: error.to_string(),
                },
            };
            if self.is_complete() {
                return;
            }
            debug!(target: "l1", endpoint = %api.endpoint, slot, ?query, %fault, "a blob is not there");
            worst = worst.max(Some(fault));
            if away {
                break;
            }
        }
        self.last = worst.map(|fault| (api.endpoint.clone(), fault));
    }

    fn missing(&self) -> Vec<B256> {
        let mut missing = Vec::with_capacity(self.wanted.len());
        for hash in &self.wanted {
            if !self.found.contains_key(hash) && !missing.contains(hash) {
                missing.push(*hash);
            }
        }
        missing
    }

    /// Keeps of what was served what is wanted, and tells what is wrong with the rest.
    async fn take(&mut self, served: Vec<Bytes>, query: BlobQuery) -> BlobFault {
        let mut fault = BlobFault::Missing;
        for identified in identify(served).await {
            match identified {
                Ok((hash, blob)) if self.wanted.contains(&hash) => {
                    self.found.insert(hash, blob);
                    self.fetched.push(hash);
                }
                Ok(_) if query.is_filtered() => fault = fault.max(BlobFault::CommitmentMismatch),
                Ok(_) => {}
                Err(found) => fault = fault.max(found),
            }
        }
        fault
    }
}

/// The blobs with the versioned hashes of their content, computed on the blocking threads: a commitment takes tens of
/// milliseconds.
async fn identify(served: Vec<Bytes>) -> Vec<Result<(B256, Arc<Blob>), BlobFault>> {
    let mut tasks = JoinSet::new();
    for bytes in served {
        tasks.spawn_blocking(move || identify_one(&bytes));
    }
    tasks.join_all().await
}

fn identify_one(bytes: &Bytes) -> Result<(B256, Arc<Blob>), BlobFault> {
    if bytes.len() != BYTES_PER_BLOB {
        return Err(BlobFault::Length { bytes: bytes.len() });
    }
    let blob = Arc::new(Blob::from_slice(bytes));
    Ok((versioned_hash_of_blob(&blob)?, blob))
}
