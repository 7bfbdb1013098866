//! A block's changes to the state, and the tries after them.

use alloc::collections::BTreeMap;
use alloy_primitives::{Address, B256, U256, keccak256};

mod update;
pub use update::{StateTrieUpdate, StateUpdate, StorageJob, StorageUpdate, build_state, update_state};

/// What an account's leaf holds beside its storage root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountInfo {
    /// The nonce.
    pub nonce: u64,
    /// The balance in wei.
    pub balance: U256,
    /// The Keccak-256 hash of the code, [`KECCAK_EMPTY`](crate::KECCAK_EMPTY) where there is none.
    pub code_hash: B256,
}

/// What happened to one account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountChange {
    /// The account as it is now; `None` when it is gone, and its storage with it. (Whether an empty account is gone is
    /// the executor's to say, EIP-161.)
    pub info: Option<AccountInfo>,
    /// Whether the storage of before is gone: the slots below are all there is.
    pub storage_wiped: bool,
    /// New values by hashed slot; zero deletes.
    pub storage: BTreeMap<B256, U256>,
}

/// The changes of a block or of several, by hashed address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HashedChanges {
    /// Each changed account once.
    pub accounts: BTreeMap<B256, AccountChange>,
}

impl HashedChanges {
    /// Adds an account with its changed slots as the EVM knows them, hashing both.
    pub fn insert_plain(
        &mut self,
        address: Address,
        info: Option<AccountInfo>,
        storage_wiped: bool,
        slots: impl IntoIterator<Item = (U256, U256)>,
    ) {
        let hashed = |(slot, value): (U256, U256)| (keccak256(slot.to_be_bytes::<32>()), value);
        let storage = slots.into_iter().map(hashed).collect();
        self.accounts.insert(
            keccak256(address),
            AccountChange {
                info,
                storage_wiped,
                storage,
            },
        );
    }
}
