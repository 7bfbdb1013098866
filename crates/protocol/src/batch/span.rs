//! Span batches: consecutive L2 blocks, with everything left out that follows from the rest.

use alloc::vec::Vec;

use alloy_primitives::{B256, Bytes, FixedBytes};

/// What the sequencer decided about consecutive L2 blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpanBatch {
    /// First 20 bytes of the hash of the L2 block before the span.
    pub parent_check: FixedBytes<20>,
    /// First 20 bytes of the hash of the last block's L1 origin.
    pub l1_origin_check: FixedBytes<20>,
    /// Whether the first block has another L1 origin than the block before the span.
    pub starts_epoch: bool,
    /// The blocks; at least one, a block time apart.
    pub blocks: Vec<SpanBlock>,
}

/// One block of a span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpanBlock {
    /// Number of the L1 origin.
    pub epoch_number: u64,
    /// The block's time.
    pub timestamp: u64,
    /// The sequenced transactions, in their EIP-2718 encoding.
    pub transactions: Vec<Bytes>,
}

impl SpanBatch {
    /// Number of the first block's L1 origin.
    pub fn start_epoch_number(&self) -> u64 {
        self.blocks.first().map_or(0, |block| block.epoch_number)
    }

    /// Number of the last block's L1 origin.
    pub fn end_epoch_number(&self) -> u64 {
        self.blocks.last().map_or(0, |block| block.epoch_number)
    }

    /// Time of the first block.
    pub fn start_timestamp(&self) -> u64 {
        self.blocks.first().map_or(0, |block| block.timestamp)
    }

    /// Time of the last block.
    pub fn end_timestamp(&self) -> u64 {
        self.blocks.last().map_or(0, |block| block.timestamp)
    }

    /// Whether a block of that hash can be the one before the span.
    pub fn is_parent(&self, hash: &B256) -> bool {
        hash.starts_with(self.parent_check.as_slice())
    }

    /// Whether an L1 block of that hash can be the last block's origin.
    pub fn is_end_origin(&self, hash: &B256) -> bool {
        hash.starts_with(self.l1_origin_check.as_slice())
    }

    /// The first 20 bytes of a hash.
    pub fn check_of(hash: &B256) -> FixedBytes<20> {
        FixedBytes::from_slice(hash.get(..20).unwrap_or_default())
    }
}
