//! A real node with its execution client, in a temporary folder.

use std::{path::Path, sync::Arc, time::Duration};

use alloy_eips::BlockNumHash;
use alloy_primitives::B256;
use chain::BlockRecord;
use devnet::{ExecutionClient, ExecutionConfig};
use l1::TxReceipt;
use node::{
    BatcherConfig, Clock, Config, DataAvailabilityType, Event, L1Reader, L1Writer, LocalEngine, Node, SequencerConfig,
    SyncStatus, Telemetry,
};
use tempfile::TempDir;
use tokio::sync::broadcast::{self, error::TryRecvError};

use crate::Rollup;

/// How often a member's roles look for what is new.
pub const POLL_INTERVAL: Duration = Duration::from_millis(300);

/// A node, its execution client, and everything that it showed.
#[derive(Debug)]
pub struct Member {
    /// The execution client.
    pub execution: ExecutionClient,
    /// The node.
    pub node: Node,
    /// What it tells Prometheus.
    pub telemetry: Telemetry,
    events: broadcast::Receiver<Event>,
    datadir: TempDir,
}

impl Member {
    /// The configuration of a verifier that keeps its record of safe heads in a folder.
    pub fn verifier(rollup: &Rollup, clock: Clock, datadir: &Path) -> Config {
        Config {
            rollup: Arc::clone(&rollup.config),
            l1_spec: Arc::clone(&rollup.l1),
            verifier_l1_confs: 0,
            l1_poll_interval: POLL_INTERVAL,
            sequencer: None,
            rpc_listen: None,
            rpc_admin: false,
            safedb: Some(datadir.join("safedb")),
            telemetry: None,
            clock,
        }
    }

    /// Starts a verifier in a folder, on what another one may have written there.
    pub async fn start_verifier(rollup: &Rollup, clock: Clock, l1: impl L1Reader, datadir: TempDir) -> Self {
        let telemetry = Telemetry::default();
        let config = Config {
            telemetry: Some(telemetry.node("verifier")),
            ..Self::verifier(rollup, clock, datadir.path())
        };
        Self::start(rollup, config, telemetry, l1, datadir).await
    }

    /// Starts a sequencer that posts its batches in calldata.
    pub async fn start_sequencer(
        rollup: &Rollup,
        clock: Clock,
        l1: impl L1Reader,
        writer: impl L1Writer,
        datadir: TempDir,
    ) -> Self {
        let telemetry = Telemetry::default();
        let config = Config {
            sequencer: Some(SequencerConfig {
                l1_confs: 0,
                ..SequencerConfig::default()
            }),
            telemetry: Some(telemetry.node("sequencer")),
            ..Self::verifier(rollup, clock, datadir.path())
        };
        let mut member = Self::start(rollup, config, telemetry, l1, datadir).await;
        let batcher = BatcherConfig {
            data_availability: DataAvailabilityType::Calldata,
            max_channel_duration: 2,
            poll_interval: POLL_INTERVAL,
            ..BatcherConfig::default()
        };
        let engine = member.engine();
        member.node.batch(batcher, engine, writer).expect("the first role");
        member
    }

    async fn start(rollup: &Rollup, config: Config, telemetry: Telemetry, l1: impl L1Reader, datadir: TempDir) -> Self {
        let execution = ExecutionClient::start(ExecutionConfig {
            datadir: datadir.path().to_owned(),
            genesis: rollup.genesis.clone(),
            http: None,
            auth: None,
        });
        let execution = execution.await.expect("an execution client");
        let engine = LocalEngine::new(execution.chain().clone());
        let node = Node::start(config, engine, Arc::new(l1)).await.expect("a node");
        Self {
            events: node.events(),
            execution,
            node,
            telemetry,
            datadir,
        }
    }

    /// The execution client as roles see it.
    pub fn engine(&self) -> LocalEngine {
        LocalEngine::new(self.execution.chain().clone())
    }

    /// Where it stands.
    pub fn status(&self) -> SyncStatus {
        *self.node.status().borrow()
    }

    /// The hash of a canonical block, if there is one.
    pub fn hash(&self, number: u64) -> Option<B256> {
        self.execution
            .chain()
            .canonical_hash(number)
            .expect("the chain is there")
    }

    /// A canonical block.
    pub fn block(&self, number: u64) -> Arc<BlockRecord> {
        let found = self.execution.chain().record_by_number(number);
        found
            .expect("the chain is there")
            .unwrap_or_else(|| panic!("no block {number}"))
    }

    /// What it said since the last call, and how much of it was lost because there was too much.
    pub fn heard(&mut self) -> (Vec<Event>, u64) {
        let (mut heard, mut lost) = (Vec::new(), 0);
        loop {
            match self.events.try_recv() {
                Ok(event) => heard.push(event),
                Err(TryRecvError::Lagged(missed)) => lost += missed,
                Err(TryRecvError::Empty | TryRecvError::Closed) => return (heard, lost),
            }
        }
    }

    /// Stops, and leaves its folder.
    pub async fn stop(self) -> TempDir {
        self.node.stop().await;
        self.execution.stop().await;
        self.datadir
    }
}

/// What L1 says of a transaction that it took.
pub fn receipt(transaction_hash: B256, block: BlockNumHash, success: bool) -> TxReceipt {
    TxReceipt {
        transaction_hash,
        block,
        success,
        gas_used: 21_000,
        gas_price_wei: 1,
        blob_gas_used: 0,
        blob_gas_price_wei: 0,
        contract_address: None,
        logs: Vec::new(),
    }
}

/// What an L1 says of a block that it does not have.
pub fn missing(block: impl ToString) -> l1::Error {
    l1::Error::BlockMissing {
        endpoint: "http://127.0.0.1:1".parse().expect("an address"),
        block: block.to_string(),
    }
}
