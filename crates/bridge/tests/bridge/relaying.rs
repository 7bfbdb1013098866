//! Messages whose call failed: why, and what is not relayed again.

use alloy_primitives::{Address, B256, Bytes};
use alloy_sol_types::{Revert, SolError};
use l1::Wallet;
use protocol::{Withdrawal, alias, predeploys};
use tandem_bridge::{Error, Layer, Message, MessageFault, Sender, Transfer, sender_config};

use crate::{
    following::{TRANSACTION, USER, bridged, chains, follow, stages, withdrawal},
    world::{L1_BRIDGE, L1_MESSENGER, World, deposited, message_passed, receipt},
};

const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

async fn sender(world: &World, layer: Layer) -> Sender {
    let wallet: Wallet = KEY.parse().unwrap();
    Sender::new(world.node(layer), wallet, sender_config(layer, 1))
        .await
        .unwrap()
}

/// A withdrawal of ether over the bridge, whose message L1's messenger has; and the message's hash.
async fn world_with_message() -> (World, B256) {
    let world = World::start(chains()).await;
    let data = bridged(predeploys::L2_STANDARD_BRIDGE, L1_BRIDGE);
    let withdrawal = Withdrawal {
        sender: predeploys::L2_CROSS_DOMAIN_MESSENGER,
        target: L1_MESSENGER,
        data: data.clone(),
        ..withdrawal(0)
    };
    let logs = vec![message_passed(&withdrawal)];
    let included = receipt(TRANSACTION, 6, true, logs);
    world.chains().transactions.insert((false, TRANSACTION), included);
    world.chains().finalized.insert(withdrawal.hash(), true);
    (world, Message::from_calldata(&data).unwrap().hash)
}

fn refusal(reason: &str) -> Bytes {
    Revert::from(reason.to_owned()).abi_encode().into()
}

/// The withdrawal's own gas limit is 100,000.
#[tokio::test]
async fn why_a_message_failed_is_told_where_the_node_can_try_it() {
    let (world, message) = world_with_message().await;
    world.chains().failed.insert(message);
    let cases = [
        (None, None, "somebody to relay its message again on L1"),
        (
            Some(Ok(100_001)),
            Some(MessageFault::OutOfGas {
                gas_given: 100_000,
                gas_needed: 100_001,
            }),
            "it ran out of gas: it travelled with 100000, and needs 100001",
        ),
        (Some(Ok(100_000)), Some(MessageFault::Overcome), "takes it now"),
        (
            Some(Err(refusal("the door is closed"))),
            Some(MessageFault::Refused {
                reason: "the door is closed".to_owned(),
            }),
            "refuses it still: the door is closed",
        ),
    ];
    for (relay_gas, fault, says) in cases {
        world.chains().relay_gas = relay_gas;
        let followed = follow(&world).await;
        assert_eq!(stages(&followed), ["message-failed"]);
        assert_eq!(followed.transfers[0].fault(), fault.as_ref());
        let waits_for = followed.transfers[0].waits_for().unwrap();
        assert!(waits_for.contains(says), "{waits_for}");
    }
}

#[tokio::test]
async fn a_deposits_message_is_tried_on_l2_with_the_gas_of_its_deposit() {
    let world = World::start(chains()).await;
    let data = bridged(L1_BRIDGE, predeploys::L2_STANDARD_BRIDGE);
    let messenger = predeploys::L2_CROSS_DOMAIN_MESSENGER;
    let logs = vec![deposited(alias(L1_MESSENGER), messenger, 9, &data)];
    let included = receipt(TRANSACTION, 7, true, logs);
    world.chains().transactions.insert((true, TRANSACTION), included);
    let on_l2 = follow(&world).await.transfers[0].hash();
    world
        .chains()
        .transactions
        .insert((false, on_l2), receipt(on_l2, 4, true, vec![]));
    world
        .chains()
        .failed
        .insert(Message::from_calldata(&data).unwrap().hash);
    world.chains().relay_gas = Some(Ok(500_000));
    let fault = follow(&world).await.transfers[0].fault().cloned();
    // Deposits of this world have a gas limit of 100,000.
    let expected = MessageFault::OutOfGas {
        gas_given: 100_000,
        gas_needed: 500_000,
    };
    assert_eq!(fault, Some(expected));
}

async fn refused(world: &World, transfer: &Transfer, layer: Layer) -> Error {
    let sender = sender(world, layer).await;
    let refused = world.bridge().await.relay(&sender, transfer).await.unwrap_err();
    let methods = &world.chains().methods;
    assert!(!methods.contains(&"eth_sendRawTransaction".to_owned()), "{refused}");
    refused
}

#[tokio::test]
async fn what_need_not_or_cannot_be_relayed_is_refused_before_anything_is_sent() {
    let (world, message) = world_with_message().await;
    let transfer = follow(&world).await.transfers.remove(0);
    let error = refused(&world, &transfer, Layer::L1).await;
    assert!(matches!(error, Error::MessageNotFailed { .. }), "{error}");

    world.chains().failed.insert(message);
    let transfer = follow(&world).await.transfers.remove(0);
    let error = refused(&world, &transfer, Layer::L2).await;
    let (needed, actual) = (Layer::L1, Layer::L2);
    assert!(
        matches!(&error, Error::SenderLayer { needed: n, actual: a } if (*n, *a) == (needed, actual)),
        "{error}"
    );

    world.chains().paused = true;
    let error = refused(&world, &transfer, Layer::L1).await;
    assert!(matches!(error, Error::MessengerPaused { layer: Layer::L1 }), "{error}");
    world.chains().paused = false;

    world.chains().relay_gas = Some(Err(refusal("the door is closed")));
    let error = refused(&world, &transfer, Layer::L1).await;
    assert!(
        matches!(&error, Error::MessageRefused { reason, .. } if reason == "the door is closed"),
        "{error}"
    );

    // Somebody else relayed it in between.
    world.chains().relayed.insert(message);
    let error = refused(&world, &transfer, Layer::L1).await;
    assert!(
        matches!(&error, Error::MessageRelayed { message: hash, .. } if *hash == message),
        "{error}"
    );
}

#[tokio::test]
async fn a_transfer_without_a_message_has_nothing_to_relay() {
    let world = World::start(chains()).await;
    let logs = vec![message_passed(&withdrawal(0))];
    let included = receipt(TRANSACTION, 6, true, logs);
    world.chains().transactions.insert((false, TRANSACTION), included);
    let transfer = follow(&world).await.transfers.remove(0);
    let error = refused(&world, &transfer, Layer::L1).await;
    assert!(
        matches!(error, Error::NoMessage { transfer: hash } if hash == transfer.hash()),
        "{error}"
    );
    assert_ne!(transfer.movement().from, Address::ZERO);
    assert_eq!(transfer.movement().to, USER);
}
