//! An upgrade whose owner no key here signs for, a multisig as a rule: the calls that it has to make.

use crate::{Deployed, Error, UpgradePlan, upgrade::UpgradeStep, verify::Chain};
use alloy_primitives::{Address, B256, Bytes, address, keccak256};
use alloy_sol_types::SolCall;
use contracts::bindings::ProxyAdmin;
use l1::L1Client;
use serde_json::{Value, json};

/// The deterministic deployment proxy that every chain has at this address: what it creates depends on the code alone, not on who asks.
const CREATOR: Address = address!("4e59b44847b379578588920cA78FbF26c0B4956C");
const SALT: B256 = B256::ZERO;

/// The calls of an upgrade, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerCalls {
    /// L1.
    pub l1_chain_id: u64,
    /// Who has to make them: `ProxyAdmin`'s owner. What creates code anybody may call.
    pub owner: Address,
    /// The calls.
    pub calls: Vec<OwnerCall>,
}

/// One call, without ether.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerCall {
    /// What it does.
    pub what: String,
    /// Whom it calls.
    pub to: Address,
    /// With what.
    pub data: Bytes,
}

impl OwnerCalls {
    /// As a file of Safe's Transaction Builder; other multisigs find address, value and data in it too.
    pub fn batch(&self) -> Value {
        let of = |call: &OwnerCall| {
            json!({
                "to": call.to.to_checksum(None),
                "value": "0",
                "data": call.data,
                "contractMethod": null,
                "contractInputsValues": null,
            })
        };
        let said: Vec<_> = self.calls.iter().map(|call| call.what.as_str()).collect();
        json!({
            "version": "1.0",
            "chainId": self.l1_chain_id.to_string(),
            "createdAt": 0,
            "meta": { "name": "tandem upgrade", "description": said.join("; ") },
            "transactions": self.calls.iter().map(of).collect::<Vec<_>>(),
        })
    }
}

impl UpgradePlan {
    /// The calls that do it. Code that was created already is not created again. Like [`Self::apply`], refused where a storage layout
    /// does not fit.
    pub async fn owner_calls(&self, client: &L1Client, deployed: &Deployed) -> Result<OwnerCalls, Error> {
        let faults = self.faults();
        if !faults.is_empty() {
            return Err(Error::UpgradeRefused(faults));
        }
        let (chain, proxy_admin) = (Chain::at_head(client).await?, deployed.addresses.proxy_admin);
        let owner = chain.address(proxy_admin, ProxyAdmin::ownerCall {}).await?;
        let mut calls = OwnerCalls {
            l1_chain_id: deployed.rollup.l1_chain_id,
            owner: owner.unwrap_or_default(),
            calls: Vec::new(),
        };
        for step in &self.steps {
            calls.calls.extend(creation(&chain, step).await?);
        }
        calls
            .calls
            .extend(self.steps.iter().map(|step| upgrade(proxy_admin, step)));
        Ok(calls)
    }
}

/// Where a contract's new code is created.
fn created_at(step: &UpgradeStep) -> Address {
    CREATOR.create2(SALT, keccak256(step.contract.artifact.creation_code()))
}

/// The call that creates a contract's new code, unless it is there.
async fn creation(chain: &Chain<'_>, step: &UpgradeStep) -> Result<Option<OwnerCall>, Error> {
    let (artifact, address) = (step.contract.artifact, created_at(step));
    if chain.code(address).await? == artifact.deployed_code() {
        return Ok(None);
    }
    if chain.code(CREATOR).await?.is_empty() {
        return Err(Error::NoCreator(CREATOR));
    }
    Ok(Some(OwnerCall {
        what: format!("create {} {} at {address}", artifact.name(), step.to),
        to: CREATOR,
        data: [SALT.as_slice(), &artifact.creation_code()].concat().into(),
    }))
}

/// The call that puts it behind its proxy.
fn upgrade(proxy_admin: Address, step: &UpgradeStep) -> OwnerCall {
    let (proxy, implementation) = (step.contract.proxy, created_at(step));
    OwnerCall {
        what: format!(
            "upgrade {} at {proxy} to {implementation}",
            step.contract.artifact.name()
        ),
        to: proxy_admin,
        data: ProxyAdmin::upgradeCall { proxy, implementation }.abi_encode().into(),
    }
}
