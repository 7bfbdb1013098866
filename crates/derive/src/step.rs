//! What a step of the pipeline can say.

use alloc::{sync::Arc, vec::Vec};

use alloy_eips::BlockNumHash;
use alloy_primitives::{B256, Bytes};
use protocol::{BlockRef, L2BlockRef, PayloadAttributes};

/// What the pipeline says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The next block's attributes. Said again until a [`Verdict`](crate::Verdict) is pushed.
    Attributes(Arc<DerivedAttributes>),
    /// Something must be pushed. Said again until it is.
    Need(Need),
    /// Everything up to the known L1 head is derived: the L1 block of that number comes next.
    Idle {
        /// Number of the L1 block that the pipeline waits for.
        next_l1: u64,
    },
    /// What was derived no longer fits L1: find a new start and call
    /// [`Pipeline::reset`](crate::Pipeline::reset). Said again until then.
    Reset(ResetReason),
    /// The chain cannot be derived any further, whatever is pushed. An operator must look.
    Halt(HaltReason),
}

/// Attributes of an L2 block, and where they come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DerivedAttributes {
    /// What the block is to be built from.
    pub attributes: PayloadAttributes,
    /// The block to build on.
    pub parent: L2BlockRef,
    /// The L1 origin of the block itself.
    pub l1_origin: BlockNumHash,
    /// Position of the block in its epoch.
    pub sequence_number: u64,
    /// The L1 block up to which L1 was read when the attributes were derived: the block is safe as of
    /// it, and final when it is.
    pub derived_from: BlockRef,
    /// Whether no more blocks of a span batch wait behind this one.
    pub is_last_in_span: bool,
    /// Whether these are what remains of attributes that were found invalid.
    pub is_replacement: bool,
}

/// What must be pushed for the pipeline to go on.
///
/// If L1 no longer has the block that is asked for, it was reorganised: find a new start and call
/// [`Pipeline::reset`](crate::Pipeline::reset).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// [`Pipeline::push_l1_block`](crate::Pipeline::push_l1_block).
    L1Block {
        /// The block's number.
        number: u64,
        /// Which block of that number.
        link: L1Link,
    },
    /// [`Pipeline::push_l1_receipts`](crate::Pipeline::push_l1_receipts).
    L1Receipts {
        /// The block whose receipts are needed.
        block: BlockNumHash,
    },
    /// [`Pipeline::push_blobs`](crate::Pipeline::push_blobs).
    Blobs {
        /// The block whose transactions carry the blobs.
        block: BlockRef,
        /// The blobs' versioned hashes, in the order in which they are to be pushed.
        versioned_hashes: Vec<B256>,
    },
    /// [`Pipeline::push_l2_block`](crate::Pipeline::push_l2_block): a block of the safe chain, to
    /// compare with a span batch that overlaps it.
    L2Block {
        /// The block's number.
        number: u64,
    },
    /// [`Pipeline::push_da_input`](crate::Pipeline::push_da_input): what a commitment stands for.
    DaInput {
        /// The block that holds the commitment.
        block: BlockNumHash,
        /// The commitment, with its type byte.
        commitment: Bytes,
    },
}

/// Which block of a number is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum L1Link {
    /// The one of this hash.
    Hash(B256),
    /// The canonical one, whose parent must have this hash.
    Parent(B256),
}

/// Why the pipeline must be reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResetReason {
    /// L1 continues with a block that does not follow the last one read.
    #[error("L1 reorganised at block {number}: it follows {found}, expected was {expected}")]
    L1Reorg {
        /// Number of the block that does not fit.
        number: u64,
        /// The hash that it, or its parent, should have.
        expected: B256,
        /// The hash that it, or its parent, has.
        found: B256,
    },
    /// The safe head's L1 origin is not on the L1 chain that was read.
    #[error("L1 origin {} of the safe head is not canonical, {} is", origin.hash, canonical.hash)]
    L1Origin {
        /// The safe head's L1 origin.
        origin: BlockNumHash,
        /// The block of L1 at that place.
        canonical: BlockNumHash,
    },
    /// A block was pushed that does not belong to the safe chain which the pipeline follows.
    #[error("L2 block {number} is not on the safe chain that derivation follows")]
    L2Chain {
        /// The block's number.
        number: u64,
    },
}

/// Why the chain cannot be derived any further.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HaltReason {
    /// A block of nothing but deposits was found invalid.
    #[error("block {number} is invalid though it holds nothing but deposits; the engine or its state is at fault")]
    DepositsInvalid {
        /// Number of the L2 block.
        number: u64,
    },
    /// The portal, the fee scalars or the upgrade transactions cannot be read.
    #[error("L1 block {} breaks the protocol: {error}; check the contract addresses of the rollup config", block.hash)]
    Protocol {
        /// The L1 block.
        block: BlockNumHash,
        /// What is wrong with it.
        error: protocol::Error,
    },
    /// The pipeline began at an L1 block after the safe head's L1 origin.
    #[error("derivation starts after L1 origin {} of the safe head; start it further back", origin.number)]
    StartTooLate {
        /// The safe head's L1 origin.
        origin: BlockNumHash,
    },
}
