//! Beginning a withdrawal.

use super::{Report, Sent, connect::connect, of_ether, of_token, sender};
use crate::arguments::{BridgeWithdrawArguments, WithdrawalWay};
use ::bridge::{Bridge, Error, Layer, Token, WithdrawalRequest};
use alloy_primitives::Address;

pub(super) async fn withdraw(arguments: BridgeWithdrawArguments) -> anyhow::Result<()> {
    let output = arguments.connection.output;
    let bridge = connect(&arguments.connection).await?;
    let sender = sender(bridge.l2(), &arguments.sender, Layer::L2, bridge.l1()).await?;
    let request = request(&arguments, &bridge, sender.address()).await?;
    let receipt = bridge.withdraw(&sender, &request).await?;
    let sent = Sent::of(Layer::L2, &receipt);
    sent.tell(output, "withdrawal begun");
    let followed = bridge.follow(receipt.transaction).await?;
    Report::new("withdraw", vec![sent], followed).tell(output)?;
    if !output.json {
        let transaction = receipt.transaction;
        println!("next: tandem bridge prove {transaction} --wait, and then finalize, with the same flags");
    }
    Ok(())
}

async fn request(
    arguments: &BridgeWithdrawArguments,
    bridge: &Bridge,
    sender: Address,
) -> anyhow::Result<WithdrawalRequest> {
    let (to, gas_limit) = (arguments.to.unwrap_or(sender), arguments.gas_limit);
    let amount = arguments.amount.as_ref();
    if let Some(l2_token) = arguments.token {
        let token = Token::new(bridge.l2().clone(), l2_token);
        let l1_token = match arguments.l1_token {
            Some(l1_token) => l1_token,
            None => token.twin().await?.ok_or(Error::NoTwin { token: l2_token })?,
        };
        return Ok(match arguments.token_id {
            Some(token_id) => WithdrawalRequest::Nft {
                l2_token,
                l1_token,
                to,
                token_id,
                gas_limit,
            },
            None => WithdrawalRequest::Token {
                l2_token,
                l1_token,
                to,
                amount: of_token(amount, &token).await?,
                gas_limit,
            },
        });
    }
    let amount = of_ether(amount)?;
    Ok(match arguments.via {
        WithdrawalWay::Passer => WithdrawalRequest::Passer {
            to,
            amount,
            gas_limit: gas_limit.into(),
            data: arguments.data.clone(),
        },
        WithdrawalWay::Bridge => WithdrawalRequest::Ether { to, amount, gas_limit },
    })
}
