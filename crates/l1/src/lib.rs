//! Everything said to or heard from L1.
//!
//! [`L1Client`] reads blocks, receipts and storage over JSON-RPC and checks what a hash can check; [`BeaconClient`] finds blobs;
//! [`HeadWatcher`] follows the heads; [`OutputOracle`] reads the proposed outputs; [`TxManager`] gets transactions into L1. Nothing
//! in here decides: what L1 data means is `derive`'s, and when to send what is the roles'.

mod beacon;
mod block;
mod cache;
mod client;
mod deploy;
mod endpoint;
mod error;
mod head;
mod http;
mod kzg;
mod oracle;
mod receipt;
mod rpc;
mod txmgr;
mod wallet;

pub use beacon::{BeaconClient, BeaconConfig, BlobFault, SlotClock};
pub use block::L1Block;
pub use client::{BlobSchedule, Contract, L1Client};
pub use deploy::deploy;
pub use endpoint::Endpoint;
pub use error::{Error, Reaction};
pub use head::{HeadEvent, HeadWatcher, L1Heads};
pub use kzg::{kzg_settings, sidecar_with_cell_proofs, versioned_hash_of_blob};
pub use oracle::{NextOutput, OracleChange, OracleParameters, OutputOracle, ProposedOutput};
pub use receipt::L1Receipt;
pub use rpc::RpcConfig;
pub use txmgr::{BlobProofs, FeeMarket, Fees, Lane, Pending, TxCandidate, TxConfig, TxManager, TxReceipt};
pub use wallet::{ClientIdentity, RemoteSigner, Secret, Signer, SignerAccess, SignerFault, SignerHeader, Wallet};
