//! Metrics, under the names that op-node, op-batcher and op-geth use, as Prometheus reads them.
//!
//! They are a view of what a node says anyway, its status, its waits and its events: roles know nothing of them. Each
//! [`Telemetry`] is a registry of its own; nodes that share one are told apart by the label `node`.

mod execution;
mod l1;
mod names;
mod node;
mod server;

pub use names::{METRICS, Metric, MetricKind};
pub use node::NodeTelemetry;
pub use server::TelemetryServer;

pub(crate) use {l1::MeteredL1, node::Sources};

use metrics::{describe_counter, describe_gauge, describe_histogram, with_local_recorder};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusRecorder};
use parking_lot::Mutex;
use std::sync::Arc;

/// Reads values when somebody asks for them.
type Collector = Box<dyn Fn() + Send>;

/// A registry of metrics.
#[derive(Clone)]
pub struct Telemetry {
    recorder: Arc<PrometheusRecorder>,
    collectors: Arc<Mutex<Vec<Collector>>>,
}

impl std::fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Telemetry").finish_non_exhaustive()
    }
}

impl Default for Telemetry {
    fn default() -> Self {
        let recorder = recorder();
        with_local_recorder(&recorder, || METRICS.iter().for_each(describe));
        Self {
            recorder: Arc::new(recorder),
            collectors: Arc::default(),
        }
    }
}

fn recorder() -> PrometheusRecorder {
    let buckets = METRICS.iter().filter_map(|metric| match metric.kind {
        MetricKind::Histogram(buckets) => Some((metric.name, buckets)),
        MetricKind::Counter | MetricKind::Gauge => None,
    });
    let with_buckets = |builder: PrometheusBuilder, (name, buckets): (&str, &[f64])| {
        let matcher = Matcher::Full(name.to_owned());
        builder
            .set_buckets_for_metric(matcher, buckets)
            .expect("invariant: a histogram has buckets")
    };
    buckets.fold(PrometheusBuilder::new(), with_buckets).build_recorder()
}

fn describe(metric: &Metric) {
    let Metric { name, kind, meaning } = *metric;
    match kind {
        MetricKind::Counter => describe_counter!(name, meaning),
        MetricKind::Gauge => describe_gauge!(name, meaning),
        MetricKind::Histogram(_) => describe_histogram!(name, meaning),
    }
}

impl Telemetry {
    /// What Prometheus reads.
    pub fn render(&self) -> String {
        self.record(|| self.collectors.lock().iter().for_each(|collect| collect()));
        self.recorder.handle().render()
    }

    /// A node's share, under its name. [`Config::telemetry`](crate::Config) takes it.
    pub fn node(&self, name: &'static str) -> NodeTelemetry {
        NodeTelemetry::new(self.clone(), name)
    }

    fn record<T>(&self, work: impl FnOnce() -> T) -> T {
        with_local_recorder(&*self.recorder, work)
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

fn flag(is_so: bool) -> f64 {
    f64::from(u8::from(is_so))
}
