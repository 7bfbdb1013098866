//! The seam to whoever builds payloads: fork choice starts a job, `engine_getPayload` ends it.

use crate::SidecarItem;
use alloy_primitives::{B256, Bytes, U256};
use alloy_rpc_types_engine::PayloadId;
use protocol::{Block, PayloadAttributes};

/// A finished payload. It passed the sealing gate: it was imported through [`crate::Chain::import_built`].
#[derive(Debug, Clone)]
pub struct BuiltPayload {
    /// The block's hash.
    pub hash: B256,
    /// The block.
    pub block: Block,
    /// What the fee recipient earned in wei (`blockValue`).
    pub fees_wei: U256,
    /// Execution requests (EIP-7685), in the order of `requests_hash`.
    pub requests: Vec<Bytes>,
    /// Blobs of the block's transactions, in their order (`blobsBundle`).
    pub sidecars: Vec<SidecarItem>,
}

/// Why no payload came of a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PayloadError {
    /// The attributes do not fit the parent or the fork (`-38003`).
    #[error("invalid payload attributes: {reason}")]
    InvalidAttributes {
        /// Which field, and why.
        reason: String,
    },
    /// There is no such job, or it is too old (`-38001`).
    #[error("unknown payload {0}")]
    UnknownPayload(PayloadId),
    /// A forced transaction does not execute, or the gate refused the block: no valid block comes of these attributes.
    #[error("the attributes give no valid block: {reason}")]
    NotBuildable {
        /// What was refused.
        reason: String,
    },
    /// The store or the builder failed.
    #[error("building failed: {reason}")]
    Failed {
        /// What failed.
        reason: String,
    },
}

/// Builds payloads on request.
pub trait PayloadJobs: Send + Sync {
    /// Starts (or finds again) the job for these attributes on a known, executed parent. Returns at once, or as soon as the
    /// attributes are checked; the id is a function of parent and attributes.
    fn start(&self, parent_hash: B256, attributes: PayloadAttributes) -> Result<PayloadId, PayloadError>;

    /// Ends the job with its best payload, sealed through the gate. The same payload again if asked again.
    fn get(&self, id: PayloadId) -> Result<BuiltPayload, PayloadError>;
}
