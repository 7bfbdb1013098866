//! Following a transfer, and taking a withdrawal a step further.

use super::{Report, Sent, report, sender};
use crate::{
    arguments::{OutputArguments, WithdrawalArguments},
    stop,
};
use ::bridge::{Bridge, Error, Followed, Layer, WithdrawalStage};
use alloy_primitives::B256;
use anyhow::bail;
use protocol::Withdrawal;
use std::time::Duration;

/// How often both layers are looked at while something is waited for.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// The two steps of a withdrawal on L1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Prove,
    Finalize,
}

impl Step {
    const fn name(self) -> &'static str {
        match self {
            Self::Prove => "prove",
            Self::Finalize => "finalize",
        }
    }

    /// Whether a withdrawal at this stage can take the step now.
    const fn is_ready(self, stage: &WithdrawalStage) -> bool {
        matches!(
            (self, stage),
            (Self::Prove, WithdrawalStage::ReadyToProve { paused: false, .. })
                | (Self::Finalize, WithdrawalStage::ReadyToFinalize { paused: false, .. })
        )
    }

    /// Whether a withdrawal at this stage may yet become ready for the step by waiting.
    const fn is_ahead(self, stage: &WithdrawalStage) -> bool {
        matches!(
            (self, stage),
            (
                Self::Prove,
                WithdrawalStage::WaitingToProve { .. } | WithdrawalStage::ReadyToProve { .. }
            ) | (
                Self::Finalize,
                WithdrawalStage::WaitingToFinalize { .. } | WithdrawalStage::ReadyToFinalize { .. }
            )
        )
    }
}

/// Looks at a transaction until `enough` says so, and tells a person each change.
pub(crate) async fn follow_until(
    bridge: &Bridge,
    transaction: B256,
    output: OutputArguments,
    enough: impl Fn(&Followed) -> bool,
) -> anyhow::Result<Followed> {
    let mut told = Vec::new();
    loop {
        let followed = bridge.follow(transaction).await?;
        if enough(&followed) {
            return Ok(followed);
        }
        if !output.json {
            told = report::tell_changes(told, &followed);
        }
        pause().await?;
    }
}

/// Waits for the next look; a signal ends the wait as an error.
pub(crate) async fn pause() -> anyhow::Result<()> {
    tokio::select! {
        () = tokio::time::sleep(POLL_INTERVAL) => Ok(()),
        asked = stop::asked() => {
            asked?;
            bail!("stopped while waiting: the transfer goes on, ask for it again with status")
        }
    }
}

/// Takes withdrawals of a transaction a step further.
pub(crate) async fn carry_on(
    bridge: &Bridge,
    step: Step,
    arguments: &WithdrawalArguments,
    output: OutputArguments,
) -> anyhow::Result<()> {
    let transaction = arguments.transaction;
    let (l2_block, withdrawals) = bridge.withdrawals_of(transaction).await?;
    let chosen = chosen(withdrawals, arguments)?;
    if arguments.wait {
        wait_for(bridge, step, &chosen, l2_block, arguments, output).await?;
    }
    let mut ready = Vec::new();
    for withdrawal in &chosen {
        if step.is_ready(&bridge.stage_of(withdrawal, l2_block).await?) {
            ready.push(withdrawal);
        }
    }
    // Where nothing is ready, the first one's refusal says why.
    let ready = if ready.is_empty() {
        chosen.iter().take(1).collect()
    } else {
        ready
    };
    let sender = sender(bridge.l1(), &arguments.sender, Layer::L1, bridge.l1()).await?;
    let mut all = Vec::with_capacity(ready.len());
    for withdrawal in ready {
        let sent = match step {
            Step::Prove => Sent::of(Layer::L1, &bridge.prove(&sender, withdrawal, l2_block).await?),
            Step::Finalize => {
                let (receipt, success) = bridge.finalize(&sender, withdrawal, l2_block).await?;
                Sent::of(Layer::L1, &receipt).with_outcome(success)
            }
        };
        let sent = sent.for_withdrawal(withdrawal.hash());
        sent.tell(output, if step == Step::Prove { "proven" } else { "finalized" });
        all.push(sent);
    }
    let failed = all.iter().any(|sent| sent.success == Some(false));
    Report::new(step.name(), all, bridge.follow(transaction).await?).tell(output)?;
    if failed {
        bail!("a withdrawal was finalized, and its call on L1 failed");
    }
    Ok(())
}

fn chosen(withdrawals: Vec<Withdrawal>, arguments: &WithdrawalArguments) -> anyhow::Result<Vec<Withdrawal>> {
    let Some(index) = arguments.index else {
        return Ok(withdrawals);
    };
    let (transaction, count) = (arguments.transaction, withdrawals.len());
    match withdrawals.into_iter().nth(index) {
        Some(withdrawal) => Ok(vec![withdrawal]),
        None => Err(Error::NoSuchIndex { transaction, count }.into()),
    }
}

/// Waits until every withdrawal that will become ready is.
async fn wait_for(
    bridge: &Bridge,
    step: Step,
    chosen: &[Withdrawal],
    l2_block: u64,
    arguments: &WithdrawalArguments,
    output: OutputArguments,
) -> anyhow::Result<()> {
    let mut told = Vec::new();
    loop {
        let mut waits = false;
        for withdrawal in chosen {
            let stage = bridge.stage_of(withdrawal, l2_block).await?;
            waits |= step.is_ahead(&stage) && !step.is_ready(&stage);
        }
        if !waits {
            return Ok(());
        }
        if !output.json {
            told = report::tell_changes(told, &bridge.follow(arguments.transaction).await?);
        }
        pause().await?;
    }
}
