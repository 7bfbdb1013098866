//! What a deployment may not be: found before the first transaction.

use crate::Deployment;
use alloy_primitives::Address;
use contracts::DEVNET_L1_CHAIN_IDS;
use core::{fmt, ops::RangeInclusive};
use std::collections::BTreeMap;

/// Seconds between L2 blocks.
const BLOCK_TIME_S: RangeInclusive<u64> = 1..=60;
/// What `SystemConfig` accepts.
const GAS_LIMIT: RangeInclusive<u64> = contracts::MINIMUM_GAS_LIMIT..=contracts::MAXIMUM_GAS_LIMIT;
/// Up to 10,000 gwei.
const BASE_FEE_WEI: RangeInclusive<u64> = 1..=10_000_000_000_000;
/// A scalar of 100 makes users pay a hundred times what L1 takes.
const SCALAR: RangeInclusive<u64> = 0..=100_000_000;
/// A week of L1 blocks and a little more.
const SEQUENCING_WINDOW: RangeInclusive<u64> = 1..=100_000;
const SUBMISSION_INTERVAL: RangeInclusive<u64> = 1..=1_000_000;
/// Up to a year.
const FINALIZATION_PERIOD_S: RangeInclusive<u64> = 1..=31_536_000;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field, with its section.
    pub field: &'static str,
    /// Its line in the file, from 1, if it is in one.
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{} {}", self.field, self.problem)
    }
}

/// The lines on which fields were given.
pub(crate) type Lines = BTreeMap<&'static str, usize>;

/// Checks a deployment for an L1.
struct Check<'a> {
    deployment: &'a Deployment,
    lines: &'a Lines,
    l1_chain_id: u64,
    faults: Vec<Fault>,
}

/// Everything that is wrong with a deployment on an L1, in the file's order.
pub(crate) fn faults(deployment: &Deployment, lines: &Lines, l1_chain_id: u64) -> Vec<Fault> {
    let faults = Vec::new();
    let mut check = Check {
        deployment,
        lines,
        l1_chain_id,
        faults,
    };
    check.chain();
    check.ranges();
    check.accounts();
    check.roles_are_separate();
    if !check.is_devnet() {
        check.nothing_is_left_to_a_devnets_defaults();
    }
    let mut faults = check.faults;
    faults.sort_by_key(|fault| fault.line.unwrap_or(usize::MAX));
    faults
}

impl Check<'_> {
    fn is_devnet(&self) -> bool {
        DEVNET_L1_CHAIN_IDS.contains(&self.l1_chain_id)
    }

    fn fault(&mut self, field: &'static str, problem: impl Into<String>) {
        self.faults.push(Fault {
            field,
            line: self.lines.get(field).copied(),
            problem: problem.into(),
        });
    }

    fn chain(&mut self) {
        if self.deployment.name.trim().is_empty() {
            self.fault("name", "is empty: name the chain");
        }
        if [0, self.l1_chain_id].contains(&self.deployment.l2_chain_id) {
            let problem = format!("is zero or L1's own ({}): choose an id of its own", self.l1_chain_id);
            self.fault("l2.chain_id", problem);
        }
    }

    fn ranges(&mut self) {
        let it = self.deployment;
        let (base_fee, blob_base_fee) = (it.base_fee_scalar.into(), it.blob_base_fee_scalar.into());
        for (field, value, range) in [
            ("l2.block_time_s", it.block_time, BLOCK_TIME_S),
            ("l2.gas_limit", it.gas_limit, GAS_LIMIT),
            ("l2.seq_window_size_blocks", it.seq_window_size, SEQUENCING_WINDOW),
            ("fees.base_fee_wei", it.base_fee_wei, BASE_FEE_WEI),
            ("fees.base_fee_scalar", base_fee, SCALAR),
            ("fees.blob_base_fee_scalar", blob_base_fee, SCALAR),
            (
                "oracle.submission_interval_blocks",
                it.submission_interval,
                SUBMISSION_INTERVAL,
            ),
            (
                "oracle.finalization_period_s",
                it.finalization_period_s,
                FINALIZATION_PERIOD_S,
            ),
        ] {
            if !range.contains(&value) {
                let problem = format!("is {value}: choose from {} to {}", range.start(), range.end());
                self.fault(field, problem);
            }
        }
        if base_fee == 0 && blob_base_fee == 0 {
            let problem = "is zero like fees.blob_base_fee_scalar: nobody would pay for L1; set one of them";
            self.fault("fees.base_fee_scalar", problem);
        }
    }

    fn accounts(&mut self) {
        let recipient = [("fee_vaults.recipient", self.deployment.fee_vaults.recipient)];
        for (field, address) in self.roles().into_iter().chain(recipient) {
            let is_known = contracts::dev_accounts().any(|account| account.address == address);
            // What was not given is named as missing.
            if is_known && !self.is_devnet() && self.lines.contains_key(field) {
                let problem = format!(
                    "is {address}, which belongs to every devnet, its key is public: use another on L1 chain {}",
                    self.l1_chain_id
                );
                self.fault(field, problem);
            }
            if address.is_zero() {
                self.fault(field, "is the zero address, which nobody has a key of: name an account");
            }
        }
    }

    /// On a development chain the guardian may be the owner, as it is by default.
    fn roles_are_separate(&mut self) {
        let roles = self.roles();
        for (index, (field, address)) in roles.into_iter().enumerate() {
            let first = roles[..index].iter().find(|(_, earlier)| *earlier == address);
            let Some((other, _)) = first.filter(|_| !address.is_zero()) else {
                continue;
            };
            let given = [field, other].iter().all(|it| self.lines.contains_key(it));
            let is_default = self.is_devnet() && (*other, field) == ("roles.owner", "roles.guardian");
            if given && !is_default {
                self.fault(
                    field,
                    format!("is {address}, like {other}: give each role an account of its own"),
                );
            }
        }
    }

    fn nothing_is_left_to_a_devnets_defaults(&mut self) {
        let others = [
            "oracle.submission_interval_blocks",
            "oracle.finalization_period_s",
            "fee_vaults.recipient",
        ];
        for field in self.roles().map(|(field, _)| field).into_iter().chain(others) {
            if !self.lines.contains_key(field) {
                let problem = format!(
                    "is missing: L1 chain {} is no development chain (900, 1337, 31337), whose values are of no use there; give it in the file of --config",
                    self.l1_chain_id
                );
                self.fault(field, problem);
            }
        }
    }

    const fn roles(&self) -> [(&'static str, Address); 6] {
        let roles = &self.deployment.roles;
        [
            ("roles.owner", roles.owner),
            ("roles.guardian", roles.guardian),
            ("roles.batcher", roles.batcher),
            ("roles.proposer", roles.proposer),
            ("roles.challenger", roles.challenger),
            ("roles.unsafe_block_signer", roles.unsafe_block_signer),
        ]
    }
}
