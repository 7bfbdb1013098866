//! A transaction of the protocol as the EVM takes it.

use crate::invalid::{InvalidTransaction, Rejection};
use crate::machine::RejectedTransaction;
use alloc::string::ToString;
use alloy_consensus::Transaction as _;
use alloy_primitives::{Address, Bytes};
use op_revm::{OpTransaction, transaction::deposit::DepositTransactionParts};
use protocol::Transaction;
use revm::{
    context::{TxEnv, result::InvalidTransaction as EvmRejection},
    context_interface::either::Either,
};

/// The transaction with its sender, and the bytes that its L1 fee is charged for.
pub(crate) fn evm_transaction(
    transaction: &Transaction,
    sender: Address,
    envelope: Option<Bytes>,
) -> OpTransaction<TxEnv> {
    OpTransaction {
        base: base(transaction, sender),
        enveloped_tx: envelope,
        deposit: deposit(transaction),
    }
}

fn base(transaction: &Transaction, sender: Address) -> TxEnv {
    let authorizations = transaction.authorization_list().unwrap_or_default();
    TxEnv {
        tx_type: alloy_eips::Typed2718::ty(transaction),
        caller: sender,
        gas_limit: transaction.gas_limit(),
        gas_price: transaction.max_fee_per_gas(),
        kind: transaction.kind(),
        value: transaction.value(),
        data: transaction.input().clone(),
        nonce: transaction.nonce(),
        chain_id: transaction.chain_id(),
        access_list: transaction.access_list().cloned().unwrap_or_default(),
        gas_priority_fee: transaction.max_priority_fee_per_gas(),
        blob_hashes: transaction.blob_versioned_hashes().unwrap_or_default().to_vec(),
        max_fee_per_blob_gas: transaction.max_fee_per_blob_gas().unwrap_or_default(),
        authorization_list: authorizations.iter().cloned().map(Either::Left).collect(),
    }
}

fn deposit(transaction: &Transaction) -> DepositTransactionParts {
    transaction
        .as_deposit()
        .map_or_else(DepositTransactionParts::default, |deposit| DepositTransactionParts {
            source_hash: deposit.source_hash,
            mint: (deposit.mint != 0).then_some(deposit.mint),
            is_system_transaction: deposit.is_system_transaction,
        })
}

impl From<RejectedTransaction> for InvalidTransaction {
    fn from(rejected: RejectedTransaction) -> Self {
        let rejection = match &rejected {
            RejectedTransaction::Base(reason) => reaction(reason),
            _ => Rejection::Permanent,
        };
        Self::Rejected(rejected.to_string(), rejection)
    }
}

const fn reaction(reason: &EvmRejection) -> Rejection {
    match reason {
        EvmRejection::NonceTooLow { .. } => Rejection::NonceTooLow,
        EvmRejection::NonceTooHigh { .. } => Rejection::NonceTooHigh,
        EvmRejection::LackOfFundForMaxFee { .. } => Rejection::Funds,
        EvmRejection::GasPriceLessThanBasefee | EvmRejection::BlobGasPriceGreaterThanMax { .. } => {
            Rejection::Underpriced
        }
        _ => Rejection::Permanent,
    }
}
