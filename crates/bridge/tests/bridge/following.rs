//! Transfers are followed through every stage.

use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::SolCall;
use contracts::bindings::{
    CrossDomainMessenger::relayMessageCall, OutputProposal, StandardBridge::finalizeBridgeETHCall,
};
use protocol::{Withdrawal, alias, predeploys};
use tandem_bridge::{Asset, Error, Followed, Layer, Message, Transfer, withdrawals_in};

use crate::world::{Chains, L1_BRIDGE, L1_MESSENGER, L1_TIME, World, deposited, message_passed, receipt};

pub(crate) const TRANSACTION: B256 = B256::repeat_byte(0x11);
pub(crate) const USER: Address = Address::repeat_byte(0x22);

pub(crate) fn chains() -> Chains {
    Chains {
        portal_version: "2.8.0",
        l1_head: 20,
        l2_head: 30,
        l2_safe: 10,
        l2_finalized: 5,
        l2_origin: 8,
        ..Chains::default()
    }
}

pub(crate) fn withdrawal(nonce: u64) -> Withdrawal {
    Withdrawal {
        nonce: U256::from(nonce),
        sender: USER,
        target: USER,
        value: U256::from(7),
        gas_limit: U256::from(100_000),
        data: Bytes::new(),
    }
}

/// Ether over the bridges, as the receiving messenger gets it.
pub(crate) fn bridged(sender: Address, target: Address) -> Bytes {
    let message = finalizeBridgeETHCall {
        from: USER,
        to: USER,
        amount: U256::from(9),
        extraData: Bytes::new(),
    };
    let call = relayMessageCall {
        nonce: U256::from(1) << 240,
        sender,
        target,
        value: U256::from(9),
        minGasLimit: U256::from(200_000),
        message: message.abi_encode().into(),
    };
    call.abi_encode().into()
}

fn output(block: u128, time: u128) -> OutputProposal {
    OutputProposal {
        outputRoot: B256::repeat_byte(block as u8),
        timestamp: time,
        l2BlockNumber: block,
    }
}

pub(crate) async fn follow(world: &World) -> Followed {
    world.bridge().await.follow(TRANSACTION).await.unwrap()
}

pub(crate) fn stages(followed: &Followed) -> Vec<&'static str> {
    followed.transfers.iter().map(Transfer::stage).collect()
}

#[tokio::test]
async fn a_deposit_is_followed_from_l1_to_a_finalized_block() {
    let world = World::start(chains()).await;
    world.chains().transactions.insert((true, TRANSACTION), None);
    let pooled = follow(&world).await;
    assert_eq!(
        (pooled.layer, pooled.block, pooled.is_settled()),
        (Layer::L1, None, false)
    );

    let logs = vec![deposited(USER, USER, 5, b"")];
    world
        .chains()
        .transactions
        .insert((true, TRANSACTION), receipt(TRANSACTION, 15, true, logs));
    let waiting = follow(&world).await;
    assert_eq!(stages(&waiting), ["waiting-for-l2"]);
    // The window is 100 blocks of 12 seconds.
    assert_eq!(waiting.transfers[0].until(), Some(L1_TIME + 12 * 115));
    let Transfer::Deposit { deposit, .. } = &waiting.transfers[0] else {
        panic!("{waiting:?}")
    };
    let on_l2 = deposit.l2_transaction;
    assert_eq!(waiting.transfers[0].movement().amount, U256::from(5));

    for (block, stage) in [(11, "unsafe"), (10, "safe"), (5, "finalized")] {
        world
            .chains()
            .transactions
            .insert((false, on_l2), receipt(on_l2, block, true, vec![]));
        let followed = follow(&world).await;
        assert_eq!(stages(&followed), [stage]);
        assert_eq!(followed.is_settled(), stage == "finalized");
    }
    world
        .chains()
        .transactions
        .insert((false, on_l2), receipt(on_l2, 5, false, vec![]));
    let failed = follow(&world).await;
    assert!(failed.is_settled() && failed.is_failed());
}

#[tokio::test]
async fn a_deposit_over_the_bridge_is_told_with_its_message() {
    let world = World::start(chains()).await;
    let data = bridged(L1_BRIDGE, predeploys::L2_STANDARD_BRIDGE);
    let logs = vec![
        deposited(USER, USER, 5, b""),
        deposited(alias(L1_MESSENGER), predeploys::L2_CROSS_DOMAIN_MESSENGER, 9, &data),
    ];
    world
        .chains()
        .transactions
        .insert((true, TRANSACTION), receipt(TRANSACTION, 7, true, logs));
    let followed = follow(&world).await;
    assert_eq!(stages(&followed), ["waiting-for-l2", "waiting-for-l2"]);
    let movement = followed.transfers[1].movement();
    assert_eq!(
        (movement.asset, movement.amount, movement.to),
        (Asset::Ether, U256::from(9), USER)
    );

    let Transfer::Deposit { deposit, .. } = &followed.transfers[1] else {
        panic!("{followed:?}")
    };
    let (on_l2, message) = (deposit.l2_transaction, deposit.message.clone().unwrap());
    world
        .chains()
        .transactions
        .insert((false, on_l2), receipt(on_l2, 4, true, vec![]));
    world.chains().failed.insert(message.hash);
    assert_eq!(stages(&follow(&world).await), ["waiting-for-l2", "message-failed"]);
    world.chains().relayed.insert(message.hash);
    assert_eq!(stages(&follow(&world).await), ["waiting-for-l2", "finalized"]);
}

#[tokio::test]
async fn several_withdrawals_of_a_transaction_are_followed_each_on_its_own() {
    let world = World::start(chains()).await;
    let all: Vec<_> = (0..3).map(withdrawal).collect();
    let logs = all.iter().map(message_passed).collect();
    world
        .chains()
        .transactions
        .insert((false, TRANSACTION), receipt(TRANSACTION, 6, true, logs));
    let followed = follow(&world).await;
    assert_eq!(stages(&followed), ["waiting-to-prove"; 3]);
    // The output of block 8; L2's blocks are 2 seconds apart.
    assert_eq!(followed.transfers[0].until(), Some(L1_TIME + 16));
    assert!(followed.transfers[0].waits_for().unwrap().contains("block 8"));

    world.chains().outputs = vec![output(4, 1_100), output(8, 1_150)];
    assert_eq!(stages(&follow(&world).await), ["ready-to-prove"; 3]);

    let now = u128::from(L1_TIME + 12 * 20);
    let root = B256::repeat_byte(8);
    world.chains().proven.insert(all[0].hash(), (root, now - 60, 1));
    world.chains().proven.insert(all[1].hash(), (root, now - 61, 1));
    let followed = follow(&world).await;
    assert_eq!(
        stages(&followed),
        ["waiting-to-finalize", "ready-to-finalize", "ready-to-prove"]
    );
    assert_eq!(followed.transfers[0].until(), Some(followed.now + 1));

    world.chains().finalized.insert(all[0].hash(), true);
    world.chains().finalized.insert(all[1].hash(), false);
    let followed = follow(&world).await;
    assert_eq!(stages(&followed), ["finalized", "failed", "ready-to-prove"]);
    assert!(followed.is_failed() && !followed.is_settled());
}

#[tokio::test]
async fn s34_a_proof_by_an_output_that_was_replaced_or_deleted_does_not_count() {
    let world = World::start(chains()).await;
    let withdrawal = withdrawal(0);
    let logs = vec![message_passed(&withdrawal)];
    world
        .chains()
        .transactions
        .insert((false, TRANSACTION), receipt(TRANSACTION, 6, true, logs));
    world.chains().outputs = vec![output(4, 1_100), output(8, 1_150)];
    let wrong = B256::repeat_byte(0xee);
    world.chains().proven.insert(withdrawal.hash(), (wrong, 1_160, 1));
    let replaced = follow(&world).await;
    assert_eq!(stages(&replaced), ["ready-to-prove"]);
    assert!(replaced.transfers[0].waits_for().unwrap().contains("was deleted"));

    world.chains().outputs.pop();
    assert_eq!(stages(&follow(&world).await), ["waiting-to-prove"]);

    // A portal that forgets proofs that fell has them in its log.
    world.chains().proven.clear();
    assert!(
        !follow(&world).await.transfers[0]
            .waits_for()
            .unwrap()
            .contains("was deleted")
    );
    world.chains().once_proven.insert(withdrawal.hash());
    assert!(
        follow(&world).await.transfers[0]
            .waits_for()
            .unwrap()
            .contains("was deleted")
    );
}

#[tokio::test]
async fn a_withdrawal_over_the_bridge_is_told_with_its_message() {
    let world = World::start(chains()).await;
    let data = bridged(predeploys::L2_STANDARD_BRIDGE, L1_BRIDGE);
    let withdrawal = Withdrawal {
        sender: predeploys::L2_CROSS_DOMAIN_MESSENGER,
        target: L1_MESSENGER,
        data: data.clone(),
        ..withdrawal(0)
    };
    let logs = vec![message_passed(&withdrawal)];
    world
        .chains()
        .transactions
        .insert((false, TRANSACTION), receipt(TRANSACTION, 6, true, logs));
    world.chains().finalized.insert(withdrawal.hash(), true);
    let message = Message::from_calldata(&data).unwrap();
    world.chains().failed.insert(message.hash);
    let followed = follow(&world).await;
    assert_eq!(stages(&followed), ["message-failed"]);
    assert_eq!(followed.transfers[0].movement().amount, U256::from(9));
    world.chains().relayed.insert(message.hash);
    assert_eq!(stages(&follow(&world).await), ["finalized"]);
}

#[tokio::test]
async fn what_came_of_a_call_is_unknown_where_l1_keeps_no_logs() {
    let world = World::start(Chains {
        serves_no_logs: true,
        ..chains()
    })
    .await;
    let withdrawal = withdrawal(0);
    let logs = vec![message_passed(&withdrawal)];
    world
        .chains()
        .transactions
        .insert((false, TRANSACTION), receipt(TRANSACTION, 6, true, logs));
    world.chains().finalized.insert(withdrawal.hash(), false);
    assert_eq!(stages(&follow(&world).await), ["finalized"]);
}

#[tokio::test]
async fn what_programs_read_has_stable_keys() {
    let world = World::start(chains()).await;
    let withdrawal = withdrawal(0);
    let logs = vec![message_passed(&withdrawal)];
    world
        .chains()
        .transactions
        .insert((false, TRANSACTION), receipt(TRANSACTION, 6, true, logs));
    let json = serde_json::to_value(follow(&world).await).unwrap();
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(keys(&json), "block l1Time layer settled success transaction transfers");
    let transfer = &json["transfers"][0];
    let expected = "done failed fault hash kind l2Block message movement outputIndex stage until waitsFor";
    assert_eq!(keys(transfer), expected);
    assert_eq!(keys(&transfer["movement"]), "amount asset from to unit");
    assert_eq!(transfer["stage"], "waiting-to-prove");
    assert_eq!(transfer["hash"], withdrawal.hash().to_string());
}

#[tokio::test]
async fn transactions_that_began_nothing_are_told_apart() {
    let world = World::start(chains()).await;
    let bridge = world.bridge().await;
    let unknown = bridge.follow(TRANSACTION).await;
    assert!(matches!(unknown, Err(Error::TransactionUnknown { .. })), "{unknown:?}");
    for (is_l1, layer, what) in [(true, Layer::L1, "deposit"), (false, Layer::L2, "withdrawal")] {
        world.chains().transactions.clear();
        world
            .chains()
            .transactions
            .insert((is_l1, TRANSACTION), receipt(TRANSACTION, 3, true, vec![]));
        let empty = bridge.follow(TRANSACTION).await.unwrap_err();
        assert!(
            matches!(empty, Error::NothingIn { layer: l, what: w, .. } if l == layer && w == what),
            "{empty}"
        );
    }
    world
        .chains()
        .transactions
        .insert((false, TRANSACTION), receipt(TRANSACTION, 3, false, vec![]));
    world.chains().transactions.remove(&(true, TRANSACTION));
    let failed = bridge.follow(TRANSACTION).await.unwrap();
    assert!(failed.is_settled() && failed.is_failed() && failed.transfers.is_empty());
    let refused = bridge.withdrawals_of(TRANSACTION).await.unwrap_err();
    assert!(
        matches!(refused, Error::NotIncluded { state: "failed", .. }),
        "{refused}"
    );
}

#[tokio::test]
async fn logs_of_others_are_no_withdrawals() {
    let world = World::start(chains()).await;
    let mut forged = message_passed(&withdrawal(0));
    forged.address = USER;
    let mut bent = message_passed(&withdrawal(1));
    bent.data.data = bent.data.data.slice(32..);
    let logs = vec![forged, bent, message_passed(&withdrawal(2))];
    world
        .chains()
        .transactions
        .insert((false, TRANSACTION), receipt(TRANSACTION, 3, true, logs));
    let found = world.node(Layer::L2).receipt(TRANSACTION).await.unwrap().unwrap();
    assert_eq!(withdrawals_in(&found), [withdrawal(2)]);
}
