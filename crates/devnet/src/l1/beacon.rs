//! The beacon API, as far as rollup nodes and people read it (ethereum/beacon-APIs).

use super::BeaconChain;
use crate::{CLIENT_VERSION, Error};
use alloy_primitives::B256;
use axum::{
    Json, Router,
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use chain::BlockRecord;
use serde_json::{Value, json};
use std::{net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

type Shared = State<Arc<BeaconChain>>;

/// Starts the server; it stops when `shutdown` says so.
pub(super) async fn serve(
    listen: SocketAddr,
    chain: BeaconChain,
    mut shutdown: watch::Receiver<bool>,
) -> Result<(SocketAddr, JoinHandle<()>), Error> {
    let failed = |source| Error::Listen {
        address: listen,
        source,
    };
    let listener = TcpListener::bind(listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let router = Router::new()
        .route("/eth/v1/beacon/genesis", get(genesis))
        .route("/eth/v1/config/spec", get(spec))
        .route("/eth/v1/beacon/headers/{id}", get(header))
        .route("/eth/v1/beacon/blobs/{id}", get(blobs))
        .route(
            "/eth/v1/node/version",
            get(|| async { Json(json!({ "data": { "version": CLIENT_VERSION } })) }),
        )
        .route("/eth/v1/node/syncing", get(syncing))
        .fallback(|| async { refusal(StatusCode::NOT_FOUND, "no such route") })
        .with_state(Arc::new(chain));
    let server = async move {
        let told = async move {
            shutdown.wait_for(|stop| *stop).await.ok();
        };
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(told).await {
            tracing::error!(target: "l1", %error, "the beacon API ended");
        }
    };
    Ok((address, tokio::spawn(server)))
}

fn refusal(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "code": status.as_u16(), "message": message }))).into_response()
}

fn failure(error: &chain::Error) -> Response {
    refusal(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string())
}

async fn genesis(State(chain): Shared) -> Json<Value> {
    let genesis_time = chain.genesis_time().to_string();
    let root = chain.header_of(chain.chain().genesis()).root();
    Json(json!({ "data": {
        "genesis_time": genesis_time,
        "genesis_validators_root": root,
        "genesis_fork_version": "0x00000000",
    } }))
}

async fn spec(State(chain): Shared) -> Json<Value> {
    Json(json!({ "data": {
        "CONFIG_NAME": "tandem-devnet",
        "SECONDS_PER_SLOT": chain.slot_duration_s().to_string(),
        "SLOTS_PER_EPOCH": "4",
        "MAX_BLOBS_PER_BLOCK_ELECTRA": "9",
        "DEPOSIT_CHAIN_ID": chain.chain().spec().chain_id.to_string(),
        "DEPOSIT_NETWORK_ID": chain.chain().spec().chain_id.to_string(),
    } }))
}

async fn syncing(State(chain): Shared) -> Json<Value> {
    let slot = chain.slot_of(&chain.chain().head_record()).to_string();
    Json(json!({ "data": {
        "head_slot": slot, "sync_distance": "0", "is_syncing": false, "is_optimistic": false, "el_offline": false,
    } }))
}

/// A block by slot, root, or one of the names that the API has for blocks.
fn find(chain: &BeaconChain, id: &str) -> Result<Option<Arc<BlockRecord>>, Box<Response>> {
    let execution = chain.chain();
    let labels = execution.labels();
    let by_hash = |hash: B256| execution.record(hash);
    let found = match id {
        "head" => Ok(Some(execution.head_record())),
        "genesis" => Ok(Some(execution.genesis().clone())),
        "justified" => by_hash(labels.safe.unwrap_or(execution.genesis().id()).hash),
        "finalized" => by_hash(labels.finalized.unwrap_or(execution.genesis().id()).hash),
        id => match (id.parse::<u64>(), id.parse::<B256>()) {
            (Ok(slot), _) => chain.at_slot(slot),
            (_, Ok(root)) => chain.by_root(root),
            _ => {
                let message = "invalid block ID: a slot, a root, head, genesis or finalized";
                return Err(Box::new(refusal(StatusCode::BAD_REQUEST, message)));
            }
        },
    };
    found.map_err(|error| Box::new(failure(&error)))
}

async fn header(State(chain): Shared, Path(id): Path<String>) -> Response {
    let record = match find(&chain, &id) {
        Ok(Some(record)) => record,
        Ok(None) => return refusal(StatusCode::NOT_FOUND, "block not found"),
        Err(refusal) => return *refusal,
    };
    let header = chain.header_of(&record);
    let message = json!({
        "slot": header.slot.to_string(),
        "proposer_index": "0",
        "parent_root": header.parent_root,
        "state_root": header.state_root,
        "body_root": header.body_root,
    });
    let signature = format!("0x{}", "00".repeat(96));
    let is_final = chain
        .chain()
        .finalized()
        .is_some_and(|finalized| record.header().number <= finalized.number);
    Json(json!({
        "execution_optimistic": false,
        "finalized": is_final,
        "data": {
            "root": header.root(),
            "canonical": true,
            "header": { "message": message, "signature": signature },
        },
    }))
    .into_response()
}

async fn blobs(State(chain): Shared, Path(id): Path<String>, RawQuery(query): RawQuery) -> Response {
    let wanted = match versioned_hashes(query.as_deref().unwrap_or_default()) {
        Ok(wanted) => wanted,
        Err(malformed) => return refusal(StatusCode::BAD_REQUEST, &format!("invalid versioned hash: {malformed}")),
    };
    let record = match find(&chain, &id) {
        Ok(Some(record)) => record,
        Ok(None) => return refusal(StatusCode::NOT_FOUND, "block not found"),
        Err(refusal) => return *refusal,
    };
    let items = match chain.blobs(&record) {
        Ok(items) => items,
        Err(error) => return failure(&error),
    };
    let is_wanted = |hash: &B256| wanted.is_empty() || wanted.contains(hash);
    let blobs: Vec<_> = items
        .iter()
        .filter(|item| is_wanted(&item.versioned_hash))
        .map(|item| &item.blob)
        .collect();
    Json(json!({ "execution_optimistic": false, "finalized": false, "data": blobs })).into_response()
}

/// The parameter may be repeated, hold several with commas between, or both.
fn versioned_hashes(query: &str) -> Result<Vec<B256>, String> {
    let values = query
        .split('&')
        .filter_map(|pair| pair.strip_prefix("versioned_hashes="));
    let hashes = values.flat_map(|values| values.split(',').flat_map(|part| part.split("%2C")));
    let hashes = hashes.filter(|hash| !hash.is_empty());
    hashes.map(|hash| hash.parse().map_err(|_| hash.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_repeated_or_joined_by_commas() {
        let (a, b) = (B256::repeat_byte(1), B256::repeat_byte(2));
        let repeated = format!("versioned_hashes={a}&versioned_hashes={b}");
        let joined = format!("versioned_hashes={a},{b}");
        assert_eq!(versioned_hashes(&repeated), Ok(vec![a, b]));
        assert_eq!(versioned_hashes(&joined), Ok(vec![a, b]));
        assert_eq!(versioned_hashes("other=1"), Ok(vec![]));
        assert!(versioned_hashes("versioned_hashes=0x12").is_err());
    }
}
