//! Channel Assembler: Holocene's channel bank, which holds one channel at a time.
//!
//! Specification: `protocol/holocene/derivation.md`, "Channel Bank".

use alloc::sync::Arc;

use alloy_primitives::Bytes;
use protocol::{
    Signatures,
    channel::{Channel, MAX_RLP_BYTES_PER_CHANNEL},
};

use super::{Chains, FrameQueue, Origin, Pause, Pull};
use crate::ResetPoint;

/// Puts frames together.
#[derive(Debug)]
pub(crate) struct ChannelAssembler<S> {
    pub(crate) prev: FrameQueue<S>,
    chains: Chains,
    staging: Option<Channel>,
}

impl<S: Signatures> ChannelAssembler<S> {
    pub(crate) const fn new(prev: FrameQueue<S>, chains: Chains) -> Self {
        Self {
            prev,
            chains,
            staging: None,
        }
    }

    pub(crate) fn reset(&mut self, start: &ResetPoint) {
        self.staging = None;
        self.prev.reset(start);
    }

    pub(crate) const fn origin(&self) -> Option<&Arc<Origin>> {
        self.prev.origin()
    }

    /// Drops the staging channel.
    pub(crate) fn flush_channel(&mut self) {
        self.staging = None;
    }

    /// The compressed bytes of the next channel that is complete.
    pub(crate) fn next_channel(&mut self) -> Pull<Bytes> {
        let l1_block = self.origin().ok_or(Pause::Exhausted)?.block;
        let timeout = self.chains.rollup.channel_timeout(l1_block.timestamp);
        self.staging = self
            .staging
            .take()
            .filter(|c| !c.is_timed_out(l1_block.number, timeout));
        loop {
            let frame = self.prev.next_frame()?;
            if frame.number == 0 {
                self.staging = Some(Channel::new(frame.channel_id, l1_block.number));
            }
            let Some(channel) = &mut self.staging else { continue };
            if !channel.add(frame) {
                continue;
            }
            let is_too_large = channel.size() > MAX_RLP_BYTES_PER_CHANNEL;
            let is_closed = channel.is_closed();
            if is_too_large {
                self.staging = None;
            } else if is_closed {
                return self.staging.take().map(Channel::into_data).ok_or(Pause::Exhausted);
            }
        }
    }
}
