//! The first state: a genesis allocation.

use crate::{Account, AccountChange, SlotChange, StateChanges};
use alloy_consensus::Header;
use alloy_genesis::{Genesis, GenesisAccount};
use alloy_primitives::{B256, KECCAK256_EMPTY, U256, keccak256};
use core::convert::Infallible;
use protocol::{ChainSpec, genesis_header, predeploys::L2_TO_L1_MESSAGE_PASSER};
use trie::{EMPTY_ROOT_HASH, StateTrieUpdate, build_state};

/// A chain's first block, with the state that its allocation makes.
#[derive(Debug, Clone)]
pub struct GenesisBlock {
    /// The header.
    pub header: Header,
    /// Its hash.
    pub hash: B256,
    /// The allocation, as changes to nothing.
    pub changes: StateChanges,
    /// The trie, with all its nodes.
    pub trie: StateTrieUpdate,
}

/// The genesis block of a chain.
pub fn genesis_block(spec: &ChainSpec, genesis: &Genesis) -> Result<GenesisBlock, trie::Error<Infallible>> {
    let changes = allocation(genesis);
    let trie = build_state(&changes.hashed())?;
    let message_passer = trie.storage_roots.get(&keccak256(L2_TO_L1_MESSAGE_PASSER)).copied();
    let header = genesis_header(spec, genesis, trie.root, message_passer.unwrap_or(EMPTY_ROOT_HASH));
    let hash = header.hash_slow();
    Ok(GenesisBlock {
        header,
        hash,
        changes,
        trie,
    })
}

fn allocation(genesis: &Genesis) -> StateChanges {
    let mut changes = StateChanges::default();
    for (address, account) in &genesis.alloc {
        let code_hash = account.code.as_ref().filter(|code| !code.is_empty()).map(|code| {
            let hash = keccak256(code);
            changes.code.insert(hash, code.clone());
            hash
        });
        changes.accounts.insert(*address, account_change(account, code_hash));
    }
    changes
}

fn account_change(account: &GenesisAccount, code_hash: Option<B256>) -> AccountChange {
    let slots = account.storage.iter().flatten();
    AccountChange {
        previous: None,
        current: Some(Account {
            nonce: account.nonce.unwrap_or_default(),
            balance: account.balance,
            code_hash: code_hash.unwrap_or(KECCAK256_EMPTY),
        }),
        storage_wiped: false,
        storage: slots
            .map(|(slot, value)| (U256::from_be_bytes(slot.0), U256::from_be_bytes(value.0)))
            .filter(|(_, value)| !value.is_zero())
            .map(|(slot, current)| {
                (
                    slot,
                    SlotChange {
                        previous: U256::ZERO,
                        current,
                    },
                )
            })
            .collect(),
    }
}
