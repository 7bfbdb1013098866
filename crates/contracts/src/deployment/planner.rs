//! Numbers transactions and predicts addresses.

use alloy_primitives::{Address, U256};
use alloy_sol_types::{SolCall, SolValue};

use super::{DeploymentConfig, DeploymentPlan, Effect, PlannedTransaction};
use crate::{
    Addresses, Artifact,
    bindings::{
        L1CrossDomainMessenger, L1ERC721Bridge, L1StandardBridge, L2OutputOracle, L2OutputOracleInit,
        OptimismMintableERC20Factory, OptimismPortal, ProxyAdmin, SuperchainConfig, SystemConfig, SystemConfigInit,
    },
};

/// The gas limit of a call. Unused gas costs nothing; a test executes no step near its limit.
const CALL_GAS_LIMIT: u64 = 1_000_000;
/// Gas of a creation beside what its bytes cost: the transaction, and the constructor.
const CREATION_BASE_GAS: u64 = 250_000;
/// Gas of a byte of creation code (the floor of EIP-7623), and of a byte of the code that it leaves.
const CREATION_BYTE_GAS: u64 = 40;
const CODE_BYTE_GAS: u64 = 200;

pub(super) struct Planner<'a> {
    config: &'a DeploymentConfig,
    transactions: Vec<PlannedTransaction>,
}

/// Addresses of a proxy and of the code behind it.
type Pair = (Address, Address);

impl<'a> Planner<'a> {
    pub(super) const fn new(config: &'a DeploymentConfig) -> Self {
        let transactions = Vec::new();
        Self { config, transactions }
    }

    pub(super) fn plan(mut self) -> DeploymentPlan {
        let addresses = self.create_contracts();
        self.initialize_contracts(&addresses);
        DeploymentPlan {
            transactions: self.transactions,
            addresses,
        }
    }

    fn create_contracts(&mut self) -> Addresses {
        let deployer = self.config.deployer;
        let proxy_admin = self.create("create ProxyAdmin", Artifact::ProxyAdmin, deployer.abi_encode());
        let mut pair = |artifact| self.create_pair(artifact, proxy_admin);
        let (superchain_config_proxy, superchain_config_impl) = pair(Artifact::SuperchainConfig);
        let (system_config_proxy, system_config_impl) = pair(Artifact::SystemConfig);
        let (l1_cross_domain_messenger_proxy, l1_cross_domain_messenger_impl) = pair(Artifact::L1CrossDomainMessenger);
        let (l1_standard_bridge_proxy, l1_standard_bridge_impl) = pair(Artifact::L1StandardBridge);
        let (l1_erc721_bridge_proxy, l1_erc721_bridge_impl) = pair(Artifact::L1Erc721Bridge);
        let (optimism_mintable_erc20_factory_proxy, optimism_mintable_erc20_factory_impl) =
            pair(Artifact::OptimismMintableErc20Factory);
        let (l2_output_oracle_proxy, l2_output_oracle_impl) = pair(Artifact::L2OutputOracle);
        let (optimism_portal_proxy, optimism_portal_impl) = pair(Artifact::OptimismPortal);
        Addresses {
            proxy_admin,
            superchain_config_proxy,
            superchain_config_impl,
            system_config_proxy,
            system_config_impl,
            l1_cross_domain_messenger_proxy,
            l1_cross_domain_messenger_impl,
            l1_standard_bridge_proxy,
            l1_standard_bridge_impl,
            l1_erc721_bridge_proxy,
            l1_erc721_bridge_impl,
            optimism_mintable_erc20_factory_proxy,
            optimism_mintable_erc20_factory_impl,
            l2_output_oracle_proxy,
            l2_output_oracle_impl,
            optimism_portal_proxy,
            optimism_portal_impl,
        }
    }

    fn create_pair(&mut self, artifact: Artifact, proxy_admin: Address) -> Pair {
        let proxy = self.create(artifact.step_names().proxy, Artifact::Proxy, proxy_admin.abi_encode());
        let implementation = self.create(artifact.step_names().implementation, artifact, Vec::new());
        (proxy, implementation)
    }

    /// Each proxy gets its implementation and its first values in one transaction, so that nobody else can set them. The rollup begins
    /// at the block that initialises the oracle. The portal, through which deposits come, opens after it: none is lost.
    fn initialize_contracts(&mut self, to: &Addresses) {
        for contract in to.proxied() {
            let call = ProxyAdmin::upgradeAndCallCall {
                proxy: contract.proxy,
                implementation: contract.implementation,
                data: self.initializer(contract.artifact, to).into(),
            };
            let what = contract.artifact.step_names().initialize;
            let effect = Effect::Initializes(contract.artifact);
            self.call(what, to.proxy_admin, call.abi_encode(), effect);
        }
        let call = ProxyAdmin::transferOwnershipCall {
            newOwner: self.config.owner,
        };
        let what = "hand ProxyAdmin to its owner";
        self.call(what, to.proxy_admin, call.abi_encode(), Effect::HandsOver);
    }

    /// The call that gives a contract its first values.
    fn initializer(&self, artifact: Artifact, to: &Addresses) -> Vec<u8> {
        match artifact {
            Artifact::SuperchainConfig => SuperchainConfig::initializeCall {
                guardian: self.config.guardian,
            }
            .abi_encode(),
            Artifact::SystemConfig => SystemConfig::initializeCall {
                init: self.system_config_init(to),
            }
            .abi_encode(),
            Artifact::L1CrossDomainMessenger => L1CrossDomainMessenger::initializeCall {
                systemConfig: to.system_config_proxy,
                portal: to.optimism_portal_proxy,
            }
            .abi_encode(),
            Artifact::L1StandardBridge => L1StandardBridge::initializeCall {
                messenger: to.l1_cross_domain_messenger_proxy,
                systemConfig: to.system_config_proxy,
            }
            .abi_encode(),
            Artifact::L1Erc721Bridge => L1ERC721Bridge::initializeCall {
                messenger: to.l1_cross_domain_messenger_proxy,
                systemConfig: to.system_config_proxy,
            }
            .abi_encode(),
            Artifact::OptimismMintableErc20Factory => OptimismMintableERC20Factory::initializeCall {
                bridge: to.l1_standard_bridge_proxy,
            }
            .abi_encode(),
            Artifact::L2OutputOracle => L2OutputOracle::initializeCall {
                init: self.oracle_init(),
            }
            .abi_encode(),
            Artifact::OptimismPortal => OptimismPortal::initializeCall {
                systemConfig: to.system_config_proxy,
                settlement: to.l2_output_oracle_proxy,
            }
            .abi_encode(),
            _ => Vec::new(),
        }
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
            l1CrossDomainMessenger: to.l1_cross_domain_messenger_proxy,
            l1StandardBridge: to.l1_standard_bridge_proxy,
            l1ERC721Bridge: to.l1_erc721_bridge_proxy,
            optimismMintableERC20Factory: to.optimism_mintable_erc20_factory_proxy,
        }
    }

    /// The starting time is that of the L1 block in which it runs.
    fn oracle_init(&self) -> L2OutputOracleInit {
        let config = self.config;
        L2OutputOracleInit {
            submissionInterval: U256::from(config.submission_interval),
            l2BlockTime: U256::from(config.block_time),
            startingBlockNumber: U256::ZERO,
            startingTimestamp: U256::ZERO,
            proposer: config.proposer,
            challenger: config.challenger,
            finalizationPeriodSeconds: U256::from(config.finalization_period_s),
        }
    }

    fn create(&mut self, what: &'static str, artifact: Artifact, arguments: Vec<u8>) -> Address {
        let nonce = self.next_nonce();
        let input = [artifact.creation_code().as_ref(), &arguments].concat();
        let gas_limit = creation_gas_limit(input.len(), artifact);
        let address = self.config.deployer.create(nonce);
        self.transactions.push(PlannedTransaction {
            what,
            nonce,
            to: None,
            input: input.into(),
            gas_limit,
            effect: Effect::Creates(artifact, address),
        });
        address
    }

    fn call(&mut self, what: &'static str, to: Address, input: Vec<u8>, effect: Effect) {
        let nonce = self.next_nonce();
        let input = input.into();
        self.transactions.push(PlannedTransaction {
            what,
            nonce,
            to: Some(to),
            input,
            gas_limit: CALL_GAS_LIMIT,
            effect,
        });
    }

    fn next_nonce(&self) -> u64 {
        self.config.start_nonce + self.transactions.len() as u64
    }
}

/// Enough gas to create a contract with creation code of that many bytes, its arguments included.
pub fn creation_gas_limit(input_bytes: usize, artifact: Artifact) -> u64 {
    let code_bytes = artifact.deployed_code().len() as u64;
    CREATION_BASE_GAS + CREATION_BYTE_GAS * input_bytes as u64 + CODE_BYTE_GAS * code_bytes
}
