//! From arguments to running parts.

mod bench;
mod bridge;
mod challenger;
mod deploy;
mod devnet;
mod execution;
mod exit;
mod keys;
mod l1;
mod node;
mod roles;
mod upgrade;
mod verifier;

pub(crate) use self::{
    bench::bench, bridge::bridge, deploy::deploy, devnet::devnet, execution::execution, exit::exit, l1::l1, node::node,
    upgrade::upgrade,
};

use crate::arguments::{DataAvailabilityArgument, ForkArgument};
use ::node::DataAvailabilityType;
use contracts::DEVNET_L1_CHAIN_IDS;
use protocol::Fork;

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
