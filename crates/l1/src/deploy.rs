//! Running a deployment plan on L1.

use std::collections::VecDeque;

use alloy_eips::BlockNumberOrTag;
use alloy_primitives::TxKind;
use contracts::PlannedTransaction;
use tracing::info;

use crate::{Error, Pending, TxCandidate, TxManager, TxReceipt};

/// A step under way.
struct Step {
    what: &'static str,
    pending: Pending,
}

/// Sends a plan's transactions, or those that are left of it, in order, as many at a time as the manager allows, and waits for all of
/// them. Receipts are in the plan's order.
///
/// Refuses a deployer whose next nonce is not the first one's: every address of the plan depends on it.
pub async fn deploy(manager: &TxManager, transactions: &[PlannedTransaction]) -> Result<Vec<TxReceipt>, Error> {
    let mut receipts = Vec::with_capacity(transactions.len());
    let mut under_way = VecDeque::new();
    check_nonce(manager, transactions).await?;
    for planned in transactions {
        if under_way.len() >= manager.config().pending_max.max(1)
            && let Some(step) = under_way.pop_front()
        {
            receipts.push(finish(step).await?);
        }
        under_way.push_back(start(manager, planned).await?);
    }
    while let Some(step) = under_way.pop_front() {
        receipts.push(finish(step).await?);
    }
    Ok(receipts)
}

async fn check_nonce(manager: &TxManager, transactions: &[PlannedTransaction]) -> Result<(), Error> {
    let Some(first) = transactions.first() else {
        return Ok(());
    };
    let (address, expected) = (manager.address(), first.nonce);
    let actual = manager.client().nonce_at(address, BlockNumberOrTag::Pending).await?;
    if actual == expected {
        Ok(())
    } else {
        Err(Error::PlanNonce {
            address,
            expected,
            actual,
        })
    }
}

async fn start(manager: &TxManager, planned: &PlannedTransaction) -> Result<Step, Error> {
    let pending = manager.submit(candidate(planned)).await?;
    if pending.nonce() != planned.nonce {
        let (address, expected, actual) = (manager.address(), planned.nonce, pending.nonce());
        return Err(Error::PlanNonce {
            address,
            expected,
            actual,
        });
    }
    Ok(Step {
        what: planned.what,
        pending,
    })
}

fn candidate(planned: &PlannedTransaction) -> TxCandidate {
    TxCandidate {
        to: planned.to.map_or(TxKind::Create, TxKind::Call),
        data: planned.input.clone(),
        gas_limit: Some(planned.gas_limit),
        ..TxCandidate::default()
    }
}

async fn finish(step: Step) -> Result<TxReceipt, Error> {
    let receipt = step.pending.confirmed().await?;
    if !receipt.success {
        return Err(Error::Reverted {
            name: step.what,
            transaction: receipt.transaction_hash,
        });
    }
    info!(target: "l1", what = step.what, gas_used = receipt.gas_used, "deployment step is done");
    Ok(receipt)
}
