//! Channel Reader: decompresses channels and decodes their batches.

use alloc::sync::Arc;

use alloy_primitives::Bytes;
use alloy_rlp::Header;
use protocol::{Signatures, batch::Batch, channel::MAX_RLP_BYTES_PER_CHANNEL};

use super::{Chains, ChannelAssembler, Origin, Pull};
use crate::{ResetPoint, decompress};

/// Reads batches.
#[derive(Debug)]
pub(crate) struct ChannelReader<S> {
    pub(crate) prev: ChannelAssembler<S>,
    chains: Chains,
    /// What is left of the channel that is being read.
    rest: Bytes,
}

impl<S: Signatures> ChannelReader<S> {
    pub(crate) const fn new(prev: ChannelAssembler<S>, chains: Chains) -> Self {
        Self {
            prev,
            chains,
            rest: Bytes::new(),
        }
    }

    pub(crate) fn reset(&mut self, start: &ResetPoint) {
        self.rest = Bytes::new();
        self.prev.reset(start);
    }

    pub(crate) const fn origin(&self) -> Option<&Arc<Origin>> {
        self.prev.origin()
    }

    /// Drops the rest of the channel.
    pub(crate) fn flush_channel(&mut self) {
        self.rest = Bytes::new();
        self.prev.flush_channel();
    }

    /// The next batch. A batch that cannot be read takes the rest of its channel with it.
    pub(crate) fn next_batch(&mut self) -> Pull<Batch> {
        loop {
            while self.rest.is_empty() {
                let channel = self.prev.next_channel()?;
                self.rest = decompress(&channel, MAX_RLP_BYTES_PER_CHANNEL).into();
            }
            let batch = next_item(&mut self.rest).and_then(|item| Batch::decode(&item, &self.chains.rollup).ok());
            match batch {
                Some(batch) => return Ok(batch),
                None => self.rest = Bytes::new(),
            }
        }
    }
}

/// Takes the next RLP byte string.
fn next_item(rest: &mut Bytes) -> Option<Bytes> {
    let mut after = rest.as_ref();
    let item = Header::decode_bytes(&mut after, false).ok()?;
    let item = rest.slice_ref(item);
    *rest = rest.slice_ref(after);
    Some(item)
}
