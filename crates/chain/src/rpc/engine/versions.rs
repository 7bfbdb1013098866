//! Which version of a method a fork has.

use crate::rpc::{RpcError, backend::Backend};
use alloy_primitives::U256;
use protocol::{EthereumFork, PayloadAttributes};

/// Attributes belong to the version that their fork has.
pub(super) fn check_attributes(backend: &Backend, attributes: &PayloadAttributes, version: u8) -> Result<(), RpcError> {
    let fork = fork_at(backend, attributes.timestamp);
    let wanted = match fork {
        EthereumFork::Cancun | EthereumFork::Prague | EthereumFork::Osaka => 3,
        _ => version.min(2),
    };
    if version != wanted {
        return Err(RpcError::UnsupportedFork(format!(
            "forkchoiceUpdatedV{version} with attributes of {}",
            fork.name()
        )));
    }
    if backend.chain.spec().is_op_stack() && attributes.gas_limit.is_none() {
        return Err(RpcError::InvalidAttributes("gasLimit is missing".into()));
    }
    if attributes.parent_beacon_block_root.is_some() != (wanted == 3) {
        return Err(RpcError::InvalidAttributes(
            "parentBeaconBlockRoot does not belong to the fork".into(),
        ));
    }
    Ok(())
}

fn fork_at(backend: &Backend, timestamp: u64) -> EthereumFork {
    backend.chain.spec().ethereum_fork(u64::MAX, timestamp, U256::ZERO)
}

/// Each fork has its version of `newPayload`; on an L2, Osaka's changes come without one.
pub(super) fn check_version(backend: &Backend, timestamp: u64, version: u8, name: &str) -> Result<(), RpcError> {
    let fork = fork_at(backend, timestamp);
    let fits = match version {
        1 => fork < EthereumFork::Shanghai,
        2 => fork < EthereumFork::Cancun,
        3 => fork == EthereumFork::Cancun,
        _ => fork >= EthereumFork::Prague,
    };
    if fits {
        Ok(())
    } else {
        Err(RpcError::UnsupportedFork(format!(
            "{name}V{version} for a block of {}",
            fork.name()
        )))
    }
}

/// The same for `getPayload`, which has a version for Osaka.
pub(super) fn check_get_version(backend: &Backend, timestamp: u64, version: u8) -> Result<(), RpcError> {
    let fork = fork_at(backend, timestamp);
    match version {
        5 if fork >= EthereumFork::Osaka => Ok(()),
        // On an L2 the payload of Osaka's rules has the form of Prague's: clients ask for it either way.
        4 if fork >= EthereumFork::Osaka && !backend.chain.spec().is_op_stack() => Err(RpcError::UnsupportedFork(
            format!("getPayloadV4 for a block of {}", fork.name()),
        )),
        5 => Err(RpcError::UnsupportedFork(format!(
            "getPayloadV5 for a block of {}",
            fork.name()
        ))),
        _ => check_version(backend, timestamp, version, "getPayload"),
    }
}
