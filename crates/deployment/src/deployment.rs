//! What to deploy: one value for a command's flags, a TOML file and the devnet.

use crate::Error;
use alloy_primitives::{Address, U256};
use contracts::{
    Addresses, BATCHER, CHALLENGER, DEVNET_L1_CHAIN_IDS, DeploymentConfig, DeploymentPlan, FeeVaultConfig,
    L2GenesisConfig, OWNER, PROPOSER, SEQUENCER, WithdrawalNetwork,
};
use protocol::{FeeScalars, Fork};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::collections::BTreeMap;

/// What to deploy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// The chain's name, for people and registries.
    pub name: String,
    /// The L2's chain id.
    pub l2_chain_id: u64,
    /// The newest fork that is active from genesis on.
    #[serde(serialize_with = "fork_name", deserialize_with = "fork_of_name")]
    pub fork: Fork,
    /// Seconds between L2 blocks.
    pub block_time: u64,
    /// The L2 block gas limit.
    pub gas_limit: u64,
    /// Base fee of the first L2 block, in wei.
    pub base_fee_wei: u64,
    /// L1 blocks within which a batch must follow its L1 origin.
    pub seq_window_size: u64,
    /// Scalar of L1's base fee in the L1 fee, in millionths.
    pub base_fee_scalar: u32,
    /// Scalar of L1's blob base fee in the L1 fee, in millionths.
    pub blob_base_fee_scalar: u32,
    /// L2 blocks between outputs.
    pub submission_interval: u64,
    /// How long an output can be deleted, and a proof must have waited, in seconds.
    pub finalization_period_s: u64,
    /// Who may do what.
    pub roles: Roles,
    /// Where fees go.
    pub fee_vaults: FeeVaults,
}

/// The accounts of the roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roles {
    /// Owns `SystemConfig` and both proxy admins.
    pub owner: Address,
    /// May pause.
    pub guardian: Address,
    /// Posts batches.
    pub batcher: Address,
    /// Proposes outputs.
    pub proposer: Address,
    /// Deletes wrong outputs.
    pub challenger: Address,
    /// Signs blocks before they are on L1.
    pub unsafe_block_signer: Address,
}

/// How the four fee vaults pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeVaults {
    /// Who gets the fees.
    pub recipient: Address,
    /// What a vault must hold before anyone may pay it out, in wei.
    pub min_withdrawal_wei: u64,
    /// On which layer the recipient is paid.
    pub network: VaultNetwork,
}

/// The layer on which fees are paid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VaultNetwork {
    /// By withdrawals.
    L1,
    /// At once.
    L2,
}

impl Default for Deployment {
    /// The devnet's.
    fn default() -> Self {
        Self {
            name: "tandem-devnet".into(),
            l2_chain_id: 901,
            fork: Fork::Karst,
            block_time: 1,
            gas_limit: 60_000_000,
            base_fee_wei: 1_000_000_000,
            seq_window_size: 3600,
            base_fee_scalar: 1368,
            blob_base_fee_scalar: 810_949,
            submission_interval: 4,
            finalization_period_s: 4,
            roles: Roles::default(),
            fee_vaults: FeeVaults::default(),
        }
    }
}

impl Default for Roles {
    /// The devnet's, whose keys everybody knows.
    fn default() -> Self {
        Self {
            owner: OWNER.address,
            guardian: OWNER.address,
            batcher: BATCHER.address,
            proposer: PROPOSER.address,
            challenger: CHALLENGER.address,
            unsafe_block_signer: SEQUENCER.address,
        }
    }
}

impl Default for FeeVaults {
    fn default() -> Self {
        Self {
            recipient: OWNER.address,
            min_withdrawal_wei: 1_000_000_000_000_000_000,
            network: VaultNetwork::L2,
        }
    }
}

impl Deployment {
    /// The configuration of the L1 side for a deployer.
    pub fn config(&self, deployer: Address, start_nonce: u64) -> DeploymentConfig {
        let roles = self.roles;
        DeploymentConfig {
            owner: roles.owner,
            guardian: roles.guardian,
            unsafe_block_signer: roles.unsafe_block_signer,
            batcher: roles.batcher,
            proposer: roles.proposer,
            challenger: roles.challenger,
            submission_interval: self.submission_interval,
            finalization_period_s: self.finalization_period_s,
            block_time: self.block_time,
            seq_window_size: self.seq_window_size,
            gas_limit: self.gas_limit,
            fee_scalars: FeeScalars {
                base_fee_scalar: self.base_fee_scalar,
                blob_base_fee_scalar: self.blob_base_fee_scalar,
            },
            ..DeploymentConfig::devnet(deployer, start_nonce, self.l2_chain_id)
        }
    }

    /// The plan for a deployer.
    pub fn plan(&self, deployer: Address, start_nonce: u64) -> Result<DeploymentPlan, Error> {
        Ok(DeploymentPlan::new(&self.config(deployer, start_nonce))?)
    }

    /// The configuration of the L2 side. On L1s that are no development chains nobody begins with ether: it comes by deposits.
    pub fn genesis_config(&self, l1_chain_id: u64, addresses: &Addresses, timestamp: u64) -> L2GenesisConfig {
        let vault = FeeVaultConfig {
            recipient: self.fee_vaults.recipient,
            min_withdrawal_amount_wei: U256::from(self.fee_vaults.min_withdrawal_wei),
            network: match self.fee_vaults.network {
                VaultNetwork::L1 => WithdrawalNetwork::L1,
                VaultNetwork::L2 => WithdrawalNetwork::L2,
            },
        };
        let devnet = L2GenesisConfig::devnet(self.l2_chain_id, self.fork, timestamp);
        let funded = match DEVNET_L1_CHAIN_IDS.contains(&l1_chain_id) {
            true => devnet.funded.clone(),
            false => BTreeMap::new(),
        };
        L2GenesisConfig {
            gas_limit: self.gas_limit,
            base_fee_wei: self.base_fee_wei,
            proxy_admin_owner: self.roles.owner,
            sequencer_fee_vault: vault,
            base_fee_vault: vault,
            l1_fee_vault: vault,
            operator_fee_vault: vault,
            l1: addresses.l1_side(l1_chain_id),
            funded,
            ..devnet
        }
    }
}

fn fork_name<S: Serializer>(fork: &Fork, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(fork.name())
}

/// The forks at which a chain can begin.
pub(crate) fn fork_of_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fork, D::Error> {
    let name = String::deserialize(deserializer)?;
    let fork = Fork::from_name(&name).filter(|fork| *fork >= Fork::Isthmus);
    fork.ok_or_else(|| {
        de::Error::custom(format!(
            "a chain cannot begin at {name:?}: choose isthmus, jovian or karst"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::hex;
    use contracts::dev_accounts;

    /// How many of the accounts that everybody knows occur in what a deployment with roles of its own sends and writes.
    fn known_accounts(l1_chain_id: u64) -> usize {
        let [owner, guardian, batcher, proposer, challenger, unsafe_block_signer] =
            [1, 2, 3, 4, 5, 6].map(Address::repeat_byte);
        let deployment = Deployment {
            roles: Roles {
                owner,
                guardian,
                batcher,
                proposer,
                challenger,
                unsafe_block_signer,
            },
            fee_vaults: FeeVaults {
                recipient: owner,
                ..FeeVaults::default()
            },
            ..Deployment::default()
        };
        let plan = deployment.plan(Address::repeat_byte(0x42), 0).unwrap();
        let inputs = plan.transactions.iter().map(|step| hex::encode(&step.input));
        let genesis = deployment.genesis_config(l1_chain_id, &plan.addresses, 1);
        let genesis = serde_json::to_string(&contracts::l2_genesis(&genesis).unwrap()).unwrap();
        let all: Vec<_> = inputs.chain([genesis]).collect();
        dev_accounts()
            .filter(|account| all.iter().any(|text| text.contains(&hex::encode(account.address))))
            .count()
    }

    #[test]
    fn only_development_chains_give_ether_to_accounts_that_everybody_knows() {
        for devnet in DEVNET_L1_CHAIN_IDS {
            assert_eq!(known_accounts(devnet), 10, "chain {devnet}");
        }
        for elsewhere in [1, 4_242, 11_155_111] {
            assert_eq!(known_accounts(elsewhere), 0, "chain {elsewhere}");
        }
    }

    #[test]
    fn the_genesis_knows_the_l1_that_was_deployed_to() {
        let plan = Deployment::default().plan(Address::repeat_byte(0x42), 5).unwrap();
        let genesis = Deployment::default().genesis_config(1_337, &plan.addresses, 7);
        assert_eq!(genesis.l1, plan.addresses.l1_side(1_337));
        assert_eq!(genesis.timestamp, 7);
    }
}
