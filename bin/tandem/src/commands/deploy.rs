//! `tandem deploy`.

use super::is_devnet;
use crate::{
    arguments::{DeployArguments, KeyArguments, Role},
    printing,
};
use ::l1::{L1Client, RpcConfig, Secret, Signer, TxConfig, Wallet};
use anyhow::{Context, bail};
use contracts::DevAccount;
use deployment::{
    Deployed, Deployment, DeploymentFile, DeploymentRecord, Files, deploy as deploy_contracts, devnet_l1_chain_config,
    progress, verify as differences,
};

pub(crate) async fn deploy(arguments: DeployArguments) -> anyhow::Result<()> {
    let client = L1Client::new(arguments.l1.parse()?, RpcConfig::default())?;
    let l1_chain_id = client.chain_id().await?;
    let files = Files::in_folder(&arguments.out)?;
    if arguments.verify {
        return verify(&client, &files).await;
    }
    let file = match &arguments.config {
        Some(path) => DeploymentFile::read(path)?,
        None => DeploymentFile::from(from_flags(&arguments)),
    };
    file.check(l1_chain_id)?;
    let deployer = signer(&arguments.deployer_key, &contracts::PREFUNDED[0], l1_chain_id).await?;
    let begun = progress(&file.deployment, &client, deployer.address(), &files).await?;
    let (on_l1, all) = (begun.mined, begun.plan.transactions.len());
    if Deployed::read(&files)?.is_some() {
        println!("this deployment is complete: nothing is sent");
        return verify(&client, &files).await;
    }
    if on_l1 > 0 {
        println!("a deployment was begun here: {on_l1} of {all} steps are on L1");
    }
    let deployed = deploy_contracts(&file.deployment, &client, deployer, tx_config(l1_chain_id), &files).await?;
    let l1_chain_config = if is_devnet(l1_chain_id) {
        Some(devnet_l1_chain_config(&client).await?)
    } else {
        None
    };
    deployed.write(&file.deployment, &files, l1_chain_config.as_ref())?;
    let rollup = &deployed.rollup;
    println!(
        "L2 chain {} begins at L1 block {}",
        rollup.l2_chain_id, rollup.genesis.l1.number
    );
    printing::addresses(&deployed.addresses);
    verify(&client, &files).await?;
    println!("ready: files in {}", files.folder().display());
    Ok(())
}

fn from_flags(arguments: &DeployArguments) -> Deployment {
    Deployment {
        l2_chain_id: arguments.l2_chain_id,
        fork: arguments.fork.into(),
        block_time: arguments.block_time,
        submission_interval: arguments.proposal_interval,
        finalization_period_s: arguments.finalization_period,
        ..Deployment::default()
    }
}

/// One line for each difference.
async fn verify(client: &L1Client, files: &Files) -> anyhow::Result<()> {
    let folder = files.folder().display();
    let missing = || format!("{folder} holds no deployment of this version: run `tandem deploy` with this --out first");
    let record = DeploymentRecord::read(files)?.with_context(missing)?;
    let deployed = Deployed::read(files)?.with_context(missing)?;
    let found = differences(client, &record, &deployed).await?;
    for difference in &found {
        println!("differs: {difference}");
    }
    if !found.is_empty() {
        bail!("{} things on L1 are not as they were deployed", found.len());
    }
    println!("verified: code, proxies, owners, roles and wiring on L1 are as deployed");
    Ok(())
}

/// Who signs; on a devnet an account that everybody knows, if nobody is named.
pub(super) async fn signer<R: Role>(
    key: &KeyArguments<R>,
    on_devnets: &DevAccount,
    l1_chain_id: u64,
) -> anyhow::Result<Signer> {
    match key.signer(l1_chain_id).await? {
        Some(signer) => Ok(signer),
        None if is_devnet(l1_chain_id) => Ok(Wallet::new(Secret::from_bytes(on_devnets.private_key)?).into()),
        None => key.needed(l1_chain_id).await,
    }
}

pub(super) fn tx_config(l1_chain_id: u64) -> TxConfig {
    if is_devnet(l1_chain_id) {
        TxConfig::devnet()
    } else {
        TxConfig::default()
    }
}
