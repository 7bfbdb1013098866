//! `tandem exit`: out by what is on L1, with nobody's help.

mod derivation;
mod force;

use self::{
    derivation::{Derivation, Wanted},
    force::{force, withdraw},
};
use super::bridge::{Report, Step, carry_on, finalize, layer, relay, unless_stopped};
use crate::arguments::{ExitArguments, ExitCommand};
use ::bridge::{Layer, System};

pub(crate) async fn exit(arguments: ExitArguments) -> anyhow::Result<()> {
    let rollup = arguments.derivation.rollup()?;
    let l1 = layer(Layer::L1, &arguments.derivation.l1)?;
    let system = System::of_rollup(&l1, &rollup).await?;
    match &arguments.command {
        ExitCommand::Force(forced) => force(&arguments, &rollup, (l1, system), forced).await,
        ExitCommand::Withdraw(withdrawal) => withdraw(&arguments, &rollup, (l1, system), withdrawal).await,
        _ => {
            let mut derivation = Derivation::start(&arguments, &rollup, l1, system).await?;
            let outcome = unless_stopped(go_on(&arguments, &mut derivation)).await;
            derivation.stop().await;
            outcome
        }
    }
}

/// Derives as far as is needed, and takes the step that was asked for.
async fn go_on(arguments: &ExitArguments, derivation: &mut Derivation) -> anyhow::Result<()> {
    let output = arguments.output;
    match &arguments.command {
        ExitCommand::Status { transaction } => {
            derivation
                .run_until(arguments, Wanted::Transaction(*transaction))
                .await?;
            Report::new("status", Vec::new(), derivation.bridge.follow(*transaction).await?).tell(output)
        }
        ExitCommand::Prove(withdrawal) => {
            derivation
                .run_until(arguments, Wanted::Output(withdrawal.transaction))
                .await?;
            carry_on(&derivation.bridge, Step::Prove, withdrawal, output).await
        }
        ExitCommand::Finalize(finalization) => {
            derivation
                .run_until(arguments, Wanted::Transaction(finalization.withdrawal.transaction))
                .await?;
            finalize(&derivation.bridge, finalization, output).await
        }
        ExitCommand::Relay(message) => {
            derivation
                .run_until(arguments, Wanted::Transaction(message.transaction))
                .await?;
            relay(&derivation.bridge, Layer::L1, message, output).await
        }
        ExitCommand::Force(_) | ExitCommand::Withdraw(_) => Ok(()),
    }
}
