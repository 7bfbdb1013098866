//! Genesis blocks of both layers, in geth's format.

mod l1;
mod l2;
mod l2_allocation;

use alloy_primitives::U256;

pub use l1::{L1GenesisConfig, l1_chain_config, l1_genesis};
pub use l2::{FeeVaultConfig, L2GenesisConfig, WithdrawalNetwork, l2_genesis};

/// What a development account starts with on either layer: 10,000 ether.
pub const DEV_BALANCE_WEI: U256 = U256::from_limbs([
    0x1e19e0c9bab2400000u128 as u64,
    (0x21e19e0c9bab2400000u128 >> 64) as u64,
    0,
    0,
]);
