//! Transactions that L2 has to execute, whatever its sequencer thinks of them.

use super::derivation::{Derivation, Wanted};
use crate::{
    arguments::{ExitArguments, ForceArguments, ForceWithdrawalArguments},
    commands::bridge::{ETHER_DECIMALS, Report, Sent, sender, unless_stopped},
};
use ::bridge::{
    Deposit, Layer, LayerClient, Sender, System, WithdrawalRequest, forced_transaction, require_finalizable,
};
use ::l1::TxCandidate;
use alloy_primitives::{Address, B256, U256};
use protocol::{RollupConfig, Withdrawal};
use serde_json::json;

/// Any transaction of the sender's account on L2.
pub(super) async fn force(
    arguments: &ExitArguments,
    rollup: &RollupConfig,
    (l1, system): (LayerClient, System),
    what: &ForceArguments,
) -> anyhow::Result<()> {
    let sender = sender(&l1, &what.sending.sender, Layer::L1, &l1).await?;
    let candidate = forced(what, &system)?;
    send_forced(arguments, rollup, (l1, system), candidate, &sender, what.sending.wait).await
}

/// A withdrawal.
pub(super) async fn withdraw(
    arguments: &ExitArguments,
    rollup: &RollupConfig,
    (l1, system): (LayerClient, System),
    what: &ForceWithdrawalArguments,
) -> anyhow::Result<()> {
    let sender = sender(&l1, &what.sending.sender, Layer::L1, &l1).await?;
    system
        .require_recipient(&l1, what.to.unwrap_or(sender.address()), false)
        .await?;
    let candidate = forced_withdrawal(what, sender.address(), &system)?;
    send_forced(arguments, rollup, (l1, system), candidate, &sender, what.sending.wait).await
}

fn forced(arguments: &ForceArguments, system: &System) -> anyhow::Result<TxCandidate> {
    let ether = (
        arguments.mint.smallest(ETHER_DECIMALS)?,
        arguments.value.smallest(ETHER_DECIMALS)?,
    );
    let (portal, data) = (system.portal.address, arguments.data.clone());
    Ok(forced_transaction(
        portal,
        arguments.to,
        ether,
        arguments.gas_limit,
        data,
    ))
}

/// Gas of the message passer's call on L2, beside the data that it has.
const FORCED_WITHDRAWAL_GAS: u64 = 200_000;

fn forced_withdrawal(
    arguments: &ForceWithdrawalArguments,
    sender: Address,
    system: &System,
) -> anyhow::Result<TxCandidate> {
    let amount = arguments.amount.smallest(ETHER_DECIMALS)?;
    let to = arguments.to.unwrap_or(sender);
    let request = WithdrawalRequest::Passer {
        to,
        amount,
        gas_limit: arguments.gas_limit,
        data: Default::default(),
    };
    require_finalizable(&Withdrawal {
        nonce: U256::MAX,
        sender,
        target: to,
        value: amount,
        gas_limit: U256::from(arguments.gas_limit),
        data: Default::default(),
    })?;
    let TxCandidate { to: passer, data, .. } = request.candidate();
    let ether = (U256::ZERO, amount);
    let portal = system.portal.address;
    Ok(forced_transaction(
        portal,
        passer.to().copied(),
        ether,
        FORCED_WITHDRAWAL_GAS,
        data,
    ))
}

/// Sends a transaction to the portal; L2 executes it, because what makes L2's blocks is L1.
async fn send_forced(
    arguments: &ExitArguments,
    rollup: &RollupConfig,
    (l1, system): (LayerClient, System),
    candidate: TxCandidate,
    sender: &Sender,
    wait: bool,
) -> anyhow::Result<()> {
    let output = arguments.output;
    let receipt = unless_stopped(sender.send("the forced transaction", candidate)).await?;
    let sent = Sent::of(Layer::L1, &receipt);
    sent.tell(output, "given to the portal");
    let deposits = Deposit::in_receipt(system.portal.address, &receipt);
    let l2_transactions: Vec<B256> = deposits.iter().map(|deposit| deposit.l2_transaction).collect();
    if wait {
        let mut derivation = Derivation::start(arguments, rollup, l1, system).await?;
        let included = derivation.run_until(arguments, Wanted::Included(receipt.transaction));
        let outcome = unless_stopped(included).await;
        let followed = derivation.bridge.follow(receipt.transaction).await;
        derivation.stop().await;
        outcome?;
        return Report::new("force", vec![sent], followed?).tell(output);
    }
    let by = receipt.block.number.saturating_add(rollup.seq_window_size);
    if output.json {
        let object = json!({
            "action": "force",
            "sent": [sent],
            "l2Transactions": l2_transactions,
            "includedByL1Block": by,
        });
        println!("{object}");
    } else {
        for transaction in l2_transactions {
            println!("transaction {transaction} is on L2 when L1 has block {by}, if no sequencer includes it before");
        }
    }
    Ok(())
}
