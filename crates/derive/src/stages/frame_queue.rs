//! Frame Queue: the frames of one batcher transaction, without those that cannot be used.
//!
//! Specification: `protocol/holocene/derivation.md`, "Frame Queue".

use alloc::{collections::VecDeque, sync::Arc, vec::Vec};

use protocol::{
    Signatures,
    frame::{Frame, parse_frames},
};

use super::{L1Retrieval, Origin, Pull};
use crate::ResetPoint;

/// Splits data into frames.
#[derive(Debug)]
pub(crate) struct FrameQueue<S> {
    pub(crate) prev: L1Retrieval<S>,
    frames: VecDeque<Frame>,
}

impl<S: Signatures> FrameQueue<S> {
    pub(crate) const fn new(prev: L1Retrieval<S>) -> Self {
        Self {
            prev,
            frames: VecDeque::new(),
        }
    }

    pub(crate) fn reset(&mut self, start: &ResetPoint) {
        self.frames.clear();
        self.prev.reset(start);
    }

    pub(crate) const fn origin(&self) -> Option<&Arc<Origin>> {
        self.prev.origin()
    }

    /// The next frame.
    pub(crate) fn next_frame(&mut self) -> Pull<Frame> {
        loop {
            if let Some(frame) = self.frames.pop_front() {
                return Ok(frame);
            }
            let data = self.prev.next_data()?;
            self.frames = prune(parse_frames(&data).unwrap_or_default()).into();
        }
    }
}

/// Drops frames that are out of order, and those of channels that another one cuts off.
fn prune(frames: Vec<Frame>) -> Vec<Frame> {
    let mut kept = Vec::with_capacity(frames.len());
    for frame in frames {
        add(&mut kept, frame);
    }
    kept
}

/// Adds a frame to those before it, or drops it, or drops the unclosed channel that it cuts off.
fn add(kept: &mut Vec<Frame>, frame: Frame) {
    while let Some(last) = kept.last() {
        if last.channel_id == frame.channel_id {
            // The number after the largest is zero, as in the reference: that frame begins the channel anew.
            let is_next = last.number.wrapping_add(1) == frame.number;
            if is_next && !last.is_last {
                kept.push(frame);
            }
            return;
        }
        if frame.number != 0 {
            return;
        }
        if last.is_last {
            break;
        }
        kept.pop();
    }
    kept.push(frame);
}

#[cfg(test)]
mod tests {
    use protocol::frame::ChannelId;

    use super::*;

    /// Frames written as channel, number, and `!` for the last.
    fn frames(list: &str) -> Vec<Frame> {
        let frame = |word: &str| Frame {
            channel_id: ChannelId::repeat_byte(word.as_bytes()[0]),
            number: word[1..].trim_end_matches('!').parse().unwrap(),
            is_last: word.ends_with('!'),
            ..Frame::default()
        };
        list.split_whitespace().map(frame).collect()
    }

    #[test]
    fn s02_only_ordered_frames_stay() {
        for (received, kept) in [
            ("a0 a1 a2!", "a0 a1 a2!"),
            ("a0 a2 a1!", "a0 a1!"),
            ("a0 a0 a1!", "a0 a1!"),
            ("a0! a1 a2", "a0!"),
            ("a0 a1 b0 b1!", "b0 b1!"),
            ("a0! b0 c0!", "a0! c0!"),
            ("a0 b1 a1!", "a0 a1!"),
            ("a1 a2!", "a1 a2!"),
            ("a1 b0!", "b0!"),
            ("a0! b1 b0!", "a0! b0!"),
            ("b0! a0 b0!", "b0!"),
            ("a65535 a0!", "a65535 a0!"),
            ("a0 b0 b1 c0 c1!", "c0 c1!"),
            ("a0! b0 b1 a0!", "a0!"),
        ] {
            assert_eq!(prune(frames(received)), frames(kept), "{received}");
        }
    }
}
