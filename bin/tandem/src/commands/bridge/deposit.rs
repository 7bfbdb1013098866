//! Beginning a deposit.

use super::{Report, Sent, act::follow_to_the_end, connect::connect, of_ether, of_token, sender};
use crate::arguments::{BridgeDepositArguments, DepositWay};
use ::bridge::{Bridge, DepositRequest, Layer, Token};
use alloy_primitives::Address;

/// Gas of a transaction through the portal, as the portal has it for ether that is sent to it.
const PORTAL_GAS: u32 = 100_000;
/// Gas of a bridge's call, which may have a token make its twin's first balance.
const BRIDGE_GAS: u32 = 200_000;

pub(super) async fn deposit(arguments: BridgeDepositArguments) -> anyhow::Result<()> {
    let output = arguments.connection.output;
    let bridge = connect(&arguments.connection).await?;
    let sender = sender(bridge.l1(), &arguments.sender, Layer::L1, bridge.l1()).await?;
    let request = request(&arguments, &bridge, sender.address()).await?;
    let receipt = bridge.deposit(&sender, &request).await?;
    let sent = Sent::of(Layer::L1, &receipt);
    sent.tell(output, "deposited");
    let transaction = receipt.transaction;
    if !arguments.wait {
        return Report::new("deposit", vec![sent], bridge.follow(transaction).await?).tell(output);
    }
    let has_arrived = |stage: &str| stage != "waiting-for-l2";
    follow_to_the_end(&bridge, ("deposit", vec![sent]), transaction, output, |followed| {
        followed.transfers.iter().all(|transfer| has_arrived(transfer.stage()))
    })
    .await
}

async fn request(
    arguments: &BridgeDepositArguments,
    bridge: &Bridge,
    sender: Address,
) -> anyhow::Result<DepositRequest> {
    let to = arguments.to.unwrap_or(sender);
    let amount = arguments.amount.as_ref();
    let is_plain = arguments.token.is_none() && arguments.via == DepositWay::Portal;
    let usual = if is_plain { PORTAL_GAS } else { BRIDGE_GAS };
    let gas_limit = arguments.gas_limit.unwrap_or(usual);
    let tokens = arguments.token.zip(arguments.l2_token);
    Ok(match (tokens, arguments.token_id, arguments.via) {
        (Some((l1_token, l2_token)), Some(token_id), _) => DepositRequest::Nft {
            l1_token,
            l2_token,
            to,
            token_id,
            gas_limit,
        },
        (Some((l1_token, l2_token)), None, _) => DepositRequest::Token {
            l1_token,
            l2_token,
            to,
            amount: of_token(amount, &Token::new(bridge.l1().clone(), l1_token)).await?,
            gas_limit,
        },
        (None, _, DepositWay::Portal) => DepositRequest::Portal {
            to,
            amount: of_ether(amount)?,
            gas_limit: gas_limit.into(),
            data: arguments.data.clone(),
        },
        (None, _, DepositWay::Bridge) => DepositRequest::Ether {
            to,
            amount: of_ether(amount)?,
            gas_limit,
        },
    })
}
