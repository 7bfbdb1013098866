//! From arguments to running parts.

mod bench;
mod deploy;
mod devnet;
mod execution;
mod l1;
mod node;

pub(crate) use self::{bench::bench, deploy::deploy, devnet::devnet, execution::execution, l1::l1, node::node};

use crate::arguments::{DataAvailabilityArgument, ForkArgument};
use ::devnet::DEVNET_L1_CHAIN_IDS;
use ::l1::{Secret, Wallet};
use ::node::DataAvailabilityType;
use anyhow::Context;
use protocol::Fork;
use std::{env, fs, path::Path};

impl From<ForkArgument> for Fork {
    fn from(fork: ForkArgument) -> Self {
        match fork {
            ForkArgument::Isthmus => Self::Isthmus,
            ForkArgument::Jovian => Self::Jovian,
            ForkArgument::Karst => Self::Karst,
        }
    }
}

impl From<DataAvailabilityArgument> for DataAvailabilityType {
    fn from(da: DataAvailabilityArgument) -> Self {
        match da {
            DataAvailabilityArgument::Blobs => Self::Blobs,
            DataAvailabilityArgument::Calldata => Self::Calldata,
        }
    }
}

/// Whether the well-known keys may be used on a chain.
pub(crate) fn is_devnet(l1_chain_id: u64) -> bool {
    DEVNET_L1_CHAIN_IDS.contains(&l1_chain_id)
}

/// A wallet from a file or an environment variable. The keys that every devnet shares are refused elsewhere.
pub(crate) fn wallet(file: Option<&Path>, variable: &str, l1_chain_id: u64) -> anyhow::Result<Option<Wallet>> {
    let text = match file {
        Some(path) => {
            Some(fs::read_to_string(path).with_context(|| format!("cannot read key file {}", path.display()))?)
        }
        None => env::var(variable).ok(),
    };
    let Some(text) = text else { return Ok(None) };
    let secret: Secret = text
        .trim()
        .parse()
        .with_context(|| "the key is not one: 32 bytes in hex are needed")?;
    let wallet = Wallet::new(secret);
    let is_shared = contracts::dev_accounts().any(|account| account.address == wallet.address());
    if is_shared && !is_devnet(l1_chain_id) {
        anyhow::bail!(
            "account {} belongs to every devnet, its key is public: use another on L1 chain {l1_chain_id}",
            wallet.address()
        );
    }
    Ok(Some(wallet))
}
