//! Storage layouts: where a contract keeps its variables, and whether another version of it finds them there.

use core::fmt;

use serde::{Deserialize, Serialize};

/// A contract's variables, as committed under `contracts/snapshots/storage`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StorageLayout(pub Vec<Variable>);

/// A variable in storage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Its slot, the first one where it needs several.
    pub slot: u64,
    /// Where in the slot it begins, in bytes from the lowest.
    pub offset: u64,
    /// How many bytes it takes.
    pub bytes: u64,
    /// Its name.
    pub label: String,
    /// Its type, as Solidity writes it.
    #[serde(rename = "type")]
    pub kind: String,
}

/// A variable that a newer version would misread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutFault {
    /// As it is on chain.
    pub old: Variable,
    /// What the newer version has under its name, or else in its place.
    pub new: Option<Variable>,
}

impl fmt::Display for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            slot,
            offset,
            label,
            kind,
            ..
        } = self;
        write!(f, "{kind} {label} at slot {slot}, byte {offset}")
    }
}

impl fmt::Display for LayoutFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.new {
            Some(new) => write!(f, "{} would become {new}", self.old),
            None => write!(f, "{} would be gone", self.old),
        }
    }
}

impl Variable {
    /// Room that is kept for later versions.
    fn is_gap(&self) -> bool {
        self.label.starts_with("__gap")
    }
}

impl StorageLayout {
    /// What a version with the layout `newer` would misread of this one: every variable must stay where it is, under its name and
    /// type. Gaps may be filled, and variables added behind.
    pub fn faults(&self, newer: &Self) -> Vec<LayoutFault> {
        let variables = self.0.iter().filter(|variable| !variable.is_gap());
        let moved = variables.filter(|variable| !newer.0.contains(variable));
        moved
            .map(|old| {
                let same_name = newer.0.iter().find(|new| new.label == old.label);
                let same_place = newer
                    .0
                    .iter()
                    .find(|new| (new.slot, new.offset) == (old.slot, old.offset));
                LayoutFault {
                    old: old.clone(),
                    new: same_name.or(same_place).cloned(),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Artifact;

    fn variable(slot: u64, offset: u64, label: &str, kind: &str) -> Variable {
        Variable {
            slot,
            offset,
            bytes: 20,
            label: label.into(),
            kind: kind.into(),
        }
    }

    #[test]
    fn what_stays_and_what_is_added_is_no_fault() {
        let old = StorageLayout(vec![
            variable(0, 0, "a", "address"),
            variable(1, 0, "__gap", "uint256[9]"),
        ]);
        let new = StorageLayout(vec![variable(0, 0, "a", "address"), variable(1, 0, "b", "address")]);
        assert_eq!(old.faults(&new), []);
    }

    #[test]
    fn what_moves_changes_or_goes_is_named_with_its_slot() {
        let old = StorageLayout(vec![
            variable(0, 0, "a", "address"),
            variable(1, 0, "b", "address"),
            variable(2, 0, "c", "address"),
        ]);
        let new = StorageLayout(vec![variable(1, 0, "a", "address"), variable(2, 0, "c", "bytes32")]);
        let said: Vec<String> = old.faults(&new).iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "address a at slot 0, byte 0 would become address a at slot 1, byte 0",
                "address b at slot 1, byte 0 would become address a at slot 1, byte 0",
                "address c at slot 2, byte 0 would become bytes32 c at slot 2, byte 0",
            ]
        );
        assert_eq!(StorageLayout::default().faults(&new), []);
        let gone = old.faults(&StorageLayout::default());
        assert!(gone.iter().all(|fault| fault.to_string().ends_with("would be gone")));
    }

    #[test]
    fn every_artifacts_layout_fits_itself() {
        for artifact in Artifact::ALL {
            assert_eq!(artifact.layout().faults(&artifact.layout()), [], "{}", artifact.name());
        }
        let portal = Artifact::OptimismPortal.layout();
        assert!(portal.0.iter().any(|variable| variable.label == "systemConfig"));
    }
}
