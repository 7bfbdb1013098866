//! A channel on its way to L1, and what became of it.

use super::{Batcher, DataAvailabilityType};
use crate::{Engine, Event, L1Writer, Waiter};
use alloy_eips::eip4844::Blob;
use alloy_primitives::{B256, U256};
use derive::encoder::EncodedChannel;
use l1::{TxCandidate, TxReceipt};
use std::sync::Arc;

/// Blobs of one transaction: what every pool takes.
const BLOBS_PER_TRANSACTION: usize = 6;

/// What became of a channel.
pub(super) struct Posted {
    channel: Summary,
    outcome: Result<Vec<TxReceipt>, l1::Error>,
}

#[derive(Clone, Copy)]
struct Summary {
    blocks: (u64, u64),
    input_bytes: usize,
    output_bytes: usize,
    frames: usize,
}

impl<E: Engine, W: L1Writer> Batcher<E, W> {
    /// Sends a channel's transactions in order; whether L1 took them. What is mined comes back later.
    pub(super) async fn post(&mut self, channel: EncodedChannel) -> bool {
        let summary = Summary {
            blocks: (channel.first_block.number, channel.last_block.number),
            input_bytes: channel.input_bytes,
            output_bytes: channel.output_bytes,
            frames: channel.frames.len(),
        };
        let mut pending = Vec::new();
        for candidate in self.candidates(&channel) {
            match self.writer.submit(candidate).await {
                Ok(sent) => {
                    self.waits.end(Waiter::BatcherPosts);
                    pending.push(sent);
                }
                Err(error) => {
                    self.waits.begin(Waiter::BatcherPosts, error);
                    self.ready.push_front(channel);
                    return false;
                }
            }
        }
        self.in_flight.spawn(async move {
            let mut receipts = Vec::new();
            for sent in pending {
                match sent.await {
                    Ok(receipt) => receipts.push(receipt),
                    Err(error) => {
                        return Posted {
                            channel: summary,
                            outcome: Err(error),
                        };
                    }
                }
            }
            Posted {
                channel: summary,
                outcome: Ok(receipts),
            }
        });
        true
    }

    fn candidates(&self, channel: &EncodedChannel) -> Vec<TxCandidate> {
        match self.config.data_availability {
            DataAvailabilityType::Calldata => channel
                .calldata()
                .into_iter()
                .map(|data| TxCandidate::call(self.inbox, data))
                .collect(),
            DataAvailabilityType::Blobs => {
                let blobs = channel.blobs().expect("invariant: a frame is cut to fit a blob");
                let blobs: Vec<_> = blobs.into_iter().map(|blob| Arc::new(Blob::from(*blob))).collect();
                blobs
                    .chunks(BLOBS_PER_TRANSACTION)
                    .map(|blobs| TxCandidate::blobs(self.inbox, blobs.to_vec()))
                    .collect()
            }
        }
    }

    pub(super) fn on_posted(&mut self, posted: Posted) {
        let Posted { channel, outcome } = posted;
        let receipts = match outcome {
            Ok(receipts) => receipts,
            Err(error) => {
                tracing::warn!(target: "batcher", %error, "a channel did not reach L1");
                return self.rewind("a channel did not reach L1");
            }
        };
        let Some(last) = receipts.last() else { return };
        self.unconfirmed.push_back((channel.blocks.1, last.block.number));
        let cost_wei = receipts.iter().map(TxReceipt::fee_wei).sum();
        self.tell_posted(channel, receipts.len(), cost_wei, last.transaction_hash);
    }

    fn tell_posted(&self, channel: Summary, transactions: usize, cost_wei: U256, transaction: B256) {
        let Summary {
            blocks,
            input_bytes,
            output_bytes,
            frames,
        } = channel;
        // Nobody listening is fine.
        self.events
            .send(Event::BatchPosted {
                blocks,
                input_bytes,
                output_bytes,
                cost_wei,
                frames,
                transactions,
                transaction,
            })
            .ok();
    }
}
