//! `tandem bridge`.

mod act;
mod connect;
mod report;

pub(crate) use self::{
    act::{Step, carry_on, pause},
    connect::{layer, sender},
    report::{Report, Sent},
};

use self::{act::follow_until, connect::connect};
use crate::arguments::{
    Amount, BridgeCommand, BridgeDepositArguments, BridgeStatusArguments, BridgeWithdrawArguments, DepositWay,
    WithdrawalWay,
};
use ::bridge::{DepositRequest, Layer, Token, WithdrawalRequest};

/// Decimal places of ether.
pub(crate) const ETHER_DECIMALS: u8 = 18;

/// Gas of a transaction through the portal, as the portal has it for ether that is sent to it.
const PORTAL_GAS: u32 = 100_000;
/// Gas of a bridge's call, which may have a token make its twin's first balance.
const BRIDGE_GAS: u32 = 200_000;

pub(crate) async fn bridge(command: BridgeCommand) -> anyhow::Result<()> {
    match command {
        BridgeCommand::Deposit(arguments) => deposit(arguments).await,
        BridgeCommand::Withdraw(arguments) => withdraw(arguments).await,
        BridgeCommand::Status(arguments) => status(arguments).await,
        BridgeCommand::Prove(arguments) => {
            let bridge = connect(&arguments.connection).await?;
            carry_on(&bridge, Step::Prove, &arguments.withdrawal, arguments.connection.output).await
        }
        BridgeCommand::Finalize(arguments) => {
            let bridge = connect(&arguments.connection).await?;
            carry_on(
                &bridge,
                Step::Finalize,
                &arguments.withdrawal,
                arguments.connection.output,
            )
            .await
        }
    }
}

async fn deposit(arguments: BridgeDepositArguments) -> anyhow::Result<()> {
    let output = arguments.connection.output;
    let bridge = connect(&arguments.connection).await?;
    let sender = sender(bridge.l1(), &arguments.sender, Layer::L1, bridge.l1()).await?;
    let to = arguments.to.unwrap_or(sender.address());
    let is_plain = arguments.token.is_none() && arguments.via == DepositWay::Portal;
    let usual = if is_plain { PORTAL_GAS } else { BRIDGE_GAS };
    let gas_limit = arguments.gas_limit.unwrap_or(usual);
    let request = match (arguments.token.zip(arguments.l2_token), arguments.via) {
        (Some((l1_token, l2_token)), _) => DepositRequest::Token {
            l1_token,
            l2_token,
            to,
            amount: of_token(&arguments.amount, &Token::new(bridge.l1().clone(), l1_token)).await?,
            gas_limit,
        },
        (None, DepositWay::Portal) => DepositRequest::Portal {
            to,
            amount: arguments.amount.smallest(ETHER_DECIMALS)?,
            gas_limit: gas_limit.into(),
            data: arguments.data,
        },
        (None, DepositWay::Bridge) => DepositRequest::Ether {
            to,
            amount: arguments.amount.smallest(ETHER_DECIMALS)?,
            gas_limit,
        },
    };
    let receipt = bridge.deposit(&sender, &request).await?;
    let sent = Sent::of(Layer::L1, &receipt);
    sent.tell(output, "deposited");
    let followed = follow_until(&bridge, receipt.transaction, output, |followed| {
        !arguments.wait
            || followed
                .transfers
                .iter()
                .all(|transfer| transfer.stage() != "waiting-for-l2")
    })
    .await?;
    Report::new("deposit", vec![sent], followed).tell(output)
}

async fn withdraw(arguments: BridgeWithdrawArguments) -> anyhow::Result<()> {
    let output = arguments.connection.output;
    let bridge = connect(&arguments.connection).await?;
    let sender = sender(bridge.l2(), &arguments.sender, Layer::L2, bridge.l1()).await?;
    let (to, gas_limit) = (arguments.to.unwrap_or(sender.address()), arguments.gas_limit);
    let request = match (arguments.token, arguments.via) {
        (Some(l2_token), _) => {
            let token = Token::new(bridge.l2().clone(), l2_token);
            WithdrawalRequest::Token {
                l2_token,
                l1_token: match arguments.l1_token {
                    Some(l1_token) => l1_token,
                    None => token.remote().await?,
                },
                to,
                amount: of_token(&arguments.amount, &token).await?,
                gas_limit,
            }
        }
        (None, WithdrawalWay::Passer) => WithdrawalRequest::Passer {
            to,
            amount: arguments.amount.smallest(ETHER_DECIMALS)?,
            gas_limit: gas_limit.into(),
            data: arguments.data,
        },
        (None, WithdrawalWay::Bridge) => WithdrawalRequest::Ether {
            to,
            amount: arguments.amount.smallest(ETHER_DECIMALS)?,
            gas_limit,
        },
    };
    let receipt = bridge.withdraw(&sender, &request).await?;
    let sent = Sent::of(Layer::L2, &receipt);
    sent.tell(output, "withdrawal begun");
    let followed = bridge.follow(receipt.transaction).await?;
    Report::new("withdraw", vec![sent], followed).tell(output)
}

async fn status(arguments: BridgeStatusArguments) -> anyhow::Result<()> {
    let output = arguments.connection.output;
    let bridge = connect(&arguments.connection).await?;
    let followed = follow_until(&bridge, arguments.transaction, output, |followed| {
        !arguments.wait || followed.is_settled()
    })
    .await?;
    Report::new("status", Vec::new(), followed).tell(output)
}

async fn of_token(amount: &Amount, token: &Token) -> anyhow::Result<alloy_primitives::U256> {
    let decimals = match amount {
        Amount::Smallest(_) => 0,
        Amount::Whole(_) => token.decimals().await?,
    };
    amount.smallest(decimals)
}
