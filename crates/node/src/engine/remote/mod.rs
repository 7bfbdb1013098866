//! An execution client across a network: Engine API with JWT (specs: exec-engine.md).

mod answers;

use crate::{Engine, EngineError, Inserted, L2Block};
use alloy_eips::{BlockId, eip7685::EMPTY_REQUESTS_HASH};
use alloy_primitives::{Address, B256, U64};
use alloy_rpc_types_engine::{ForkchoiceState, JwtSecret, PayloadId};
use answers::{Answer, ForkchoiceAnswer, PayloadAnswer, PayloadStatus, RpcAccountProof, RpcBlock};
use chain::rpc::{RESPONSE_BYTES_MAX, now_s, sign_token};
use protocol::{ChainSpec, ExecutionPayload, Fork, PayloadAttributes, PayloadSidecar, PayloadVerdict};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use trie::AccountProof;

/// An execution client behind an authenticated port.
#[derive(Clone)]
pub struct RemoteEngine {
    inner: Arc<Inner>,
}

struct Inner {
    http: reqwest::Client,
    url: String,
    secret: JwtSecret,
    spec: ChainSpec,
    next_id: AtomicU64,
}

impl std::fmt::Debug for RemoteEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RemoteEngine")
            .field("url", &self.inner.url)
            .finish_non_exhaustive()
    }
}

impl RemoteEngine {
    /// The client behind `url`; `spec` is the L2's.
    pub fn new(url: String, secret: JwtSecret, spec: ChainSpec, timeout: Duration) -> Result<Self, EngineError> {
        let http = reqwest::Client::builder().timeout(timeout).no_proxy().build();
        let http = http.map_err(|error| EngineError::Unavailable(error.to_string()))?;
        let inner = Inner {
            http,
            url,
            secret,
            spec,
            next_id: AtomicU64::new(1),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    async fn call<T: DeserializeOwned>(&self, method: &str, params: Value) -> Result<T, EngineError> {
        let answer = self.post(method, params).await?;
        if let Some(failure) = answer.error {
            return Err(failure.of(method));
        }
        serde_json::from_value(answer.result).map_err(|error| EngineError::Unavailable(format!("{method}: {error}")))
    }

    async fn post(&self, method: &str, params: Value) -> Result<Answer, EngineError> {
        let Inner {
            http,
            url,
            secret,
            next_id,
            ..
        } = &*self.inner;
        let unavailable =
            |error: &dyn std::fmt::Display| EngineError::Unavailable(format!("{method} at {url}: {error}"));
        let token = sign_token(secret, now_s());
        let id = next_id.fetch_add(1, Ordering::Relaxed);
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        let response = http
            .post(url)
            .bearer_auth(token)
            .json(&request)
            .send()
            .await
            .map_err(|error| unavailable(&error))?;
        let status = response.status();
        if status == reqwest::StatusCode::UNAUTHORIZED || status == reqwest::StatusCode::FORBIDDEN {
            let body = response.text().await.unwrap_or_default();
            return Err(EngineError::Unauthorized(body.chars().take(200).collect()));
        }
        let bytes = response.bytes().await.map_err(|error| unavailable(&error))?;
        if bytes.len() > RESPONSE_BYTES_MAX as usize {
            return Err(unavailable(&"the answer is too long"));
        }
        serde_json::from_slice(&bytes).map_err(|error| unavailable(&error))
    }

    async fn forkchoice_updated(
        &self,
        state: ForkchoiceState,
        attributes: Option<&PayloadAttributes>,
    ) -> Result<Option<PayloadId>, EngineError> {
        let answer: ForkchoiceAnswer = self
            .call("engine_forkchoiceUpdatedV3", json!([state, attributes]))
            .await?;
        match answer.payload_status.status.as_str() {
            "VALID" => Ok(answer.payload_id),
            "SYNCING" => Err(EngineError::Inconsistent("the head is not known there".into())),
            other => {
                let reason = answer.payload_status.validation_error.unwrap_or_default();
                Err(EngineError::Inconsistent(format!("{other}: {reason}")))
            }
        }
    }

    fn is_karst(&self, timestamp: u64) -> bool {
        self.inner.spec.is_op_active(Fork::Karst, timestamp)
    }
}

/// How execution clients say that they keep a block's state no more: a part of it, or two parts with the state's root between them.
fn is_state_gone(reason: &str) -> bool {
    let said = [
        ["missing trie node", ""],
        ["state ", "not available"],
        ["histories haven't been fully indexed", ""],
        ["layer stale", ""],
        ["proof window", ""],
    ];
    said.iter().any(|parts| parts.iter().all(|part| reason.contains(part)))
}

impl Engine for RemoteEngine {
    async fn fork_choice(&self, state: ForkchoiceState) -> Result<(), EngineError> {
        self.forkchoice_updated(state, None).await.map(drop)
    }

    async fn build(&self, state: ForkchoiceState, attributes: PayloadAttributes) -> Result<PayloadId, EngineError> {
        let id = self.forkchoice_updated(state, Some(&attributes)).await?;
        id.ok_or_else(|| EngineError::Unavailable("no payload was started".into()))
    }

    async fn seal(&self, id: PayloadId, timestamp: u64) -> Result<L2Block, EngineError> {
        let method = if self.is_karst(timestamp) {
            "engine_getPayloadV5"
        } else {
            "engine_getPayloadV4"
        };
        let answer: PayloadAnswer = match self.call(method, json!([id])).await {
            Err(EngineError::Unavailable(reason)) if reason.contains("-38001") => {
                return Err(EngineError::UnknownPayload(id));
            }
            answer => answer?,
        };
        let root = answer.parent_beacon_block_root;
        let sidecar = PayloadSidecar {
            parent_beacon_block_root: root,
            requests_hash: Some(EMPTY_REQUESTS_HASH),
        };
        let block = match answer.execution_payload.verify(sidecar) {
            Ok(PayloadVerdict::Block(block)) => block,
            Ok(PayloadVerdict::HashMismatch { computed }) => {
                return Err(EngineError::Unavailable(format!(
                    "the payload's hash is not its block's, {computed}"
                )));
            }
            Err(error) => return Err(EngineError::Unavailable(error.to_string())),
        };
        Ok(L2Block {
            hash: answer.execution_payload.block_hash,
            block,
        })
    }

    async fn insert(&self, block: &L2Block) -> Result<Inserted, EngineError> {
        let payload = ExecutionPayload::from_block(&self.inner.spec, block.hash, &block.block);
        let root = block.block.header.parent_beacon_block_root.unwrap_or_default();
        let none: [B256; 0] = [];
        let params = json!([payload, none, root, none]);
        let status: PayloadStatus = self.call("engine_newPayloadV4", params).await?;
        match status.status.as_str() {
            "VALID" => Ok(Inserted::Valid),
            "SYNCING" | "ACCEPTED" => Err(EngineError::Inconsistent("the parent is not known there".into())),
            _ => Ok(Inserted::Invalid(status.validation_error.unwrap_or_default())),
        }
    }

    async fn block(&self, id: BlockId) -> Result<Option<L2Block>, EngineError> {
        let block: Option<RpcBlock> = match id {
            BlockId::Hash(hash) => self.call("eth_getBlockByHash", json!([hash.block_hash, true])).await?,
            BlockId::Number(number) => match self.call("eth_getBlockByNumber", json!([number, true])).await {
                // Some clients answer with an error where a label is not set yet.
                Err(EngineError::Unavailable(reason)) if reason.contains("not found") => None,
                block => block?,
            },
        };
        Ok(block.map(RpcBlock::into_block))
    }

    async fn account_proof(&self, address: Address, block: B256) -> Result<Option<AccountProof>, EngineError> {
        let none: [B256; 0] = [];
        let params = json!([address, none, { "blockHash": block }]);
        let proof: Option<RpcAccountProof> = match self.call("eth_getProof", params).await {
            Err(EngineError::Unavailable(reason)) if is_state_gone(&reason) => None,
            proof => proof?,
        };
        Ok(proof.map(|proof| proof.of(address)))
    }

    async fn chain_id(&self) -> Result<u64, EngineError> {
        self.call::<U64>("eth_chainId", json!([])).await.map(|id| id.to())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_that_is_kept_no_more_is_told_from_a_client_that_is_away() {
        for gone in [
            "eth_getProof: missing trie node 1c02…6 (path ) state 0x1c02 is not available, not found (code -32000)",
            "eth_getProof: historical state 1c023548f5 is not available (code -32000)",
            "eth_getProof: state 0x1c023548f5 is not available (code -32000)",
            "eth_getProof: state histories haven't been fully indexed yet (code -32000)",
            "eth_getProof: layer stale (code -32000)",
            "eth_getProof: distance to target block exceeds maximum proof window (code -32000)",
        ] {
            assert!(is_state_gone(gone), "{gone}");
        }
        for other in [
            "eth_getProof at http://127.0.0.1:8551: error sending request",
            "eth_getProof: the method eth_getProof does not exist/is not available (code -32601)",
            "eth_getProof: header not found (code -32000)",
        ] {
            assert!(!is_state_gone(other), "{other}");
        }
    }
}
