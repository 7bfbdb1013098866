//! How what is on chain stores its variables, for upgrades to compare with.

use crate::{Error, Files, files};
use alloy_primitives::{B256, Bytes, keccak256};
use contracts::{Addresses, ProxiedContract, StorageLayout};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `layouts.json`: how what is on chain stores its variables, kept by the version that put it there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeployedLayouts(BTreeMap<String, DeployedLayout>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeployedLayout {
    code_hash: B256,
    layout: StorageLayout,
}

impl DeployedLayouts {
    /// Those of this program's contracts.
    pub(crate) fn of_this_program(addresses: &Addresses) -> Self {
        let mut layouts = Self::default();
        addresses.proxied().iter().for_each(|contract| layouts.note(contract));
        layouts
    }

    /// Notes that a contract runs this program's code.
    pub(crate) fn note(&mut self, contract: &ProxiedContract) {
        let layout = DeployedLayout {
            code_hash: keccak256(contract.artifact.deployed_code()),
            layout: contract.artifact.layout(),
        };
        self.0.insert(contract.artifact.name().into(), layout);
    }

    /// The layout of a contract's code, if it was noted for that very code.
    pub(crate) fn of(&self, name: &str, code: &Bytes) -> Option<&StorageLayout> {
        let found = self.0.get(name).filter(|it| it.code_hash == keccak256(code));
        found.map(|it| &it.layout)
    }

    /// Reads the file; nothing is known where there is none.
    pub fn read(files: &Files) -> Result<Self, Error> {
        match files.layouts().exists() {
            true => files::read_json(&files.layouts()),
            false => Ok(Self::default()),
        }
    }

    pub(crate) fn write(&self, files: &Files) -> Result<(), Error> {
        files::write_json(&files.layouts(), self)
    }
}
