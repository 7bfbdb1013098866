//! The ordered L1 transactions that deploy the system, with the addresses they lead to.

mod planner;

use alloy_eips::BlockNumHash;
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use protocol::{ChainOpConfig, FeeScalars, Fork, ForkSchedule, RollupConfig, RollupGenesis, SystemConfig};

use crate::{Addresses, Artifact, BATCHER, CHALLENGER, Error, OWNER, PROPOSER, SEQUENCER};
use planner::Planner;
pub use planner::creation_gas_limit;

/// The least that `SystemConfig` accepts: deposits' limit and the L1 attributes transaction's.
pub const MINIMUM_GAS_LIMIT: u64 = 20_000_000 + 1_000_000;
/// The most that `SystemConfig` accepts.
pub const MAXIMUM_GAS_LIMIT: u64 = 500_000_000;

/// Everything that makes one deployment differ from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeploymentConfig {
    /// Sends every transaction of the plan.
    pub deployer: Address,
    /// The deployer's next nonce.
    pub start_nonce: u64,
    /// The L2's chain id.
    pub l2_chain_id: u64,
    /// Owner of `SystemConfig` and of the proxy admin.
    pub owner: Address,
    /// May pause.
    pub guardian: Address,
    /// Signs unsafe blocks.
    pub unsafe_block_signer: Address,
    /// Where batches are sent to.
    pub batch_inbox: Address,
    /// Who posts batches.
    pub batcher: Address,
    /// Who proposes outputs.
    pub proposer: Address,
    /// Who deletes wrong outputs.
    pub challenger: Address,
    /// L2 blocks between outputs.
    pub submission_interval: u64,
    /// How long an output can be deleted, and a proof must have waited, in seconds.
    pub finalization_period_s: u64,
    /// Seconds between L2 blocks.
    pub block_time: u64,
    /// L1 blocks within which a batch must follow its L1 origin; then verifiers make blocks of deposits alone.
    pub seq_window_size: u64,
    /// The L2 block gas limit.
    pub gas_limit: u64,
    /// The scalars of the L1 fee.
    pub fee_scalars: FeeScalars,
}

impl DeploymentConfig {
    /// The devnet's roles, deployed by `deployer` from `start_nonce` on, with the fee scalars that most chains start with.
    pub fn devnet(deployer: Address, start_nonce: u64, l2_chain_id: u64) -> Self {
        Self {
            deployer,
            start_nonce,
            l2_chain_id,
            owner: OWNER.address,
            guardian: OWNER.address,
            unsafe_block_signer: SEQUENCER.address,
            batch_inbox: batch_inbox_address(l2_chain_id),
            batcher: BATCHER.address,
            proposer: PROPOSER.address,
            challenger: CHALLENGER.address,
            submission_interval: 4,
            finalization_period_s: 4,
            block_time: 1,
            seq_window_size: 3600,
            gas_limit: 60_000_000,
            fee_scalars: FeeScalars {
                base_fee_scalar: 1368,
                blob_base_fee_scalar: 810_949,
            },
        }
    }

    /// Where the plan's contracts will be.
    pub fn addresses(&self) -> Addresses {
        Planner::new(self).plan().addresses
    }

    /// The rollup's first configuration, as the contract holds it after the plan. The values of forks since Holocene start at
    /// zero, which stands for the chain's constants.
    pub fn system_config(&self) -> SystemConfig {
        SystemConfig {
            batcher_address: self.batcher,
            scalar: self.fee_scalars.encode(),
            gas_limit: self.gas_limit,
            ..SystemConfig::default()
        }
    }
}

/// The address convention of OP Stack chains: a zero byte and the first 19 bytes of the chain id's hash.
pub fn batch_inbox_address(l2_chain_id: u64) -> Address {
    let hash = keccak256(B256::from(U256::from(l2_chain_id)));
    let mut address = Address::ZERO;
    address[1..].copy_from_slice(&hash[..19]);
    address
}

/// One L1 transaction of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedTransaction {
    /// What it does, for logs.
    pub what: &'static str,
    /// The deployer's nonce.
    pub nonce: u64,
    /// The contract it calls; none for a creation.
    pub to: Option<Address>,
    /// Creation code, or a call.
    pub input: Bytes,
    /// Enough gas for it, below the limit of EIP-7825.
    pub gas_limit: u64,
    /// What is on chain after it.
    pub effect: Effect,
}

/// What a step leaves on chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A contract's code at an address.
    Creates(Artifact, Address),
    /// A proxy with its code and its first values.
    Initializes(Artifact),
    /// A proxy admin with its owner.
    HandsOver,
}

/// The transactions, in the order of their nonces, and where the contracts will be. They carry no ether, and all of them may be sent at
/// once: each depends on those before it only by its nonce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeploymentPlan {
    /// What to send.
    pub transactions: Vec<PlannedTransaction>,
    /// What will be there.
    pub addresses: Addresses,
}

/// The L1 block after which a rollup begins, and the L2 block it begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RollupStart {
    /// Chain id of L1.
    pub l1_chain_id: u64,
    /// The L1 block that initialised `L2OutputOracle`: its time is the first L2 block's.
    pub l1: BlockNumHash,
    /// Hash of the L2 genesis block.
    pub l2_hash: B256,
    /// Time of the L2 genesis block, in seconds; not before that of the L1 block.
    pub l2_time: u64,
    /// The newest fork of the L2 genesis.
    pub fork: Fork,
}

impl DeploymentPlan {
    /// Plans a deployment. Refuses what the contracts would refuse.
    pub fn new(config: &DeploymentConfig) -> Result<Self, Error> {
        check_gas_limit(config.gas_limit)?;
        check_not_zero("submission interval", config.submission_interval)?;
        check_not_zero("finalization period", config.finalization_period_s)?;
        check_not_zero("block time", config.block_time)?;
        Ok(Planner::new(config).plan())
    }

    /// The index of the transaction whose L1 block the rollup begins at: its time is the oracle's first.
    pub fn starting_step(&self) -> Option<usize> {
        let starting = Effect::Initializes(Artifact::L2OutputOracle);
        self.transactions.iter().position(|step| step.effect == starting)
    }

    /// The configuration that nodes of the chain share, once both genesis blocks are known.
    pub fn rollup_config(&self, config: &DeploymentConfig, start: &RollupStart) -> RollupConfig {
        RollupConfig {
            genesis: RollupGenesis {
                l1: start.l1,
                l2: BlockNumHash {
                    number: 0,
                    hash: start.l2_hash,
                },
                l2_time: start.l2_time,
                system_config: config.system_config(),
            },
            block_time: config.block_time,
            max_sequencer_drift: 600,
            seq_window_size: config.seq_window_size,
            channel_timeout: 300,
            l1_chain_id: start.l1_chain_id,
            l2_chain_id: config.l2_chain_id,
            forks: ForkSchedule::genesis(start.fork),
            batch_inbox_address: config.batch_inbox,
            deposit_contract_address: self.addresses.optimism_portal_proxy,
            l1_system_config_address: self.addresses.system_config_proxy,
            chain_op_config: ChainOpConfig::default(),
            ..RollupConfig::default()
        }
    }
}

const fn check_gas_limit(gas_limit: u64) -> Result<(), Error> {
    match gas_limit {
        0..MINIMUM_GAS_LIMIT => Err(Error::GasLimitTooLow {
            gas_limit,
            minimum: MINIMUM_GAS_LIMIT,
        }),
        MINIMUM_GAS_LIMIT..=MAXIMUM_GAS_LIMIT => Ok(()),
        _ => Err(Error::GasLimitTooHigh {
            gas_limit,
            maximum: MAXIMUM_GAS_LIMIT,
        }),
    }
}

/// The oracle takes no zero.
const fn check_not_zero(what: &'static str, value: u64) -> Result<(), Error> {
    match value {
        0 => Err(Error::Zero(what)),
        _ => Ok(()),
    }
}
