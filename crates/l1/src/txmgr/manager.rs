//! The transaction manager: who has the account, and what waits for whom.

use std::sync::Arc;

use alloy_eips::BlockNumberOrTag;
use alloy_primitives::Address;
use serde_json::json;
use tokio::{
    sync::{Mutex, OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout},
};

use super::{FeeMarket, Lane, Pending, TxCandidate, TxConfig, TxReceipt, outstanding::Table};
use crate::{Error, L1Client, Signer};

/// Gets one account's transactions into L1.
///
/// It alone gives out the account's nonces: one payload a nonce, replaced only by itself at higher fees. An account has
/// transactions with blobs or without under way, never both at a time, because pools do not take both.
///
/// Cheap to clone; clones share the account.
#[derive(Clone, Debug)]
pub struct TxManager {
    pub(super) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) client: L1Client,
    pub(super) signer: Signer,
    pub(super) chain_id: u64,
    pub(super) config: TxConfig,
    pub(super) table: Table,
    permits: Arc<Semaphore>,
    /// Submissions pass one at a time; the next nonce, once known.
    pub(super) door: Mutex<Option<u64>>,
}

impl TxManager {
    /// The manager of the transactions of `signer`'s account. Asks L1 for its chain id.
    pub async fn new(client: L1Client, signer: impl Into<Signer>, config: TxConfig) -> Result<Self, Error> {
        let chain_id = client.chain_id().await?;
        let permits = Arc::new(Semaphore::new(config.pending_max.max(1)));
        let (table, door) = (Table::default(), Mutex::new(None));
        Ok(Self {
            shared: Arc::new(Shared {
                client,
                signer: signer.into(),
                chain_id,
                config,
                table,
                permits,
                door,
            }),
        })
    }

    /// The account.
    pub fn address(&self) -> Address {
        self.shared.signer.address()
    }

    /// The client that it sends with.
    pub fn client(&self) -> &L1Client {
        &self.shared.client
    }

    /// Its limits.
    pub fn config(&self) -> &TxConfig {
        &self.shared.config
    }

    /// Transactions under way.
    pub fn pending_count(&self) -> usize {
        self.shared.table.len()
    }

    /// Sends a transaction and waits until it has its confirmations.
    pub async fn send(&self, candidate: TxCandidate) -> Result<TxReceipt, Error> {
        self.submit(candidate).await?.confirmed().await
    }

    /// Sends a transaction; its nonce is settled when this returns. Await submissions one after the other to keep their order on
    /// L1. Waits while the maximum of transactions is under way.
    pub async fn submit(&self, candidate: TxCandidate) -> Result<Pending, Error> {
        let permit = Arc::clone(&self.shared.permits).acquire_owned().await;
        self.submit_with(candidate, permit.expect("invariant: the semaphore is never closed"))
            .await
    }

    /// The same, but says [`Error::QueueFull`] instead of waiting for a place.
    pub async fn try_submit(&self, candidate: TxCandidate) -> Result<Pending, Error> {
        match Arc::clone(&self.shared.permits).try_acquire_owned() {
            Ok(permit) => self.submit_with(candidate, permit).await,
            Err(_) => Err(Error::QueueFull {
                pending_max: self.shared.config.pending_max,
            }),
        }
    }

    /// What L1 asks for its gas now, raised to the configured minima.
    pub async fn fee_market(&self, lane: Lane) -> Result<FeeMarket, Error> {
        self.shared.fee_market(lane).await
    }

    async fn submit_with(&self, candidate: TxCandidate, permit: OwnedSemaphorePermit) -> Result<Pending, Error> {
        let payload = self.shared.prepare(candidate).await?;
        let mut next_nonce = self.shared.door.lock().await;
        let nonce = self.shared.submit(payload, &mut next_nonce).await?;
        Ok(Pending::new(Arc::clone(&self.shared), nonce, permit))
    }
}

impl Shared {
    /// Waits until the pool holds nothing of the other lane.
    pub(super) async fn wait_for_lane(&self, lane: Lane) -> Result<(), Error> {
        let mut mined = 0;
        let mut last_tended = Instant::now();
        while self.table.holds_lane_from(lane.other(), mined) {
            mined = self
                .client
                .nonce_at(self.signer.address(), BlockNumberOrTag::Latest)
                .await?;
            if !self.table.holds_lane_from(lane.other(), mined) {
                break;
            }
            // Whoever waits for those transactions looks after them; the others are looked after here.
            if last_tended.elapsed() >= self.config.resubmission_timeout {
                last_tended = Instant::now();
                self.tend_orphans().await?;
            }
            drop(timeout(self.config.receipt_query_interval, self.table.removed()).await);
        }
        Ok(())
    }

    pub(super) async fn fee_market(&self, lane: Lane) -> Result<FeeMarket, Error> {
        let latest = self.client.header_by_tag(BlockNumberOrTag::Latest).await?;
        let base_fee_wei = latest
            .and_then(|header| header.base_fee_per_gas)
            .unwrap_or_default()
            .into();
        let tip_wei = match self.client.quantity("eth_maxPriorityFeePerGas", json!([])).await {
            Ok(tip) => tip.saturating_to(),
            Err(error) if error.is_unsupported() => self.config.tip_min_wei,
            Err(error) => return Err(error),
        };
        let blob_base_fee_wei = match lane {
            Lane::Regular => 0,
            Lane::Blob => match self.client.quantity("eth_blobBaseFee", json!([])).await {
                Ok(fee) => fee.saturating_to(),
                Err(error) if error.is_unsupported() => self.config.blob_base_fee_min_wei,
                Err(error) => return Err(error),
            },
        };
        Ok(FeeMarket {
            tip_wei,
            base_fee_wei,
            blob_base_fee_wei,
        }
        .at_least(&self.config))
    }
}
