//! The chain, derived from L1 as far as is needed.

use crate::{
    arguments::{ExitArguments, OutputArguments},
    commands::{
        bridge::{Waiting, layer},
        verifier::verifier_config,
    },
};
use ::bridge::{Bridge, Error, Followed, Layer, LayerClient, System};
use ::devnet::{ExecutionClient, ExecutionConfig};
use ::node::{Config, L1Endpoints, LocalEngine, Node, SyncStatus};
use alloy_eips::BlockId;
use alloy_primitives::B256;
use anyhow::Context;
use chain::rpc::RpcConfig;
use deployment::read_json;
use protocol::RollupConfig;
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

/// How often a person hears how far derivation is.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(2);

/// How far to derive.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted {
    /// Until the chain holds a withdrawal's transaction, or all of L1 is read.
    Transaction(B256),
    /// The same, and the block of the first output that covers it.
    Output(B256),
    /// Until the deposits of a transaction of L1 are in the chain.
    Included(B256),
}

/// The chain as L1 has it, growing.
pub(super) struct Derivation {
    execution: ExecutionClient,
    node: Node,
    pub(super) bridge: Bridge,
}

impl Derivation {
    pub(super) async fn start(
        arguments: &ExitArguments,
        rollup: &RollupConfig,
        l1: LayerClient,
        system: System,
    ) -> anyhow::Result<Self> {
        let l1_spec = arguments.derivation.l1_spec(rollup.l1_chain_id)?;
        let config: Config = verifier_config(rollup, l1_spec, &arguments.datadir);
        let endpoints = L1Endpoints::new(l1.client().clone(), arguments.derivation.beacon()?)
            .with_blobs_to(rollup.batch_inbox_address);
        let execution = ExecutionClient::start(ExecutionConfig {
            datadir: arguments.datadir.join("execution"),
            genesis: read_json(&arguments.genesis)?,
            http: Some(RpcConfig::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))),
            auth: None,
        })
        .await?;
        let address = execution
            .http_addr()
            .context("the derived chain's RPC has no address")?;
        let bridge = Bridge::new(l1, layer(Layer::L2, &format!("http://{address}"))?, system);
        let engine = LocalEngine::new(execution.chain().clone());
        let node = Node::start(config, engine, Arc::new(endpoints)).await?;
        Ok(Self {
            execution,
            node,
            bridge,
        })
    }

    pub(super) async fn stop(self) {
        self.node.stop().await;
        self.execution.stop().await;
    }

    /// Derives until what is wanted is there, or all of L1 is read that there was at the beginning.
    pub(super) async fn run_until(&mut self, arguments: &ExitArguments, wanted: Wanted) -> anyhow::Result<()> {
        let l1_head = self.bridge.l1().head().await?.number;
        let status = self.node.status();
        let (mut told, mut waiting): (Option<Instant>, _) = (None, Waiting::default());
        loop {
            let now = *status.borrow();
            if waiting.seen(self.has(wanted, &now, l1_head).await)? == Some(true) {
                return Ok(());
            }
            if told.is_none_or(|told| told.elapsed() >= PROGRESS_INTERVAL) {
                told = Some(Instant::now());
                self.tell_progress(arguments.output, &now, l1_head);
            }
            tokio::select! {
                failure = self.node.ended() => return Err(failure.into()),
                () = waiting.pause() => {}
            }
        }
    }

    /// How far it is, and what it waits for; on stderr where stdout is for programs.
    fn tell_progress(&self, output: OutputArguments, now: &SyncStatus, l1_head: u64) {
        let (l2, l1, head) = (
            now.safe_l2.number,
            now.current_l1.number,
            now.head_l1.number.max(l1_head),
        );
        let waits = self.node.waits();
        let waits: String = waits.borrow().values().map(|reason| format!("; {reason}")).collect();
        let line = format!("derived to L2 block {l2}, read L1 to block {l1} of {head}{waits}");
        if output.json {
            eprintln!("{line}");
        } else {
            println!("{line}");
        }
    }

    async fn has(&self, wanted: Wanted, status: &SyncStatus, l1_head: u64) -> Result<bool, Error> {
        let has_read_all = status.is_derivation_idle && status.current_l1.number >= l1_head;
        match wanted {
            Wanted::Included(transaction) => {
                let followed: Followed = self.bridge.follow(transaction).await?;
                Ok(followed
                    .transfers
                    .iter()
                    .all(|transfer| transfer.stage() != "waiting-for-l2"))
            }
            _ if has_read_all => Ok(true),
            Wanted::Transaction(transaction) => Ok(self.bridge.l2().receipt(transaction).await?.is_some()),
            Wanted::Output(transaction) => {
                let Some(receipt) = self.bridge.l2().receipt(transaction).await? else {
                    return Ok(false);
                };
                let oracle = &self.bridge.system().oracle;
                let output = oracle.output_after(receipt.block.number, BlockId::latest()).await;
                let layer = Layer::L1;
                let output = output.map_err(|source| Error::Node { layer, source })?;
                Ok(output.is_some_and(|output| output.l2_block_number <= status.safe_l2.number))
            }
        }
    }
}
