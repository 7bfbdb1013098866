//! Attributes and parent state in; block, receipts and root out: the one execution path.
//!
//! [`build_block`] and [`verify_block`] drive the same [`BlockExecutor`], under Ethereum's rules or the
//! OP Stack's, over any [`StateSource`]. A block that breaks a rule is a [`Verdict`], never an error.
//! See `README.md` for the tour.
//!
//! *Invariants:* no clock, no randomness, no I/O but through the ports; the same inputs give the same
//! block. The EVM is created once a block.
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

mod requests;
mod rewards;
mod transaction;

mod rules;
pub use rules::spec_id;

mod error;
pub use error::{Error, Verdict};

mod invalid;
pub use invalid::{InvalidBlock, InvalidTransaction, Rejection};

mod source;
pub use source::{Account, StateSource};

mod changes;
pub use changes::{AccountChange, SlotChange, StateChanges};

mod cached;
pub use cached::{CachedState, SourceError};

mod precompiles;
pub use precompiles::{KARST_PAIRING_INPUT_BYTES_MAX, OpStackPrecompiles};

mod machine;
pub use machine::{EthereumContext, Execution, OpStackContext};

mod executor;
pub use executor::{BlockExecutor, BlockOutcome, Executed, Inclusion};

mod fees;
pub use fees::{blob_base_fee, da_footprint, next_base_fee, next_excess_blob_gas};

mod l1_fee;
pub use l1_fee::{L1Fee, l1_fee};

mod header;

mod root;
pub use root::{BlockError, Parent, state_root, storage_root};

mod build;
pub use build::{BuildOptions, Built, Candidates, NoCandidates, build_block, forced_transactions};

mod verify;
pub use verify::{ExecutedBlock, verify_block};

mod call;
pub use call::{Call, CallOutcome, call, call_with_inspector};

mod preimages;
pub use preimages::{PreimageError, Preimages, TrieState};

mod genesis;
pub use genesis::{GenesisBlock, genesis_block};
