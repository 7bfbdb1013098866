//! What the tests of more than one crate need. The scenarios themselves, and the tidy test, are this crate's tests.
//!
//! [`SimulatedL1`] is an L1 that a test writes block by block and reorganises at will. Over it, a [`Sequencer`] makes L2 blocks, the
//! batcher's encoder posts them, and a [`Verifier`] derives them again; both execute on real chains in temporary folders.
//! [`Member`] is a real node instead, over whatever L1 a test gives it.
//! [`ContractL1`] is an L1 that executes the real contracts, for tests of what they decide.

mod contract_l1;
mod execution;
mod l1_block;
mod lying_proposer;
mod member;
mod rollup;
mod sequencer;
mod simulated_l1;
mod verifier;

pub use contract_l1::{ContractL1, inclusion};
pub use execution::Execution;
pub use l1_block::{Deposit, L1Contracts, L1Draft};
pub use lying_proposer::{ForgedWithdrawal, Lie, propose, root, truth, withdrawal_hash, withdrawal_slot};
pub use member::{Member, POLL_INTERVAL, missing, receipt};
pub use rollup::Rollup;
pub use sequencer::Sequencer;
pub use simulated_l1::{SimulatedBlock, SimulatedL1};
pub use verifier::Verifier;
