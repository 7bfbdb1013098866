//! Puts the L1 contracts on any L1, and makes the L2's genesis and configuration of where they came to be.

use crate::{DEVNET_L1_CHAIN_IDS, Error, Files, files};
use ::l1::{L1Client, Signer, TxConfig, TxManager};
use alloy_eips::{BlockNumHash, BlockNumberOrTag};
use alloy_genesis::Genesis;
use alloy_primitives::Address;
use contracts::{Addresses, DeploymentConfig, DeploymentPlan, FeeVaultConfig, L2GenesisConfig, RollupStart};
use protocol::{Fork, RollupConfig};
use serde_json::Value;
use std::collections::BTreeMap;

/// What to deploy.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// The L2's chain id.
    pub l2_chain_id: u64,
    /// The newest fork that is active from genesis on.
    pub fork: Fork,
    /// Seconds between L2 blocks.
    pub block_time: u64,
    /// L2 blocks between outputs.
    pub submission_interval: u64,
    /// How long an output can be deleted, and a proof must have waited, in seconds.
    pub finalization_period_s: u64,
}

impl Default for Deployment {
    /// The devnet.
    fn default() -> Self {
        Self {
            l2_chain_id: 901,
            fork: Fork::Karst,
            block_time: 1,
            submission_interval: 4,
            finalization_period_s: 4,
        }
    }
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
    pub async fn plan(
        &self,
        client: &L1Client,
        deployer: Address,
    ) -> Result<(DeploymentConfig, DeploymentPlan), Error> {
        let nonce = client.nonce_at(deployer, BlockNumberOrTag::Latest).await?;
        let config = DeploymentConfig {
            block_time: self.block_time,
            submission_interval: self.submission_interval,
            finalization_period_s: self.finalization_period_s,
            ..DeploymentConfig::devnet(deployer, nonce, self.l2_chain_id)
        };
        let config = l1_roles(client.chain_id().await?, config);
        let plan = DeploymentPlan::new(&config)?;
        Ok((config, plan))
    }
}

/// Who holds the roles on L1: where the devnets' keys are of no use, because everybody knows them, the deployer holds all.
fn l1_roles(l1_chain_id: u64, config: DeploymentConfig) -> DeploymentConfig {
    if DEVNET_L1_CHAIN_IDS.contains(&l1_chain_id) {
        return config;
    }
    DeploymentConfig {
        owner: config.deployer,
        guardian: config.deployer,
        unsafe_block_signer: config.deployer,
        batcher: config.deployer,
        proposer: config.deployer,
        challenger: config.deployer,
        ..config
    }
}

/// The same on L2, where nobody begins with ether then: it comes by deposits.
fn l2_roles(l1_chain_id: u64, deployer: Address, config: L2GenesisConfig) -> L2GenesisConfig {
    if DEVNET_L1_CHAIN_IDS.contains(&l1_chain_id) {
        return config;
    }
    let paid_to_deployer = |vault| FeeVaultConfig {
        recipient: deployer,
        ..vault
    };
    L2GenesisConfig {
        proxy_admin_owner: deployer,
        sequencer_fee_vault: paid_to_deployer(config.sequencer_fee_vault),
        base_fee_vault: paid_to_deployer(config.base_fee_vault),
        l1_fee_vault: paid_to_deployer(config.l1_fee_vault),
        operator_fee_vault: paid_to_deployer(config.operator_fee_vault),
        funded: BTreeMap::new(),
        ..config
    }
}

/// Sends the plan's transactions, waits for them, and begins the rollup at the L1 block that initialised the oracle.
pub async fn deploy(
    deployment: &Deployment,
    client: &L1Client,
    signer: impl Into<Signer>,
    tx: TxConfig,
) -> Result<Deployed, Error> {
    let signer = signer.into();
    let deployer = signer.address();
    let (config, plan) = deployment.plan(client, deployer).await?;
    let tx = TxConfig {
        pending_max: plan.transactions.len().max(tx.pending_max),
        ..tx
    };
    let manager = TxManager::new(client.clone(), signer, tx).await?;
    let receipts = ::l1::deploy(&manager, &plan).await?;
    let starting = plan.starting_step().and_then(|step| receipts.get(step));
    let number = starting.ok_or(Error::NoL1Head)?.block.number;
    let start = client.block_ref_by_number(number).await?.ok_or(Error::NoL1Head)?;
    let l1_chain_id = client.chain_id().await?;
    let genesis_config = L2GenesisConfig {
        l1: plan.addresses.l1_side(l1_chain_id),
        ..L2GenesisConfig::devnet(deployment.l2_chain_id, deployment.fork, start.timestamp)
    };
    let genesis_config = l2_roles(l1_chain_id, deployer, genesis_config);
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

    /// Refuses an L1 without the block that the rollup begins at.
    pub(crate) async fn require_start(&self, client: &L1Client, files: &Files) -> Result<(), Error> {
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

#[cfg(test)]
mod tests {
    use super::{l1_roles, l2_roles};
    use alloy_primitives::{Address, hex};
    use contracts::{DeploymentConfig, DeploymentPlan, L2GenesisConfig, dev_accounts};
    use protocol::Fork;

    const DEPLOYER: Address = Address::repeat_byte(0x42);

    /// How many of the accounts that everybody knows occur in what a deployment on an L1 sends and writes.
    fn known_accounts(l1_chain_id: u64) -> usize {
        let config = l1_roles(l1_chain_id, DeploymentConfig::devnet(DEPLOYER, 0, 901));
        let plan = DeploymentPlan::new(&config).unwrap();
        let inputs = plan
            .transactions
            .iter()
            .map(|transaction| hex::encode(&transaction.input));
        let genesis = l2_roles(l1_chain_id, DEPLOYER, L2GenesisConfig::devnet(901, Fork::Karst, 1));
        let genesis = serde_json::to_string(&contracts::l2_genesis(&genesis).unwrap()).unwrap();
        let written = [genesis, format!("{:?}", config.system_config()).to_lowercase()];
        let all: Vec<_> = inputs.chain(written).collect();
        dev_accounts()
            .filter(|account| all.iter().any(|text| text.contains(&hex::encode(account.address))))
            .count()
    }

    #[test]
    fn only_development_chains_give_roles_and_ether_to_accounts_that_everybody_knows() {
        for devnet in [900, 1337, 31_337] {
            assert!(known_accounts(devnet) >= 13, "chain {devnet}");
        }
        for elsewhere in [1, 4_242, 11_155_111] {
            assert_eq!(known_accounts(elsewhere), 0, "chain {elsewhere}");
        }
    }
}
