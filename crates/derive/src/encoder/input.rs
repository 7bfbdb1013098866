//! What a batch takes from a block.

use alloc::vec::Vec;

use alloy_eips::BlockNumHash;
use alloy_primitives::{B256, Bytes};
use alloy_rlp::Encodable;
use protocol::{
    Block, L1BlockInfo, RollupConfig,
    batch::{Batch, SingularBatch, SpanBatch, SpanBlock},
};

use super::{BatchKind, EncodeFault};

/// Bytes that a block takes in a batch beside its transactions, about.
const BLOCK_BYTES: usize = 100;

/// What a batch takes from a block.
#[derive(Clone, Debug)]
pub(super) struct BlockInput {
    pub(super) id: BlockNumHash,
    pub(super) parent_hash: B256,
    timestamp: u64,
    epoch: BlockNumHash,
    sequence_number: u64,
    transactions: Vec<Bytes>,
    /// About how many bytes it takes in a batch.
    pub(super) content_bytes: usize,
}

impl BlockInput {
    pub(super) fn new(block: &Block) -> Result<Self, EncodeFault> {
        let header = &block.header;
        let id = BlockNumHash {
            number: header.number,
            hash: header.hash_slow(),
        };
        let info = L1BlockInfo::from_block(block).map_err(|_| EncodeFault::NoL1Attributes(id))?;
        let sequenced = block.body.transactions.iter().filter(|tx| !tx.is_deposit());
        let transactions: Vec<_> = sequenced.map(protocol::Transaction::encoded).collect();
        let content_bytes = transactions
            .iter()
            .fold(BLOCK_BYTES, |sum, raw| sum.saturating_add(raw.len()));
        Ok(Self {
            id,
            parent_hash: header.parent_hash,
            timestamp: header.timestamp,
            epoch: info.id(),
            sequence_number: info.sequence_number,
            transactions,
            content_bytes,
        })
    }

    fn singular(&self) -> Batch {
        Batch::Singular(SingularBatch {
            parent_hash: self.parent_hash,
            epoch_number: self.epoch.number,
            epoch_hash: self.epoch.hash,
            timestamp: self.timestamp,
            transactions: self.transactions.clone(),
        })
    }

    fn span_block(&self) -> SpanBlock {
        SpanBlock {
            epoch_number: self.epoch.number,
            timestamp: self.timestamp,
            transactions: self.transactions.clone(),
        }
    }
}

/// Writes the content of a channel.
pub(super) fn write_batches(
    rollup: &RollupConfig,
    kind: BatchKind,
    blocks: &[BlockInput],
) -> Result<Vec<u8>, EncodeFault> {
    let mut out = Vec::new();
    match kind {
        BatchKind::Singular => {
            for block in blocks {
                write_batch(rollup, &block.singular(), &mut out)?;
            }
        }
        BatchKind::Span => {
            if let Some(batch) = span(blocks) {
                write_batch(rollup, &batch, &mut out)?;
            }
        }
    }
    Ok(out)
}

fn write_batch(rollup: &RollupConfig, batch: &Batch, out: &mut Vec<u8>) -> Result<(), EncodeFault> {
    let mut encoded = Vec::new();
    batch.encode(rollup, &mut encoded)?;
    encoded.as_slice().encode(out);
    Ok(())
}

/// One span of all blocks; none if there are no blocks.
fn span(blocks: &[BlockInput]) -> Option<Batch> {
    let (first, last) = (blocks.first()?, blocks.last()?);
    Some(Batch::Span(SpanBatch {
        parent_check: SpanBatch::check_of(&first.parent_hash),
        l1_origin_check: SpanBatch::check_of(&last.epoch.hash),
        starts_epoch: first.sequence_number == 0,
        blocks: blocks.iter().map(BlockInput::span_block).collect(),
    }))
}
