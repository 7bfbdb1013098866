//! What to do about it.

use super::Error;

/// What the caller is to do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// Try the same again later: the service, the network or the wallet may recover.
    Retry,
    /// What was asked for is not (or no longer) part of L1: look at L1's heads again first.
    Reset,
    /// Trying again cannot help: stop and tell the operator.
    Fatal,
}
impl Error {
    /// What to do about it.
    pub const fn reaction(&self) -> Reaction {
        match self {
            Self::BlockMissing { .. } => Reaction::Reset,
            Self::EndpointInvalid { .. }
            | Self::EndpointScheme { .. }
            | Self::HttpClient { .. }
            | Self::WrongChainId { .. }
            | Self::ContractMissing { .. }
            | Self::ContractOther { .. }
            | Self::BeaconNotConfigured
            | Self::BeaconOtherChain { .. }
            | Self::Signer(_)
            | Self::BlobInvalid { .. }
            | Self::BlobsWithoutRecipient
            | Self::Reverted { .. }
            | Self::PlanNonce { .. } => Reaction::Fatal,
            _ => Reaction::Retry,
        }
    }

    /// `true` if the same request may well succeed in a moment: the connection, a timeout, a rate limit, a busy server.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Timeout { .. } => true,
            Self::HttpStatus { status, .. } => matches!(status, 408 | 425 | 429 | 500 | 502..=504),
            Self::Refused { code, message, .. } => is_rate_limit(*code, message),
            _ => false,
        }
    }

    /// `true` if the service does not know the method or the path.
    pub(crate) fn is_unsupported(&self) -> bool {
        match self {
            Self::HttpStatus { status, .. } => matches!(status, 404 | 405 | 410 | 501),
            Self::Refused { code, message, .. } => *code == METHOD_NOT_FOUND || is_method_missing(message),
            _ => false,
        }
    }
}

/// JSON-RPC: the method does not exist.
const METHOD_NOT_FOUND: i64 = -32601;
/// EIP-1474: the request exceeds a limit.
const LIMIT_EXCEEDED: i64 = -32005;

fn is_rate_limit(code: i64, message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    code == LIMIT_EXCEEDED
        || code == 429
        || ["rate limit", "too many requests", "request limit"]
            .iter()
            .any(|text| message.contains(text))
}

/// Nodes and providers word "no such method" freely, and not always under its code.
fn is_method_missing(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    message.contains("method")
        && [
            "not found",
            "does not exist",
            "not supported",
            "not available",
            "unsupported",
            "not enabled",
        ]
        .iter()
        .any(|text| message.contains(text))
}
