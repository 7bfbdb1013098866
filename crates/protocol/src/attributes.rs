//! What a block is to be built from (specs: exec-engine.md, Extended PayloadAttributes).

use alloc::vec::Vec;

use alloy_eips::eip4895::Withdrawal;
use alloy_primitives::{Address, B64, B256, Bytes};
use serde::{Deserialize, Serialize};

/// Attributes of a block to build, in the Engine API's JSON form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PayloadAttributes {
    /// The block's timestamp in seconds.
    #[serde(with = "alloy_serde::quantity")]
    pub timestamp: u64,
    /// The L1 origin's randomness.
    pub prev_randao: B256,
    /// Who receives priority fees: the sequencer fee vault on L2.
    pub suggested_fee_recipient: Address,
    /// Consensus withdrawals: empty on L2 since Canyon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawals: Option<Vec<Withdrawal>>,
    /// The L1 origin's parent beacon block root, since Ecotone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_beacon_block_root: Option<B256>,
    /// Transactions that the block begins with, in this order.
    #[serde(default, deserialize_with = "null_as_default", skip_serializing_if = "Vec::is_empty")]
    pub transactions: Vec<Bytes>,
    /// Whether the block holds nothing but `transactions`.
    #[serde(
        default,
        deserialize_with = "null_as_default",
        skip_serializing_if = "core::ops::Not::not"
    )]
    pub no_tx_pool: bool,
    /// The block's gas limit; L2 requires it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "alloy_serde::quantity::opt"
    )]
    pub gas_limit: Option<u64>,
    /// EIP-1559 denominator and elasticity, since Holocene; zero stands for the chain's constants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eip1559_params: Option<B64>,
    /// Floor of the base fee in wei, since Jovian. Written as a number, read as that or as a quantity.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::number::read_option"
    )]
    pub min_base_fee: Option<u64>,
}

impl PayloadAttributes {
    /// The same attributes with nothing but the deposits: what an invalid batch becomes (Holocene).
    pub fn deposits_only(&self) -> Self {
        let is_deposit = |tx: &&Bytes| tx.first() == Some(&crate::DEPOSIT_TX_TYPE);
        let transactions = self.transactions.iter().filter(is_deposit).cloned().collect();
        Self {
            transactions,
            no_tx_pool: true,
            ..self.clone()
        }
    }

    /// Whether every transaction is a deposit.
    pub fn is_deposits_only(&self) -> bool {
        self.transactions
            .iter()
            .all(|tx| tx.first() == Some(&crate::DEPOSIT_TX_TYPE))
    }
}

fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}
