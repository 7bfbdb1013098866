//! Whether the contracts on L1 are those of the own configuration. Pure.

use alloy_primitives::Address;
use l1::OracleParameters;
use protocol::RollupConfig;

/// The version of a portal that respects an output oracle begins with this.
const PORTAL_MAJOR: &str = "2.";
/// The version of an oracle whose outputs mean what is meant here begins with this.
const ORACLE_MAJOR: &str = "1.";

/// What portal, oracle and system configuration say of themselves and of each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettlementContracts {
    /// What the oracle was initialised with.
    pub parameters: OracleParameters,
    /// The oracle's version.
    pub oracle_version: String,
    /// The oracle that the portal respects.
    pub portal_oracle: Address,
    /// The system configuration that the portal obeys.
    pub portal_system_config: Address,
    /// The portal's version.
    pub portal_version: String,
    /// The portal that the system configuration names.
    pub system_config_portal: Address,
    /// Where batches go by the system configuration.
    pub system_config_batch_inbox: Address,
}

/// Something on L1 is not as it is configured here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// What it is.
    pub what: &'static str,
    /// As it is on L1.
    pub on_l1: String,
    /// As it is configured here.
    pub here: String,
}

/// Everything in which L1 and the configuration differ.
pub(super) fn differences(rollup: &RollupConfig, oracle: Address, found: &SettlementContracts) -> Vec<Difference> {
    let parameters = &found.parameters;
    let portal = rollup.deposit_contract_address;
    let addresses = [
        ("the portal's l2Oracle", found.portal_oracle, oracle),
        (
            "the portal's systemConfig",
            found.portal_system_config,
            rollup.l1_system_config_address,
        ),
        ("SystemConfig's optimismPortal", found.system_config_portal, portal),
        (
            "SystemConfig's batchInbox",
            found.system_config_batch_inbox,
            rollup.batch_inbox_address,
        ),
    ];
    // An oracle may begin in the middle of a chain, but not before it.
    let start = parameters.starting_block_number.max(rollup.genesis.l2.number);
    let blocks = start - rollup.genesis.l2.number;
    let start_time = rollup
        .genesis
        .l2_time
        .saturating_add(blocks.saturating_mul(rollup.block_time));
    let numbers = [
        (
            "the oracle's startingBlockNumber",
            parameters.starting_block_number,
            start,
        ),
        (
            "the oracle's startingTimestamp",
            parameters.starting_timestamp_s,
            start_time,
        ),
        (
            "the oracle's l2BlockTime",
            parameters.l2_block_time_s,
            rollup.block_time,
        ),
    ];
    let versions = [
        ("the portal's version", &found.portal_version, PORTAL_MAJOR),
        ("the oracle's version", &found.oracle_version, ORACLE_MAJOR),
    ];
    let difference = |what, on_l1: String, here: String| Difference { what, on_l1, here };
    let addresses = addresses
        .into_iter()
        .filter(|(_, on_l1, here)| on_l1 != here)
        .map(|(what, on_l1, here)| difference(what, on_l1.to_string(), here.to_string()));
    let numbers = numbers
        .into_iter()
        .filter(|(_, on_l1, here)| on_l1 != here)
        .map(|(what, on_l1, here)| difference(what, on_l1.to_string(), here.to_string()));
    let versions = versions
        .into_iter()
        .filter(|(_, on_l1, major)| !on_l1.starts_with(major))
        .map(|(what, on_l1, major)| difference(what, on_l1.clone(), format!("{major}x")));
    addresses.chain(numbers).chain(versions).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORACLE: Address = Address::repeat_byte(1);

    const OTHER: Address = Address::repeat_byte(9);

    type Change = fn(&mut SettlementContracts);

    fn rollup() -> RollupConfig {
        let mut rollup = RollupConfig {
            deposit_contract_address: Address::repeat_byte(2),
            l1_system_config_address: Address::repeat_byte(3),
            batch_inbox_address: Address::repeat_byte(4),
            block_time: 2,
            ..RollupConfig::default()
        };
        rollup.genesis.l2.number = 10;
        rollup.genesis.l2_time = 1_000;
        rollup
    }

    fn as_configured() -> SettlementContracts {
        SettlementContracts {
            parameters: OracleParameters {
                submission_interval_blocks: 4,
                l2_block_time_s: 2,
                starting_block_number: 10,
                starting_timestamp_s: 1_000,
                proposer: Address::ZERO,
                challenger: Address::ZERO,
                finalization_period_s: 4,
            },
            oracle_version: "1.8.0".into(),
            portal_oracle: ORACLE,
            portal_system_config: Address::repeat_byte(3),
            portal_version: "2.8.0".into(),
            system_config_portal: Address::repeat_byte(2),
            system_config_batch_inbox: Address::repeat_byte(4),
        }
    }

    fn names(change: impl FnOnce(&mut SettlementContracts)) -> Vec<&'static str> {
        let mut found = as_configured();
        change(&mut found);
        let found = differences(&rollup(), ORACLE, &found);
        found.iter().map(|difference| difference.what).collect()
    }

    #[test]
    fn what_is_as_configured_does_not_differ() {
        assert_eq!(names(|_| {}), Vec::<&str>::new());
        // Who may propose, and how often, is the deployment's business.
        assert_eq!(
            names(|found| found.parameters.submission_interval_blocks = 1_800),
            Vec::<&str>::new()
        );
        // An oracle that was deployed when the chain was 50 blocks long.
        let later = |found: &mut SettlementContracts| {
            found.parameters.starting_block_number = 60;
            found.parameters.starting_timestamp_s = 1_100;
        };
        assert_eq!(names(later), Vec::<&str>::new());
    }

    #[test]
    fn each_difference_is_named() {
        let cases: [(&str, Change); 9] = [
            ("the portal's l2Oracle", |found| found.portal_oracle = OTHER),
            ("the portal's systemConfig", |found| found.portal_system_config = OTHER),
            ("SystemConfig's optimismPortal", |found| {
                found.system_config_portal = OTHER
            }),
            ("SystemConfig's batchInbox", |found| {
                found.system_config_batch_inbox = OTHER
            }),
            ("the oracle's startingBlockNumber", |found| {
                found.parameters.starting_block_number = 9
            }),
            ("the oracle's startingTimestamp", |found| {
                found.parameters.starting_timestamp_s = 1
            }),
            ("the oracle's l2BlockTime", |found| found.parameters.l2_block_time_s = 1),
            ("the portal's version", |found| found.portal_version = "3.0.0".into()),
            ("the oracle's version", |found| found.oracle_version = "2.0.0".into()),
        ];
        for (name, change) in cases {
            assert_eq!(names(change), [name]);
        }
    }
}
