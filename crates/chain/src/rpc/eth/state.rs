//! Accounts, slots, code and proofs.

use crate::rpc::{
    RpcError,
    backend::{Arguments, Backend, Module, method},
};
use alloy_eips::{BlockId, BlockNumberOrTag};
use alloy_primitives::{Address, B256, Bytes, U64, U256};
use alloy_rpc_types_eth::{EIP1186AccountProofResponse, EIP1186StorageProof};
use alloy_serde::JsonStorageKey;
use execute::StateSource;
use trie::AccountProof;

/// Slots that one `eth_getProof` proves.
const PROOF_SLOTS_MAX: usize = 1024;

pub(super) fn register(module: &mut Module) {
    method(module, "eth_accounts", |_, _| Ok(Vec::<Address>::new()));
    method(module, "eth_getBalance", |backend, arguments| {
        Ok(account(backend, arguments)?.balance)
    });
    method(module, "eth_getTransactionCount", transaction_count);
    method(module, "eth_getCode", |backend, arguments| {
        let address: Address = arguments.required()?;
        let (_, state) = backend.state(arguments.block()?)?;
        let account = state.account(address)?.unwrap_or_default();
        Ok(if account.has_code() {
            state.code(account.code_hash)?
        } else {
            Bytes::new()
        })
    });
    method(module, "eth_getStorageAt", |backend, arguments| {
        let (address, slot): (Address, U256) = (arguments.required()?, slot(&arguments.required::<String>()?)?);
        let (_, state) = backend.state(arguments.block()?)?;
        Ok(B256::from(state.storage(address, slot)?))
    });
    method(module, "eth_getProof", proof);
}

/// A storage key: up to 32 bytes in hexadecimal digits.
fn slot(text: &str) -> Result<U256, RpcError> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    if digits.len() > 64 {
        return Err(RpcError::InvalidParams(format!(
            "storage key too long (want at most 32 bytes): {text:?}"
        )));
    }
    let refused = |_| RpcError::InvalidParams(format!("{text:?} is no storage key: hexadecimal digits are one"));
    U256::from_str_radix(digits, 16).map_err(refused)
}

fn account(backend: &Backend, arguments: &mut Arguments<'_>) -> Result<execute::Account, RpcError> {
    let address: Address = arguments.required()?;
    let (_, state) = backend.state(arguments.block()?)?;
    Ok(state.account(address)?.unwrap_or_default())
}

fn transaction_count(backend: &Backend, arguments: &mut Arguments<'_>) -> Result<U64, RpcError> {
    let address: Address = arguments.required()?;
    let block = arguments.block()?;
    if block == BlockId::Number(BlockNumberOrTag::Pending)
        && let Some(nonce) = backend.pool.pending_nonce(&address)
    {
        return Ok(U64::from(nonce));
    }
    let (_, state) = backend.state(block)?;
    Ok(U64::from(state.account(address)?.unwrap_or_default().nonce))
}

fn proof(backend: &Backend, arguments: &mut Arguments<'_>) -> Result<EIP1186AccountProofResponse, RpcError> {
    let (address, keys): (Address, Vec<JsonStorageKey>) = (arguments.required()?, arguments.required()?);
    if keys.len() > PROOF_SLOTS_MAX {
        return Err(RpcError::InvalidParams(format!(
            "{} slots: ask for at most {PROOF_SLOTS_MAX} at once",
            keys.len()
        )));
    }
    let hash = backend.hash_of(arguments.block()?)?;
    let slots: Vec<B256> = keys.iter().map(JsonStorageKey::as_b256).collect();
    let proof = backend
        .chain
        .proof(hash, address, &slots)?
        .ok_or(RpcError::HeaderNotFound)?;
    Ok(shown(keys, proof))
}

fn shown(keys: Vec<JsonStorageKey>, proof: AccountProof) -> EIP1186AccountProofResponse {
    let storage_hash = proof.storage_root();
    let info = proof.account.unwrap_or_default();
    let storage = proof.storage.into_iter().zip(keys);
    let storage = storage.map(|(slot, key)| EIP1186StorageProof {
        key,
        value: slot.value,
        proof: slot.nodes,
    });
    EIP1186AccountProofResponse {
        address: proof.address,
        balance: info.balance,
        code_hash: info.code_hash,
        nonce: info.nonce,
        storage_hash,
        account_proof: proof.nodes,
        storage_proof: storage.collect(),
    }
}
