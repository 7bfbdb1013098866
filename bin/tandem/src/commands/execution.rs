//! `tandem execution`.

use crate::{arguments::ExecutionArguments, stop};
use ::devnet::{ExecutionClient, ExecutionConfig};
use chain::rpc::RpcConfig;
use deployment::{read_json, read_or_create_jwt};
use node::Telemetry;
use std::net::SocketAddr;

/// geth's port of the JSON-RPC.
const HTTP_PORT: u16 = 8545;

pub(crate) async fn execution(arguments: ExecutionArguments) -> anyhow::Result<()> {
    let secret = read_or_create_jwt(&arguments.authrpc_jwtsecret)?;
    let has_http = arguments.http || arguments.http_port.is_some();
    let listen = SocketAddr::new(arguments.http_addr, arguments.http_port.unwrap_or(HTTP_PORT));
    let http = RpcConfig {
        listen,
        namespaces: arguments.http_api,
        cors_origins: arguments.http_corsdomain,
    };
    let client = ExecutionClient::start(ExecutionConfig {
        datadir: arguments.datadir,
        genesis: read_json(&arguments.genesis)?,
        http: has_http.then_some(http),
        auth: Some((SocketAddr::new(arguments.authrpc_addr, arguments.authrpc_port), secret)),
    })
    .await?;
    let metrics = if arguments.metrics {
        let telemetry = Telemetry::default();
        client.show(&telemetry, "execution");
        let listen = SocketAddr::new(arguments.metrics_addr, arguments.metrics_port);
        Some(telemetry.serve(listen).await?)
    } else {
        None
    };
    let chain = client.chain();
    println!("chain {} genesis {}", chain.spec().chain_id, chain.genesis().hash);
    if let Some(address) = client.http_addr() {
        println!("eth JSON-RPC http://{address}");
    }
    if let Some(address) = client.auth_addr() {
        println!("Engine API   http://{address}");
    }
    if let Some(server) = &metrics {
        println!("metrics      http://{}/debug/metrics/prometheus", server.address());
    }
    println!("ready");
    stop::asked().await?;
    drop(metrics);
    client.stop().await;
    Ok(())
}
