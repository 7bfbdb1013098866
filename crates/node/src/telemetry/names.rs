//! The metrics that exist.

/// How a metric's value moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MetricKind {
    /// Up only.
    Counter,
    /// Up and down.
    Gauge,
    /// How often a value was at most each of these.
    Histogram(&'static [f64]),
}

/// A metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// How its value moves.
    pub kind: MetricKind,
    /// What it says.
    pub meaning: &'static str,
}

const fn counter(name: &'static str, meaning: &'static str) -> Metric {
    let kind = MetricKind::Counter;
    Metric { name, kind, meaning }
}

const fn gauge(name: &'static str, meaning: &'static str) -> Metric {
    let kind = MetricKind::Gauge;
    Metric { name, kind, meaning }
}

const fn histogram(name: &'static str, buckets: &'static [f64], meaning: &'static str) -> Metric {
    let kind = MetricKind::Histogram(buckets);
    Metric { name, kind, meaning }
}

/// Prometheus's own steps for the time that a request takes.
const SECONDS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
const RATIOS: &[f64] = &[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.5];

/// The metrics that exist, and what they say. `docs/metrics.md` shows the same table.
pub const METRICS: [Metric; 54] = [
    gauge("op_node_default_info", "1, with the version as label"),
    gauge("op_node_default_up", "1 as soon as the node is started"),
    gauge(
        "op_node_default_derivation_idle",
        "1 while derivation has read all of L1 that there is",
    ),
    gauge("op_node_default_refs_number", "height of a head, by layer and type"),
    gauge(
        "op_node_default_refs_time",
        "timestamp of a head in seconds, by layer and type",
    ),
    gauge(
        "op_node_default_refs_hash",
        "the first 8 bytes of a head's hash as a little-endian number, by layer and type",
    ),
    gauge(
        "op_node_default_refs_latency",
        "seconds from the moment that a head was known to its timestamp, so negative, by layer and type",
    ),
    gauge(
        "op_node_default_refs_seqnr",
        "position of an L2 head in its epoch, by type",
    ),
    counter("op_node_default_pipeline_resets_total", "derivation began anew"),
    gauge(
        "op_node_default_last_pipeline_resets_unix",
        "when derivation last began anew",
    ),
    counter(
        "op_node_default_unsafe_payloads_total",
        "blocks of others that the node was given and followed",
    ),
    gauge("op_node_default_sequencer_active", "1 while the node makes blocks"),
    counter(
        "op_node_default_transactions_sequenced_total",
        "transactions in blocks that this node sequenced",
    ),
    counter(
        "op_node_default_sequencing_errors_total",
        "blocks that could not be made",
    ),
    gauge(
        "op_node_default_last_sequencing_errors_unix",
        "when a block last could not be made",
    ),
    counter("op_node_default_sequencer_sealing_total", "blocks that were sealed"),
    histogram(
        "op_node_default_sequencer_sealing_seconds",
        SECONDS,
        "time that the engine took to end, execute and adopt a block",
    ),
    histogram(
        "op_node_default_l1_request_seconds",
        SECONDS,
        "time that L1 took to answer the driver, by request",
    ),
    counter("op_node_default_rpc_server_requests_total", "calls, by method"),
    counter(
        "op_node_default_rpc_server_responses_total",
        "answers, by method and error",
    ),
    histogram(
        "op_node_default_rpc_server_request_duration_seconds",
        SECONDS,
        "time that an answer took, by method",
    ),
    gauge(
        "op_batcher_default_info",
        "1 where the node batches, with the version as label",
    ),
    gauge("op_batcher_default_up", "1 as soon as the batcher is started"),
    counter(
        "op_batcher_default_batcher_tx_total",
        "batcher transactions that reached L1, by stage",
    ),
    counter("op_batcher_default_channel_total", "channels, by stage"),
    gauge(
        "op_batcher_default_blocks_added_count",
        "L2 blocks in the last posted channel",
    ),
    gauge(
        "op_batcher_default_channel_num_frames",
        "frames of the last posted channel",
    ),
    counter(
        "op_batcher_default_input_bytes_total",
        "bytes of posted channels before compression",
    ),
    counter(
        "op_batcher_default_output_bytes_total",
        "bytes of posted channels after compression",
    ),
    histogram(
        "op_batcher_default_channel_compr_ratio",
        RATIOS,
        "bytes after compression for each byte before, by channel",
    ),
    counter(
        "op_batcher_default_txmgr_tx_fee_gwei_total",
        "fees paid for posted channels",
    ),
    gauge(
        "op_challenger_default_info",
        "1 where the node challenges, with the version as label",
    ),
    gauge("op_challenger_default_up", "1 as soon as the challenger is started"),
    counter(
        "tandem_challenger_outputs_total",
        "proposed outputs that were judged, by verdict",
    ),
    counter(
        "tandem_challenger_deletions_total",
        "deletions of wrong outputs that L1 took",
    ),
    gauge(
        "tandem_challenger_next_output_index",
        "the first output that is not judged",
    ),
    gauge(
        "tandem_alarm",
        "things that somebody must do something about, by kind; the log and `tandem_challenger` say which",
    ),
    gauge(
        "op_proposer_default_info",
        "1 where the node proposes outputs, with the version as label",
    ),
    gauge("op_proposer_default_up", "1 as soon as the proposer is started"),
    gauge(
        "op_proposer_default_proposed_sequence_number",
        "L2 block of the last output that this node put on L1",
    ),
    counter("op_proposer_default_txmgr_tx_fee_gwei_total", "fees paid for outputs"),
    counter("tandem_proposed_outputs_total", "outputs that this node put on L1"),
    counter("tandem_posted_blocks_total", "L2 blocks in posted channels"),
    counter("tandem_sequenced_blocks_total", "blocks that this node sequenced"),
    counter("tandem_replaced_blocks_total", "blocks that L1 said otherwise about"),
    gauge(
        "tandem_waiting",
        "1 while a role waits, by role; the log and `tandem_waiting` say for what",
    ),
    gauge("chain_info", "1, with the chain id as label"),
    gauge("chain_head_block", "height of the execution client's head"),
    gauge("chain_head_safe", "height of its safe block"),
    gauge("chain_head_finalized", "height of its finalized block"),
    gauge("chain_head_gas_used", "gas used in its head"),
    gauge("chain_head_basefee", "base fee of its head in wei"),
    gauge("txpool_pending", "transactions that a block could take now"),
    gauge("txpool_queued", "transactions that wait for one before them"),
];
