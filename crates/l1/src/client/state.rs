//! Accounts, storage and code.

use alloy_consensus::{Header, Sealed};
use alloy_eips::BlockNumberOrTag;
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_rpc_types_eth::EIP1186AccountProofResponse;
use alloy_trie::{Nibbles, TrieAccount, proof::verify_proof};
use serde::Deserialize;
use serde_json::json;

use super::L1Client;
use crate::Error;

/// How many blobs a block of L1 aims at and takes, and how fast their price moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlobSchedule {
    /// Blobs of a block at which the price stands still.
    pub target: u64,
    /// Blobs of a block at most.
    pub max: u64,
    /// The divisor of the price's exponent.
    pub base_fee_update_fraction: u64,
}

/// What `eth_config` answers, as far as it is read here.
#[derive(Deserialize)]
struct ForkConfigs {
    current: ForkConfig,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ForkConfig {
    blob_schedule: Option<BlobSchedule>,
}

impl L1Client {
    /// A storage slot at a block, proven against the block's state root where the endpoint has `eth_getProof`.
    ///
    /// Endpoints without it are believed only if [`RpcConfig::trust_rpc`](crate::RpcConfig::trust_rpc) says so.
    pub async fn storage_at(&self, address: Address, slot: U256, header: &Sealed<Header>) -> Result<U256, Error> {
        let block = json!({ "blockHash": header.hash() });
        if self.trusts() {
            return self.quantity("eth_getStorageAt", json!([address, slot, block])).await;
        }
        let proof: EIP1186AccountProofResponse = self
            .rpc()
            .call("eth_getProof", json!([address, [B256::from(slot)], block]))
            .await?;
        let value = proven_value(&proof, address, slot, header.state_root);
        value.ok_or_else(|| Error::ProofInvalid {
            endpoint: self.endpoint().clone(),
            address,
            state_root: header.state_root,
        })
    }

    /// The code at an address.
    pub async fn code_at(&self, address: Address, tag: BlockNumberOrTag) -> Result<Bytes, Error> {
        self.rpc().call("eth_getCode", json!([address, tag])).await
    }

    /// Refuses an address without code; `name` is what was to be there.
    pub async fn require_contract(&self, address: Address, name: &'static str) -> Result<(), Error> {
        if self.code_at(address, BlockNumberOrTag::Latest).await?.is_empty() {
            return Err(Error::ContractMissing {
                endpoint: self.endpoint().clone(),
                address,
                name,
            });
        }
        Ok(())
    }

    /// The blob schedule that is in force, where the endpoint knows `eth_config` (EIP-7910).
    pub async fn blob_schedule(&self) -> Result<Option<BlobSchedule>, Error> {
        let config: Result<ForkConfigs, Error> = self.rpc().call("eth_config", json!([])).await;
        match config {
            Ok(config) => Ok(config.current.blob_schedule),
            Err(Error::Refused { .. } | Error::NotUnderstood { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The balance of an address, in wei.
    pub async fn balance_at(&self, address: Address, tag: BlockNumberOrTag) -> Result<U256, Error> {
        self.quantity("eth_getBalance", json!([address, tag])).await
    }

    /// The next nonce of an address as of `tag`.
    pub async fn nonce_at(&self, address: Address, tag: BlockNumberOrTag) -> Result<u64, Error> {
        Ok(self
            .quantity("eth_getTransactionCount", json!([address, tag]))
            .await?
            .saturating_to())
    }

    /// The result of calling a contract.
    pub async fn call(&self, to: Address, data: Bytes, tag: BlockNumberOrTag) -> Result<Bytes, Error> {
        self.rpc()
            .call("eth_call", json!([{ "to": to, "data": data }, tag]))
            .await
    }
}

/// The value of a slot if the proof leads from `state_root` to it. An account that is proven absent has only zeros.
fn proven_value(proof: &EIP1186AccountProofResponse, address: Address, slot: U256, state_root: B256) -> Option<U256> {
    let (nonce, balance, storage_root, code_hash) = (proof.nonce, proof.balance, proof.storage_hash, proof.code_hash);
    let leaf = alloy_rlp::encode(TrieAccount {
        nonce,
        balance,
        storage_root,
        code_hash,
    });
    let path = Nibbles::unpack(keccak256(address));
    if verify_proof(state_root, path, Some(leaf), &proof.account_proof).is_err() {
        return verify_proof(state_root, path, None, &proof.account_proof)
            .ok()
            .map(|()| U256::ZERO);
    }
    let key = B256::from(slot);
    let storage = proof
        .storage_proof
        .iter()
        .find(|storage| storage.key.as_b256() == key)?;
    let leaf = (!storage.value.is_zero()).then(|| alloy_rlp::encode(storage.value));
    verify_proof(storage_root, Nibbles::unpack(keccak256(key)), leaf, &storage.proof).ok()?;
    Some(storage.value)
}
