//! What the tests of more than one crate need. The scenarios themselves, and the tidy test, are this crate's tests.
//!
//! [`SimulatedL1`] is an L1 that a test writes block by block and reorganises at will. Over it, a [`Sequencer`] makes L2 blocks, the
//! batcher's encoder posts them, and a [`Verifier`] derives them again; both execute on real chains in temporary folders.

mod execution;
mod l1_block;
mod rollup;
mod sequencer;
mod simulated_l1;
mod verifier;

pub use execution::Execution;
pub use l1_block::{Deposit, L1Contracts, L1Draft};
pub use rollup::Rollup;
pub use sequencer::Sequencer;
pub use simulated_l1::{SimulatedBlock, SimulatedL1};
pub use verifier::Verifier;
