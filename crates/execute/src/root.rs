//! From a block's changes to the state root.

use crate::{Account, Error, StateChanges, StateSource};
use alloy_consensus::Header;
use alloy_primitives::{B256, keccak256};
use protocol::predeploys::L2_TO_L1_MESSAGE_PASSER;
use trie::{AccountInfo, EMPTY_ROOT_HASH, HashedChanges, NodeSource, StateTrieUpdate, Trie};

/// The block that the next one builds on, with the state after it.
#[derive(Debug, Clone, Copy)]
pub struct Parent<'a, S, N> {
    /// Its header.
    pub header: &'a Header,
    /// Its hash.
    pub hash: B256,
    /// Accounts, slots, code and block hashes.
    pub state: S,
    /// The nodes of the state's trie.
    pub nodes: N,
}

/// Why nothing could be said about a block whose trie is updated too.
pub type BlockError<S, N> = Error<<S as StateSource>::Error, trie::Error<<N as NodeSource>::Error>>;

impl StateChanges {
    /// The changes under the keys of the trie.
    pub fn hashed(&self) -> HashedChanges {
        let mut hashed = HashedChanges::default();
        for (address, change) in &self.accounts {
            let slots = change.storage.iter().map(|(slot, value)| (*slot, value.current));
            let info = change.current.map(Account::info);
            hashed.insert_plain(*address, info, change.storage_wiped, slots);
        }
        hashed
    }
}

impl Account {
    /// What the account's leaf holds beside its storage root.
    pub const fn info(self) -> AccountInfo {
        AccountInfo {
            nonce: self.nonce,
            balance: self.balance,
            code_hash: self.code_hash,
        }
    }
}

/// The trie of the state after a block: its root, and the nodes to store.
pub fn state_root<N: NodeSource>(
    parent_root: B256,
    changes: &StateChanges,
    nodes: N,
) -> Result<StateTrieUpdate, trie::Error<N::Error>> {
    trie::update_state(parent_root, &changes.hashed(), nodes)
}

/// The storage root of an account after an update: from the update if the account changed, else
/// from the trie of the parent.
pub fn storage_root<N: NodeSource>(
    address: alloy_primitives::Address,
    parent_root: B256,
    update: &StateTrieUpdate,
    nodes: N,
) -> Result<B256, trie::Error<N::Error>> {
    let key = keccak256(address);
    if let Some(root) = update.storage_roots.get(&key) {
        return Ok(*root);
    }
    let account = Trie::open(None, parent_root, nodes).account(key)?;
    Ok(account.map_or(EMPTY_ROOT_HASH, |account| account.storage_root))
}

/// The storage root of the message passer after an update.
pub(crate) fn message_passer_root<S: StateSource, N: NodeSource>(
    parent_root: B256,
    update: &StateTrieUpdate,
    nodes: N,
) -> Result<B256, BlockError<S, N>> {
    storage_root(L2_TO_L1_MESSAGE_PASSER, parent_root, update, nodes).map_err(Error::Trie)
}
