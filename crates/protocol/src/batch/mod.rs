//! Batches: what the sequencer decided about one L2 block, or about a span of them.
//!
//! Specification: `protocol/derivation.md`, "Batch Format", and `protocol/delta/span-batches.md`.

mod bits;
mod item;
mod reader;
mod singular;
mod span;
mod span_decode;
mod span_encode;
mod span_transaction;

use alloc::vec::Vec;

use alloy_primitives::Bytes;

use crate::RollupConfig;

pub use self::{
    singular::SingularBatch,
    span::{SpanBatch, SpanBlock},
};

/// First byte of a singular batch.
pub const BATCH_TYPE_SINGULAR: u8 = 0;

/// First byte of a span batch.
pub const BATCH_TYPE_SPAN: u8 = 1;

/// Most blocks, and most transactions, that a span batch may have; also the most bytes of one of its
/// `tx_datas`.
pub const MAX_SPAN_BATCH_ELEMENT_COUNT: u64 = 10_000_000;

/// One element of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Batch {
    /// One block.
    Singular(SingularBatch),
    /// Consecutive blocks.
    Span(SpanBatch),
}

/// Why bytes are no batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchFault {
    /// There is no type byte.
    #[error("empty batch")]
    Empty,
    /// The type byte is unknown.
    #[error("unknown batch type {0}")]
    Type(u8),
    /// The bytes end too early.
    #[error("batch is cut off")]
    Truncated,
    /// Something is not RLP of the expected shape.
    #[error("malformed RLP")]
    Rlp,
    /// A varint has more than 64 bits.
    #[error("varint overflows")]
    Varint,
    /// A bit list has a bit set beyond its length.
    #[error("bit list has a bit beyond its length of {0}")]
    Bits(u64),
    /// A span of no blocks.
    #[error("span of no blocks")]
    NoBlocks,
    /// More blocks or transactions than allowed.
    #[error("{0} elements are too many")]
    TooManyElements(u64),
    /// A transaction of a type that span batches do not carry.
    #[error("transaction type {0} in a span batch")]
    TransactionType(u8),
    /// A transaction that must have a recipient has none.
    #[error("set-code transaction without recipient")]
    NoRecipient,
    /// A transaction of another chain, which a span batch cannot carry.
    #[error("transaction of another chain")]
    ChainId,
    /// Blocks that do not follow each other, or precede genesis.
    #[error("blocks are not consecutive")]
    NotConsecutive,
}

impl Batch {
    /// Reads a batch, type byte first. Bytes after it are ignored, as the reference does.
    pub fn decode(bytes: &Bytes, config: &RollupConfig) -> Result<Self, BatchFault> {
        let (batch_type, content) = bytes.split_first().ok_or(BatchFault::Empty)?;
        match *batch_type {
            BATCH_TYPE_SINGULAR => SingularBatch::decode(&bytes.slice_ref(content)).map(Self::Singular),
            BATCH_TYPE_SPAN => SpanBatch::decode(content, config).map(Self::Span),
            other => Err(BatchFault::Type(other)),
        }
    }

    /// Appends the batch, type byte first.
    pub fn encode(&self, config: &RollupConfig, out: &mut Vec<u8>) -> Result<(), BatchFault> {
        match self {
            Self::Singular(batch) => {
                out.push(BATCH_TYPE_SINGULAR);
                batch.encode(out);
                Ok(())
            }
            Self::Span(batch) => {
                out.push(BATCH_TYPE_SPAN);
                batch.encode(config, out)
            }
        }
    }
}
