//! What the contracts should answer after a deployment.

use crate::DeploymentRecord;
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
pub(crate) struct Expectation {
    pub(crate) what: String,
    pub(crate) contract: Address,
    pub(crate) call: Vec<u8>,
    pub(crate) expected: B256,
    pub(crate) shown: Shown,
    pub(crate) remedy: &'static str,
}

/// How a person reads a word.
#[derive(Clone, Copy)]
pub(crate) enum Shown {
    Address,
    Number,
    Bytes,
}

impl Shown {
    pub(crate) fn of(self, word: B256) -> String {
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
/// The code behind a proxy.
const CODE: &str = "if nobody upgraded it with intent, the owner of ProxyAdmin must put it back; else write the new address into addresses.json";
/// What only an initialiser writes.
const FIXED: &str = "only an initialiser sets it: this is not the system that was deployed here, do not use it";

/// The questions, contract by contract.
struct Table {
    rows: Vec<Expectation>,
    name: String,
    contract: Address,
}

impl Table {
    /// What follows is asked of this contract.
    fn ask(&mut self, name: impl Into<String>, contract: Address) {
        self.name = name.into();
        self.contract = contract;
    }

    fn address(&mut self, what: &str, call: impl SolCall, expected: Address, remedy: &'static str) {
        self.word(what, call, expected.into_word(), Shown::Address, remedy);
    }

    fn number(&mut self, what: &str, call: impl SolCall, expected: u64, remedy: &'static str) {
        self.word(what, call, U256::from(expected).into(), Shown::Number, remedy);
    }

    fn word(&mut self, what: &str, call: impl SolCall, expected: B256, shown: Shown, remedy: &'static str) {
        self.rows.push(Expectation {
            what: format!("{}.{what}", self.name),
            contract: self.contract,
            call: call.abi_encode(),
            expected,
            shown,
            remedy,
        });
    }
}

/// Every question that [`super::verify`] asks. The oracle starts with the first L2 block.
pub(crate) fn expectations(record: &DeploymentRecord, to: &Addresses, l2_time: u64) -> Vec<Expectation> {
    let mut table = Table {
        rows: Vec::new(),
        name: String::new(),
        contract: Address::ZERO,
    };
    proxies(&mut table, record, to);
    configuration(&mut table, record, to);
    oracle(&mut table, record, to, l2_time);
    wiring(&mut table, to);
    table.rows
}

fn proxies(table: &mut Table, record: &DeploymentRecord, to: &Addresses) {
    table.ask("ProxyAdmin", to.proxy_admin);
    table.address("owner", ProxyAdmin::ownerCall {}, record.deployment.roles.owner, ROLE);
    for it in to.proxied() {
        // Proxies answer their admin alone.
        table.ask(format!("{}Proxy", it.artifact.name()), to.proxy_admin);
        let proxy = it.proxy;
        let code = ProxyAdmin::getProxyImplementationCall { proxy };
        table.address("implementation", code, it.implementation, CODE);
        table.address("admin", ProxyAdmin::getProxyAdminCall { proxy }, to.proxy_admin, FIXED);
    }
}

fn configuration(table: &mut Table, record: &DeploymentRecord, to: &Addresses) {
    let it = record.deployment.config(record.deployer, record.start_nonce);
    let (batcher, scalar) = (it.batcher.into_word(), it.fee_scalars.encode());
    table.ask("SuperchainConfig", to.superchain_config_proxy);
    table.address("guardian", SuperchainConfig::guardianCall {}, it.guardian, FIXED);
    table.ask("SystemConfig", to.system_config_proxy);
    table.address("owner", SystemConfig::ownerCall {}, it.owner, ROLE);
    table.word(
        "batcherHash",
        SystemConfig::batcherHashCall {},
        batcher,
        Shown::Address,
        VALUE,
    );
    let signer = SystemConfig::unsafeBlockSignerCall {};
    table.address("unsafeBlockSigner", signer, it.unsafe_block_signer, VALUE);
    table.address("batchInbox", SystemConfig::batchInboxCall {}, it.batch_inbox, FIXED);
    table.word("scalar", SystemConfig::scalarCall {}, scalar, Shown::Bytes, VALUE);
    table.number("gasLimit", SystemConfig::gasLimitCall {}, it.gas_limit, VALUE);
    table.number("l2ChainId", SystemConfig::l2ChainIdCall {}, it.l2_chain_id, FIXED);
}

fn oracle(table: &mut Table, record: &DeploymentRecord, to: &Addresses, l2_time: u64) {
    let (it, roles) = (&record.deployment, record.deployment.roles);
    table.ask("L2OutputOracle", to.l2_output_oracle_proxy);
    table.address("proposer", L2OutputOracle::proposerCall {}, roles.proposer, FIXED);
    table.address("challenger", L2OutputOracle::challengerCall {}, roles.challenger, FIXED);
    let interval = L2OutputOracle::submissionIntervalCall {};
    table.number("submissionInterval", interval, it.submission_interval, FIXED);
    table.number("l2BlockTime", L2OutputOracle::l2BlockTimeCall {}, it.block_time, FIXED);
    let period = L2OutputOracle::finalizationPeriodSecondsCall {};
    table.number("finalizationPeriodSeconds", period, it.finalization_period_s, FIXED);
    table.number(
        "startingBlockNumber",
        L2OutputOracle::startingBlockNumberCall {},
        0,
        FIXED,
    );
    table.number(
        "startingTimestamp",
        L2OutputOracle::startingTimestampCall {},
        l2_time,
        FIXED,
    );
}

fn wiring(table: &mut Table, to: &Addresses) {
    let (config, portal) = (to.system_config_proxy, to.optimism_portal_proxy);
    let (messenger, bridge) = (to.l1_cross_domain_messenger_proxy, to.l1_standard_bridge_proxy);
    let (erc721, factory) = (to.l1_erc721_bridge_proxy, to.optimism_mintable_erc20_factory_proxy);
    table.ask("SystemConfig", config);
    let superchain = SystemConfig::superchainConfigCall {};
    table.address("superchainConfig", superchain, to.superchain_config_proxy, FIXED);
    table.address("optimismPortal", SystemConfig::optimismPortalCall {}, portal, FIXED);
    table.address(
        "l1CrossDomainMessenger",
        SystemConfig::l1CrossDomainMessengerCall {},
        messenger,
        FIXED,
    );
    table.address("l1StandardBridge", SystemConfig::l1StandardBridgeCall {}, bridge, FIXED);
    table.address("l1ERC721Bridge", SystemConfig::l1ERC721BridgeCall {}, erc721, FIXED);
    let call = SystemConfig::optimismMintableERC20FactoryCall {};
    table.address("optimismMintableERC20Factory", call, factory, FIXED);
    table.ask("OptimismPortal", portal);
    table.address("systemConfig", OptimismPortal::systemConfigCall {}, config, FIXED);
    table.address(
        "l2Oracle",
        OptimismPortal::l2OracleCall {},
        to.l2_output_oracle_proxy,
        FIXED,
    );
    table.ask("L1CrossDomainMessenger", messenger);
    table.address(
        "systemConfig",
        L1CrossDomainMessenger::systemConfigCall {},
        config,
        FIXED,
    );
    table.address("portal", L1CrossDomainMessenger::portalCall {}, portal, FIXED);
    for (name, bridge) in [("L1StandardBridge", bridge), ("L1ERC721Bridge", erc721)] {
        table.ask(name, bridge);
        table.address("messenger", StandardBridge::messengerCall {}, messenger, FIXED);
        table.address("systemConfig", L1StandardBridge::systemConfigCall {}, config, FIXED);
    }
    table.ask("OptimismMintableERC20Factory", factory);
    table.address("bridge", OptimismMintableERC20Factory::bridgeCall {}, bridge, FIXED);
}
