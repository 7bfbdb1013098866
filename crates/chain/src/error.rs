//! What can go wrong in the store or around it. Verdicts on blocks are values, see [`crate::ImportVerdict`].

use alloy_primitives::B256;
use std::path::PathBuf;

/// A failure of the execution client itself: the datadir, the disk, or a configuration that does not fit.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The datadir holds another chain.
    #[error(
        "{} holds chain {found_chain_id} with genesis {found_genesis}, not chain {wanted_chain_id} with genesis \
         {wanted_genesis}: give the genesis file it was made with, or another --datadir",
        path.display()
    )]
    OtherChain {
        /// The datadir.
        path: PathBuf,
        /// Chain id found in the datadir.
        found_chain_id: u64,
        /// Genesis hash found in the datadir.
        found_genesis: B256,
        /// Chain id of the configuration.
        wanted_chain_id: u64,
        /// Genesis hash of the configuration.
        wanted_genesis: B256,
    },
    /// The datadir was written by a newer version of this program.
    #[error(
        "{} has store version {found}, this program reads up to {supported}: run the newer program, or another --datadir",
        path.display()
    )]
    NewerSchema {
        /// The datadir.
        path: PathBuf,
        /// Version found in the datadir.
        found: u32,
        /// Newest version that this program reads.
        supported: u32,
    },
    /// Another process has the datadir open.
    #[error("{} is in use by another process: stop it, or give another --datadir", path.display())]
    InUse {
        /// The datadir.
        path: PathBuf,
    },
    /// The configuration expects another genesis block than the genesis file gives.
    #[error(
        "the genesis file gives block {computed}, the configuration expects {expected}: give the genesis file of that chain"
    )]
    GenesisMismatch {
        /// Hash of the genesis block that was computed.
        computed: B256,
        /// Hash that was asked for.
        expected: B256,
    },
    /// The genesis file's `config` is not one that this program can follow.
    #[error("the genesis file's config is not usable: {0}")]
    GenesisConfig(#[source] protocol::Error),
    /// A file of the datadir could not be read or written.
    #[error("{}: {source}: check the disk and its free space", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// The database refused an operation.
    #[error("database: {0}: check the disk and its free space")]
    Database(#[from] libmdbx::MdbxError),
    /// The database could not be read.
    #[error("database: {0}")]
    DatabaseRead(#[from] libmdbx::ReadError),
    /// A stored value does not decode or a promised one is missing: the datadir is damaged.
    #[error("the datadir is damaged ({what}): remove it and synchronise again")]
    Damaged {
        /// Which invariant of the store does not hold.
        what: &'static str,
    },
    /// A block that was valid once does not execute to the same result now: the datadir is damaged.
    #[error("block {number} ({hash}) does not re-execute to its own header: remove the datadir and synchronise again")]
    NotReproducible {
        /// The block's number.
        number: u64,
        /// The block's hash.
        hash: B256,
    },
    /// The block is not known.
    #[error("block {0} is not known")]
    UnknownBlock(B256),
    /// Nothing could be said about a block: the state could not be read, or the EVM failed.
    #[error("execution: {0}")]
    Execution(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Nobody builds payloads here: the chain was opened without payload jobs.
    #[error("no payload builder is running here")]
    NoPayloadJobs,
}

impl Error {
    /// Adds the path that an I/O error is about.
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}
