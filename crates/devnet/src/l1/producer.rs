//! Makes the embedded L1's blocks: one a slot, from the pool, with labels that trail.

use super::BeaconChain;
use crate::Error;
use alloy_primitives::{Address, B256, address, keccak256};
use alloy_rpc_types_engine::ForkchoiceState;
use chain::{Chain, ForkchoiceVerdict};
use protocol::PayloadAttributes;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// Blocks by which the safe label trails the head.
const SAFE_DISTANCE: u64 = 4;
/// Blocks by which the finalized label trails the head.
const FINALIZED_DISTANCE: u64 = 8;
/// Who earns the priority fees.
const FEE_RECIPIENT: Address = address!("0x00000000000000000000000000000000feec0de1");
/// How long the producer waits after a block that failed.
const RETRY_DELAY: Duration = Duration::from_millis(100);

/// The producer. Clones make blocks of the same chain.
#[derive(Debug, Clone)]
pub(super) struct Producer {
    chain: Chain,
    beacon: BeaconChain,
}

impl Producer {
    pub(super) const fn new(chain: Chain, beacon: BeaconChain) -> Self {
        Self { chain, beacon }
    }

    /// Makes the block of each slot when the slot begins, until told to stop. Slots that passed while the process was away stay
    /// empty.
    pub(super) async fn run(self, mut shutdown: watch::Receiver<bool>) {
        loop {
            let now = now();
            let slot = self.next_slot_time().max(self.slot_at(now.as_secs()));
            let wait = Duration::from_secs(slot).saturating_sub(now);
            tokio::select! {
                biased;
                _ = shutdown.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(wait) => {}
            }
            if let Err(error) = self.produce(slot).await {
                tracing::error!(target: "l1", %error, "no block in this slot");
                tokio::time::sleep(RETRY_DELAY).await;
            }
        }
    }

    /// Makes the block of the slot after the head's, if that slot has begun.
    pub(super) async fn produce_next(&self) -> Result<bool, Error> {
        let slot = self.next_slot_time();
        if slot > now().as_secs() {
            return Ok(false);
        }
        self.produce(slot).await.map(|()| true)
    }

    fn next_slot_time(&self) -> u64 {
        self.chain.head_record().header().timestamp + self.beacon.slot_duration_s()
    }

    /// When the slot began that it is now.
    fn slot_at(&self, time: u64) -> u64 {
        let genesis = self.beacon.genesis_time();
        time - time.saturating_sub(genesis) % self.beacon.slot_duration_s()
    }

    async fn produce(&self, timestamp: u64) -> Result<(), Error> {
        let producer = self.clone();
        let made = tokio::task::spawn_blocking(move || producer.make(timestamp)).await;
        made.unwrap_or_else(|failed| Err(Error::BlockProduction(failed.to_string())))
    }

    fn make(&self, timestamp: u64) -> Result<(), Error> {
        let parent = self.chain.head_record();
        let attributes = PayloadAttributes {
            timestamp,
            prev_randao: keccak256(parent.hash),
            suggested_fee_recipient: FEE_RECIPIENT,
            withdrawals: Some(Vec::new()),
            parent_beacon_block_root: Some(self.beacon.header_of(&parent).root()),
            ..PayloadAttributes::default()
        };
        let failed = |reason: String| Error::BlockProduction(reason);
        let state = self.labels(parent.hash, parent.header().number)?;
        let started = self
            .chain
            .fork_choice_updated_with_attributes(state, Some(attributes))?;
        let started = started.map_err(|error| failed(error.to_string()))?;
        let id = started
            .payload_id
            .ok_or_else(|| failed("no payload was started".into()))?;
        let built = self.chain.payload(id)?.map_err(|error| failed(error.to_string()))?;
        let state = self.labels(built.hash, built.block.header.number)?;
        match self.chain.fork_choice_updated(state)? {
            ForkchoiceVerdict::Valid { .. } => Ok(()),
            other => Err(failed(format!("{other:?}"))),
        }
    }

    fn labels(&self, head: B256, number: u64) -> Result<ForkchoiceState, Error> {
        let genesis = self.chain.genesis().hash;
        let trailing = |distance: u64| {
            let hash = self.chain.canonical_hash(number.saturating_sub(distance))?;
            Ok::<_, Error>(hash.unwrap_or(genesis))
        };
        let (safe_block_hash, finalized_block_hash) = (trailing(SAFE_DISTANCE)?, trailing(FINALIZED_DISTANCE)?);
        Ok(ForkchoiceState {
            head_block_hash: head,
            safe_block_hash,
            finalized_block_hash,
        })
    }
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
