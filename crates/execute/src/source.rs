//! Where the state before a block is read from.

use alloc::sync::Arc;
use alloy_primitives::{Address, B256, Bytes, KECCAK256_EMPTY, U256};
use revm::bytecode::Bytecode;

/// An account as the state commits to it, without its storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// Transactions sent, or contracts created.
    pub nonce: u64,
    /// Balance in wei.
    pub balance: U256,
    /// Hash of the account's code: [`KECCAK256_EMPTY`] when it has none.
    pub code_hash: B256,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            nonce: 0,
            balance: U256::ZERO,
            code_hash: KECCAK256_EMPTY,
        }
    }
}

impl Account {
    /// Whether the account has code.
    pub fn has_code(&self) -> bool {
        self.code_hash != KECCAK256_EMPTY
    }

    /// Whether EIP-161 calls the account empty: no nonce, no balance, no code.
    pub fn is_empty(&self) -> bool {
        self.nonce == 0 && self.balance.is_zero() && !self.has_code()
    }
}

/// The state that a block starts from: flat tables in a node, the trie in a guest.
///
/// Reads answer what is true *before* the block; what the block changes stays in
/// [`CachedState`](crate::CachedState).
pub trait StateSource {
    /// Why a read failed. A failed read says nothing about the block.
    type Error: core::error::Error + Send + Sync + 'static;

    /// The account at an address, or nothing when the state has none there.
    fn account(&self, address: Address) -> Result<Option<Account>, Self::Error>;

    /// The value of a storage slot; zero when it was never set.
    fn storage(&self, address: Address, slot: U256) -> Result<U256, Self::Error>;

    /// The code with this hash. Never asked for the hash of no code.
    fn code(&self, code_hash: B256) -> Result<Bytes, Self::Error>;

    /// The hash of one of the 256 ancestors that `BLOCKHASH` can name; zero when there is none.
    fn block_hash(&self, number: u64) -> Result<B256, Self::Error>;

    /// The code with this hash, analysed for execution. A source that keeps analysed code
    /// overrides this.
    fn bytecode(&self, code_hash: B256) -> Result<Bytecode, Self::Error> {
        self.code(code_hash).map(Bytecode::new_raw)
    }
}

impl<S: StateSource + ?Sized> StateSource for &S {
    type Error = S::Error;

    fn account(&self, address: Address) -> Result<Option<Account>, Self::Error> {
        (**self).account(address)
    }

    fn storage(&self, address: Address, slot: U256) -> Result<U256, Self::Error> {
        (**self).storage(address, slot)
    }

    fn code(&self, code_hash: B256) -> Result<Bytes, Self::Error> {
        (**self).code(code_hash)
    }

    fn block_hash(&self, number: u64) -> Result<B256, Self::Error> {
        (**self).block_hash(number)
    }

    fn bytecode(&self, code_hash: B256) -> Result<Bytecode, Self::Error> {
        (**self).bytecode(code_hash)
    }
}

impl<S: StateSource + ?Sized> StateSource for Arc<S> {
    type Error = S::Error;

    fn account(&self, address: Address) -> Result<Option<Account>, Self::Error> {
        (**self).account(address)
    }

    fn storage(&self, address: Address, slot: U256) -> Result<U256, Self::Error> {
        (**self).storage(address, slot)
    }

    fn code(&self, code_hash: B256) -> Result<Bytes, Self::Error> {
        (**self).code(code_hash)
    }

    fn block_hash(&self, number: u64) -> Result<B256, Self::Error> {
        (**self).block_hash(number)
    }

    fn bytecode(&self, code_hash: B256) -> Result<Bytecode, Self::Error> {
        (**self).bytecode(code_hash)
    }
}
