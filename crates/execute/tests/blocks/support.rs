//! Chains in memory, and the test data of other projects.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use alloy_consensus::Header;
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use tandem_execute::{Account, GenesisBlock, Parent, StateChanges, StateSource};
use trie::{MapSource, StateTrieUpdate};

/// A file of the repository's `testdata`.
pub(crate) fn testdata(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(path)
}

/// A zstd-compressed file of the repository's `testdata`.
pub(crate) fn unzstd(path: &str) -> Vec<u8> {
    zstd::decode_all(fs::File::open(testdata(path)).unwrap()).unwrap()
}

/// As [`unzstd`], compressed with a dictionary.
pub(crate) fn unzstd_with(dictionary: &str, path: &str) -> Vec<u8> {
    let dictionary = fs::read(testdata(dictionary)).unwrap();
    let file = fs::File::open(testdata(path)).unwrap();
    let file = std::io::BufReader::new(file);
    let mut out = Vec::new();
    zstd::Decoder::with_dictionary(file, &dictionary)
        .unwrap()
        .read_to_end(&mut out)
        .unwrap();
    out
}

/// A chain's latest state in flat maps, with its trie.
#[derive(Clone, Default)]
pub(crate) struct MemoryState {
    pub(crate) accounts: BTreeMap<Address, Account>,
    pub(crate) storage: BTreeMap<(Address, U256), U256>,
    pub(crate) code: BTreeMap<B256, Bytes>,
    pub(crate) hashes: BTreeMap<u64, B256>,
    pub(crate) nodes: MapSource,
}

impl MemoryState {
    /// The state of a genesis block.
    pub(crate) fn genesis(genesis: &GenesisBlock) -> Self {
        let mut state = Self::default();
        state.apply(&genesis.header, genesis.hash, &genesis.changes, &genesis.trie);
        state
    }

    /// Goes one block further.
    pub(crate) fn apply(&mut self, header: &Header, hash: B256, changes: &StateChanges, trie: &StateTrieUpdate) {
        for (address, change) in &changes.accounts {
            assert_eq!(
                self.accounts.get(address).copied(),
                change.previous,
                "previous of {address}"
            );
            match change.current {
                Some(account) => self.accounts.insert(*address, account),
                None => self.accounts.remove(address),
            };
            if change.storage_wiped || change.current.is_none() {
                self.storage.retain(|(owner, _), _| owner != address);
            }
            for (slot, value) in &change.storage {
                let old = self
                    .storage
                    .insert((*address, *slot), value.current)
                    .unwrap_or_default();
                assert!(
                    change.storage_wiped || old == value.previous,
                    "previous of {address} {slot}"
                );
            }
        }
        self.code
            .extend(changes.code.iter().map(|(hash, code)| (*hash, code.clone())));
        for node in &trie.nodes {
            self.nodes.insert(node.hash, node.rlp.clone());
        }
        self.hashes.insert(header.number, hash);
    }

    /// This state as the parent of the next block.
    pub(crate) fn parent<'a>(&'a self, header: &'a Header, hash: B256) -> Parent<'a, &'a Self, &'a MapSource> {
        Parent {
            header,
            hash,
            state: self,
            nodes: &self.nodes,
        }
    }
}

impl StateSource for MemoryState {
    type Error = Infallible;

    fn account(&self, address: Address) -> Result<Option<Account>, Infallible> {
        Ok(self.accounts.get(&address).copied())
    }

    fn storage(&self, address: Address, slot: U256) -> Result<U256, Infallible> {
        Ok(self.storage.get(&(address, slot)).copied().unwrap_or_default())
    }

    fn code(&self, code_hash: B256) -> Result<Bytes, Infallible> {
        Ok(self
            .code
            .get(&code_hash)
            .cloned()
            .unwrap_or_else(|| panic!("no code {code_hash}")))
    }

    fn block_hash(&self, number: u64) -> Result<B256, Infallible> {
        Ok(self.hashes.get(&number).copied().unwrap_or_default())
    }
}

/// Preimages by hash, checked once.
pub(crate) fn checked_preimages(preimages: BTreeMap<B256, Bytes>) -> BTreeMap<B256, Bytes> {
    for (hash, bytes) in &preimages {
        assert_eq!(keccak256(bytes), *hash);
    }
    preimages
}
