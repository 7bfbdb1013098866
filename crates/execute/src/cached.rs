//! The state in the middle of a block: the source below, the block's changes above.

use crate::{Account, AccountChange, SlotChange, StateChanges, StateSource};
use alloy_primitives::{
    Address, B256, U256,
    map::{AddressMap, B256Map, B256Set, Entry, U256Map},
};
use revm::{
    Database, DatabaseCommit,
    bytecode::Bytecode,
    database_interface::DBErrorMarker,
    state::{Account as TouchedAccount, AccountInfo, EvmStorage},
};

/// A failed read of the [`StateSource`], as the EVM carries it.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SourceError<E: core::error::Error + Send + Sync + 'static>(pub E);

impl<E: core::error::Error + Send + Sync + 'static> DBErrorMarker for SourceError<E> {}

/// What the transactions of a block did so far, over the state that the block started from.
/// Everything read is kept, so that the source is asked once for each account, slot and code.
#[derive(Debug, Clone)]
pub struct CachedState<S> {
    source: S,
    accounts: AddressMap<CachedAccount>,
    code: B256Map<Bytecode>,
    deployed: B256Set,
}

#[derive(Debug, Clone, Default)]
struct CachedAccount {
    previous: Option<Account>,
    current: Option<Account>,
    storage_wiped: bool,
    storage: U256Map<SlotChange>,
}

impl CachedAccount {
    fn loaded(account: Option<Account>) -> Self {
        Self {
            previous: account,
            current: account,
            ..Default::default()
        }
    }

    /// Whether slots that are not cached are known to be zero.
    fn has_no_older_storage(&self) -> bool {
        self.storage_wiped || self.previous.is_none()
    }

    fn destroy(&mut self) {
        self.storage_wiped |= self.previous.is_some();
        self.storage.clear();
        self.current = None;
    }

    fn write(&mut self, storage: EvmStorage) {
        for (slot, value) in storage.into_iter().filter(|(_, value)| value.is_changed()) {
            let fresh = SlotChange {
                previous: value.original_value,
                current: U256::ZERO,
            };
            self.storage.entry(slot).or_insert(fresh).current = value.present_value;
        }
    }

    fn into_change(self) -> Option<AccountChange> {
        let Self {
            previous,
            current,
            storage_wiped,
            mut storage,
        } = self;
        storage.retain(|_, slot| slot.previous != slot.current || storage_wiped);
        let changed = previous != current || storage_wiped || !storage.is_empty();
        changed.then_some(AccountChange {
            previous,
            current,
            storage_wiped,
            storage,
        })
    }
}

impl<S: StateSource> CachedState<S> {
    /// Starts from a source, with nothing changed.
    pub fn new(source: S) -> Self {
        Self {
            source,
            accounts: AddressMap::default(),
            code: B256Map::default(),
            deployed: B256Set::default(),
        }
    }

    /// The source below.
    pub const fn source(&self) -> &S {
        &self.source
    }

    /// The account as it is now.
    pub fn account(&mut self, address: Address) -> Result<Option<Account>, S::Error> {
        self.load(address).map(|cached| cached.current)
    }

    /// A slot as it is now.
    pub fn slot(&mut self, address: Address, slot: U256) -> Result<U256, S::Error> {
        let Self { source, accounts, .. } = self;
        let account = load(source, accounts, address)?;
        let older_is_zero = account.has_no_older_storage();
        match account.storage.entry(slot) {
            Entry::Occupied(cached) => Ok(cached.get().current),
            Entry::Vacant(_) if older_is_zero => Ok(U256::ZERO),
            Entry::Vacant(vacant) => {
                let value = source.storage(address, slot)?;
                Ok(vacant
                    .insert(SlotChange {
                        previous: value,
                        current: value,
                    })
                    .current)
            }
        }
    }

    /// Changes an account from outside the EVM: withdrawals, rewards, overrides of a call.
    pub fn set_account(&mut self, address: Address, account: Account) -> Result<(), S::Error> {
        self.load(address)?.current = Some(account);
        Ok(())
    }

    /// Adds to a balance, as a withdrawal does. Adding nothing to nobody creates no account.
    pub fn add_balance(&mut self, address: Address, amount_wei: U256) -> Result<(), S::Error> {
        let cached = self.load(address)?;
        if amount_wei.is_zero() && cached.current.is_none() {
            return Ok(());
        }
        let account = cached.current.get_or_insert_default();
        account.balance = account.balance.saturating_add(amount_wei);
        Ok(())
    }

    /// Changes a slot from outside the EVM.
    pub fn set_slot(&mut self, address: Address, slot: U256, value: U256) -> Result<(), S::Error> {
        let previous = self.slot(address, slot)?;
        let account = self.load(address)?;
        let fresh = SlotChange {
            previous,
            current: previous,
        };
        account.storage.entry(slot).or_insert(fresh).current = value;
        Ok(())
    }

    /// Forgets an account's storage, so that only slots set afterwards are not zero.
    pub fn wipe_storage(&mut self, address: Address) -> Result<(), S::Error> {
        let account = self.load(address)?;
        account.storage_wiped = true;
        account.storage.clear();
        Ok(())
    }

    /// Gives an account code from outside the EVM.
    pub fn set_code(&mut self, address: Address, code: Bytecode) -> Result<(), S::Error> {
        let code_hash = code.hash_slow();
        self.load(address)?.current.get_or_insert_default().code_hash = code_hash;
        self.code.insert(code_hash, code);
        self.deployed.insert(code_hash);
        Ok(())
    }

    /// Everything that changed since the start.
    pub fn into_changes(self) -> StateChanges {
        let Self {
            accounts,
            code,
            deployed,
            ..
        } = self;
        let accounts = accounts
            .into_iter()
            .filter_map(|(address, cached)| Some((address, cached.into_change()?)))
            .collect();
        let code = code
            .into_iter()
            .filter(|(hash, _)| deployed.contains(hash))
            .map(|(hash, code)| (hash, code.original_bytes()))
            .collect();
        StateChanges { accounts, code }
    }

    fn load(&mut self, address: Address) -> Result<&mut CachedAccount, S::Error> {
        load(&self.source, &mut self.accounts, address)
    }

    fn commit_account(&mut self, address: Address, touched: TouchedAccount) {
        let cached = self.accounts.entry(address).or_default();
        if touched.is_selfdestructed() {
            return cached.destroy();
        }
        // EIP-161 clears accounts that end a transaction empty. Before it, revm marks empty
        // accounts that stay as created, or leaves them untouched.
        if touched.is_empty() && !touched.is_created() {
            cached.current = None;
            return;
        }
        let info = touched.info;
        let had_code_hash = cached.current.map(|account| account.code_hash);
        cached.current = Some(Account {
            nonce: info.nonce,
            balance: info.balance,
            code_hash: info.code_hash,
        });
        cached.write(touched.storage);
        if let Some(code) = info.code.filter(|code| !code.is_empty())
            && had_code_hash != Some(info.code_hash)
        {
            self.code.insert(info.code_hash, code);
            self.deployed.insert(info.code_hash);
        }
    }
}

fn load<'a, S: StateSource>(
    source: &S,
    accounts: &'a mut AddressMap<CachedAccount>,
    address: Address,
) -> Result<&'a mut CachedAccount, S::Error> {
    Ok(match accounts.entry(address) {
        Entry::Occupied(occupied) => occupied.into_mut(),
        Entry::Vacant(vacant) => vacant.insert(CachedAccount::loaded(source.account(address)?)),
    })
}

impl<S: StateSource> Database for CachedState<S> {
    type Error = SourceError<S::Error>;

    fn basic(&mut self, address: Address) -> Result<Option<AccountInfo>, Self::Error> {
        let account = self.account(address).map_err(SourceError)?;
        Ok(account.map(|account| AccountInfo {
            balance: account.balance,
            nonce: account.nonce,
            code_hash: account.code_hash,
            account_id: None,
            code: None,
        }))
    }

    fn code_by_hash(&mut self, code_hash: B256) -> Result<Bytecode, Self::Error> {
        Ok(match self.code.entry(code_hash) {
            Entry::Occupied(occupied) => occupied.get().clone(),
            Entry::Vacant(vacant) => vacant
                .insert(self.source.bytecode(code_hash).map_err(SourceError)?)
                .clone(),
        })
    }

    fn storage(&mut self, address: Address, slot: U256) -> Result<U256, Self::Error> {
        self.slot(address, slot).map_err(SourceError)
    }

    fn block_hash(&mut self, number: u64) -> Result<B256, Self::Error> {
        self.source.block_hash(number).map_err(SourceError)
    }
}

impl<S: StateSource> DatabaseCommit for CachedState<S> {
    fn commit(&mut self, changes: AddressMap<TouchedAccount>) {
        for (address, account) in changes.into_iter().filter(|(_, account)| account.is_touched()) {
            self.commit_account(address, account);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::Bytes;
    use core::{cell::Cell, convert::Infallible};

    const CONTRACT: Address = Address::repeat_byte(1);
    const NOBODY: Address = Address::repeat_byte(2);

    /// One contract whose every slot is seven, and a count of reads.
    #[derive(Default)]
    struct Sevens(Cell<usize>);

    impl StateSource for Sevens {
        type Error = Infallible;

        fn account(&self, address: Address) -> Result<Option<Account>, Infallible> {
            self.0.set(self.0.get() + 1);
            let code_hash = B256::repeat_byte(3);
            Ok((address == CONTRACT).then_some(Account {
                nonce: 1,
                balance: U256::from(5),
                code_hash,
            }))
        }

        fn storage(&self, _address: Address, _slot: U256) -> Result<U256, Infallible> {
            self.0.set(self.0.get() + 1);
            Ok(U256::from(7))
        }

        fn code(&self, _code_hash: B256) -> Result<Bytes, Infallible> {
            self.0.set(self.0.get() + 1);
            Ok(Bytes::from_static(&[0]))
        }

        fn block_hash(&self, _number: u64) -> Result<B256, Infallible> {
            Ok(B256::ZERO)
        }
    }

    fn touched(state: &mut CachedState<&Sevens>) -> TouchedAccount {
        let mut account = TouchedAccount::from(state.basic(CONTRACT).unwrap().unwrap());
        account.mark_touch();
        account
    }

    #[test]
    fn the_source_is_asked_once() {
        let source = Sevens::default();
        let mut state = CachedState::new(&source);
        for _ in 0..3 {
            assert_eq!(state.slot(CONTRACT, U256::ZERO).unwrap(), U256::from(7));
            assert!(!state.code_by_hash(B256::repeat_byte(3)).unwrap().is_empty());
        }
        assert_eq!(source.0.get(), 3, "account, slot and code");
        assert_eq!(
            state.slot(NOBODY, U256::ZERO).unwrap(),
            U256::ZERO,
            "nobody has no storage"
        );
        assert_eq!(source.0.get(), 4, "only the account");
        assert!(state.into_changes().is_empty(), "reads change nothing");
    }

    #[test]
    fn a_slot_set_back_is_no_change() {
        let source = Sevens::default();
        let mut state = CachedState::new(&source);
        state.set_slot(CONTRACT, U256::ZERO, U256::from(8)).unwrap();
        state.set_slot(CONTRACT, U256::from(1), U256::from(9)).unwrap();
        state.set_slot(CONTRACT, U256::ZERO, U256::from(7)).unwrap();
        let changes = state.into_changes();
        let storage = &changes.accounts[&CONTRACT].storage;
        let expected = SlotChange {
            previous: U256::from(7),
            current: U256::from(9),
        };
        assert_eq!(
            storage.iter().collect::<alloc::vec::Vec<_>>(),
            [(&U256::from(1), &expected)]
        );
    }

    #[test]
    fn a_destroyed_contract_comes_back_without_its_storage() {
        let source = Sevens::default();
        let mut state = CachedState::new(&source);
        let mut account = touched(&mut state);
        account.mark_selfdestruct();
        state.commit([(CONTRACT, account)].into_iter().collect());
        assert_eq!(state.account(CONTRACT).unwrap(), None);
        assert_eq!(state.slot(CONTRACT, U256::ZERO).unwrap(), U256::ZERO);

        state.add_balance(CONTRACT, U256::from(1)).unwrap();
        state.set_slot(CONTRACT, U256::from(4), U256::from(2)).unwrap();
        let changes = state.into_changes();
        let change = &changes.accounts[&CONTRACT];
        assert!(change.storage_wiped);
        assert_eq!(change.previous.unwrap().balance, U256::from(5));
        assert_eq!(change.current.unwrap().balance, U256::from(1));
        assert_eq!(change.storage.len(), 1);
    }

    #[test]
    fn a_touched_empty_account_goes() {
        let source = Sevens::default();
        let mut state = CachedState::new(&source);
        let mut account = touched(&mut state);
        account.info = AccountInfo::default();
        state.commit([(CONTRACT, account)].into_iter().collect());
        assert_eq!(state.into_changes().accounts[&CONTRACT].current, None);
    }
}
