//! The embedded L1, and the whole system wired in one process.

mod error;
mod execution;
mod foreign_l1;
mod l1;
mod ports;
mod recording;
mod system;

pub use error::Error;
pub use execution::{ExecutionClient, ExecutionConfig};
pub use foreign_l1::ForeignL1;
pub use l1::{EmbeddedL1, EmbeddedL1Config};
pub use ports::{Ports, Urls};
pub use recording::Recording;
pub use system::{Devnet, DevnetConfig, L1Choice};

/// What this program calls itself.
const CLIENT_VERSION: &str = concat!("tandem/v", env!("CARGO_PKG_VERSION"), "/linux");
