//! A sparse, updatable Merkle-Patricia trie over a [`NodeSource`].
//!
//! The node's database and the stateless guest compute state roots with the same code: only the nodes on the way to
//! a changed key are read, only the changed ones are written. See `README.md` for the tour.
//!
//! *Invariants:* keys are 32-byte hashes, so a path has at most 64 nibbles and a branch never carries a value. Nodes
//! from a source are checked as they are decoded; malformed ones are an [`Error`], never a panic. A failed operation
//! leaves a trie as it was. The crate knows nothing of databases, addresses' preimages or blocks.
#![no_std]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::let_underscore_must_use
    )
)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub use alloy_trie::{EMPTY_ROOT_HASH, KECCAK_EMPTY, Nibbles, TrieAccount};

mod arena;
mod edit;
mod node;
mod seal;

mod error;
pub use error::{Error, NodeFault, NodeLocation};

mod source;
pub use source::{EmptySource, MapSource, NodeSource, RecordingSource, VerifyingSource};

mod trie;
pub use trie::{ChangedNode, Trie, TrieUpdate};

mod state;
pub use state::{
    AccountChange, AccountInfo, HashedChanges, StateTrieUpdate, StateUpdate, StorageJob, StorageUpdate, build_state,
    update_state,
};

mod proof;
pub use proof::{AccountProof, StorageProof, prove, prove_account, verify_proof};
