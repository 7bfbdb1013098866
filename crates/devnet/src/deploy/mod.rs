//! Puts the L1 contracts on any L1, takes an interrupted deployment up again, holds what is on chain to what should be there, and makes
//! the L2's genesis and configuration of it.

mod deployed;
mod deployment;
mod expected;
mod faults;
mod file;
mod record;
mod registry;
mod run;
mod verify;

pub use deployed::Deployed;
pub use deployment::{Deployment, FeeVaults, Roles, VaultNetwork};
pub use faults::Fault;
pub use file::DeploymentFile;
pub use record::DeploymentRecord;
pub use run::{Progress, deploy, progress};
pub(crate) use verify::Chain;
pub use verify::{Difference, verify};
