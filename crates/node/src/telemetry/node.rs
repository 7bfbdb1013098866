//! What a node says, as metrics.

use super::{Telemetry, count, flag, metric};
use crate::{Alarm, ChallengerStatus, Clock, Event, SyncStatus, WaitList, Waiter};
use alloy_eips::BlockNumHash;
use alloy_primitives::{B256, U256};
use metrics::{counter, gauge, histogram};
use protocol::{BlockRef, L2BlockRef};
use std::time::Duration;
use tokio::sync::{
    broadcast::{Receiver as Events, error::RecvError},
    watch::Receiver as Watch,
};

const VERSION: &str = concat!("v", env!("CARGO_PKG_VERSION"));
const WEI_PER_GWEI: u64 = 1_000_000_000;

/// One node's share of a registry.
#[derive(Debug, Clone)]
pub struct NodeTelemetry {
    telemetry: Telemetry,
    name: &'static str,
}

/// What a node says.
pub(crate) struct Sources {
    pub(crate) status: Watch<SyncStatus>,
    pub(crate) waits: Watch<WaitList>,
    pub(crate) challenger: Watch<Option<ChallengerStatus>>,
    pub(crate) events: Events<Event>,
    pub(crate) clock: Clock,
}

impl NodeTelemetry {
    pub(super) const fn new(telemetry: Telemetry, name: &'static str) -> Self {
        Self { telemetry, name }
    }

    /// Records what a node says until it ends.
    pub(crate) async fn follow(self, sources: Sources) {
        let Self { telemetry, name } = self;
        let Sources {
            mut status,
            mut waits,
            mut challenger,
            mut events,
            clock,
        } = sources;
        telemetry.record(|| begin(name));
        loop {
            tokio::select! {
                changed = status.changed() => {
                    let Ok(()) = changed else { return };
                    let status = *status.borrow_and_update();
                    telemetry.record(|| on_status(&status, clock.now(), name));
                }
                changed = waits.changed() => {
                    let Ok(()) = changed else { return };
                    telemetry.record(|| on_waits(&waits.borrow_and_update(), name));
                }
                changed = challenger.changed() => {
                    let Ok(()) = changed else { return };
                    telemetry.record(|| on_challenger(challenger.borrow_and_update().as_ref(), name));
                }
                event = events.recv() => match event {
                    Ok(event) => telemetry.record(|| on_event(&event, clock.now(), name)),
                    Err(RecvError::Lagged(missed)) => {
                        tracing::warn!(target: "node", missed, "metrics lag behind: they miss events");
                    }
                    Err(RecvError::Closed) => return,
                },
            }
        }
    }

    /// The node batches, too.
    pub(crate) fn begin_batcher(&self) {
        let name = self.name;
        self.telemetry.record(|| {
            gauge!("op_batcher_default_up", "node" => name).set(1.0);
            gauge!("op_batcher_default_info", "node" => name, "version" => VERSION).set(1.0);
        });
    }

    /// The node proposes, too.
    pub(crate) fn begin_proposer(&self) {
        let name = self.name;
        self.telemetry.record(|| {
            gauge!("op_proposer_default_up", "node" => name).set(1.0);
            gauge!("op_proposer_default_info", "node" => name, "version" => VERSION).set(1.0);
            for counted in [
                "tandem_proposed_outputs_total",
                "op_proposer_default_txmgr_tx_fee_gwei_total",
            ] {
                counter!(counted, "node" => name).absolute(0);
            }
        });
    }

    /// A call of the rollup RPC was answered; `code` is its error's.
    pub(crate) fn on_call(&self, method: &'static str, took: Duration, code: Option<i32>) {
        let (name, rpc) = (self.name, "main");
        let error = code.map_or_else(|| "<nil>".to_owned(), |code| format!("rpc_{code}"));
        self.telemetry.record(|| {
            counter!("op_node_default_rpc_server_requests_total", "node" => name, "rpc" => rpc, "method" => method)
                .increment(1);
            counter!("op_node_default_rpc_server_responses_total", "node" => name, "rpc" => rpc, "method" => method, "error" => error)
                .increment(1);
            histogram!("op_node_default_rpc_server_request_duration_seconds", "node" => name, "rpc" => rpc, "method" => method)
                .record(took.as_secs_f64());
        });
    }

    pub(super) fn on_l1_request(&self, request: &'static str, took: Duration) {
        let name = self.name;
        self.telemetry.record(|| {
            histogram!("op_node_default_l1_request_seconds", "node" => name, "request" => request)
                .record(took.as_secs_f64());
        });
    }
}

/// What has not happened yet is there as zero.
fn begin(node: &'static str) {
    gauge!("op_node_default_up", "node" => node).set(1.0);
    gauge!("op_node_default_info", "node" => node, "version" => VERSION).set(1.0);
    on_waits(&WaitList::new(), node);
    for name in [
        "op_node_default_pipeline_resets_total",
        "op_node_default_unsafe_payloads_total",
        "op_node_default_transactions_sequenced_total",
        "op_node_default_sequencing_errors_total",
        "op_node_default_sequencer_sealing_total",
        "tandem_sequenced_blocks_total",
        "tandem_replaced_blocks_total",
    ] {
        counter!(name, "node" => node).absolute(0);
    }
    for name in [
        "op_node_default_last_pipeline_resets_unix",
        "op_node_default_last_sequencing_errors_unix",
    ] {
        gauge!(name, "node" => node).set(0.0);
    }
}

fn on_waits(waits: &WaitList, node: &'static str) {
    for waiter in Waiter::ALL {
        gauge!("tandem_waiting", "node" => node, "role" => waiter.name()).set(flag(waits.contains_key(&waiter)));
    }
}

fn on_challenger(status: Option<&ChallengerStatus>, node: &'static str) {
    let Some(status) = status else { return };
    gauge!("op_challenger_default_up", "node" => node).set(1.0);
    gauge!("op_challenger_default_info", "node" => node, "version" => VERSION).set(1.0);
    gauge!("tandem_challenger_next_output_index", "node" => node).set(metric(status.next_output_index));
    for (verdict, count) in [("agreed", status.agreed), ("wrong", status.wrong)] {
        counter!("tandem_challenger_outputs_total", "node" => node, "verdict" => verdict).absolute(count);
    }
    counter!("tandem_challenger_deletions_total", "node" => node).absolute(status.deletions);
    for kind in Alarm::KINDS {
        let alarms = status.alarms.iter().filter(|alarm| alarm.kind() == kind).count();
        gauge!("tandem_alarm", "node" => node, "kind" => kind).set(metric(count(alarms)));
    }
}

fn on_status(status: &SyncStatus, now: Duration, node: &'static str) {
    let l1 = [
        ("l1_head", status.head_l1),
        ("l1_safe", status.safe_l1),
        ("l1_finalized", status.finalized_l1),
        ("l1_derived", status.current_l1),
    ];
    for (label, block) in l1 {
        let BlockRef { timestamp, .. } = block;
        record_ref(node, "l1", label, block.id());
        record_time(node, "l1", label, timestamp, now);
    }
    let l2 = [
        ("l2_unsafe", status.unsafe_l2),
        ("l2_safe", status.safe_l2),
        ("l2_local_safe", status.safe_l2),
        ("l2_pending_safe", status.safe_l2),
        ("l2_finalized", status.finalized_l2),
    ];
    for (label, block) in l2 {
        record_l2(node, label, &block, now);
    }
    gauge!("op_node_default_derivation_idle", "node" => node).set(flag(status.is_derivation_idle));
    gauge!("op_node_default_sequencer_active", "node" => node).set(flag(status.is_sequencing));
}

fn record_l2(node: &'static str, label: &'static str, block: &L2BlockRef, now: Duration) {
    let id = BlockNumHash::new(block.number, block.hash);
    record_ref(node, "l2", label, id);
    record_ref(node, "l1_origin", label, block.l1_origin);
    record_time(node, "l2", label, block.timestamp, now);
    gauge!("op_node_default_refs_seqnr", "node" => node, "type" => label).set(metric(block.sequence_number));
}

fn record_ref(node: &'static str, layer: &'static str, label: &'static str, block: BlockNumHash) {
    gauge!("op_node_default_refs_number", "node" => node, "layer" => layer, "type" => label).set(metric(block.number));
    gauge!("op_node_default_refs_hash", "node" => node, "layer" => layer, "type" => label)
        .set(metric(beginning(block.hash)));
}

/// A head that there is none of yet has no latency.
fn record_time(node: &'static str, layer: &'static str, label: &'static str, timestamp_s: u64, now: Duration) {
    gauge!("op_node_default_refs_time", "node" => node, "layer" => layer, "type" => label).set(metric(timestamp_s));
    if timestamp_s > 0 {
        gauge!("op_node_default_refs_latency", "node" => node, "layer" => layer, "type" => label)
            .set(metric(timestamp_s) - now.as_secs_f64());
    }
}

/// What tells blocks apart in a graph.
fn beginning(hash: B256) -> u64 {
    u64::from_le_bytes(hash[..8].try_into().expect("invariant: 8 bytes"))
}

fn on_event(event: &Event, now: Duration, node: &'static str) {
    match event {
        Event::Sequenced {
            transactions, sealing, ..
        } => {
            counter!("tandem_sequenced_blocks_total", "node" => node).increment(1);
            counter!("op_node_default_sequencer_sealing_total", "node" => node).increment(1);
            counter!("op_node_default_transactions_sequenced_total", "node" => node).increment(count(*transactions));
            histogram!("op_node_default_sequencer_sealing_seconds", "node" => node).record(sealing.as_secs_f64());
        }
        Event::SequencingFailed { .. } => {
            counter!("op_node_default_sequencing_errors_total", "node" => node).increment(1);
            gauge!("op_node_default_last_sequencing_errors_unix", "node" => node).set(now.as_secs_f64());
        }
        Event::Followed { .. } => counter!("op_node_default_unsafe_payloads_total", "node" => node).increment(1),
        Event::Reset { .. } => {
            counter!("op_node_default_pipeline_resets_total", "node" => node).increment(1);
            gauge!("op_node_default_last_pipeline_resets_unix", "node" => node).set(now.as_secs_f64());
        }
        Event::Replaced { .. } => counter!("tandem_replaced_blocks_total", "node" => node).increment(1),
        Event::BatchPosted { .. } => on_posted(event, node),
        Event::OutputProposed { block, cost_wei, .. } => {
            gauge!("op_proposer_default_proposed_sequence_number", "node" => node).set(metric(block.number));
            counter!("op_proposer_default_txmgr_tx_fee_gwei_total", "node" => node).increment(gwei(*cost_wei));
            counter!("tandem_proposed_outputs_total", "node" => node).increment(1);
        }
        Event::CaughtUp { .. }
        | Event::Safe { .. }
        | Event::OutputAgreed { .. }
        | Event::OutputWrong { .. }
        | Event::OutputsDeleted { .. }
        | Event::Alarm { .. }
        | Event::Finalized { .. }
        | Event::Waiting { .. }
        | Event::Resumed => {}
    }
}

fn on_posted(event: &Event, node: &'static str) {
    let Event::BatchPosted {
        blocks,
        input_bytes,
        output_bytes,
        cost_wei,
        frames,
        transactions,
        ..
    } = event
    else {
        return;
    };
    let (blocks, transactions) = (blocks.1.saturating_sub(blocks.0) + 1, count(*transactions));
    let (input, output) = (count(*input_bytes), count(*output_bytes));
    counter!("op_batcher_default_batcher_tx_total", "node" => node, "stage" => "success").increment(transactions);
    counter!("op_batcher_default_channel_total", "node" => node, "stage" => "fully_submitted").increment(1);
    gauge!("op_batcher_default_blocks_added_count", "node" => node).set(metric(blocks));
    gauge!("op_batcher_default_channel_num_frames", "node" => node).set(metric(count(*frames)));
    counter!("op_batcher_default_input_bytes_total", "node" => node).increment(input);
    counter!("op_batcher_default_output_bytes_total", "node" => node).increment(output);
    counter!("op_batcher_default_txmgr_tx_fee_gwei_total", "node" => node).increment(gwei(*cost_wei));
    counter!("tandem_posted_blocks_total", "node" => node).increment(blocks);
    let ratio = metric(output) / metric(input.max(1));
    histogram!("op_batcher_default_channel_compr_ratio", "node" => node).record(ratio);
}

fn gwei(wei: U256) -> u64 {
    u64::try_from(wei / U256::from(WEI_PER_GWEI)).unwrap_or(u64::MAX)
}
