//! The first block's header.

use alloy_consensus::{EMPTY_OMMER_ROOT_HASH, EMPTY_ROOT_HASH, Header};
use alloy_eips::eip7685::EMPTY_REQUESTS_HASH;
use alloy_genesis::Genesis;
use alloy_primitives::{B64, B256};

use super::{ChainSpec, EthereumFork};
use crate::Fork;

/// Base fee of a genesis that does not name one, in wei.
pub const GENESIS_BASE_FEE: u64 = 1_000_000_000;

/// Header of the genesis block, whose state has the given root.
///
/// `message_passer_root` is the storage root of the `L2ToL1MessagePasser`: the header's `withdrawalsRoot` on
/// the OP Stack since Isthmus, and of no use elsewhere.
pub fn genesis_header(spec: &ChainSpec, genesis: &Genesis, state_root: B256, message_passer_root: B256) -> Header {
    let number = genesis.number.unwrap_or_default();
    let fork = spec.ethereum_fork(number, genesis.timestamp, genesis.difficulty);
    let since = |earliest| fork >= earliest;
    let withdrawals_root = if spec.is_op_active(Fork::Isthmus, genesis.timestamp) {
        message_passer_root
    } else {
        EMPTY_ROOT_HASH
    };
    Header {
        parent_hash: genesis.parent_hash.unwrap_or_default(),
        ommers_hash: EMPTY_OMMER_ROOT_HASH,
        beneficiary: genesis.coinbase,
        state_root,
        transactions_root: EMPTY_ROOT_HASH,
        receipts_root: EMPTY_ROOT_HASH,
        difficulty: genesis.difficulty,
        number,
        gas_limit: genesis.gas_limit,
        timestamp: genesis.timestamp,
        extra_data: genesis.extra_data.clone(),
        mix_hash: genesis.mix_hash,
        nonce: B64::from(genesis.nonce.to_be_bytes()),
        base_fee_per_gas: since(EthereumFork::London).then(|| base_fee(genesis)),
        withdrawals_root: since(EthereumFork::Shanghai).then_some(withdrawals_root),
        blob_gas_used: since(EthereumFork::Cancun).then(|| genesis.blob_gas_used.unwrap_or_default()),
        excess_blob_gas: since(EthereumFork::Cancun).then(|| genesis.excess_blob_gas.unwrap_or_default()),
        parent_beacon_block_root: since(EthereumFork::Cancun).then_some(B256::ZERO),
        requests_hash: since(EthereumFork::Prague).then_some(EMPTY_REQUESTS_HASH),
        ..Header::default()
    }
}

fn base_fee(genesis: &Genesis) -> u64 {
    genesis
        .base_fee_per_gas
        .and_then(|fee| u64::try_from(fee).ok())
        .unwrap_or(GENESIS_BASE_FEE)
}
