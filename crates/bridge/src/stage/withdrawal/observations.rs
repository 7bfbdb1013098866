//! What is looked at of a withdrawal.

use alloy_primitives::U256;

use crate::MessageState;

/// Whether an output on L1 covers a withdrawal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// One does.
    Covered {
        /// Its number.
        index: u64,
        /// Its L2 block.
        block: u64,
    },
    /// None does.
    Due {
        /// The L2 block of the first output that will.
        block: u64,
        /// When that can be proposed at the earliest, in seconds.
        at: u64,
    },
}

/// A proof on L1 whose output still stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The number of its output.
    pub index: u64,
    /// When it was proven, in seconds.
    pub at: u64,
    /// When its output was proposed, in seconds.
    pub proposed_at: u64,
}

/// What was seen of a withdrawal that L2 holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WithdrawalObservations {
    /// The time of L1's newest block, in seconds.
    pub now: u64,
    /// Whether an output covers it.
    pub coverage: Coverage,
    /// Its proof, if one stands.
    pub proven: Option<Proven>,
    /// Whether it was proven before, with an output that was deleted since.
    pub proof_fell: bool,
    /// How long it waits after its proof, and its output after its proposal, in seconds.
    pub finalization_period: u64,
    /// Whether withdrawals are paused.
    pub paused: bool,
    /// Whether its call was made.
    pub finalized: bool,
    /// What came of the call, if L1 still tells.
    pub succeeded: Option<bool>,
    /// What L1's messenger knows of its message, if it carries one.
    pub message: Option<MessageState>,
    /// Gas that it asks for on L1.
    pub gas_limit: U256,
    /// The most that it could be given there.
    pub gas_limit_max: u64,
}
