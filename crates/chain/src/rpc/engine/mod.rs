//! The Engine API, with the OP Stack's additions (specs: exec-engine.md).

mod versions;

use super::{
    RpcError,
    backend::{Arguments, Backend, Module, method},
};
use crate::{BuiltPayload, ForkchoiceVerdict, ImportVerdict};
use alloy_eips::eip7685::{EMPTY_REQUESTS_HASH, Requests};
use alloy_primitives::{B256, Bytes, FixedBytes, U64};
use alloy_rpc_types_engine::{ForkchoiceState, PayloadId};
use protocol::{ExecutionPayload, PayloadAttributes, PayloadSidecar, PayloadVerdict};
use serde::Serialize;
use serde_json::{Value, json};
use versions::{check_attributes, check_get_version, check_version};

/// Blocks that one `engine_getPayloadBodiesByRangeV1` answers with.
const BODIES_MAX: u64 = 1024;

const CAPABILITIES: [&str; 16] = [
    "engine_exchangeCapabilities",
    "engine_forkchoiceUpdatedV1",
    "engine_forkchoiceUpdatedV2",
    "engine_forkchoiceUpdatedV3",
    "engine_getClientVersionV1",
    "engine_getPayloadBodiesByHashV1",
    "engine_getPayloadBodiesByRangeV1",
    "engine_getPayloadV1",
    "engine_getPayloadV2",
    "engine_getPayloadV3",
    "engine_getPayloadV4",
    "engine_getPayloadV5",
    "engine_newPayloadV1",
    "engine_newPayloadV2",
    "engine_newPayloadV3",
    "engine_newPayloadV4",
];

/// `PayloadStatusV1`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct PayloadStatus {
    status: &'static str,
    latest_valid_hash: Option<B256>,
    validation_error: Option<String>,
}

impl PayloadStatus {
    const fn new(status: &'static str, latest_valid_hash: Option<B256>) -> Self {
        Self {
            status,
            latest_valid_hash,
            validation_error: None,
        }
    }

    const fn invalid(reason: String, latest_valid_hash: Option<B256>) -> Self {
        Self {
            status: "INVALID",
            latest_valid_hash,
            validation_error: Some(reason),
        }
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct ForkchoiceAnswer {
    payload_status: PayloadStatus,
    payload_id: Option<PayloadId>,
}

/// The versions of a method, each with its name.
const NEW_PAYLOAD: [(&str, u8); 4] = [
    ("engine_newPayloadV1", 1),
    ("engine_newPayloadV2", 2),
    ("engine_newPayloadV3", 3),
    ("engine_newPayloadV4", 4),
];
const FORKCHOICE_UPDATED: [(&str, u8); 3] = [
    ("engine_forkchoiceUpdatedV1", 1),
    ("engine_forkchoiceUpdatedV2", 2),
    ("engine_forkchoiceUpdatedV3", 3),
];
const GET_PAYLOAD: [(&str, u8); 5] = [
    ("engine_getPayloadV1", 1),
    ("engine_getPayloadV2", 2),
    ("engine_getPayloadV3", 3),
    ("engine_getPayloadV4", 4),
    ("engine_getPayloadV5", 5),
];

pub(in crate::rpc) fn register(module: &mut Module) {
    for (name, version) in NEW_PAYLOAD {
        method(module, name, move |backend, arguments| {
            new_payload(backend, arguments, version)
        });
    }
    for (name, version) in FORKCHOICE_UPDATED {
        method(module, name, move |backend, arguments| {
            forkchoice_updated(backend, arguments, version)
        });
    }
    for (name, version) in GET_PAYLOAD {
        method(module, name, move |backend, arguments| {
            get_payload(backend, arguments, version)
        });
    }
    method(module, "engine_exchangeCapabilities", |_, _| {
        Ok(CAPABILITIES.map(str::to_owned).to_vec())
    });
    method(module, "engine_getClientVersionV1", |backend, _| {
        let version = backend.client_version;
        Ok(json!([{ "code": "TD", "name": "tandem", "version": version, "commit": "0x00000000" }]))
    });
    method(module, "engine_getPayloadBodiesByHashV1", |backend, arguments| {
        let hashes: Vec<B256> = arguments.required()?;
        hashes
            .into_iter()
            .map(|hash| body(backend, Some(hash)))
            .collect::<Result<Vec<_>, _>>()
    });
    method(module, "engine_getPayloadBodiesByRangeV1", bodies_by_range);
}

fn new_payload(backend: &Backend, arguments: &mut Arguments<'_>, version: u8) -> Result<PayloadStatus, RpcError> {
    let payload: ExecutionPayload = arguments.required()?;
    check_version(backend, payload.timestamp, version, "newPayload")?;
    let mut sidecar = PayloadSidecar::NONE;
    let mut expected_blobs = None;
    if version >= 3 {
        expected_blobs = Some(arguments.required::<Vec<B256>>()?);
        sidecar.parent_beacon_block_root = Some(arguments.required()?);
    }
    if version >= 4 {
        let requests: Vec<Bytes> = arguments.required()?;
        sidecar.requests_hash = Some(requests_hash(requests)?);
    }
    let block = match payload.verify(sidecar) {
        Ok(PayloadVerdict::Block(block)) => block,
        Ok(PayloadVerdict::HashMismatch { computed }) => {
            return Ok(PayloadStatus::invalid(
                format!("blockhash mismatch: the payload is block {computed}"),
                None,
            ));
        }
        Err(error) => return Ok(PayloadStatus::invalid(error.to_string(), None)),
    };
    if expected_blobs.is_some_and(|expected| !block.body.blob_versioned_hashes_iter().eq(&expected)) {
        return Ok(PayloadStatus::invalid(
            "the blob versioned hashes are not those of the transactions".into(),
            None,
        ));
    }
    let hash = payload.block_hash;
    Ok(match backend.chain.import(block)? {
        ImportVerdict::Valid => PayloadStatus::new("VALID", Some(hash)),
        ImportVerdict::Invalid {
            reason,
            latest_valid_hash,
        } => PayloadStatus::invalid(reason, latest_valid_hash),
        ImportVerdict::UnknownParent => PayloadStatus::new("SYNCING", None),
    })
}

fn requests_hash(requests: Vec<Bytes>) -> Result<B256, RpcError> {
    let in_order = requests.windows(2).all(|pair| pair[0].first() < pair[1].first());
    if !in_order || requests.iter().any(|request| request.len() < 2) {
        return Err(RpcError::InvalidParams(
            "execution requests: in the order of their types, none empty".into(),
        ));
    }
    Ok(if requests.is_empty() {
        EMPTY_REQUESTS_HASH
    } else {
        Requests::new(requests).requests_hash()
    })
}

fn forkchoice_updated(
    backend: &Backend,
    arguments: &mut Arguments<'_>,
    version: u8,
) -> Result<ForkchoiceAnswer, RpcError> {
    let state: ForkchoiceState = arguments.required()?;
    let attributes: Option<PayloadAttributes> = arguments.optional()?;
    if let Some(attributes) = &attributes {
        check_attributes(backend, attributes, version)?;
    }
    let updated = backend.chain.fork_choice_updated_with_attributes(state, attributes)??;
    let payload_status = match updated.verdict {
        ForkchoiceVerdict::Valid { latest_valid_hash } => PayloadStatus::new("VALID", Some(latest_valid_hash)),
        ForkchoiceVerdict::Syncing => PayloadStatus::new("SYNCING", None),
        ForkchoiceVerdict::Invalid {
            reason,
            latest_valid_hash,
        } => PayloadStatus::invalid(reason, latest_valid_hash),
        ForkchoiceVerdict::InvalidState { reason } => return Err(RpcError::InvalidForkchoice(reason)),
    };
    Ok(ForkchoiceAnswer {
        payload_status,
        payload_id: updated.payload_id,
    })
}

fn get_payload(backend: &Backend, arguments: &mut Arguments<'_>, version: u8) -> Result<Value, RpcError> {
    let built = backend.chain.payload(arguments.required()?)??;
    let payload = ExecutionPayload::from_block(backend.chain.spec(), built.hash, &built.block);
    check_get_version(backend, payload.timestamp, version)?;
    let payload = serde_json::to_value(payload).map_err(|error| RpcError::State(error.to_string()))?;
    if version == 1 {
        return Ok(payload);
    }
    let mut answer = json!({ "executionPayload": payload, "blockValue": built.fees_wei });
    if version >= 3 {
        answer["blobsBundle"] = blobs_bundle(&built);
        answer["shouldOverrideBuilder"] = json!(false);
    }
    if version >= 3
        && let Some(root) = built
            .block
            .header
            .parent_beacon_block_root
            .filter(|_| backend.chain.spec().is_op_stack())
    {
        answer["parentBeaconBlockRoot"] = json!(root);
    }
    if version >= 4 {
        answer["executionRequests"] = json!(built.requests);
    }
    Ok(answer)
}

fn blobs_bundle(built: &BuiltPayload) -> Value {
    let commitments: Vec<_> = built.sidecars.iter().map(|item| item.commitment).collect();
    let proofs: Vec<FixedBytes<48>> = built
        .sidecars
        .iter()
        .flat_map(|item| item.proofs.iter().copied())
        .collect();
    let blobs: Vec<_> = built.sidecars.iter().map(|item| item.blob.clone()).collect();
    json!({ "commitments": commitments, "proofs": proofs, "blobs": blobs })
}

fn bodies_by_range(backend: &Backend, arguments: &mut Arguments<'_>) -> Result<Vec<Option<Value>>, RpcError> {
    let (start, count): (U64, U64) = (arguments.required()?, arguments.required()?);
    let (start, count): (u64, u64) = (start.to(), count.to());
    if start == 0 || count == 0 {
        return Err(RpcError::InvalidParams("start and count begin at 1".into()));
    }
    let head = backend.chain.head().number;
    let end = start.saturating_add(count.min(BODIES_MAX)).min(head.saturating_add(1));
    (start..end)
        .map(|number| body(backend, backend.chain.canonical_hash(number)?))
        .collect()
}

fn body(backend: &Backend, hash: Option<B256>) -> Result<Option<Value>, RpcError> {
    let record = hash.map_or(Ok(None), |hash| backend.chain.record(hash))?;
    Ok(record.map(|record| {
        let transactions: Vec<Bytes> = record
            .transactions()
            .iter()
            .map(protocol::Transaction::encoded)
            .collect();
        json!({ "transactions": transactions, "withdrawals": record.block.body.withdrawals })
    }))
}
