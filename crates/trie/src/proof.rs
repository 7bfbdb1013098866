//! Proofs in `eth_getProof`'s shape: the nodes from the root to a key, or to where it is missing.

use crate::{EMPTY_ROOT_HASH, Error, NodeLocation, NodeSource, Trie, TrieAccount, VerifyingSource};
use alloc::vec::Vec;
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_trie::Nibbles;
use core::{cell::Cell, cell::RefCell, convert::Infallible};

/// The proof that a slot has a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageProof {
    /// The slot, not hashed.
    pub slot: B256,
    /// Its value; zero where there is none.
    pub value: U256,
    /// The nodes from the storage root on; none for the empty trie.
    pub nodes: Vec<Bytes>,
}

/// The proof of an account and of some of its slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountProof {
    /// The address.
    pub address: Address,
    /// The account, `None` where it does not exist.
    pub account: Option<TrieAccount>,
    /// The nodes from the state root on; none for the empty trie.
    pub nodes: Vec<Bytes>,
    /// The slots asked for, in the order asked.
    pub storage: Vec<StorageProof>,
}

impl AccountProof {
    /// The account's storage root.
    pub fn storage_root(&self) -> B256 {
        self.account.map_or(EMPTY_ROOT_HASH, |account| account.storage_root)
    }

    /// Checks every node and every value against a state root.
    pub fn verify(&self, state_root: B256) -> Result<(), Error<Infallible>> {
        let key = keccak256(self.address);
        let account = verify_proof(state_root, None, key, &self.nodes)?;
        check(key, account, self.account.map(alloy_rlp::encode))?;
        for proof in &self.storage {
            let slot = keccak256(proof.slot);
            let value = verify_proof(self.storage_root(), Some(key), slot, &proof.nodes)?;
            check(
                slot,
                value,
                Some(proof.value)
                    .filter(|value| !value.is_zero())
                    .map(alloy_rlp::encode),
            )?;
        }
        Ok(())
    }
}

fn check(key: B256, proven: Option<Vec<u8>>, claimed: Option<Vec<u8>>) -> Result<(), Error<Infallible>> {
    if proven == claimed {
        Ok(())
    } else {
        Err(Error::ProofValueMismatch { key })
    }
}

/// The nodes that show what stands under a hashed key: from the root to its leaf, or to the node that shows that it has
/// none. Nodes embedded in their parents are not repeated, and the empty trie needs no node.
pub fn prove<S: NodeSource>(
    root: B256,
    owner: Option<B256>,
    key: B256,
    source: S,
) -> Result<Vec<Bytes>, Error<S::Error>> {
    let path = PathSource {
        inner: source,
        nodes: RefCell::default(),
    };
    Trie::open(owner, root, &path).get(key)?;
    Ok(path.nodes.into_inner())
}

/// Proves an account and some slots (not hashed) of it.
pub fn prove_account<S: NodeSource>(
    state_root: B256,
    address: Address,
    slots: &[B256],
    source: S,
) -> Result<AccountProof, Error<S::Error>> {
    let key = keccak256(address);
    let account = Trie::open(None, state_root, &source).account(key)?;
    let nodes = prove(state_root, None, key, &source)?;
    let storage_root = account.map_or(EMPTY_ROOT_HASH, |account| account.storage_root);
    let storage = slots
        .iter()
        .map(|slot| prove_slot(storage_root, key, *slot, &source))
        .collect::<Result<_, _>>()?;
    Ok(AccountProof {
        address,
        account,
        nodes,
        storage,
    })
}

fn prove_slot<S: NodeSource>(root: B256, owner: B256, slot: B256, source: &S) -> Result<StorageProof, Error<S::Error>> {
    let key = keccak256(slot);
    let value = Trie::open(Some(owner), root, source).storage_value(key)?;
    Ok(StorageProof {
        slot,
        value,
        nodes: prove(root, Some(owner), key, source)?,
    })
}

/// What a proof shows to stand under a hashed key; `None` when it shows that nothing does. Every node is hashed; a proof
/// that is too short, too long or out of order is an error.
pub fn verify_proof(
    root: B256,
    owner: Option<B256>,
    key: B256,
    proof: &[Bytes],
) -> Result<Option<Vec<u8>>, Error<Infallible>> {
    let source = ProofSource {
        proof,
        next: Cell::new(0),
    };
    let value = Trie::open(owner, root, VerifyingSource::new(&source))
        .get(key)?
        .map(<[u8]>::to_vec);
    match proof.len().saturating_sub(source.next.get()) {
        0 => Ok(value),
        count => Err(Error::SurplusProofNodes { count }),
    }
}

/// Remembers what is read, in order.
struct PathSource<S> {
    inner: S,
    nodes: RefCell<Vec<Bytes>>,
}

impl<S: NodeSource> NodeSource for PathSource<S> {
    type Error = S::Error;

    fn node(&self, owner: Option<B256>, path: &Nibbles, hash: B256) -> Result<Bytes, Error<S::Error>> {
        let rlp = self.inner.node(owner, path, hash)?;
        self.nodes.borrow_mut().push(rlp.clone());
        Ok(rlp)
    }
}

/// Serves a proof's nodes in their order.
struct ProofSource<'a> {
    proof: &'a [Bytes],
    next: Cell<usize>,
}

impl NodeSource for ProofSource<'_> {
    type Error = Infallible;

    fn node(&self, owner: Option<B256>, path: &Nibbles, hash: B256) -> Result<Bytes, Error<Infallible>> {
        let next = self.next.get();
        self.next.set(next.saturating_add(1));
        self.proof.get(next).cloned().ok_or(Error::MissingNode(NodeLocation {
            owner,
            path: *path,
            hash,
        }))
    }
}
