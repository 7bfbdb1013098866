//! Submitting: nonce, fees, signature, and the first answer of L1's pool.

use std::sync::Arc;

use alloy_eips::BlockNumberOrTag;
use alloy_primitives::{Address, B256, Bytes, U256};
use serde_json::{Value, json};
use tokio::{
    sync::{Mutex, OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
    time::{Instant, timeout},
};
use tracing::{debug, info, warn};

use super::{
    FeeMarket, Fees, Lane, Pending, TxCandidate, TxConfig, TxReceipt,
    outstanding::{Outstanding, Table},
    payload::{Payload, SignedTransaction, sidecar},
    refusal::Refusal,
};
use crate::{Error, L1Client, Signer};

/// How often one submission raises an offer that the pool finds too low.
const RAISES_MAX: u32 = 8;

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

/// How one attempt to submit ended.
enum Outcome {
    Submitted,
    /// With a fresh nonce it may work.
    Resync,
    /// With a better offer it may work.
    Raise,
    /// The account's transactions of the other lane are in the way.
    Reserved,
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
    /// Gas limit and blob proofs.
    async fn prepare(&self, candidate: TxCandidate) -> Result<Payload, Error> {
        let gas_limit = match candidate.gas_limit {
            Some(gas_limit) => gas_limit,
            None => self.estimate_gas(&candidate).await?,
        };
        let (blobs, proofs) = (candidate.blobs.clone(), self.config.blob_proofs);
        let sidecar = spawn_blocking(move || sidecar(&blobs, proofs))
            .await
            .expect("invariant: proving does not panic")?;
        Ok(Payload::new(candidate, gas_limit, sidecar))
    }

    async fn estimate_gas(&self, candidate: &TxCandidate) -> Result<u64, Error> {
        let mut call = json!({ "from": self.signer.address(), "value": candidate.value, "input": candidate.data });
        if let Some(to) = candidate.to.to() {
            call["to"] = json!(to);
        }
        Ok(self
            .client
            .quantity("eth_estimateGas", json!([call]))
            .await?
            .saturating_to())
    }

    /// Tries until the pool has the transaction, or has said clearly that it will not take it.
    pub(super) async fn submit(&self, payload: Payload, next_nonce: &mut Option<u64>) -> Result<u64, Error> {
        self.wait_for_lane(payload.lane()).await?;
        let market = self.fee_market(payload.lane()).await?;
        let mut fees = Fees::suggested(&market);
        let (mut resyncs, mut raises, mut cleared) = (0, 0, false);
        loop {
            let nonce = match *next_nonce {
                Some(nonce) => nonce,
                None => {
                    self.client
                        .nonce_at(self.signer.address(), BlockNumberOrTag::Pending)
                        .await?
                }
            };
            // A submission that was dropped half-way may have left a nonce behind that is not ours to give away.
            let nonce = nonce.max(self.table.next_nonce().unwrap_or_default());
            match self.try_nonce(&payload, nonce, fees).await? {
                Outcome::Submitted => {
                    *next_nonce = Some(nonce + 1);
                    return Ok(nonce);
                }
                Outcome::Resync if resyncs < self.config.nonce_too_low_max => {
                    resyncs += 1;
                    *next_nonce = None;
                }
                Outcome::Raise if raises < RAISES_MAX => {
                    raises += 1;
                    fees = fees
                        .bumped(payload.lane(), &market)
                        .within_limit(payload.lane(), &market, &self.config)?;
                    *next_nonce = None;
                }
                Outcome::Reserved if !cleared => {
                    cleared = true;
                    self.cancel_lowest(payload.lane().other()).await?;
                    *next_nonce = None;
                }
                Outcome::Reserved => {
                    return Err(Error::PoolReserved {
                        address: self.signer.address(),
                    });
                }
                Outcome::Resync | Outcome::Raise => {
                    return Err(Error::NonceTaken {
                        address: self.signer.address(),
                        nonce,
                    });
                }
            }
        }
    }

    async fn try_nonce(&self, payload: &Payload, nonce: u64, fees: Fees) -> Result<Outcome, Error> {
        let signed = payload.sign(&self.signer, self.chain_id, nonce, &fees).await?;
        let (hash, raw, payload_kept) = (signed.hash, signed.raw.clone(), payload.clone());
        // Written down before it is sent: whatever happens from here on, the nonce belongs to this payload.
        self.table.insert(
            nonce,
            Outstanding {
                payload: payload_kept,
                fees,
                raw,
                hashes: vec![hash],
                awaited: false,
            },
        );
        let outcome = self.first_answer(payload, &signed, nonce, &fees).await;
        match outcome {
            Ok(Outcome::Submitted) => info!(target: "l1", %hash, nonce, ?fees, "transaction sent"),
            _ => self.table.remove(nonce),
        }
        outcome
    }

    async fn first_answer(
        &self,
        payload: &Payload,
        signed: &SignedTransaction,
        nonce: u64,
        fees: &Fees,
    ) -> Result<Outcome, Error> {
        let Err(error) = self.broadcast(&signed.raw).await else {
            return Ok(Outcome::Submitted);
        };
        let Some(refusal) = Refusal::of(&error) else {
            // L1 may or may not have it. The waiting side sends it again until L1 shows it or refuses it.
            warn!(target: "l1", %error, nonce, "no answer to a transaction");
            return Ok(Outcome::Submitted);
        };
        debug!(target: "l1", %error, nonce, ?refusal, "transaction refused");
        match refusal {
            Refusal::AlreadyKnown => Ok(Outcome::Submitted),
            // It is in the chain already if an answer to an earlier attempt was lost.
            Refusal::NonceTooLow if self.receipts(&[signed.hash]).await?.is_some() => Ok(Outcome::Submitted),
            Refusal::NonceTooLow => Ok(Outcome::Resync),
            Refusal::ReplacementUnderpriced | Refusal::Underpriced => Ok(Outcome::Raise),
            Refusal::AlreadyReserved => Ok(Outcome::Reserved),
            Refusal::InsufficientFunds => Err(self.insufficient_funds(payload, fees).await),
            Refusal::Other => Err(self.rejected(signed.hash, nonce, error)),
        }
    }

    pub(super) async fn broadcast(&self, raw: &Bytes) -> Result<(), Error> {
        self.client
            .rpc()
            .call::<Value>("eth_sendRawTransaction", json!([raw]))
            .await
            .map(drop)
    }

    /// Waits until the pool holds nothing of the other lane.
    async fn wait_for_lane(&self, lane: Lane) -> Result<(), Error> {
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

    pub(super) async fn insufficient_funds(&self, payload: &Payload, fees: &Fees) -> Error {
        let address = self.signer.address();
        let balance = self.client.balance_at(address, BlockNumberOrTag::Latest).await;
        Error::InsufficientFunds {
            address,
            balance_wei: balance.unwrap_or(U256::ZERO),
            needed_wei: payload.cost_max_wei(fees),
        }
    }

    fn rejected(&self, transaction: B256, nonce: u64, error: Error) -> Error {
        match error {
            Error::Refused { endpoint, message, .. } => Error::Rejected {
                endpoint,
                transaction,
                nonce,
                message,
            },
            other => other,
        }
    }
}
