//! Blobs: found in every way that servers offer them, believed only if they are the right ones.

use std::{sync::Arc, time::Duration};

use alloy_eips::eip4844::Blob;
use alloy_primitives::B256;
use protocol::BlockRef;
use serde_json::{Value, json};
use tandem_l1::{BeaconClient, BeaconConfig, BlobFault, Endpoint, Error, Reaction, SlotClock, versioned_hash_of_blob};

use crate::peer::{Peer, serve_beacon};

/// 100 slots of 12 s after genesis at 1,000.
const BLOCK: BlockRef = BlockRef {
    hash: B256::ZERO,
    number: 7,
    parent_hash: B256::ZERO,
    timestamp: 2_200,
};
const SLOT: u64 = 100;

fn blob(byte: u8) -> Blob {
    let mut blob = Blob::ZERO;
    blob[31] = byte;
    blob
}

fn hash(byte: u8) -> B256 {
    versioned_hash_of_blob(&blob(byte)).unwrap()
}

const NOT_FOUND: u16 = 404;

fn nothing() -> (u16, Value) {
    (NOT_FOUND, json!({ "code": 404, "message": "not found" }))
}

fn data(blobs: &[Blob]) -> (u16, Value) {
    (
        200,
        json!({ "execution_optimistic": false, "finalized": true, "data": blobs }),
    )
}

/// A beacon API with genesis and spec whose blob resources are `blobs`' answer to path and query.
async fn beacon(blobs: impl Fn(&str, &str) -> (u16, Value) + Send + Sync + 'static) -> Peer {
    serve_beacon(Arc::new(move |path, query| match path {
        "/eth/v1/beacon/genesis" => (200, json!({ "data": { "genesis_time": "1000" } })),
        "/eth/v1/config/spec" => (
            200,
            json!({ "data": { "SECONDS_PER_SLOT": "12", "DEPOSIT_CHAIN_ID": "900" } }),
        ),
        _ => blobs(path, query),
    }))
    .await
}

/// The hashes of a query that repeats its parameter.
fn repeated(query: &str) -> Vec<B256> {
    query
        .split('&')
        .filter_map(|pair| pair.strip_prefix("versioned_hashes=")?.parse().ok())
        .collect()
}

fn of(hashes: &[B256], blobs: &[Blob]) -> Vec<Blob> {
    blobs
        .iter()
        .filter(|blob| hashes.contains(&versioned_hash_of_blob(blob).unwrap()))
        .copied()
        .collect()
}

fn client(peers: &[&Peer]) -> BeaconClient {
    let endpoints = peers.iter().map(|peer| peer.endpoint.clone()).collect();
    BeaconClient::new(BeaconConfig {
        backoff_first: Duration::ZERO,
        ..BeaconConfig::new(endpoints)
    })
    .unwrap()
}

#[track_caller]
fn unavailable(result: Result<Vec<Arc<Blob>>, Error>) -> (Endpoint, u64, B256, BlobFault) {
    let error = result.unwrap_err();
    assert_eq!(error.reaction(), Reaction::Retry);
    assert!(error.to_string().starts_with("waiting for blob 0x01"), "{error}");
    let Error::BlobUnavailable {
        endpoint,
        slot,
        versioned_hash,
        fault,
        ..
    } = error
    else {
        panic!("{error}")
    };
    (endpoint, slot, versioned_hash, fault)
}

#[tokio::test]
async fn blobs_come_in_the_order_of_the_request_and_are_kept() {
    let peer = beacon(|path, query| {
        assert_eq!(path, format!("/eth/v1/beacon/blobs/{SLOT}"));
        data(&of(&repeated(query), &[blob(1), blob(2), blob(3)]))
    })
    .await;
    let client = client(&[&peer]);
    let wanted = [hash(3), hash(1), hash(3)];
    for _ in 0..2 {
        let blobs = client.blobs(&BLOCK, &wanted).await.unwrap();
        assert_eq!(
            blobs.iter().map(|blob| **blob).collect::<Vec<_>>(),
            [blob(3), blob(1), blob(3)]
        );
    }
    assert_eq!(
        peer.calls.lock().unwrap().len(),
        3,
        "genesis, spec and blobs, once each"
    );
}

#[tokio::test]
async fn every_way_of_asking_is_tried() {
    let commas = beacon(|_, query| {
        let last = query.rsplit_once('=').map_or("", |(_, hashes)| hashes);
        let hashes: Vec<B256> = last.split(',').map(|hash| hash.parse().unwrap()).collect();
        data(&of(&hashes, &[blob(1), blob(2)]))
    });
    let unfiltered = beacon(|_, query| {
        if query.is_empty() {
            data(&[blob(9), blob(2), blob(1)])
        } else {
            (400, json!({}))
        }
    });
    let sidecars = beacon(|path, _| match path {
        "/eth/v1/beacon/blob_sidecars/100" => (
            200,
            json!({ "data": [{ "index": "0", "blob": blob(2) }, { "index": "1", "blob": blob(1) }] }),
        ),
        _ => nothing(),
    });
    let (commas, unfiltered, sidecars) = (commas.await, unfiltered.await, sidecars.await);
    for peer in [&commas, &unfiltered, &sidecars] {
        let blobs = client(&[peer]).blobs(&BLOCK, &[hash(1), hash(2)]).await.unwrap();
        assert_eq!(blobs.iter().map(|blob| **blob).collect::<Vec<_>>(), [blob(1), blob(2)]);
    }
}

#[tokio::test]
async fn s09_a_missing_blob_is_named_with_slot_and_endpoint() {
    let peer = beacon(|_, _| data(&[])).await;
    let (endpoint, slot, versioned_hash, fault) = unavailable(client(&[&peer]).blobs(&BLOCK, &[hash(1)]).await);
    assert_eq!(
        (endpoint, slot, versioned_hash, fault),
        (peer.endpoint.clone(), SLOT, hash(1), BlobFault::Missing)
    );
}

#[tokio::test]
async fn s09_a_blob_of_another_commitment_is_refused() {
    let peer = beacon(|_, _| data(&[blob(2)])).await;
    let (_, _, versioned_hash, fault) = unavailable(client(&[&peer]).blobs(&BLOCK, &[hash(1)]).await);
    assert_eq!((versioned_hash, fault), (hash(1), BlobFault::CommitmentMismatch));
}

#[tokio::test]
async fn s09_a_blob_with_a_non_canonical_field_element_is_refused() {
    let peer = beacon(|_, _| data(&[Blob::repeat_byte(0xff)])).await;
    let (_, _, _, fault) = unavailable(client(&[&peer]).blobs(&BLOCK, &[hash(1)]).await);
    assert_eq!(fault, BlobFault::NotCanonical);
}

#[tokio::test]
async fn s09_a_blob_cut_short_is_refused() {
    let peer = beacon(|_, _| (200, json!({ "data": ["0x0011"] }))).await;
    let (_, _, _, fault) = unavailable(client(&[&peer]).blobs(&BLOCK, &[hash(1)]).await);
    assert_eq!(fault, BlobFault::Length { bytes: 2 });
}

#[tokio::test]
async fn a_fallback_gives_what_the_first_endpoint_does_not_have() {
    let first = beacon(|_, query| data(&of(&repeated(query), &[blob(1)]))).await;
    let archive = serve_beacon(Arc::new(|path, query| match path {
        "/eth/v1/beacon/blobs/100" => {
            assert_eq!(repeated(query), [hash(2)]);
            data(&[blob(2)])
        }
        _ => nothing(),
    }))
    .await;
    let blobs = client(&[&first, &archive])
        .blobs(&BLOCK, &[hash(1), hash(2)])
        .await
        .unwrap();
    assert_eq!(blobs.iter().map(|blob| **blob).collect::<Vec<_>>(), [blob(1), blob(2)]);
}

#[tokio::test]
async fn a_fallback_serves_when_the_first_endpoint_is_away() {
    let away = beacon(|_, _| nothing()).await;
    let there = beacon(|_, query| data(&of(&repeated(query), &[blob(1)]))).await;
    let client = client(&[&away, &there]);
    away.stop().await;
    assert_eq!(client.blobs(&BLOCK, &[hash(1)]).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_beacon_api_that_is_away_is_named() {
    let peer = beacon(|_, _| nothing()).await;
    let client = client(&[&peer]);
    client.slot_clock().await.unwrap();
    let endpoint = peer.endpoint.clone();
    peer.stop().await;
    let (named, slot, _, fault) = unavailable(client.blobs(&BLOCK, &[hash(1)]).await);
    assert_eq!((named, slot), (endpoint, SLOT));
    assert!(matches!(fault, BlobFault::NotServed { .. }), "{fault}");
}

#[tokio::test]
async fn a_development_chain_without_a_spec_answers_to_block_numbers() {
    let peer = serve_beacon(Arc::new(|path, _| match path {
        "/eth/v1/beacon/genesis" => (200, json!({ "data": { "genesis_time": "1000" } })),
        "/eth/v1/beacon/blobs/7" => data(&[blob(1)]),
        _ => nothing(),
    }))
    .await;
    let by_number = client(&[&peer]);
    assert_eq!(by_number.slot_clock().await.unwrap(), SlotClock::BlockNumber);
    assert_eq!(by_number.blobs(&BLOCK, &[hash(1)]).await.unwrap().len(), 1);
    let overridden = BeaconConfig {
        slot_duration_override: Some(Duration::from_secs(2)),
        ..BeaconConfig::new(vec![peer.endpoint.clone()])
    };
    let clock = BeaconClient::new(overridden).unwrap().slot_clock().await.unwrap();
    assert_eq!(
        clock,
        SlotClock::Time {
            genesis_time_s: 1_000,
            slot_duration_s: 2
        }
    );
}

#[tokio::test]
async fn a_beacon_api_of_another_chain_is_named() {
    let peer = beacon(|_, _| data(&[])).await;
    let older = BlockRef {
        timestamp: 999,
        ..BLOCK
    };
    let error = client(&[&peer]).blobs(&older, &[hash(1)]).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::BeaconOtherChain {
                timestamp_s: 999,
                genesis_time_s: 1_000,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn blobs_without_a_beacon_api_are_an_error_that_says_so() {
    let client = BeaconClient::new(BeaconConfig::new(Vec::new())).unwrap();
    let error = client.blobs(&BLOCK, &[hash(1)]).await.unwrap_err();
    assert!(matches!(error, Error::BeaconNotConfigured), "{error}");
    assert_eq!(error.reaction(), Reaction::Fatal);
    assert_eq!(client.blobs(&BLOCK, &[]).await.unwrap().len(), 0);
}
