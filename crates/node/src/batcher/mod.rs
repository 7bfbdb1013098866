//! The batcher: reads blocks that are not safe yet, and posts them to L1 in order.
//!
//! It hears where the driver stands, and when a transaction is mined. When the chain moves away from what was posted, or what
//! was posted does not become safe within a channel's time, it begins again at the safe head.

mod post;

use crate::{BatcherConfig, Engine, Error, Event, L1Writer, SyncStatus, Waiter, shutdown::stopped, waits::Waits};
use alloy_eips::BlockId;
use alloy_primitives::Address;
use derive::encoder::{EncodeFault, EncodedChannel, Encoder, EncoderConfig};
use post::Posted;
use protocol::RollupConfig;
use std::{collections::VecDeque, str::FromStr, sync::Arc};
use tokio::{
    sync::{broadcast, watch},
    task::JoinSet,
};

/// Channels that may be on their way at the same time.
const CHANNELS_IN_FLIGHT_MAX: usize = 4;

/// Blocks that are read in one turn, so that the loop hears of a stop.
const BLOCKS_PER_TURN: u64 = 256;

/// Where batches go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataAvailabilityType {
    /// Blobs.
    Blobs,
    /// Calldata.
    Calldata,
}

impl FromStr for DataAvailabilityType {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "blobs" => Ok(Self::Blobs),
            "calldata" => Ok(Self::Calldata),
            _ => Err("blobs or calldata"),
        }
    }
}

/// The batcher of one rollup.
pub(crate) struct Batcher<E, W> {
    config: BatcherConfig,
    inbox: Address,
    channel_timeout: u64,
    engine: E,
    writer: W,
    encoder: Encoder,
    /// The last block that is in the encoder or on its way.
    loaded: u64,
    ready: VecDeque<EncodedChannel>,
    in_flight: JoinSet<Posted>,
    /// Posted and not safe yet: last block and L1 block of the post.
    unconfirmed: VecDeque<(u64, u64)>,
    events: broadcast::Sender<Event>,
    waits: Waits,
}

impl<E: Engine, W: L1Writer> Batcher<E, W> {
    pub(crate) fn new(
        config: BatcherConfig,
        rollup: Arc<RollupConfig>,
        engine: E,
        writer: W,
        (events, waits): (broadcast::Sender<Event>, Waits),
    ) -> Self {
        let preset = match config.data_availability {
            DataAvailabilityType::Blobs => EncoderConfig::blobs(config.target_num_frames),
            DataAvailabilityType::Calldata => EncoderConfig::calldata(config.max_l1_tx_size_bytes),
        };
        let encoder = EncoderConfig {
            channel_duration_l1_blocks: config.max_channel_duration,
            ..preset
        };
        Self {
            config,
            inbox: rollup.batch_inbox_address,
            channel_timeout: rollup.channel_timeout(u64::MAX),
            engine,
            writer,
            encoder: Encoder::new(rollup, encoder),
            loaded: 0,
            ready: VecDeque::new(),
            in_flight: JoinSet::new(),
            unconfirmed: VecDeque::new(),
            events,
            waits,
        }
    }

    /// Runs until `shutdown` says so.
    pub(crate) async fn run(
        mut self,
        status: watch::Receiver<SyncStatus>,
        mut shutdown: watch::Receiver<bool>,
    ) -> Result<(), Error> {
        let mut ticks = tokio::time::interval(self.config.poll_interval);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = stopped(&mut shutdown) => return Ok(()),
                Some(posted) = self.in_flight.join_next() => match posted {
                    Ok(posted) => self.on_posted(posted),
                    Err(failed) => {
                        tracing::error!(target: "batcher", %failed, "a post failed");
                        self.rewind("a post failed");
                    }
                },
                _ = ticks.tick() => {
                    let now = *status.borrow();
                    tokio::select! {
                        biased;
                        () = stopped(&mut shutdown) => return Ok(()),
                        () = self.turn(&now) => {}
                    }
                }
            }
        }
    }

    async fn turn(&mut self, status: &SyncStatus) {
        self.look_at_safe(status);
        if let Err(fault) = self.load(status).await {
            self.rewind(&fault.to_string());
        }
        self.ready.extend(self.encoder.take_channels());
        while self.in_flight.len() < CHANNELS_IN_FLIGHT_MAX {
            let Some(channel) = self.ready.pop_front() else { break };
            if !self.post(channel).await {
                // The next turn tries again.
                break;
            }
        }
    }

    /// What became safe needs no more care; what did not become safe in time is posted again.
    fn look_at_safe(&mut self, status: &SyncStatus) {
        let safe = status.safe_l2.number;
        while self.unconfirmed.front().is_some_and(|(last, _)| *last <= safe) {
            self.unconfirmed.pop_front();
        }
        let read = status.current_l1.number;
        if self
            .unconfirmed
            .front()
            .is_some_and(|(_, l1)| read > l1 + self.channel_timeout)
        {
            self.rewind("a channel was not derived in time");
        }
        if self.loaded < safe || self.loaded > status.unsafe_l2.number {
            self.rewind("the chain moved");
        }
        if self.loaded == 0 {
            self.loaded = safe;
        }
    }

    fn rewind(&mut self, reason: &str) {
        if self.loaded > 0 {
            tracing::info!(target: "batcher", reason, "begins again at the safe head");
        }
        self.encoder.reset();
        self.ready.clear();
        self.unconfirmed.clear();
        self.loaded = 0;
    }

    async fn load(&mut self, status: &SyncStatus) -> Result<(), EncodeFault> {
        let head_l1 = status.head_l1.number;
        let last = status.unsafe_l2.number.min(self.loaded + BLOCKS_PER_TURN);
        for number in self.loaded + 1..=last {
            if self.ready.len() >= CHANNELS_IN_FLIGHT_MAX {
                break;
            }
            match self.engine.block(BlockId::from(number)).await {
                Ok(Some(block)) => {
                    self.waits.end(Waiter::BatcherBlocks);
                    self.encoder.add_block(&block.block, head_l1)?;
                }
                Ok(None) => break,
                Err(error) => {
                    self.waits.begin(Waiter::BatcherBlocks, error);
                    break;
                }
            }
            self.loaded = number;
            self.ready.extend(self.encoder.take_channels());
        }
        self.encoder.close_if_due(head_l1)
    }
}
