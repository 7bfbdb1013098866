//! Channels: frames in, the compressed bytes of a sequence of batches out.
//!
//! Specification: `protocol/derivation.md`, "Channel Format" and "Channel Bank", as Holocene
//! simplified it (`protocol/holocene/derivation.md`, "Channel Bank").

use alloc::vec::Vec;

use alloy_primitives::Bytes;

use crate::frame::{ChannelId, Frame};

/// First byte of a channel that is compressed with Brotli (Fjord).
pub const CHANNEL_VERSION_BROTLI: u8 = 1;

/// Most bytes that a channel may have, compressed or decompressed (Fjord).
pub const MAX_RLP_BYTES_PER_CHANNEL: usize = 100_000_000;

/// Bytes that a frame counts for beside its data when the size of a channel is measured.
pub const FRAME_SIZE_OVERHEAD_BYTES: usize = 200;

/// A channel that is being assembled: its frames arrive in order, without gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    id: ChannelId,
    open_l1_block: u64,
    frames: Vec<Bytes>,
    size: usize,
    is_closed: bool,
}

impl Channel {
    /// Opens a channel with no frames at an L1 block.
    pub const fn new(id: ChannelId, open_l1_block: u64) -> Self {
        Self {
            id,
            open_l1_block,
            frames: Vec::new(),
            size: 0,
            is_closed: false,
        }
    }

    /// The channel's identifier.
    pub const fn id(&self) -> ChannelId {
        self.id
    }

    /// Whether the last frame has arrived.
    pub const fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Bytes that count against [`MAX_RLP_BYTES_PER_CHANNEL`]: data and a fixed overhead a frame.
    pub const fn size(&self) -> usize {
        self.size
    }

    /// Whether the channel is open for too long at an L1 block, given the timeout in L1 blocks.
    pub const fn is_timed_out(&self, l1_block: u64, timeout: u64) -> bool {
        l1_block > self.open_l1_block.saturating_add(timeout)
    }

    /// Takes the next frame; false, and nothing changed, if it is not the next one of this channel.
    pub fn add(&mut self, frame: Frame) -> bool {
        let is_next = frame.channel_id == self.id && usize::from(frame.number) == self.frames.len() && !self.is_closed;
        if is_next {
            let added = frame.data.len().saturating_add(FRAME_SIZE_OVERHEAD_BYTES);
            self.size = self.size.saturating_add(added);
            self.is_closed = frame.is_last;
            self.frames.push(frame.data);
        }
        is_next
    }

    /// The compressed bytes. Those of a single frame are not copied.
    pub fn into_data(mut self) -> Bytes {
        match self.frames.pop() {
            Some(only) if self.frames.is_empty() => only,
            Some(last) => {
                self.frames.push(last);
                self.frames.concat().into()
            }
            None => Bytes::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(number: u16, is_last: bool) -> Frame {
        Frame {
            number,
            is_last,
            data: Bytes::from_static(&[1, 2]),
            ..Frame::default()
        }
    }

    #[test]
    fn only_the_next_frame_is_taken() {
        let mut channel = Channel::new(ChannelId::ZERO, 10);
        assert!(!channel.add(frame(1, false)));
        assert!(channel.add(frame(0, false)));
        assert!(!channel.add(frame(0, false)));
        let other = Frame {
            channel_id: ChannelId::repeat_byte(1),
            ..frame(1, true)
        };
        assert!(!channel.add(other));
        assert!(channel.add(frame(1, true)));
        assert!(!channel.add(frame(2, true)), "closed");
        assert_eq!(channel.size(), 2 * (2 + FRAME_SIZE_OVERHEAD_BYTES));
    }

    #[test]
    fn s03_a_channel_times_out_after_fifty_blocks() {
        let channel = Channel::new(ChannelId::ZERO, 10);
        assert!(!channel.is_timed_out(60, 50));
        assert!(channel.is_timed_out(61, 50));
    }
}
