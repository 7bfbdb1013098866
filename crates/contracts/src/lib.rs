//! What `contracts/` compiles to, as Rust values: typed bindings, the compiled bytecode, the predeploy table, genesis allocations
//! of both layers, and the ordered L1 transactions that deploy the system.
//!
//! Synchronous and without I/O: whoever sends the transactions or writes the files lives above.

mod accounts;
mod addresses;
mod artifacts;
pub mod bindings;
mod deployment;
mod error;
mod genesis;
mod layout;
mod predeploys;
mod preinstalls;

pub use accounts::{
    BATCHER, CHALLENGER, DEVNET_L1_CHAIN_IDS, DevAccount, MNEMONIC, OPERATORS, OWNER, PREFUNDED, PROPOSER, SEQUENCER,
    dev_accounts,
};
pub use addresses::{Addresses, L1Side, ProxiedContract};
pub use artifacts::Artifact;
pub use deployment::{
    DeploymentConfig, DeploymentPlan, Effect, MAXIMUM_GAS_LIMIT, MINIMUM_GAS_LIMIT, PlannedTransaction, RollupStart,
    batch_inbox_address, creation_gas_limit,
};
pub use error::Error;
pub use genesis::{
    DEV_BALANCE_WEI, FeeVaultConfig, L1GenesisConfig, L2GenesisConfig, WithdrawalNetwork, l1_chain_config, l1_genesis,
    l2_genesis,
};
pub use layout::{LayoutFault, StorageLayout, Variable};
pub use predeploys::{NAMESPACE_SIZE, PREDEPLOYS, Predeploy, implementation_address, namespace_address};
pub use preinstalls::{Preinstall, preinstalls};
