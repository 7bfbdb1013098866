//! A deployment as a person writes it: one TOML file, whose every field the example explains.

use crate::{
    Deployment, Error, VaultNetwork,
    deployment::fork_of_name,
    faults::{Fault, Lines, faults},
};
use alloy_primitives::Address;
use protocol::Fork;
use serde::Deserialize;
use std::{
    fs,
    path::{Path, PathBuf},
};
use toml::Spanned;

/// A deployment, and where each of its values was given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeploymentFile {
    /// The values; the devnet's where none was given.
    pub deployment: Deployment,
    path: Option<PathBuf>,
    l1_chain_id: Option<u64>,
    lines: Lines,
}

type Field<T> = Option<Spanned<T>>;

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Sections {
    name: Field<String>,
    l1: L1,
    l2: L2,
    fees: Fees,
    oracle: Oracle,
    roles: RolesSection,
    fee_vaults: FeeVaultsSection,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct L1 {
    chain_id: Field<u64>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct L2 {
    chain_id: Field<u64>,
    fork: Field<ForkName>,
    block_time_s: Field<u64>,
    gas_limit: Field<u64>,
    seq_window_size_blocks: Field<u64>,
}

#[derive(Deserialize)]
struct ForkName(#[serde(deserialize_with = "fork_of_name")] Fork);

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Fees {
    base_fee_wei: Field<u64>,
    base_fee_scalar: Field<u32>,
    blob_base_fee_scalar: Field<u32>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Oracle {
    submission_interval_blocks: Field<u64>,
    finalization_period_s: Field<u64>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct RolesSection {
    owner: Field<Account>,
    guardian: Field<Account>,
    batcher: Field<Account>,
    proposer: Field<Account>,
    challenger: Field<Account>,
    unsafe_block_signer: Field<Account>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct FeeVaultsSection {
    recipient: Field<Account>,
    min_withdrawal_wei: Field<u64>,
    network: Field<VaultNetwork>,
}

/// An address with its checksum: with one digit mistyped it is another account, which nobody has a key of.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Account(Address);

impl TryFrom<String> for Account {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digits = text.strip_prefix("0x").unwrap_or_default();
        let address = digits
            .parse()
            .map_err(|_| format!("{text:?} is no address: 0x and 40 hexadecimal digits are one"))?;
        let is_checked =
            digits.bytes().any(|it| it.is_ascii_uppercase()) && digits.bytes().any(|it| it.is_ascii_lowercase());
        match Address::parse_checksummed(&text, None) {
            Err(_) if is_checked => Err(format!(
                "the checksum of {text} is wrong: a digit is mistyped, or the case of a letter"
            )),
            _ => Ok(Self(address)),
        }
    }
}

impl From<Account> for Address {
    fn from(account: Account) -> Self {
        account.0
    }
}

/// Takes values over into a deployment, and notes their lines.
struct Taker<'a> {
    text: &'a str,
    lines: Lines,
}

impl Taker<'_> {
    fn take<T: Into<U>, U>(&mut self, name: &'static str, field: Field<T>, into: &mut U) {
        if let Some(value) = field {
            self.lines.insert(name, line_of(self.text, value.span().start));
            *into = value.into_inner().into();
        }
    }
}

/// The line of a byte, from 1.
fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

impl From<Deployment> for DeploymentFile {
    /// Values that come from flags: none has a line.
    fn from(deployment: Deployment) -> Self {
        Self {
            deployment,
            ..Self::default()
        }
    }
}

impl DeploymentFile {
    /// Reads a file. What it says is checked by [`Self::check`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        let bytes = fs::read(path).map_err(Error::io(path))?;
        let text = String::from_utf8(bytes).map_err(|error| Error::Malformed {
            path: path.into(),
            reason: format!(
                "no text in UTF-8 from byte {} on: write it with an editor",
                error.utf8_error().valid_up_to()
            ),
        })?;
        Self::parse(path, &text)
    }

    /// Parses a file's text.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Error> {
        let sections: Sections = toml::from_str(text).map_err(|error| Error::Malformed {
            path: path.into(),
            reason: reason(text, &error),
        })?;
        let mut taker = Taker {
            text,
            lines: Lines::new(),
        };
        let (mut deployment, mut l1_chain_id, mut fork) = (Deployment::default(), 0, ForkName(Fork::Karst));
        taker.take("l1.chain_id", sections.l1.chain_id, &mut l1_chain_id);
        taker.take("name", sections.name, &mut deployment.name);
        let L2 {
            chain_id,
            fork: fork_field,
            block_time_s,
            gas_limit,
            seq_window_size_blocks,
        } = sections.l2;
        taker.take("l2.chain_id", chain_id, &mut deployment.l2_chain_id);
        taker.take("l2.fork", fork_field, &mut fork);
        deployment.fork = fork.0;
        taker.take("l2.block_time_s", block_time_s, &mut deployment.block_time);
        taker.take("l2.gas_limit", gas_limit, &mut deployment.gas_limit);
        let window = &mut deployment.seq_window_size;
        taker.take("l2.seq_window_size_blocks", seq_window_size_blocks, window);
        let Fees {
            base_fee_wei,
            base_fee_scalar,
            blob_base_fee_scalar,
        } = sections.fees;
        taker.take("fees.base_fee_wei", base_fee_wei, &mut deployment.base_fee_wei);
        taker.take("fees.base_fee_scalar", base_fee_scalar, &mut deployment.base_fee_scalar);
        let scalar = &mut deployment.blob_base_fee_scalar;
        taker.take("fees.blob_base_fee_scalar", blob_base_fee_scalar, scalar);
        let Oracle {
            submission_interval_blocks,
            finalization_period_s,
        } = sections.oracle;
        let interval = &mut deployment.submission_interval;
        taker.take(
            "oracle.submission_interval_blocks",
            submission_interval_blocks,
            interval,
        );
        let period = &mut deployment.finalization_period_s;
        taker.take("oracle.finalization_period_s", finalization_period_s, period);
        taker.roles(sections.roles, &mut deployment);
        taker.fee_vaults(sections.fee_vaults, &mut deployment);
        Ok(Self {
            deployment,
            path: Some(path.into()),
            l1_chain_id: taker.lines.contains_key("l1.chain_id").then_some(l1_chain_id),
            lines: taker.lines,
        })
    }

    /// Refuses what cannot or should not be deployed on an L1: with the line, and what to do.
    pub fn check(&self, l1_chain_id: u64) -> Result<(), Error> {
        let mut faults = faults(&self.deployment, &self.lines, l1_chain_id);
        if let Some(meant) = self.l1_chain_id.filter(|meant| *meant != l1_chain_id) {
            let problem = format!("is {meant}, but --l1 is chain {l1_chain_id}: correct the one that is wrong");
            let (field, line) = ("l1.chain_id", self.lines.get("l1.chain_id").copied());
            faults.insert(0, Fault { field, line, problem });
        }
        match faults.is_empty() {
            true => Ok(()),
            false => Err(Error::DeploymentRefused {
                path: self.path.clone(),
                faults,
            }),
        }
    }
}

impl Taker<'_> {
    fn roles(&mut self, section: RolesSection, deployment: &mut Deployment) {
        let roles = &mut deployment.roles;
        self.take("roles.owner", section.owner, &mut roles.owner);
        self.take("roles.guardian", section.guardian, &mut roles.guardian);
        self.take("roles.batcher", section.batcher, &mut roles.batcher);
        self.take("roles.proposer", section.proposer, &mut roles.proposer);
        self.take("roles.challenger", section.challenger, &mut roles.challenger);
        let signer = &mut roles.unsafe_block_signer;
        self.take("roles.unsafe_block_signer", section.unsafe_block_signer, signer);
    }

    fn fee_vaults(&mut self, section: FeeVaultsSection, deployment: &mut Deployment) {
        let vaults = &mut deployment.fee_vaults;
        self.take("fee_vaults.recipient", section.recipient, &mut vaults.recipient);
        let minimum = &mut vaults.min_withdrawal_wei;
        self.take("fee_vaults.min_withdrawal_wei", section.min_withdrawal_wei, minimum);
        self.take("fee_vaults.network", section.network, &mut vaults.network);
    }
}

/// What the parser found, on one line and with its place.
fn reason(text: &str, error: &toml::de::Error) -> String {
    let message = error.message().replace('\n', ", ");
    match error.span() {
        Some(span) => format!(
            "line {}: {message}: correct it, docs/deploy.example.toml explains every field",
            line_of(text, span.start)
        ),
        None => message,
    }
}
