//! What the tests of more than one crate need. The scenarios themselves, and the tidy test, are this crate's tests.
//!
//! [`SimulatedL1`] is an L1 that a test writes block by block and reorganises at will: it executes nothing, and its receipts hold
//! the logs that the test says.

mod l1_block;
mod simulated_l1;

pub use l1_block::{Deposit, L1Contracts, L1Draft};
pub use simulated_l1::{SimulatedBlock, SimulatedL1};
