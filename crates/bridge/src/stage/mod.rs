//! Where a transfer stands: decided from what was seen, and from nothing else.

mod deposit;
mod withdrawal;

pub use deposit::{DepositObservations, DepositStage, deposit_stage};
pub use withdrawal::{Coverage, Proven, WithdrawalObservations, WithdrawalStage, withdrawal_stage};
