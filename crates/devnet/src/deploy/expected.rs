//! What the contracts should answer after a deployment.

use super::DeploymentRecord;
use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::SolCall;
use contracts::{
    Addresses,
    bindings::{
        L1CrossDomainMessenger, L1StandardBridge, L2OutputOracle, OptimismMintableERC20Factory, OptimismPortal,
        ProxyAdmin, StandardBridge, SuperchainConfig, SystemConfig,
    },
};

/// One question to a contract, and the word that it should answer.
pub(super) struct Expectation {
    pub(super) what: String,
    pub(super) contract: Address,
    pub(super) call: Vec<u8>,
    pub(super) expected: B256,
    pub(super) shown: Shown,
    pub(super) remedy: &'static str,
}

/// How a person reads a word.
#[derive(Clone, Copy)]
pub(super) enum Shown {
    Address,
    Number,
    Bytes,
}

impl Shown {
    pub(super) fn of(self, word: B256) -> String {
        match self {
            Self::Address => Address::from_word(word).to_string(),
            Self::Number => U256::from_be_bytes(word.0).to_string(),
            Self::Bytes => word.to_string(),
        }
    }
}

/// A role that its owner may hand on.
const ROLE: &str = "if it was not handed on with intent, its owner must take it back";
/// A value that the owner may set.
const VALUE: &str = "if it was not changed with intent, the owner of SystemConfig sets it back";
/// What only an initialiser writes.
const FIXED: &str = "only an initialiser sets it: this is not the system that was deployed here, do not use it";

/// Collects expectations.
#[derive(Default)]
struct Table {
    rows: Vec<Expectation>,
}

impl Table {
    fn address(
        &mut self,
        what: impl Into<String>,
        contract: Address,
        call: impl SolCall,
        expected: Address,
        remedy: &'static str,
    ) {
        self.row(what, contract, call, expected.into_word(), Shown::Address, remedy);
    }

    fn number(
        &mut self,
        what: impl Into<String>,
        contract: Address,
        call: impl SolCall,
        expected: u64,
        remedy: &'static str,
    ) {
        self.row(what, contract, call, U256::from(expected).into(), Shown::Number, remedy);
    }

    fn row(
        &mut self,
        what: impl Into<String>,
        contract: Address,
        call: impl SolCall,
        expected: B256,
        shown: Shown,
        remedy: &'static str,
    ) {
        self.rows.push(Expectation {
            what: what.into(),
            contract,
            call: call.abi_encode(),
            expected,
            shown,
            remedy,
        });
    }
}

/// Every question that [`super::verify`] asks. The oracle starts with the first L2 block.
pub(super) fn expectations(record: &DeploymentRecord, to: &Addresses, l2_time: u64) -> Vec<Expectation> {
    let mut table = Table::default();
    proxies(&mut table, record, to);
    configuration(&mut table, record, to);
    oracle(&mut table, record, to, l2_time);
    wiring(&mut table, to);
    table.rows
}

fn proxies(table: &mut Table, record: &DeploymentRecord, to: &Addresses) {
    let owner = record.deployment.roles.owner;
    table.address(
        "ProxyAdmin.owner",
        to.proxy_admin,
        ProxyAdmin::ownerCall {},
        owner,
        ROLE,
    );
    for it in to.proxied() {
        let name = it.artifact.name();
        let implementation = ProxyAdmin::getProxyImplementationCall { proxy: it.proxy };
        let remedy = "if nobody upgraded it with intent, the owner of ProxyAdmin must put it back; else write the new address into addresses.json";
        table.address(
            format!("{name}Proxy.implementation"),
            to.proxy_admin,
            implementation,
            it.implementation,
            remedy,
        );
        let admin = ProxyAdmin::getProxyAdminCall { proxy: it.proxy };
        table.address(
            format!("{name}Proxy.admin"),
            to.proxy_admin,
            admin,
            to.proxy_admin,
            FIXED,
        );
    }
}

fn configuration(table: &mut Table, record: &DeploymentRecord, to: &Addresses) {
    let config = record.deployment.config(record.deployer, record.start_nonce);
    let system_config = to.system_config_proxy;
    table.address(
        "SuperchainConfig.guardian",
        to.superchain_config_proxy,
        SuperchainConfig::guardianCall {},
        config.guardian,
        FIXED,
    );
    table.address(
        "SystemConfig.owner",
        system_config,
        SystemConfig::ownerCall {},
        config.owner,
        ROLE,
    );
    table.row(
        "SystemConfig.batcherHash",
        system_config,
        SystemConfig::batcherHashCall {},
        config.batcher.into_word(),
        Shown::Address,
        VALUE,
    );
    table.address(
        "SystemConfig.unsafeBlockSigner",
        system_config,
        SystemConfig::unsafeBlockSignerCall {},
        config.unsafe_block_signer,
        VALUE,
    );
    table.address(
        "SystemConfig.batchInbox",
        system_config,
        SystemConfig::batchInboxCall {},
        config.batch_inbox,
        FIXED,
    );
    table.row(
        "SystemConfig.scalar",
        system_config,
        SystemConfig::scalarCall {},
        config.fee_scalars.encode(),
        Shown::Bytes,
        VALUE,
    );
    table.number(
        "SystemConfig.gasLimit",
        system_config,
        SystemConfig::gasLimitCall {},
        config.gas_limit,
        VALUE,
    );
    table.number(
        "SystemConfig.l2ChainId",
        system_config,
        SystemConfig::l2ChainIdCall {},
        config.l2_chain_id,
        FIXED,
    );
}

fn oracle(table: &mut Table, record: &DeploymentRecord, to: &Addresses, l2_time: u64) {
    let (deployment, oracle) = (&record.deployment, to.l2_output_oracle_proxy);
    let (roles, interval) = (deployment.roles, deployment.submission_interval);
    table.address(
        "L2OutputOracle.proposer",
        oracle,
        L2OutputOracle::proposerCall {},
        roles.proposer,
        FIXED,
    );
    table.address(
        "L2OutputOracle.challenger",
        oracle,
        L2OutputOracle::challengerCall {},
        roles.challenger,
        FIXED,
    );
    table.number(
        "L2OutputOracle.submissionInterval",
        oracle,
        L2OutputOracle::submissionIntervalCall {},
        interval,
        FIXED,
    );
    table.number(
        "L2OutputOracle.l2BlockTime",
        oracle,
        L2OutputOracle::l2BlockTimeCall {},
        deployment.block_time,
        FIXED,
    );
    let period = L2OutputOracle::finalizationPeriodSecondsCall {};
    table.number(
        "L2OutputOracle.finalizationPeriodSeconds",
        oracle,
        period,
        deployment.finalization_period_s,
        FIXED,
    );
    table.number(
        "L2OutputOracle.startingBlockNumber",
        oracle,
        L2OutputOracle::startingBlockNumberCall {},
        0,
        FIXED,
    );
    table.number(
        "L2OutputOracle.startingTimestamp",
        oracle,
        L2OutputOracle::startingTimestampCall {},
        l2_time,
        FIXED,
    );
}

fn wiring(table: &mut Table, to: &Addresses) {
    let (config, portal) = (to.system_config_proxy, to.optimism_portal_proxy);
    let (messenger, bridge) = (to.l1_cross_domain_messenger_proxy, to.l1_standard_bridge_proxy);
    let (erc721, factory) = (to.l1_erc721_bridge_proxy, to.optimism_mintable_erc20_factory_proxy);
    let mut wire = |what: &str, contract, call: Vec<u8>, expected: Address| {
        table.rows.push(Expectation {
            what: what.into(),
            contract,
            call,
            expected: expected.into_word(),
            shown: Shown::Address,
            remedy: FIXED,
        });
    };
    let superchain = SystemConfig::superchainConfigCall {}.abi_encode();
    wire(
        "SystemConfig.superchainConfig",
        config,
        superchain,
        to.superchain_config_proxy,
    );
    wire(
        "SystemConfig.optimismPortal",
        config,
        SystemConfig::optimismPortalCall {}.abi_encode(),
        portal,
    );
    let call = SystemConfig::l1CrossDomainMessengerCall {}.abi_encode();
    wire("SystemConfig.l1CrossDomainMessenger", config, call, messenger);
    wire(
        "SystemConfig.l1StandardBridge",
        config,
        SystemConfig::l1StandardBridgeCall {}.abi_encode(),
        bridge,
    );
    wire(
        "SystemConfig.l1ERC721Bridge",
        config,
        SystemConfig::l1ERC721BridgeCall {}.abi_encode(),
        erc721,
    );
    let call = SystemConfig::optimismMintableERC20FactoryCall {}.abi_encode();
    wire("SystemConfig.optimismMintableERC20Factory", config, call, factory);
    wire(
        "OptimismPortal.systemConfig",
        portal,
        OptimismPortal::systemConfigCall {}.abi_encode(),
        config,
    );
    wire(
        "OptimismPortal.l2Oracle",
        portal,
        OptimismPortal::l2OracleCall {}.abi_encode(),
        to.l2_output_oracle_proxy,
    );
    let call = L1CrossDomainMessenger::systemConfigCall {}.abi_encode();
    wire("L1CrossDomainMessenger.systemConfig", messenger, call, config);
    wire(
        "L1CrossDomainMessenger.portal",
        messenger,
        L1CrossDomainMessenger::portalCall {}.abi_encode(),
        portal,
    );
    let call = StandardBridge::messengerCall {}.abi_encode();
    wire("L1StandardBridge.messenger", bridge, call.clone(), messenger);
    wire("L1ERC721Bridge.messenger", erc721, call, messenger);
    let call = L1StandardBridge::systemConfigCall {}.abi_encode();
    wire("L1StandardBridge.systemConfig", bridge, call.clone(), config);
    wire("L1ERC721Bridge.systemConfig", erc721, call, config);
    let call = OptimismMintableERC20Factory::bridgeCall {}.abi_encode();
    wire("OptimismMintableERC20Factory.bridge", factory, call, bridge);
}
