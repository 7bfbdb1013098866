//! Transactions reach L1: through rising fees, lost answers, reorganisations, and what earlier lives left behind.

use std::{sync::Arc, time::Duration};

use alloy_consensus::Transaction;
use alloy_eips::eip4844::Blob;
use alloy_primitives::{Address, Bytes, U256};
use contracts::{DeploymentConfig, Effect, PlannedTransaction};
use tandem_l1::{Error, L1Client, TxCandidate, TxConfig, TxManager, Wallet, deploy};

use crate::{
    peer::{Peer, impatient, serve_rpc},
    simulated::{Pooled, SimulatedL1},
};

const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const TO: Address = Address::repeat_byte(0x42);

/// Looks at L1 as fast as it can, and loses patience at once or never.
fn config(impatient: bool) -> TxConfig {
    TxConfig {
        receipt_query_interval: Duration::from_millis(1),
        resubmission_timeout: if impatient {
            Duration::ZERO
        } else {
            Duration::from_secs(3_600)
        },
        ..TxConfig::devnet()
    }
}

async fn manager(l1: &Arc<SimulatedL1>, config: TxConfig) -> (TxManager, Peer) {
    let peer = serve_rpc(Arc::clone(l1)).await;
    let client = L1Client::new(peer.endpoint.clone(), impatient()).unwrap();
    let wallet: Wallet = KEY.parse().unwrap();
    (TxManager::new(client, wallet, config).await.unwrap(), peer)
}

fn call(data: &'static [u8]) -> TxCandidate {
    TxCandidate::call(TO, Bytes::from_static(data))
}

fn one_blob() -> TxCandidate {
    TxCandidate::blobs(TO, vec![Arc::new(Blob::ZERO)]).with_gas_limit(21_000)
}

#[tokio::test]
async fn transactions_with_and_without_blobs_are_mined_one_kind_after_the_other() {
    let l1 = Arc::new(SimulatedL1::new(Some(2)));
    let (manager, _peer) = manager(&l1, config(false)).await;
    let (calls, blobs) = tokio::join!(manager.send(call(b"a")), manager.send(one_blob()));
    assert!(calls.unwrap().success && blobs.unwrap().success);
    let receipt = manager.send(call(b"b")).await.unwrap();
    assert_eq!(receipt.fee_wei(), U256::from(63_000));
    let state = l1.state();
    assert_eq!(state.taken.len(), 3);
    assert_eq!(
        state
            .taken
            .iter()
            .filter(|transaction| transaction.is_eip4844())
            .count(),
        1
    );
    assert_eq!(manager.pending_count(), 0);
}

#[tokio::test]
async fn submissions_keep_their_order_and_stop_at_the_maximum() {
    let l1 = Arc::new(SimulatedL1::new(None));
    let (manager, _peer) = manager(
        &l1,
        TxConfig {
            pending_max: 3,
            ..config(false)
        },
    )
    .await;
    let mut under_way = Vec::new();
    for data in [b"0", b"1", b"2"] {
        under_way.push(manager.submit(call(data)).await.unwrap());
    }
    assert!(matches!(
        manager.try_submit(call(b"3")).await,
        Err(Error::QueueFull { pending_max: 3 })
    ));
    l1.state().mine();
    for (nonce, pending) in under_way.into_iter().enumerate() {
        assert_eq!(pending.nonce(), nonce as u64);
        assert_eq!(pending.confirmed().await.unwrap().block.number, 1);
    }
    let inputs: Vec<Bytes> = l1
        .state()
        .taken
        .iter()
        .map(|transaction| transaction.input().clone())
        .collect();
    assert_eq!(inputs, [b"0", b"1", b"2"].map(|data| Bytes::from_static(data)));
    drop(manager.try_submit(call(b"3")).await.unwrap());
}

#[tokio::test]
async fn s30_fees_follow_a_market_that_rises_a_hundredfold() {
    let l1 = Arc::new(SimulatedL1::new(Some(3)));
    let (manager, _peer) = manager(&l1, config(true)).await;
    let pending = manager.submit(one_blob()).await.unwrap();
    l1.state().base_fee_wei *= 100;
    let receipt = pending.confirmed().await.unwrap();
    let state = l1.state();
    assert!(state.taken.len() >= 2);
    assert!(state.taken.iter().all(|transaction| transaction.nonce() == 0));
    let mined = state
        .taken
        .iter()
        .find(|transaction| *transaction.hash() == receipt.transaction_hash)
        .unwrap();
    assert!(mined.max_fee_per_gas() >= state.base_fee_wei);
}

#[tokio::test]
async fn one_payload_has_one_nonce_through_every_replacement() {
    let l1 = Arc::new(SimulatedL1::new(Some(7)));
    let (manager, _peer) = manager(&l1, config(true)).await;
    let (first, second) = (
        manager.submit(call(b"a")).await.unwrap(),
        manager.submit(call(b"b")).await.unwrap(),
    );
    let (first, second) = tokio::join!(first.confirmed(), second.confirmed());
    assert!(first.unwrap().success && second.unwrap().success);
    for transaction in &l1.state().taken {
        assert_eq!(transaction.input().as_ref(), [b"a", b"b"][transaction.nonce() as usize]);
    }
}

#[tokio::test]
async fn s30_a_reorganisation_that_drops_a_transaction_has_it_sent_again_once() {
    let l1 = Arc::new(SimulatedL1::new(None));
    let (manager, peer) = manager(
        &l1,
        TxConfig {
            confirmations: 2,
            ..config(false)
        },
    )
    .await;
    let pending = manager.submit(call(b"a")).await.unwrap();
    l1.state().mine();
    let waiting = tokio::spawn(pending.confirmed());
    until(|| peer.count("eth_blockNumber") >= 2).await;
    l1.state().drop_block();
    until(|| l1.state().pool.len() == 1).await;
    l1.state().mine();
    l1.state().mine();
    assert!(waiting.await.unwrap().unwrap().success);
    assert_eq!(peer.count("eth_sendRawTransaction"), 2);
    let state = l1.state();
    assert_eq!(state.taken[0].hash(), state.taken[1].hash());
}

/// Lets other tasks go on until something is true.
async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_transaction_in_l1_does_not_keep_the_other_kind_out() {
    let l1 = Arc::new(SimulatedL1::new(None));
    let (manager, _peer) = manager(&l1, config(false)).await;
    let pending = manager.submit(call(b"a")).await.unwrap();
    l1.state().mine();
    // Nobody looks after `pending` meanwhile.
    assert_eq!(manager.submit(one_blob()).await.unwrap().nonce(), 1);
    assert!(pending.confirmed().await.unwrap().success);
}

#[tokio::test]
async fn confirmations_are_waited_for() {
    let l1 = Arc::new(SimulatedL1::new(None));
    let (manager, peer) = manager(
        &l1,
        TxConfig {
            confirmations: 3,
            ..config(false)
        },
    )
    .await;
    let pending = manager.submit(call(b"a")).await.unwrap();
    l1.state().mine();
    let waiting = tokio::spawn(pending.confirmed());
    until(|| peer.count("eth_blockNumber") >= 3).await;
    assert!(!waiting.is_finished());
    l1.state().mine();
    l1.state().mine();
    assert_eq!(waiting.await.unwrap().unwrap().block.number, 1);
}

#[tokio::test]
async fn a_lost_answer_does_not_send_a_payload_twice() {
    let l1 = Arc::new(SimulatedL1::new(Some(2)));
    let (manager, _peer) = manager(&l1, config(false)).await;
    l1.state().loses_next_answer = true;
    assert!(manager.send(call(b"a")).await.unwrap().success);
    assert!(manager.send(call(b"b")).await.unwrap().success);
    let nonces: Vec<u64> = l1.state().taken.iter().map(Transaction::nonce).collect();
    assert_eq!(nonces, [0, 1]);
}

#[tokio::test]
async fn a_nonce_that_an_earlier_life_used_is_skipped() {
    let l1 = Arc::new(SimulatedL1::new(Some(2)));
    let (manager, _peer) = manager(&l1, config(false)).await;
    assert!(manager.send(call(b"a")).await.unwrap().success);
    l1.state().refusals = vec!["nonce too low: next nonce 2, tx nonce 1"];
    assert!(manager.send(call(b"b")).await.unwrap().success);
}

#[tokio::test]
async fn a_nonce_that_somebody_else_used_is_named() {
    let l1 = Arc::new(SimulatedL1::new(None));
    let (manager, _peer) = manager(&l1, config(false)).await;
    let pending = manager.submit(call(b"a")).await.unwrap();
    let foreign = foreign_transaction().await;
    l1.state().pool.insert(0, foreign);
    l1.state().mine();
    assert!(matches!(
        pending.confirmed().await,
        Err(Error::NonceTaken { nonce: 0, .. })
    ));
}

/// A transaction of the same account and nonce that another manager sent.
async fn foreign_transaction() -> Pooled {
    let other = Arc::new(SimulatedL1::new(None));
    let (manager, _peer) = manager(&other, config(false)).await;
    drop(manager.submit(call(b"foreign")).await.unwrap());
    other.state().taken.remove(0)
}

#[tokio::test]
async fn s30_an_empty_wallet_is_named_with_what_it_needs() {
    let l1 = Arc::new(SimulatedL1::new(None));
    let (manager, _peer) = manager(&l1, config(false)).await;
    l1.state().refusals = vec!["insufficient funds for gas * price + value: balance 7, tx cost 63000"];
    let error = manager.send(call(b"a")).await.unwrap_err();
    let Error::InsufficientFunds {
        address,
        balance_wei,
        needed_wei,
    } = error
    else {
        panic!("{error}")
    };
    assert_eq!((address, balance_wei), (manager.address(), U256::from(7)));
    assert_eq!(needed_wei, U256::from(21_000u64 * 3_000_000_000));
    // The nonce was given back.
    assert_eq!(manager.submit(call(b"a")).await.unwrap().nonce(), 0);
}

#[tokio::test]
async fn s30_a_pool_that_is_reserved_by_the_other_kind_is_cleared() {
    let l1 = Arc::new(SimulatedL1::new(None));
    let (manager, _peer) = manager(&l1, config(false)).await;
    l1.state().leftover_has_blobs = Some(true);
    let clearing = {
        let manager = manager.clone();
        tokio::spawn(async move { manager.submit(call(b"a")).await.map(|pending| pending.nonce()) })
    };
    until(|| l1.state().pool.len() == 1).await;
    l1.state().mine();
    assert_eq!(clearing.await.unwrap().unwrap(), 1);
    let state = l1.state();
    assert!(
        state.taken[0].is_eip4844(),
        "the leftover was replaced by a transaction of its own kind"
    );
    assert_eq!(state.taken[0].to(), Some(manager.address()));
    assert_eq!(state.taken[1].input().as_ref(), b"a");
}

#[tokio::test]
async fn s30_a_stuck_nonce_of_an_earlier_life_is_cancelled_at_restart() {
    for has_blobs in [false, true] {
        let l1 = Arc::new(SimulatedL1::new(None));
        let (manager, _peer) = manager(&l1, config(true)).await;
        l1.state().leftover_has_blobs = Some(has_blobs);
        let recovering = {
            let manager = manager.clone();
            tokio::spawn(async move { manager.recover().await })
        };
        until(|| l1.state().pool.len() == 1).await;
        l1.state().mine();
        assert!(recovering.await.unwrap().unwrap() >= 1);
        let pending = manager.submit(call(b"a")).await.unwrap();
        assert_eq!(pending.nonce(), 1);
    }
}

#[tokio::test]
async fn nothing_is_cancelled_at_a_clean_restart() {
    let l1 = Arc::new(SimulatedL1::new(None));
    let (manager, peer) = manager(&l1, config(true)).await;
    assert_eq!(manager.recover().await.unwrap(), 0);
    assert_eq!(peer.count("eth_sendRawTransaction"), 0);
}

/// Nothing else has the nonces of what is called back, and whoever waits hears that.
#[tokio::test]
async fn what_is_called_back_is_replaced_by_nothing_at_once() {
    let l1 = Arc::new(SimulatedL1::new(None));
    let (manager, _peer) = manager(&l1, config(false)).await;
    assert!(!manager.cancel_pending().await.unwrap(), "there is nothing");
    let first = manager.submit(call(b"a")).await.unwrap();
    drop(manager.submit(call(b"b")).await.unwrap());
    assert!(manager.cancel_pending().await.unwrap());
    {
        let mut state = l1.state();
        assert_eq!(state.pool.len(), 2);
        let are_empty = |pooled: &Pooled| pooled.to() == Some(manager.address()) && pooled.input().is_empty();
        assert!(state.pool.values().all(are_empty));
        state.mine();
    }
    assert!(!manager.cancel_pending().await.unwrap(), "L1 has taken all");
    let error = first.confirmed().await.unwrap_err();
    assert!(matches!(error, Error::NonceTaken { nonce: 0, .. }), "{error}");
    let next = manager.submit(call(b"c")).await.unwrap();
    assert_eq!(next.nonce(), 2);
    assert_eq!(manager.pending_count(), 1);
}

#[tokio::test]
async fn what_nobody_waits_for_any_more_does_not_block_what_follows() {
    let l1 = Arc::new(SimulatedL1::new(Some(4)));
    let (manager, _peer) = manager(&l1, config(true)).await;
    drop(manager.submit(call(b"a")).await.unwrap());
    l1.state().base_fee_wei *= 100;
    let receipt = manager.send(call(b"b")).await.unwrap();
    assert!(receipt.success);
    assert_eq!(l1.state().nonce(), 2);
}

#[tokio::test]
async fn a_transaction_that_is_not_mined_in_time_is_named() {
    let l1 = Arc::new(SimulatedL1::new(None));
    let (manager, _peer) = manager(
        &l1,
        TxConfig {
            send_timeout: Some(Duration::ZERO),
            ..config(false)
        },
    )
    .await;
    let error = manager.send(call(b"a")).await.unwrap_err();
    assert!(matches!(error, Error::SendTimeout { nonce: 0, .. }), "{error}");
}

#[tokio::test]
async fn a_refusal_that_nobody_knows_is_passed_on() {
    let l1 = Arc::new(SimulatedL1::new(None));
    let (manager, _peer) = manager(&l1, config(false)).await;
    l1.state().refusals = vec!["intrinsic gas too low"];
    let error = manager.send(call(b"a")).await.unwrap_err();
    assert!(
        matches!(error, Error::Rejected { nonce: 0, ref message, .. } if message.contains("intrinsic")),
        "{error}"
    );
}

/// A deployment of `inputs`, one transaction each.
fn plan(manager: &TxManager, inputs: &[&'static [u8]]) -> contracts::DeploymentPlan {
    let mut plan = contracts::DeploymentPlan::new(&DeploymentConfig::devnet(manager.address(), 0, 901)).unwrap();
    let planned = |(nonce, input): (usize, &&'static [u8])| PlannedTransaction {
        what: "a step",
        nonce: nonce as u64,
        to: None,
        input: Bytes::from_static(input),
        gas_limit: 100_000,
        effect: Effect::HandsOver,
    };
    plan.transactions = inputs.iter().enumerate().map(planned).collect();
    plan
}

#[tokio::test]
async fn a_plan_is_deployed_in_order() {
    let l1 = Arc::new(SimulatedL1::new(Some(2)));
    let (manager, _peer) = manager(
        &l1,
        TxConfig {
            pending_max: 2,
            ..config(false)
        },
    )
    .await;
    let receipts = deploy(&manager, &plan(&manager, &[b"1", b"2", b"3", b"4", b"5"]).transactions)
        .await
        .unwrap();
    assert_eq!(receipts.len(), 5);
    assert!(
        receipts
            .iter()
            .all(|receipt| receipt.success && receipt.contract_address.is_some())
    );
    let error = deploy(&manager, &plan(&manager, &[b"1"]).transactions)
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::PlanNonce {
                expected: 0,
                actual: 5,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_step_that_fails_stops_the_deployment() {
    let l1 = Arc::new(SimulatedL1::new(Some(2)));
    let (manager, _peer) = manager(&l1, config(false)).await;
    let error = deploy(&manager, &plan(&manager, &[b"1", b"fail"]).transactions)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Reverted { name: "a step", .. }), "{error}");
}
