//! Consolidation: whether a block that is there already is the one that was derived.
//!
//! Specification: `protocol/derivation.md`, "L1-consolidation: payload attributes matching".

use protocol::{Block, Eip1559Params, ExtraData, Fork, RollupConfig};

use crate::DerivedAttributes;

/// How a block differs from what was derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// The parent's hash.
    #[error("parent hash differs")]
    ParentHash,
    /// The time.
    #[error("timestamp differs")]
    Timestamp,
    /// The randomness of L1.
    #[error("prevRandao differs")]
    PrevRandao,
    /// The fee recipient.
    #[error("fee recipient differs")]
    FeeRecipient,
    /// The number of transactions.
    #[error("there are {found} transactions, derived were {derived}")]
    TransactionCount {
        /// How many were derived.
        derived: usize,
        /// How many the block has.
        found: usize,
    },
    /// A transaction.
    #[error("transaction {0} differs")]
    Transaction(usize),
    /// The gas limit.
    #[error("gas limit differs")]
    GasLimit,
    /// The withdrawals, which are none.
    #[error("withdrawals differ")]
    Withdrawals,
    /// The parent beacon block root.
    #[error("parent beacon block root differs")]
    ParentBeaconBlockRoot,
    /// The EIP-1559 parameters.
    #[error("EIP-1559 parameters differ")]
    Eip1559Params,
    /// The minimum base fee.
    #[error("minimum base fee differs")]
    MinBaseFee,
}

/// Compares a block with what was derived for its place. If they match, the block is safe.
pub fn matches(rollup: &RollupConfig, derived: &DerivedAttributes, block: &Block) -> Result<(), Mismatch> {
    let attributes = &derived.attributes;
    let header = &block.header;
    let withdrawals = block.body.withdrawals.as_ref().map(|list| list.as_slice());
    let checks = [
        (header.parent_hash == derived.parent.hash, Mismatch::ParentHash),
        (header.timestamp == attributes.timestamp, Mismatch::Timestamp),
        (header.mix_hash == attributes.prev_randao, Mismatch::PrevRandao),
        (
            header.beneficiary == attributes.suggested_fee_recipient,
            Mismatch::FeeRecipient,
        ),
        (Some(header.gas_limit) == attributes.gas_limit, Mismatch::GasLimit),
        (withdrawals == attributes.withdrawals.as_deref(), Mismatch::Withdrawals),
        (
            header.parent_beacon_block_root == attributes.parent_beacon_block_root,
            Mismatch::ParentBeaconBlockRoot,
        ),
    ];
    for (is_same, mismatch) in checks {
        if !is_same {
            return Err(mismatch);
        }
    }
    match_transactions(derived, block)?;
    match_extra_data(rollup, derived, &header.extra_data)
}

fn match_transactions(derived: &DerivedAttributes, block: &Block) -> Result<(), Mismatch> {
    let (expected, found) = (&derived.attributes.transactions, &block.body.transactions);
    if expected.len() != found.len() {
        let (derived, found) = (expected.len(), found.len());
        return Err(Mismatch::TransactionCount { derived, found });
    }
    let mut pairs = expected.iter().zip(found);
    match pairs.position(|(raw, transaction)| *raw != transaction.encoded()) {
        Some(index) => Err(Mismatch::Transaction(index)),
        None => Ok(()),
    }
}

/// Compares the fee parameters. Zero in attributes stands for the chain's constants.
fn match_extra_data(rollup: &RollupConfig, derived: &DerivedAttributes, extra_data: &[u8]) -> Result<(), Mismatch> {
    let attributes = &derived.attributes;
    let Some(params) = attributes.eip1559_params else {
        return Ok(());
    };
    let found = ExtraData::decode(extra_data).map_err(|_| Mismatch::Eip1559Params)?;
    let params = Eip1559Params::decode(params).map_err(|_| Mismatch::Eip1559Params)?;
    if found.params != params.or(rollup.chain_op_config.canyon()) {
        return Err(Mismatch::Eip1559Params);
    }
    let is_jovian = rollup.is_active(Fork::Jovian, attributes.timestamp);
    if is_jovian && found.min_base_fee != attributes.min_base_fee {
        return Err(Mismatch::MinBaseFee);
    }
    Ok(())
}
