//! Blobs and their KZG commitments.

use alloy_eips::{
    eip4844::{AsCkzg, Blob, kzg_to_versioned_hash},
    eip7594::BlobTransactionSidecarEip7594,
};
use alloy_primitives::B256;
use c_kzg::KzgSettings;

use crate::{BlobFault, Error};

/// Tables that would make cell proofs about twice as fast, and take 96 MB for it: none.
const PRECOMPUTE: u64 = 0;

/// The trusted setup of Ethereum, loaded on first use.
pub fn kzg_settings() -> &'static KzgSettings {
    c_kzg::ethereum_kzg_settings(PRECOMPUTE)
}

/// The versioned hash of a blob, computed from its content.
pub fn versioned_hash_of_blob(blob: &Blob) -> Result<B256, BlobFault> {
    let commitment = kzg_settings()
        .blob_to_kzg_commitment(blob.as_ckzg())
        .map_err(|_| BlobFault::NotCanonical)?;
    Ok(kzg_to_versioned_hash(commitment.as_slice()))
}

/// Commitments and the 128 cell proofs of each blob, as a blob transaction carries them over the network (EIP-7594).
pub fn sidecar_with_cell_proofs(blobs: Vec<Blob>) -> Result<BlobTransactionSidecarEip7594, Error> {
    let first_invalid = |blobs: &[Blob]| {
        blobs
            .iter()
            .position(|blob| versioned_hash_of_blob(blob).is_err())
            .unwrap_or_default()
    };
    match BlobTransactionSidecarEip7594::try_from_blobs_with_settings(blobs.clone(), kzg_settings()) {
        Ok(sidecar) => Ok(sidecar),
        Err(_) => Err(Error::BlobInvalid {
            index: first_invalid(&blobs),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zero_blob_has_the_hash_of_the_point_at_infinity() {
        let mut infinity = [0u8; 48];
        infinity[0] = 0xc0;
        assert_eq!(
            versioned_hash_of_blob(&Blob::ZERO),
            Ok(kzg_to_versioned_hash(&infinity))
        );
    }

    #[test]
    fn s09_a_blob_with_a_non_canonical_field_element_has_no_hash() {
        assert_eq!(
            versioned_hash_of_blob(&Blob::repeat_byte(0xff)),
            Err(BlobFault::NotCanonical)
        );
        let blobs = vec![Blob::ZERO, Blob::repeat_byte(0xff)];
        assert!(matches!(
            sidecar_with_cell_proofs(blobs),
            Err(Error::BlobInvalid { index: 1 })
        ));
    }

    #[test]
    fn a_sidecar_has_128_proofs_a_blob_that_verify() {
        let mut blob = Blob::ZERO;
        blob[31] = 7;
        let sidecar = sidecar_with_cell_proofs(vec![blob]).unwrap();
        assert_eq!((sidecar.commitments.len(), sidecar.cell_proofs.len()), (1, 128));
        let hashes: Vec<B256> = sidecar.versioned_hashes().collect();
        assert_eq!(hashes, [versioned_hash_of_blob(&blob).unwrap()]);
        sidecar.validate(&hashes, kzg_settings()).unwrap();
    }
}
