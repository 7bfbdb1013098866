//! Blobs: in memory while their transaction is pooled, in an append-only journal once a block includes it.

use crate::{BlockRecord, Error, cache::Cache};
use alloy_consensus::{Transaction as _, constants::EIP4844_TX_TYPE_ID};
use alloy_eips::{Typed2718, eip4844::kzg_to_versioned_hash};
use alloy_primitives::{B256, Bytes, FixedBytes};
use alloy_rlp::{Decodable, Encodable};
use protocol::{BlobSidecar, Transaction};
use std::sync::Arc;

/// Pooled blob transactions whose sidecars are kept; with six blobs each that is 200 MB, and in practice a handful.
pub const POOLED_SIDECARS_MAX: usize = 256;

/// Transactions whose sidecars stay at hand though a block has them, as a reorg may bring them back into the pool.
pub const INCLUDED_SIDECARS_MAX: usize = 16;

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

/// The sidecars of transactions, by transaction hash. The pool checks them before it puts them here.
#[derive(Debug)]
pub struct PooledSidecars {
    pooled: Cache<B256, Arc<Vec<SidecarItem>>>,
    included: Cache<B256, Arc<Vec<SidecarItem>>>,
}

impl PooledSidecars {
    pub(crate) fn new() -> Self {
        Self {
            pooled: Cache::new(POOLED_SIDECARS_MAX),
            included: Cache::new(INCLUDED_SIDECARS_MAX),
        }
    }

    /// Keeps the blobs of a transaction until a block includes it, and a little longer.
    pub fn put(&self, transaction_hash: B256, sidecar: &BlobSidecar) {
        self.pooled.put(transaction_hash, Arc::new(items(sidecar)));
    }

    /// The blobs of a transaction that is pooled, or was a short while ago.
    pub fn get(&self, transaction_hash: B256) -> Option<Arc<Vec<SidecarItem>>> {
        self.pooled
            .get(&transaction_hash)
            .or_else(|| self.included.get(&transaction_hash))
    }

    /// The blobs of all transactions of a block that are known here, in their order. They are the block's from now on.
    pub(crate) fn include(&self, record: &BlockRecord) -> Vec<SidecarItem> {
        let blob_transactions = record.transactions().iter().filter(|tx| tx.ty() == EIP4844_TX_TYPE_ID);
        blob_transactions
            .flat_map(|transaction| self.include_transaction(transaction))
            .collect()
    }

    fn include_transaction(&self, transaction: &Transaction) -> Vec<SidecarItem> {
        let hash = transaction.hash();
        let Some(items) = self.get(hash) else { return Vec::new() };
        self.pooled.remove(&hash);
        self.included.put(hash, items.clone());
        let named = transaction.blob_versioned_hashes().unwrap_or_default();
        let item = |hash: &B256| items.iter().find(|item| item.versioned_hash == *hash).cloned();
        named.iter().filter_map(item).collect()
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
