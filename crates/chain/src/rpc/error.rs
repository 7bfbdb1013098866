//! What a caller is told when a call fails, with the codes that clients know.

use crate::{Error, PayloadError, PoolError};
use alloy_primitives::{Bytes, hex};
use jsonrpsee::types::ErrorObjectOwned;

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RpcError {
    /// The parameters do not fit the method (`-32602`).
    #[error("{0}")]
    InvalidParams(String),
    /// The block that the call names is not known (`-32000`, in geth's words).
    #[error("header not found")]
    HeaderNotFound,
    /// The block that the call names is not known, for methods that answer with a resource (`-32001`).
    #[error("block not found: {0}")]
    BlockNotFound(String),
    /// The call reverted (`3`, with what it returned).
    #[error("{}", revert_message(.0))]
    Reverted(Bytes),
    /// The call failed otherwise, or cannot be executed (`-32000`).
    #[error("{0}")]
    Execution(String),
    /// More was asked for than one call gives (`-32005`).
    #[error("{0}")]
    LimitExceeded(String),
    /// The pool refuses the transaction (`-32000`, in geth's words).
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// This node failed (`-32603`).
    #[error(transparent)]
    Chain(#[from] Error),
    /// The state could not be read (`-32603`).
    #[error("{0}")]
    State(String),
    /// There is no such payload (`-38001`).
    #[error("Unknown payload")]
    UnknownPayload,
    /// Head, safe and finalized block do not fit together (`-38002`).
    #[error("Invalid forkchoice state: {0}")]
    InvalidForkchoice(&'static str),
    /// The payload attributes do not fit (`-38003`).
    #[error("Invalid payload attributes: {0}")]
    InvalidAttributes(String),
    /// The version of the method is not the one of the block's fork (`-38005`).
    #[error("Unsupported fork: {0}")]
    UnsupportedFork(String),
}

impl RpcError {
    const fn code(&self) -> i32 {
        match self {
            Self::InvalidParams(_) => -32602,
            Self::Reverted(_) => 3,
            Self::HeaderNotFound | Self::Execution(_) | Self::Pool(_) => -32000,
            Self::BlockNotFound(_) => -32001,
            Self::LimitExceeded(_) => -32005,
            Self::Chain(_) | Self::State(_) => -32603,
            Self::UnknownPayload => -38001,
            Self::InvalidForkchoice(_) => -38002,
            Self::InvalidAttributes(_) => -38003,
            Self::UnsupportedFork(_) => -38005,
        }
    }
}

impl From<PayloadError> for RpcError {
    fn from(error: PayloadError) -> Self {
        match error {
            PayloadError::UnknownPayload(_) => Self::UnknownPayload,
            PayloadError::InvalidAttributes { reason } | PayloadError::NotBuildable { reason } => {
                Self::InvalidAttributes(reason)
            }
            PayloadError::Failed { reason } => Self::State(reason),
        }
    }
}

impl From<crate::StateError> for RpcError {
    fn from(error: crate::StateError) -> Self {
        Self::State(error.to_string())
    }
}

impl From<ErrorObjectOwned> for RpcError {
    fn from(error: ErrorObjectOwned) -> Self {
        Self::InvalidParams(match error.data() {
            Some(data) => format!("{}: {}", error.message(), data.get().trim_matches('"')),
            None => error.message().to_owned(),
        })
    }
}

impl From<RpcError> for ErrorObjectOwned {
    fn from(error: RpcError) -> Self {
        let data = match &error {
            RpcError::Reverted(output) => Some(hex::encode_prefixed(output)),
            _ => None,
        };
        Self::owned(error.code(), error.to_string(), data)
    }
}

/// geth's words: the reason is shown where the contract gave one in the usual form, `Error(string)`.
fn revert_message(output: &Bytes) -> String {
    match revert_reason(output) {
        Some(reason) => format!("execution reverted: {reason}"),
        None => "execution reverted".to_owned(),
    }
}

/// Reads `Error(string)`: selector, offset, length, text.
fn revert_reason(output: &[u8]) -> Option<&str> {
    let words = output.strip_prefix(&[0x08, 0xc3, 0x79, 0xa0])?;
    let length = words.get(32..64)?;
    let length = usize::try_from(u64::from_be_bytes(length[24..].try_into().ok()?)).ok()?;
    std::str::from_utf8(words.get(64..64_usize.checked_add(length)?)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revert_shows_its_reason() {
        let mut output = hex!("08c379a0").to_vec();
        output.extend([&[0; 31][..], &[32], &[0; 31][..], &[5], b"no :-)", &[0; 26][..]].concat());
        assert_eq!(
            RpcError::Reverted(output.into()).to_string(),
            "execution reverted: no :-"
        );
        assert_eq!(
            RpcError::Reverted(Bytes::from_static(&[1])).to_string(),
            "execution reverted"
        );
    }
}
