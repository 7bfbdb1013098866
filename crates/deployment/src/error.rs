//! Why a deployment does not go on.

use crate::Fault;
use alloy_primitives::{Address, B256};
use std::path::PathBuf;

/// A deployment or an upgrade is refused, or fails.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// L1 cannot be used.
    #[error(transparent)]
    L1(#[from] l1::Error),
    /// The contracts cannot be deployed as configured.
    #[error(transparent)]
    Contracts(#[from] contracts::Error),
    /// The L2's genesis block cannot be made.
    #[error(transparent)]
    Chain(#[from] chain::Error),
    /// A configuration is not usable.
    #[error(transparent)]
    Protocol(#[from] protocol::Error),
    /// A file could not be read or written.
    #[error("{}: {source}: check that the folder exists and may be written", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// A file does not hold what it should.
    #[error("{}: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The datadir's rollup stands on another L1.
    #[error(
        "the rollup in {} begins at block {number} ({hash}) of L1 chain {chain_id}, which this L1 does not have: start over the L1 that it was made on (--l1 URL, or no --l1 for the embedded one), or give another --datadir",
        folder.display()
    )]
    OtherL1 {
        /// The datadir.
        folder: PathBuf,
        /// The L1 chain that the rollup was made on.
        chain_id: u64,
        /// The L1 block that it begins at.
        number: u64,
        /// That block's hash.
        hash: B256,
    },
    /// A deployment is not to be made as configured: nothing was sent.
    #[error("{}", in_lines(path.as_ref(), faults))]
    DeploymentRefused {
        /// The file that configures it.
        path: Option<PathBuf>,
        /// What is wrong with it.
        faults: Vec<Fault>,
    },
    /// The folder holds another deployment that has begun.
    #[error(
        "{}: a deployment was begun here {what}: give what it was begun with to go on with it, or another --out to begin a new one",
        path.display()
    )]
    OtherDeployment {
        /// The record of the one that has begun.
        path: PathBuf,
        /// In what it differs.
        what: String,
    },
    /// The folder does not say what was deployed.
    #[error("{} is missing: it was written by `tandem deploy` before it began; put it back from a copy", .0.display())]
    NoRecord(PathBuf),
    /// A step that should be on chain is not there as planned.
    #[error(
        "{}: step `{what}` (nonce {nonce}) is on L1, but not with what it should have left there: it failed, or the deployer's account was used for something else; begin again with another --out",
        path.display()
    )]
    StepNotOnChain {
        /// The step.
        what: &'static str,
        /// Its nonce.
        nonce: u64,
        /// The record of the deployment.
        path: PathBuf,
    },
    /// An earlier run's transactions do not leave L1's pool.
    #[error(
        "{count} transactions of {deployer}, from nonce {nonce} on, are in L1's pool and not mined: wait until their fees are enough and run the same command again"
    )]
    StuckInPool {
        /// The deployer.
        deployer: Address,
        /// How many.
        count: u64,
        /// The first one's nonce.
        nonce: u64,
    },
    /// No L1 block has the time that the oracle keeps.
    #[error(
        "the output oracle {oracle} starts at {timestamp}, which is the time of no block since the deployment began: it was not initialised by this deployment; begin again with another --out"
    )]
    NoStart {
        /// The oracle.
        oracle: Address,
        /// The time that it starts at.
        timestamp: u64,
    },
    /// Who asks for an upgrade may not do it.
    #[error(
        "ProxyAdmin {proxy_admin} obeys {owner}, not {account}: give the owner's key, or write its calls with --calldata \
         if it is a multisig"
    )]
    NotTheOwner {
        /// The proxies' admin.
        proxy_admin: Address,
        /// Whom it obeys.
        owner: Address,
        /// Who asked.
        account: Address,
    },
    /// L1 has nothing that creates code for whoever asks.
    #[error(
        "L1 has no deterministic deployment proxy at {0}: have somebody deploy it there (EIP-1014), or upgrade with the owner's key"
    )]
    NoCreator(Address),
    /// An upgrade would make contracts misread their storage, or nobody can say that it does not.
    #[error("nothing was sent: {}", .0.join("; "))]
    UpgradeRefused(Vec<String>),
    /// An upgrade's transaction did not leave what it should.
    #[error(
        "{what} failed on L1 (transaction {transaction}): look at it with `cast run`, then run the same command again"
    )]
    UpgradeFailed {
        /// What it was to do.
        what: String,
        /// The transaction.
        transaction: B256,
    },
    /// `chain.toml` could not be written.
    #[error("chain.toml cannot be written: {0}")]
    Registry(#[source] toml::ser::Error),
    /// The L1 block that the rollup should begin with is not there.
    #[error("L1 has no head: check --l1")]
    NoL1Head,
}

impl Error {
    /// Adds the path that an I/O error is about.
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}

/// One line for each fault, each with the file's name where there is one.
fn in_lines(path: Option<&PathBuf>, faults: &[Fault]) -> String {
    let line = |fault: &Fault| match path {
        Some(path) => format!("{}: {fault}", path.display()),
        None => fault.to_string(),
    };
    faults.iter().map(line).collect::<Vec<_>>().join("\n")
}
