//! Blobs: in memory while their transaction is pooled, in an append-only journal once a block includes it.

use crate::{BlockRecord, Error, cache::Cache};
use alloy_consensus::{Transaction as _, constants::EIP4844_TX_TYPE_ID};
use alloy_eips::{Typed2718, eip4844::kzg_to_versioned_hash};
use alloy_primitives::{B256, Bytes, FixedBytes};
use alloy_rlp::{Decodable, Encodable};
use protocol::BlobSidecar;
use std::sync::Arc;

/// Pooled blob transactions whose sidecars are kept; with nine blobs each that is 300 MB, and in practice a handful.
pub const POOLED_SIDECARS_MAX: usize = 256;

/// A blob with what proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SidecarItem {
    /// The hash by which the transaction names the blob.
    pub versioned_hash: B256,
    /// The blob's 131,072 bytes.
    pub blob: Bytes,
    /// KZG commitment.
    pub commitment: FixedBytes<48>,
    /// One proof (EIP-4844) or 128 cell proofs (EIP-7594).
    pub proofs: Vec<FixedBytes<48>>,
}

/// The sidecars of pooled transactions, by transaction hash. The pool checks them before it puts them here.
#[derive(Debug)]
pub struct PooledSidecars {
    by_transaction: Cache<B256, Arc<Vec<SidecarItem>>>,
}

impl PooledSidecars {
    pub(crate) fn new() -> Self {
        Self {
            by_transaction: Cache::new(POOLED_SIDECARS_MAX),
        }
    }

    /// Keeps the blobs of a transaction until a block includes it, or [`Self::remove`].
    pub fn put(&self, transaction_hash: B256, sidecar: &BlobSidecar) {
        self.by_transaction.put(transaction_hash, Arc::new(items(sidecar)));
    }

    /// The blobs of a pooled transaction.
    pub fn get(&self, transaction_hash: B256) -> Option<Arc<Vec<SidecarItem>>> {
        self.by_transaction.get(&transaction_hash)
    }

    /// Forgets the blobs of a transaction that left the pool.
    pub fn remove(&self, transaction_hash: B256) {
        self.by_transaction.remove(&transaction_hash);
    }

    /// The blobs of all transactions of a block that are known here, in their order.
    pub(crate) fn of_block(&self, record: &BlockRecord) -> Vec<SidecarItem> {
        let blob_transactions = record.transactions().iter().filter(|tx| tx.ty() == EIP4844_TX_TYPE_ID);
        let known = blob_transactions.filter_map(|tx| self.get(tx.hash()).map(|items| (tx, items)));
        known
            .flat_map(|(tx, items)| {
                let named = tx.blob_versioned_hashes().unwrap_or_default().to_vec();
                named
                    .into_iter()
                    .filter_map(move |hash| items.iter().find(|item| item.versioned_hash == hash).cloned())
            })
            .collect()
    }
}

fn items(sidecar: &BlobSidecar) -> Vec<SidecarItem> {
    let (blobs, commitments, proofs) = match sidecar {
        BlobSidecar::Eip4844(sidecar) => (&sidecar.blobs, &sidecar.commitments, &sidecar.proofs),
        BlobSidecar::Eip7594(sidecar) => (&sidecar.blobs, &sidecar.commitments, &sidecar.cell_proofs),
    };
    let proofs_a_blob = proofs.len() / blobs.len().max(1);
    let proofs = proofs.chunks(proofs_a_blob.max(1));
    let parts = blobs.iter().zip(commitments).zip(proofs);
    parts
        .map(|((blob, commitment), proofs)| SidecarItem {
            versioned_hash: kzg_to_versioned_hash(commitment.as_slice()),
            blob: Bytes::copy_from_slice(blob.as_slice()),
            commitment: *commitment,
            proofs: proofs.to_vec(),
        })
        .collect()
}

/// The record of a block's sidecars: block hash, then for each its four parts.
pub(crate) fn encode_sidecars(block_hash: B256, items: &[SidecarItem]) -> Vec<u8> {
    let mut bytes = block_hash.to_vec();
    for item in items {
        item.versioned_hash.encode(&mut bytes);
        item.blob.encode(&mut bytes);
        item.commitment.encode(&mut bytes);
        item.proofs.encode(&mut bytes);
    }
    bytes
}

/// The inverse of [`encode_sidecars`].
pub(crate) fn decode_sidecars(bytes: &[u8]) -> Result<(B256, Vec<SidecarItem>), Error> {
    decode(bytes).map_err(|_| Error::Damaged {
        what: "a record of sidecars",
    })
}

fn decode(bytes: &[u8]) -> alloy_rlp::Result<(B256, Vec<SidecarItem>)> {
    let (hash, mut rest) = bytes.split_first_chunk::<32>().ok_or(alloy_rlp::Error::InputTooShort)?;
    let mut items = Vec::new();
    while !rest.is_empty() {
        items.push(SidecarItem {
            versioned_hash: B256::decode(&mut rest)?,
            blob: Bytes::decode(&mut rest)?,
            commitment: FixedBytes::decode(&mut rest)?,
            proofs: Vec::decode(&mut rest)?,
        });
    }
    Ok((hash.into(), items))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sidecars_round_trip() {
        let item = SidecarItem {
            versioned_hash: B256::repeat_byte(1),
            blob: vec![3; 131_072].into(),
            commitment: FixedBytes::repeat_byte(4),
            proofs: vec![FixedBytes::repeat_byte(5); 128],
        };
        let items = vec![item.clone(), item];
        let bytes = encode_sidecars(B256::repeat_byte(9), &items);
        assert_eq!(decode_sidecars(&bytes).unwrap(), (B256::repeat_byte(9), items));
        assert!(decode_sidecars(&bytes[..bytes.len() - 1]).is_err());
    }
}
