//! What is on chain, held to what the plan and the artifacts say.

use crate::{
    Deployed, DeploymentRecord, Error, Files,
    expected::{Expectation, expectations},
};
use alloy_eips::BlockNumberOrTag;
use alloy_primitives::{Address, B256, Bytes};
use alloy_sol_types::SolCall;
use contracts::{
    Addresses, Artifact, DeploymentPlan, Effect,
    bindings::{L2OutputOracle, ProxyAdmin},
};
use core::fmt;
use l1::L1Client;
use protocol::BlockRef;

/// Something on chain is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it is about.
    pub what: String,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: &'static str,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.what, self.problem, self.remedy)
    }
}

/// L1's contracts after its head.
pub(crate) struct Chain<'a> {
    client: &'a L1Client,
    pub(crate) head: BlockRef,
}

impl<'a> Chain<'a> {
    pub(crate) async fn at_head(client: &'a L1Client) -> Result<Self, Error> {
        let head = client.block_ref_by_tag(BlockNumberOrTag::Latest).await?;
        let head = head.ok_or(Error::NoL1Head)?;
        Ok(Self { client, head })
    }

    pub(crate) async fn code(&self, address: Address) -> Result<Bytes, Error> {
        Ok(self.client.code_at(address, self.head.number.into()).await?)
    }

    /// The first word of a call's answer; none where the contract is missing or refuses.
    pub(crate) async fn word(&self, to: Address, data: Vec<u8>) -> Result<Option<B256>, Error> {
        let answer = self.answer(to, data).await?;
        Ok(answer.and_then(|answer| answer.get(..32).map(B256::from_slice)))
    }

    /// A call's answer; none where the contract refuses.
    pub(crate) async fn answer(&self, to: Address, data: Vec<u8>) -> Result<Option<Bytes>, Error> {
        match self.client.call(to, data.into(), self.head.number.into()).await {
            Ok(answer) => Ok(Some(answer)),
            Err(l1::Error::Refused { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) async fn address(&self, to: Address, call: impl SolCall) -> Result<Option<Address>, Error> {
        Ok(self.word(to, call.abi_encode()).await?.map(Address::from_word))
    }

    /// The code that a proxy runs.
    pub(crate) async fn implementation(&self, addresses: &Addresses, proxy: Address) -> Result<Option<Address>, Error> {
        let call = ProxyAdmin::getProxyImplementationCall { proxy };
        self.address(addresses.proxy_admin, call).await
    }

    /// The time at which the oracle starts, zero before it was initialised.
    pub(crate) async fn starting_timestamp(&self, addresses: &Addresses) -> Result<u64, Error> {
        let call = L2OutputOracle::startingTimestampCall {}.abi_encode();
        let word = self
            .word(addresses.l2_output_oracle_proxy, call)
            .await?
            .unwrap_or_default();
        Ok(word.get(24..).map_or(0, |bytes| {
            bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
        }))
    }
}

/// Holds the steps that are on chain already to the plan: somebody else may have used the deployer's account, or a step may have failed.
pub(crate) async fn steps(chain: &Chain<'_>, plan: &DeploymentPlan, mined: usize, files: &Files) -> Result<(), Error> {
    let addresses = &plan.addresses;
    for step in &plan.transactions[..mined] {
        let done = match step.effect {
            Effect::Creates(artifact, address) => chain.code(address).await? == artifact.deployed_code(),
            Effect::Initializes(artifact) => runs_its_code(chain, addresses, artifact).await?,
            // The last one: `verify` asks for the owner.
            Effect::HandsOver => true,
        };
        if !done {
            return Err(Error::StepNotOnChain {
                what: step.what,
                nonce: step.nonce,
                path: files.deployment(),
            });
        }
    }
    Ok(())
}

async fn runs_its_code(chain: &Chain<'_>, addresses: &Addresses, artifact: Artifact) -> Result<bool, Error> {
    let Some(it) = addresses.proxied().into_iter().find(|it| it.artifact == artifact) else {
        return Ok(false);
    };
    Ok(chain.implementation(addresses, it.proxy).await? == Some(it.implementation))
}

/// Everything on chain that is not as it was deployed.
pub async fn verify(
    client: &L1Client,
    record: &DeploymentRecord,
    deployed: &Deployed,
) -> Result<Vec<Difference>, Error> {
    client.require_chain_id(record.l1_chain_id).await?;
    let chain = Chain::at_head(client).await?;
    let mut differences = code(&chain, &deployed.addresses).await?;
    for expectation in expectations(record, &deployed.addresses, deployed.rollup.genesis.l2_time) {
        let found = chain.word(expectation.contract, expectation.call.clone()).await?;
        differences.extend(difference(&expectation, found));
    }
    Ok(differences)
}

fn difference(expectation: &Expectation, found: Option<B256>) -> Option<Difference> {
    let shown = expectation.shown;
    let problem = match found {
        Some(word) if word == expectation.expected => return None,
        Some(word) => format!("is {}, should be {}", shown.of(word), shown.of(expectation.expected)),
        None => format!("does not answer, should be {}", shown.of(expectation.expected)),
    };
    Some(Difference {
        what: expectation.what.clone(),
        problem,
        remedy: expectation.remedy,
    })
}

/// The bytecode of every contract.
async fn code(chain: &Chain<'_>, addresses: &Addresses) -> Result<Vec<Difference>, Error> {
    let mut differences = Vec::new();
    let own = |name: &str, what: &str| format!("{name}{what}");
    let mut places = vec![(own("ProxyAdmin", ""), addresses.proxy_admin, Artifact::ProxyAdmin)];
    for it in addresses.proxied() {
        let running = chain.implementation(addresses, it.proxy).await?;
        places.push((own(it.artifact.name(), "Proxy"), it.proxy, Artifact::Proxy));
        places.push((
            own(it.artifact.name(), ""),
            running.unwrap_or(it.implementation),
            it.artifact,
        ));
    }
    for (what, address, artifact) in places {
        let found = chain.code(address).await?;
        if found == artifact.deployed_code() {
            continue;
        }
        let problem = match found.is_empty() {
            true => format!("has no code at {address}"),
            false => format!("has other code at {address} than this program's {}", artifact.name()),
        };
        let remedy =
            "if it was deployed by another version, `tandem upgrade` shows what would change; else do not trust it";
        differences.push(Difference { what, problem, remedy });
    }
    Ok(differences)
}
