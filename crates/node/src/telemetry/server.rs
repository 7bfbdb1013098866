//! The server that Prometheus asks.

use super::{Collector, Telemetry};
use crate::Error;
use axum::{Router, http::header::CONTENT_TYPE, routing::get};
use parking_lot::Mutex;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{net::TcpListener, task::JoinSet, time::interval};

/// The text format of Prometheus.
const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// How often histograms are folded, so that they do not grow where nobody asks.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

/// A running server; it ends when this is dropped, and lets go of the execution clients that it shows.
pub struct TelemetryServer {
    address: SocketAddr,
    collectors: Arc<Mutex<Vec<Collector>>>,
    _tasks: JoinSet<()>,
}

impl std::fmt::Debug for TelemetryServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TelemetryServer")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl TelemetryServer {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for TelemetryServer {
    fn drop(&mut self) {
        self.collectors.lock().clear();
    }
}

impl Telemetry {
    /// Serves `/metrics`, and the same at `/debug/metrics/prometheus`, where geth has it.
    pub async fn serve(&self, listen: SocketAddr) -> Result<TelemetryServer, Error> {
        let failed = |source| Error::Listen {
            address: listen,
            source,
        };
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let telemetry = self.clone();
        let answer = move || async move { ([(CONTENT_TYPE, TEXT_FORMAT)], telemetry.render()) };
        let router = Router::new()
            .route("/metrics", get(answer.clone()))
            .route("/debug/metrics/prometheus", get(answer));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(target: "node", %error, "the metrics server ended");
            }
        });
        let handle = self.recorder.handle();
        tasks.spawn(async move {
            let mut ticks = interval(UPKEEP_INTERVAL);
            loop {
                ticks.tick().await;
                handle.run_upkeep();
            }
        });
        Ok(TelemetryServer {
            address,
            collectors: Arc::clone(&self.collectors),
            _tasks: tasks,
        })
    }
}
