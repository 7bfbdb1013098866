//! The server: its limits, and `/healthz` beside the methods.

use super::{
    Context, admin, failure,
    meter::{Meter, Metered},
    optimism, tandem,
};
use crate::{Engine, Error, NodeTelemetry};
use jsonrpsee::{
    RpcModule,
    core::{RegisterMethodError, middleware::RpcServiceBuilder},
    server::{
        BatchRequestConfig, Server, ServerConfig, ServerConfigBuilder, ServerHandle,
        middleware::http::ProxyGetRequestLayer,
    },
};
use serde_json::json;
use std::{collections::BTreeMap, net::SocketAddr};

/// Bytes of a request: a payload of a full block fits.
const REQUEST_BYTES_MAX: u32 = 32 * 1024 * 1024;
/// Bytes of an answer: the longest one is a rollup config.
pub(super) const RESPONSE_BYTES_MAX: u32 = 4 * 1024 * 1024;
/// Calls in one batch.
const BATCH_CALLS_MAX: u32 = 100;
/// Connections at the same time.
const CONNECTIONS_MAX: u32 = 256;

/// Where a balancer asks whether the node is up, and the method that answers.
const HEALTH: (&str, &str) = ("/healthz", "health_status");

/// A running server.
#[derive(Debug)]
pub(crate) struct RollupRpc {
    address: SocketAddr,
    handle: ServerHandle,
}

impl RollupRpc {
    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn stop(&self) {
        // Already stopped is stopped.
        self.handle.stop().ok();
    }
}

fn config() -> ServerConfig {
    ServerConfigBuilder::new()
        .max_request_body_size(REQUEST_BYTES_MAX)
        .max_response_body_size(RESPONSE_BYTES_MAX)
        .max_connections(CONNECTIONS_MAX)
        .set_batch_request_config(BatchRequestConfig::Limit(BATCH_CALLS_MAX))
        .build()
}

fn methods<E: Engine>(context: Context<E>, with_admin: bool) -> Result<RpcModule<Context<E>>, RegisterMethodError> {
    let mut module = RpcModule::new(context);
    optimism::register(&mut module)?;
    tandem::register(&mut module)?;
    if with_admin {
        admin::register(&mut module)?;
    }
    module.register_method(HEALTH.1, |_, _, _| json!({ "version": version() }))?;
    let namespaces: BTreeMap<String, &str> = module
        .method_names()
        .filter_map(|method| method.split_once('_'))
        .map(|(namespace, _)| (namespace.to_owned(), "1.0"))
        .collect();
    module.register_method("rpc_modules", move |_, _, _| {
        serde_json::to_value(&namespaces).map_err(failure)
    })?;
    Ok(module)
}

const fn version() -> &'static str {
    concat!("v", env!("CARGO_PKG_VERSION"))
}

/// Starts the server.
pub(crate) async fn start<E: Engine>(
    listen: SocketAddr,
    with_admin: bool,
    context: Context<E>,
    telemetry: Option<NodeTelemetry>,
) -> Result<RollupRpc, Error> {
    let failed = |source| Error::Listen {
        address: listen,
        source,
    };
    let module = methods(context, with_admin).expect("invariant: each name is registered once");
    let meter = Meter::new(telemetry, module.method_names());
    let calls = RpcServiceBuilder::new().layer_fn(move |inner| Metered {
        inner,
        meter: meter.clone(),
    });
    let health = ProxyGetRequestLayer::new([HEALTH]).expect("invariant: one path, which begins with a slash");
    let server = Server::builder()
        .set_config(config())
        .set_http_middleware(tower::ServiceBuilder::new().layer(health))
        .set_rpc_middleware(calls)
        .build(listen)
        .await
        .map_err(failed)?;
    let address = server.local_addr().map_err(failed)?;
    Ok(RollupRpc {
        address,
        handle: server.start(module),
    })
}
