//! The proposer: puts the outputs that are due on L1, one after the other.
//!
//! It hears where the driver stands and what the oracle on L1 expects; [`decide`] says when an output is due. Before it says
//! anything, it computes the output from its own execution client's state, and looks at the outputs that it would build on. With the
//! output goes the hash of the L1 block that derivation has read last: on an L1 without that block, the oracle refuses the output.
//!
//! At most one proposal is under way. After a start, or when one is lost, it is not known what L1's pool still holds: nothing is
//! proposed until that is mined or replaced, and L1 is looked at again.

mod decide;
mod standing;

use crate::{
    Engine, Error, Event, L1Writer, Output, OutputReader, ProposerConfig, SyncStatus, Waiter, output_at,
    shutdown::stopped,
    waits::{Waits, said_when_slow},
};
use alloy_primitives::B256;
use decide::{Decision, View, foreign};
use l1::{NextOutput, OracleParameters, TxReceipt};
use protocol::{BlockRef, L2BlockRef, RollupConfig};
use standing::Standing;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{broadcast, watch},
    task::JoinSet,
    time::{Instant, MissedTickBehavior},
};

/// From when on a proposal that L1 does not take is said to be waited for.
const POST_SLOW: Duration = Duration::from_secs(60);

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
    under_way: Option<UnderWay>,
    posts: JoinSet<Result<TxReceipt, l1::Error>>,
}

/// A proposal on its way.
#[derive(Debug, Clone, Copy)]
struct UnderWay {
    index: u64,
    output: Output,
    since: Instant,
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
            under_way: None,
            posts: JoinSet::new(),
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
                Some(posted) = self.posts.join_next() => self.on_posted(posted.map_err(Wait::from).and_then(|it| Ok(it?))),
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

    /// One look at everything, and a proposal if it is due.
    async fn propose(&mut self, now: SyncStatus, status: &watch::Receiver<SyncStatus>) -> Result<(), Wait> {
        if let Some(under_way) = self.under_way {
            return under_way.check_time(self.writer.address());
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
        let view = self.view(&now, next);
        match view.decide() {
            Decision::NotDue | Decision::TooEarly => return Ok(()),
            Decision::Behind { blocks } => {
                return Err(Wait(format!(
                    "derivation is {blocks} blocks behind L1: output {} is proposed when it has caught up",
                    next.index
                )));
            }
            Decision::Propose => {}
        }
        self.check_standing(next, &now.head_l1).await?;
        let Some(output) = output_at(&self.engine, next.l2_block_number).await? else {
            return Ok(());
        };
        if self.head(&status.borrow()) != view.head || is_replaced(&output, &view.head) {
            // The head moved meanwhile: the next turn looks at all of it again.
            return Ok(());
        }
        if self.outputs.canonical_hash(view.derived_l1.number).await? != Some(view.derived_l1.hash) {
            // L1 has another chain already, and derivation will notice: the oracle would refuse the output.
            return Ok(());
        }
        self.submit(next, output, &view.derived_l1).await
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
        let sent = self.writer.submit(candidate).await?;
        self.posts.spawn(sent);
        self.under_way = Some(UnderWay {
            index: next.index,
            output,
            since: Instant::now(),
        });
        Ok(())
    }

    fn on_posted(&mut self, posted: Result<TxReceipt, Wait>) {
        let Some(UnderWay { index, output, .. }) = self.under_way.take() else {
            return;
        };
        self.next = None;
        match posted {
            Ok(receipt) if receipt.success => {
                self.is_settled = true;
                self.settled_in = receipt.block.number;
                self.standing.proposed(index);
                self.waits.end(Waiter::Proposer);
                let event = Event::OutputProposed {
                    index,
                    block: output.block,
                    output_root: output.root,
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
            Err(Wait(reason)) => self.waits.begin(Waiter::Proposer, reason),
        }
    }
}

impl UnderWay {
    fn check_time(&self, account: alloy_primitives::Address) -> Result<(), Wait> {
        if self.since.elapsed() < POST_SLOW {
            return Ok(());
        }
        Err(Wait(format!(
            "L1 has not taken output {} for a minute: its fees may have risen, or {account} may need more ether; the log says what was offered",
            self.index
        )))
    }
}

/// Whether the block under the head's number is not the head.
fn is_replaced(output: &Output, head: &L2BlockRef) -> bool {
    output.block.number == head.number && output.block.hash != head.hash
}
