//! What Prometheus reads of a running devnet, and that the page about it is true.

use devnet::{Devnet, DevnetConfig, L1Choice, Ports};
use node::{DataAvailabilityType, METRICS, MetricKind, Telemetry};
use protocol::Fork;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::TcpListener,
    path::Path,
    time::Duration,
};
use tokio::time::{interval, timeout};

/// Nothing here takes this long, unless it never ends.
const DEADLINE: Duration = Duration::from_secs(120);
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// A scrape: kinds by name, and values by series.
struct Scrape {
    kinds: BTreeMap<String, String>,
    values: BTreeMap<String, f64>,
}

impl Scrape {
    fn parse(text: &str) -> Self {
        let (mut kinds, mut values) = (BTreeMap::new(), BTreeMap::new());
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (name, kind) = kind.split_once(' ').unwrap();
                let before = kinds.insert(name.to_owned(), kind.to_owned());
                assert!(before.is_none(), "{name} has two types");
            } else if !line.starts_with('#') {
                let (series, value) = line.rsplit_once(' ').unwrap();
                values.insert(series.to_owned(), value.parse().unwrap());
            }
        }
        Self { kinds, values }
    }

    fn value(&self, series: &str) -> f64 {
        let value = self.values.get(series);
        *value.unwrap_or_else(|| panic!("no {series} among {:#?}", self.values.keys()))
    }

    /// Of one node, without more labels.
    fn of(&self, node: &str, name: &str) -> f64 {
        self.value(&format!("{name}{{node=\"{node}\"}}"))
    }

    fn head(&self, node: &str, label: &str) -> f64 {
        self.value(&format!(
            "op_node_default_refs_number{{node=\"{node}\",layer=\"l2\",type=\"{label}\"}}"
        ))
    }
}

struct World {
    devnet: Devnet,
    http: reqwest::Client,
}

impl World {
    async fn start() -> Self {
        let config = DevnetConfig {
            l1: L1Choice::Embedded { block_time_s: 1 },
            has_proposer: true,
            submission_interval: 4,
            finalization_period_s: 4,
            data_availability: DataAvailabilityType::Calldata,
            datadir: None,
            ports: Ports::FREE,
            block_time: 1,
            fork: Fork::Karst,
        };
        let devnet = timeout(DEADLINE, Devnet::start(config)).await.unwrap().unwrap();
        Self {
            devnet,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    async fn scrape(&self) -> Scrape {
        let response = self.http.get(&self.devnet.urls().metrics).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let kind = response.headers()["content-type"].to_str().unwrap();
        assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
        Scrape::parse(&response.text().await.unwrap())
    }

    async fn scrape_when(&self, is_reached: impl Fn(&Scrape) -> bool) -> Scrape {
        let scraped = async {
            let mut ticks = interval(POLL_INTERVAL);
            loop {
                ticks.tick().await;
                let scrape = self.scrape().await;
                if is_reached(&scrape) {
                    return scrape;
                }
            }
        };
        timeout(DEADLINE, scraped).await.unwrap()
    }

    async fn call(&self, url: &str, method: &str) -> Value {
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": [] });
        let sent = self.http.post(url).json(&request).send().await;
        sent.unwrap().json().await.unwrap()
    }
}

fn kind_of(kind: MetricKind) -> &'static str {
    match kind {
        MetricKind::Counter => "counter",
        MetricKind::Gauge => "gauge",
        MetricKind::Histogram(_) => "histogram",
    }
}

#[tokio::test]
async fn both_nodes_of_a_devnet_are_seen_each_with_its_own_values() {
    let world = World::start().await;
    let urls = world.devnet.urls().clone();
    world.call(&urls.verifier_rollup, "optimism_syncStatus").await;
    world.call(&urls.verifier_rollup, "optimism_noSuchMethod").await;
    let verifier_is_safe = |scrape: &Scrape| {
        scrape.kinds.contains_key("op_batcher_default_channel_total") && scrape.head("verifier", "l2_safe") >= 3.0
            // The first output is proposed, and the verifier has judged it.
            && scrape.kinds.contains_key("op_proposer_default_proposed_sequence_number")
            && scrape.of("verifier", "tandem_challenger_next_output_index") >= 1.0
            // None is missed; between the two there may be a moment.
            && scrape.of("sequencer", "tandem_sequenced_blocks_total") == scrape.head("sequencer", "l2_unsafe")
    };
    let first = world.scrape_when(verifier_is_safe).await;

    let shown: BTreeMap<&str, &str> = first.kinds.iter().map(|(name, kind)| (&**name, &**kind)).collect();
    let told: BTreeMap<&str, &str> = METRICS
        .iter()
        .map(|metric| (metric.name, kind_of(metric.kind)))
        .collect();
    assert_eq!(shown, told, "what is shown is what is told");

    for node in ["sequencer", "verifier"] {
        assert_eq!(first.of(node, "op_node_default_up"), 1.0);
        assert_eq!(first.of(node, "op_node_default_pipeline_resets_total"), 0.0);
    }
    let sequenced = first.of("sequencer", "tandem_sequenced_blocks_total");
    assert_eq!(first.of("verifier", "tandem_sequenced_blocks_total"), 0.0);
    assert_eq!(first.of("sequencer", "op_node_default_sequencer_active"), 1.0);
    assert_eq!(first.of("verifier", "op_node_default_sequencer_active"), 0.0);
    assert!(first.of("sequencer", "tandem_posted_blocks_total") >= 3.0);
    assert!(
        !first
            .values
            .contains_key("tandem_posted_blocks_total{node=\"verifier\"}")
    );
    assert!(first.of("sequencer", "chain_head_block") >= first.of("verifier", "chain_head_block"));
    let calls = |method: &str| {
        first.value(&format!(
            "op_node_default_rpc_server_requests_total{{node=\"verifier\",rpc=\"main\",method=\"{method}\"}}"
        ))
    };
    assert_eq!((calls("optimism_syncStatus"), calls("unknown")), (1.0, 1.0));
    let buckets =
        "op_node_default_l1_request_seconds_bucket{node=\"verifier\",request=\"L1BlockRefByLabel\",le=\"10\"}";
    assert!(first.value(buckets) > 0.0);

    let height = first.head("verifier", "l2_safe");
    let later = world
        .scrape_when(|scrape| {
            scrape.head("verifier", "l2_safe") > height
                && scrape.of("sequencer", "tandem_sequenced_blocks_total") > sequenced
        })
        .await;
    for node in ["sequencer", "verifier"] {
        let name = "op_node_default_refs_latency";
        let latency = later.value(&format!("{name}{{node=\"{node}\",layer=\"l2\",type=\"l2_unsafe\"}}"));
        assert!((-60.0..=2.0).contains(&latency), "{latency}");
    }
    assert!(later.of("sequencer", "op_batcher_default_input_bytes_total") > 0.0);
    let proposed = later.of("sequencer", "tandem_proposed_outputs_total");
    let last = later.of("sequencer", "op_proposer_default_proposed_sequence_number");
    assert!(
        proposed >= 1.0 && (last - 4.0 * proposed).abs() < 0.5,
        "{proposed} outputs, the last of block {last}"
    );
    assert!(later.of("sequencer", "op_proposer_default_txmgr_tx_fee_gwei_total") > 0.0);
    world.devnet.stop().await;
}

#[tokio::test]
async fn s46_a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = taken.local_addr().unwrap();
    let error = Telemetry::default().serve(address).await.unwrap_err().to_string();
    assert!(error.contains(&address.to_string()), "{error}");
    assert!(error.contains("choose another port"), "{error}");
}

#[test]
fn registries_know_nothing_of_each_other() {
    let (one, other) = (Telemetry::default(), Telemetry::default());
    assert_eq!(one.render(), other.render());
    let names: BTreeSet<&str> = METRICS.iter().map(|metric| metric.name).collect();
    assert_eq!(names.len(), METRICS.len(), "each name stands once");
}

#[test]
fn the_page_about_metrics_has_the_table_that_is_exported() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/metrics.md");
    let page = std::fs::read_to_string(page).unwrap();
    let row = |metric: &node::Metric| format!("| `{}` | {} | {} |", metric.name, kind_of(metric.kind), metric.meaning);
    let expected: Vec<String> = METRICS.iter().map(row).collect();
    let shown: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(shown, expected, "the table should be:\n{}\n", expected.join("\n"));
}
