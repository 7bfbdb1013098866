//! The genesis block, from a genesis file in geth's or op-geth's format.

use crate::Error;
use alloy_genesis::Genesis;
use alloy_primitives::B256;
use execute::StateChanges;
use protocol::{Block, BlockBody, ChainSpec};
use trie::ChangedNode;

/// A genesis block with its whole state.
#[derive(Debug, Clone)]
pub struct GenesisBlock {
    /// The rules of its chain.
    pub spec: ChainSpec,
    /// The block's hash.
    pub hash: B256,
    /// The block.
    pub block: Block,
    /// The allocation, as a change of the empty state.
    pub changes: StateChanges,
    /// The trie of that state.
    pub nodes: Vec<ChangedNode>,
}

/// Makes the genesis block that a genesis file describes.
pub fn genesis_block(genesis: &Genesis) -> Result<GenesisBlock, Error> {
    let spec = ChainSpec::from_chain_config(&genesis.config).map_err(Error::GenesisConfig)?;
    let made = execute::genesis_block(&spec, genesis).map_err(|_| Error::Damaged {
        what: "the genesis state",
    })?;
    let execute::GenesisBlock {
        header,
        hash,
        changes,
        trie,
    } = made;
    // From Shanghai on a body has a list of withdrawals; its header says so.
    let withdrawals = header.withdrawals_root.map(|_| Default::default());
    let block = Block::new(
        header,
        BlockBody {
            withdrawals,
            ..Default::default()
        },
    );
    Ok(GenesisBlock {
        spec,
        hash,
        block,
        changes,
        nodes: trie.nodes,
    })
}
