//! The state root: the storage tries first, then the account trie, along the changed paths only.

use super::{AccountChange, AccountInfo, HashedChanges};
use crate::{
    ChangedNode, EMPTY_ROOT_HASH, EmptySource, Error, NodeLocation, NodeSource, Trie, TrieAccount, TrieUpdate,
};
use alloc::{collections::BTreeMap, vec::Vec};
use alloy_primitives::{B256, U256};
use alloy_rlp::Decodable;
use core::convert::Infallible;

/// What a block changes in all tries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateTrieUpdate {
    /// The new state root.
    pub root: B256,
    /// The hashed addresses whose storage tries of before are gone as a whole, without a list of their nodes. A store by
    /// path deletes everything of these owners, then `removed`, then writes `nodes`.
    pub wiped: Vec<B256>,
    /// The nodes that left other tries, as in [`TrieUpdate::removed`].
    pub removed: Vec<NodeLocation>,
    /// The new nodes of all tries, as in [`TrieUpdate::nodes`].
    pub nodes: Vec<ChangedNode>,
    /// The storage roots, by hashed address, of the accounts in the changes that exist afterwards.
    pub storage_roots: BTreeMap<B256, B256>,
}

/// One account's storage trie, ready to be updated by itself: a native caller may run all jobs in parallel.
#[derive(Clone, Copy, Debug)]
pub struct StorageJob<'a> {
    /// The hashed address.
    pub owner: B256,
    /// The storage root before.
    pub root: B256,
    /// Whether the storage of before is gone.
    pub wiped: bool,
    /// New values by hashed slot; zero deletes.
    pub slots: &'a BTreeMap<B256, U256>,
}

/// The outcome of a [`StorageJob`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageUpdate {
    /// The hashed address.
    pub owner: B256,
    /// The storage trie after the job.
    pub trie: TrieUpdate,
}

impl StorageJob<'_> {
    /// Applies the slots. New values go in before old ones go out, so that no node is read that the result does not
    /// depend on.
    pub fn run<S: NodeSource>(&self, source: S) -> Result<StorageUpdate, Error<S::Error>> {
        let root = if self.wiped { EMPTY_ROOT_HASH } else { self.root };
        let mut trie = Trie::open(Some(self.owner), root, source);
        for (slot, value) in self.slots.iter().filter(|(_, value)| !value.is_zero()) {
            trie.insert(*slot, alloy_rlp::encode(value))?;
        }
        for (slot, _) in self.slots.iter().filter(|(_, value)| value.is_zero()) {
            trie.remove(*slot)?;
        }
        Ok(StorageUpdate {
            owner: self.owner,
            trie: trie.commit(),
        })
    }
}

/// The update of a state in its three steps: [`open`](Self::open) reads the changed accounts, the
/// [`storage_jobs`](Self::storage_jobs) run in any order, [`finish`](Self::finish) updates the account trie.
#[derive(Clone, Debug)]
pub struct StateUpdate<'a, S> {
    trie: Trie<S>,
    changes: &'a HashedChanges,
    /// The storage roots before, of the changed accounts that had one.
    storage_roots: BTreeMap<B256, B256>,
}

impl<'a, S: NodeSource> StateUpdate<'a, S> {
    /// Reads the storage roots of the changed accounts from their leaves.
    pub fn open(root: B256, changes: &'a HashedChanges, source: S) -> Result<Self, Error<S::Error>> {
        let mut trie = Trie::open(None, root, source);
        let mut storage_roots = BTreeMap::new();
        for key in changes.accounts.keys() {
            if let Some(account) = trie.account(*key)? {
                storage_roots.insert(*key, account.storage_root);
            }
        }
        Ok(Self {
            trie,
            changes,
            storage_roots,
        })
    }

    /// The storage tries to update, by hashed address.
    pub fn storage_jobs(&self) -> Vec<StorageJob<'a>> {
        let changed = |change: &AccountChange| !change.storage.is_empty() || change.storage_wiped;
        let live = self
            .changes
            .accounts
            .iter()
            .filter(|(_, change)| change.info.is_some() && changed(change));
        live.map(|(owner, change)| StorageJob {
            owner: *owner,
            root: self.storage_root(owner),
            wiped: change.storage_wiped,
            slots: &change.storage,
        })
        .collect()
    }

    /// Updates the account trie with the outcomes of all jobs.
    pub fn finish(
        mut self,
        storage: impl IntoIterator<Item = StorageUpdate>,
    ) -> Result<StateTrieUpdate, Error<S::Error>> {
        let wiped = self.wiped();
        let (mut nodes, mut removed) = (Vec::new(), Vec::new());
        for update in storage {
            self.storage_roots.insert(update.owner, update.trie.root);
            nodes.extend(update.trie.nodes);
            removed.extend(update.trie.removed);
        }
        let changes = &self.changes.accounts;
        let mut storage_roots = BTreeMap::new();
        for (key, info) in changes
            .iter()
            .filter_map(|(key, change)| change.info.map(|info| (key, info)))
        {
            let storage_root = self.storage_root(key);
            self.trie
                .insert(*key, alloy_rlp::encode(trie_account(info, storage_root)))?;
            storage_roots.insert(*key, storage_root);
        }
        for (key, _) in changes.iter().filter(|(_, change)| change.info.is_none()) {
            self.trie.remove(*key)?;
        }
        let accounts = self.trie.commit();
        nodes.extend(accounts.nodes);
        removed.extend(accounts.removed);
        Ok(StateTrieUpdate {
            root: accounts.root,
            wiped,
            removed,
            nodes,
            storage_roots,
        })
    }

    fn storage_root(&self, owner: &B256) -> B256 {
        self.storage_roots.get(owner).copied().unwrap_or(EMPTY_ROOT_HASH)
    }

    /// The owners whose storage of before is gone, where there was any.
    fn wiped(&self) -> Vec<B256> {
        let gone = |change: &AccountChange| change.storage_wiped || change.info.is_none();
        let changes = self.changes.accounts.iter().filter(|(_, change)| gone(change));
        changes
            .map(|(owner, _)| *owner)
            .filter(|owner| self.storage_root(owner) != EMPTY_ROOT_HASH)
            .collect()
    }
}

impl<S: NodeSource> Trie<S> {
    /// The account under a hashed address, in an account trie.
    pub fn account(&mut self, key: B256) -> Result<Option<TrieAccount>, Error<S::Error>> {
        self.decoded(key)
    }

    /// The word under a hashed slot, in a storage trie; zero where there is none.
    pub fn storage_value(&mut self, key: B256) -> Result<U256, Error<S::Error>> {
        self.decoded(key).map(Option::unwrap_or_default)
    }

    fn decoded<T: Decodable>(&mut self, key: B256) -> Result<Option<T>, Error<S::Error>> {
        let owner = self.owner;
        let decode = |value: &[u8]| alloy_rlp::decode_exact(value).map_err(|_| Error::MalformedValue { owner, key });
        self.get(key)?.map(decode).transpose()
    }
}

const fn trie_account(info: AccountInfo, storage_root: B256) -> TrieAccount {
    TrieAccount {
        nonce: info.nonce,
        balance: info.balance,
        storage_root,
        code_hash: info.code_hash,
    }
}

/// Applies changes to the state with this root, one storage trie after the other.
pub fn update_state<S: NodeSource>(
    root: B256,
    changes: &HashedChanges,
    source: S,
) -> Result<StateTrieUpdate, Error<S::Error>> {
    let update = StateUpdate::open(root, changes, &source)?;
    let storage = update
        .storage_jobs()
        .iter()
        .map(|job| job.run(&source))
        .collect::<Result<Vec<_>, _>>()?;
    update.finish(storage)
}

/// The state of a genesis allocation, from nothing, with all its nodes.
pub fn build_state(allocation: &HashedChanges) -> Result<StateTrieUpdate, Error<Infallible>> {
    update_state(EMPTY_ROOT_HASH, allocation, EmptySource)
}
