//! The consensus node: derives the L2 from L1, sequences it, posts it, and says where it stands.
//!
//! [`Node::start`] derives, and sequences where it is told to: its driver alone owns the engine's labels. [`Node::batch`],
//! [`Node::propose`] and [`Node::challenge`] add roles: the batcher posts to L1 what the driver made, the proposer puts its outputs
//! there, the challenger judges those of others.

mod batcher;
mod challenger;
mod clock;
mod config;
mod driver;
mod engine;
mod error;
mod event;
mod heads;
mod l1;
mod node;
mod output;
mod ports;
mod proposer;
mod rpc;
mod safedb;
mod settlement;
mod shutdown;
mod status;
mod telemetry;
mod waits;

pub use batcher::DataAvailabilityType;
pub use challenger::{Alarm, ChallengerConfig, ChallengerStatus, Difference, Fault, SettlementContracts};
pub use clock::Clock;
pub use config::{BatcherConfig, Config, ProposerConfig, SequencerConfig};
pub use engine::{LocalEngine, RemoteEngine};
pub use error::Error;
pub use event::Event;
pub use l1::{L1Endpoints, TxManagerWriter};
pub use node::Node;
pub use output::{Contradiction, Output, OutputError, output_at};
pub use ports::{Engine, EngineError, Inserted, L1Reader, L1Writer, L2Block, OutputReader, SettlementReader};
pub use safedb::{SafeDb, SafeHead, SafeHeadAt};
pub use settlement::L1Settlement;
pub use status::SyncStatus;
pub use telemetry::{METRICS, Metric, MetricKind, NodeTelemetry, Telemetry, TelemetryServer};
pub use waits::{WaitList, Waiter};
