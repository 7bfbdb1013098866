//! What is to be sent, before nonce, fees and signature.

use std::sync::Arc;

use alloy_eips::eip4844::Blob;
use alloy_primitives::{Address, Bytes, TxKind, U256};

/// A transaction to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TxCandidate {
    /// Its recipient, or a creation.
    pub to: TxKind,
    /// What it carries, in wei.
    pub value: U256,
    /// Its input.
    pub data: Bytes,
    /// Its gas limit; none asks L1 for an estimate.
    pub gas_limit: Option<u64>,
    /// Its blobs; none makes it an EIP-1559 transaction, some an EIP-4844 one.
    pub blobs: Vec<Arc<Blob>>,
}

impl TxCandidate {
    /// A call.
    pub fn call(to: Address, data: Bytes) -> Self {
        Self {
            to: TxKind::Call(to),
            data,
            ..Self::default()
        }
    }

    /// A creation.
    pub fn create(init_code: Bytes) -> Self {
        Self {
            to: TxKind::Create,
            data: init_code,
            ..Self::default()
        }
    }

    /// A transfer of `value` wei.
    pub fn transfer(to: Address, value: U256) -> Self {
        Self {
            to: TxKind::Call(to),
            value,
            ..Self::default()
        }
    }

    /// Blobs for `to`.
    pub fn blobs(to: Address, blobs: Vec<Arc<Blob>>) -> Self {
        Self {
            to: TxKind::Call(to),
            blobs,
            ..Self::default()
        }
    }

    /// The same with a gas limit.
    #[must_use]
    pub fn with_gas_limit(mut self, gas_limit: u64) -> Self {
        self.gas_limit = Some(gas_limit);
        self
    }
}

/// The two pools of an L1 node. An account may have transactions in one of them at a time (others get `AlreadyReserved`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Transactions without blobs.
    Regular,
    /// Transactions with blobs.
    Blob,
}

impl Lane {
    /// The other pool.
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Regular => Self::Blob,
            Self::Blob => Self::Regular,
        }
    }
}
