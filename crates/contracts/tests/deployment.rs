//! The deployment plan: order, predicted addresses, first values, and the rollup configuration that follows.

use alloy_eips::BlockNumHash;
use alloy_primitives::{Address, B256, U256, address};
use alloy_sol_types::SolCall;
use protocol::{Fork, RollupConfig};
use tandem_contracts::{
    Addresses, Artifact, BATCHER, CHALLENGER, DeploymentConfig, DeploymentPlan, Error, OWNER, PREFUNDED, PROPOSER,
    RollupStart, SEQUENCER, batch_inbox_address,
    bindings::{
        L1CrossDomainMessenger, L1ERC721Bridge, L1StandardBridge, L2OutputOracle, OptimismMintableERC20Factory,
        OptimismPortal, ProxyAdmin, SystemConfig,
    },
};

/// The highest gas limit of a transaction since Osaka (EIP-7825).
const TX_GAS_LIMIT_MAX: u64 = 1 << 24;
/// What the embedded L1's blocks hold.
const L1_GAS_LIMIT: u64 = 60_000_000;

fn config() -> DeploymentConfig {
    DeploymentConfig::devnet(PREFUNDED[0].address, 7, 901)
}

fn plan() -> DeploymentPlan {
    DeploymentPlan::new(&config()).unwrap()
}

/// The call of a plan's step, under the proxy admin.
fn upgrade(plan: &DeploymentPlan, what: &str) -> ProxyAdmin::upgradeAndCallCall {
    let step = plan.transactions.iter().find(|step| step.what == what).unwrap();
    assert_eq!(step.to, Some(plan.addresses.proxy_admin));
    ProxyAdmin::upgradeAndCallCall::abi_decode(&step.input).unwrap()
}

#[test]
fn nonces_are_consecutive_from_the_deployers_next() {
    let nonces: Vec<u64> = plan().transactions.iter().map(|step| step.nonce).collect();
    assert_eq!(nonces, (7..33).collect::<Vec<_>>());
}

#[test]
fn creations_lead_to_the_predicted_addresses() {
    let plan = plan();
    let deployer = PREFUNDED[0].address;
    let created: Vec<Address> = plan
        .transactions
        .iter()
        .filter(|step| step.to.is_none())
        .map(|step| deployer.create(step.nonce))
        .collect();
    let Addresses {
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
    } = plan.addresses;
    assert_eq!(
        created,
        [
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
            optimism_portal_impl
        ]
    );
}

#[test]
fn proxies_are_created_under_the_proxy_admin() {
    let plan = plan();
    let argument = plan.addresses.proxy_admin.into_word();
    let code = Artifact::Proxy.creation_code();
    let proxies: Vec<_> = plan
        .transactions
        .iter()
        .filter(|step| step.input.starts_with(&code))
        .collect();
    assert_eq!(proxies.len(), plan.addresses.proxied().len());
    assert!(proxies.iter().all(|step| step.input[code.len()..] == argument[..]));
}

#[test]
fn all_transactions_fit_one_l1_block_and_eip_7825() {
    let plan = plan();
    assert!(plan.transactions.iter().all(|step| step.gas_limit < TX_GAS_LIMIT_MAX));
    assert!(plan.transactions.iter().map(|step| step.gas_limit).sum::<u64>() <= L1_GAS_LIMIT);
}

#[test]
fn system_config_is_initialized_with_the_rollups_first_values() {
    let plan = plan();
    let call = upgrade(&plan, "initialize SystemConfig");
    assert_eq!(call.proxy, plan.addresses.system_config_proxy);
    assert_eq!(call.implementation, plan.addresses.system_config_impl);
    let init = SystemConfig::initializeCall::abi_decode(&call.data).unwrap().init;
    assert_eq!((init.owner, init.unsafeBlockSigner), (OWNER.address, SEQUENCER.address));
    assert_eq!(init.batcherHash, BATCHER.address.into_word());
    assert_eq!(
        (init.basefeeScalar, init.blobbasefeeScalar, init.gasLimit),
        (1368, 810_949, 60_000_000)
    );
    assert_eq!(init.optimismPortal, plan.addresses.optimism_portal_proxy);
    assert_eq!(init.superchainConfig, plan.addresses.superchain_config_proxy);
    assert_eq!(init.l2ChainId, U256::from(901));
    assert_eq!(
        init.l1CrossDomainMessenger,
        plan.addresses.l1_cross_domain_messenger_proxy
    );
    assert_eq!(init.l1StandardBridge, plan.addresses.l1_standard_bridge_proxy);
    assert_eq!(init.l1ERC721Bridge, plan.addresses.l1_erc721_bridge_proxy);
    assert_eq!(
        init.optimismMintableERC20Factory,
        plan.addresses.optimism_mintable_erc20_factory_proxy
    );
}

#[test]
fn messenger_bridges_and_factory_know_each_other() {
    let plan = plan();
    let to = &plan.addresses;
    let messenger = upgrade(&plan, "initialize L1CrossDomainMessenger");
    let messenger = L1CrossDomainMessenger::initializeCall::abi_decode(&messenger.data).unwrap();
    assert_eq!(
        (messenger.systemConfig, messenger.portal),
        (to.system_config_proxy, to.optimism_portal_proxy)
    );
    let bridge = upgrade(&plan, "initialize L1StandardBridge");
    let bridge = L1StandardBridge::initializeCall::abi_decode(&bridge.data).unwrap();
    let expected = (to.l1_cross_domain_messenger_proxy, to.system_config_proxy);
    assert_eq!((bridge.messenger, bridge.systemConfig), expected);
    let bridge = upgrade(&plan, "initialize L1ERC721Bridge");
    let bridge = L1ERC721Bridge::initializeCall::abi_decode(&bridge.data).unwrap();
    assert_eq!((bridge.messenger, bridge.systemConfig), expected);
    let factory = upgrade(&plan, "initialize OptimismMintableERC20Factory");
    let factory = OptimismMintableERC20Factory::initializeCall::abi_decode(&factory.data).unwrap();
    assert_eq!(factory.bridge, to.l1_standard_bridge_proxy);
}

/// Zero stands for the time of the block that initialises, which becomes the rollup's first.
#[test]
fn the_oracle_starts_with_the_rollup() {
    let config = DeploymentConfig {
        submission_interval: 120,
        finalization_period_s: 604_800,
        block_time: 2,
        ..config()
    };
    let plan = DeploymentPlan::new(&config).unwrap();
    let call = upgrade(&plan, "initialize L2OutputOracle");
    assert_eq!(call.proxy, plan.addresses.l2_output_oracle_proxy);
    let init = L2OutputOracle::initializeCall::abi_decode(&call.data).unwrap().init;
    assert_eq!(
        (init.startingBlockNumber, init.startingTimestamp),
        (U256::ZERO, U256::ZERO)
    );
    assert_eq!(
        (init.submissionInterval, init.l2BlockTime),
        (U256::from(120), U256::from(2))
    );
    assert_eq!(init.finalizationPeriodSeconds, U256::from(604_800));
    assert_eq!((init.proposer, init.challenger), (PROPOSER.address, CHALLENGER.address));
}

/// Deposits of the first block and of those before are not derived: nobody can make any.
#[test]
fn the_portal_opens_after_the_rollups_first_values_are_set() {
    let plan = plan();
    let nonce = |what| plan.transactions.iter().find(|step| step.what == what).unwrap().nonce;
    assert!(nonce("initialize OptimismPortal") > nonce("initialize L2OutputOracle"));
    assert!(nonce("initialize L2OutputOracle") > nonce("initialize SystemConfig"));
    let call = upgrade(&plan, "initialize OptimismPortal");
    let portal = OptimismPortal::initializeCall::abi_decode(&call.data).unwrap();
    assert_eq!(portal.systemConfig, plan.addresses.system_config_proxy);
    assert_eq!(portal.settlement, plan.addresses.l2_output_oracle_proxy);
}

#[test]
fn values_of_zero_that_the_oracle_would_refuse_are_refused() {
    let zero = |change: fn(&mut DeploymentConfig)| {
        let mut config = config();
        change(&mut config);
        DeploymentPlan::new(&config).unwrap_err().to_string()
    };
    assert!(zero(|config| config.submission_interval = 0).contains("submission interval"));
    assert!(zero(|config| config.finalization_period_s = 0).contains("finalization period"));
    assert!(zero(|config| config.block_time = 0).contains("block time"));
}

#[test]
fn the_last_step_hands_the_proxy_admin_over() {
    let plan = plan();
    let last = plan.transactions.last().unwrap();
    assert_eq!(
        ProxyAdmin::transferOwnershipCall::abi_decode(&last.input)
            .unwrap()
            .newOwner,
        OWNER.address
    );
}

#[test]
fn gas_limits_that_the_contract_would_refuse_are_refused() {
    let with = |gas_limit| DeploymentPlan::new(&DeploymentConfig { gas_limit, ..config() });
    assert!(matches!(
        with(20_999_999),
        Err(Error::GasLimitTooLow {
            minimum: 21_000_000,
            ..
        })
    ));
    assert!(matches!(
        with(500_000_001),
        Err(Error::GasLimitTooHigh {
            maximum: 500_000_000,
            ..
        })
    ));
    assert!(with(21_000_000).is_ok() && with(500_000_000).is_ok());
}

/// The published inbox of the registry's `sepolia-devnet-2`.
#[test]
fn batch_inbox_follows_the_convention() {
    assert_eq!(
        batch_inbox_address(420_130_015),
        address!("00ab2D21A3e869A42603c37731699D1EedF89eB3")
    );
}

#[test]
fn rollup_config_is_valid_and_names_the_contracts() {
    let (config, plan) = (config(), plan());
    let start = RollupStart {
        l1_chain_id: 900,
        l1: BlockNumHash {
            number: 5,
            hash: B256::repeat_byte(1),
        },
        l2_hash: B256::repeat_byte(2),
        l2_time: 1_700_000_010,
        fork: Fork::Jovian,
    };
    let rollup = plan.rollup_config(&config, &start);
    rollup.validate().unwrap();
    assert_eq!(rollup.deposit_contract_address, plan.addresses.optimism_portal_proxy);
    assert_eq!(rollup.l1_system_config_address, plan.addresses.system_config_proxy);
    assert_eq!(rollup.genesis.system_config, config.system_config());
    assert_eq!(
        (rollup.forks.time(Fork::Jovian), rollup.forks.time(Fork::Karst)),
        (Some(0), None)
    );
    let json = serde_json::to_string(&rollup).unwrap();
    assert_eq!(serde_json::from_str::<RollupConfig>(&json).unwrap(), rollup);
}

#[test]
fn addresses_are_spelled_as_in_the_registry() {
    let json = serde_json::to_value(plan().addresses).unwrap();
    let keys: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    for key in [
        "ProxyAdmin",
        "SuperchainConfigProxy",
        "SystemConfigProxy",
        "L2OutputOracleProxy",
        "L1CrossDomainMessengerProxy",
        "L1StandardBridgeProxy",
        "L1ERC721BridgeProxy",
        "OptimismMintableERC20FactoryProxy",
        "OptimismPortalProxy",
    ] {
        assert!(keys.contains(&key), "{key}");
    }
}
