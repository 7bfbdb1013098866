//! What is told of a transaction that began transfers.

use alloy_primitives::B256;
use protocol::Withdrawal;
use serde::{Serialize, Serializer, ser::SerializeStruct};

use crate::{
    Deposit, DepositStage, Layer, MessageFault, MessageState, Movement, WithdrawalStage, withdrawal::movement_of,
};

/// One transfer, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// From L1 to L2.
    Deposit {
        /// The deposit.
        deposit: Box<Deposit>,
        /// Where it stands.
        stage: DepositStage,
        /// What L2's messenger knows of its message.
        message: Option<MessageState>,
        /// Why its message's call failed, where that can be told.
        fault: Option<MessageFault>,
    },
    /// From L2 to L1.
    Withdrawal {
        /// The withdrawal.
        withdrawal: Box<Withdrawal>,
        /// Where it stands.
        stage: WithdrawalStage,
        /// What L1's messenger knows of its message.
        message: Option<MessageState>,
        /// Why its message's call failed, where that can be told.
        fault: Option<MessageFault>,
    },
}

/// A transaction that began transfers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// Its hash.
    pub transaction: B256,
    /// The layer that it is on.
    pub layer: Layer,
    /// The block that holds it; none while it waits in a pool.
    pub block: Option<u64>,
    /// Whether it succeeded, once it is included.
    pub success: Option<bool>,
    /// What it began.
    pub transfers: Vec<Transfer>,
    /// The time of L1's newest block, in seconds: what times are compared with.
    pub now: u64,
}

impl Followed {
    /// Whether every transfer has arrived for good, or never will.
    pub fn is_settled(&self) -> bool {
        self.success == Some(false)
            || self.block.is_some()
                && self
                    .transfers
                    .iter()
                    .all(|transfer| transfer.is_done() || transfer.is_failed())
    }

    /// Whether something went wrong.
    pub fn is_failed(&self) -> bool {
        self.success == Some(false) || self.transfers.iter().any(Transfer::is_failed)
    }
}

impl Transfer {
    /// The name of its stage, which programs may rely on.
    pub const fn stage(&self) -> &'static str {
        match self {
            Self::Deposit { stage, .. } => stage.name(),
            Self::Withdrawal { stage, .. } => stage.name(),
        }
    }

    /// Whether it has arrived for good.
    pub const fn is_done(&self) -> bool {
        match self {
            Self::Deposit { stage, .. } => stage.is_done(),
            Self::Withdrawal { stage, .. } => stage.is_done(),
        }
    }

    /// Whether waiting does not help.
    pub const fn is_failed(&self) -> bool {
        match self {
            Self::Deposit { stage, .. } => stage.is_failed(),
            Self::Withdrawal { stage, .. } => stage.is_failed(),
        }
    }

    /// What it waits for, or what to do.
    pub fn waits_for(&self) -> Option<String> {
        let waits_for = match self {
            Self::Deposit { stage, .. } => stage.waits_for(),
            Self::Withdrawal { stage, .. } => stage.waits_for(),
        };
        match self.fault() {
            Some(fault) => waits_for.map(|what| format!("{what}; {fault}")),
            None => waits_for,
        }
    }

    /// Its own hash: a deposit's transaction on L2, a withdrawal's own.
    pub fn hash(&self) -> B256 {
        match self {
            Self::Deposit { deposit, .. } => deposit.l2_transaction,
            Self::Withdrawal { withdrawal, .. } => withdrawal.hash(),
        }
    }

    /// Why its message's call failed, where that can be told.
    pub const fn fault(&self) -> Option<&MessageFault> {
        match self {
            Self::Deposit { fault, .. } | Self::Withdrawal { fault, .. } => fault.as_ref(),
        }
    }

    /// Until when, in seconds, where that is known.
    pub const fn until(&self) -> Option<u64> {
        match self {
            Self::Deposit { stage, .. } => stage.until(),
            Self::Withdrawal { stage, .. } => stage.until(),
        }
    }

    /// What it moves.
    pub fn movement(&self) -> Movement {
        match self {
            Self::Deposit { deposit, .. } => deposit.movement(),
            Self::Withdrawal { withdrawal, .. } => movement_of(withdrawal),
        }
    }

    /// What the other layer's messenger knows of its message, if it carries one.
    pub const fn message(&self) -> Option<MessageState> {
        match self {
            Self::Deposit { message, .. } | Self::Withdrawal { message, .. } => *message,
        }
    }
}

impl Serialize for Followed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Followed", 7)?;
        object.serialize_field("transaction", &self.transaction)?;
        object.serialize_field("layer", &self.layer)?;
        object.serialize_field("block", &self.block)?;
        object.serialize_field("success", &self.success)?;
        object.serialize_field("l1Time", &self.now)?;
        object.serialize_field("settled", &self.is_settled())?;
        object.serialize_field("transfers", &self.transfers)?;
        object.end()
    }
}

impl Serialize for Transfer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kind, l2_block, output) = match self {
            Self::Deposit { stage, .. } => ("deposit", stage.l2_block(), None),
            Self::Withdrawal { stage, .. } => ("withdrawal", None, stage.output_index()),
        };
        let mut object = serializer.serialize_struct("Transfer", 12)?;
        object.serialize_field("kind", kind)?;
        // A deposit is known by its transaction's hash on L2, a withdrawal by its own.
        object.serialize_field("hash", &self.hash())?;
        object.serialize_field("stage", self.stage())?;
        object.serialize_field("done", &self.is_done())?;
        object.serialize_field("failed", &self.is_failed())?;
        object.serialize_field("waitsFor", &self.waits_for())?;
        object.serialize_field("until", &self.until())?;
        object.serialize_field("movement", &self.movement())?;
        object.serialize_field("message", &self.message())?;
        object.serialize_field("fault", &self.fault())?;
        object.serialize_field("l2Block", &l2_block)?;
        object.serialize_field("outputIndex", &output)?;
        object.end()
    }
}
