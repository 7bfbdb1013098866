//! The supervisor: starts the roles, watches them, stops them in order.

use crate::{
    BatcherConfig, ChallengerConfig, ChallengerStatus, Clock, Config, Engine, Error, Event, L1Reader, L1Writer,
    NodeTelemetry, OutputReader, ProposerConfig, SafeDb, SettlementReader, SyncStatus, WaitList,
    batcher::Batcher,
    challenger::{self, Challenger},
    driver::{Command, Driver, Outputs},
    heads::Follower,
    proposer::Proposer,
    rpc::{self, RollupRpc},
    shutdown::stopped,
    telemetry::{MeteredL1, Sources},
    waits::Waits,
};
use alloy_primitives::Address;
use l1::L1Heads;
use protocol::RollupConfig;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    sync::{broadcast, mpsc, watch},
    task::JoinSet,
};

/// Events that a slow listener may lag behind.
const EVENTS_LAG_MAX: usize = 1024;
/// Commands that may wait for the driver.
const COMMANDS_MAX: usize = 16;
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
    /// Starts a node that derives, and sequences where it is configured to. Returns at once; what is away is waited for by the
    /// roles, and what does not fit comes out of [`Self::ended`].
    pub async fn start<E: Engine, L: L1Reader>(config: Config, engine: E, l1: Arc<L>) -> Result<Self, Error> {
        config.rollup.validate()?;
        let genesis = config.rollup.genesis.l2.hash;
        let safedb = match &config.safedb {
            Some(folder) => Some(Arc::new(SafeDb::open(folder, genesis)?)),
            None => None,
        };
        let (status_sender, status) = watch::channel(SyncStatus::default());
        let (commands, commands_heard) = mpsc::channel(COMMANDS_MAX);
        let events = broadcast::Sender::new(EVENTS_LAG_MAX);
        let mut node = Self {
            rollup: config.rollup.clone(),
            safedb,
            telemetry: config.telemetry.clone(),
            accounts: Vec::new(),
            status,
            challenger: watch::Sender::new(None),
            waits: Waits::new(events.clone()),
            events,
            shutdown: watch::Sender::new(false),
            roles: JoinSet::new(),
            rpc: None,
        };
        node.record(config.clock);
        node.serve(&config, engine.clone(), commands.clone()).await?;
        let l1 = Arc::new(MeteredL1::new(l1, config.telemetry.clone()));
        node.drive(config, engine, l1, status_sender, (commands, commands_heard));
        Ok(node)
    }

    /// Has what the node says recorded, if anybody asks for it.
    fn record(&self, clock: Clock) {
        let Some(telemetry) = &self.telemetry else { return };
        let sources = Sources {
            status: self.status.clone(),
            waits: self.waits.subscribe(),
            challenger: self.challenger.subscribe(),
            events: self.events.subscribe(),
            clock,
        };
        tokio::spawn(telemetry.clone().follow(sources));
    }

    /// Starts the rollup RPC, if it is configured.
    async fn serve<E: Engine>(
        &mut self,
        config: &Config,
        engine: E,
        commands: mpsc::Sender<Command>,
    ) -> Result<(), Error> {
        let Some(listen) = config.rpc_listen else { return Ok(()) };
        let context = rpc::Context {
            rollup: self.rollup.clone(),
            engine,
            status: self.status.clone(),
            waits: self.waits.subscribe(),
            challenger: self.challenger.subscribe(),
            safedb: self.safedb.clone(),
            commands,
        };
        self.rpc = Some(rpc::start(listen, config.rpc_admin, context, config.telemetry.clone()).await?);
        Ok(())
    }

    /// Starts the driver, and who tells it of L1's heads.
    fn drive<E: Engine, L: L1Reader>(
        &mut self,
        config: Config,
        engine: E,
        l1: Arc<L>,
        status: watch::Sender<SyncStatus>,
        (commands, commands_heard): (mpsc::Sender<Command>, mpsc::Receiver<Command>),
    ) {
        let (heads_sender, heads) = watch::channel(L1Heads::default());
        let follower = Follower {
            every: config.l1_poll_interval,
            heads: heads_sender,
            waits: self.waits.clone(),
        };
        self.roles
            .spawn(follower.run(Arc::clone(&l1), self.shutdown.subscribe()));
        let outputs = Outputs {
            status,
            events: self.events.clone(),
            waits: self.waits.clone(),
            safedb: self.safedb.clone(),
        };
        let mut stopping = self.shutdown.subscribe();
        self.roles.spawn(async move {
            // Keeps the channel open where there is no RPC.
            let _commands = commands;
            let driver = tokio::select! {
                biased;
                () = stopped(&mut stopping) => return Ok(()),
                driver = Driver::start(config, engine, l1, outputs) => driver?,
            };
            driver.run(heads, commands_heard, stopping).await
        });
    }

    /// Has the node post batches, too.
    pub fn batch<E: Engine, W: L1Writer>(&mut self, config: BatcherConfig, engine: E, writer: W) -> Result<(), Error> {
        self.take_account("batcher", writer.address())?;
        if let Some(telemetry) = &self.telemetry {
            telemetry.begin_batcher();
        }
        let says = (self.events.clone(), self.waits.clone());
        let batcher = Batcher::new(config, self.rollup.clone(), engine, writer, says);
        self.roles
            .spawn(batcher.run(self.status.clone(), self.shutdown.subscribe()));
        Ok(())
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
