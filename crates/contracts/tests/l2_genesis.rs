//! The L2 genesis holds what the predeploy table and its configuration say, and survives its JSON form.

use std::collections::{BTreeMap, BTreeSet};

use alloy_genesis::{Genesis, GenesisAccount};
use alloy_primitives::{Address, B256, U256, address, b256, bytes, keccak256};
use protocol::{Fork, predeploys};
use serde_json::{Value, json};
use tandem_contracts::{
    Artifact, DEV_BALANCE_WEI, DeploymentConfig, DeploymentPlan, Error, L2GenesisConfig, OWNER, PREDEPLOYS, PREFUNDED,
    WithdrawalNetwork, implementation_address, l2_genesis, namespace_address, preinstalls,
};

const IMPLEMENTATION_SLOT: B256 = b256!("360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc");
const ADMIN_SLOT: B256 = b256!("b53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103");

fn devnet(fork: Fork) -> Genesis {
    l2_genesis(&L2GenesisConfig::devnet(901, fork, 1_700_000_000)).unwrap()
}

fn code_of(genesis: &Genesis, address: Address) -> &[u8] {
    genesis
        .alloc
        .get(&address)
        .and_then(|account| account.code.as_ref())
        .map_or(&[], |code| code.as_ref())
}

fn slot(genesis: &Genesis, address: Address, slot: B256) -> U256 {
    let storage = genesis.alloc.get(&address).and_then(|account| account.storage.as_ref());
    storage
        .and_then(|storage| storage.get(&slot))
        .map_or(U256::ZERO, |word| U256::from_be_bytes(word.0))
}

fn numbered(genesis: &Genesis, address: Address, index: u8) -> U256 {
    slot(genesis, address, B256::with_last_byte(index))
}

fn word(address: Address) -> U256 {
    U256::from_be_bytes(address.into_word().0)
}

#[test]
fn slots_are_those_of_eip_1967() {
    let minus_one = |name: &str| B256::from(U256::from_be_bytes(keccak256(name).0) - U256::ONE);
    assert_eq!(IMPLEMENTATION_SLOT, minus_one("eip1967.proxy.implementation"));
    assert_eq!(ADMIN_SLOT, minus_one("eip1967.proxy.admin"));
}

#[test]
fn every_predeploy_of_the_table_has_its_code_and_its_proxy() {
    let genesis = devnet(Fork::Karst);
    for predeploy in PREDEPLOYS {
        let (address, implementation) = (predeploy.address(), implementation_address(predeploy.index));
        let deployed = predeploy.artifact.deployed_code();
        if predeploy.proxied {
            assert_eq!(
                code_of(&genesis, address),
                Artifact::Proxy.deployed_code().as_ref(),
                "{}",
                predeploy.name
            );
            assert_eq!(
                code_of(&genesis, implementation),
                deployed.as_ref(),
                "{}",
                predeploy.name
            );
            assert_eq!(
                slot(&genesis, address, IMPLEMENTATION_SLOT),
                word(implementation),
                "{}",
                predeploy.name
            );
        } else {
            assert_eq!(code_of(&genesis, address), deployed.as_ref(), "{}", predeploy.name);
            assert!(!genesis.alloc.contains_key(&implementation), "{}", predeploy.name);
        }
    }
}

#[test]
fn the_table_is_at_the_specifications_addresses() {
    let at = |name: &str| {
        PREDEPLOYS
            .iter()
            .find(|predeploy| predeploy.name == name)
            .unwrap()
            .address()
    };
    for (name, address) in [
        ("WETH", predeploys::WETH),
        ("GasPriceOracle", predeploys::GAS_PRICE_ORACLE),
        ("SequencerFeeVault", predeploys::SEQUENCER_FEE_VAULT),
        ("L2CrossDomainMessenger", predeploys::L2_CROSS_DOMAIN_MESSENGER),
        ("L2StandardBridge", predeploys::L2_STANDARD_BRIDGE),
        (
            "OptimismMintableERC20Factory",
            predeploys::OPTIMISM_MINTABLE_ERC20_FACTORY,
        ),
        ("L2ERC721Bridge", predeploys::L2_ERC721_BRIDGE),
        (
            "OptimismMintableERC721Factory",
            predeploys::OPTIMISM_MINTABLE_ERC721_FACTORY,
        ),
        ("L1BlockNumber", predeploys::L1_BLOCK_NUMBER),
        ("L1Block", predeploys::L1_BLOCK),
        ("L2ToL1MessagePasser", predeploys::L2_TO_L1_MESSAGE_PASSER),
        ("ProxyAdmin", predeploys::PROXY_ADMIN),
        ("BaseFeeVault", predeploys::BASE_FEE_VAULT),
        ("L1FeeVault", predeploys::L1_FEE_VAULT),
        ("OperatorFeeVault", predeploys::OPERATOR_FEE_VAULT),
        ("ConditionalDeployer", predeploys::CONDITIONAL_DEPLOYER),
    ] {
        assert_eq!(at(name), address, "{name}");
    }
}

#[test]
fn the_rest_of_the_namespace_is_proxies_without_implementation() {
    let genesis = devnet(Fork::Karst);
    let special: BTreeSet<u16> = PREDEPLOYS
        .iter()
        .map(|predeploy| predeploy.index)
        .chain([0x42])
        .collect();
    let expected = BTreeMap::from([(ADMIN_SLOT, predeploys::PROXY_ADMIN.into_word())]);
    for index in (0..2048).filter(|index| !special.contains(index)) {
        let account: &GenesisAccount = &genesis.alloc[&namespace_address(index)];
        assert_eq!(account.code, Some(Artifact::Proxy.deployed_code()), "{index:#x}");
        assert_eq!(account.storage, Some(expected.clone()), "{index:#x}");
    }
    assert!(!genesis.alloc.contains_key(&predeploys::GOVERNANCE_TOKEN));
    assert!(!genesis.alloc.contains_key(&namespace_address(2048)));
}

#[test]
fn every_proxy_obeys_the_proxy_admin_and_it_obeys_the_owner() {
    let genesis = devnet(Fork::Karst);
    for predeploy in PREDEPLOYS.iter().filter(|predeploy| predeploy.proxied) {
        assert_eq!(
            slot(&genesis, predeploy.address(), ADMIN_SLOT),
            word(predeploys::PROXY_ADMIN),
            "{}",
            predeploy.name
        );
    }
    assert_eq!(numbered(&genesis, predeploys::PROXY_ADMIN, 0), word(OWNER.address));
}

#[test]
fn gas_price_oracle_knows_the_active_forks() {
    let flags = |fork| numbered(&devnet(fork), predeploys::GAS_PRICE_ORACLE, 0);
    assert_eq!(flags(Fork::Isthmus), U256::from(0x0001_0101));
    assert_eq!(flags(Fork::Jovian), U256::from(0x0101_0101));
    assert_eq!(flags(Fork::Karst), U256::from(0x0101_0101));
}

#[test]
fn each_vault_has_its_own_configuration() {
    let mut config = L2GenesisConfig::devnet(901, Fork::Karst, 0);
    config.operator_fee_vault.network = WithdrawalNetwork::L1;
    config.l1_fee_vault.min_withdrawal_amount_wei = U256::ZERO;
    config.base_fee_vault.recipient = PREFUNDED[3].address;
    let genesis = l2_genesis(&config).unwrap();
    let on_l2 = U256::ONE << 160;
    let ether = U256::from(10).pow(U256::from(18));
    for (vault, minimum, recipient) in [
        (predeploys::SEQUENCER_FEE_VAULT, ether, on_l2 | word(OWNER.address)),
        (predeploys::BASE_FEE_VAULT, ether, on_l2 | word(PREFUNDED[3].address)),
        (predeploys::L1_FEE_VAULT, U256::ZERO, on_l2 | word(OWNER.address)),
        (predeploys::OPERATOR_FEE_VAULT, ether, word(OWNER.address)),
    ] {
        assert_eq!(numbered(&genesis, vault, 0), U256::ZERO);
        assert_eq!(numbered(&genesis, vault, 1), minimum);
        assert_eq!(numbered(&genesis, vault, 2), recipient);
    }
}

#[test]
fn messenger_bridges_and_factories_know_the_other_side() {
    let mut config = L2GenesisConfig::devnet(901, Fork::Karst, 0);
    config.l1.cross_domain_messenger = PREFUNDED[1].address;
    config.l1.standard_bridge = PREFUNDED[2].address;
    config.l1.erc721_bridge = PREFUNDED[3].address;
    config.l1.portal = PREFUNDED[4].address;
    config.l1.chain_id = 77;
    let genesis = l2_genesis(&config).unwrap();
    for (address, index, expected) in [
        (predeploys::L2_CROSS_DOMAIN_MESSENGER, 3, word(PREFUNDED[1].address)),
        (predeploys::L2_CROSS_DOMAIN_MESSENGER, 4, word(PREFUNDED[4].address)),
        (predeploys::L2_STANDARD_BRIDGE, 1, word(PREFUNDED[2].address)),
        (
            predeploys::OPTIMISM_MINTABLE_ERC20_FACTORY,
            0,
            word(predeploys::L2_STANDARD_BRIDGE),
        ),
        (predeploys::L2_ERC721_BRIDGE, 0, word(PREFUNDED[3].address)),
        (
            predeploys::OPTIMISM_MINTABLE_ERC721_FACTORY,
            0,
            word(predeploys::L2_ERC721_BRIDGE),
        ),
        (predeploys::OPTIMISM_MINTABLE_ERC721_FACTORY, 1, U256::from(77)),
    ] {
        assert_eq!(numbered(&genesis, address, index), expected, "{address} slot {index}");
    }
}

/// Whoever could initialise them again would choose whose messages they believe.
#[test]
fn what_has_an_initialiser_is_initialised() {
    let genesis = devnet(Fork::Karst);
    let minus_one = U256::from_be_bytes(keccak256("openzeppelin.storage.Initializable").0) - U256::ONE;
    let initializable = B256::from(U256::from_be_bytes(keccak256(B256::from(minus_one)).0) & !U256::from(0xff));
    let has_initialiser = |artifact: Artifact| artifact.json().contains(r#""name":"initialize""#);
    let found: Vec<_> = PREDEPLOYS.iter().filter(|it| has_initialiser(it.artifact)).collect();
    assert_eq!(found.len(), 5);
    for predeploy in found {
        let (proxy, code) = (predeploy.address(), implementation_address(predeploy.index));
        assert_eq!(slot(&genesis, proxy, initializable), U256::ONE, "{}", predeploy.name);
        assert_eq!(
            slot(&genesis, code, initializable),
            U256::from(u64::MAX),
            "{}",
            predeploy.name
        );
    }
}

#[test]
fn the_devnets_other_side_is_where_its_first_deployment_puts_it() {
    let plan = DeploymentPlan::new(&DeploymentConfig::devnet(PREFUNDED[0].address, 0, 901)).unwrap();
    assert_eq!(
        L2GenesisConfig::devnet(901, Fork::Karst, 0).l1,
        plan.addresses.l1_side(900)
    );
}

#[test]
fn l1_block_and_message_passer_start_empty() {
    let genesis = devnet(Fork::Karst);
    for address in [predeploys::L1_BLOCK, predeploys::L2_TO_L1_MESSAGE_PASSER] {
        let storage = genesis.alloc[&address].storage.clone().unwrap();
        assert_eq!(
            storage.into_keys().collect::<Vec<_>>(),
            [IMPLEMENTATION_SLOT, ADMIN_SLOT]
        );
    }
}

#[test]
fn no_word_of_storage_is_zero() {
    let genesis = devnet(Fork::Isthmus);
    let words = genesis
        .alloc
        .values()
        .filter_map(|account| account.storage.as_ref())
        .flat_map(BTreeMap::values);
    assert!(words.into_iter().all(|word| !word.is_zero()));
}

#[test]
fn preinstalls_and_funded_accounts_are_there() {
    let genesis = devnet(Fork::Karst);
    for preinstall in preinstalls().iter().filter(|preinstall| preinstall.l2) {
        let account = &genesis.alloc[&preinstall.address];
        assert_eq!(account.nonce, Some(1), "{}", preinstall.name);
        assert_eq!(
            account.code.as_ref().unwrap().len(),
            preinstall.code.len(),
            "{}",
            preinstall.name
        );
    }
    assert_eq!(preinstalls().iter().filter(|preinstall| preinstall.l2).count(), 16);
    for account in PREFUNDED {
        assert_eq!(genesis.alloc[&account.address].balance, DEV_BALANCE_WEI);
    }
    assert_eq!(DEV_BALANCE_WEI, U256::from(10_000) * U256::from(10).pow(U256::from(18)));
}

/// On the chain that the bytecode was taken from, Permit2's code is as published; elsewhere it names the chain.
#[test]
fn permit2_names_its_chain() {
    let permit2 = address!("000000000022d473030f116ddee9f6b43ac78ba3");
    let published = preinstalls()
        .iter()
        .find(|preinstall| preinstall.address == permit2)
        .unwrap();
    let code = |chain_id| {
        let genesis = l2_genesis(&L2GenesisConfig::devnet(chain_id, Fork::Karst, 0)).unwrap();
        code_of(&genesis, permit2).to_vec()
    };
    assert_eq!(code(420_130_015), published.code.as_ref());
    let chain_id = B256::from(U256::from(901));
    assert_eq!(
        code(901)
            .windows(32)
            .filter(|window| *window == chain_id.as_slice())
            .count(),
        1
    );
    assert_ne!(code(901), code(902));
}

#[test]
fn header_fields_follow_the_fork() {
    assert_eq!(devnet(Fork::Isthmus).extra_data, bytes!("00000000fa00000006"));
    assert_eq!(
        devnet(Fork::Jovian).extra_data,
        bytes!("01000000fa000000060000000000000000")
    );
    let karst = devnet(Fork::Karst);
    assert_eq!(karst.extra_data.len(), 17);
    assert_eq!((karst.gas_limit, karst.timestamp), (60_000_000, 1_700_000_000));
    assert_eq!(karst.coinbase, predeploys::SEQUENCER_FEE_VAULT);
    assert_eq!(karst.base_fee_per_gas, Some(1_000_000_000));
}

#[test]
fn configuration_is_op_geths() {
    let jovian = serde_json::to_value(devnet(Fork::Jovian).config).unwrap();
    for key in [
        "regolithTime",
        "canyonTime",
        "ecotoneTime",
        "fjordTime",
        "graniteTime",
        "holoceneTime",
        "isthmusTime",
    ] {
        assert_eq!(jovian[key], 0, "{key}");
    }
    for key in [
        "bedrockBlock",
        "londonBlock",
        "mergeNetsplitBlock",
        "pragueTime",
        "jovianTime",
        "terminalTotalDifficulty",
    ] {
        assert_eq!(jovian[key], 0, "{key}");
    }
    assert_eq!(jovian["chainId"], 901);
    assert_eq!(jovian["karstTime"], Value::Null);
    assert_eq!(jovian["osakaTime"], Value::Null);
    let optimism = json!({ "eip1559Elasticity": 6, "eip1559Denominator": 50, "eip1559DenominatorCanyon": 250 });
    assert_eq!(jovian["optimism"], optimism);
    assert_eq!(
        serde_json::to_value(devnet(Fork::Karst).config).unwrap()["karstTime"],
        0
    );
}

#[test]
fn forks_before_isthmus_are_refused_by_name() {
    let error = l2_genesis(&L2GenesisConfig::devnet(901, Fork::Holocene, 0)).unwrap_err();
    assert!(matches!(error, Error::ForkTooOld(Fork::Holocene)));
    assert!(error.to_string().contains("isthmus"));
}

#[test]
fn json_round_trips() {
    let genesis = devnet(Fork::Karst);
    let json = serde_json::to_string(&genesis).unwrap();
    assert_eq!(serde_json::from_str::<Genesis>(&json).unwrap(), genesis);
}
