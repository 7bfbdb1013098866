//! `tandem bridge`.

mod act;
mod connect;
mod deposit;
mod relay;
mod report;
mod status;
mod waiting;
mod withdraw;

pub(crate) use self::{
    act::{Step, carry_on, finalize},
    connect::{layer, sender},
    relay::relay,
    report::{Report, Sent},
    waiting::{Waiting, unless_stopped},
};

use self::{connect::connect, deposit::deposit, status::status, withdraw::withdraw};
use crate::arguments::{Amount, BridgeCommand};
use ::bridge::Token;
use alloy_primitives::U256;
use anyhow::Context;

/// Decimal places of ether.
pub(crate) const ETHER_DECIMALS: u8 = 18;

pub(crate) async fn bridge(command: BridgeCommand) -> anyhow::Result<()> {
    unless_stopped(run(command)).await
}

async fn run(command: BridgeCommand) -> anyhow::Result<()> {
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
            finalize(&bridge, &arguments.finalization, arguments.connection.output).await
        }
        BridgeCommand::Relay(arguments) => {
            let bridge = connect(&arguments.connection).await?;
            let layer = bridge.follow(arguments.relay.transaction).await?.layer.other();
            relay(&bridge, layer, &arguments.relay, arguments.connection.output).await
        }
    }
}

/// An amount of ether, in wei.
fn of_ether(amount: Option<&Amount>) -> anyhow::Result<U256> {
    amount.context("--amount is needed")?.smallest(ETHER_DECIMALS)
}

/// An amount of a token, in its smallest unit.
async fn of_token(amount: Option<&Amount>, token: &Token) -> anyhow::Result<U256> {
    let amount = amount.context("--amount is needed")?;
    let decimals = match amount {
        Amount::Smallest(_) => 0,
        Amount::Whole(_) => token.decimals().await?,
    };
    amount.smallest(decimals)
}
