//! What a transaction must fulfil to enter, whatever else is in the pool.

use super::{PoolError, Pooled, limits};
use alloy_consensus::Transaction as _;
use alloy_eips::{
    Typed2718, eip7594::BlobTransactionSidecarVariant, eip7702::constants::EIP7702_DELEGATION_DESIGNATOR,
};
use alloy_primitives::{Address, U256};
use protocol::{ChainSpec, PooledTransaction, Transaction};
use revm::{context_interface::cfg::gas::calculate_initial_tx_gas, primitives::hardfork::SpecId};

/// The most gas a transaction may have where EIP-7825 is active.
pub const TRANSACTION_GAS_CAP: u64 = 1 << 24;
/// The largest creation code where EIP-3860 is active.
const INIT_CODE_BYTES_MAX: usize = 49_152;

/// What admission knows of the block that the transaction would be part of at the earliest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Conditions<'a> {
    pub(super) spec: &'a ChainSpec,
    pub(super) evm: SpecId,
    pub(super) block_gas_limit: u64,
    pub(super) tip_min_wei: u128,
    pub(super) takes_blobs: bool,
}

/// The account of a sender at the head.
#[derive(Debug, Clone, Copy)]
pub(super) struct SenderAccount {
    pub(super) address: Address,
    pub(super) nonce: u64,
    pub(super) balance_wei: U256,
}

impl Conditions<'_> {
    /// Checks what the transaction says of itself.
    pub(super) fn check(&self, transaction: &Transaction) -> Result<(), PoolError> {
        self.check_type(transaction)?;
        self.check_size(transaction)?;
        self.check_gas(transaction)?;
        self.check_fees(transaction)
    }

    fn check_type(&self, transaction: &Transaction) -> Result<(), PoolError> {
        let tx_type = transaction.ty();
        if transaction.is_deposit() || (transaction.is_eip4844() && !self.takes_blobs) {
            return Err(PoolError::TypeNotSupported(tx_type));
        }
        let needed = match transaction {
            Transaction::Eip4844(_) => SpecId::CANCUN,
            Transaction::Eip7702(_) => SpecId::PRAGUE,
            _ => SpecId::FRONTIER,
        };
        if !self.evm.is_enabled_in(needed) {
            return Err(PoolError::TypeNotSupported(tx_type));
        }
        if transaction.authorization_list().is_some_and(<[_]>::is_empty) {
            return Err(PoolError::EmptyAuthorizationList);
        }
        match transaction.chain_id() {
            Some(have) if have != self.spec.chain_id => Err(PoolError::WrongChainId {
                have,
                want: self.spec.chain_id,
            }),
            _ => Ok(()),
        }
    }

    fn check_size(&self, transaction: &Transaction) -> Result<(), PoolError> {
        let size = Pooled::length(transaction);
        if size > limits::TRANSACTION_BYTES_MAX {
            return Err(PoolError::Oversized {
                size,
                limit: limits::TRANSACTION_BYTES_MAX,
            });
        }
        let size = transaction.input().len();
        let is_capped = transaction.is_create() && self.evm.is_enabled_in(SpecId::SHANGHAI);
        if is_capped && size > INIT_CODE_BYTES_MAX {
            return Err(PoolError::InitCodeTooLarge {
                size,
                limit: INIT_CODE_BYTES_MAX,
            });
        }
        Ok(())
    }

    fn check_gas(&self, transaction: &Transaction) -> Result<(), PoolError> {
        let gas = transaction.gas_limit();
        if self.evm.is_enabled_in(SpecId::OSAKA) && gas > TRANSACTION_GAS_CAP {
            return Err(PoolError::ExceedsGasCap {
                gas,
                cap: TRANSACTION_GAS_CAP,
            });
        }
        if gas > self.block_gas_limit {
            return Err(PoolError::ExceedsBlockGasLimit {
                gas,
                limit: self.block_gas_limit,
            });
        }
        let needed = self.intrinsic_gas(transaction);
        if gas < needed {
            return Err(PoolError::IntrinsicGas { gas, needed });
        }
        Ok(())
    }

    fn intrinsic_gas(&self, transaction: &Transaction) -> u64 {
        let (accounts, slots) = transaction.access_list().map_or((0, 0), |list| {
            (
                list.len() as u64,
                list.iter().map(|item| item.storage_keys.len() as u64).sum(),
            )
        });
        let authorizations = transaction.authorization_list().map_or(0, |list| list.len() as u64);
        let gas = calculate_initial_tx_gas(
            self.evm,
            transaction.input(),
            transaction.is_create(),
            accounts,
            slots,
            authorizations,
        );
        gas.initial_total_gas.max(gas.floor_gas)
    }

    fn check_fees(&self, transaction: &Transaction) -> Result<(), PoolError> {
        let fee_wei = transaction.max_fee_per_gas();
        let tip_wei = transaction.max_priority_fee_per_gas().unwrap_or(fee_wei);
        if tip_wei > fee_wei {
            return Err(PoolError::TipAboveFeeCap { tip_wei, fee_wei });
        }
        if tip_wei < self.tip_min_wei {
            return Err(PoolError::Underpriced {
                tip_wei,
                minimum_wei: self.tip_min_wei,
            });
        }
        Ok(())
    }
}

impl SenderAccount {
    /// Checks nonce and funds.
    pub(super) fn check(&self, transaction: &Transaction, cost_wei: U256) -> Result<(), PoolError> {
        let (next, nonce) = (self.nonce, transaction.nonce());
        if nonce == u64::MAX {
            return Err(PoolError::NonceMax);
        }
        if nonce < next {
            return Err(PoolError::NonceTooLow { next, nonce });
        }
        if nonce - next > limits::NONCE_GAP_MAX {
            return Err(PoolError::NonceTooHigh { next, nonce });
        }
        if cost_wei > self.balance_wei {
            let Self {
                address,
                balance_wei: have,
                ..
            } = *self;
            return Err(PoolError::InsufficientFunds {
                address,
                have,
                want: cost_wei,
            });
        }
        Ok(())
    }
}

/// Whether an account with this code may send transactions (EIP-3607, and EIP-7702's exception).
pub(super) fn may_send(code: &[u8]) -> bool {
    code.is_empty() || code.starts_with(&EIP7702_DELEGATION_DESIGNATOR)
}

/// Checks the blobs against the transaction that names them, and brings their proofs into the form that the fork wants.
pub(super) fn check_sidecar(
    pooled: PooledTransaction,
    cell_proofs: bool,
) -> Result<(Transaction, Option<BlobTransactionSidecarVariant>), PoolError> {
    let PooledTransaction { transaction, sidecar } = pooled;
    let Some(hashes) = transaction.blob_versioned_hashes() else {
        return Ok((transaction, None));
    };
    let invalid = |reason: String| PoolError::InvalidBlobs { reason };
    let sidecar = sidecar.ok_or_else(|| invalid("the transaction came without its blobs".into()))?;
    let settings = alloy_eips::eip4844::env_settings::EnvKzgSettings::Default;
    sidecar
        .validate(hashes, settings.get())
        .map_err(|error| invalid(error.to_string()))?;
    let sidecar = match sidecar {
        BlobTransactionSidecarVariant::Eip4844(old) if cell_proofs => BlobTransactionSidecarVariant::Eip7594(
            old.try_into_7594(settings.get())
                .map_err(|error| invalid(error.to_string()))?,
        ),
        sidecar => sidecar,
    };
    Ok((transaction, Some(sidecar)))
}
