//! The proposer: puts the outputs that are due on L1, one after the other.
//!
//! It hears where the driver stands and what the oracle on L1 expects; [`decide`] says when an output is due. Before it says
//! anything, it computes the output from its own execution client's state, and looks at the outputs that it would build on. With the
//! output goes the hash of the L1 block that derivation has read last: on an L1 without that block, the oracle refuses the output.
//!
//! What is due is proposed in bursts of consecutive outputs ([`under_way`]), one burst at a time. After a start, or when a proposal is
//! lost, it is not known what L1's pool still holds: nothing is proposed until that is mined or replaced, and L1 is looked at again.

mod decide;
mod standing;
mod under_way;

use crate::{
    Engine, Error, Event, L1Writer, Output, OutputReader, ProposerConfig, SyncStatus, Waiter, output_at,
    shutdown::stopped,
    waits::{Waits, said_when_slow},
};
use alloy_primitives::B256;
use decide::{Decision, View, foreign};
use l1::{NextOutput, OracleParameters};
use protocol::{BlockRef, L2BlockRef, RollupConfig};
use standing::Standing;
use std::sync::Arc;
use tokio::{
    sync::{broadcast, watch},
    time::MissedTickBehavior,
};
use under_way::{BURST_MAX, Ended, UnderWay};

/// What is said of a start that takes long.
const LEFTOVERS: &str =
    "L1's pool holds transactions of the proposer's account from before: they are mined, or replaced, first";

/// The proposer of one rollup.
pub(crate) struct Proposer<E, W, O> {
    config: ProposerConfig,
    rollup: Arc<RollupConfig>,
    engine: E,
    writer: W,
    outputs: O,
    events: broadcast::Sender<Event>,
    waits: Waits,
    /// What the oracle was initialised with, once it was asked.
    parameters: Option<OracleParameters>,
    standing: Standing,
    /// What the oracle expects, as of an L1 block.
    next: Option<(B256, NextOutput)>,
    /// Whether L1's pool is known to hold nothing of ours but what is under way.
    is_settled: bool,
    /// L1's height then: as of earlier blocks the oracle may not know what was mined.
    settled_in: u64,
    under_way: UnderWay,
}

/// What is waited for, for the list of waits.
struct Wait(String);

impl<T: std::error::Error> From<T> for Wait {
    fn from(error: T) -> Self {
        Self(error.to_string())
    }
}

impl<E: Engine, W: L1Writer, O: OutputReader> Proposer<E, W, O> {
    pub(crate) fn new(
        config: ProposerConfig,
        rollup: Arc<RollupConfig>,
        engine: E,
        (writer, outputs): (W, O),
        (events, waits): (broadcast::Sender<Event>, Waits),
    ) -> Self {
        Self {
            config,
            rollup,
            engine,
            writer,
            outputs,
            events,
            waits,
            parameters: None,
            standing: Standing::default(),
            next: None,
            is_settled: false,
            settled_in: 0,
            under_way: UnderWay::default(),
        }
    }

    /// Runs until `shutdown` says so. Refuses an oracle that another account, or another rollup, has proposed to since before.
    pub(crate) async fn run(
        mut self,
        status: watch::Receiver<SyncStatus>,
        mut shutdown: watch::Receiver<bool>,
    ) -> Result<(), Error> {
        let mut ticks = tokio::time::interval(self.config.poll_interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = stopped(&mut shutdown) => return Ok(()),
                Some(ended) = self.under_way.ended() => self.on_ended(ended),
                _ = ticks.tick() => tokio::select! {
                    biased;
                    () = stopped(&mut shutdown) => return Ok(()),
                    done = self.turn(&status) => done?,
                }
            }
        }
    }

    async fn turn(&mut self, status: &watch::Receiver<SyncStatus>) -> Result<(), Error> {
        let now = *status.borrow();
        if self.parameters.is_none() && !self.meet(&now).await? {
            return Ok(());
        }
        match self.propose(now, status).await {
            Ok(()) => self.waits.end(Waiter::Proposer),
            Err(Wait(reason)) => self.waits.begin(Waiter::Proposer, reason),
        }
        Ok(())
    }

    /// Whether the oracle was asked what it is; only the right one is gone on with.
    async fn meet(&mut self, status: &SyncStatus) -> Result<bool, Error> {
        if status.head_l1 == BlockRef::default() {
            return Ok(false);
        }
        let parameters = match self.outputs.parameters(status.head_l1.hash).await {
            Ok(parameters) => parameters,
            Err(error) if error.reaction() == l1::Reaction::Fatal => return Err(error.into()),
            Err(error) => {
                self.waits.begin(Waiter::Proposer, error);
                return Ok(false);
            }
        };
        let (oracle, account) = (self.outputs.address(), self.writer.address());
        let genesis = &self.rollup.genesis;
        let first = (genesis.l2.number, genesis.l2_time);
        if let Some(difference) = foreign(&parameters, first, self.rollup.block_time) {
            return Err(Error::OtherOracle { oracle, difference });
        }
        if parameters.proposer != account {
            let proposer = parameters.proposer;
            return Err(Error::NotProposer {
                oracle,
                proposer,
                account,
            });
        }
        self.parameters = Some(parameters);
        Ok(true)
    }

    /// One look at everything, and a burst of what is due.
    async fn propose(&mut self, now: SyncStatus, status: &watch::Receiver<SyncStatus>) -> Result<(), Wait> {
        if !self.under_way.is_empty() {
            return self.under_way.check_time(self.writer.address());
        }
        if !self.is_settled {
            let say = || self.waits.begin(Waiter::Proposer, LEFTOVERS);
            self.settled_in = said_when_slow(self.writer.recover(), say).await?;
            self.is_settled = true;
        }
        if now.head_l1.number < self.settled_in {
            return Ok(());
        }
        let next = self.expected(now.head_l1.hash).await?;
        if self.standing.has_lost(next.index) {
            tracing::warn!(target: "proposer", index = next.index, "outputs are gone from L1: they are proposed again");
            self.standing.forget_from(next.index);
            // A reorganisation may have put the proposal back into L1's pool.
            self.is_settled = false;
            return Ok(());
        }
        self.under_way.begin();
        for ahead in 0..BURST_MAX as u64 {
            if !self
                .propose_one(&self.view(&now, self.ahead(next, ahead)), status)
                .await?
            {
                break;
            }
        }
        Ok(())
    }

    /// The output that the oracle expects once it has as many more.
    fn ahead(&self, next: NextOutput, outputs: u64) -> NextOutput {
        let interval = self.parameters.map_or(0, |oracle| oracle.submission_interval_blocks);
        NextOutput {
            index: next.index.saturating_add(outputs),
            l2_block_number: next.l2_block_number.saturating_add(interval.saturating_mul(outputs)),
        }
    }

    /// Whether an output was due, and is sent.
    async fn propose_one(&mut self, view: &View, status: &watch::Receiver<SyncStatus>) -> Result<bool, Wait> {
        let next = view.next;
        match view.decide() {
            Decision::NotDue | Decision::TooEarly => return Ok(false),
            Decision::Behind { blocks } => {
                return Err(Wait(format!(
                    "derivation is {blocks} blocks behind L1: output {} is proposed when it has caught up",
                    next.index
                )));
            }
            Decision::Propose => {}
        }
        if self.under_way.is_empty() {
            self.check_standing(next, &view.l1_head).await?;
        }
        let Some(output) = output_at(&self.engine, next.l2_block_number).await? else {
            return Ok(false);
        };
        if self.head(&status.borrow()) != view.head || is_replaced(&output, &view.head) {
            // The head moved meanwhile: the next turn looks at all of it again.
            return Ok(false);
        }
        if self.outputs.canonical_hash(view.derived_l1.number).await? != Some(view.derived_l1.hash) {
            // L1 has another chain already, and derivation will notice: the oracle would refuse the output.
            return Ok(false);
        }
        self.submit(next, output, &view.derived_l1).await?;
        Ok(true)
    }

    fn head(&self, status: &SyncStatus) -> L2BlockRef {
        if self.config.allow_non_finalized {
            status.safe_l2
        } else {
            status.finalized_l2
        }
    }

    fn view(&self, status: &SyncStatus, next: NextOutput) -> View {
        let parameters = self.parameters.as_ref();
        View {
            head: self.head(status),
            l1_head: status.head_l1,
            derived_l1: status.current_l1,
            next,
            next_time_s: parameters.map_or(0, |parameters| parameters.l2_timestamp_s(next.l2_block_number)),
        }
    }

    /// What the oracle expects as of an L1 block; the same block is not asked about twice.
    async fn expected(&mut self, l1_block: B256) -> Result<NextOutput, Wait> {
        match self.next {
            Some((known, next)) if known == l1_block => Ok(next),
            _ => {
                let next = self.outputs.next(l1_block).await?;
                self.next = Some((l1_block, next));
                Ok(next)
            }
        }
    }

    async fn submit(&mut self, next: NextOutput, output: Output, l1_block: &BlockRef) -> Result<(), Wait> {
        let candidate = self.outputs.propose(output.root, next.l2_block_number, l1_block);
        // Whatever becomes of it from here on, L1 may have it.
        self.is_settled = false;
        match self.writer.submit(candidate).await {
            Ok(sent) => self.under_way.add(next.index, output, sent),
            Err(error) => {
                self.under_way.lost();
                return Err(error.into());
            }
        }
        Ok(())
    }

    fn on_ended(&mut self, Ended { proposal, outcome }: Ended) {
        let index = proposal.index;
        self.next = None;
        match outcome {
            Ok(receipt) if receipt.success => {
                self.is_settled = self.under_way.is_complete();
                self.settled_in = self.settled_in.max(receipt.block.number);
                self.standing.proposed(index);
                self.waits.end(Waiter::Proposer);
                let event = Event::OutputProposed {
                    index,
                    block: proposal.output.block,
                    output_root: proposal.output.root,
                    cost_wei: receipt.fee_wei(),
                    transaction: receipt.transaction_hash,
                };
                // Nobody listening is fine.
                self.events.send(event).ok();
            }
            Ok(receipt) => {
                let transaction = receipt.transaction_hash;
                tracing::warn!(target: "proposer", index, %transaction, "the oracle refused an output: L1 or the oracle moved on meanwhile");
            }
            Err(error) => self.waits.begin(Waiter::Proposer, error),
        }
    }
}

/// Whether the block under the head's number is not the head.
fn is_replaced(output: &Output, head: &L2BlockRef) -> bool {
    output.block.number == head.number && output.block.hash != head.hash
}
