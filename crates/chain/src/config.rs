//! What a chain is opened with.

use alloy_genesis::Genesis;
use alloy_primitives::B256;
use std::path::PathBuf;

/// Canonical blocks that may wait in memory for the next commit of the state. After a crash they are executed again.
pub const COMMIT_INTERVAL_BLOCKS: u64 = 64;

/// What [`crate::Chain::open`] needs to know.
#[derive(Debug, Clone)]
pub struct Config {
    /// Folder of the chain's files; created if missing.
    pub datadir: PathBuf,
    /// The genesis file in geth's or op-geth's format.
    pub genesis: Genesis,
    /// The genesis hash that the caller expects, if it knows one (from a rollup configuration): another is refused.
    pub genesis_hash: Option<B256>,
    /// Canonical blocks that may wait in memory for the next commit of the state.
    pub commit_interval_blocks: u64,
}

impl Config {
    /// A configuration with the usual commit interval, that takes the genesis hash as it comes out.
    pub fn new(datadir: impl Into<PathBuf>, genesis: Genesis) -> Self {
        let commit_interval_blocks = COMMIT_INTERVAL_BLOCKS;
        Self {
            datadir: datadir.into(),
            genesis,
            genesis_hash: None,
            commit_interval_blocks,
        }
    }
}
