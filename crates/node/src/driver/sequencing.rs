//! Builds new blocks: one a slot, on the unsafe head, with an L1 origin that follows the rules.
//!
//! Specification: `protocol/derivation.md`, "Batch queue" (what an origin may be), and `overview.md`, "Sequencing".

use super::{Driver, id};
use crate::{Engine, EngineError, Error, Event, Inserted, L1Reader, L2Block, SequencerConfig, Waiter};
use alloy_consensus::Header;
use alloy_eips::BlockId;
use alloy_rpc_types_engine::PayloadId;
use protocol::{L2BlockRef, PayloadAttributes, Receipt, SystemConfig};
use std::time::Duration;
use tokio::time::Instant;

/// How long the sequencer waits before it tries again what did not work.
const RETRY_DELAY: Duration = Duration::from_millis(250);

/// Blocks that the sequencer must be behind by before it says that it caught up.
const CATCH_UP_BLOCKS_MIN: u64 = 5;

/// What the sequencer is at.
#[derive(Debug)]
pub(super) struct Sequencer {
    config: SequencerConfig,
    is_active: bool,
    /// When to act next. Nothing while it waits for L1.
    due: Option<Instant>,
    building: Option<Building>,
    caught_up: u64,
}

#[derive(Debug, Clone, Copy)]
struct Building {
    id: PayloadId,
    parent: L2BlockRef,
    timestamp: u64,
}

impl Sequencer {
    pub(super) fn new(config: SequencerConfig) -> Self {
        let is_active = !config.stopped;
        Self {
            config,
            is_active,
            due: Some(Instant::now()),
            building: None,
            caught_up: 0,
        }
    }

    pub(super) const fn is_active(&self) -> bool {
        self.is_active
    }

    pub(super) fn activate(&mut self) {
        self.is_active = true;
        self.abandon();
    }

    pub(super) fn deactivate(&mut self) {
        self.is_active = false;
        self.building = None;
    }

    /// When it wants to act.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due.filter(|_| self.is_active)
    }

    /// L1 has news: a sequencer that waits for it looks again.
    pub(super) fn wake(&mut self) {
        if self.due.is_none() {
            self.due = Some(Instant::now());
        }
    }

    /// The unsafe head moved elsewhere: begin anew on it.
    pub(super) fn abandon(&mut self) {
        self.building = None;
        self.due = Some(Instant::now());
    }
}

/// Why no block can be begun now.
enum NotNow {
    /// L1 must come first.
    WaitForL1(String),
    /// What it would follow is no longer L1.
    Reorganised(String),
    /// L1 does not answer.
    Retry(String),
}

impl From<l1::Error> for NotNow {
    fn from(error: l1::Error) -> Self {
        match error.reaction() {
            l1::Reaction::Reset => Self::Reorganised(error.to_string()),
            _ => Self::Retry(error.to_string()),
        }
    }
}

impl<E: Engine, L: L1Reader> Driver<E, L> {
    /// The sequencer's turn: seal what is begun, or begin.
    pub(super) async fn on_slot(&mut self) -> Result<(), Error> {
        let Some(sequencer) = &mut self.sequencer else {
            return Ok(());
        };
        sequencer.due = None;
        let building = sequencer
            .building
            .take()
            .filter(|building| building.parent == self.heads.unsafe_head);
        match building {
            Some(building) => match self.seal(building).await {
                Ok(()) => self.begin_block().await,
                Err(error) => self.on_sequencing_error(error).await,
            },
            None => self.begin_block().await,
        }
    }

    async fn begin_block(&mut self) -> Result<(), Error> {
        let parent = self.heads.unsafe_head;
        let attributes = match self.next_attributes(&parent).await {
            Ok(attributes) => attributes,
            Err(NotNow::WaitForL1(reason)) => {
                // L1's next head wakes the sequencer.
                self.outputs.waits.begin(Waiter::Sequencer, reason);
                return Ok(());
            }
            Err(NotNow::Reorganised(reason)) => return self.find_start(reason).await,
            Err(NotNow::Retry(reason)) => {
                self.outputs.waits.begin(Waiter::Sequencer, reason);
                self.try_again();
                return Ok(());
            }
        };
        let timestamp = attributes.timestamp;
        match self.engine.build(self.heads.state(), attributes).await {
            Ok(id) => {
                let clock = self.config.clock;
                if let Some(sequencer) = &mut self.sequencer {
                    let seal_at = Duration::from_secs(timestamp).saturating_sub(sequencer.config.sealing);
                    sequencer.due = Some(clock.instant_of(seal_at));
                    sequencer.building = Some(Building { id, parent, timestamp });
                }
                Ok(())
            }
            Err(error) => self.on_sequencing_error(error).await,
        }
    }

    fn try_again(&mut self) {
        if let Some(sequencer) = &mut self.sequencer {
            sequencer.due = Some(Instant::now() + RETRY_DELAY);
        }
    }

    async fn on_sequencing_error(&mut self, error: EngineError) -> Result<(), Error> {
        tracing::warn!(target: "sequencer", %error, "no block was made");
        let reason = error.to_string();
        self.tell(Event::SequencingFailed { reason });
        self.try_again();
        match error {
            EngineError::UnknownPayload(_) | EngineError::InvalidAttributes(_) => Ok(()),
            error => self.on_engine_error(error).await,
        }
    }

    /// Ends the block. It is durable in the engine before anybody hears of it.
    async fn seal(&mut self, building: Building) -> Result<(), EngineError> {
        let begin = Instant::now();
        let block = self.engine.seal(building.id, building.timestamp).await?;
        if let Inserted::Invalid(reason) = self.engine.insert(&block).await? {
            return Err(EngineError::InvalidAttributes(reason));
        }
        let reference = L2BlockRef::from_block_with_hash(&self.config.rollup, block.hash, &block.block);
        let reference = reference.map_err(|error| EngineError::Inconsistent(error.to_string()))?;
        self.heads.unsafe_head = reference;
        self.engine.fork_choice(self.heads.state()).await?;
        self.told = self.heads;
        self.sequenced(&block, &reference, begin.elapsed());
        Ok(())
    }

    fn sequenced(&mut self, block: &L2Block, reference: &L2BlockRef, sealing: Duration) {
        let transactions = &block.block.body.transactions;
        let deposits = transactions
            .iter()
            .filter(|transaction| transaction.is_deposit())
            .count();
        self.outputs.waits.end(Waiter::Sequencer);
        let behind = self.config.clock.now().as_secs().saturating_sub(reference.timestamp);
        let is_behind = behind > 2 * self.config.rollup.block_time;
        let caught_up = match &mut self.sequencer {
            Some(sequencer) if is_behind => {
                sequencer.caught_up += 1;
                0
            }
            Some(sequencer) => std::mem::take(&mut sequencer.caught_up),
            None => 0,
        };
        if caught_up >= CATCH_UP_BLOCKS_MIN {
            self.tell(Event::CaughtUp { blocks: caught_up });
        }
        let (transactions, deposits) = (transactions.len(), deposits.saturating_sub(1));
        self.tell(Event::Sequenced {
            block: id(reference),
            transactions,
            deposits,
            sealing,
        });
    }

    async fn next_attributes(&self, parent: &L2BlockRef) -> Result<PayloadAttributes, NotNow> {
        let (origin, receipts) = self.next_origin(parent).await?;
        let rollup = &self.config.rollup;
        let block = self.engine.block(BlockId::from(parent.hash)).await;
        let block = block.map_err(|error| NotNow::Retry(error.to_string()))?;
        let block = block.ok_or_else(|| NotNow::Retry("the execution client lost its head".into()))?;
        let config = SystemConfig::from_block_with_hash(rollup, block.hash, &block.block);
        let config = config.map_err(|error| NotNow::Retry(error.to_string()))?;
        derive::sequencer_attributes(rollup, &self.config.l1_spec, parent, config, &origin, &receipts)
            .map_err(|fault| NotNow::Reorganised(fault.to_string()))
    }

    /// The next L1 block if it may be the origin already, else the parent's origin.
    async fn next_origin(&self, parent: &L2BlockRef) -> Result<(Header, Vec<Receipt>), NotNow> {
        let rollup = &self.config.rollup;
        let timestamp = parent.timestamp + rollup.block_time;
        let current = self.l1.block_by_hash(parent.l1_origin.hash).await?.header;
        let number = parent.l1_origin.number + 1;
        let confs = self.config.sequencer.map_or(0, |sequencer| sequencer.l1_confs);
        let confirmed = self
            .l1_heads
            .latest
            .is_some_and(|latest| latest.number >= number + confs);
        let next = if confirmed {
            self.l1.block_by_number(number).await?
        } else {
            None
        };
        if let Some(next) = next {
            if next.header.parent_hash != parent.l1_origin.hash {
                return Err(NotNow::Reorganised(format!(
                    "L1 block {number} does not follow the origin of the head"
                )));
            }
            if next.header.timestamp <= timestamp {
                let receipts = self.l1.receipts(next.header.hash_slow()).await?;
                return Ok((next.header, receipts));
            }
            return Ok((current, Vec::new()));
        }
        let limit = current.timestamp + rollup.max_sequencer_drift(timestamp);
        if timestamp > limit {
            return Err(NotNow::WaitForL1(format!(
                "L1 block {number}: the L2 is as far ahead of L1 as it may be; check that L1 makes blocks"
            )));
        }
        Ok((current, Vec::new()))
    }
}
