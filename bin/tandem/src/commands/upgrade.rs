//! `tandem upgrade`.

use super::deploy::{signer, tx_config};
use crate::arguments::UpgradeArguments;
use ::l1::{L1Client, RpcConfig};
use anyhow::{Context, bail};
use deployment::{Deployed, Files, UpgradePlan, plan_upgrade};

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
        println!("storage layouts agree; --apply, with the key of ProxyAdmin's owner, does it");
    }
}
