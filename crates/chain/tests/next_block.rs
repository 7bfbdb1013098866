//! Calls in the block that is not there yet: it comes one step of the chain after the head, at the price that then holds.

mod support;

use alloy_primitives::{Address, U256, address};
use serde_json::{Value, json};
use support::{
    rpc::{Served, serve},
    *,
};
use tandem_chain::Chain;

/// Where a request has its code, by a state override.
const CONTRACT: Address = address!("c0de000000000000000000000000000000000001");
/// Returns number, timestamp and base fee of its block.
const ENVIRONMENT: &str = "0x43600052426020524860405260606000f3";
/// Reverts unless its block is later than `calldata[0..32]`, as a withdrawal does whose period is not over.
const NOT_BEFORE: &str = "0x6000354211600d5760006000fd5b00";
/// Stores one at slot zero.
const WRITER: &str = "0x600160005500";

/// Parameters of a call to some code.
fn calling(code: &str, data: U256, block: &str) -> Value {
    let request =
        json!({ "from": rich(), "to": CONTRACT, "data": alloy_primitives::B256::from(data), "gasPrice": "0x3b9aca00" });
    json!([request, block, { CONTRACT.to_string(): { "code": code } }])
}

async fn environment(served: &Served, block: &str) -> [U256; 3] {
    let words = served.call("eth_call", calling(ENVIRONMENT, U256::ZERO, block)).await;
    let words: alloy_primitives::Bytes = serde_json::from_value(words.unwrap()).unwrap();
    [0, 32, 64].map(|at| U256::from_be_slice(&words[at..at + 32]))
}

fn head_time(chain: &Chain) -> u64 {
    chain.head_record().header().timestamp
}

#[tokio::test]
async fn the_pending_block_is_what_the_next_one_will_be() {
    let folder = tempfile::tempdir().unwrap();
    let chain = open(folder.path());
    let mut head = grow(&chain, chain.genesis().hash, 3, 1)[2];
    let served = serve(&chain).await;
    for salt in 2..5 {
        let expected = environment(&served, "pending").await;
        head = extend(&chain, head, salt);
        assert_eq!(environment(&served, "latest").await, expected);
    }
}

#[tokio::test]
async fn gas_is_estimated_for_the_next_block() {
    let folder = tempfile::tempdir().unwrap();
    let chain = open(folder.path());
    grow(&chain, chain.genesis().hash, 3, 1);
    let served = serve(&chain).await;
    let over_next = U256::from(head_time(&chain));
    let estimate = |from: U256, block: Option<&str>| {
        let mut params = calling(NOT_BEFORE, from, block.unwrap_or_default());
        if block.is_none() {
            params[1] = Value::Null;
        }
        served.call("eth_estimateGas", params)
    };
    estimate(over_next, None).await.unwrap();
    estimate(over_next, Some("pending")).await.unwrap();
    assert_eq!(
        estimate(over_next, Some("latest")).await,
        Err("execution reverted".into())
    );
    let over_later = over_next + U256::from(2);
    assert_eq!(estimate(over_later, None).await, Err("execution reverted".into()));
}

#[tokio::test]
async fn an_access_list_is_of_the_block_and_the_state_that_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let chain = open(folder.path());
    grow(&chain, chain.genesis().hash, 2, 1);
    let served = serve(&chain).await;
    for block in ["latest", "pending", "0x1"] {
        let list = served
            .call("eth_createAccessList", calling(WRITER, U256::ZERO, block))
            .await
            .unwrap();
        assert_eq!(
            list["accessList"][0]["storageKeys"].as_array().unwrap().len(),
            1,
            "{block}: {list}"
        );
        let gas = U256::from_str_radix(list["gasUsed"].as_str().unwrap().trim_start_matches("0x"), 16).unwrap();
        assert!(gas > U256::from(40_000), "{block}: {list}");
    }
}

/// What wallets take for "you have too little" and "offer more", and what they send all of an account with.
#[tokio::test]
async fn wallets_understand_the_answer_to_an_estimate() {
    let folder = tempfile::tempdir().unwrap();
    let chain = open(folder.path());
    grow(&chain, chain.genesis().hash, 2, 1);
    let served = serve(&chain).await;
    let estimate = |request: Value| served.call("eth_estimateGas", json!([request]));
    let to = Address::with_last_byte(0xaa);
    assert_eq!(
        estimate(json!({ "from": rich(), "to": to, "value": "0x1" })).await,
        Ok(json!("0x5208"))
    );
    let listed = json!({ "from": rich(), "to": to, "accessList": [{ "address": to, "storageKeys": [] }] });
    assert_ne!(estimate(listed).await, Ok(json!("0x5208")));
    let poor = estimate(json!({ "from": CONTRACT, "to": to, "value": "0x1" }))
        .await
        .unwrap_err();
    assert!(poor.contains("insufficient funds for gas * price + value"), "{poor}");
    let cheap = estimate(json!({ "from": rich(), "to": STORE, "maxFeePerGas": "0x1" }))
        .await
        .unwrap_err();
    assert!(cheap.contains("max fee per gas less than block base fee"), "{cheap}");
}
