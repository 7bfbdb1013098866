//! The two servers: the public one, and the authenticated one of the Engine API.

use super::{Backend, engine, eth, jwt::JwtLayer, namespaces};
use alloy_rpc_types_engine::JwtSecret;
use http::{HeaderValue, Method, header::CONTENT_TYPE};
use jsonrpsee::{
    RpcModule,
    server::{BatchRequestConfig, Server, ServerConfig, ServerConfigBuilder, ServerHandle},
};
use std::net::SocketAddr;
use tower_http::cors::{AllowOrigin, CorsLayer};

/// Bytes of a request: a payload of a full block with its blobs fits.
pub const REQUEST_BYTES_MAX: u32 = 32 * 1024 * 1024;
/// Bytes of an answer.
pub const RESPONSE_BYTES_MAX: u32 = 128 * 1024 * 1024;
/// Calls in one batch.
pub const BATCH_CALLS_MAX: u32 = 1_000;
/// Connections to one server.
pub const CONNECTIONS_MAX: u32 = 512;

/// What the public server offers, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RpcConfig {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The namespaces it answers: of `eth`, `net`, `web3`, `txpool`, `debug`, `miner`.
    pub namespaces: Vec<String>,
    /// Web pages of which origins may use it, such as `http://localhost:3000`; `*` means all.
    pub cors_origins: Vec<String>,
}

impl RpcConfig {
    /// `eth`, `net` and `web3`, as geth offers without more.
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            namespaces: ["eth", "net", "web3"].map(str::to_owned).to_vec(),
            cors_origins: Vec::new(),
        }
    }

    /// What browsers are told; nothing keeps web pages of other origins out.
    fn cors(&self) -> Result<Option<CorsLayer>, ServerError> {
        if self.cors_origins.is_empty() {
            return Ok(None);
        }
        let layer = CorsLayer::new()
            .allow_methods([Method::POST])
            .allow_headers([CONTENT_TYPE]);
        if self.cors_origins.iter().any(|origin| origin == "*") {
            return Ok(Some(layer.allow_origin(AllowOrigin::any())));
        }
        let read = |origin: &String| {
            let value = HeaderValue::from_str(origin);
            value.map_err(|_| ServerError::NoOrigin(origin.clone()))
        };
        let origins: Vec<_> = self.cors_origins.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Some(layer.allow_origin(origins)))
    }
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The port is taken, or the address is not this machine's.
    #[error("cannot listen on {address}: {source}: choose another port")]
    Listen {
        /// Where it should have listened.
        address: SocketAddr,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// There is no such namespace.
    #[error("there is no namespace {0}: choose of eth, net, web3, txpool, debug, miner")]
    UnknownNamespace(String),
    /// That is no origin.
    #[error("{0:?} is no origin of web pages: write it as http://localhost:3000, or * for all")]
    NoOrigin(String),
}

/// A running server. It stops when it is told to, or when this is dropped.
#[derive(Debug)]
pub struct RpcServer {
    address: SocketAddr,
    handle: ServerHandle,
}

impl RpcServer {
    /// Starts the public server, HTTP and WebSocket on one port.
    pub async fn start(config: RpcConfig, backend: Backend) -> Result<Self, ServerError> {
        let mut module = RpcModule::new(backend);
        for namespace in &config.namespaces {
            match namespace.as_str() {
                "eth" => eth::register(&mut module),
                "net" => namespaces::register_net(&mut module),
                "web3" => namespaces::register_web3(&mut module),
                "txpool" => namespaces::register_txpool(&mut module),
                "debug" => namespaces::register_debug(&mut module),
                "miner" => namespaces::register_miner(&mut module),
                unknown => return Err(ServerError::UnknownNamespace(unknown.to_owned())),
            }
        }
        let listen = |source| ServerError::Listen {
            address: config.listen,
            source,
        };
        let door = tower::ServiceBuilder::new().option_layer(config.cors()?);
        let server = Server::builder()
            .set_config(server_config())
            .set_http_middleware(door)
            .build(config.listen)
            .await
            .map_err(listen)?;
        let address = server.local_addr().map_err(listen)?;
        Ok(Self {
            address,
            handle: server.start(module),
        })
    }

    /// Starts the authenticated server: the Engine API, and beside it what consensus nodes read.
    pub async fn start_authenticated(
        address: SocketAddr,
        secret: JwtSecret,
        backend: Backend,
    ) -> Result<Self, ServerError> {
        let mut module = RpcModule::new(backend);
        engine::register(&mut module);
        eth::register(&mut module);
        namespaces::register_net(&mut module);
        namespaces::register_web3(&mut module);
        namespaces::register_miner(&mut module);
        let listen = |source| ServerError::Listen { address, source };
        let door = tower::ServiceBuilder::new().layer(JwtLayer::new(secret));
        let builder = Server::builder().set_config(server_config()).set_http_middleware(door);
        let server = builder.build(address).await.map_err(listen)?;
        let address = server.local_addr().map_err(listen)?;
        Ok(Self {
            address,
            handle: server.start(module),
        })
    }

    /// Where it listens.
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Stops accepting, lets running calls end, and waits for that.
    pub async fn stop(self) {
        // Already stopped is stopped.
        self.handle.stop().ok();
        self.handle.stopped().await;
    }
}

fn server_config() -> ServerConfig {
    ServerConfigBuilder::new()
        .max_request_body_size(REQUEST_BYTES_MAX)
        .max_response_body_size(RESPONSE_BYTES_MAX)
        .max_connections(CONNECTIONS_MAX)
        .set_batch_request_config(BatchRequestConfig::Limit(BATCH_CALLS_MAX))
        .build()
}
