//! The genesis block, from a genesis file in geth's or op-geth's format.

use crate::Error;
use alloy_genesis::{Genesis, GenesisAccount};
use alloy_primitives::{B256, U256, keccak256};
use execute::{Account, AccountChange, SlotChange, StateChanges};
use protocol::{Block, BlockBody, ChainSpec, EthereumFork, genesis_header, predeploys};
use trie::{ChangedNode, EMPTY_ROOT_HASH, KECCAK_EMPTY, build_state};

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
    let changes = allocation(genesis);
    let trie = build_state(&changes.hashed()).map_err(|_| Error::Damaged { what: "the genesis state" })?;
    let message_passer = keccak256(predeploys::L2_TO_L1_MESSAGE_PASSER);
    let message_passer_root = trie.storage_roots.get(&message_passer).copied().unwrap_or(EMPTY_ROOT_HASH);
    let header = genesis_header(&spec, genesis, trie.root, message_passer_root);
    let fork = spec.ethereum_fork(header.number, header.timestamp, header.difficulty);
    let withdrawals = (fork >= EthereumFork::Shanghai).then(Default::default);
    let hash = header.hash_slow();
    let block = Block::new(header, BlockBody { withdrawals, ..Default::default() });
    Ok(GenesisBlock { spec, hash, block, changes, nodes: trie.nodes })
}

fn allocation(genesis: &Genesis) -> StateChanges {
    let mut changes = StateChanges::default();
    for (address, account) in &genesis.alloc {
        if let Some(code) = account.non_empty_code() {
            changes.code.insert(keccak256(code), code.clone());
        }
        changes.accounts.insert(*address, allocated(account));
    }
    changes
}

fn allocated(account: &GenesisAccount) -> AccountChange {
    let current = Account {
        nonce: account.nonce.unwrap_or_default(),
        balance: account.balance,
        code_hash: account.code_hash().unwrap_or(KECCAK_EMPTY),
    };
    let slots = account.storage.iter().flatten().filter(|(_, value)| !value.is_zero());
    let slot = |(slot, value): (&B256, &B256)| {
        let change = SlotChange { previous: U256::ZERO, current: U256::from_be_bytes(value.0) };
        (U256::from_be_bytes(slot.0), change)
    };
    AccountChange { previous: None, current: Some(current), storage_wiped: false, storage: slots.map(slot).collect() }
}
