//! What is written down before the first transaction, so that the same command can go on where it was interrupted.

use crate::{Deployment, Error, Files, files};
use alloy_eips::BlockNumHash;
use alloy_primitives::{Address, B256, keccak256};
use contracts::{Artifact, DeploymentPlan};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A deployment that has begun: the plan follows from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeploymentRecord {
    /// L1's chain id.
    pub l1_chain_id: u64,
    /// L1's head before the first transaction.
    pub l1_head: BlockNumHash,
    /// Who sends the plan's transactions.
    pub deployer: Address,
    /// The nonce of the first.
    pub start_nonce: u64,
    /// What the program that began would have put on chain.
    pub artifacts: B256,
    /// What is deployed.
    pub deployment: Deployment,
}

impl DeploymentRecord {
    /// The plan.
    pub fn plan(&self) -> Result<DeploymentPlan, Error> {
        self.deployment.plan(self.deployer, self.start_nonce)
    }

    /// Reads what was written, if it was.
    pub fn read(files: &Files) -> Result<Option<Self>, Error> {
        match files.deployment().exists() {
            true => files::read_json(&files.deployment()).map(Some),
            false => Ok(None),
        }
    }

    pub(crate) fn write(&self, files: &Files) -> Result<(), Error> {
        files::write_json(&files.deployment(), self)
    }

    /// Refuses to go on with another configuration, deployer, L1 or program than those that began.
    pub(crate) fn require(&self, now: &Self, files: &Files) -> Result<(), Error> {
        let what = if self.l1_chain_id != now.l1_chain_id {
            format!("on L1 chain {}, this one is {}", self.l1_chain_id, now.l1_chain_id)
        } else if self.deployer != now.deployer {
            format!("by {}, this deployer is {}", self.deployer, now.deployer)
        } else if self.deployment != now.deployment {
            let fields = differing(&self.deployment, &now.deployment);
            format!("with another value of {}", fields.join(", "))
        } else if self.artifacts != now.artifacts {
            "by another version of this program, with other contracts".into()
        } else {
            return Ok(());
        };
        Err(Error::OtherDeployment {
            path: files.deployment(),
            what,
        })
    }
}

/// One hash of all bytecode in this program.
pub(crate) fn artifacts_hash() -> B256 {
    let hashes = Artifact::ALL.iter().map(|artifact| keccak256(artifact.creation_code()));
    keccak256(hashes.flat_map(|hash| hash.0).collect::<Vec<u8>>())
}

/// The fields in which two deployments differ.
fn differing(a: &Deployment, b: &Deployment) -> Vec<String> {
    let json = |deployment| serde_json::to_value(deployment).unwrap_or_default();
    let mut found = Vec::new();
    compare("", &json(a), &json(b), &mut found);
    found
}

fn compare(name: &str, a: &Value, b: &Value, found: &mut Vec<String>) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            for (key, value) in a {
                let name = if name.is_empty() {
                    key.clone()
                } else {
                    format!("{name}.{key}")
                };
                compare(&name, value, b.get(key).unwrap_or(&Value::Null), found);
            }
        }
        _ if a != b => found.push(name.to_owned()),
        _ => {}
    }
}
