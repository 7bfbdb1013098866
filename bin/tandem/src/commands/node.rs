//! `tandem node`.

use super::{roles::Roles, verifier::verifier_config};
use crate::{
    arguments::{NodeArguments, RoleArgument},
    printing, stop,
};
use ::devnet::{ExecutionClient, ExecutionConfig};
use ::l1::{L1Client, RpcConfig as L1RpcConfig};
use ::node::{
    Config, Engine, L1Endpoints, LocalEngine, Node, RemoteEngine, SequencerConfig, Telemetry, TelemetryServer,
};
use anyhow::Context;
use chain::rpc::RpcConfig;
use deployment::{read_json, read_or_create_jwt};
use protocol::{ChainSpec, OpStackRules, RollupConfig, Rules};
use std::{net::SocketAddr, sync::Arc, time::Duration};

/// The label of this node's metrics.
const METRICS_NAME: &str = "node";

/// How long the execution client may take to answer.
const ENGINE_TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) async fn node(arguments: NodeArguments) -> anyhow::Result<()> {
    let rollup = arguments.derivation.rollup()?;
    let client = l1_client(&arguments)?;
    client.require_chain_id(rollup.l1_chain_id).await?;
    client
        .require_contract(
            rollup.deposit_contract_address,
            "OptimismPortal (deposit_contract_address)",
        )
        .await?;
    client
        .require_contract(
            rollup.l1_system_config_address,
            "SystemConfig (l1_system_config_address)",
        )
        .await?;
    let roles = Roles::new(&arguments, &rollup, &client).await?;
    let config = config(&arguments, &rollup)?;
    let telemetry = Telemetry::default();
    let listen = SocketAddr::new(arguments.metrics_addr, arguments.metrics_port);
    let metrics = if arguments.metrics_enabled {
        Some(telemetry.serve(listen).await?)
    } else {
        None
    };
    let config = Config {
        telemetry: metrics.as_ref().map(|_| telemetry.node(METRICS_NAME)),
        ..config
    };
    let l1 = L1Endpoints::new(client, arguments.derivation.beacon()?).with_blobs_to(rollup.batch_inbox_address);
    let l1 = Arc::new(l1);
    match &arguments.l2 {
        Some(url) => {
            let secret_file = arguments
                .l2_jwt_secret
                .as_deref()
                .context("--l2 needs --l2.jwt-secret")?;
            let secret = read_or_create_jwt(secret_file)?;
            let spec = ChainSpec {
                chain_id: rollup.l2_chain_id,
                rules: Rules::OpStack(OpStackRules::from_rollup_config(&rollup)),
            };
            let engine = RemoteEngine::new(url.clone(), secret, spec, ENGINE_TIMEOUT)?;
            run(config, engine, l1, roles, metrics).await
        }
        None => {
            let execution = embedded(&arguments).await?;
            execution.show(&telemetry, METRICS_NAME);
            let engine = LocalEngine::new(execution.chain().clone());
            let outcome = run(config, engine, l1, roles, metrics).await;
            execution.stop().await;
            outcome
        }
    }
}

async fn run<E: Engine>(
    config: Config,
    engine: E,
    l1: Arc<L1Endpoints>,
    roles: Roles,
    metrics: Option<TelemetryServer>,
) -> anyhow::Result<()> {
    let mut node = Node::start(config, engine.clone(), l1).await?;
    if let Some(batcher) = roles.batcher {
        node.batch(batcher.config, engine.clone(), batcher.writer)?;
    }
    if let Some(proposer) = roles.proposer {
        node.propose(proposer.config, engine.clone(), proposer.outputs, proposer.writer)?;
    }
    if let Some(challenger) = roles.challenger {
        challenger.join(&mut node, engine)?;
    }
    tokio::spawn(printing::events("node", node.events()));
    if let Some(address) = node.rpc_addr() {
        println!("rollup RPC http://{address}");
    }
    if let Some(server) = &metrics {
        println!("metrics http://{}/metrics", server.address());
    }
    println!("ready");
    let failure = tokio::select! {
        failure = node.ended() => Some(failure),
        asked = stop::asked() => { asked?; None }
    };
    drop(metrics);
    node.stop().await;
    failure.map_or(Ok(()), |failure| Err(failure.into()))
}

fn l1_client(arguments: &NodeArguments) -> anyhow::Result<L1Client> {
    let config = L1RpcConfig {
        trust_rpc: arguments.l1_trustrpc,
        ..L1RpcConfig::default()
    };
    Ok(L1Client::new(arguments.derivation.l1.parse()?, config)?)
}

fn config(arguments: &NodeArguments, rollup: &RollupConfig) -> anyhow::Result<Config> {
    let sequencer = SequencerConfig {
        l1_confs: arguments.sequencer_l1_confs,
        stopped: arguments.sequencer_stopped,
        ..SequencerConfig::default()
    };
    let l1_spec = arguments.derivation.l1_spec(rollup.l1_chain_id)?;
    let verifier = verifier_config(rollup, l1_spec, &arguments.datadir);
    let has = |role| arguments.roles.contains(&role);
    Ok(Config {
        verifier_l1_confs: arguments.verifier_l1_confs,
        l1_poll_interval: arguments.l1_http_poll_interval,
        sequencer: has(RoleArgument::Sequencer).then_some(sequencer),
        rpc_listen: Some(SocketAddr::new(arguments.rpc_addr, arguments.rpc_port)),
        rpc_admin: arguments.rpc_enable_admin,
        safedb: arguments.safedb_path.clone().or(verifier.safedb),
        ..verifier
    })
}

async fn embedded(arguments: &NodeArguments) -> anyhow::Result<ExecutionClient> {
    let genesis = arguments
        .genesis
        .as_deref()
        .context("without --l2, --genesis is needed")?;
    let http = arguments
        .http_port
        .map(|port| RpcConfig::new(SocketAddr::new(arguments.rpc_addr, port)));
    let config = ExecutionConfig {
        datadir: arguments.datadir.join("execution"),
        genesis: read_json(genesis)?,
        http,
        auth: None,
    };
    Ok(ExecutionClient::start(config).await?)
}
