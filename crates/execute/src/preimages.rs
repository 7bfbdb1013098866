//! State from preimages: execution without a database.

use crate::{Account, StateSource};
use alloc::vec::Vec;
use alloy_consensus::Header;
use alloy_primitives::{
    Address, B256, Bytes, U256, keccak256,
    map::{AddressMap, Entry},
};
use alloy_rlp::Decodable;
use core::cell::RefCell;
use trie::{EMPTY_ROOT_HASH, Nibbles, NodeSource, Trie};

/// How many blocks back `BLOCKHASH` looks.
const BLOCK_HASH_HISTORY: u64 = 256;

/// Whoever knows what a Keccak-256 hash is the hash of: trie nodes, code, headers.
pub trait Preimages {
    /// Why a preimage is not to be had.
    type Error: core::error::Error + Send + Sync + 'static;

    /// The bytes with this hash. Whether they have it is the implementation's to see to.
    fn preimage(&self, hash: B256) -> Result<Bytes, Self::Error>;
}

impl<P: Preimages + ?Sized> Preimages for &P {
    type Error = P::Error;

    fn preimage(&self, hash: B256) -> Result<Bytes, Self::Error> {
        (**self).preimage(hash)
    }
}

/// Why a state made of preimages could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PreimageError<E> {
    /// A preimage is missing.
    #[error("preimage: {0}")]
    Missing(E),
    /// A node of the trie is malformed, or missing.
    #[error("trie: {0}")]
    Trie(trie::Error<E>),
    /// The header of an ancestor is not one.
    #[error("the preimage of {0} is not a header")]
    Header(B256),
}

/// The nodes of a trie, by their hashes.
#[derive(Debug, Clone, Copy)]
struct Nodes<P>(P);

impl<P: Preimages> NodeSource for Nodes<P> {
    type Error = P::Error;

    fn node(&self, _owner: Option<B256>, _path: &Nibbles, hash: B256) -> Result<Bytes, trie::Error<Self::Error>> {
        self.0.preimage(hash).map_err(trie::Error::Source)
    }
}

/// The state after a block, read from preimages by walking its trie. It is both the
/// [`StateSource`] and the [`NodeSource`] of the next block.
pub struct TrieState<'a, P> {
    preimages: &'a P,
    accounts: RefCell<Trie<Nodes<&'a P>>>,
    storage: RefCell<AddressMap<Trie<Nodes<&'a P>>>>,
    /// Hashes of ancestors, from the block itself backwards, as far as they were asked for.
    ancestors: RefCell<Vec<B256>>,
    number: u64,
}

impl<'a, P: Preimages> TrieState<'a, P> {
    /// The state after the block with this header and hash.
    pub fn new(preimages: &'a P, header: &Header, hash: B256) -> Self {
        Self {
            preimages,
            accounts: RefCell::new(Trie::open(None, header.state_root, Nodes(preimages))),
            storage: RefCell::default(),
            ancestors: RefCell::new(alloc::vec![hash]),
            number: header.number,
        }
    }

    fn storage_trie(&self, address: Address) -> Result<Trie<Nodes<&'a P>>, PreimageError<P::Error>> {
        let key = keccak256(address);
        let account = self.accounts.borrow_mut().account(key).map_err(PreimageError::Trie)?;
        let root = account.map_or(EMPTY_ROOT_HASH, |account| account.storage_root);
        Ok(Trie::open(Some(key), root, Nodes(self.preimages)))
    }

    fn parent_of(&self, hash: B256) -> Result<B256, PreimageError<P::Error>> {
        let rlp = self.preimages.preimage(hash).map_err(PreimageError::Missing)?;
        let header = Header::decode(&mut rlp.as_ref()).map_err(|_| PreimageError::Header(hash))?;
        Ok(header.parent_hash)
    }
}

impl<P: Preimages> StateSource for TrieState<'_, P> {
    type Error = PreimageError<P::Error>;

    fn account(&self, address: Address) -> Result<Option<Account>, Self::Error> {
        let account = self.accounts.borrow_mut().account(keccak256(address));
        Ok(account.map_err(PreimageError::Trie)?.map(|account| Account {
            nonce: account.nonce,
            balance: account.balance,
            code_hash: account.code_hash,
        }))
    }

    fn storage(&self, address: Address, slot: U256) -> Result<U256, Self::Error> {
        let mut tries = self.storage.borrow_mut();
        let trie = match tries.entry(address) {
            Entry::Occupied(opened) => opened.into_mut(),
            Entry::Vacant(vacant) => vacant.insert(self.storage_trie(address)?),
        };
        trie.storage_value(keccak256(slot.to_be_bytes::<32>()))
            .map_err(PreimageError::Trie)
    }

    fn code(&self, code_hash: B256) -> Result<Bytes, Self::Error> {
        self.preimages.preimage(code_hash).map_err(PreimageError::Missing)
    }

    fn block_hash(&self, number: u64) -> Result<B256, Self::Error> {
        let Some(depth) = self
            .number
            .checked_sub(number)
            .filter(|depth| *depth < BLOCK_HASH_HISTORY)
        else {
            return Ok(B256::ZERO);
        };
        let depth = usize::try_from(depth).unwrap_or(usize::MAX);
        let mut ancestors = self.ancestors.borrow_mut();
        while ancestors.len() <= depth {
            let Some(last) = ancestors.last().copied() else { break };
            ancestors.push(self.parent_of(last)?);
        }
        Ok(ancestors.get(depth).copied().unwrap_or_default())
    }
}

impl<P: Preimages> NodeSource for TrieState<'_, P> {
    type Error = P::Error;

    fn node(&self, owner: Option<B256>, path: &Nibbles, hash: B256) -> Result<Bytes, trie::Error<Self::Error>> {
        Nodes(self.preimages).node(owner, path, hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{collections::BTreeMap, vec::Vec};

    struct Known(BTreeMap<B256, Bytes>);

    #[derive(Debug, thiserror::Error)]
    #[error("unknown")]
    struct Unknown;

    impl Preimages for Known {
        type Error = Unknown;

        fn preimage(&self, hash: B256) -> Result<Bytes, Unknown> {
            self.0.get(&hash).cloned().ok_or(Unknown)
        }
    }

    /// Headers 0 to `head`, and their hashes.
    fn chain(head: u64) -> (Known, Vec<B256>, Header) {
        let (mut known, mut hashes, mut header) = (BTreeMap::new(), Vec::new(), Header::default());
        for number in 0..=head {
            let parent_hash = hashes.last().copied().unwrap_or_default();
            header = Header {
                number,
                parent_hash,
                state_root: EMPTY_ROOT_HASH,
                ..Header::default()
            };
            let rlp = Bytes::from(alloy_rlp::encode(&header));
            hashes.push(keccak256(&rlp));
            known.insert(keccak256(&rlp), rlp);
        }
        (Known(known), hashes, header)
    }

    #[test]
    fn ancestors_are_found_by_walking_back() {
        let (known, hashes, head) = chain(300);
        let state = TrieState::new(&known, &head, hashes[300]);
        for number in [300, 299, 45, 200] {
            assert_eq!(
                state.block_hash(number).unwrap(),
                hashes[usize::try_from(number).unwrap()]
            );
        }
        assert_eq!(
            state.block_hash(44).unwrap(),
            B256::ZERO,
            "the next block sees 256 ancestors"
        );
        assert_eq!(state.block_hash(301).unwrap(), B256::ZERO);
        assert_eq!(state.account(Address::ZERO).unwrap(), None);
        assert_eq!(state.storage(Address::ZERO, U256::ZERO).unwrap(), U256::ZERO);
    }

    #[test]
    fn a_missing_ancestor_is_an_error() {
        let (mut known, hashes, head) = chain(3);
        known.0.remove(&hashes[2]);
        let state = TrieState::new(&known, &head, hashes[3]);
        assert_eq!(state.block_hash(2).unwrap(), hashes[2], "named by its child");
        assert!(matches!(state.block_hash(1), Err(PreimageError::Missing(Unknown))));
    }
}
