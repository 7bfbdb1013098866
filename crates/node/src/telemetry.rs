//! Metrics, under the names that op-node and op-batcher use, as Prometheus reads them.
//!
//! They are a view of what a node says anyway, its status and its events: roles know nothing of them. Each [`Telemetry`] is a
//! registry of its own, and nodes that share one are told apart by the label `node`.

use crate::{Error, Event, Node, SyncStatus};
use axum::{Router, http::header::CONTENT_TYPE, routing::get};
use metrics::{counter, gauge, histogram, with_local_recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use protocol::{BlockRef, L2BlockRef};
use std::{net::SocketAddr, sync::Arc};
use tokio::{
    net::TcpListener,
    sync::{broadcast::error::RecvError, watch},
    task::JoinHandle,
};

/// The metrics that exist, and what they say.
pub const METRICS: [(&str, &str); 17] = [
    ("op_node_default_info", "1, with the version as label"),
    ("op_node_default_up", "1 as soon as the node is started"),
    (
        "op_node_default_derivation_idle",
        "1 while derivation has read all of L1 that there is",
    ),
    ("op_node_default_refs_number", "height of a head, by layer and type"),
    (
        "op_node_default_refs_time",
        "timestamp of a head in seconds, by layer and type",
    ),
    ("op_node_default_refs_seqnr", "position of an L2 head in its epoch"),
    ("op_node_default_pipeline_resets_total", "derivation began anew"),
    (
        "op_node_default_transactions_sequenced_total",
        "transactions in blocks that this node sequenced",
    ),
    (
        "op_node_default_unsafe_blocks_replaced_total",
        "blocks that L1 said otherwise about",
    ),
    ("op_batcher_default_batcher_tx_total", "channels that reached L1"),
    (
        "op_batcher_default_channel_input_bytes_total",
        "bytes of posted channels before compression",
    ),
    (
        "op_batcher_default_channel_output_bytes_total",
        "bytes of posted channels after compression",
    ),
    (
        "op_batcher_default_channel_compr_ratio",
        "bytes after compression for each byte before, by channel",
    ),
    (
        "op_batcher_default_channel_num_blocks_total",
        "L2 blocks in posted channels",
    ),
    ("op_batcher_default_tx_fee_gwei_total", "fees paid for posted channels"),
    ("tandem_sequenced_blocks_total", "blocks that this node sequenced"),
    (
        "tandem_waiting",
        "1 while the node waits for L1 or for its execution client",
    ),
];

/// A registry of metrics.
#[derive(Clone)]
pub struct Telemetry {
    recorder: Arc<PrometheusRecorder>,
}

impl std::fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Telemetry").finish_non_exhaustive()
    }
}

impl Default for Telemetry {
    fn default() -> Self {
        let recorder = PrometheusBuilder::new().build_recorder();
        with_local_recorder(&recorder, || {
            for (name, meaning) in METRICS {
                match name {
                    "op_batcher_default_channel_compr_ratio" => metrics::describe_histogram!(name, meaning),
                    name if name.ends_with("_total") => metrics::describe_counter!(name, meaning),
                    name => metrics::describe_gauge!(name, meaning),
                }
            }
        });
        Self {
            recorder: Arc::new(recorder),
        }
    }
}

/// The server that Prometheus asks; it ends when this is dropped.
#[derive(Debug)]
pub struct TelemetryServer {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl TelemetryServer {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for TelemetryServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Telemetry {
    /// What Prometheus reads.
    pub fn render(&self) -> String {
        self.recorder.handle().render()
    }

    /// Follows a node until it ends.
    pub fn follow(&self, node: &Node, name: &'static str) {
        let (telemetry, mut status, mut events) = (self.clone(), node.status(), node.events());
        telemetry.record(|| {
            gauge!("op_node_default_up", "node" => name).set(1.0);
            gauge!("op_node_default_info", "node" => name, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
            gauge!("tandem_waiting", "node" => name).set(0.0);
        });
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    changed = status.changed() => match changed {
                        Ok(()) => telemetry.on_status(&mut status, name),
                        Err(_) => return,
                    },
                    event = events.recv() => match event {
                        Ok(event) => telemetry.record(|| on_event(&event, name)),
                        Err(RecvError::Lagged(_)) => {}
                        Err(RecvError::Closed) => return,
                    },
                }
            }
        });
    }

    /// Serves `/metrics`.
    pub async fn serve(&self, listen: SocketAddr) -> Result<TelemetryServer, Error> {
        let failed = |source| Error::Listen {
            address: listen,
            source,
        };
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let handle: PrometheusHandle = self.recorder.handle();
        let answer = move || async move {
            (
                [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
                handle.render(),
            )
        };
        let router = Router::new()
            .route("/metrics", get(answer.clone()))
            .route("/", get(answer));
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(target: "node", %error, "the metrics server ended");
            }
        });
        Ok(TelemetryServer { address, serving })
    }

    fn record(&self, work: impl FnOnce()) {
        with_local_recorder(&*self.recorder, work);
    }

    fn on_status(&self, status: &mut watch::Receiver<SyncStatus>, node: &'static str) {
        let status = *status.borrow_and_update();
        self.record(|| on_status(&status, node));
    }
}

fn on_status(status: &SyncStatus, node: &'static str) {
    let l1 = [
        ("l1_head", status.head_l1),
        ("l1_safe", status.safe_l1),
        ("l1_finalized", status.finalized_l1),
        ("l1_derived", status.current_l1),
    ];
    for (label, block) in l1 {
        record_l1(node, label, &block);
    }
    let l2 = [
        ("l2_unsafe", status.unsafe_l2),
        ("l2_safe", status.safe_l2),
        ("l2_finalized", status.finalized_l2),
    ];
    for (label, block) in l2 {
        record_l2(node, label, &block);
    }
    gauge!("op_node_default_derivation_idle", "node" => node).set(f64::from(u8::from(status.is_derivation_idle)));
}

fn record_l1(node: &'static str, label: &'static str, block: &BlockRef) {
    record_ref(node, "l1", label, block.number, block.timestamp);
}

fn record_l2(node: &'static str, label: &'static str, block: &L2BlockRef) {
    record_ref(node, "l2", label, block.number, block.timestamp);
    gauge!("op_node_default_refs_number", "node" => node, "layer" => "l1_origin", "type" => label)
        .set(metric(block.l1_origin.number));
    gauge!("op_node_default_refs_seqnr", "node" => node, "type" => label).set(metric(block.sequence_number));
}

fn record_ref(node: &'static str, layer: &'static str, label: &'static str, number: u64, timestamp_s: u64) {
    gauge!("op_node_default_refs_number", "node" => node, "layer" => layer, "type" => label).set(metric(number));
    gauge!("op_node_default_refs_time", "node" => node, "layer" => layer, "type" => label).set(metric(timestamp_s));
}

fn on_event(event: &Event, node: &'static str) {
    match event {
        Event::Sequenced { transactions, .. } => {
            counter!("tandem_sequenced_blocks_total", "node" => node).increment(1);
            counter!("op_node_default_transactions_sequenced_total", "node" => node).increment(count(*transactions));
        }
        Event::Reset { .. } => counter!("op_node_default_pipeline_resets_total", "node" => node).increment(1),
        Event::Replaced { .. } => {
            counter!("op_node_default_unsafe_blocks_replaced_total", "node" => node).increment(1);
        }
        Event::BatchPosted {
            blocks,
            input_bytes,
            output_bytes,
            cost_wei,
            ..
        } => {
            let gwei = u64::try_from(*cost_wei / alloy_primitives::U256::from(1_000_000_000)).unwrap_or(u64::MAX);
            counter!("op_batcher_default_batcher_tx_total", "node" => node, "stage" => "success").increment(1);
            counter!("op_batcher_default_channel_input_bytes_total", "node" => node).increment(count(*input_bytes));
            counter!("op_batcher_default_channel_output_bytes_total", "node" => node).increment(count(*output_bytes));
            counter!("op_batcher_default_channel_num_blocks_total", "node" => node)
                .increment(blocks.1.saturating_sub(blocks.0) + 1);
            counter!("op_batcher_default_tx_fee_gwei_total", "node" => node).increment(gwei);
            let ratio = metric(count(*output_bytes)) / metric(count(*input_bytes).max(1));
            histogram!("op_batcher_default_channel_compr_ratio", "node" => node).record(ratio);
        }
        Event::Waiting { .. } => gauge!("tandem_waiting", "node" => node).set(1.0),
        Event::Resumed => gauge!("tandem_waiting", "node" => node).set(0.0),
        Event::CaughtUp { .. } | Event::Safe { .. } | Event::Finalized { .. } => {}
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// Prometheus knows floating point only; heights and times are far from where that matters.
#[expect(clippy::cast_precision_loss, reason = "heights and seconds are far below 2^53")]
const fn metric(number: u64) -> f64 {
    number as f64
}
