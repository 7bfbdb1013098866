//! `tandem upgrade`.

use super::deploy::{signer, tx_config};
use crate::arguments::UpgradeArguments;
use ::l1::{L1Client, RpcConfig};
use anyhow::{Context, bail};
use deployment::{Deployed, Files, OwnerCalls, UpgradePlan, plan_upgrade, write_json};
use std::path::Path;

pub(crate) async fn upgrade(arguments: UpgradeArguments) -> anyhow::Result<()> {
    let client = L1Client::new(arguments.l1.parse()?, RpcConfig::default())?;
    let files = Files::in_folder(&arguments.out)?;
    let deployed = Deployed::read(&files)?;
    let mut deployed = deployed.with_context(|| {
        let folder = files.folder().display();
        format!("{folder} holds no deployment: give the folder that `tandem deploy --out` wrote")
    })?;
    let plan = plan_upgrade(&client, &deployed, &files).await?;
    show(&plan);
    let faults = plan.faults();
    if !faults.is_empty() {
        bail!("this upgrade is refused, its code would misread the storage: deploy a version with the same layout");
    }
    if let Some(path) = arguments.calldata {
        let calls = plan.owner_calls(&client, &deployed).await?;
        return write(&calls, &path);
    }
    if !arguments.apply {
        return Ok(());
    }
    plan.note(&mut deployed, &files)?;
    if plan.steps.is_empty() {
        return Ok(());
    }
    let l1_chain_id = deployed.rollup.l1_chain_id;
    let owner = signer(&arguments.owner_key, &contracts::OWNER, l1_chain_id).await?;
    plan.apply(&client, owner, tx_config(l1_chain_id), &mut deployed, &files)
        .await?;
    println!("done: contracts upgraded: {}", plan.steps.len());
    Ok(())
}

/// Writes the owner's calls, and shows one line for each.
fn write(calls: &OwnerCalls, path: &Path) -> anyhow::Result<()> {
    if calls.calls.is_empty() {
        println!("nothing is to be called");
        return Ok(());
    }
    write_json(path, &calls.batch())?;
    for (number, call) in (1..).zip(&calls.calls) {
        println!("call {number}: {}", call.what);
    }
    println!(
        "{} written: {} makes these calls in this order; what creates code anybody may call, before",
        path.display(),
        calls.owner
    );
    Ok(())
}

/// One line for each contract, and one for each variable in the way.
fn show(plan: &UpgradePlan) {
    println!("{} contracts are up to date", plan.up_to_date);
    for contract in &plan.unnoted {
        let name = contract.artifact.name();
        println!(
            "{name} runs this version, from {}, unknown to addresses.json: --apply writes it",
            contract.implementation
        );
    }
    for step in &plan.steps {
        println!("upgrade {step}");
    }
    for fault in plan.faults() {
        println!("refused: {fault}");
    }
    if !plan.steps.is_empty() && plan.faults().is_empty() {
        println!(
            "storage layouts agree; --apply, with the key of ProxyAdmin's owner, does it; --calldata FILE writes its calls"
        );
    }
}
