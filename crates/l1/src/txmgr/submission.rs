//! One payload into L1's pool: gas limit, nonce, fees, signature, and the pool's first answer.

use alloy_eips::BlockNumberOrTag;
use alloy_primitives::{B256, Bytes, U256};
use serde_json::{Value, json};
use tokio::task::spawn_blocking;
use tracing::{debug, info, warn};

use super::{
    Fees, TxCandidate,
    manager::Shared,
    outstanding::Outstanding,
    payload::{Payload, SignedTransaction, sidecar},
    refusal::Refusal,
};
use crate::Error;

/// How often one submission raises an offer that the pool finds too low.
const RAISES_MAX: u32 = 8;

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

impl Shared {
    /// Gas limit and blob proofs.
    pub(super) async fn prepare(&self, candidate: TxCandidate) -> Result<Payload, Error> {
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
