//! What a block did to the state, with what was there before.

use crate::Account;
use alloc::collections::BTreeMap;
use alloy_primitives::{
    Address, Bytes, U256,
    map::{AddressMap, B256Map, U256Map},
};

/// Every account, slot and code that a block changed. Values before and after are both kept, so
/// that a store can apply the block and take it back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StateChanges {
    /// Changed accounts; an account whose storage alone changed is here too.
    pub accounts: AddressMap<AccountChange>,
    /// Code deployed by the block, by its hash.
    pub code: B256Map<Bytes>,
}

impl StateChanges {
    /// Whether the block changed nothing.
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.code.is_empty()
    }

    /// The accounts in the order of their addresses, for whoever needs a reproducible order.
    pub fn sorted(&self) -> BTreeMap<Address, &AccountChange> {
        self.accounts
            .iter()
            .map(|(address, change)| (*address, change))
            .collect()
    }
}

/// What a block did to one account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountChange {
    /// The account before the block.
    pub previous: Option<Account>,
    /// The account after the block; nothing when it is gone.
    pub current: Option<Account>,
    /// The storage that the account had before the block is gone: every slot that is not in
    /// `storage` is zero now. Happens to contracts that destroy themselves, and never from Cancun
    /// on to a contract that outlives its transaction.
    pub storage_wiped: bool,
    /// Changed slots. Where `storage_wiped` is set, their `previous` is not known: a store that
    /// wants to take the block back keeps the slots that it deletes.
    pub storage: U256Map<SlotChange>,
}

/// A slot before and after a block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SlotChange {
    /// The value before the block.
    pub previous: U256,
    /// The value after the block.
    pub current: U256,
}
