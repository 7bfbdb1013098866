//! The supervisor: starts the roles, watches them, stops them in order.

use crate::{
    ChallengerConfig, ChallengerStatus, Config, Driver, Engine, Error, Event, L1Reader, L1Writer, NodeTelemetry,
    OutputReader, ProposerConfig, SafeDb, SettlementReader, SyncStatus, WaitList, Waiter,
    batcher::Batcher,
    challenger::{self, Challenger},
    driver::{Outputs, stopped},
    proposer::Proposer,
    rpc::{self, RollupRpc},
    telemetry::{MeteredL1, Sources},
    waits::Waits,
};
use alloy_primitives::Address;
use l1::L1Heads;
use protocol::RollupConfig;
use std::{net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    sync::{broadcast, mpsc, watch},
    task::JoinSet,
};

/// Events that a slow listener may lag behind.
const EVENTS_LAG_MAX: usize = 1024;
/// Commands that may wait for the driver.
const COMMANDS_MAX: usize = 16;
/// From when on an answer that does not come is said to be waited for.
pub(crate) const SLOW: Duration = Duration::from_secs(3);
/// How long roles have to end what they are at.
const STOP_GRACE: Duration = Duration::from_millis(1_000);

/// A running node.
#[derive(Debug)]
pub struct Node {
    rollup: Arc<RollupConfig>,
    safedb: Option<Arc<SafeDb>>,
    telemetry: Option<NodeTelemetry>,
    /// The accounts that roles give out the nonces of.
    accounts: Vec<(&'static str, Address)>,
    status: watch::Receiver<SyncStatus>,
    challenger: watch::Sender<Option<ChallengerStatus>>,
    waits: Waits,
    events: broadcast::Sender<Event>,
    shutdown: watch::Sender<bool>,
    roles: JoinSet<Result<(), Error>>,
    rpc: Option<RollupRpc>,
}

impl Node {
    /// Starts the roles that the configuration names. Returns at once; what is away is waited for by the roles, and what does
    /// not fit comes out of [`Self::ended`].
    pub async fn start<E: Engine, L: L1Reader, W: L1Writer>(
        config: Config,
        engine: E,
        l1: Arc<L>,
        writer: Option<W>,
    ) -> Result<Self, Error> {
        config.rollup.validate()?;
        let (status_sender, status) = watch::channel(SyncStatus::default());
        let (heads_sender, heads) = watch::channel(L1Heads::default());
        let (commands, commands_heard) = mpsc::channel(COMMANDS_MAX);
        let (shutdown, stopping) = watch::channel(false);
        let events = broadcast::Sender::new(EVENTS_LAG_MAX);
        let waits = Waits::new(events.clone());
        let challenger = watch::Sender::new(None);
        let l1 = Arc::new(MeteredL1::new(l1, config.telemetry.clone()));
        if let Some(telemetry) = &config.telemetry {
            let sources = Sources {
                status: status.clone(),
                waits: waits.subscribe(),
                challenger: challenger.subscribe(),
                events: events.subscribe(),
                clock: config.clock,
                batches: config.batcher.is_some(),
            };
            tokio::spawn(telemetry.clone().follow(sources));
        }
        let genesis = config.rollup.genesis.l2.hash;
        let safedb = match &config.safedb {
            Some(folder) => Some(Arc::new(SafeDb::open(folder, genesis)?)),
            None => None,
        };
        let rpc = match config.rpc_listen {
            Some(listen) => {
                let context = rpc::Context {
                    rollup: config.rollup.clone(),
                    engine: engine.clone(),
                    status: status.clone(),
                    waits: waits.subscribe(),
                    challenger: challenger.subscribe(),
                    safedb: safedb.clone(),
                    commands: commands.clone(),
                };
                Some(rpc::start(listen, config.rpc_admin, context, config.telemetry.clone()).await?)
            }
            None => None,
        };
        let mut roles = JoinSet::new();
        let mut accounts = Vec::new();
        if let (Some(batcher), Some(writer)) = (config.batcher, writer) {
            accounts.push(("batcher", writer.address()));
            let batcher = Batcher::new(
                batcher,
                config.rollup.clone(),
                engine.clone(),
                writer,
                events.clone(),
                waits.clone(),
            );
            roles.spawn(batcher.run(status.clone(), stopping.clone()));
        }
        roles.spawn(follow(
            Arc::clone(&l1),
            config.l1_poll_interval,
            heads_sender,
            waits.clone(),
            stopping.clone(),
        ));
        let outputs = Outputs {
            status: status_sender,
            events: events.clone(),
            waits: waits.clone(),
            safedb: safedb.clone(),
        };
        let (rollup, telemetry) = (config.rollup.clone(), config.telemetry.clone());
        roles.spawn(async move {
            // Keeps the channel open where there is no RPC.
            let _commands = commands;
            let mut stopping = stopping;
            let driver = tokio::select! {
                biased;
                () = stopped(&mut stopping) => return Ok(()),
                driver = Driver::start(config, engine, l1, outputs) => driver?,
            };
            driver.run(heads, commands_heard, stopping).await
        });
        Ok(Self {
            rollup,
            safedb,
            telemetry,
            accounts,
            status,
            challenger,
            waits,
            events,
            shutdown,
            roles,
            rpc,
        })
    }

    /// Has the node challenge, too. Without a writer it watches and alarms.
    pub fn challenge<E: Engine, S: SettlementReader, W: L1Writer>(
        &mut self,
        config: ChallengerConfig,
        engine: E,
        l1: S,
        writer: Option<W>,
    ) -> Result<(), Error> {
        if let Some(writer) = &writer {
            self.take_account("challenger", writer.address())?;
        }
        let sources = challenger::Sources {
            rollup: self.rollup.clone(),
            engine,
            l1,
            safedb: self.safedb.clone().ok_or(Error::ChallengerWithoutSafeDb)?,
        };
        self.challenger.send_replace(Some(ChallengerStatus::default()));
        let outputs = challenger::Outputs {
            status: self.challenger.clone(),
            events: self.events.clone(),
            waits: self.waits.clone(),
        };
        let challenger = Challenger::new(config, sources, writer, outputs);
        self.roles
            .spawn(challenger.run(self.status.clone(), self.shutdown.subscribe()));
        Ok(())
    }

    /// Has the node propose outputs, too.
    pub fn propose<E: Engine, O: OutputReader, W: L1Writer>(
        &mut self,
        config: ProposerConfig,
        engine: E,
        outputs: O,
        writer: W,
    ) -> Result<(), Error> {
        self.take_account("proposer", writer.address())?;
        if let Some(telemetry) = &self.telemetry {
            telemetry.begin_proposer();
        }
        let says = (self.events.clone(), self.waits.clone());
        let proposer = Proposer::new(config, self.rollup.clone(), engine, (writer, outputs), says);
        self.roles
            .spawn(proposer.run(self.status.clone(), self.shutdown.subscribe()));
        Ok(())
    }

    /// Refuses an account that another role gives out the nonces of.
    fn take_account(&mut self, role: &'static str, account: Address) -> Result<(), Error> {
        if let Some((other, _)) = self.accounts.iter().find(|(_, taken)| *taken == account) {
            return Err(Error::SharedAccount { role, other, account });
        }
        self.accounts.push((role, account));
        Ok(())
    }

    /// Where the node stands, now and as it changes.
    pub fn status(&self) -> watch::Receiver<SyncStatus> {
        self.status.clone()
    }

    /// Who waits for what, now and as it changes.
    pub fn waits(&self) -> watch::Receiver<WaitList> {
        self.waits.subscribe()
    }

    /// Where the challenger stands, now and as it changes; nothing where there is none.
    pub fn challenger(&self) -> watch::Receiver<Option<ChallengerStatus>> {
        self.challenger.subscribe()
    }

    /// What happens from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Where the rollup RPC listens.
    pub fn rpc_addr(&self) -> Option<SocketAddr> {
        self.rpc.as_ref().map(RollupRpc::address)
    }

    /// Waits until a role ends: without [`Self::stop`] that is always a failure.
    pub async fn ended(&mut self) -> Error {
        match self.roles.join_next().await {
            Some(Ok(Err(error))) => error,
            Some(Err(failed)) => {
                tracing::error!(target: "node", %failed, "a role failed");
                Error::RoleEnded("node")
            }
            Some(Ok(Ok(()))) | None => Error::RoleEnded("node"),
        }
    }

    /// Tells the roles to stop, and does not wait for them.
    pub fn begin_stop(&self) {
        self.shutdown.send_replace(true);
    }

    /// Stops the roles, then the RPC.
    pub async fn stop(mut self) {
        self.begin_stop();
        let all = async { while self.roles.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP_GRACE, all).await.is_err() {
            self.roles.shutdown().await;
        }
        if let Some(rpc) = self.rpc.take() {
            rpc.stop();
        }
    }
}

/// Asks L1 for its heads, again and again.
async fn follow<L: L1Reader>(
    l1: Arc<L>,
    every: Duration,
    heads: watch::Sender<L1Heads>,
    waits: Waits,
    mut shutdown: watch::Receiver<bool>,
) -> Result<(), Error> {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = stopped(&mut shutdown) => return Ok(()),
            _ = ticks.tick() => {}
        }
        let heads_now = said_when_slow(l1.heads(), || {
            waits.begin(
                Waiter::L1Heads,
                "L1 has not answered for some seconds: check that --l1 works",
            );
        });
        let answer = tokio::select! {
            biased;
            () = stopped(&mut shutdown) => return Ok(()),
            answer = heads_now => answer,
        };
        match answer {
            Ok(now) => {
                waits.end(Waiter::L1Heads);
                heads.send_if_modified(|before| std::mem::replace(before, now) != now);
            }
            Err(error) if error.reaction() == l1::Reaction::Fatal => return Err(error.into()),
            Err(error) => waits.begin(Waiter::L1Heads, error),
        }
    }
}

/// Waits for an answer, and says so when it takes long.
pub(crate) async fn said_when_slow<T>(answer: impl Future<Output = T>, say: impl FnOnce()) -> T {
    let mut answer = pin!(answer);
    tokio::select! {
        biased;
        answer = &mut answer => return answer,
        () = tokio::time::sleep(SLOW) => say(),
    }
    answer.await
}
