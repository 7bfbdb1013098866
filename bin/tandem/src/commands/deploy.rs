//! `tandem deploy`.

use super::is_devnet;
use crate::arguments::DeployArguments;
use ::devnet::{Deployment, Files, deploy as deploy_contracts, devnet_l1_chain_config};
use ::l1::{L1Client, RpcConfig, Secret, TxConfig, Wallet};

pub(crate) async fn deploy(arguments: DeployArguments) -> anyhow::Result<()> {
    let client = L1Client::new(arguments.l1.parse()?, RpcConfig::default())?;
    let l1_chain_id = client.chain_id().await?;
    let files = Files::in_folder(&arguments.out)?;
    if files.rollup().exists() {
        anyhow::bail!(
            "{} exists: a deployment is there already; choose another --out",
            files.rollup().display()
        );
    }
    let deployer = match arguments.deployer_key.signer(l1_chain_id).await? {
        Some(signer) => signer,
        None if is_devnet(l1_chain_id) => Wallet::new(Secret::from_bytes(contracts::PREFUNDED[0].private_key)?).into(),
        None => arguments.deployer_key.needed(l1_chain_id).await?,
    };
    let deployment = Deployment {
        l2_chain_id: arguments.l2_chain_id,
        fork: arguments.fork.into(),
        block_time: arguments.block_time,
        submission_interval: arguments.proposal_interval,
        finalization_period_s: arguments.finalization_period,
    };
    let tx = if is_devnet(l1_chain_id) {
        TxConfig::devnet()
    } else {
        TxConfig::default()
    };
    let deployed = deploy_contracts(&deployment, &client, deployer, tx).await?;
    let l1_chain_config = if is_devnet(l1_chain_id) {
        Some(devnet_l1_chain_config(&client).await?)
    } else {
        None
    };
    deployed.write(&files, l1_chain_config.as_ref())?;
    let addresses = &deployed.addresses;
    println!(
        "L2 chain {} begins at L1 block {}",
        deployed.rollup.l2_chain_id, deployed.rollup.genesis.l1.number
    );
    println!("OptimismPortalProxy   {}", addresses.optimism_portal_proxy);
    println!("SystemConfigProxy     {}", addresses.system_config_proxy);
    println!("SuperchainConfigProxy {}", addresses.superchain_config_proxy);
    println!("ProxyAdmin            {}", addresses.proxy_admin);
    println!("ready: files in {}", files.folder().display());
    Ok(())
}
