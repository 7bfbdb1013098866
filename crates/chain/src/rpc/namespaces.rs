//! The small namespaces: `net`, `web3`, `txpool`, `debug` (raw forms) and `miner`.

use super::{
    RpcError,
    backend::{Arguments, Backend, Module, method},
    eth::pooled_transaction,
};
use crate::{BlockRecord, ByNonce};
use alloy_eips::{BlockId, eip2718::Encodable2718};
use alloy_primitives::{Address, Bytes, U64, keccak256};
use serde_json::{Map, Value, json};
use std::sync::Arc;

pub(super) fn register_net(module: &mut Module) {
    method(module, "net_version", |backend, _| {
        Ok(backend.chain.spec().chain_id.to_string())
    });
    method(module, "net_listening", |_, _| Ok(true));
    method(module, "net_peerCount", |_, _| Ok(U64::ZERO));
}

pub(super) fn register_web3(module: &mut Module) {
    method(module, "web3_clientVersion", |backend, _| Ok(backend.client_version));
    method(module, "web3_sha3", |_, arguments| {
        Ok(keccak256(arguments.required::<Bytes>()?))
    });
}

pub(super) fn register_txpool(module: &mut Module) {
    method(module, "txpool_status", |backend, _| {
        let status = backend.pool.status();
        Ok(json!({ "pending": U64::from(status.pending), "queued": U64::from(status.queued) }))
    });
    method(module, "txpool_content", |backend, _| {
        let content = backend.pool.content();
        Ok(json!({ "pending": shown(&content.pending)?, "queued": shown(&content.queued)? }))
    });
    method(module, "txpool_contentFrom", |backend, arguments| {
        let sender: Address = arguments.required()?;
        let content = backend.pool.content();
        let of = |part: &ByNonce| shown(part).map(|mut all| all.remove(&sender.to_checksum(None)).unwrap_or(json!({})));
        Ok(json!({ "pending": of(&content.pending)?, "queued": of(&content.queued)? }))
    });
}

fn shown(part: &ByNonce) -> Result<Map<String, Value>, RpcError> {
    part.iter()
        .map(|(sender, by_nonce)| {
            let transactions = by_nonce
                .iter()
                .map(|(nonce, pooled)| Ok((nonce.to_string(), pooled_transaction(pooled)?)));
            let transactions: Map<String, Value> = transactions.collect::<Result<_, RpcError>>()?;
            Ok((sender.to_checksum(None), Value::Object(transactions)))
        })
        .collect()
}

pub(super) fn register_debug(module: &mut Module) {
    method(module, "debug_getRawHeader", |backend, arguments| {
        let record = raw_block(backend, arguments)?;
        Ok(Bytes::from(alloy_rlp::encode(record.header())))
    });
    method(module, "debug_getRawBlock", |backend, arguments| {
        let record = raw_block(backend, arguments)?;
        Ok(Bytes::from(alloy_rlp::encode(&record.block)))
    });
    method(module, "debug_getRawReceipts", |backend, arguments| {
        let record = raw_block(backend, arguments)?;
        Ok(record
            .receipts
            .iter()
            .map(|receipt| Bytes::from(receipt.encoded_2718()))
            .collect::<Vec<_>>())
    });
    method(module, "debug_getRawTransaction", |backend, arguments| {
        super::eth::raw_transaction(backend, arguments.hash()?).map(Option::unwrap_or_default)
    });
}

fn raw_block(backend: &Backend, arguments: &mut Arguments<'_>) -> Result<Arc<BlockRecord>, RpcError> {
    let id: BlockId = arguments.required()?;
    backend.record(id)?.ok_or(RpcError::HeaderNotFound)
}

pub(super) fn register_miner(module: &mut Module) {
    method(module, "miner_setMaxDASize", |backend, arguments| {
        let (transaction, block): (U64, U64) = (arguments.required()?, arguments.required()?);
        let limit = |bytes: U64| Some(bytes.to::<u64>()).filter(|bytes| *bytes > 0);
        backend.builder.update_settings(|settings| {
            settings.da_tx_bytes_max = limit(transaction);
            settings.da_block_bytes_max = limit(block);
        });
        Ok(true)
    });
    method(module, "miner_setGasLimit", |backend, arguments| {
        let limit: U64 = arguments.required()?;
        backend
            .builder
            .update_settings(|settings| settings.gas_limit = Some(limit.to()));
        Ok(true)
    });
}
