//! The driver owns the labels of the engine: it derives blocks from L1, and where it sequences it builds new ones.
//!
//! It hears L1's heads, what it asked L1 for, the sequencer's clock, and commands; it says where it stands. One loop, so that
//! nothing else moves a label meanwhile. What L1 is asked for is fetched beside the loop: a slow L1 does not stop the sequencer.

mod command;
mod derivation;
mod fetch;
mod finding;
mod payload;
mod sequencing;
mod start;

pub(crate) use command::Command;

use crate::{
    Config, Engine, EngineError, Error, Event, L1Reader, SafeDb, SafeHead, SyncStatus, Waiter, shutdown::stopped,
    waits::Waits,
};
use alloy_rpc_types_engine::ForkchoiceState;
use chain::Secp256k1;
use derive::{Finality, Pipeline};
use fetch::Fetched;
use l1::L1Heads;
use protocol::L2BlockRef;
use sequencing::Sequencer;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{broadcast, mpsc, watch},
    task::JoinHandle,
    time::Instant,
};

/// How long the driver waits before it asks again for what it did not get.
const RETRY_DELAY: Duration = Duration::from_millis(500);

/// How long the driver goes on with what it is at when it is told to stop: the engine has a moment to end a block, but a search for
/// a start does not last for as long as L1 is away.
const WORK_GRACE: Duration = Duration::from_millis(500);

/// The driver of one rollup.
#[derive(Debug)]
pub(crate) struct Driver<E, L> {
    config: Config,
    engine: E,
    l1: Arc<L>,
    pipeline: Pipeline<Secp256k1>,
    finality: Finality,
    heads: Heads,
    /// The labels as the engine has them, and so as anybody else may see them.
    told: Heads,
    l1_heads: L1Heads,
    fetching: Option<JoinHandle<Result<Fetched, l1::Error>>>,
    /// When to say that what is fetched does not come, and what it is.
    slow_at: Option<(Instant, String)>,
    sequencer: Option<Sequencer>,
    safe_reported: L2BlockRef,
    /// What became safe and is not recorded yet.
    safe_found: Option<SafeHead>,
    retry_at: Option<Instant>,
    is_idle: bool,
    outputs: Outputs,
}

/// The labels.
#[derive(Debug, Clone, Copy, Default)]
struct Heads {
    unsafe_head: L2BlockRef,
    safe: L2BlockRef,
    finalized: L2BlockRef,
}

impl Heads {
    const fn state(&self) -> ForkchoiceState {
        ForkchoiceState {
            head_block_hash: self.unsafe_head.hash,
            safe_block_hash: self.safe.hash,
            finalized_block_hash: self.finalized.hash,
        }
    }
}

/// Whom the driver tells.
#[derive(Debug, Clone)]
pub(crate) struct Outputs {
    pub(crate) status: watch::Sender<SyncStatus>,
    pub(crate) events: broadcast::Sender<Event>,
    pub(crate) waits: Waits,
    pub(crate) safedb: Option<Arc<SafeDb>>,
}

/// What the loop heard.
enum Heard {
    Stop,
    Command(Command),
    L1(L1Heads),
    Fetched(Result<Fetched, l1::Error>),
    Slot,
    Slow(String),
    Go,
}

impl<E: Engine, L: L1Reader> Driver<E, L> {
    /// Runs until `shutdown` says so, or until nothing can be done any more.
    pub(crate) async fn run(
        mut self,
        mut l1_heads: watch::Receiver<L1Heads>,
        mut commands: mpsc::Receiver<Command>,
        mut shutdown: watch::Receiver<bool>,
    ) -> Result<(), Error> {
        loop {
            let heard = self.listen(&mut l1_heads, &mut commands, &mut shutdown).await;
            tokio::select! {
                biased;
                goes_on = self.react(heard) => if !goes_on? { break },
                () = stopped_for(&mut shutdown, WORK_GRACE) => break,
            }
            self.publish();
        }
        self.fetching.take().inspect(JoinHandle::abort);
        Ok(())
    }

    /// Whether there is anything after it.
    async fn react(&mut self, heard: Heard) -> Result<bool, Error> {
        match heard {
            Heard::Stop => return Ok(false),
            Heard::Command(command) => self.obey(command).await?,
            Heard::L1(heads) => self.on_l1_heads(heads).await?,
            Heard::Fetched(fetched) => self.on_fetched(fetched).await?,
            Heard::Slot => self.on_slot().await?,
            Heard::Slow(what) => self.outputs.waits.begin(Waiter::Derivation, what),
            Heard::Go => self.advance().await?,
        }
        Ok(true)
    }

    async fn listen(
        &mut self,
        l1_heads: &mut watch::Receiver<L1Heads>,
        commands: &mut mpsc::Receiver<Command>,
        shutdown: &mut watch::Receiver<bool>,
    ) -> Heard {
        let slot = self.sequencer.as_ref().and_then(Sequencer::due);
        let (is_fetching, retry_at, can_go) = (self.fetching.is_some(), self.retry_at, !self.is_idle);
        let slow_at = self.slow_at.as_ref().map(|(at, _)| *at);
        tokio::select! {
            biased;
            () = stopped(shutdown) => Heard::Stop,
            Some(command) = commands.recv() => Heard::Command(command),
            () = sleep_until(slot), if slot.is_some() => Heard::Slot,
            Ok(()) = l1_heads.changed() => Heard::L1(*l1_heads.borrow_and_update()),
            fetched = async { self.fetching.as_mut().expect("invariant: guarded").await }, if is_fetching => {
                self.fetching = None;
                match fetched {
                    Ok(fetched) => Heard::Fetched(fetched),
                    Err(failed) => {
                        tracing::error!(target: "node", %failed, "a fetch from L1 failed");
                        Heard::Go
                    }
                }
            }
            () = sleep_until(slow_at), if slow_at.is_some() && is_fetching => {
                let (_, what) = self.slow_at.take().expect("invariant: guarded");
                Heard::Slow(what)
            }
            () = sleep_until(retry_at), if retry_at.is_some() && !is_fetching => {
                self.retry_at = None;
                Heard::Go
            }
            () = std::future::ready(()), if can_go && !is_fetching && retry_at.is_none() => Heard::Go,
        }
    }

    async fn on_l1_heads(&mut self, heads: L1Heads) -> Result<(), Error> {
        self.l1_heads = heads;
        if let Some(latest) = heads.latest {
            self.pipeline
                .set_l1_head(latest.number.saturating_sub(self.config.verifier_l1_confs));
            self.is_idle = false;
        }
        if let Some(finalized) = heads.finalized
            && let Some(block) = self.finality.finalize(finalized.number)
            && block.number > self.heads.finalized.number
        {
            self.heads.finalized = block;
            self.move_labels().await;
            self.tell(Event::Finalized { block: id(&block) });
        }
        if let Some(sequencer) = &mut self.sequencer {
            sequencer.wake();
        }
        Ok(())
    }

    /// Tells the engine the labels. A failure is told again by whoever needs the labels next.
    async fn move_labels(&mut self) {
        match self.engine.fork_choice(self.heads.state()).await {
            Ok(()) => self.told = self.heads,
            Err(error) => self.wait_for(error.to_string()),
        }
    }

    /// Says what is waited for, and looks again in a moment.
    fn wait_for(&mut self, reason: String) {
        self.retry_at = Some(Instant::now() + RETRY_DELAY);
        self.outputs.waits.begin(Waiter::Derivation, reason);
    }

    fn resumed(&self) {
        self.outputs.waits.end(Waiter::Derivation);
    }

    fn tell(&self, event: Event) {
        // Nobody listening is fine.
        self.outputs.events.send(event).ok();
    }

    fn publish(&self) {
        let L1Heads {
            latest,
            safe,
            finalized,
        } = self.l1_heads;
        let status = SyncStatus {
            current_l1: self.pipeline.l1_origin().unwrap_or_default(),
            head_l1: latest.unwrap_or_default(),
            safe_l1: safe.unwrap_or_default(),
            finalized_l1: finalized.unwrap_or_default(),
            unsafe_l2: self.told.unsafe_head,
            // A safe head that L1 took back is nobody's any more, even before the engine knows.
            safe_l2: if self.told.safe.number > self.heads.safe.number {
                self.heads.safe
            } else {
                self.told.safe
            },
            finalized_l2: self.told.finalized,
            is_derivation_idle: self.is_idle,
            is_sequencing: self.sequencer.as_ref().is_some_and(Sequencer::is_active),
        };
        self.outputs.status.send_if_modified(|current| {
            let is_new = *current != status;
            *current = status;
            is_new
        });
    }

    /// What to do about an engine that did not do what it was asked.
    async fn on_engine_error(&mut self, error: EngineError) -> Result<(), Error> {
        match error {
            EngineError::Inconsistent(reason) => self.find_start(reason).await,
            EngineError::Unauthorized(_) => Err(error.into()),
            error => {
                self.wait_for(error.to_string());
                Ok(())
            }
        }
    }
}

/// Number and hash.
pub(crate) const fn id(block: &L2BlockRef) -> alloy_eips::BlockNumHash {
    alloy_eips::BlockNumHash {
        number: block.number,
        hash: block.hash,
    }
}

/// Waits until the node was told to stop some time ago.
async fn stopped_for(shutdown: &mut watch::Receiver<bool>, grace: Duration) {
    stopped(shutdown).await;
    tokio::time::sleep(grace).await;
}

async fn sleep_until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
