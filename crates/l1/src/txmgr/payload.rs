//! A transaction but for its nonce, fees and signature.

use std::sync::Arc;

use alloy_consensus::{EthereumTxEnvelope, Signed, TxEip1559, TxEip4844, TxEip4844WithSidecar};
use alloy_eips::{
    eip2718::Encodable2718,
    eip4844::{Blob, BlobTransactionSidecar},
    eip7594::BlobTransactionSidecarVariant,
};
use alloy_primitives::{Address, B256, Bytes, TxKind, U256};

use super::{BlobProofs, Fees, Lane, TxCandidate};
use crate::{Error, Signer, kzg_settings, sidecar_with_cell_proofs};

/// What stays the same through every replacement of a transaction.
#[derive(Clone, Debug)]
pub(super) struct Payload {
    pub(super) to: TxKind,
    pub(super) value: U256,
    pub(super) data: Bytes,
    pub(super) gas_limit: u64,
    pub(super) sidecar: Option<Arc<BlobTransactionSidecarVariant>>,
}

/// A signed transaction in the form that is sent to nodes.
#[derive(Clone, Debug)]
pub(super) struct SignedTransaction {
    pub(super) hash: B256,
    pub(super) raw: Bytes,
}

impl Payload {
    pub(super) fn new(candidate: TxCandidate, gas_limit: u64, sidecar: Option<BlobTransactionSidecarVariant>) -> Self {
        Self {
            to: candidate.to,
            value: candidate.value,
            data: candidate.data,
            gas_limit,
            sidecar: sidecar.map(Arc::new),
        }
    }

    pub(super) fn lane(&self) -> Lane {
        if self.sidecar.is_some() {
            Lane::Blob
        } else {
            Lane::Regular
        }
    }

    /// The most that the transaction may cost, in wei.
    pub(super) fn cost_max_wei(&self, fees: &Fees) -> U256 {
        let gas = U256::from(self.gas_limit).saturating_mul(U256::from(fees.fee_cap_wei));
        let blob_gas = self.sidecar.as_ref().map_or(0, |sidecar| {
            sidecar.blobs().len() as u64 * alloy_eips::eip4844::DATA_GAS_PER_BLOB
        });
        gas.saturating_add(U256::from(blob_gas).saturating_mul(U256::from(fees.blob_fee_cap_wei)))
            .saturating_add(self.value)
    }

    /// Signs it for a nonce and fees.
    pub(super) async fn sign(
        &self,
        signer: &Signer,
        chain_id: u64,
        nonce: u64,
        fees: &Fees,
    ) -> Result<SignedTransaction, Error> {
        match (&self.sidecar, self.to) {
            (None, _) => self.sign_regular(signer, chain_id, nonce, fees).await,
            (Some(sidecar), TxKind::Call(to)) => self.sign_blobs(signer, chain_id, nonce, fees, to, sidecar).await,
            (Some(_), TxKind::Create) => Err(Error::BlobsWithoutRecipient),
        }
    }

    async fn sign_regular(
        &self,
        signer: &Signer,
        chain_id: u64,
        nonce: u64,
        fees: &Fees,
    ) -> Result<SignedTransaction, Error> {
        let transaction = TxEip1559 {
            chain_id,
            nonce,
            gas_limit: self.gas_limit,
            max_fee_per_gas: fees.fee_cap_wei,
            max_priority_fee_per_gas: fees.tip_wei,
            to: self.to,
            value: self.value,
            access_list: Default::default(),
            input: self.data.clone(),
        };
        let signed = signer.sign(transaction).await?;
        Ok(SignedTransaction {
            hash: *signed.hash(),
            raw: signed.encoded_2718().into(),
        })
    }

    async fn sign_blobs(
        &self,
        signer: &Signer,
        chain_id: u64,
        nonce: u64,
        fees: &Fees,
        to: Address,
        sidecar: &BlobTransactionSidecarVariant,
    ) -> Result<SignedTransaction, Error> {
        let transaction = TxEip4844 {
            chain_id,
            nonce,
            gas_limit: self.gas_limit,
            max_fee_per_gas: fees.fee_cap_wei,
            max_priority_fee_per_gas: fees.tip_wei,
            to,
            value: self.value,
            access_list: Default::default(),
            blob_versioned_hashes: sidecar.versioned_hashes().collect(),
            max_fee_per_blob_gas: fees.blob_fee_cap_wei,
            input: self.data.clone(),
        };
        let (transaction, signature, hash) = signer.sign(transaction).await?.into_parts();
        let pooled = TxEip4844WithSidecar::from_tx_and_sidecar(transaction, sidecar.clone());
        let envelope = EthereumTxEnvelope::Eip4844(Signed::new_unchecked(pooled, signature, hash));
        Ok(SignedTransaction {
            hash,
            raw: envelope.encoded_2718().into(),
        })
    }
}

/// Commitments and proofs of a candidate's blobs. Takes about a quarter of a second a blob: call it on a blocking thread.
pub(super) fn sidecar(blobs: &[Arc<Blob>], proofs: BlobProofs) -> Result<Option<BlobTransactionSidecarVariant>, Error> {
    if blobs.is_empty() {
        return Ok(None);
    }
    let blobs: Vec<Blob> = blobs.iter().map(|blob| **blob).collect();
    let sidecar = match proofs {
        BlobProofs::Cells => BlobTransactionSidecarVariant::Eip7594(sidecar_with_cell_proofs(blobs)?),
        BlobProofs::Blob => {
            let sidecar = BlobTransactionSidecar::try_from_blobs_with_settings(blobs, kzg_settings());
            BlobTransactionSidecarVariant::Eip4844(sidecar.map_err(|_| Error::BlobInvalid { index: 0 })?)
        }
    };
    Ok(Some(sidecar))
}

#[cfg(test)]
mod tests {
    use alloy_consensus::{Transaction, transaction::SignerRecoverable};
    use alloy_eips::eip2718::Decodable2718;

    use super::*;
    use crate::Wallet;

    const FEES: Fees = Fees {
        tip_wei: 1,
        fee_cap_wei: 100,
        blob_fee_cap_wei: 7,
    };

    fn signer() -> Signer {
        let key = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
        key.parse::<Wallet>().unwrap().into()
    }

    type Pooled = EthereumTxEnvelope<TxEip4844WithSidecar<BlobTransactionSidecarVariant>>;

    #[tokio::test]
    async fn a_blob_transaction_is_sent_in_its_network_form() {
        for (proofs, count) in [(BlobProofs::Cells, 256), (BlobProofs::Blob, 2)] {
            let blobs = vec![Arc::new(Blob::ZERO), Arc::new(Blob::ZERO)];
            let sidecar = sidecar(&blobs, proofs).unwrap();
            let payload = Payload::new(TxCandidate::blobs(Address::ZERO, blobs), 21_000, sidecar);
            let signed = payload.sign(&signer(), 900, 3, &FEES).await.unwrap();
            let decoded = Pooled::decode_2718_exact(&signed.raw).unwrap();
            assert_eq!(*decoded.hash(), signed.hash);
            assert_eq!(decoded.recover_signer().unwrap(), signer().address());
            assert_eq!((decoded.chain_id(), decoded.nonce()), (Some(900), 3));
            let Pooled::Eip4844(transaction) = decoded else {
                panic!("another type")
            };
            let sent = match &transaction.tx().sidecar {
                BlobTransactionSidecarVariant::Eip7594(sidecar) => sidecar.cell_proofs.len(),
                BlobTransactionSidecarVariant::Eip4844(sidecar) => sidecar.proofs.len(),
            };
            assert_eq!(sent, count);
            assert_eq!(payload.cost_max_wei(&FEES), U256::from(21_000 * 100 + 2 * 131_072 * 7));
        }
    }

    #[tokio::test]
    async fn a_creation_cannot_carry_blobs() {
        let blobs = vec![Arc::new(Blob::ZERO)];
        let sidecar = sidecar(&blobs, BlobProofs::Blob).unwrap();
        let payload = Payload::new(
            TxCandidate {
                blobs,
                ..TxCandidate::default()
            },
            21_000,
            sidecar,
        );
        assert!(matches!(
            payload.sign(&signer(), 900, 3, &FEES).await,
            Err(Error::BlobsWithoutRecipient)
        ));
    }
}
