//! What an earlier life of this account left in L1's pool.

use alloy_eips::BlockNumberOrTag;
use alloy_eips::eip4844::Blob;
use alloy_primitives::{TxKind, U256};
use std::sync::Arc;
use tokio::{
    task::spawn_blocking,
    time::{Instant, sleep},
};
use tracing::{info, warn};

use super::{
    Fees, Lane, TxCandidate, TxManager,
    manager::Shared,
    payload::{Payload, sidecar},
    refusal::Refusal,
};
use crate::Error;

/// How often an empty transaction doubles its offer to get a stuck one out of the way.
const CANCEL_RAISES_MAX: u32 = 20;
/// Gas of a transfer.
const TRANSFER_GAS: u64 = 21_000;

impl TxManager {
    /// Makes sure that nothing of an earlier life blocks the account: waits one resubmission timeout for its pending transactions to
    /// be mined, then replaces those that are stuck by empty ones. Returns how many were replaced.
    ///
    /// To be called once after a restart, before anything is submitted.
    pub async fn recover(&self) -> Result<u64, Error> {
        let mut next_nonce = self.shared.door.lock().await;
        let patience = self.shared.config.resubmission_timeout;
        let (mut last_action, mut cancelled, mut last_nonce) = (Instant::now(), 0, None);
        loop {
            let (mined, pooled) = self.shared.nonces().await?;
            if pooled <= mined {
                *next_nonce = Some(mined);
                return Ok(cancelled);
            }
            if last_nonce.replace(mined).is_some_and(|last| last != mined) {
                last_action = Instant::now();
            }
            if last_action.elapsed() >= patience {
                warn!(target: "l1", nonce = mined, "cancelling a transaction of an earlier run that L1 does not mine");
                self.shared.cancel(mined, Lane::Regular).await?;
                last_action = Instant::now();
                cancelled += 1;
            }
            sleep(self.shared.config.receipt_query_interval).await;
        }
    }

    /// Puts an empty transaction in the place of each that L1 has not mined, and says whether there was one. L1 may still mine one of
    /// the former, if it did not hear of the latter in time: [`Self::recover`] waits until that is decided.
    pub async fn cancel_pending(&self) -> Result<bool, Error> {
        let _door = self.shared.door.lock().await;
        let (mined, pooled) = self.shared.nonces().await?;
        for nonce in mined..pooled {
            // Nobody raises the fees of the former any more.
            self.shared.table.remove(nonce);
            self.shared.cancel(nonce, Lane::Regular).await?;
        }
        Ok(pooled > mined)
    }
}

impl Shared {
    /// The next nonce by the chain and by the pool.
    async fn nonces(&self) -> Result<(u64, u64), Error> {
        let address = self.signer.address();
        let mined = self.client.nonce_at(address, BlockNumberOrTag::Latest).await?;
        let pooled = self.client.nonce_at(address, BlockNumberOrTag::Pending).await?;
        Ok((mined, pooled))
    }

    /// Cancels the account's lowest pending transaction, of `lane`, and waits until its nonce is used.
    pub(super) async fn cancel_lowest(&self, lane: Lane) -> Result<(), Error> {
        let (nonce, _) = self.nonces().await?;
        warn!(target: "l1", nonce, ?lane, "the pool is blocked by another kind of transaction: cancelling it");
        self.cancel(nonce, lane).await?;
        while self.nonces().await?.0 <= nonce {
            sleep(self.config.receipt_query_interval).await;
        }
        Ok(())
    }

    /// Puts an empty transaction of `lane` (or of the other one, if the pool says so) in the place of whatever has the nonce.
    async fn cancel(&self, nonce: u64, lane: Lane) -> Result<(), Error> {
        let mut lane = lane;
        let mut payload = self.empty(lane).await?;
        let mut fees = Fees::suggested(&self.fee_market(Lane::Blob).await?);
        for _ in 0..CANCEL_RAISES_MAX {
            let signed = payload.sign(&self.signer, self.chain_id, nonce, &fees).await?;
            let Err(error) = self.broadcast(&signed.raw).await else {
                info!(target: "l1", hash = %signed.hash, nonce, "empty transaction sent");
                return Ok(());
            };
            match Refusal::of(&error) {
                Some(Refusal::NonceTooLow | Refusal::AlreadyKnown) => return Ok(()),
                Some(Refusal::AlreadyReserved) => {
                    lane = lane.other();
                    payload = self.empty(lane).await?;
                }
                Some(Refusal::ReplacementUnderpriced | Refusal::Underpriced) => fees = doubled(&fees),
                Some(Refusal::InsufficientFunds) => return Err(self.insufficient_funds(&payload, &fees).await),
                _ => return Err(error),
            }
        }
        Err(Error::PoolReserved {
            address: self.signer.address(),
        })
    }

    /// A transaction from the account to itself that moves nothing, with an empty blob if it must be of the blobs' pool.
    async fn empty(&self, lane: Lane) -> Result<Payload, Error> {
        let blobs = match lane {
            Lane::Regular => Vec::new(),
            Lane::Blob => vec![Arc::new(Blob::ZERO)],
        };
        let (proven, proofs) = (blobs.clone(), self.config.blob_proofs);
        let sidecar = spawn_blocking(move || sidecar(&proven, proofs))
            .await
            .expect("invariant: proving does not panic")?;
        let to = TxKind::Call(self.signer.address());
        Ok(Payload::new(
            TxCandidate {
                to,
                value: U256::ZERO,
                blobs,
                ..TxCandidate::default()
            },
            TRANSFER_GAS,
            sidecar,
        ))
    }
}

fn doubled(fees: &Fees) -> Fees {
    Fees {
        tip_wei: fees.tip_wei.saturating_mul(2).max(1),
        fee_cap_wei: fees.fee_cap_wei.saturating_mul(2).max(2),
        blob_fee_cap_wei: fees.blob_fee_cap_wei.saturating_mul(2),
    }
}
