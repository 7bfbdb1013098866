//! Upgrade bundles: transactions that a fork's activation block executes, listed in a file.
//!
//! Specification: `protocol/karst/derivation.md`. The published bundle is JSON; `karst.rlp` holds the
//! same as a list of `[intent, from, to, gas limit, data]`.

use alloc::{format, string::String, vec::Vec};

use alloy_primitives::{Address, Bytes, TxKind, U256};
use alloy_rlp::{Decodable, RlpDecodable, RlpEncodable};
use op_alloy_consensus::TxDeposit;

use crate::{DepositSource, Error, Fork};

static KARST: &[u8] = include_bytes!("karst.rlp");

/// One transaction of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, RlpDecodable, RlpEncodable)]
pub struct UpgradeTransaction {
    /// What the transaction is for; its source hash is made from it.
    pub intent: String,
    /// The sender.
    pub from: Address,
    /// The recipient.
    pub to: Address,
    /// Its gas limit, which counts into the gas that the activation block has more than others.
    pub gas_limit: u64,
    /// The calldata.
    pub data: Bytes,
}

/// The bundle of Karst.
pub fn karst_bundle() -> Result<Vec<UpgradeTransaction>, Error> {
    Vec::decode(&mut &*KARST).map_err(Error::Transaction)
}

/// The upgrade transactions of Karst.
pub(super) fn karst_upgrade() -> Result<Vec<TxDeposit>, Error> {
    let deposits = karst_bundle()?.into_iter().enumerate();
    Ok(deposits
        .map(|(index, transaction)| transaction.into_deposit(Fork::Karst, index))
        .collect())
}

impl UpgradeTransaction {
    /// The deposit that the transaction stands for, at its index in the bundle of a fork.
    fn into_deposit(self, fork: Fork, index: usize) -> TxDeposit {
        let intent = format!("{fork} {index}: {}", self.intent);
        TxDeposit {
            source_hash: DepositSource::Upgrade { intent: &intent }.hash(),
            from: self.from,
            to: TxKind::Call(self.to),
            mint: 0,
            value: U256::ZERO,
            gas_limit: self.gas_limit,
            is_system_transaction: false,
            input: self.data,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KARST_UPGRADE_GAS;

    #[test]
    fn the_bundle_needs_the_gas_that_the_activation_block_has_more() {
        let bundle = karst_bundle().unwrap();
        assert_eq!(bundle.len(), 31);
        let gas: u64 = bundle.iter().map(|transaction| transaction.gas_limit).sum();
        assert_eq!(gas, KARST_UPGRADE_GAS);
    }

    #[test]
    fn intents_are_qualified_with_fork_and_index() {
        let deposits = karst_upgrade().unwrap();
        let intent = "Karst 0: ConditionalDeployer Deployment";
        assert_eq!(deposits[0].source_hash, DepositSource::Upgrade { intent }.hash());
    }
}
