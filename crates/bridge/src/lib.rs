//! What users do through L1: deposit, withdraw, prove, finalize, and follow a transfer through both layers.
//!
//! [`System`] finds the contracts, [`Bridge`] acts and looks, [`DepositStage`] and [`WithdrawalStage`] say where a transfer stands.

mod beginning;
mod bridge;
mod deposit;
mod ending;
mod error;
mod fate;
mod follow;
mod followed;
mod gas;
mod layer;
mod message;
mod pair;
mod proof;
mod relay;
mod revert;
mod sending;
mod stage;
mod system;
mod token;
mod transfer;
mod withdrawal;

pub use beginning::require_finalizable;
pub use bridge::Bridge;
pub use deposit::{Deposit, DepositRequest, forced_transaction};
pub use error::Error;
pub use followed::{Followed, Transfer};
pub use gas::{L1_TRANSACTION_GAS_MAX, gas_limit_max, is_finalizable};
pub use layer::{Layer, LayerClient, LayerReceipt};
pub use message::{Message, MessageFault, MessageState};
pub use pair::PairFault;
pub use proof::WithdrawalProof;
pub use sending::{Sender, Submission, sender_config};
pub use stage::{
    Coverage, DepositObservations, DepositStage, Proven, WithdrawalObservations, WithdrawalStage, deposit_stage,
    withdrawal_stage,
};
pub use system::System;
pub use token::Token;
pub use transfer::{Asset, Movement};
pub use withdrawal::{WithdrawalRequest, withdrawals_in};
