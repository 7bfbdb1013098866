//! `chain.toml`: the system as the superchain registry describes chains.

use crate::{Deployed, Deployment, Error};
use alloy_primitives::{Address, B256, U256};
use contracts::Addresses;
use protocol::Fork;
use serde::Serialize;
use std::collections::BTreeMap;

/// The forks that a registry's file names, by the names of its keys.
const HARDFORKS: [Fork; 9] = [
    Fork::Canyon,
    Fork::Delta,
    Fork::Ecotone,
    Fork::Fjord,
    Fork::Granite,
    Fork::Holocene,
    Fork::Isthmus,
    Fork::Jovian,
    Fork::Karst,
];

#[derive(Serialize)]
struct ChainToml<'a> {
    name: &'a str,
    public_rpc: &'a str,
    sequencer_rpc: &'a str,
    explorer: &'a str,
    governed_by_optimism: bool,
    superchain_time: u64,
    data_availability_type: &'a str,
    chain_id: u64,
    batch_inbox_addr: String,
    block_time: u64,
    seq_window_size: u64,
    max_sequencer_drift: u64,
    hardforks: BTreeMap<String, u64>,
    optimism: Optimism,
    genesis: Genesis,
    roles: Roles,
    addresses: &'a Addresses,
}

#[derive(Serialize)]
struct Optimism {
    eip1559_elasticity: u32,
    eip1559_denominator: u32,
    eip1559_denominator_canyon: u32,
}

#[derive(Serialize)]
struct Genesis {
    l2_time: u64,
    l1: BlockId,
    l2: BlockId,
    system_config: SystemConfig,
}

#[derive(Serialize)]
struct BlockId {
    hash: B256,
    number: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SystemConfig {
    batcher_address: String,
    overhead: B256,
    scalar: B256,
    gas_limit: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Roles {
    system_config_owner: String,
    proxy_admin_owner: String,
    guardian: String,
    challenger: String,
    proposer: String,
    unsafe_block_signer: String,
    batch_submitter: String,
}

/// The file's text.
pub(crate) fn chain_toml(deployment: &Deployment, deployed: &Deployed) -> Result<String, Error> {
    let rollup = &deployed.rollup;
    let checksummed = |address: Address| address.to_checksum(None);
    let block = |id: alloy_eips::BlockNumHash| BlockId {
        hash: id.hash,
        number: id.number,
    };
    let times = HARDFORKS
        .iter()
        .filter_map(|fork| Some((fork, rollup.forks.time(*fork)?)));
    let (roles, system_config, chain_op) = (deployment.roles, rollup.genesis.system_config, rollup.chain_op_config);
    let chain = ChainToml {
        name: &deployment.name,
        public_rpc: "",
        sequencer_rpc: "",
        explorer: "",
        governed_by_optimism: false,
        superchain_time: 0,
        data_availability_type: "eth-da",
        chain_id: rollup.l2_chain_id,
        batch_inbox_addr: checksummed(rollup.batch_inbox_address),
        block_time: rollup.block_time,
        seq_window_size: rollup.seq_window_size,
        max_sequencer_drift: rollup.max_sequencer_drift,
        hardforks: times
            .map(|(fork, time)| (format!("{}_time", fork.name()), time))
            .collect(),
        optimism: Optimism {
            eip1559_elasticity: chain_op.eip1559_elasticity,
            eip1559_denominator: chain_op.eip1559_denominator,
            eip1559_denominator_canyon: chain_op.eip1559_denominator_canyon,
        },
        genesis: Genesis {
            l2_time: rollup.genesis.l2_time,
            l1: block(rollup.genesis.l1),
            l2: block(rollup.genesis.l2),
            system_config: SystemConfig {
                batcher_address: checksummed(system_config.batcher_address),
                overhead: U256::ZERO.into(),
                scalar: system_config.scalar,
                gas_limit: system_config.gas_limit,
            },
        },
        roles: Roles {
            system_config_owner: checksummed(roles.owner),
            proxy_admin_owner: checksummed(roles.owner),
            guardian: checksummed(roles.guardian),
            challenger: checksummed(roles.challenger),
            proposer: checksummed(roles.proposer),
            unsafe_block_signer: checksummed(roles.unsafe_block_signer),
            batch_submitter: checksummed(roles.batcher),
        },
        addresses: &deployed.addresses,
    };
    toml::to_string(&chain).map_err(Error::Registry)
}
