//! Following a transfer, and taking a withdrawal a step further.

use super::{Report, Sent, Waiting, report, sender};
use crate::arguments::{FinalizationArguments, OutputArguments, WithdrawalArguments};
use ::bridge::{Bridge, Error, Followed, Layer, Transfer, WithdrawalStage};
use alloy_primitives::B256;
use anyhow::anyhow;
use protocol::Withdrawal;

/// The two steps of a withdrawal on L1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Prove,
    Finalize { accepts_failure: bool },
}

impl Step {
    const fn name(self) -> &'static str {
        match self {
            Self::Prove => "prove",
            Self::Finalize { .. } => "finalize",
        }
    }

    /// Whether a withdrawal at this stage can take the step now.
    const fn is_ready(self, stage: &WithdrawalStage) -> bool {
        matches!(
            (self, stage),
            (Self::Prove, WithdrawalStage::ReadyToProve { paused: false, .. })
                | (
                    Self::Finalize { .. },
                    WithdrawalStage::ReadyToFinalize { paused: false, .. }
                )
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
                Self::Finalize { .. },
                WithdrawalStage::WaitingToFinalize { .. } | WithdrawalStage::ReadyToFinalize { .. }
            )
        )
    }
}

/// Looks at a transaction until `enough` says so, and tells a person each change.
async fn follow_until(
    bridge: &Bridge,
    transaction: B256,
    output: OutputArguments,
    enough: impl Fn(&Followed) -> bool,
) -> anyhow::Result<Followed> {
    let (mut told, mut waiting) = (Vec::new(), Waiting::default());
    loop {
        if let Some(followed) = waiting.seen(bridge.follow(transaction).await)? {
            if enough(&followed) {
                return Ok(followed);
            }
            if !output.json {
                told = report::tell_changes(told, &followed);
            }
        }
        waiting.pause().await;
    }
}

/// Follows a transaction until `enough` says so, and reports; that something of it failed is the end of the command.
pub(super) async fn follow_to_the_end(
    bridge: &Bridge,
    (action, sent): (&'static str, Vec<Sent>),
    transaction: B256,
    output: OutputArguments,
    enough: impl Fn(&Followed) -> bool,
) -> anyhow::Result<()> {
    let followed = follow_until(bridge, transaction, output, enough).await?;
    let failed = followed
        .transfers
        .iter()
        .find(|transfer| transfer.is_failed())
        .map(failure);
    Report::new(action, sent, followed).tell(output)?;
    failed.map_or(Ok(()), Err)
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
            Step::Finalize { accepts_failure } => {
                let finalized = bridge.finalize(&sender, withdrawal, l2_block, accepts_failure);
                let (receipt, success) = finalized.await?;
                Sent::of(Layer::L1, &receipt).with_outcome(success)
            }
        };
        let sent = sent.for_withdrawal(withdrawal.hash());
        sent.tell(output, if step == Step::Prove { "proven" } else { "finalized" });
        all.push(sent);
    }
    let sent: Vec<_> = all.iter().filter_map(|sent| sent.withdrawal).collect();
    let followed = bridge.follow(transaction).await?;
    let failed = followed
        .transfers
        .iter()
        .find(|transfer| transfer.is_failed() && sent.contains(&transfer.hash()))
        .map(failure);
    Report::new(step.name(), all, followed).tell(output)?;
    failed.map_or(Ok(()), Err)
}

/// Makes the calls of withdrawals of a transaction.
pub(crate) async fn finalize(
    bridge: &Bridge,
    arguments: &FinalizationArguments,
    output: OutputArguments,
) -> anyhow::Result<()> {
    let accepts_failure = arguments.accept_failure;
    carry_on(
        bridge,
        Step::Finalize { accepts_failure },
        &arguments.withdrawal,
        output,
    )
    .await
}

/// That a transfer failed, as the end of a command.
pub(super) fn failure(transfer: &Transfer) -> anyhow::Error {
    let (hash, stage) = (transfer.hash(), transfer.stage());
    anyhow!(
        "transfer {hash} is {stage}: it waits for {}",
        transfer.waits_for().unwrap_or_default()
    )
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
    let (mut told, mut waiting) = (Vec::new(), Waiting::default());
    loop {
        if waiting.seen(all_ready(bridge, step, chosen, l2_block).await)? == Some(true) {
            return Ok(());
        }
        if !output.json {
            let followed = waiting.seen(bridge.follow(arguments.transaction).await)?;
            told = followed.map_or(told.clone(), |followed| report::tell_changes(told, &followed));
        }
        waiting.pause().await;
    }
}

async fn all_ready(bridge: &Bridge, step: Step, chosen: &[Withdrawal], l2_block: u64) -> Result<bool, Error> {
    for withdrawal in chosen {
        let stage = bridge.stage_of(withdrawal, l2_block).await?;
        if step.is_ahead(&stage) && !step.is_ready(&stage) {
            return Ok(false);
        }
    }
    Ok(true)
}
