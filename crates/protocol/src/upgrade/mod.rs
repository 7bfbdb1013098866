//! Network upgrade transactions: deposits that a fork's activation block begins with.
//!
//! Isthmus is active at genesis wherever this implementation derives, so that only Jovian and Karst
//! have an activation block.

mod bundle;
mod jovian;

use alloc::vec::Vec;

use op_alloy_consensus::TxDeposit;

use crate::{Error, Fork, RollupConfig};

pub use self::{
    bundle::{UpgradeTransaction, karst_bundle},
    jovian::jovian_upgrade,
};

/// The upgrade transactions of the L2 block of that time, in order: none but in an activation block.
pub fn upgrade_transactions(config: &RollupConfig, l2_time: u64) -> Result<Vec<TxDeposit>, Error> {
    let mut transactions = Vec::new();
    if config.is_activation_block(Fork::Jovian, l2_time) {
        transactions.extend(jovian_upgrade());
    }
    if config.is_activation_block(Fork::Karst, l2_time) {
        transactions.extend(bundle::karst_upgrade()?);
    }
    Ok(transactions)
}
