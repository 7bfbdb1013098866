//! Waiting: receipts, confirmations, higher fees, and reorganisations.

use std::sync::Arc;

use alloy_eips::BlockNumberOrTag;
use alloy_primitives::B256;
use serde_json::json;
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Instant, sleep},
};
use tracing::{debug, info, warn};

use super::{Fees, TxReceipt, manager::Shared, receipt::TxReceiptJson, refusal::Refusal};
use crate::{Error, Reaction, rpc::Call};

/// A transaction that was sent.
///
/// Dropping it gives up waiting, not the transaction: it keeps its nonce, and the manager keeps raising its fees while it blocks
/// others.
#[derive(Debug)]
#[must_use = "a transaction is looked after while it is waited for"]
pub struct Pending {
    shared: Arc<Shared>,
    nonce: u64,
    _permit: OwnedSemaphorePermit,
}

/// What the waiting side remembers between looks at L1.
struct Wait {
    started: Instant,
    last_sent: Instant,
    nonce_too_low: u32,
    /// The block that the transaction was seen in.
    seen_in: Option<B256>,
}

impl Pending {
    pub(super) fn new(shared: Arc<Shared>, nonce: u64, permit: OwnedSemaphorePermit) -> Self {
        shared.table.mark_awaited(nonce);
        Self {
            shared,
            nonce,
            _permit: permit,
        }
    }

    /// Its nonce.
    pub const fn nonce(&self) -> u64 {
        self.nonce
    }

    /// The hash of its last version.
    pub fn transaction_hash(&self) -> B256 {
        self.shared
            .table
            .get(self.nonce)
            .map(|outstanding| outstanding.hash())
            .unwrap_or_default()
    }

    /// Waits until it is in L1 with the configured number of confirmations, whether it succeeded there or failed.
    ///
    /// Raises its fees whenever the resubmission timeout passes, and sends it again if a reorganisation dropped it. An L1 that is
    /// away is waited for.
    pub async fn confirmed(self) -> Result<TxReceipt, Error> {
        let now = Instant::now();
        let mut wait = Wait {
            started: now,
            last_sent: now,
            nonce_too_low: 0,
            seen_in: None,
        };
        loop {
            match self.look(&mut wait).await {
                Ok(Some(receipt)) => {
                    self.shared.table.remove(self.nonce);
                    return Ok(receipt);
                }
                Ok(None) => {}
                Err(error) if error.reaction() == Reaction::Retry && !matches!(error, Error::NonceTaken { .. }) => {
                    warn!(target: "l1", %error, nonce = self.nonce, "L1 cannot be asked about a transaction");
                }
                Err(error) => {
                    self.shared.table.remove(self.nonce);
                    return Err(error);
                }
            }
            self.check_time(&wait)?;
            sleep(self.shared.config.receipt_query_interval).await;
        }
    }

    /// One look at L1; the receipt once it has its confirmations.
    async fn look(&self, wait: &mut Wait) -> Result<Option<TxReceipt>, Error> {
        let Some(outstanding) = self.shared.table.get(self.nonce) else {
            return Err(self.nonce_taken());
        };
        if let Some(receipt) = self.shared.receipts(&outstanding.hashes).await? {
            wait.nonce_too_low = 0;
            if wait.seen_in.replace(receipt.block.hash) != Some(receipt.block.hash) {
                debug!(target: "l1", hash = %receipt.transaction_hash, block = receipt.block.number, "transaction is in L1");
            }
            return Ok(self.shared.is_confirmed(&receipt).await?.then_some(receipt));
        }
        if wait.seen_in.take().is_some() {
            warn!(target: "l1", hash = %outstanding.hash(), nonce = self.nonce, "L1 reorganisation dropped a transaction");
            wait.last_sent = Instant::now();
            self.shared.rebroadcast(self.nonce).await?;
            return Ok(None);
        }
        self.check_nonce(wait).await?;
        if wait.last_sent.elapsed() >= self.shared.config.resubmission_timeout {
            wait.last_sent = Instant::now();
            self.shared.tend_orphans().await?;
            self.shared.raise(self.nonce).await?;
        }
        Ok(None)
    }

    /// Without a receipt of ours, a nonce that L1 counts as used was used by somebody else, once L1 says so long enough.
    async fn check_nonce(&self, wait: &mut Wait) -> Result<(), Error> {
        let mined = self
            .shared
            .client
            .nonce_at(self.shared.signer.address(), BlockNumberOrTag::Latest)
            .await?;
        if mined <= self.nonce {
            wait.nonce_too_low = 0;
            return Ok(());
        }
        wait.nonce_too_low += 1;
        if wait.nonce_too_low > self.shared.config.nonce_too_low_max {
            Err(self.nonce_taken())
        } else {
            Ok(())
        }
    }

    fn check_time(&self, wait: &Wait) -> Result<(), Error> {
        match self.shared.config.send_timeout {
            Some(timeout) if wait.started.elapsed() >= timeout => Err(Error::SendTimeout {
                transaction: self.transaction_hash(),
                nonce: self.nonce,
                timeout,
            }),
            _ => Ok(()),
        }
    }

    fn nonce_taken(&self) -> Error {
        Error::NonceTaken {
            address: self.shared.signer.address(),
            nonce: self.nonce,
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.shared.table.abandon(self.nonce);
    }
}

impl Shared {
    /// The receipt of whichever version was mined.
    pub(super) async fn receipts(&self, hashes: &[B256]) -> Result<Option<TxReceipt>, Error> {
        let calls: Vec<Call> = hashes
            .iter()
            .rev()
            .map(|hash| ("eth_getTransactionReceipt", json!([hash])))
            .collect();
        for answer in self.client.rpc().batch::<Option<TxReceiptJson>>(&calls).await? {
            if let Some(receipt) = answer? {
                return Ok(Some(receipt.into()));
            }
        }
        Ok(None)
    }

    async fn is_confirmed(&self, receipt: &TxReceipt) -> Result<bool, Error> {
        if self.config.confirmations <= 1 {
            return Ok(true);
        }
        let latest: u64 = self
            .client
            .quantity("eth_blockNumber", json!([]))
            .await?
            .saturating_to();
        Ok(latest + 1 >= receipt.block.number + self.config.confirmations)
    }

    /// Sends the last version again.
    pub(super) async fn rebroadcast(&self, nonce: u64) -> Result<(), Error> {
        let Some(outstanding) = self.table.get(nonce) else {
            return Ok(());
        };
        match self.broadcast(&outstanding.raw).await {
            Err(error) if Refusal::of(&error).is_none() => Err(error),
            Err(error) => {
                debug!(target: "l1", %error, nonce, "transaction was sent again");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// Sends a version with higher fees, or the last one again where the fee limit forbids more.
    pub(super) async fn raise(&self, nonce: u64) -> Result<(), Error> {
        let Some(outstanding) = self.table.get(nonce) else {
            return Ok(());
        };
        let lane = outstanding.payload.lane();
        let market = self.fee_market(lane).await?;
        match outstanding
            .fees
            .bumped(lane, &market)
            .within_limit(lane, &market, &self.config)
        {
            Ok(fees) => self.replace(nonce, &outstanding.payload, fees).await,
            Err(error) => {
                warn!(target: "l1", %error, nonce, "fees stay as they are");
                self.rebroadcast(nonce).await
            }
        }
    }

    async fn replace(&self, nonce: u64, payload: &super::payload::Payload, fees: Fees) -> Result<(), Error> {
        let signed = payload.sign(&self.signer, self.chain_id, nonce, &fees).await?;
        self.table.replace(nonce, fees, signed.hash, signed.raw.clone());
        metrics::counter!("txmgr_bumps_total").increment(1);
        match self.broadcast(&signed.raw).await {
            Ok(()) => info!(target: "l1", hash = %signed.hash, nonce, ?fees, "transaction replaced with higher fees"),
            Err(error) => match Refusal::of(&error) {
                Some(Refusal::NonceTooLow | Refusal::AlreadyKnown) => {}
                Some(Refusal::InsufficientFunds) => return Err(self.insufficient_funds(payload, &fees).await),
                Some(_) => warn!(target: "l1", %error, nonce, "higher fees are refused"),
                None => return Err(error),
            },
        }
        Ok(())
    }

    /// Looks after what nobody waits for: forgets what the chain has, and raises the fees of the rest.
    pub(super) async fn tend_orphans(&self) -> Result<(), Error> {
        if self.table.orphans().is_empty() {
            return Ok(());
        }
        let mined = self
            .client
            .nonce_at(self.signer.address(), BlockNumberOrTag::Latest)
            .await?;
        self.table.remove_orphans_below(mined);
        for nonce in self.table.orphans() {
            self.raise(nonce).await?;
        }
        Ok(())
    }
}
