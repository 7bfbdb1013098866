//! Finished channels.

use alloc::{boxed::Box, vec::Vec};

use alloy_eips::BlockNumHash;
use alloy_primitives::Bytes;
use protocol::{
    blob::{Blob, BlobFault, encode_blob},
    frame::{ChannelId, FRAME_DATA_BYTES_MAX, FRAME_OVERHEAD_BYTES, Frame, encode_frames},
};

use super::EncodeFault;

/// A channel that is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedChannel {
    /// Its identifier.
    pub id: ChannelId,
    /// The first L2 block in it.
    pub first_block: BlockNumHash,
    /// The last L2 block in it.
    pub last_block: BlockNumHash,
    /// Bytes of its batches.
    pub input_bytes: usize,
    /// Bytes of its batches when compressed.
    pub output_bytes: usize,
    /// Its frames, in the order in which they must be included.
    pub frames: Vec<Frame>,
}

impl EncodedChannel {
    /// How many L2 blocks are in it.
    pub const fn block_count(&self) -> u64 {
        self.last_block
            .number
            .saturating_sub(self.first_block.number)
            .saturating_add(1)
    }

    /// The calldata of its transactions, one for each frame.
    pub fn calldata(&self) -> Vec<Bytes> {
        self.frames
            .iter()
            .map(|frame| encode_frames(core::slice::from_ref(frame)))
            .collect()
    }

    /// Its blobs, one for each frame. As many as fit go into a transaction; order matters.
    pub fn blobs(&self) -> Result<Vec<Box<Blob>>, BlobFault> {
        self.calldata().iter().map(|data| encode_blob(data)).collect()
    }
}

/// Cuts a channel into frames of at most that size.
pub(super) fn cut_frames(
    channel_id: ChannelId,
    compressed: &[u8],
    frame_bytes_max: usize,
) -> Result<Vec<Frame>, EncodeFault> {
    let too_small = EncodeFault::FrameSize {
        bytes: compressed.len(),
        frame_bytes_max,
    };
    let data_bytes_max = frame_bytes_max
        .saturating_sub(FRAME_OVERHEAD_BYTES)
        .min(FRAME_DATA_BYTES_MAX);
    let pieces = match data_bytes_max {
        0 => return Err(too_small),
        size => compressed.chunks(size),
    };
    let last = pieces.len().saturating_sub(1);
    let frame = |(index, data): (usize, &[u8])| {
        let number = u16::try_from(index).map_err(|_| too_small)?;
        let data = Bytes::copy_from_slice(data);
        Ok(Frame {
            channel_id,
            number,
            data,
            is_last: index == last,
        })
    };
    pieces.enumerate().map(frame).collect()
}
