//! The embedded L1: Ethereum's rules, a block a slot, labels that trail, and a beacon API.

mod beacon;
mod beacon_chain;
mod producer;

use crate::{Error, ExecutionClient, ExecutionConfig};
use alloy_genesis::Genesis;
use chain::rpc::RpcConfig;
use contracts::L1GenesisConfig;
use deployment::{read_json, write_json};
use producer::Producer;
use std::{
    fs,
    net::SocketAddr,
    path::PathBuf,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::{sync::watch, task::JoinHandle};

pub(crate) use beacon_chain::BeaconChain;

/// Slots before now in which the L1 begins: room for the first blocks to follow each other at once.
const SLOTS_BEFORE_NOW: u64 = 8;

/// What the embedded L1 is started with.
#[derive(Debug, Clone)]
pub struct EmbeddedL1Config {
    /// Folder of its chain.
    pub datadir: PathBuf,
    /// Seconds between blocks.
    pub block_time_s: u64,
    /// When a new chain begins; a few slots ago if it does not matter.
    pub genesis_time_s: Option<u64>,
    /// Where its JSON-RPC listens.
    pub http: SocketAddr,
    /// Where its beacon API listens.
    pub beacon: SocketAddr,
}

/// A running L1.
#[derive(Debug)]
pub struct EmbeddedL1 {
    execution: ExecutionClient,
    genesis: Genesis,
    beacon_addr: SocketAddr,
    producer: Producer,
    shutdown: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl EmbeddedL1 {
    /// Opens the chain, or begins one, and starts the servers. Blocks come once [`Self::run`] is called.
    pub async fn start(config: EmbeddedL1Config) -> Result<Self, Error> {
        let genesis = genesis(&config)?;
        let namespaces = ["eth", "net", "web3", "txpool", "debug"].map(str::to_owned).to_vec();
        let execution = ExecutionClient::start(ExecutionConfig {
            datadir: config.datadir.join("chain"),
            genesis: genesis.clone(),
            http: Some(RpcConfig {
                listen: config.http,
                namespaces,
                // Anybody's page may use a devnet, as with other development chains.
                cors_origins: vec!["*".into()],
            }),
            auth: None,
        })
        .await?;
        let (shutdown, stopping) = watch::channel(false);
        let beacon_chain = BeaconChain::new(execution.chain().clone(), config.block_time_s);
        let (beacon_addr, server) = beacon::serve(config.beacon, beacon_chain.clone(), stopping).await?;
        let producer = Producer::new(execution.chain().clone(), beacon_chain);
        Ok(Self {
            execution,
            genesis,
            beacon_addr,
            producer,
            shutdown,
            tasks: vec![server],
        })
    }

    /// Makes a block in the next slot after the head's, if that slot has begun.
    pub async fn produce(&self) -> Result<bool, Error> {
        self.producer.produce_next().await
    }

    /// From now on, makes a block in every slot.
    pub fn run(&mut self) {
        self.tasks
            .push(tokio::spawn(self.producer.clone().run(self.shutdown.subscribe())));
    }

    /// Its genesis.
    pub const fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// Its execution client.
    pub const fn execution(&self) -> &ExecutionClient {
        &self.execution
    }

    /// Where its JSON-RPC answers.
    pub fn http_url(&self) -> String {
        self.execution
            .http_addr()
            .map(|address| format!("http://{address}"))
            .unwrap_or_default()
    }

    /// Where its beacon API answers.
    pub fn beacon_url(&self) -> String {
        format!("http://{}", self.beacon_addr)
    }

    /// Stops in order.
    pub async fn stop(self) {
        self.shutdown.send_replace(true);
        for task in self.tasks {
            task.await.ok();
        }
        self.execution.stop().await;
    }
}

/// The genesis that the datadir has, or a new one that begins a few slots ago.
fn genesis(config: &EmbeddedL1Config) -> Result<Genesis, Error> {
    fs::create_dir_all(&config.datadir).map_err(Error::io(&config.datadir))?;
    let path = config.datadir.join("genesis.json");
    if path.exists() {
        return Ok(read_json(&path)?);
    }
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
        .as_secs();
    let time = config
        .genesis_time_s
        .unwrap_or(now - SLOTS_BEFORE_NOW * config.block_time_s);
    let genesis = contracts::l1_genesis(&L1GenesisConfig::devnet(time));
    write_json(&path, &genesis)?;
    Ok(genesis)
}
