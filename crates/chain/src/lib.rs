//! The execution client of both layers: store, fork choice, pool, payload building, Engine API and eth JSON-RPC.
//!
//! [`Chain`] is the handle; everything else is what goes in and out of it.

mod cache;
mod chain;
mod config;
mod error;
mod events;
mod genesis;
mod payload;
mod payload_jobs;
mod pool;
mod record;
pub mod rpc;
mod senders;
mod sidecars;
mod signatures;
mod state;
mod status;
mod store;
mod tree;
mod verdict;

pub use chain::{Chain, TransactionLocation};
pub use config::{COMMIT_INTERVAL_BLOCKS, Config};
pub use error::Error;
pub use events::{ChainEvent, ChainObserver, EVENTS_LAG_MAX, REORG_RECORDS_MAX};
pub use genesis::{GenesisBlock, genesis_block};
pub use payload::{BuilderSettings, FILL_GRACE, JOBS_MAX, PayloadBuilder};
pub use payload_jobs::{BuiltPayload, PayloadError, PayloadJobs};
pub use pool::{
    Bell, Best, ByNonce, Pool, PoolContent, PoolError, PoolLimits, PoolStatus, Pooled, TRANSACTION_GAS_CAP,
    limits as pool_limits,
};
pub use record::{BlockRecord, Labels};
pub use senders::SenderCache;
pub use sidecars::{INCLUDED_SIDECARS_MAX, POOLED_SIDECARS_MAX, PooledSidecars, SidecarItem};
pub use signatures::Secp256k1;
pub use state::{State, StateError};
pub use status::Status;
pub use verdict::{DerivedVerdict, ForkchoiceUpdated, ForkchoiceVerdict, ImportVerdict};
