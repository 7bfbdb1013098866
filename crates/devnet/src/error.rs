//! Why the system does not start.

use std::{net::SocketAddr, path::PathBuf};

/// A failure to start, or to go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A chain could not be opened or written.
    #[error(transparent)]
    Chain(#[from] chain::Error),
    /// A JSON-RPC server does not start.
    #[error(transparent)]
    Server(#[from] chain::rpc::ServerError),
    /// L1 cannot be used.
    #[error(transparent)]
    L1(#[from] ::l1::Error),
    /// A node does not start, or stopped.
    #[error(transparent)]
    Node(Box<node::Error>),
    /// The contracts cannot be deployed, or the files of a deployment cannot be read or written.
    #[error(transparent)]
    Deployment(#[from] deployment::Error),
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
    /// The port is taken.
    #[error("cannot listen on {address}: {source}: choose another port, or --port-offset")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// A devnet would be on a public L1.
    #[error(
        "L1 is chain {chain_id}, no development chain: devnets use keys that everybody knows, and stand on chains 900, 1337 and 31337 only; use `tandem deploy` and `tandem node` there"
    )]
    NotADevnet {
        /// L1's chain id.
        chain_id: u64,
    },
    /// L1 made no block of the deployment in time.
    #[error("L1 did not mine the deployment: {0}")]
    NotMined(&'static str),
    /// The L1 block that the rollup should begin with is not there.
    #[error("L1 has no head: check --l1")]
    NoL1Head,
    /// The L1 of a benchmark could not be made.
    #[error("the recording cannot be made: {0}")]
    Recording(String),
    /// The embedded L1 cannot make a block.
    #[error("the embedded L1 cannot make a block: {0}")]
    BlockProduction(String),
}

impl From<node::Error> for Error {
    fn from(error: node::Error) -> Self {
        Self::Node(Box::new(error))
    }
}

impl Error {
    /// Adds the path that an I/O error is about.
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}
