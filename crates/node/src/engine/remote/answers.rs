//! What an execution client answers, as far as it is read.

use crate::{EngineError, L2Block};
use alloy_primitives::{Address, B256, Bytes, U64, U256};
use alloy_rpc_types_engine::PayloadId;
use protocol::{Block, BlockBody, ExecutionPayload, Transaction};
use serde::Deserialize;
use serde_json::Value;
use trie::{AccountProof, TrieAccount};

#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    pub(super) result: Value,
    pub(super) error: Option<RpcFailure>,
}

#[derive(Deserialize)]
pub(super) struct RpcFailure {
    pub(super) code: i64,
    pub(super) message: String,
    #[serde(default)]
    pub(super) data: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PayloadStatus {
    pub(super) status: String,
    pub(super) validation_error: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ForkchoiceAnswer {
    pub(super) payload_status: PayloadStatus,
    pub(super) payload_id: Option<PayloadId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PayloadAnswer {
    pub(super) execution_payload: ExecutionPayload,
    pub(super) parent_beacon_block_root: Option<B256>,
}

#[derive(Deserialize)]
pub(super) struct RpcBlock {
    pub(super) hash: B256,
    #[serde(flatten)]
    pub(super) header: alloy_consensus::Header,
    pub(super) transactions: Vec<Transaction>,
    pub(super) withdrawals: Option<alloy_eips::eip4895::Withdrawals>,
}

/// `eth_getProof`'s answer, as far as it is about the account.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RpcAccountProof {
    pub(super) balance: U256,
    pub(super) nonce: U64,
    pub(super) code_hash: B256,
    pub(super) storage_hash: B256,
    pub(super) account_proof: Vec<Bytes>,
}

impl RpcFailure {
    /// What it means for who asked.
    pub(super) fn of(&self, method: &str) -> EngineError {
        let detail = match &self.data {
            Value::Null => String::new(),
            data => format!(" ({data})"),
        };
        let reason = format!("{}{detail}", self.message);
        match self.code {
            -38003 => EngineError::InvalidAttributes(reason),
            -38002 => EngineError::Inconsistent(reason),
            _ => EngineError::Unavailable(format!("{method}: {reason} (code {})", self.code)),
        }
    }
}

impl RpcBlock {
    pub(super) fn into_block(self) -> L2Block {
        let Self {
            hash,
            header,
            transactions,
            withdrawals,
        } = self;
        L2Block {
            hash,
            block: Block {
                header,
                body: BlockBody {
                    transactions,
                    ommers: Vec::new(),
                    withdrawals,
                },
            },
        }
    }
}

impl RpcAccountProof {
    pub(super) fn of(self, address: Address) -> AccountProof {
        AccountProof {
            address,
            account: Some(TrieAccount {
                nonce: self.nonce.to(),
                balance: self.balance,
                storage_root: self.storage_hash,
                code_hash: self.code_hash,
            }),
            nodes: self.account_proof,
            storage: Vec::new(),
        }
    }
}
