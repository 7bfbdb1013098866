//! Brings the contracts on chain to this program's versions: first the plan, with what storage layouts say about it, then the calls.

use crate::{Deployed, DeployedLayouts, DeploymentRecord, Error, Files, verify::Chain};
use alloy_primitives::Address;
use alloy_sol_types::SolCall;
use contracts::{
    ProxiedContract,
    bindings::{ProxyAdmin, SystemConfig},
    creation_gas_limit,
};
use core::fmt;
use l1::{L1Client, Signer, TxCandidate, TxConfig, TxManager, TxReceipt};

/// What an upgrade would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpgradePlan {
    /// The contracts whose code differs from this program's.
    pub steps: Vec<UpgradeStep>,
    /// How many contracts are up to date.
    pub up_to_date: usize,
    /// Those of them of which the files do not say so: an upgrade was interrupted before it wrote them.
    pub unnoted: Vec<ProxiedContract>,
}

/// One contract that gets other code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpgradeStep {
    /// The contract; its implementation is the one on chain.
    pub contract: ProxiedContract,
    /// The version on chain, as the contract says it.
    pub from: String,
    /// This program's version.
    pub to: String,
    /// Why the new code must not run on the old storage.
    pub faults: Vec<String>,
}

impl fmt::Display for UpgradeStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ProxiedContract {
            artifact,
            proxy,
            implementation,
        } = self.contract;
        write!(
            f,
            "{} at {proxy}: {} -> {}, from the code at {implementation}",
            artifact.name(),
            self.from,
            self.to
        )
    }
}

/// Compares the code on chain with this program's.
pub async fn plan_upgrade(client: &L1Client, deployed: &Deployed, files: &Files) -> Result<UpgradePlan, Error> {
    client.require_chain_id(deployed.rollup.l1_chain_id).await?;
    let (chain, layouts) = (Chain::at_head(client).await?, DeployedLayouts::read(files)?);
    let mut plan = UpgradePlan {
        steps: Vec::new(),
        up_to_date: 0,
        unnoted: Vec::new(),
    };
    for contract in deployed.addresses.proxied() {
        let running = chain.implementation(&deployed.addresses, contract.proxy).await?;
        let implementation = running.unwrap_or(contract.implementation);
        let now = ProxiedContract {
            implementation,
            ..contract
        };
        let (artifact, code) = (contract.artifact, chain.code(implementation).await?);
        if code == artifact.deployed_code() {
            plan.up_to_date += 1;
            let known = now == contract && layouts.of(artifact.name(), &code).is_some();
            plan.unnoted.extend((!known).then_some(now));
            continue;
        }
        let faults = match layouts.of(artifact.name(), &code) {
            Some(old) => old.faults(&artifact.layout()).iter().map(ToString::to_string).collect(),
            None => vec![format!(
                "the storage layout of the code at {implementation} is not known: {} is not of the version that put it there",
                files.layouts().display()
            )],
        };
        plan.steps.push(UpgradeStep {
            contract: now,
            from: version(&chain, contract.proxy).await?,
            to: artifact.version().unwrap_or("unknown").into(),
            faults,
        });
    }
    Ok(plan)
}

/// Every contract answers `version()` in the same way.
async fn version(chain: &Chain<'_>, proxy: Address) -> Result<String, Error> {
    let answer = chain.answer(proxy, SystemConfig::versionCall {}.abi_encode()).await?;
    let version = answer.and_then(|answer| SystemConfig::versionCall::abi_decode_returns(&answer).ok());
    Ok(version.unwrap_or_else(|| "unknown".into()))
}

impl UpgradePlan {
    /// Why it must not be done, one line a reason.
    pub fn faults(&self) -> Vec<String> {
        let of = |step: &UpgradeStep| {
            let name = step.contract.artifact.name();
            step.faults
                .iter()
                .map(|fault| format!("{name}: {fault}"))
                .collect::<Vec<_>>()
        };
        self.steps.iter().flat_map(of).collect()
    }

    /// Writes what is on chain already, and needs no key for it.
    pub fn note(&self, deployed: &mut Deployed, files: &Files) -> Result<(), Error> {
        self.unnoted
            .iter()
            .try_for_each(|contract| note(contract, deployed, files))
    }

    /// Creates the new code and puts it behind the proxies, as the owner of their admin. First values are not set again: no
    /// initialiser runs. What was done is noted after each contract, so that an interrupted upgrade goes on.
    pub async fn apply(
        &self,
        client: &L1Client,
        owner: impl Into<Signer>,
        tx: TxConfig,
        deployed: &mut Deployed,
        files: &Files,
    ) -> Result<(), Error> {
        let faults = self.faults();
        if !faults.is_empty() {
            return Err(Error::UpgradeRefused(faults));
        }
        let owner = owner.into();
        require_owner(client, deployed.addresses.proxy_admin, owner.address()).await?;
        let manager = TxManager::new(client.clone(), owner, tx).await?;
        for step in &self.steps {
            let implementation = step.apply(&manager, deployed.addresses.proxy_admin).await?;
            let now = ProxiedContract {
                implementation,
                ..step.contract
            };
            note(&now, deployed, files)?;
        }
        Ok(())
    }
}

/// Writes that a contract runs this program's code now.
fn note(contract: &ProxiedContract, deployed: &mut Deployed, files: &Files) -> Result<(), Error> {
    let record = DeploymentRecord::read(files)?.ok_or_else(|| Error::NoRecord(files.deployment()))?;
    let mut layouts = DeployedLayouts::read(files)?;
    deployed
        .addresses
        .set_implementation(contract.artifact, contract.implementation);
    layouts.note(contract);
    layouts.write(files)?;
    deployed.write_addresses(&record.deployment, files)
}

async fn require_owner(client: &L1Client, proxy_admin: Address, account: Address) -> Result<(), Error> {
    let chain = Chain::at_head(client).await?;
    let owner = chain
        .address(proxy_admin, ProxyAdmin::ownerCall {})
        .await?
        .unwrap_or_default();
    match owner == account {
        true => Ok(()),
        false => Err(Error::NotTheOwner {
            proxy_admin,
            owner,
            account,
        }),
    }
}

impl UpgradeStep {
    /// The address of the new code.
    async fn apply(&self, manager: &TxManager, proxy_admin: Address) -> Result<Address, Error> {
        let artifact = self.contract.artifact;
        let creation = artifact.creation_code();
        let gas_limit = creation_gas_limit(creation.len(), artifact);
        let created = manager
            .send(TxCandidate::create(creation).with_gas_limit(gas_limit))
            .await?;
        let created = succeeded(format!("creating {}", artifact.name()), created)?;
        let implementation = created.contract_address.unwrap_or_default();
        let call = ProxyAdmin::upgradeCall {
            proxy: self.contract.proxy,
            implementation,
        };
        let upgraded = manager
            .send(TxCandidate::call(proxy_admin, call.abi_encode().into()))
            .await?;
        succeeded(format!("upgrading {}", artifact.name()), upgraded)?;
        Ok(implementation)
    }
}

fn succeeded(what: String, receipt: TxReceipt) -> Result<TxReceipt, Error> {
    match receipt.success {
        true => Ok(receipt),
        false => Err(Error::UpgradeFailed {
            what,
            transaction: receipt.transaction_hash,
        }),
    }
}
