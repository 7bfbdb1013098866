//! Getting transactions into L1.

mod candidate;
mod config;
mod fees;
mod manager;
mod outstanding;
mod payload;
mod pending;
mod receipt;
mod recovery;
mod refusal;
mod submission;

pub use candidate::{Lane, TxCandidate};
pub use config::{BlobProofs, TxConfig};
pub use fees::{FeeMarket, Fees};
pub use manager::TxManager;
pub use pending::Pending;
pub use receipt::TxReceipt;
