//! Frames: the pieces of channels that batcher transactions carry.
//!
//! Specification: `protocol/derivation.md`, "Batcher Transaction Format" and "Frame Format".

use alloc::vec::Vec;

use alloy_primitives::{Bytes, FixedBytes};

/// Identifies a channel; opaque, chosen by the batcher.
pub type ChannelId = FixedBytes<16>;

/// First byte of a batcher transaction that carries frames.
pub const DERIVATION_VERSION_0: u8 = 0;

/// First byte of a batcher transaction that carries a commitment to data kept elsewhere.
pub const DERIVATION_VERSION_1: u8 = 1;

/// Most bytes of data that a frame may carry.
pub const FRAME_DATA_BYTES_MAX: usize = 1_000_000;

/// Bytes of a frame beside its data.
pub const FRAME_OVERHEAD_BYTES: usize = 16 + 2 + 4 + 1;

/// A piece of a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The channel that the data belongs to.
    pub channel_id: ChannelId,
    /// Index of the frame in its channel.
    pub number: u16,
    /// The channel's bytes after those of the frame before.
    pub data: Bytes,
    /// Whether no frame of this channel comes after this one.
    pub is_last: bool,
}

/// Why the data of a batcher transaction holds no frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameFault {
    /// There is not even a version byte, or no frame after it.
    #[error("no frames")]
    Empty,
    /// The version byte is not the one of frames.
    #[error("unknown version {0}")]
    Version(u8),
    /// The data ends inside a frame.
    #[error("a frame is cut off")]
    Truncated,
    /// A frame's data is longer than allowed.
    #[error("a frame announces {0} bytes of data")]
    TooLong(u32),
    /// The last byte of a frame is neither zero nor one.
    #[error("is_last is {0}")]
    IsLast(u8),
}

impl Frame {
    /// Bytes of the encoded frame.
    pub fn encoded_len(&self) -> usize {
        FRAME_OVERHEAD_BYTES.saturating_add(self.data.len())
    }

    /// Appends the encoded frame.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.channel_id.as_slice());
        out.extend_from_slice(&self.number.to_be_bytes());
        let length = u32::try_from(self.data.len()).unwrap_or(u32::MAX);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&self.data);
        out.push(u8::from(self.is_last));
    }

    /// Reads one frame and returns it with the bytes after it. The frame shares `bytes`' memory.
    fn decode(bytes: &Bytes) -> Result<(Self, Bytes), FrameFault> {
        let (channel_id, rest) = bytes.split_first_chunk::<16>().ok_or(FrameFault::Truncated)?;
        let (number, rest) = rest.split_first_chunk::<2>().ok_or(FrameFault::Truncated)?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or(FrameFault::Truncated)?;
        let length = u32::from_be_bytes(*length);
        let size = usize::try_from(length).unwrap_or(usize::MAX);
        if size > FRAME_DATA_BYTES_MAX {
            return Err(FrameFault::TooLong(length));
        }
        let (data, rest) = rest.split_at_checked(size).ok_or(FrameFault::Truncated)?;
        let (is_last, rest) = rest.split_first().ok_or(FrameFault::Truncated)?;
        let is_last = match is_last {
            0 => false,
            1 => true,
            other => return Err(FrameFault::IsLast(*other)),
        };
        let frame = Self {
            channel_id: ChannelId::new(*channel_id),
            number: u16::from_be_bytes(*number),
            data: bytes.slice_ref(data),
            is_last,
        };
        Ok((frame, bytes.slice_ref(rest)))
    }
}

/// Reads the frames of a batcher transaction's data. One bad frame rejects them all.
pub fn parse_frames(data: &Bytes) -> Result<Vec<Frame>, FrameFault> {
    let (version, rest) = data.split_first().ok_or(FrameFault::Empty)?;
    if *version != DERIVATION_VERSION_0 {
        return Err(FrameFault::Version(*version));
    }
    if rest.is_empty() {
        return Err(FrameFault::Empty);
    }
    let mut rest = data.slice_ref(rest);
    let mut frames = Vec::new();
    while !rest.is_empty() {
        let (frame, after) = Frame::decode(&rest)?;
        frames.push(frame);
        rest = after;
    }
    Ok(frames)
}

/// Writes the data of a batcher transaction that carries `frames`.
pub fn encode_frames(frames: &[Frame]) -> Bytes {
    let size = frames
        .iter()
        .fold(1usize, |sum, frame| sum.saturating_add(frame.encoded_len()));
    let mut out = Vec::with_capacity(size);
    out.push(DERIVATION_VERSION_0);
    for frame in frames {
        frame.encode(&mut out);
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(number: u16, data: &[u8], is_last: bool) -> Frame {
        Frame {
            channel_id: ChannelId::repeat_byte(7),
            number,
            data: Bytes::copy_from_slice(data),
            is_last,
        }
    }

    #[test]
    fn frames_survive_a_round_trip() {
        let frames = [frame(0, &[], false), frame(1, &[1, 2, 3], true)];
        assert_eq!(parse_frames(&encode_frames(&frames)).unwrap(), frames);
    }

    #[test]
    fn s01_data_cut_at_any_byte_holds_no_frames() {
        let encoded = encode_frames(&[frame(0, &[9; 40], false), frame(1, &[8; 3], true)]);
        let boundary = 1 + FRAME_OVERHEAD_BYTES + 40;
        for length in (0..encoded.len()).filter(|length| *length != boundary) {
            assert!(parse_frames(&encoded.slice(..length)).is_err(), "cut at {length}");
        }
        assert_eq!(parse_frames(&encoded.slice(..boundary)).unwrap().len(), 1);
    }

    #[test]
    fn unknown_versions_and_flags_are_refused() {
        assert_eq!(parse_frames(&Bytes::from_static(&[1, 2])), Err(FrameFault::Version(1)));
        let mut bytes = encode_frames(&[frame(0, &[1], true)]).to_vec();
        *bytes.last_mut().unwrap() = 2;
        assert_eq!(parse_frames(&bytes.into()), Err(FrameFault::IsLast(2)));
    }

    #[test]
    fn a_frame_may_not_carry_more_than_a_million_bytes() {
        let fits = encode_frames(&[frame(0, &alloc::vec![0; FRAME_DATA_BYTES_MAX], true)]);
        assert!(parse_frames(&fits).is_ok());
        let longer = encode_frames(&[frame(0, &alloc::vec![0; FRAME_DATA_BYTES_MAX + 1], true)]);
        assert_eq!(parse_frames(&longer), Err(FrameFault::TooLong(1_000_001)));
    }
}
