//! The whole system in one process: L1, contracts, a sequencing node, and a verifier that hears L1 over HTTP and nothing else.

use crate::{
    EmbeddedL1, EmbeddedL1Config, Error, ExecutionClient, ExecutionConfig, ForeignL1, Ports, Urls, foreign_l1::wallet,
};
use ::l1::{L1Client, OutputOracle, RpcConfig as L1RpcConfig, TxConfig, TxManager};
use chain::rpc::RpcConfig;
use deployment::{Deployed, Deployment, Files, deploy, progress, read_json, read_or_create_jwt};
use node::{
    BatcherConfig, ChallengerConfig, Clock, Config as NodeConfig, DataAvailabilityType, Event, L1Endpoints,
    L1Settlement, LocalEngine, Node, ProposerConfig, SequencerConfig, Telemetry, TelemetryServer, TxManagerWriter,
};
use protocol::{ChainSpec, Fork, L1ChainConfig};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};
use tempfile::TempDir;
use tokio::sync::broadcast;

/// How often the nodes ask L1 for its heads.
const L1_POLL_INTERVAL: Duration = Duration::from_millis(250);
/// How often the batcher looks for blocks.
const BATCHER_POLL_INTERVAL: Duration = Duration::from_millis(500);
/// How often the challenger tries again what did not work.
const CHALLENGER_POLL_INTERVAL: Duration = Duration::from_millis(500);
/// How often the proposer looks whether an output is due.
const PROPOSER_POLL_INTERVAL: Duration = Duration::from_millis(250);
/// How often the deployment's progress is looked at.
const DEPLOY_POLL_INTERVAL: Duration = Duration::from_millis(20);
/// How long the deployment's transactions may take to arrive.
const DEPLOY_TIMEOUT: Duration = Duration::from_secs(60);

/// A devnet.
#[derive(Debug, Clone)]
pub struct DevnetConfig {
    /// Where everything is kept; a temporary folder, removed at the end, if there is none.
    pub datadir: Option<PathBuf>,
    /// Ports.
    pub ports: Ports,
    /// Which L1 it stands on.
    pub l1: L1Choice,
    /// Seconds between L2 blocks.
    pub block_time: u64,
    /// The newest fork that is active from genesis on.
    pub fork: Fork,
    /// Whether outputs are proposed; without, that is left to somebody else.
    pub has_proposer: bool,
    /// L2 blocks between outputs.
    pub submission_interval: u64,
    /// How long an output can be deleted, and a proof must have waited, in seconds.
    pub finalization_period_s: u64,
    /// Where batches go.
    pub data_availability: DataAvailabilityType,
}

/// The L1 of a devnet.
#[derive(Debug, Clone)]
pub enum L1Choice {
    /// Its own.
    Embedded {
        /// Seconds between blocks.
        block_time_s: u64,
    },
    /// Somebody else's.
    Foreign(ForeignL1),
}

/// A running devnet.
#[derive(Debug)]
pub struct Devnet {
    /// Its own L1, if it has one.
    l1: Option<EmbeddedL1>,
    sequencer: Member,
    verifier: Member,
    deployed: Deployed,
    urls: Urls,
    files: Files,
    metrics: TelemetryServer,
    _temporary: Option<TempDir>,
}

/// An execution client and the node that drives it.
#[derive(Debug)]
struct Member {
    execution: ExecutionClient,
    node: Node,
}

/// What both members have in common.
struct Shared {
    deployed: Deployed,
    l1_spec: Arc<ChainSpec>,
    l1: ForeignL1,
    files: Files,
    telemetry: Telemetry,
}

impl Devnet {
    /// Starts everything; returns when the L2 is there.
    pub async fn start(config: DevnetConfig) -> Result<Self, Error> {
        // The setup takes a second or two, and is needed for the first batch.
        std::thread::spawn(::l1::kzg_settings);
        let temporary = match &config.datadir {
            Some(_) => None,
            None => Some(
                tempfile::Builder::new()
                    .prefix("tandem-devnet-")
                    .tempdir()
                    .map_err(Error::io("a temporary folder"))?,
            ),
        };
        let folder = config
            .datadir
            .clone()
            .or_else(|| temporary.as_ref().map(|folder| folder.path().to_owned()));
        let files = Files::in_folder(folder.unwrap_or_default())?;
        let (embedded, l1, deployed) = match &config.l1 {
            L1Choice::Embedded { block_time_s } => {
                let (embedded, deployed) = embedded(*block_time_s, &config, &files).await?;
                let beacon = Some(embedded.beacon_url().parse()?);
                let url = embedded.http_url().parse()?;
                let slot_duration_override = None;
                let l1 = ForeignL1 {
                    url,
                    beacon,
                    slot_duration_override,
                };
                (Some(embedded), l1, deployed)
            }
            L1Choice::Foreign(l1) => (None, l1.clone(), l1.deployed(&config.deployment(), &files).await?),
        };
        let l1_spec = Arc::new(read_json::<L1ChainConfig>(&files.l1_chain_config())?.chain_spec()?);
        let shared = Shared {
            deployed,
            l1_spec,
            l1,
            files,
            telemetry: Telemetry::default(),
        };
        let metrics = shared.telemetry.serve(local(config.ports.metrics)).await?;
        let sequencer = shared.sequencer(&config).await?;
        let verifier = shared.verifier(&config).await?;
        let Shared {
            deployed, files, l1, ..
        } = shared;
        let urls = Urls {
            metrics: format!("http://{}/metrics", metrics.address()),
            ..urls(&l1, &sequencer, &verifier)
        };
        Ok(Self {
            l1: embedded,
            sequencer,
            verifier,
            deployed,
            urls,
            files,
            metrics,
            _temporary: temporary,
        })
    }

    /// Where everything answers.
    pub const fn urls(&self) -> &Urls {
        &self.urls
    }

    /// The rollup and where its contracts are.
    pub const fn deployed(&self) -> &Deployed {
        &self.deployed
    }

    /// Where the files are.
    pub const fn files(&self) -> &Files {
        &self.files
    }

    /// What happens at the sequencing node.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.sequencer.node.events()
    }

    /// What happens at the verifier.
    pub fn verifier_events(&self) -> broadcast::Receiver<Event> {
        self.verifier.node.events()
    }

    /// The sequencing node's execution client.
    pub const fn execution(&self) -> &ExecutionClient {
        &self.sequencer.execution
    }

    /// The verifier's execution client.
    pub const fn verifier_execution(&self) -> &ExecutionClient {
        &self.verifier.execution
    }

    /// Waits until a node fails.
    pub async fn ended(&mut self) -> Error {
        let failure = tokio::select! {
            failure = self.sequencer.node.ended() => failure,
            failure = self.verifier.node.ended() => failure,
        };
        failure.into()
    }

    /// Stops in order: who reads before who is read.
    pub async fn stop(self) {
        // It reads the chains that are closed next.
        drop(self.metrics);
        for member in [&self.verifier, &self.sequencer] {
            member.node.begin_stop();
        }
        for member in [self.verifier, self.sequencer] {
            member.node.stop().await;
            member.execution.stop().await;
        }
        if let Some(l1) = self.l1 {
            l1.stop().await;
        }
    }
}

const fn local(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

fn urls(l1: &ForeignL1, sequencer: &Member, verifier: &Member) -> Urls {
    let url = |address: Option<SocketAddr>| address.map(|address| format!("http://{address}")).unwrap_or_default();
    Urls {
        l1: l1.url.to_string(),
        beacon: l1.beacon.as_ref().map(ToString::to_string),
        l2: url(sequencer.execution.http_addr()),
        engine: url(sequencer.execution.auth_addr()),
        rollup: url(sequencer.node.rpc_addr()),
        verifier_l2: url(verifier.execution.http_addr()),
        verifier_engine: url(verifier.execution.auth_addr()),
        verifier_rollup: url(verifier.node.rpc_addr()),
        metrics: String::new(),
    }
}

/// The L1 in this process, with the contracts on it.
async fn embedded(block_time_s: u64, config: &DevnetConfig, files: &Files) -> Result<(EmbeddedL1, Deployed), Error> {
    let mut l1 = EmbeddedL1::start(EmbeddedL1Config {
        datadir: files.folder().join("l1"),
        block_time_s,
        genesis_time_s: None,
        http: local(config.ports.l1),
        beacon: local(config.ports.beacon),
    })
    .await?;
    let deployed = match Deployed::read(files)? {
        Some(deployed) => {
            let client = L1Client::new(l1.http_url().parse()?, L1RpcConfig::default())?;
            deployed.require_start(&client, files).await?;
            deployed
        }
        None => deploy_on(&l1, &config.deployment(), files).await?,
    };
    l1.run();
    Ok((l1, deployed))
}

/// Deploys on an L1 that makes no blocks of its own yet: one block for all transactions as soon as they are there.
pub(crate) async fn deploy_on(l1: &EmbeddedL1, deployment: &Deployment, files: &Files) -> Result<Deployed, Error> {
    let client = L1Client::new(l1.http_url().parse()?, L1RpcConfig::default())?;
    let deployer = wallet(&contracts::PREFUNDED[0])?;
    let begun = progress(deployment, &client, deployer.address(), files).await?;
    let to_send = begun.plan.transactions.len() - begun.mined;
    let deploying = async { Ok(deploy(deployment, &client, deployer, TxConfig::devnet(), files).await?) };
    let mining = async {
        while l1.execution().pool().status().pending < to_send {
            tokio::time::sleep(DEPLOY_POLL_INTERVAL).await;
        }
        while to_send > 0 && !l1.produce().await? {
            tokio::time::sleep(DEPLOY_POLL_INTERVAL).await;
        }
        Ok::<_, Error>(())
    };
    let both = async { tokio::try_join!(deploying, mining) };
    let both = tokio::time::timeout(DEPLOY_TIMEOUT, both).await;
    let (deployed, ()) = both.map_err(|_| Error::NotMined("its transactions did not arrive"))??;
    deployed.write(deployment, files, Some(&contracts::l1_chain_config(l1.genesis())))?;
    Ok(deployed)
}

impl DevnetConfig {
    fn deployment(&self) -> Deployment {
        Deployment {
            fork: self.fork,
            block_time: self.block_time,
            submission_interval: self.submission_interval,
            finalization_period_s: self.finalization_period_s,
            ..Deployment::default()
        }
    }
}

impl Shared {
    async fn sequencer(&self, config: &DevnetConfig) -> Result<Member, Error> {
        let ports = config.ports;
        let execution = self.execution("sequencer", ports.l2, ports.engine).await?;
        let batcher = BatcherConfig {
            data_availability: config.data_availability,
            max_channel_duration: 1,
            poll_interval: BATCHER_POLL_INTERVAL,
            ..BatcherConfig::default()
        };
        let node = NodeConfig {
            sequencer: Some(SequencerConfig {
                l1_confs: 0,
                ..SequencerConfig::default()
            }),
            batcher: Some(batcher),
            rpc_admin: true,
            ..self.node("sequencer", ports.rollup)
        };
        let manager = TxManager::new(self.l1.client()?, wallet(&contracts::BATCHER)?, TxConfig::devnet()).await?;
        manager.recover().await?;
        let mut member = self.member(execution, node, Some(TxManagerWriter(manager))).await?;
        if config.has_proposer {
            self.propose(&mut member).await?;
        }
        Ok(member)
    }

    /// Who makes the chain puts its outputs on L1, too.
    async fn propose(&self, member: &mut Member) -> Result<(), Error> {
        let manager = TxManager::new(self.l1.client()?, wallet(&contracts::PROPOSER)?, TxConfig::devnet()).await?;
        let config = ProposerConfig {
            allow_non_finalized: true,
            poll_interval: PROPOSER_POLL_INTERVAL,
        };
        let engine = LocalEngine::new(member.execution.chain().clone());
        let outputs = OutputOracle::new(self.l1.client()?, self.deployed.addresses.l2_output_oracle_proxy);
        member.node.propose(config, engine, outputs, TxManagerWriter(manager))?;
        Ok(())
    }

    async fn verifier(&self, config: &DevnetConfig) -> Result<Member, Error> {
        let ports = config.ports;
        let execution = self
            .execution("verifier", ports.verifier_l2, ports.verifier_engine)
            .await?;
        let node = self.node("verifier", ports.verifier_rollup);
        let mut member = self.member(execution, node, None).await?;
        self.challenge(&mut member).await?;
        Ok(member)
    }

    /// Who derives the chain from L1 alone judges what is proposed, too.
    async fn challenge(&self, member: &mut Member) -> Result<(), Error> {
        let (rollup, oracle) = (&self.deployed.rollup, self.deployed.addresses.l2_output_oracle_proxy);
        let manager = TxManager::new(self.l1.client()?, wallet(&contracts::CHALLENGER)?, TxConfig::devnet()).await?;
        let config = ChallengerConfig {
            oracle,
            poll_interval: CHALLENGER_POLL_INTERVAL,
        };
        let engine = LocalEngine::new(member.execution.chain().clone());
        let l1 = L1Settlement::new(self.l1.client()?, rollup, oracle);
        member
            .node
            .challenge(config, engine, l1, Some(TxManagerWriter(manager)))?;
        Ok(())
    }

    async fn execution(&self, name: &'static str, http: u16, auth: u16) -> Result<ExecutionClient, Error> {
        let namespaces = ["eth", "net", "web3", "txpool", "debug"].map(str::to_owned).to_vec();
        let execution = ExecutionClient::start(ExecutionConfig {
            datadir: self.files.folder().join(name),
            genesis: self.deployed.genesis.clone(),
            http: Some(RpcConfig {
                listen: local(http),
                namespaces,
                // Anybody's page may use a devnet, as with other development chains.
                cors_origins: vec!["*".into()],
            }),
            auth: Some((local(auth), read_or_create_jwt(&self.files.jwt())?)),
        })
        .await?;
        execution.show(&self.telemetry, name);
        Ok(execution)
    }

    fn node(&self, name: &'static str, rpc: u16) -> NodeConfig {
        NodeConfig {
            rollup: Arc::new(self.deployed.rollup.clone()),
            l1_spec: self.l1_spec.clone(),
            verifier_l1_confs: 0,
            l1_poll_interval: L1_POLL_INTERVAL,
            sequencer: None,
            batcher: None,
            rpc_listen: Some(local(rpc)),
            rpc_admin: false,
            safedb: Some(self.files.folder().join(format!("{name}-safedb"))),
            telemetry: Some(self.telemetry.node(name)),
            clock: Clock::System,
        }
    }

    async fn member(
        &self,
        execution: ExecutionClient,
        config: NodeConfig,
        writer: Option<TxManagerWriter>,
    ) -> Result<Member, Error> {
        let l1 = L1Endpoints::new(self.l1.client()?, self.l1.beacon()?);
        let l1 = Arc::new(l1.with_blobs_to(self.deployed.rollup.batch_inbox_address));
        let engine = LocalEngine::new(execution.chain().clone());
        let node = Node::start(config, engine, l1, writer).await?;
        Ok(Member { execution, node })
    }
}
