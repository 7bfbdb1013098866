//! The two nodes of a devnet, wired with what the separate commands use.

use super::{DevnetConfig, local};
use crate::{Error, ExecutionClient, ExecutionConfig, ForeignL1, foreign_l1::wallet};
use ::l1::{OutputOracle, TxConfig, TxManager};
use chain::rpc::RpcConfig;
use contracts::DevAccount;
use deployment::{Deployed, Files, read_or_create_jwt};
use node::{
    BatcherConfig, ChallengerConfig, Clock, Config as NodeConfig, DataAvailabilityType, L1Endpoints, L1Settlement,
    LocalEngine, Node, ProposerConfig, SequencerConfig, Telemetry, TxManagerWriter,
};
use protocol::ChainSpec;
use std::{sync::Arc, time::Duration};

/// How often the nodes ask L1 for its heads.
const L1_POLL_INTERVAL: Duration = Duration::from_millis(250);
/// How often the batcher looks for blocks.
const BATCHER_POLL_INTERVAL: Duration = Duration::from_millis(500);
/// How often the challenger tries again what did not work.
const CHALLENGER_POLL_INTERVAL: Duration = Duration::from_millis(500);
/// How often the proposer looks whether an output is due.
const PROPOSER_POLL_INTERVAL: Duration = Duration::from_millis(250);
/// An execution client and the node that drives it.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) execution: ExecutionClient,
    pub(super) node: Node,
}

/// What both members have in common.
pub(super) struct Shared {
    pub(super) deployed: Deployed,
    pub(super) l1_spec: Arc<ChainSpec>,
    pub(super) l1: ForeignL1,
    pub(super) files: Files,
    pub(super) telemetry: Telemetry,
}

impl Member {
    fn engine(&self) -> LocalEngine {
        LocalEngine::new(self.execution.chain().clone())
    }
}

impl Shared {
    /// Who makes the chain, and puts its batches and outputs on L1.
    pub(super) async fn sequencer(&self, config: &DevnetConfig) -> Result<Member, Error> {
        let ports = config.ports;
        let execution = self.execution("sequencer", ports.l2, ports.engine).await?;
        let node = NodeConfig {
            sequencer: Some(SequencerConfig {
                l1_confs: 0,
                ..SequencerConfig::default()
            }),
            rpc_admin: true,
            ..self.node("sequencer", ports.rollup)
        };
        let mut member = self.member(execution, node).await?;
        self.batch(&mut member, config.data_availability).await?;
        if config.has_proposer {
            self.propose(&mut member).await?;
        }
        Ok(member)
    }

    async fn batch(&self, member: &mut Member, data_availability: DataAvailabilityType) -> Result<(), Error> {
        let manager = self.manager(&contracts::BATCHER).await?;
        manager.recover().await?;
        let config = BatcherConfig {
            data_availability,
            max_channel_duration: 1,
            poll_interval: BATCHER_POLL_INTERVAL,
            ..BatcherConfig::default()
        };
        member.node.batch(config, member.engine(), TxManagerWriter(manager))?;
        Ok(())
    }

    async fn propose(&self, member: &mut Member) -> Result<(), Error> {
        let manager = self.manager(&contracts::PROPOSER).await?;
        let config = ProposerConfig {
            allow_non_finalized: true,
            poll_interval: PROPOSER_POLL_INTERVAL,
        };
        let outputs = OutputOracle::new(self.l1.client()?, self.deployed.addresses.l2_output_oracle_proxy);
        member
            .node
            .propose(config, member.engine(), outputs, TxManagerWriter(manager))?;
        Ok(())
    }

    /// Who derives the chain from L1 alone, and judges what is proposed.
    pub(super) async fn verifier(&self, config: &DevnetConfig) -> Result<Member, Error> {
        let ports = config.ports;
        let execution = self
            .execution("verifier", ports.verifier_l2, ports.verifier_engine)
            .await?;
        let node = self.node("verifier", ports.verifier_rollup);
        let mut member = self.member(execution, node).await?;
        self.challenge(&mut member).await?;
        Ok(member)
    }

    async fn challenge(&self, member: &mut Member) -> Result<(), Error> {
        let (rollup, oracle) = (&self.deployed.rollup, self.deployed.addresses.l2_output_oracle_proxy);
        let manager = self.manager(&contracts::CHALLENGER).await?;
        let config = ChallengerConfig {
            oracle,
            poll_interval: CHALLENGER_POLL_INTERVAL,
        };
        let l1 = L1Settlement::new(self.l1.client()?, rollup, oracle);
        member
            .node
            .challenge(config, member.engine(), l1, Some(TxManagerWriter(manager)))?;
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
            rpc_listen: Some(local(rpc)),
            rpc_admin: false,
            safedb: Some(self.files.folder().join(format!("{name}-safedb"))),
            telemetry: Some(self.telemetry.node(name)),
            clock: Clock::System,
        }
    }

    /// Who sends transactions from an account.
    async fn manager(&self, account: &DevAccount) -> Result<TxManager, Error> {
        Ok(TxManager::new(self.l1.client()?, wallet(account)?, TxConfig::devnet()).await?)
    }

    async fn member(&self, execution: ExecutionClient, config: NodeConfig) -> Result<Member, Error> {
        let l1 = L1Endpoints::new(self.l1.client()?, self.l1.beacon()?);
        let l1 = Arc::new(l1.with_blobs_to(self.deployed.rollup.batch_inbox_address));
        let engine = LocalEngine::new(execution.chain().clone());
        let node = Node::start(config, engine, l1).await?;
        Ok(Member { execution, node })
    }
}
