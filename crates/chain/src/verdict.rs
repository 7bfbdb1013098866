//! What the chain answers to a block or to a fork choice. A wrong block is a value, not an error.

use crate::BlockRecord;
use alloy_primitives::B256;
use alloy_rpc_types_engine::PayloadId;
use std::sync::Arc;

/// The answer to [`crate::Chain::import`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportVerdict {
    /// The block was executed (now or before) and is what its header says.
    Valid,
    /// The block can never be part of this chain.
    Invalid {
        /// Why, in words for the log and for `validationError`.
        reason: String,
        /// The newest valid ancestor; `None` if the block's own hash or form is wrong.
        latest_valid_hash: Option<B256>,
    },
    /// The parent is not known, so the block was not looked at (`SYNCING` in the Engine API). It is not kept.
    UnknownParent,
}

impl ImportVerdict {
    /// Whether the block is known and valid now.
    pub const fn is_valid(&self) -> bool {
        matches!(self, Self::Valid)
    }
}

/// The answer to [`crate::Chain::fork_choice_updated`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForkchoiceVerdict {
    /// The labels are as asked for.
    Valid {
        /// The head's hash.
        latest_valid_hash: B256,
    },
    /// The head is not known here (`SYNCING`). Nothing changed.
    Syncing,
    /// The head is a block that was found invalid before. Nothing changed.
    Invalid {
        /// Why the block was found invalid.
        reason: String,
        /// Its newest valid ancestor.
        latest_valid_hash: Option<B256>,
    },
    /// The safe or finalized block is unknown or not an ancestor of the head (`-38002`). Nothing changed.
    InvalidState {
        /// Which of the two, and why.
        reason: &'static str,
    },
}

impl ForkchoiceVerdict {
    /// Whether the labels are as asked for.
    pub const fn is_valid(&self) -> bool {
        matches!(self, Self::Valid { .. })
    }
}

/// The answer to [`crate::Chain::fork_choice_updated_with_attributes`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForkchoiceUpdated {
    /// What became of the labels.
    pub verdict: ForkchoiceVerdict,
    /// The job that was started, if attributes were given and the labels are as asked for.
    pub payload_id: Option<PayloadId>,
}

/// What came of attributes that were derived.
#[derive(Debug, Clone)]
pub enum DerivedVerdict {
    /// The block.
    Built(Arc<BlockRecord>),
    /// They make no valid block.
    Invalid {
        /// Why.
        reason: String,
    },
    /// Nothing is known of the parent.
    UnknownParent,
}

impl DerivedVerdict {
    pub(crate) fn invalid(reason: &impl ToString) -> Self {
        Self::Invalid {
            reason: reason.to_string(),
        }
    }
}
