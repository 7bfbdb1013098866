//! What cannot work is refused before anything is sent.

use alloy_primitives::{Address, B256, Bytes, U256};
use l1::Wallet;
use protocol::{Withdrawal, predeploys};
use tandem_bridge::{
    DepositRequest, Error, Layer, PairFault, Sender, System, WithdrawalRequest, gas_limit_max, sender_config,
};

use crate::world::{Chains, PORTAL, World};

const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const USER: Address = Address::repeat_byte(0x22);

async fn world(portal_version: &'static str) -> World {
    let chains = Chains {
        portal_version,
        l1_head: 3,
        ..Chains::default()
    };
    World::start(chains).await
}

async fn sender(world: &World) -> Sender {
    let wallet: Wallet = KEY.parse().unwrap();
    Sender::new(world.node(Layer::L2), wallet, sender_config(Layer::L2, 1))
        .await
        .unwrap()
}

#[tokio::test]
async fn portals_that_settle_by_games_are_refused_by_version() {
    for (version, is_taken) in [("2.8.0", true), ("1.10.0", true), ("3.10.0", false), ("4.1.2", false)] {
        let world = world(version).await;
        let system = System::of_portal(&world.node(Layer::L1), PORTAL).await;
        match system {
            Ok(_) => assert!(is_taken, "{version}"),
            Err(error) => assert!(
                !is_taken && matches!(&error, Error::PortalVersion { version: found, .. } if found == version),
                "{error}"
            ),
        }
    }
}

#[tokio::test]
async fn an_address_that_is_no_portal_is_named() {
    let world = world("2.8.0").await;
    let error = System::of_portal(&world.node(Layer::L1), USER).await.unwrap_err();
    assert!(error.to_string().contains("OptimismPortal"), "{error}");
}

fn through_passer(sender: Address, gas_limit: u64) -> Withdrawal {
    Withdrawal {
        nonce: U256::MAX,
        sender,
        target: USER,
        value: U256::from(1),
        gas_limit: U256::from(gas_limit),
        data: Bytes::new(),
    }
}

#[tokio::test]
async fn s41_a_withdrawal_that_no_transaction_on_l1_could_finalize_is_refused() {
    let world = world("2.8.0").await;
    let (bridge, sender) = (world.bridge().await, sender(&world).await);
    let edge = gas_limit_max(0) + 1;
    let request = |gas_limit| WithdrawalRequest::Passer {
        to: USER,
        amount: U256::from(1),
        gas_limit,
        data: Bytes::new(),
    };
    for gas_limit in [edge, u64::MAX] {
        world.chains().methods.clear();
        let error = bridge.withdraw(&sender, &request(gas_limit)).await.unwrap_err();
        assert!(
            matches!(error, Error::Unfinalizable { gas_limit_max, .. } if gas_limit_max == edge - 1),
            "{error}"
        );
        assert!(error.to_string().contains("has 16777216 (EIP-7825)"), "{error}");
        assert!(world.chains().methods.is_empty(), "nothing is asked or sent");
    }
    // One unit less is tried, and fails only because these nodes execute nothing.
    let tried = bridge.withdraw(&sender, &request(edge - 1)).await.unwrap_err();
    assert!(matches!(tried, Error::Node { layer: Layer::L2, .. }), "{tried}");
    assert!(world.chains().methods.contains(&"eth_estimateGas".to_owned()));
}

/// `relayMessage` around `finalizeBridgeETH`: a selector and seven words around a selector and five, in whole words.
const MESSAGE_BYTES: usize = 4 + 7 * 32 + (4 + 5 * 32_usize).next_multiple_of(32);

#[tokio::test]
async fn s41_over_the_bridge_the_messengers_gas_counts() {
    let world = world("2.8.0").await;
    let (bridge, sender) = (world.bridge().await, sender(&world).await);
    let request = |gas_limit| WithdrawalRequest::Ether {
        to: USER,
        amount: U256::from(1),
        gas_limit,
    };
    // The messenger of this world adds 300,000.
    let edge = u32::try_from(gas_limit_max(MESSAGE_BYTES) + 1 - 300_000).unwrap();
    let refused = bridge.withdraw(&sender, &request(edge)).await.unwrap_err();
    assert!(matches!(refused, Error::Unfinalizable { .. }), "{refused}");
    let tried = bridge.withdraw(&sender, &request(edge - 1)).await.unwrap_err();
    assert!(matches!(tried, Error::Node { .. }), "{tried}");
}

#[tokio::test]
async fn what_would_be_lost_where_it_arrives_is_refused() {
    let world = world("2.8.0").await;
    let (bridge, on_l2) = (world.bridge().await, sender(&world).await);
    let wallet: Wallet = KEY.parse().unwrap();
    let on_l1 = Sender::new(world.node(Layer::L1), wallet, sender_config(Layer::L1, 1))
        .await
        .unwrap();
    for to in [PORTAL, Address::ZERO] {
        let (amount, gas_limit) = (U256::from(1), 100_000);
        let data = Bytes::from(vec![1]);
        let plain = WithdrawalRequest::Passer {
            to,
            amount,
            gas_limit: gas_limit.into(),
            data,
        };
        for request in [plain, WithdrawalRequest::Ether { to, amount, gas_limit }] {
            let error = bridge.withdraw(&on_l2, &request).await.unwrap_err();
            assert!(
                matches!(error, Error::Recipient { recipient, layer: Layer::L1, .. } if recipient == to),
                "{error}"
            );
        }
    }
    for to in [
        predeploys::L2_CROSS_DOMAIN_MESSENGER,
        predeploys::L2_STANDARD_BRIDGE,
        Address::ZERO,
    ] {
        let (amount, gas_limit) = (U256::from(1), 100_000);
        let request = DepositRequest::Ether { to, amount, gas_limit };
        let error = bridge.deposit(&on_l1, &request).await.unwrap_err();
        assert!(
            matches!(error, Error::Recipient { recipient, layer: Layer::L2, .. } if recipient == to),
            "{error}"
        );
    }
    assert!(!world.chains().methods.contains(&"eth_sendRawTransaction".to_owned()));
}

const L1_TOKEN: Address = Address::repeat_byte(0x31);
const L2_TOKEN: Address = Address::repeat_byte(0x32);

#[tokio::test]
async fn tokens_that_are_no_pair_are_refused_with_what_they_are() {
    let world = world("2.8.0").await;
    let (bridge, sender) = (world.bridge().await, sender(&world).await);
    let request = WithdrawalRequest::Token {
        l2_token: L2_TOKEN,
        l1_token: L1_TOKEN,
        to: USER,
        amount: U256::from(6),
        gas_limit: 100_000,
    };
    let fault = async || match bridge.withdraw(&sender, &request).await.unwrap_err() {
        Error::NotAPair { fault, .. } => Some(fault),
        // A pair goes on to its amount, of which the account has too little.
        Error::TokenBalance { .. } => None,
        error => panic!("{error}"),
    };
    assert_eq!(fault().await, Some(PairFault::NoTwins));
    let standing = |is_l1, token, twin, minter| world.chains().tokens.insert((is_l1, token), (twin, minter));
    standing(false, L2_TOKEN, USER, predeploys::L2_STANDARD_BRIDGE);
    let (token, twin) = (L2_TOKEN, USER);
    assert_eq!(fault().await, Some(PairFault::OtherTwin { token, twin }));
    standing(false, L2_TOKEN, L1_TOKEN, USER);
    let (minter, bridge_on_l2) = (USER, predeploys::L2_STANDARD_BRIDGE);
    let other_bridge = PairFault::OtherBridge {
        token,
        minter,
        bridge: bridge_on_l2,
    };
    assert_eq!(fault().await, Some(other_bridge));
    standing(false, L2_TOKEN, L1_TOKEN, predeploys::L2_STANDARD_BRIDGE);
    assert_eq!(fault().await, None);
}

#[tokio::test]
async fn a_token_of_somebody_else_is_not_sent() {
    let world = world("2.8.0").await;
    let (bridge, sender) = (world.bridge().await, sender(&world).await);
    let minter = predeploys::L2_ERC721_BRIDGE;
    world.chains().tokens.insert((false, L2_TOKEN), (L1_TOKEN, minter));
    let request = WithdrawalRequest::Nft {
        l2_token: L2_TOKEN,
        l1_token: L1_TOKEN,
        to: USER,
        token_id: U256::from(7),
        gas_limit: 100_000,
    };
    // In this world every collection's tokens are its bridge's.
    let error = bridge.withdraw(&sender, &request).await.unwrap_err();
    assert!(
        matches!(error, Error::TokenOwner { owner, .. } if owner == minter),
        "{error}"
    );
    world
        .chains()
        .tokens
        .insert((false, L2_TOKEN), (L1_TOKEN, sender.address()));
    let error = bridge.withdraw(&sender, &request).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::NotAPair {
                fault: PairFault::OtherBridge { .. },
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn an_l2_that_stands_on_another_l1_is_refused() {
    let world = world("2.8.0").await;
    let bridge = world.bridge().await;
    bridge.require_same_l1().await.unwrap();
    let read = B256::repeat_byte(0xee);
    world.chains().l2_origin_hash = Some(read);
    let error = bridge.require_same_l1().await.unwrap_err();
    assert!(
        matches!(error, Error::OtherL1 { number: 0, on_l2, .. } if on_l2 == read),
        "{error}"
    );
    // At its genesis the L2 has read nothing of L1.
    world.chains().l2_origin_hash = Some(B256::ZERO);
    bridge.require_same_l1().await.unwrap();
    // L1's node may be behind: then nothing can be said.
    world.chains().l2_origin_hash = Some(read);
    world.chains().l2_origin = 100;
    world.chains().l1_head = 99;
    bridge.require_same_l1().await.unwrap();
}

#[tokio::test]
async fn steps_that_are_not_due_say_what_to_wait_for() {
    let world = world("2.8.0").await;
    let bridge = world.bridge().await;
    let wallet: Wallet = KEY.parse().unwrap();
    let sender = Sender::new(world.node(Layer::L1), wallet, sender_config(Layer::L1, 1))
        .await
        .unwrap();
    let withdrawal = through_passer(USER, 0);
    let error = bridge.prove(&sender, &withdrawal, 6).await.unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("waiting-to-prove") && said.contains("output of L2 block 8"),
        "{said}"
    );
    world.chains().finalized.insert(withdrawal.hash(), true);
    let error = bridge.finalize(&sender, &withdrawal, 6, false).await.unwrap_err();
    assert!(error.to_string().contains("nothing left to do"), "{error}");
    assert!(!world.chains().methods.contains(&"eth_sendRawTransaction".to_owned()));
}

#[tokio::test]
async fn a_withdrawal_of_an_unknown_transaction_is_refused() {
    let world = world("2.8.0").await;
    let error = world
        .bridge()
        .await
        .withdrawals_of(B256::repeat_byte(1))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::TransactionUnknown { .. }), "{error}");
}
