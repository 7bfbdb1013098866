//! The challenger: compares every proposed output with the chain that this node derives, and deletes what is wrong.
//!
//! It hears where the driver stands; the outputs it reads from L1 whenever L1 has a new block. It judges an output once derivation
//! has read the L1 block of its proposal, and says what it found. A wrong one is looked at again, then deleted, until it is gone;
//! what it may not, or cannot, delete is an alarm. It remembers no output that is judged: after a restart, or when L1 moved away,
//! it begins again with what L1 says.

mod act;
mod judge;
mod look;
mod settlement;
mod status;
#[cfg(test)]
mod tests;
mod watch;

pub use judge::Fault;
pub use settlement::{Difference, SettlementContracts};
pub use status::{Alarm, ChallengerStatus};

use crate::{
    Engine, Error, Event, L1Writer, OutputError, SafeDb, SettlementReader, SyncStatus, Waiter,
    shutdown::stopped,
    waits::{SLOW, Waits},
};
use alloy_primitives::{Address, B256};
use judge::{Missing, Verdict};
use l1::{OracleParameters, ProposedOutput, TxReceipt};
use protocol::{BlockRef, RollupConfig};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{broadcast, watch as channel},
    task::JoinSet,
    time::Instant,
};
use watch::Watch;

/// A challenger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChallengerConfig {
    /// The `L2OutputOracle`.
    pub oracle: Address,
    /// How often it tries again what did not work.
    pub poll_interval: Duration,
}

/// Whom the challenger tells.
pub(crate) struct Outputs {
    pub(crate) status: channel::Sender<Option<ChallengerStatus>>,
    pub(crate) events: broadcast::Sender<Event>,
    pub(crate) waits: Waits,
}

/// What the challenger asks.
pub(crate) struct Sources<E, S> {
    pub(crate) rollup: Arc<RollupConfig>,
    pub(crate) engine: E,
    pub(crate) l1: S,
    pub(crate) safedb: Arc<SafeDb>,
}

/// The challenger of one rollup.
pub(crate) struct Challenger<E, S, W> {
    config: ChallengerConfig,
    sources: Sources<E, S>,
    writer: Option<W>,
    outputs: Outputs,
    status: ChallengerStatus,
    watch: Watch,
    /// Of the contracts as of the last L1 block: what is needed of them, and what is wrong with them.
    parameters: Option<OracleParameters>,
    contract_alarms: Vec<Alarm>,
    /// There may be outputs on L1 that are not read.
    is_behind: bool,
    /// The L1 block that was found last for a time, as of a head.
    found: Option<(B256, BlockRef)>,
    /// The output that is waited for, and since when.
    open_since: Option<(u64, Instant)>,
    deletion: act::Deletion,
    in_flight: JoinSet<Result<TxReceipt, l1::Error>>,
}

/// Why a turn did not come to its end.
enum Trouble {
    /// Try again.
    Again(String),
    /// There is no use in trying again.
    Final(Error),
}

impl From<l1::Error> for Trouble {
    fn from(error: l1::Error) -> Self {
        Self::Again(error.to_string())
    }
}

impl From<OutputError> for Trouble {
    fn from(error: OutputError) -> Self {
        Self::Again(error.to_string())
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Final(error)
    }
}

impl<E: Engine, S: SettlementReader, W: L1Writer> Challenger<E, S, W> {
    pub(crate) fn new(config: ChallengerConfig, sources: Sources<E, S>, writer: Option<W>, outputs: Outputs) -> Self {
        Self {
            config,
            sources,
            writer,
            outputs,
            status: ChallengerStatus::default(),
            watch: Watch::default(),
            parameters: None,
            contract_alarms: Vec::new(),
            is_behind: true,
            found: None,
            open_since: None,
            deletion: act::Deletion::default(),
            in_flight: JoinSet::new(),
        }
    }

    /// Runs until `shutdown` says so.
    pub(crate) async fn run(
        mut self,
        mut driver: channel::Receiver<SyncStatus>,
        mut shutdown: channel::Receiver<bool>,
    ) -> Result<(), Error> {
        let mut ticks = tokio::time::interval(self.config.poll_interval);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = stopped(&mut shutdown) => return Ok(()),
                Some(ended) = self.in_flight.join_next() => self.on_deletion(ended),
                Ok(()) = driver.changed() => {}
                _ = ticks.tick() => {}
            }
            let now = *driver.borrow_and_update();
            self.turn(&now).await?;
        }
    }

    async fn turn(&mut self, driver: &SyncStatus) -> Result<(), Error> {
        match self.try_turn(driver).await {
            Ok(()) if self.open_since.is_none() => self.outputs.waits.end(Waiter::Challenger),
            Ok(()) => {}
            Err(Trouble::Again(reason)) => self.outputs.waits.begin(Waiter::Challenger, reason),
            Err(Trouble::Final(error)) => return Err(error),
        }
        self.publish();
        Ok(())
    }

    async fn try_turn(&mut self, driver: &SyncStatus) -> Result<(), Trouble> {
        let head = driver.head_l1;
        if head.hash.is_zero() {
            return Ok(());
        }
        if self.watch.head().map(|seen| seen.hash) != Some(head.hash) {
            self.look(head, driver.finalized_l1).await?;
            self.call_back_if_replaced(head).await?;
        }
        self.judge_open(head).await?;
        if self.give_up_if_final(head) {
            self.judge_open(head).await?;
        }
        self.delete_if_wrong(head).await
    }

    async fn judge_open(&mut self, head: BlockRef) -> Result<(), Trouble> {
        loop {
            let Some(output) = self.watch.first_open() else {
                self.open_since = None;
                if !self.is_behind {
                    return Ok(());
                }
                self.read_on(head).await?;
                continue;
            };
            let proposed_in = self.block_at(output.l1_timestamp_s, head).await?;
            match self.verdict(&output, &proposed_in, head).await? {
                Verdict::Open(missing) => {
                    self.wait_for(&output, missing);
                    return Ok(());
                }
                verdict => self.on_verdict(&output, verdict, head.number.saturating_sub(proposed_in.number)),
            }
        }
    }

    fn on_verdict(&mut self, output: &ProposedOutput, verdict: Verdict, l1_blocks: u64) {
        let (index, l2_block_number) = (output.index, output.l2_block_number);
        self.status.count(verdict);
        match verdict {
            Verdict::Agreed => {
                self.watch.agreed();
                tracing::info!(target: "challenger", index, l2_block_number, l1_blocks, "output agreed");
                self.tell(Event::OutputAgreed {
                    index,
                    l2_block_number,
                    l1_blocks,
                });
            }
            Verdict::Wrong(fault) => {
                self.watch.found_wrong(fault);
                tracing::error!(target: "challenger", index, l2_block_number, l1_blocks, %fault, "output wrong");
                self.tell(Event::OutputWrong {
                    index,
                    l2_block_number,
                    l1_blocks,
                    fault,
                });
            }
            Verdict::Open(_) => {}
        }
    }

    /// Waiting a moment is usual: it is said when it lasts.
    fn wait_for(&mut self, output: &ProposedOutput, missing: Missing) {
        let index = output.index;
        let since = match self.open_since {
            Some((open, since)) if open == index => since,
            _ => Instant::now(),
        };
        self.open_since = Some((index, since));
        if since.elapsed() < SLOW {
            return;
        }
        let reason = match missing {
            Missing::Derivation { proposed_in, .. } => {
                format!("derivation comes to L1 block {proposed_in}, in which output {index} was proposed")
            }
            Missing::OwnBlock(number) => {
                format!("the execution client shows block {number}, which output {index} is of")
            }
        };
        self.outputs.waits.begin(Waiter::Challenger, reason);
    }

    fn tell(&self, event: Event) {
        // Nobody listening is fine.
        self.outputs.events.send(event).ok();
    }

    fn publish(&mut self) {
        let alarms = self.alarms();
        for alarm in alarms.iter().filter(|alarm| !self.status.alarms.contains(alarm)) {
            tracing::error!(target: "challenger", kind = alarm.kind(), %alarm, "alarm");
            self.tell(Event::Alarm {
                reason: alarm.to_string(),
            });
        }
        self.status.alarms = alarms;
        self.status.next_output_index = self.watch.next();
        self.status.l1_block_number = self.watch.head().map_or(0, |head| head.number);
        self.outputs.status.send_if_modified(|said| {
            let is_new = said.as_ref() != Some(&self.status);
            if is_new {
                *said = Some(self.status.clone());
            }
            is_new
        });
    }
}
