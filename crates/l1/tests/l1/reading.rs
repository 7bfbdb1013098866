//! Blocks, receipts and storage: what is believed, and what is not.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use alloy_consensus::{Block, EthereumTxEnvelope, TxEip4844, TxEnvelope};
use alloy_eips::{BlockNumberOrTag, eip2718::Encodable2718, eip4844::Blob, eip7594::BlobTransactionSidecarVariant};
use alloy_primitives::{Address, B256, Bytes, U256, address, keccak256};
use alloy_rlp::Decodable;
use alloy_trie::root::ordered_trie_root_encoded;
use serde_json::{Value, json};
use tandem_l1::{Error, L1Client, Reaction, RpcConfig, Wallet, sidecar_with_cell_proofs};
use tokio::net::TcpListener;

use crate::peer::{Answer, METHOD_NOT_FOUND, Peer, client, impatient, recorded, serve_rpc, serve_rpc_on, testdata};

const CONTRACT: Address = address!("7dcd17433742f4c0ca53122ab541d0ba67fc27df");

/// Geth's answers for block 54, after `change` had its way with them.
async fn geth(change: fn(&str, Answer) -> Answer) -> Peer {
    serve_rpc(Arc::new(move |method: &str, params: &[Value]| {
        let answer = match method {
            "eth_chainId" => Ok(json!("0x384")),
            "eth_getBlockByNumber" | "eth_getBlockByHash" => Ok(recorded("block-54")),
            "eth_getBlockReceipts" => Ok(recorded("receipts-54")),
            "eth_getTransactionReceipt" => Ok(recorded("receipts-54")
                .as_array()
                .unwrap()
                .iter()
                .find(|receipt| receipt["transactionHash"] == params[0])
                .cloned()
                .into()),
            "eth_getProof" => Ok(recorded("proof-54")),
            _ => Err(METHOD_NOT_FOUND),
        };
        change(method, answer)
    }))
    .await
}

#[tokio::test]
async fn a_real_block_its_receipts_and_a_storage_slot_are_believed() {
    let peer = geth(|_, answer| answer).await;
    let client = client(&peer);
    let block = client.block_by_number(54).await.unwrap().unwrap();
    assert_eq!((block.header.number, block.transactions.len()), (54, 4));
    let receipts = client.receipts(&block).await.unwrap();
    assert_eq!(receipts.iter().map(|receipt| receipt.logs.len()).sum::<usize>(), 11);
    let value = client.storage_at(CONTRACT, U256::ZERO, &block.header).await.unwrap();
    assert_eq!(json!(value), recorded("proof-54")["storageProof"][0]["value"]);
    // The second time, neither is asked for again.
    client.block_by_hash(block.hash()).await.unwrap();
    client.receipts_by_hash(block.hash()).await.unwrap();
    assert_eq!(
        (peer.count("eth_getBlockByHash"), peer.count("eth_getBlockReceipts")),
        (0, 1)
    );
}

#[tokio::test]
async fn every_block_of_a_real_chain_is_re_encoded_to_its_root() {
    let blocks = chain();
    assert_eq!(blocks.len(), 54);
    let served: Vec<Value> = blocks.iter().map(block_json).collect();
    let peer = serve_rpc(Arc::new(move |_: &str, params: &[Value]| {
        let number: U256 = serde_json::from_value(params[0].clone()).unwrap();
        Ok(served[number.to::<usize>() - 1].clone())
    }))
    .await;
    let client = client(&peer);
    let mut types = [0usize; 5];
    for block in &blocks {
        let read = client.block_by_number(block.header.number).await.unwrap().unwrap();
        let raw: Vec<Bytes> = block
            .body
            .transactions
            .iter()
            .map(|transaction| transaction.encoded_2718().into())
            .collect();
        assert_eq!(read.transactions, raw);
        block
            .body
            .transactions
            .iter()
            .for_each(|transaction| types[transaction.tx_type() as usize] += 1);
    }
    assert!(
        types.iter().all(|count| *count > 0),
        "not every type is in the chain: {types:?}"
    );
}

fn chain() -> Vec<Block<TxEnvelope>> {
    let bytes = zstd::decode_all(testdata("execution-apis/chain.rlp.zst").as_slice()).unwrap();
    let mut rest = bytes.as_slice();
    let mut blocks = Vec::new();
    while !rest.is_empty() {
        blocks.push(Block::decode(&mut rest).unwrap());
    }
    blocks
}

fn block_json(block: &Block<TxEnvelope>) -> Value {
    let mut json = serde_json::to_value(&block.header).unwrap();
    json["hash"] = json!(block.header.hash_slow());
    json["transactions"] = serde_json::to_value(&block.body.transactions).unwrap();
    json
}

/// A block with a transaction of a type that does not exist yet.
fn future_block() -> (Value, Bytes) {
    let mut block = chain().remove(53);
    let raw = Bytes::from_static(&[0x05, 0xc3, 1, 2, 3]);
    let mut encoded: Vec<Bytes> = block
        .body
        .transactions
        .iter()
        .map(|transaction| transaction.encoded_2718().into())
        .collect();
    encoded.push(raw.clone());
    block.header.transactions_root = ordered_trie_root_encoded(&encoded);
    let mut json = block_json(&block);
    json["transactions"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "hash": keccak256(&raw), "type": "0x5", "shape": "of its own" }));
    (json, raw)
}

#[tokio::test]
async fn a_transaction_of_an_unknown_type_is_asked_for_raw() {
    for supported in ["eth_getRawTransactionByHash", "debug_getRawTransaction"] {
        let peer = serve_rpc(Arc::new(move |method: &str, params: &[Value]| {
            let (json, raw) = future_block();
            match method {
                "eth_getBlockByNumber" => Ok(json),
                _ if method == supported && params[0] == json!(keccak256(&raw)) => Ok(json!(raw)),
                _ => Err(METHOD_NOT_FOUND),
            }
        }))
        .await;
        let block = client(&peer).block_by_number(54).await.unwrap().unwrap();
        assert_eq!(block.transactions.last(), Some(&future_block().1));
    }
}

#[tokio::test]
async fn a_transaction_that_cannot_be_had_raw_is_not_skipped() {
    let peer = serve_rpc(Arc::new(|method: &str, _: &[Value]| match method {
        "eth_getBlockByNumber" => Ok(future_block().0),
        "eth_getRawTransactionByHash" => Ok(json!("0x05c3010204")),
        _ => Err(METHOD_NOT_FOUND),
    }))
    .await;
    let error = client(&peer).block_by_number(54).await.unwrap_err();
    assert!(
        matches!(error, Error::TransactionUnreadable { tx_type: 5, .. }),
        "{error}"
    );
}

/// A block as anvil makes it: with a blob transaction, whose network form the header commits to.
fn block_of_network_forms() -> (Value, Bytes, B256) {
    let mut block = chain().remove(53);
    let wallet: Wallet = format!("{}1", "0".repeat(63)).parse().unwrap();
    let sidecar = sidecar_with_cell_proofs(vec![Blob::ZERO]).unwrap();
    let transaction = TxEip4844 {
        blob_versioned_hashes: sidecar.versioned_hashes().collect(),
        ..TxEip4844::default()
    };
    let signed = wallet.sign(transaction);
    let hash = *signed.hash();
    let network = signed
        .clone()
        .map(|transaction| transaction.with_sidecar(BlobTransactionSidecarVariant::from(sidecar)));
    let raw: Bytes = EthereumTxEnvelope::Eip4844(network).encoded_2718().into();
    block.body.transactions = vec![TxEnvelope::from(signed)];
    block.header.transactions_root = ordered_trie_root_encoded(std::slice::from_ref(&raw));
    (block_json(&block), raw, hash)
}

#[tokio::test]
async fn a_header_that_commits_to_network_forms_is_believed_with_them_only() {
    let (json, raw, hash) = block_of_network_forms();
    let served = raw.clone();
    let node = move |knows_raw: bool| {
        let (json, raw) = (json.clone(), served.clone());
        Arc::new(move |method: &str, _: &[Value]| match method {
            "eth_getBlockByNumber" => Ok(json.clone()),
            "eth_getRawTransactionByHash" if knows_raw => Ok(json!(raw)),
            _ => Err(METHOD_NOT_FOUND),
        })
    };
    let peer = serve_rpc(node(true)).await;
    let block = client(&peer).block_by_number(54).await.unwrap().unwrap();
    assert_eq!(block.transactions, [raw]);
    assert_eq!(block.transaction_hashes().collect::<Vec<_>>(), [hash]);
    let peer = serve_rpc(node(false)).await;
    let error = client(&peer).block_by_number(54).await.unwrap_err();
    assert!(matches!(error, Error::TransactionsRootMismatch { .. }), "{error}");
}

#[tokio::test]
async fn a_header_that_was_changed_is_refused() {
    let peer = geth(|_, answer| {
        let mut block = answer?;
        block["stateRoot"] = json!(B256::ZERO);
        Ok(block)
    })
    .await;
    let error = client(&peer).header_by_tag(BlockNumberOrTag::Latest).await.unwrap_err();
    assert!(matches!(error, Error::HeaderHashMismatch { number: 54, .. }), "{error}");
    assert_eq!(error.reaction(), Reaction::Retry);
}

#[tokio::test]
async fn another_block_than_the_one_asked_for_is_refused() {
    let peer = geth(|_, answer| answer).await;
    let error = client(&peer).block_by_hash(B256::repeat_byte(7)).await.unwrap_err();
    assert!(matches!(error, Error::HeaderHashMismatch { .. }), "{error}");
    for error in [
        client(&peer).block_by_number(53).await.unwrap_err(),
        client(&peer).header_by_number(53).await.unwrap_err(),
    ] {
        assert!(
            error.to_string().contains("asked for block 53, got block 54"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_block_with_a_transaction_left_out_is_refused() {
    let peer = geth(|_, answer| {
        let mut block = answer?;
        block["transactions"].as_array_mut().unwrap().pop();
        Ok(block)
    })
    .await;
    let error = client(&peer).block_by_number(54).await.unwrap_err();
    assert!(matches!(error, Error::TransactionsRootMismatch { .. }), "{error}");
}

#[tokio::test]
async fn s15_receipts_with_a_wrong_root_are_refused() {
    let peer = geth(|method, answer| {
        let mut answer = answer?;
        if method == "eth_getBlockReceipts" {
            answer[1]["logs"] = json!([]);
        }
        Ok(answer)
    })
    .await;
    let client = client(&peer);
    let block = client.block_by_number(54).await.unwrap().unwrap();
    let error = client.receipts(&block).await.unwrap_err();
    assert!(matches!(error, Error::ReceiptsRootMismatch { .. }), "{error}");
    assert_eq!(error.reaction(), Reaction::Retry);
}

#[tokio::test]
async fn s15_null_receipts_are_waited_for() {
    let peer = geth(|method, answer| {
        if method == "eth_getBlockReceipts" {
            Ok(Value::Null)
        } else {
            answer
        }
    })
    .await;
    let client = client(&peer);
    let block = client.block_by_number(54).await.unwrap().unwrap();
    let error = client.receipts(&block).await.unwrap_err();
    assert!(matches!(error, Error::ReceiptsMissing { .. }), "{error}");
    assert_eq!(error.reaction(), Reaction::Retry);
}

#[tokio::test]
async fn receipts_are_asked_for_one_by_one_where_a_node_knows_no_better() {
    let peer = geth(|method, answer| {
        if method == "eth_getBlockReceipts" {
            Err(METHOD_NOT_FOUND)
        } else {
            answer
        }
    })
    .await;
    let config = RpcConfig {
        batch_calls_max: 3,
        blocks_cached_max: 0,
        ..impatient()
    };
    let client = L1Client::new(peer.endpoint.clone(), config).unwrap();
    let block = client.block_by_number(54).await.unwrap().unwrap();
    for _ in 0..2 {
        assert_eq!(client.receipts(&block).await.unwrap().len(), 4);
    }
    assert_eq!(
        (
            peer.count("eth_getBlockReceipts"),
            peer.count("eth_getTransactionReceipt")
        ),
        (1, 8)
    );
}

#[tokio::test]
async fn a_storage_value_that_was_changed_is_refused() {
    let peer = geth(|method, answer| {
        let mut answer = answer?;
        if method == "eth_getProof" {
            answer["storageProof"][0]["value"] = json!("0x1234");
        }
        Ok(answer)
    })
    .await;
    let client = client(&peer);
    let block = client.block_by_number(54).await.unwrap().unwrap();
    let error = client
        .storage_at(CONTRACT, U256::ZERO, &block.header)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::ProofInvalid { .. }), "{error}");
}

#[tokio::test]
async fn an_l1_of_another_chain_is_refused_for_good() {
    let peer = geth(|_, answer| answer).await;
    let error = client(&peer).require_chain_id(1).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::WrongChainId {
                expected: 1,
                actual: 900,
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(error.reaction(), Reaction::Fatal);
    client(&peer).require_chain_id(900).await.unwrap();
}

#[tokio::test]
async fn a_missing_contract_is_named() {
    let peer = geth(|method, answer| {
        if method == "eth_getCode" {
            Ok(json!("0x"))
        } else {
            answer
        }
    })
    .await;
    let error = client(&peer)
        .require_contract(CONTRACT, "OptimismPortal")
        .await
        .unwrap_err();
    assert!(error.to_string().contains("OptimismPortal"), "{error}");
}

#[tokio::test]
async fn an_l1_that_goes_away_is_named_and_read_again_when_it_is_back() {
    let node = Arc::new(|_: &str, _: &[Value]| Ok(json!("0x384")));
    let peer = serve_rpc(Arc::clone(&node)).await;
    let client = client(&peer);
    assert_eq!(client.chain_id().await.unwrap(), 900);
    let address = peer.endpoint.to_string().replace("http://", "");
    peer.stop().await;
    let error = client.chain_id().await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    assert_eq!(error.reaction(), Reaction::Retry);
    let _back = serve_rpc_on(TcpListener::bind(address).await.unwrap(), node);
    assert_eq!(client.chain_id().await.unwrap(), 900);
}

#[tokio::test]
async fn a_rate_limit_is_waited_out_and_a_refusal_is_not_repeated() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let peer = serve_rpc(Arc::new(move |method: &str, _: &[Value]| match method {
        "eth_chainId" if count.fetch_add(1, Ordering::SeqCst) == 0 => Err((-32005, "daily request count exceeded")),
        "eth_chainId" => Ok(json!("0x384")),
        _ => Err((-32000, "execution reverted")),
    }))
    .await;
    assert_eq!(client(&peer).chain_id().await.unwrap(), 900);
    let error = client(&peer)
        .call(CONTRACT, Bytes::new(), BlockNumberOrTag::Latest)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Refused { code: -32000, .. }), "{error}");
    assert_eq!((asked.load(Ordering::SeqCst), peer.count("eth_call")), (2, 1));
}

#[tokio::test]
async fn what_is_not_an_ethereum_node_is_named() {
    let peer = serve_rpc(Arc::new(|_: &str, _: &[Value]| Ok(json!({ "hello": "world" })))).await;
    let error = client(&peer).chain_id().await.unwrap_err();
    assert!(matches!(error, Error::NotUnderstood { .. }), "{error}");
}

#[tokio::test]
async fn a_young_chain_has_no_finalized_block() {
    for answer in [Ok(Value::Null), Err((-39001, "finalized block not found"))] {
        let peer = serve_rpc(Arc::new(move |_: &str, _: &[Value]| answer.clone())).await;
        assert_eq!(
            client(&peer)
                .block_ref_by_tag(BlockNumberOrTag::Finalized)
                .await
                .unwrap(),
            None
        );
    }
}
