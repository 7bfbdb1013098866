//! What a devnet stands on: an L1 with the contracts on it.

use super::{DevnetConfig, L1Choice, local};
use crate::{EmbeddedL1, EmbeddedL1Config, Error, ForeignL1, foreign_l1::wallet};
use ::l1::{L1Client, RpcConfig, TxConfig};
use deployment::{Deployed, Deployment, Files, deploy, progress};
use std::time::Duration;

/// How often the deployment's progress is looked at.
const DEPLOY_POLL_INTERVAL: Duration = Duration::from_millis(20);
/// How long the deployment's transactions may take to arrive.
const DEPLOY_TIMEOUT: Duration = Duration::from_secs(60);

/// An L1, and what is deployed there.
pub(super) struct Foundation {
    /// The L1 in this process, if it is one.
    pub(super) embedded: Option<EmbeddedL1>,
    pub(super) l1: ForeignL1,
    pub(super) deployed: Deployed,
}

impl Foundation {
    /// Takes up what is there, or deploys.
    pub(super) async fn lay(config: &DevnetConfig, files: &Files) -> Result<Self, Error> {
        match &config.l1 {
            L1Choice::Embedded { block_time_s } => Self::embedded(*block_time_s, config, files).await,
            L1Choice::Foreign(l1) => Ok(Self {
                embedded: None,
                l1: l1.clone(),
                deployed: l1.deployed(&config.deployment(), files).await?,
            }),
        }
    }

    async fn embedded(block_time_s: u64, config: &DevnetConfig, files: &Files) -> Result<Self, Error> {
        let mut embedded = EmbeddedL1::start(EmbeddedL1Config {
            datadir: files.folder().join("l1"),
            block_time_s,
            genesis_time_s: None,
            http: local(config.ports.l1),
            beacon: local(config.ports.beacon),
        })
        .await?;
        let l1 = ForeignL1 {
            url: embedded.http_url().parse()?,
            beacon: Some(embedded.beacon_url().parse()?),
            slot_duration_override: None,
        };
        let deployed = match Deployed::read(files)? {
            Some(deployed) => {
                deployed.require_start(&l1.client()?, files).await?;
                deployed
            }
            None => deploy_on(&embedded, &config.deployment(), files).await?,
        };
        embedded.run();
        Ok(Self {
            embedded: Some(embedded),
            l1,
            deployed,
        })
    }
}

/// Deploys on an L1 that makes no blocks of its own yet: one block for all transactions as soon as they are there.
pub(crate) async fn deploy_on(l1: &EmbeddedL1, deployment: &Deployment, files: &Files) -> Result<Deployed, Error> {
    let client = L1Client::new(l1.http_url().parse()?, RpcConfig::default())?;
    let deployer = wallet(&contracts::PREFUNDED[0])?;
    let begun = progress(deployment, &client, deployer.address(), files).await?;
    let to_send = begun.plan.transactions.len() - begun.mined;
    let deploying = async { Ok(deploy(deployment, &client, deployer, TxConfig::devnet(), files).await?) };
    let mining = async {
        while l1.execution().pool().status().pending < to_send {
            tokio::time::sleep(DEPLOY_POLL_INTERVAL).await;
        }
        while to_send > 0 && !l1.produce().await? {
            tokio::time::sleep(DEPLOY_POLL_INTERVAL).await;
        }
        Ok::<_, Error>(())
    };
    let both = async { tokio::try_join!(deploying, mining) };
    let both = tokio::time::timeout(DEPLOY_TIMEOUT, both).await;
    let (deployed, ()) = both.map_err(|_| Error::NotMined("its transactions did not arrive"))??;
    deployed.write(deployment, files, Some(&contracts::l1_chain_config(l1.genesis())))?;
    Ok(deployed)
}
