//! Why a node does not start, or stops.

use crate::EngineError;
use std::{net::SocketAddr, path::PathBuf};

/// A failure that ends the node.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// L1 cannot be used as it is configured.
    #[error(transparent)]
    L1(#[from] l1::Error),
    /// The execution client cannot be used as it is configured.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The rollup configuration is not one that this node follows.
    #[error("rollup config: {0}")]
    Rollup(#[from] protocol::Error),
    /// The execution client runs another chain.
    #[error(
        "the execution client runs chain {found}, the rollup config is for chain {expected}: give the two that belong together"
    )]
    OtherChain {
        /// The rollup configuration's.
        expected: u64,
        /// The execution client's.
        found: u64,
    },
    /// The execution client has another genesis.
    #[error(
        "the execution client's genesis is {found}, the rollup config's {expected}: give the two that belong together"
    )]
    OtherGenesis {
        /// The rollup configuration's.
        expected: alloy_primitives::B256,
        /// The execution client's.
        found: alloy_primitives::B256,
    },
    /// L1 has another block where the rollup begins.
    #[error(
        "L1 has no block {hash} at height {number}, where the rollup config begins: --l1 names another chain, or one not in sync"
    )]
    OtherL1Genesis {
        /// Its height.
        number: u64,
        /// Its hash.
        hash: alloy_primitives::B256,
    },
    /// The chain cannot be derived any further.
    #[error("derivation stopped: {0}")]
    Halted(#[from] derive::HaltReason),
    /// Not even the finalized block's L1 origin is on this L1.
    #[error(
        "L1 does not have block {0}, the origin of a finalized block: --l1 names another chain, or one not in sync"
    )]
    FinalizedReorged(alloy_primitives::B256),
    /// The record of safe heads cannot be read or written.
    #[error("safe head database {}: {source}: check the disk, or name another --safedb.path", path.display())]
    SafeDb {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The record of safe heads is another's.
    #[error(
        "{} is no safe head database of this chain and version: name another --safedb.path, or remove it",
        path.display()
    )]
    SafeDbOther {
        /// The file.
        path: PathBuf,
    },
    /// Safe heads are not recorded, and the challenger judges by that record.
    #[error("the challenger needs the record of safe heads: give --safedb.path")]
    ChallengerWithoutSafeDb,
    /// The oracle obeys another account.
    #[error(
        "the oracle at {oracle} takes outputs from {proposer} only, the key is of {account}: give the proposer's key with --proposer-key-file or OP_PROPOSER_PRIVATE_KEY"
    )]
    NotProposer {
        /// The oracle.
        oracle: alloy_primitives::Address,
        /// Its proposer.
        proposer: alloy_primitives::Address,
        /// The own account.
        account: alloy_primitives::Address,
    },
    /// The oracle is not of this rollup.
    #[error("the oracle at {oracle} is not of this rollup: {difference}: correct --l2oo-address")]
    OtherOracle {
        /// The oracle.
        oracle: alloy_primitives::Address,
        /// In what it differs.
        difference: String,
    },
    /// Two roles would give out the nonces of one account.
    #[error(
        "{role} and {other} have the same account, {account}: give each a key of its own, or they take each other's nonces"
    )]
    SharedAccount {
        /// The one.
        role: &'static str,
        /// The other.
        other: &'static str,
        /// The account.
        account: alloy_primitives::Address,
    },
    /// A port is taken.
    #[error("cannot listen on {address}: {source}: choose another port")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// A role ended without being told to.
    #[error("the {0} ended unexpectedly; its log says why")]
    RoleEnded(&'static str),
}
