//! What a beacon endpoint does wrong.

use thiserror::Error;

/// What is wrong with a blob that a beacon endpoint served.
///
/// In the order of how much each tells: of several faults the last one is reported.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Error)]
pub enum BlobFault {
    /// The endpoint does not answer, or not as a beacon API does.
    #[error("cannot be had: {reason}")]
    NotServed {
        /// What the request ended with.
        reason: String,
    },
    /// The endpoint answers without it.
    #[error("is missing")]
    Missing,
    /// Another blob was served where only this one was asked for.
    #[error("does not match its KZG commitment (another blob was served)")]
    CommitmentMismatch,
    /// It is not 131,072 bytes long.
    #[error("has {bytes} bytes instead of 131,072")]
    Length {
        /// Its length.
        bytes: usize,
    },
    /// One of its field elements is not below the BLS modulus, or its commitment cannot be computed.
    #[error("holds a field element that is not canonical")]
    NotCanonical,
}
