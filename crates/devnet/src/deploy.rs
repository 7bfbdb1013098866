//! Puts the L1 contracts on any L1, and makes the L2's genesis and configuration of where they came to be.

use crate::{Error, Files, files};
use ::l1::{L1Client, TxConfig, TxManager, Wallet};
use alloy_eips::{BlockNumHash, BlockNumberOrTag};
use alloy_genesis::Genesis;
use contracts::{Addresses, DeploymentConfig, DeploymentPlan, L2GenesisConfig, RollupStart};
use protocol::{Fork, RollupConfig};
use serde_json::Value;

/// What to deploy.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// The L2's chain id.
    pub l2_chain_id: u64,
    /// The newest fork that is active from genesis on.
    pub fork: Fork,
    /// Seconds between L2 blocks.
    pub block_time: u64,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Deployed {
    /// The rollup.
    pub rollup: RollupConfig,
    /// The L2's genesis.
    pub genesis: Genesis,
    /// Where the contracts are.
    pub addresses: Addresses,
}

impl Deployment {
    /// The plan for a deployer.
    pub async fn plan(&self, client: &L1Client, wallet: &Wallet) -> Result<(DeploymentConfig, DeploymentPlan), Error> {
        let nonce = client.nonce_at(wallet.address(), BlockNumberOrTag::Latest).await?;
        let config = DeploymentConfig::devnet(wallet.address(), nonce, self.l2_chain_id);
        let plan = DeploymentPlan::new(&config)?;
        Ok((config, plan))
    }
}

/// Sends the plan's transactions, waits for them, and begins the rollup at the L1 block after which all of them are there.
pub async fn deploy(
    deployment: &Deployment,
    client: &L1Client,
    wallet: Wallet,
    tx: TxConfig,
) -> Result<Deployed, Error> {
    let (config, plan) = deployment.plan(client, &wallet).await?;
    let tx = TxConfig {
        pending_max: plan.transactions.len().max(tx.pending_max),
        ..tx
    };
    let manager = TxManager::new(client.clone(), wallet, tx).await?;
    let receipts = ::l1::deploy(&manager, &plan).await?;
    let last = receipts
        .iter()
        .map(|receipt| receipt.block.number)
        .max()
        .unwrap_or_default();
    let start = client.block_ref_by_number(last).await?.ok_or(Error::NoL1Head)?;
    let l1_chain_id = client.chain_id().await?;
    let genesis_config = L2GenesisConfig::devnet(deployment.l2_chain_id, deployment.fork, start.timestamp);
    let genesis = contracts::l2_genesis(&genesis_config)?;
    let l2_hash = chain::genesis_block(&genesis)?.hash;
    let l1 = BlockNumHash {
        number: start.number,
        hash: start.hash,
    };
    let start = RollupStart {
        l1_chain_id,
        l1,
        l2_hash,
        l2_time: start.timestamp,
        block_time: deployment.block_time,
        fork: deployment.fork,
    };
    let rollup = plan.rollup_config(&config, &start);
    rollup.validate()?;
    Ok(Deployed {
        rollup,
        genesis,
        addresses: plan.addresses,
    })
}

impl Deployed {
    /// Writes what other programs need.
    pub fn write(&self, files: &Files, l1_chain_config: Option<&Value>) -> Result<(), Error> {
        files::write_json(&files.genesis(), &self.genesis)?;
        files::write_json(&files.addresses(), &self.addresses)?;
        if let Some(config) = l1_chain_config {
            files::write_json(&files.l1_chain_config(), config)?;
        }
        files::read_or_create_jwt(&files.jwt())?;
        // Last, because who finds it finds the rest.
        files::write_json(&files.rollup(), &self.rollup)
    }

    /// Reads what was written, if it was.
    pub fn read(files: &Files) -> Result<Option<Self>, Error> {
        if !files.rollup().exists() {
            return Ok(None);
        }
        Ok(Some(Self {
            rollup: files::read_json(&files.rollup())?,
            genesis: files::read_json(&files.genesis())?,
            addresses: files::read_json(&files.addresses())?,
        }))
    }
}
