//! A deployed system: its files, written and read.

use crate::{DeployedLayouts, Deployment, DeploymentRecord, Error, Files, files, registry, run::block_id};
use alloy_eips::BlockNumHash;
use alloy_genesis::Genesis;
use contracts::{Addresses, DeploymentPlan, RollupStart};
use l1::L1Client;
use protocol::{BlockRef, RollupConfig};
use serde_json::Value;

/// What came of a deployment.
#[derive(Debug, Clone)]
pub struct Deployed {
    /// The rollup.
    pub rollup: RollupConfig,
    /// The L2's genesis.
    pub genesis: Genesis,
    /// Where the contracts are.
    pub addresses: Addresses,
}

impl Deployed {
    /// The system that begins at an L1 block.
    pub(crate) fn new(record: &DeploymentRecord, plan: &DeploymentPlan, start: &BlockRef) -> Result<Self, Error> {
        let (deployment, l1_chain_id) = (&record.deployment, record.l1_chain_id);
        let genesis = deployment.genesis_config(l1_chain_id, &plan.addresses, start.timestamp);
        let genesis = contracts::l2_genesis(&genesis)?;
        let start = RollupStart {
            l1_chain_id,
            l1: block_id(start),
            l2_hash: chain::genesis_block(&genesis)?.hash,
            l2_time: start.timestamp,
            fork: deployment.fork,
        };
        let config = deployment.config(record.deployer, record.start_nonce);
        let rollup = plan.rollup_config(&config, &start);
        rollup.validate()?;
        Ok(Self {
            rollup,
            genesis,
            addresses: plan.addresses,
        })
    }

    /// Writes what other programs need.
    pub fn write(&self, deployment: &Deployment, files: &Files, l1_chain_config: Option<&Value>) -> Result<(), Error> {
        files::write_json(&files.genesis(), &self.genesis)?;
        self.write_addresses(deployment, files)?;
        DeployedLayouts::of_this_program(&self.addresses).write(files)?;
        if let Some(config) = l1_chain_config {
            files::write_json(&files.l1_chain_config(), config)?;
        }
        files::read_or_create_jwt(&files.jwt())?;
        // Last, because who finds it finds the rest.
        files::write_json(&files.rollup(), &self.rollup)
    }

    /// Writes where the contracts are, in both forms.
    pub(crate) fn write_addresses(&self, deployment: &Deployment, files: &Files) -> Result<(), Error> {
        files::write_json(&files.addresses(), &self.addresses)?;
        files::write_file(&files.registry(), registry::chain_toml(deployment, self)?.as_bytes())
    }

    /// Refuses an L1 without the block that the rollup begins at.
    pub async fn require_start(&self, client: &L1Client, files: &Files) -> Result<(), Error> {
        let BlockNumHash { number, hash } = self.rollup.genesis.l1;
        let found = client.block_ref_by_number(number).await?;
        if found.is_some_and(|block| block.hash == hash) {
            return Ok(());
        }
        Err(Error::OtherL1 {
            folder: files.folder().to_owned(),
            chain_id: self.rollup.l1_chain_id,
            number,
            hash,
        })
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
