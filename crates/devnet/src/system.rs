//! The whole system in one process: L1, contracts, a sequencing node, and a verifier that hears L1 over HTTP and nothing else.

use crate::{
    Deployed, Deployment, EmbeddedL1, EmbeddedL1Config, Error, ExecutionClient, ExecutionConfig, Files, deploy,
    files::read_or_create_jwt,
};
use ::l1::{
    BeaconClient, BeaconConfig, Endpoint, L1Client, RpcConfig as L1RpcConfig, Secret, TxConfig, TxManager, Wallet,
};
use chain::rpc::RpcConfig;
use node::{
    BatcherConfig, Clock, Config as NodeConfig, DataAvailabilityType, Event, L1Endpoints, LocalEngine, Node,
    SequencerConfig, TxManagerWriter,
};
use protocol::{ChainSpec, Fork, L1ChainConfig};
use serde_json::Value;
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
/// How often the deployment's progress is looked at.
const DEPLOY_POLL_INTERVAL: Duration = Duration::from_millis(20);
/// How long the deployment's transactions may take to arrive.
const DEPLOY_TIMEOUT: Duration = Duration::from_secs(60);

/// Ports of the devnet; port 0 takes a free one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    /// L1's JSON-RPC.
    pub l1: u16,
    /// L1's beacon API.
    pub beacon: u16,
    /// The sequencer's execution client.
    pub l2: u16,
    /// Its Engine API.
    pub engine: u16,
    /// Its rollup RPC.
    pub rollup: u16,
    /// The verifier's execution client.
    pub verifier_l2: u16,
    /// Its Engine API.
    pub verifier_engine: u16,
    /// Its rollup RPC.
    pub verifier_rollup: u16,
}

impl Ports {
    /// The usual ports, each that much higher.
    pub const fn with_offset(offset: u16) -> Self {
        Self {
            l1: 8545 + offset,
            beacon: 5052 + offset,
            l2: 9545 + offset,
            engine: 9551 + offset,
            rollup: 7545 + offset,
            verifier_l2: 9645 + offset,
            verifier_engine: 9651 + offset,
            verifier_rollup: 7645 + offset,
        }
    }

    /// Free ports everywhere.
    pub const FREE: Self = Self {
        l1: 0,
        beacon: 0,
        l2: 0,
        engine: 0,
        rollup: 0,
        verifier_l2: 0,
        verifier_engine: 0,
        verifier_rollup: 0,
    };
}

/// A devnet.
#[derive(Debug, Clone)]
pub struct DevnetConfig {
    /// Where everything is kept; a temporary folder, removed at the end, if there is none.
    pub datadir: Option<PathBuf>,
    /// Ports.
    pub ports: Ports,
    /// Seconds between L1 blocks.
    pub l1_block_time: u64,
    /// Seconds between L2 blocks.
    pub block_time: u64,
    /// The newest fork that is active from genesis on.
    pub fork: Fork,
    /// Where batches go.
    pub data_availability: DataAvailabilityType,
}

/// Where everything answers.
#[derive(Debug, Clone)]
pub struct Urls {
    /// L1's JSON-RPC.
    pub l1: String,
    /// L1's beacon API.
    pub beacon: String,
    /// The sequencer's execution client.
    pub l2: String,
    /// Its Engine API.
    pub engine: String,
    /// Its rollup RPC.
    pub rollup: String,
    /// The verifier's execution client.
    pub verifier_l2: String,
    /// Its Engine API.
    pub verifier_engine: String,
    /// Its rollup RPC.
    pub verifier_rollup: String,
}

/// A running devnet.
#[derive(Debug)]
pub struct Devnet {
    l1: EmbeddedL1,
    sequencer: Member,
    verifier: Member,
    deployed: Deployed,
    urls: Urls,
    files: Files,
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
    l1_url: Endpoint,
    beacon_url: Endpoint,
    files: Files,
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
        let mut l1 = EmbeddedL1::start(EmbeddedL1Config {
            datadir: files.folder().join("l1"),
            block_time_s: config.l1_block_time,
            http: local(config.ports.l1),
            beacon: local(config.ports.beacon),
        })
        .await?;
        let l1_chain_config = contracts::l1_chain_config(l1.genesis());
        let l1_url: Endpoint = l1.http_url().parse()?;
        let beacon_url: Endpoint = l1.beacon_url().parse()?;
        let deployed = match Deployed::read(&files)? {
            Some(deployed) => deployed,
            None => deploy_on(&l1, &l1_url, &config, &files, &l1_chain_config).await?,
        };
        l1.run();
        let l1_spec = serde_json::from_value::<L1ChainConfig>(l1_chain_config);
        let l1_spec = l1_spec.map_err(|error| Error::Malformed {
            path: files.l1_chain_config(),
            reason: error.to_string(),
        })?;
        let l1_spec = Arc::new(l1_spec.chain_spec()?);
        let shared = Shared {
            deployed,
            l1_spec,
            l1_url,
            beacon_url,
            files,
        };
        let sequencer = shared.sequencer(&config).await?;
        let verifier = shared.verifier(&config).await?;
        let Shared { deployed, files, .. } = shared;
        let urls = urls(&l1, &sequencer, &verifier);
        Ok(Self {
            l1,
            sequencer,
            verifier,
            deployed,
            urls,
            files,
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
        for member in [self.verifier, self.sequencer] {
            member.node.stop().await;
            member.execution.stop().await;
        }
        self.l1.stop().await;
    }
}

const fn local(port: u16) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

fn urls(l1: &EmbeddedL1, sequencer: &Member, verifier: &Member) -> Urls {
    let url = |address: Option<SocketAddr>| address.map(|address| format!("http://{address}")).unwrap_or_default();
    Urls {
        l1: l1.http_url(),
        beacon: l1.beacon_url(),
        l2: url(sequencer.execution.http_addr()),
        engine: url(sequencer.execution.auth_addr()),
        rollup: url(sequencer.node.rpc_addr()),
        verifier_l2: url(verifier.execution.http_addr()),
        verifier_engine: url(verifier.execution.auth_addr()),
        verifier_rollup: url(verifier.node.rpc_addr()),
    }
}

/// Deploys on an L1 that makes no blocks of its own yet: one block for all transactions as soon as they are there.
async fn deploy_on(
    l1: &EmbeddedL1,
    url: &Endpoint,
    config: &DevnetConfig,
    files: &Files,
    l1_chain_config: &Value,
) -> Result<Deployed, Error> {
    let client = L1Client::new(url.clone(), L1RpcConfig::default())?;
    let deployment = Deployment {
        l2_chain_id: L2_CHAIN_ID,
        fork: config.fork,
        block_time: config.block_time,
    };
    let deployer = wallet(&contracts::PREFUNDED[0])?;
    let (_, plan) = deployment.plan(&client, &deployer).await?;
    let deploying = deploy(&deployment, &client, deployer, TxConfig::devnet());
    let mining = async {
        while l1.execution().pool().status().pending < plan.transactions.len() {
            tokio::time::sleep(DEPLOY_POLL_INTERVAL).await;
        }
        while !l1.produce().await? {
            tokio::time::sleep(DEPLOY_POLL_INTERVAL).await;
        }
        Ok::<_, Error>(())
    };
    let both = async { tokio::try_join!(deploying, mining) };
    let both = tokio::time::timeout(DEPLOY_TIMEOUT, both).await;
    let (deployed, ()) = both.map_err(|_| Error::Deployment("its transactions did not arrive"))??;
    deployed.write(files, Some(l1_chain_config))?;
    Ok(deployed)
}

/// The devnet's L2.
const L2_CHAIN_ID: u64 = 901;

fn wallet(account: &contracts::DevAccount) -> Result<Wallet, Error> {
    Ok(Wallet::new(Secret::from_bytes(account.private_key)?))
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
            ..self.node(ports.rollup)
        };
        let manager = TxManager::new(self.client()?, wallet(&contracts::BATCHER)?, TxConfig::devnet()).await?;
        manager.recover().await?;
        self.member(execution, node, Some(TxManagerWriter(manager))).await
    }

    async fn verifier(&self, config: &DevnetConfig) -> Result<Member, Error> {
        let ports = config.ports;
        let execution = self
            .execution("verifier", ports.verifier_l2, ports.verifier_engine)
            .await?;
        self.member(execution, self.node(ports.verifier_rollup), None).await
    }

    async fn execution(&self, name: &str, http: u16, auth: u16) -> Result<ExecutionClient, Error> {
        let namespaces = ["eth", "net", "web3", "txpool", "debug"].map(str::to_owned).to_vec();
        ExecutionClient::start(ExecutionConfig {
            datadir: self.files.folder().join(name),
            genesis: self.deployed.genesis.clone(),
            http: Some(RpcConfig {
                listen: local(http),
                namespaces,
            }),
            auth: Some((local(auth), read_or_create_jwt(&self.files.jwt())?)),
        })
        .await
    }

    fn node(&self, rpc: u16) -> NodeConfig {
        NodeConfig {
            rollup: Arc::new(self.deployed.rollup.clone()),
            l1_spec: self.l1_spec.clone(),
            verifier_l1_confs: 0,
            l1_poll_interval: L1_POLL_INTERVAL,
            sequencer: None,
            batcher: None,
            rpc_listen: Some(local(rpc)),
            rpc_admin: false,
            clock: Clock::System,
        }
    }

    fn client(&self) -> Result<L1Client, Error> {
        Ok(L1Client::new(self.l1_url.clone(), L1RpcConfig::default())?)
    }

    async fn member(
        &self,
        execution: ExecutionClient,
        config: NodeConfig,
        writer: Option<TxManagerWriter>,
    ) -> Result<Member, Error> {
        let beacon = BeaconClient::new(BeaconConfig::new(vec![self.beacon_url.clone()]))?;
        let l1 = Arc::new(L1Endpoints::new(self.client()?, Some(beacon)));
        let engine = LocalEngine::new(execution.chain().clone());
        let node = Node::start(config, engine, l1, writer).await?;
        Ok(Member { execution, node })
    }
}
