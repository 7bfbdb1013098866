//! An execution client: chain, pool, builder and servers.

use crate::{CLIENT_VERSION, Error};
use alloy_genesis::Genesis;
use alloy_rpc_types_engine::JwtSecret;
use chain::{
    BuilderSettings, Chain, Config, PayloadBuilder, PayloadJobs, Pool, PoolLimits,
    rpc::{Backend, CallLimits, Filters, RpcConfig, RpcServer},
};
use node::Telemetry;
use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Weak},
};

/// What an execution client is started with.
#[derive(Debug, Clone)]
pub struct ExecutionConfig {
    /// Folder of its chain.
    pub datadir: PathBuf,
    /// The genesis.
    pub genesis: Genesis,
    /// The public server.
    pub http: Option<RpcConfig>,
    /// The authenticated server and its secret.
    pub auth: Option<(SocketAddr, JwtSecret)>,
}

/// A running execution client.
#[derive(Debug)]
pub struct ExecutionClient {
    chain: Chain,
    pool: Pool,
    builder: Arc<PayloadBuilder>,
    http: Option<RpcServer>,
    auth: Option<RpcServer>,
}

impl ExecutionClient {
    /// Opens the chain and starts the servers.
    pub async fn start(config: ExecutionConfig) -> Result<Self, Error> {
        let ExecutionConfig {
            datadir,
            genesis,
            http,
            auth,
        } = config;
        let opened = tokio::task::spawn_blocking(move || Chain::open(Config::new(datadir, genesis))).await;
        let chain = opened.expect("invariant: opening does not panic")?;
        let pool = Pool::new(chain.clone(), PoolLimits::default());
        let builder = Arc::new(PayloadBuilder::new(
            chain.clone(),
            pool.clone(),
            BuilderSettings::default(),
        ));
        let jobs: Weak<dyn PayloadJobs> = Arc::downgrade(&builder) as _;
        chain.set_payload_jobs(jobs);
        let backend = Backend {
            chain: chain.clone(),
            pool: pool.clone(),
            builder: (*builder).clone(),
            limits: CallLimits::default(),
            filters: Filters::default(),
            client_version: CLIENT_VERSION,
        };
        let http = match http {
            Some(config) => Some(RpcServer::start(config, backend.clone()).await?),
            None => None,
        };
        let auth = match auth {
            Some((address, secret)) => Some(RpcServer::start_authenticated(address, secret, backend).await?),
            None => None,
        };
        Ok(Self {
            chain,
            pool,
            builder,
            http,
            auth,
        })
    }

    /// Shows it in a registry of metrics, under a name.
    pub fn show(&self, telemetry: &Telemetry, name: &'static str) {
        telemetry.observe(self.chain.clone(), self.pool.clone(), name);
    }

    /// The chain.
    pub const fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Its pool.
    pub const fn pool(&self) -> &Pool {
        &self.pool
    }

    /// Where the public server listens.
    pub fn http_addr(&self) -> Option<SocketAddr> {
        self.http.as_ref().map(RpcServer::local_addr)
    }

    /// Where the authenticated server listens.
    pub fn auth_addr(&self) -> Option<SocketAddr> {
        self.auth.as_ref().map(RpcServer::local_addr)
    }

    /// Stops the servers and writes what is in memory.
    pub async fn stop(self) {
        let Self {
            chain,
            pool,
            builder,
            http,
            auth,
        } = self;
        for server in [http, auth].into_iter().flatten() {
            server.stop().await;
        }
        drop((pool, builder));
        let flushed = tokio::task::spawn_blocking(move || chain.flush()).await;
        if let Ok(Err(error)) = flushed {
            tracing::error!(target: "execution", %error, "the last commit failed; the blocks will be executed again");
        }
    }
}
