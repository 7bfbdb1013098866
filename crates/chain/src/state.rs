//! The state after any known block, as `execute` and `trie` read it.

use crate::{
    Error,
    cache::Cache,
    store::{Snapshot, Store},
    tree::{Layer, Tree},
};
use alloy_consensus::Header;
use alloy_primitives::{Address, B256, Bytes, U256, keccak256, map::B256Map};
use execute::{Account, StateSource};
use parking_lot::RwLock;
use revm::bytecode::Bytecode;
use std::sync::Arc;
use trie::{Nibbles, NodeLocation, NodeSource, Trie};

/// Analysed contracts that are kept; with 24 KiB each that is 12 MB, and in practice far less.
const BYTECODES_MAX: usize = 256;

/// Why a state could not be read.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct StateError(Arc<str>);

impl StateError {
    fn new(error: impl std::fmt::Display) -> Self {
        Self(error.to_string().into())
    }
}

/// What all states of a chain share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) tree: RwLock<Tree>,
    /// Trie nodes of blocks that the database does not have yet. Addressed by content, so branches share them.
    pub(crate) nodes: RwLock<B256Map<Bytes>>,
    bytecodes: Cache<B256, Bytecode>,
}

impl Shared {
    pub(crate) fn new(store: Store, tree: Tree) -> Self {
        let nodes = RwLock::new(B256Map::default());
        Self {
            store,
            tree: RwLock::new(tree),
            nodes,
            bytecodes: Cache::new(BYTECODES_MAX),
        }
    }

    /// The state after a block, if the block is known.
    pub(crate) fn state_at(self: &Arc<Self>, hash: B256) -> Result<Option<State>, Error> {
        let (snapshot, layers, below, flat) = {
            let tree = self.tree.read();
            let (layers, below) = tree.lineage(hash);
            (self.store.snapshot()?, layers, below, tree.flat)
        };
        let Some(base) = snapshot.header(below)? else {
            return Ok(None);
        };
        let header = layers
            .first()
            .map_or_else(|| base.header.clone(), |layer| layer.record.header().clone());
        let state_root = base.header.state_root;
        let ground = if below == flat.hash {
            Ground::Flat
        } else {
            Ground::Trie { state_root }
        };
        let base = Base {
            hash: below,
            header: base.header,
            ground,
        };
        Ok(Some(State {
            shared: self.clone(),
            snapshot,
            layers,
            base,
            header,
        }))
    }
}

/// What is below the layers in memory.
#[derive(Debug)]
struct Base {
    hash: B256,
    header: Header,
    ground: Ground,
}

/// How the state of a committed block is read.
#[derive(Debug, Clone, Copy)]
enum Ground {
    /// From the flat tables: it is the block that they are the state of.
    Flat,
    /// By walking the trie.
    Trie { state_root: B256 },
}

/// The state after a block. A snapshot: it stays what it is while the chain goes on, and keeps the database from reusing the
/// pages it can see, so it is not for keeping.
#[derive(Debug)]
pub struct State {
    shared: Arc<Shared>,
    snapshot: Snapshot,
    /// Newest first.
    layers: Vec<Arc<Layer>>,
    base: Base,
    header: Header,
}

impl State {
    /// The header of the block whose state this is.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The root of the account trie.
    pub const fn state_root(&self) -> B256 {
        self.header.state_root
    }

    fn base_account(&self, address: Address) -> Result<Option<Account>, Error> {
        let Ground::Trie { state_root } = self.base.ground else {
            return self.snapshot.account(address);
        };
        let leaf = Trie::open(None, state_root, self)
            .account(keccak256(address))
            .map_err(damaged)?;
        Ok(leaf.map(|leaf| Account {
            nonce: leaf.nonce,
            balance: leaf.balance,
            code_hash: leaf.code_hash,
        }))
    }

    fn base_storage(&self, address: Address, slot: U256) -> Result<U256, Error> {
        let Ground::Trie { state_root } = self.base.ground else {
            return self.snapshot.storage(address, slot);
        };
        let owner = keccak256(address);
        let Some(leaf) = Trie::open(None, state_root, self).account(owner).map_err(damaged)? else {
            return Ok(U256::ZERO);
        };
        let key = keccak256(slot.to_be_bytes::<32>());
        Trie::open(Some(owner), leaf.storage_root, self)
            .storage_value(key)
            .map_err(damaged)
    }

    fn find_code(&self, code_hash: B256) -> Result<Bytes, Error> {
        let in_layer = self.layers.iter().find_map(|layer| layer.changes.code.get(&code_hash));
        match in_layer {
            Some(code) => Ok(code.clone()),
            None => self
                .snapshot
                .code(code_hash)?
                .ok_or(Error::Damaged { what: "missing code" }),
        }
    }

    /// The hash of an ancestor of the base, or of the base itself. Canonical ones are looked up, others walked to.
    fn base_ancestor(&self, number: u64) -> Result<Option<B256>, Error> {
        let (mut hash, mut header) = (self.base.hash, self.base.header.clone());
        while header.number > number && self.snapshot.canonical(header.number)? != Some(hash) {
            hash = header.parent_hash;
            header = self
                .snapshot
                .header(hash)?
                .ok_or(Error::Damaged {
                    what: "a missing header",
                })?
                .header;
        }
        if header.number == number {
            Ok(Some(hash))
        } else {
            self.snapshot.canonical(number)
        }
    }

    /// A node from memory, from the snapshot, or from what was committed since.
    fn find_node(&self, owner: Option<B256>, path: &Nibbles, hash: B256) -> Result<Option<Bytes>, Error> {
        if let Some(node) = self.shared.nodes.read().get(&hash) {
            return Ok(Some(node.clone()));
        }
        match self.snapshot.node(owner, path, hash)? {
            Some(node) => Ok(Some(node)),
            None => self.shared.store.snapshot()?.node(owner, path, hash),
        }
    }
}

/// Nodes are only written whole, so any failure to read one is damage.
fn damaged(_: trie::Error<StateError>) -> Error {
    Error::Damaged { what: "the state trie" }
}

impl StateSource for State {
    type Error = StateError;

    fn account(&self, address: Address) -> Result<Option<Account>, StateError> {
        let change = self
            .layers
            .iter()
            .find_map(|layer| layer.changes.accounts.get(&address));
        match change {
            Some(change) => Ok(change.current),
            None => self.base_account(address).map_err(StateError::new),
        }
    }

    fn storage(&self, address: Address, slot: U256) -> Result<U256, StateError> {
        for change in self
            .layers
            .iter()
            .filter_map(|layer| layer.changes.accounts.get(&address))
        {
            if let Some(values) = change.storage.get(&slot) {
                return Ok(values.current);
            }
            if change.storage_wiped || change.current.is_none() {
                return Ok(U256::ZERO);
            }
        }
        self.base_storage(address, slot).map_err(StateError::new)
    }

    fn code(&self, code_hash: B256) -> Result<Bytes, StateError> {
        self.find_code(code_hash).map_err(StateError::new)
    }

    fn block_hash(&self, number: u64) -> Result<B256, StateError> {
        let in_layers = self.layers.iter().find(|layer| layer.record.header().number == number);
        match in_layers {
            Some(layer) => Ok(layer.record.hash),
            None => self
                .base_ancestor(number)
                .map(Option::unwrap_or_default)
                .map_err(StateError::new),
        }
    }

    fn bytecode(&self, code_hash: B256) -> Result<Bytecode, StateError> {
        if let Some(bytecode) = self.shared.bytecodes.get(&code_hash) {
            return Ok(bytecode);
        }
        let bytecode = Bytecode::new_raw(self.code(code_hash)?);
        self.shared.bytecodes.put(code_hash, bytecode.clone());
        Ok(bytecode)
    }
}

impl NodeSource for State {
    type Error = StateError;

    fn node(&self, owner: Option<B256>, path: &Nibbles, hash: B256) -> Result<Bytes, trie::Error<StateError>> {
        let node = self.find_node(owner, path, hash).map_err(StateError::new)?;
        node.ok_or(trie::Error::MissingNode(NodeLocation {
            owner,
            path: *path,
            hash,
        }))
    }
}
