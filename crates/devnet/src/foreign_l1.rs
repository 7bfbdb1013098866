//! An L1 that somebody else runs: anvil, or another development chain.

use crate::Error;
use ::l1::{
    BeaconClient, BeaconConfig, Endpoint, L1Client, RpcConfig as L1RpcConfig, Secret, TxCandidate, TxConfig, TxManager,
    Wallet,
};
use alloy_eips::BlockNumberOrTag;
use alloy_primitives::{U256, utils::Unit};
use contracts::{DEVNET_L1_CHAIN_IDS, DevAccount};
use deployment::{Deployed, Deployment, DeploymentRecord, Files, deploy, devnet_l1_chain_config};
use std::time::Duration;

/// What an operator should have, in ether.
const OPERATOR_ETHER: u64 = 100;

/// Where a foreign L1 answers.
#[derive(Debug, Clone)]
pub struct ForeignL1 {
    /// Its JSON-RPC.
    pub url: Endpoint,
    /// Its beacon API: without one there are no blobs.
    pub beacon: Option<Endpoint>,
    /// Seconds of a slot, where the beacon API does not say.
    pub slot_duration_override: Option<Duration>,
}

impl ForeignL1 {
    pub(crate) fn client(&self) -> Result<L1Client, Error> {
        Ok(L1Client::new(self.url.clone(), L1RpcConfig::default())?)
    }

    pub(crate) fn beacon(&self) -> Result<Option<BeaconClient>, Error> {
        let Some(url) = &self.beacon else { return Ok(None) };
        let mut config = BeaconConfig::new(vec![url.clone()]);
        config.slot_duration_override = self.slot_duration_override;
        Ok(Some(BeaconClient::new(config)?))
    }

    /// Takes up a deployment that is on L1 already, or makes one with the first of the well-known accounts.
    pub(crate) async fn deployed(&self, deployment: &Deployment, files: &Files) -> Result<Deployed, Error> {
        let client = self.client()?;
        let chain_id = client.chain_id().await?;
        if !DEVNET_L1_CHAIN_IDS.contains(&chain_id) {
            return Err(Error::NotADevnet { chain_id });
        }
        if let Some(deployed) = Deployed::read(files)? {
            let rollup = &deployed.rollup;
            client.require_chain_id(rollup.l1_chain_id).await?;
            let contracts = [
                (rollup.deposit_contract_address, "OptimismPortal"),
                (rollup.l1_system_config_address, "SystemConfig"),
            ];
            for (address, name) in contracts {
                client.require_contract(address, name).await?;
            }
            deployed.require_start(&client, files).await?;
            return Ok(deployed);
        }
        // The deployer pays: once its nonces are planned, it sends nothing else.
        if DeploymentRecord::read(files)?.is_none() {
            fund_operators(&client).await?;
        }
        let deployer = wallet(&contracts::PREFUNDED[0])?;
        let deployed = deploy(deployment, &client, deployer, TxConfig::devnet(), files).await?;
        let l1_chain_config = devnet_l1_chain_config(&client).await?;
        deployed.write(deployment, files, Some(&l1_chain_config))?;
        Ok(deployed)
    }
}

pub(crate) fn wallet(account: &DevAccount) -> Result<Wallet, Error> {
    Ok(Wallet::new(Secret::from_bytes(account.private_key)?))
}

/// The operators' accounts are prefunded on the embedded L1 only.
async fn fund_operators(client: &L1Client) -> Result<(), Error> {
    let wanted = Unit::ETHER.wei() * U256::from(OPERATOR_ETHER);
    let funder = TxManager::new(client.clone(), wallet(&contracts::PREFUNDED[0])?, TxConfig::devnet()).await?;
    let mut under_way = Vec::new();
    for operator in contracts::OPERATORS {
        let balance = client.balance_at(operator.address, BlockNumberOrTag::Latest).await?;
        if let Some(missing) = wanted.checked_sub(balance).filter(|missing| !missing.is_zero()) {
            under_way.push(funder.submit(TxCandidate::transfer(operator.address, missing)).await?);
        }
    }
    for transfer in under_way {
        transfer.confirmed().await?;
    }
    Ok(())
}
