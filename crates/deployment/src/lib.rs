//! The rollup's contracts on any L1: deployed from one file, taken up again, held to what should be there, and upgraded; and the L2's
//! genesis and configuration that come of it.

mod deployed;
mod deployment;
mod error;
mod expected;
mod faults;
mod file;
mod files;
mod l1_chain_config;
mod layouts;
mod owner_calls;
mod record;
mod registry;
mod run;
mod upgrade;
mod verify;

pub use deployed::Deployed;
pub use deployment::{Deployment, FeeVaults, Roles, VaultNetwork};
pub use error::Error;
pub use faults::Fault;
pub use file::DeploymentFile;
pub use files::{Files, read_json, read_or_create_jwt, write_file, write_json};
pub use l1_chain_config::devnet_l1_chain_config;
pub use layouts::DeployedLayouts;
pub use owner_calls::{OwnerCall, OwnerCalls};
pub use record::DeploymentRecord;
pub use run::{Progress, deploy, progress};
pub use upgrade::{UpgradePlan, UpgradeStep, plan_upgrade};
pub use verify::{Difference, verify};
