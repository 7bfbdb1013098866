//! The batcher's side: L2 blocks in, channels out, cut into frames.
//!
//! [`Encoder::add_block`] gathers consecutive blocks; a channel is finished when its compressed bytes
//! reach the target, when it is open for long enough, or when [`Encoder::close`] says so. The same
//! blocks under the same configuration make the same bytes.

mod channel;
mod input;

use alloc::{sync::Arc, vec::Vec};

use alloy_eips::BlockNumHash;
use alloy_primitives::keccak256;
use protocol::{
    Block, RollupConfig,
    batch::BatchFault,
    blob::BLOB_DATA_BYTES_MAX,
    channel::MAX_RLP_BYTES_PER_CHANNEL,
    frame::{ChannelId, FRAME_OVERHEAD_BYTES},
};

use crate::Compression;

pub use self::channel::EncodedChannel;
use self::{
    channel::cut_frames,
    input::{BlockInput, write_batches},
};

/// Which batches a channel is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BatchKind {
    /// One for each block.
    Singular,
    /// One for all blocks of the channel.
    Span,
}

/// Compression of the presets: of a real channel, quality 10 saves 0.3 % more and takes 16 times as long.
const PRESET_COMPRESSION: Compression = Compression::Brotli { quality: 6 };

/// How channels are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncoderConfig {
    /// Which batches.
    pub batch_kind: BatchKind,
    /// How they are compressed.
    pub compression: Compression,
    /// Compressed bytes at which a channel is finished. The block that exceeds them is still in it.
    pub channel_bytes_target: usize,
    /// L1 blocks for which a channel may be open, from the one at which its first block was added.
    pub channel_duration_l1_blocks: u64,
    /// Most bytes of a frame, its overhead included.
    pub frame_bytes_max: usize,
}

impl EncoderConfig {
    /// Span batches in Brotli for that many blobs a channel, each full.
    pub const fn blobs(blobs_per_channel: usize) -> Self {
        // The data of a blob begins with a version byte.
        let frame_bytes_max = BLOB_DATA_BYTES_MAX.saturating_sub(1);
        Self {
            batch_kind: BatchKind::Span,
            compression: PRESET_COMPRESSION,
            channel_bytes_target: frame_bytes_max
                .saturating_sub(FRAME_OVERHEAD_BYTES)
                .saturating_mul(blobs_per_channel),
            channel_duration_l1_blocks: u64::MAX,
            frame_bytes_max,
        }
    }

    /// Span batches in Brotli for one calldata transaction a channel of at most about that size.
    pub const fn calldata(transaction_bytes_max: usize) -> Self {
        let frame_bytes_max = transaction_bytes_max.saturating_sub(1);
        Self {
            batch_kind: BatchKind::Span,
            compression: PRESET_COMPRESSION,
            channel_bytes_target: frame_bytes_max.saturating_sub(FRAME_OVERHEAD_BYTES),
            channel_duration_l1_blocks: u64::MAX,
            frame_bytes_max,
        }
    }
}

/// Why a block was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeFault {
    /// It does not follow the block that was added last: the chain was reorganised, or one was left out.
    #[error("block {} does not follow block {}", found.number, last.number)]
    NotConsecutive {
        /// The block that was added last.
        last: BlockNumHash,
        /// The block that was to be added.
        found: BlockNumHash,
    },
    /// It does not say which L1 origin it has.
    #[error("block {} has no L1 attributes", .0.number)]
    NoL1Attributes(BlockNumHash),
    /// It cannot be written into a batch.
    #[error("block cannot be written into a batch: {0}")]
    Batch(#[from] BatchFault),
    /// The frames are so small that a channel has more than it may.
    #[error("channel of {bytes} bytes does not fit into frames of {frame_bytes_max}")]
    FrameSize {
        /// Compressed bytes of the channel.
        bytes: usize,
        /// The configured size.
        frame_bytes_max: usize,
    },
}

/// Gathers blocks, gives channels.
#[derive(Clone, Debug)]
pub struct Encoder {
    rollup: Arc<RollupConfig>,
    config: EncoderConfig,
    last: Option<BlockNumHash>,
    open: Option<OpenChannel>,
    finished: Vec<EncodedChannel>,
}

/// A channel that takes blocks.
#[derive(Clone, Debug)]
struct OpenChannel {
    opened_at: u64,
    blocks: Vec<BlockInput>,
    /// About how many bytes the batches have.
    content_bytes: usize,
    /// The content at which the compressed size is looked at next.
    next_look_bytes: usize,
}

impl Encoder {
    /// An encoder without blocks.
    pub const fn new(rollup: Arc<RollupConfig>, config: EncoderConfig) -> Self {
        Self {
            rollup,
            config,
            last: None,
            open: None,
            finished: Vec::new(),
        }
    }

    /// Forgets everything: the next block may be any.
    pub fn reset(&mut self) {
        self.last = None;
        self.open = None;
        self.finished.clear();
    }

    /// Adds the next block while L1 is at that height. The first may be any.
    pub fn add_block(&mut self, block: &Block, l1_head: u64) -> Result<(), EncodeFault> {
        let input = BlockInput::new(block)?;
        if let Some(last) = self.last.filter(|last| last.hash != input.parent_hash) {
            return Err(EncodeFault::NotConsecutive { last, found: input.id });
        }
        self.close_if_due(l1_head)?;
        let would_be = self.open.as_ref().map_or(0, |open| open.content_bytes);
        if would_be.saturating_add(input.content_bytes) > MAX_RLP_BYTES_PER_CHANNEL {
            self.close()?;
        }
        self.last = Some(input.id);
        let target = self.config.channel_bytes_target;
        let open = self.open.get_or_insert_with(|| OpenChannel {
            opened_at: l1_head,
            blocks: Vec::new(),
            content_bytes: 0,
            next_look_bytes: target,
        });
        open.content_bytes = open.content_bytes.saturating_add(input.content_bytes);
        open.blocks.push(input);
        if open.content_bytes >= open.next_look_bytes {
            self.look()
        } else {
            Ok(())
        }
    }

    /// Finishes the open channel if it is open for long enough at that height of L1.
    pub fn close_if_due(&mut self, l1_head: u64) -> Result<(), EncodeFault> {
        let duration = self.config.channel_duration_l1_blocks;
        let is_due = |open: &OpenChannel| l1_head >= open.opened_at.saturating_add(duration);
        if self.open.as_ref().is_some_and(is_due) {
            self.close()
        } else {
            Ok(())
        }
    }

    /// Finishes the open channel, if there is one.
    pub fn close(&mut self) -> Result<(), EncodeFault> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let (input_bytes, compressed) = self.compress(&open)?;
        self.finish(&open, input_bytes, &compressed)
    }

    /// The channels that are finished, first first. They are given once.
    pub fn take_channels(&mut self) -> Vec<EncodedChannel> {
        core::mem::take(&mut self.finished)
    }

    /// The block that was added last.
    pub const fn last_block(&self) -> Option<BlockNumHash> {
        self.last
    }

    /// How many blocks wait in the channel that is not finished.
    pub fn open_block_count(&self) -> usize {
        self.open.as_ref().map_or(0, |open| open.blocks.len())
    }

    /// Looks at the compressed size: finishes the channel, or says when to look again.
    fn look(&mut self) -> Result<(), EncodeFault> {
        let Some(mut open) = self.open.take() else {
            return Ok(());
        };
        let (input_bytes, compressed) = self.compress(&open)?;
        let target = self.config.channel_bytes_target;
        if compressed.len() >= target {
            return self.finish(&open, input_bytes, &compressed);
        }
        // As much more as fits if it compresses as well; a little more at least.
        let expected = target
            .saturating_mul(open.content_bytes)
            .checked_div(compressed.len())
            .unwrap_or(usize::MAX);
        let least = open.content_bytes.saturating_add(target / 64).saturating_add(1);
        open.next_look_bytes = expected.max(least);
        self.open = Some(open);
        Ok(())
    }

    /// The compressed channel, and its size before.
    fn compress(&self, open: &OpenChannel) -> Result<(usize, Vec<u8>), EncodeFault> {
        let content = write_batches(&self.rollup, self.config.batch_kind, &open.blocks)?;
        Ok((content.len(), crate::compress(&content, self.config.compression)))
    }

    /// Cuts a channel into frames.
    fn finish(&mut self, open: &OpenChannel, input_bytes: usize, compressed: &[u8]) -> Result<(), EncodeFault> {
        let (Some(first), Some(last)) = (open.blocks.first(), open.blocks.last()) else {
            return Ok(());
        };
        let id = channel_id(first, open.opened_at);
        let frames = cut_frames(id, compressed, self.config.frame_bytes_max)?;
        self.finished.push(EncodedChannel {
            id,
            first_block: first.id,
            last_block: last.id,
            input_bytes,
            output_bytes: compressed.len(),
            frames,
        });
        Ok(())
    }
}

/// An identifier that no other channel has: blocks that are sent again are sent at another height.
fn channel_id(first: &BlockInput, opened_at: u64) -> ChannelId {
    let height = opened_at.to_be_bytes();
    let digest = keccak256([first.parent_hash.as_slice(), first.id.hash.as_slice(), &height].concat());
    ChannelId::from_slice(digest.get(..16).unwrap_or_default())
}
