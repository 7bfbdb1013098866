//! The ordered L1 transactions that deploy the system, with the addresses they lead to.

use alloy_eips::BlockNumHash;
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_sol_types::{SolCall, SolValue};
use protocol::{ChainOpConfig, FeeScalars, Fork, ForkSchedule, RollupConfig, RollupGenesis, SystemConfig};

use crate::{
    Addresses, Artifact, BATCHER, CHALLENGER, Error, OWNER, PROPOSER, SEQUENCER,
    bindings::{
        L2OutputOracle, L2OutputOracleInit, OptimismPortal, ProxyAdmin, SuperchainConfig,
        SystemConfig as SystemConfigContract, SystemConfigInit,
    },
};

/// The least that `SystemConfig` accepts: deposits' limit and the L1 attributes transaction's.
const MINIMUM_GAS_LIMIT: u64 = 20_000_000 + 1_000_000;
/// The most that `SystemConfig` accepts.
const MAXIMUM_GAS_LIMIT: u64 = 500_000_000;
/// The gas limits of the plan's transactions. Unused gas costs nothing; a test executes none of them near it.
const CREATION_GAS_LIMIT: u64 = 4_000_000;
const CALL_GAS_LIMIT: u64 = 1_000_000;

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
            gas_limit: 60_000_000,
            fee_scalars: FeeScalars {
                base_fee_scalar: 1368,
                blob_base_fee_scalar: 810_949,
            },
        }
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
    /// An L1 block in which the plan's transactions are done, or a later one.
    pub l1: BlockNumHash,
    /// Hash of the L2 genesis block.
    pub l2_hash: B256,
    /// Time of the L2 genesis block, in seconds; not before that of the L1 block.
    pub l2_time: u64,
    /// Seconds between L2 blocks.
    pub block_time: u64,
    /// The newest fork of the L2 genesis.
    pub fork: Fork,
}

impl DeploymentPlan {
    /// Plans a deployment. The gas limit is the only value that the contracts would refuse.
    pub fn new(config: &DeploymentConfig) -> Result<Self, Error> {
        check_gas_limit(config.gas_limit)?;
        let mut planner = Planner {
            config,
            transactions: Vec::new(),
        };
        let addresses = planner.create_contracts();
        planner.initialize_contracts(&addresses);
        Ok(Self {
            transactions: planner.transactions,
            addresses,
        })
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
            block_time: start.block_time,
            max_sequencer_drift: 600,
            seq_window_size: 3600,
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

/// Numbers transactions and predicts addresses.
struct Planner<'a> {
    config: &'a DeploymentConfig,
    transactions: Vec<PlannedTransaction>,
}

impl Planner<'_> {
    fn create_contracts(&mut self) -> Addresses {
        let deployer = self.config.deployer;
        let proxy_admin = self.create("create ProxyAdmin", Artifact::ProxyAdmin, deployer.abi_encode());
        let argument = proxy_admin.abi_encode();
        Addresses {
            proxy_admin,
            superchain_config_proxy: self.create("create SuperchainConfigProxy", Artifact::Proxy, argument.clone()),
            superchain_config_impl: self.create("create SuperchainConfig", Artifact::SuperchainConfig, Vec::new()),
            system_config_proxy: self.create("create SystemConfigProxy", Artifact::Proxy, argument.clone()),
            system_config_impl: self.create("create SystemConfig", Artifact::SystemConfig, Vec::new()),
            l2_output_oracle_proxy: self.create("create L2OutputOracleProxy", Artifact::Proxy, argument.clone()),
            l2_output_oracle_impl: self.create("create L2OutputOracle", Artifact::L2OutputOracle, Vec::new()),
            optimism_portal_proxy: self.create("create OptimismPortalProxy", Artifact::Proxy, argument),
            optimism_portal_impl: self.create("create OptimismPortal", Artifact::OptimismPortal, Vec::new()),
        }
    }

    /// Each proxy gets its implementation and its first values in one transaction, so that nobody else can set them.
    fn initialize_contracts(&mut self, to: &Addresses) {
        let DeploymentConfig { guardian, owner, .. } = *self.config;
        let superchain_config = SuperchainConfig::initializeCall { guardian }.abi_encode();
        let system_config = SystemConfigContract::initializeCall {
            init: self.system_config_init(to),
        }
        .abi_encode();
        let oracle = L2OutputOracle::initializeCall {
            init: self.output_oracle_init(),
        }
        .abi_encode();
        let portal = OptimismPortal::initializeCall {
            systemConfig: to.system_config_proxy,
            settlement: to.l2_output_oracle_proxy,
        }
        .abi_encode();
        for (what, proxy, implementation, data) in [
            (
                "initialize SuperchainConfig",
                to.superchain_config_proxy,
                to.superchain_config_impl,
                superchain_config,
            ),
            (
                "initialize SystemConfig",
                to.system_config_proxy,
                to.system_config_impl,
                system_config,
            ),
            (
                "initialize L2OutputOracle",
                to.l2_output_oracle_proxy,
                to.l2_output_oracle_impl,
                oracle,
            ),
            (
                "initialize OptimismPortal",
                to.optimism_portal_proxy,
                to.optimism_portal_impl,
                portal,
            ),
        ] {
            let call = ProxyAdmin::upgradeAndCallCall {
                proxy,
                implementation,
                data: data.into(),
            };
            self.call(what, to.proxy_admin, call.abi_encode());
        }
        let call = ProxyAdmin::transferOwnershipCall { newOwner: owner };
        self.call("hand ProxyAdmin to its owner", to.proxy_admin, call.abi_encode());
    }

    fn system_config_init(&self, to: &Addresses) -> SystemConfigInit {
        let config = self.config;
        SystemConfigInit {
            owner: config.owner,
            batcherHash: config.batcher.into_word(),
            basefeeScalar: config.fee_scalars.base_fee_scalar,
            blobbasefeeScalar: config.fee_scalars.blob_base_fee_scalar,
            gasLimit: config.gas_limit,
            unsafeBlockSigner: config.unsafe_block_signer,
            batchInbox: config.batch_inbox,
            optimismPortal: to.optimism_portal_proxy,
            l2ChainId: U256::from(config.l2_chain_id),
            superchainConfig: to.superchain_config_proxy,
        }
    }

    /// The chain starts at its genesis, the time of which is that of the initializing L1 block: zero.
    const fn output_oracle_init(&self) -> L2OutputOracleInit {
        let config = self.config;
        L2OutputOracleInit {
            submissionInterval: U256::from_limbs([config.submission_interval, 0, 0, 0]),
            l2BlockTime: U256::from_limbs([config.block_time, 0, 0, 0]),
            startingBlockNumber: U256::ZERO,
            startingTimestamp: U256::ZERO,
            proposer: config.proposer,
            challenger: config.challenger,
            finalizationPeriodSeconds: U256::from_limbs([config.finalization_period_s, 0, 0, 0]),
        }
    }

    fn create(&mut self, what: &'static str, artifact: Artifact, arguments: Vec<u8>) -> Address {
        let nonce = self.next_nonce();
        let input = [artifact.creation_code().as_ref(), &arguments].concat().into();
        self.transactions.push(PlannedTransaction {
            what,
            nonce,
            to: None,
            input,
            gas_limit: CREATION_GAS_LIMIT,
        });
        self.config.deployer.create(nonce)
    }

    fn call(&mut self, what: &'static str, to: Address, input: Vec<u8>) {
        let nonce = self.next_nonce();
        let input = input.into();
        self.transactions.push(PlannedTransaction {
            what,
            nonce,
            to: Some(to),
            input,
            gas_limit: CALL_GAS_LIMIT,
        });
    }

    fn next_nonce(&self) -> u64 {
        self.config.start_nonce + self.transactions.len() as u64
    }
}
