//! The embedded L1, and the whole system wired in one process.

mod deploy;
mod error;
mod execution;
mod files;
mod foreign_l1;
mod l1;
mod ports;
mod recording;
mod system;
mod upgrade;

pub use deploy::{
    Deployed, Deployment, DeploymentFile, DeploymentRecord, Difference, Fault, FeeVaults, Progress, Roles,
    VaultNetwork, deploy, progress, verify,
};
pub use error::Error;
pub use execution::{ExecutionClient, ExecutionConfig};
pub use files::{Files, read_json, read_or_create_jwt, write_file, write_json};
pub use foreign_l1::{DEVNET_L1_CHAIN_IDS, ForeignL1, devnet_l1_chain_config};
pub use l1::{EmbeddedL1, EmbeddedL1Config};
pub use ports::{Ports, Urls};
pub use recording::Recording;
pub use system::{Devnet, DevnetConfig, L1Choice};
pub use upgrade::{DeployedLayouts, UpgradePlan, UpgradeStep, plan_upgrade};

/// What this program calls itself.
pub const CLIENT_VERSION: &str = concat!("tandem/v", env!("CARGO_PKG_VERSION"), "/linux");
