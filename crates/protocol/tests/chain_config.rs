//! Rules come from genesis configs of geth and op-geth, and from the chain config of an L1.

use alloy_consensus::Header;
use alloy_genesis::{ChainConfig, Genesis};
use alloy_primitives::{B256, Bytes, U256, bytes};
use serde_json::{Value, json};
use tandem_protocol::{
    ChainSpec, Eip1559Params, Error, EthereumFork, ExtraData, Fork, L1ChainConfig, RollupConfig, genesis_header,
};

/// A devnet of the registry with every fork to Karst active since genesis, without its accounts.
fn sepolia_devnet_2() -> Genesis {
    let genesis = json!({
        "config": {
            "chainId": 420_130_015, "homesteadBlock": 0, "eip150Block": 0, "eip155Block": 0, "eip158Block": 0,
            "byzantiumBlock": 0, "constantinopleBlock": 0, "petersburgBlock": 0, "istanbulBlock": 0,
            "muirGlacierBlock": 0, "berlinBlock": 0, "londonBlock": 0, "arrowGlacierBlock": 0, "grayGlacierBlock": 0,
            "mergeNetsplitBlock": 0, "shanghaiTime": 0, "cancunTime": 0, "pragueTime": 0, "bedrockBlock": 0,
            "regolithTime": 0, "canyonTime": 0, "ecotoneTime": 0, "fjordTime": 0, "graniteTime": 0, "holoceneTime": 0,
            "isthmusTime": 0, "jovianTime": 0, "karstTime": 0, "terminalTotalDifficulty": 0,
            "depositContractAddress": "0x0000000000000000000000000000000000000000",
            "optimism": { "eip1559Elasticity": 6, "eip1559Denominator": 50, "eip1559DenominatorCanyon": 250 }
        },
        "nonce": "0x0", "timestamp": "0x6a4e99e0", "extraData": "0x01000000fa000000060000000000000000",
        "gasLimit": "0x3938700", "difficulty": "0x0", "mixHash": B256::ZERO,
        "coinbase": "0x4200000000000000000000000000000000000011", "alloc": {}, "number": "0x0",
        "baseFeePerGas": "0x3b9aca00", "excessBlobGas": "0x0", "blobGasUsed": "0x0"
    });
    serde_json::from_value(genesis).unwrap()
}

#[test]
fn op_geths_genesis_names_the_op_stacks_rules() {
    let genesis = sepolia_devnet_2();
    let spec = ChainSpec::from_chain_config(&genesis.config).unwrap();
    let rules = spec.op_stack().unwrap();
    assert_eq!(rules.forks, tandem_protocol::ForkSchedule::genesis(Fork::Karst));
    assert_eq!(
        rules.eip1559_params(0),
        Eip1559Params {
            denominator: 250,
            elasticity: 6
        }
    );
    assert_eq!(spec.ethereum_fork(0, 0, U256::ZERO), EthereumFork::Osaka);
    assert_eq!(spec.blob_params(0), None);
    assert_eq!(spec.blob_base_fee(0, 0), Some(1));
    let (state_root, passer_root) = (B256::repeat_byte(1), B256::repeat_byte(2));
    let header = genesis_header(&spec, &genesis, state_root, passer_root);
    assert_eq!(
        (header.state_root, header.withdrawals_root),
        (state_root, Some(passer_root))
    );
    assert_eq!(header.base_fee_per_gas, Some(1_000_000_000));
    assert_eq!(header.requests_hash, Some(alloy_eips::eip7685::EMPTY_REQUESTS_HASH));
    let extra_data = ExtraData::decode(&header.extra_data).unwrap();
    assert_eq!(extra_data.min_base_fee, Some(0));
}

#[test]
fn op_forks_stand_on_ethereums() {
    let mut config = sepolia_devnet_2().config;
    for (time, key) in [
        (10, "canyonTime"),
        (20, "ecotoneTime"),
        (30, "isthmusTime"),
        (50, "karstTime"),
    ] {
        config.extra_fields.insert(key.into(), json!(time));
    }
    for (time, key) in [
        (22, "fjordTime"),
        (24, "graniteTime"),
        (26, "holoceneTime"),
        (40, "jovianTime"),
    ] {
        config.extra_fields.insert(key.into(), json!(time));
    }
    let spec = ChainSpec::from_chain_config(&config).unwrap();
    let fork_at = |time| spec.ethereum_fork(1, time, U256::ZERO);
    assert_eq!(fork_at(9), EthereumFork::Paris);
    assert_eq!(fork_at(10), EthereumFork::Shanghai);
    assert_eq!(fork_at(29), EthereumFork::Cancun);
    assert_eq!(fork_at(30), EthereumFork::Prague);
    assert_eq!(fork_at(50), EthereumFork::Osaka);
    assert!(!spec.withdrawals_root_is_state(29));
    assert!(spec.withdrawals_root_is_state(30));
}

#[test]
fn op_configs_that_cannot_be_executed_are_refused() {
    let refused = |key: &str, value: Value| {
        let mut config = sepolia_devnet_2().config;
        config.extra_fields.insert(key.into(), value);
        ChainSpec::from_chain_config(&config).unwrap_err()
    };
    assert_eq!(
        refused("interopTime", json!(5)),
        Error::ForkUnsupported { name: "Lagoon" }
    );
    assert_eq!(
        refused("karstTime", json!("soon")),
        Error::ChainConfigValue { key: "karstTime" }
    );
    assert_eq!(
        refused("optimism", json!({})),
        Error::ChainConfigValue { key: "optimism" }
    );
    let later = Error::ForkWithoutPredecessor {
        earlier: Fork::Jovian,
        later: Fork::Karst,
    };
    assert_eq!(refused("jovianTime", Value::Null), later);
}

/// Mainnet's config as geth prints it, with its two blob-parameter forks.
fn l1() -> Value {
    json!({
        "chainId": 1, "homesteadBlock": 1_150_000, "daoForkBlock": 1_920_000, "daoForkSupport": true,
        "eip150Block": 2_463_000, "eip155Block": 2_675_000, "eip158Block": 2_675_000, "byzantiumBlock": 4_370_000,
        "constantinopleBlock": 7_280_000, "petersburgBlock": 7_280_000, "istanbulBlock": 9_069_000,
        "muirGlacierBlock": 9_200_000, "berlinBlock": 12_244_000, "londonBlock": 12_965_000,
        "arrowGlacierBlock": 13_773_000, "grayGlacierBlock": 15_050_000,
        "shanghaiTime": 1_681_338_455, "cancunTime": 1_710_338_135, "pragueTime": 1_746_612_311,
        "osakaTime": 1_764_798_551, "bpo1Time": 1_765_290_071, "bpo2Time": 1_767_747_671,
        "terminalTotalDifficulty": 58_750_000_000_000_000_000_000f64,
        "depositContractAddress": "0x00000000219ab540356cbb839cbe05303d7705fa", "ethash": {},
        "blobSchedule": {
            "cancun": { "target": 3, "max": 6, "baseFeeUpdateFraction": 3_338_477 },
            "prague": { "target": 6, "max": 9, "baseFeeUpdateFraction": 5_007_716 },
            "osaka": { "target": 6, "max": 9, "baseFeeUpdateFraction": 5_007_716 },
            "bpo1": { "target": 10, "max": 15, "baseFeeUpdateFraction": 8_346_193 },
            "bpo2": { "target": 14, "max": 21, "baseFeeUpdateFraction": 11_684_671 }
        }
    })
}

fn l1_spec(json: Value) -> Result<ChainSpec, Error> {
    serde_json::from_value::<L1ChainConfig>(json).unwrap().chain_spec()
}

#[test]
fn an_l1_chain_config_reads_at_the_top_and_under_config() {
    let bare = l1_spec(l1()).unwrap();
    assert_eq!(l1_spec(json!({ "config": l1(), "alloc": {} })), Ok(bare.clone()));
    let public = ChainSpec::public_l1(1).unwrap();
    let (bare, public) = (bare.ethereum().unwrap(), public.ethereum().unwrap());
    assert_eq!(bare.blob_schedule, public.blob_schedule);
    assert_eq!(bare.time_forks, public.time_forks);
    assert_eq!(bare.terminal_total_difficulty, public.terminal_total_difficulty);
    assert_eq!(ChainSpec::public_l1(901), None);
}

#[test]
fn l1_chain_configs_with_faults_are_refused_by_name() {
    let mut json = l1();
    json["blobShedule"] = json!({});
    assert_eq!(
        l1_spec(json),
        Err(Error::ChainConfigUnknownKey {
            key: "blobShedule".into()
        })
    );
    let mut json = l1();
    json["blobSchedule"].as_object_mut().unwrap().remove("bpo1");
    assert_eq!(l1_spec(json), Err(Error::BlobScheduleMissing { fork: "bpo1" }));
    let mut json = l1();
    json["pragueTime"] = json!(1);
    assert_eq!(
        l1_spec(json),
        Err(Error::EthereumForkOrder {
            earlier: "cancun",
            later: "prague"
        })
    );
    let mut json = l1();
    json.as_object_mut().unwrap().remove("berlinBlock");
    assert_eq!(
        l1_spec(json),
        Err(Error::EthereumForkOrder {
            earlier: "berlin",
            later: "london"
        })
    );
}

#[test]
fn amsterdam_can_be_read_and_not_executed() {
    let mut json = l1();
    json["amsterdamTime"] = json!(1_900_000_000);
    assert!(l1_spec(json.clone()).is_ok());
    let config: ChainConfig = serde_json::from_value(json).unwrap();
    assert_eq!(
        ChainSpec::from_chain_config(&config),
        Err(Error::ForkUnsupported { name: "Amsterdam" })
    );
}

#[test]
fn the_attributes_blob_base_fee_follows_l1_except_where_the_chain_says_otherwise() {
    let l1 = l1_spec(l1()).unwrap();
    let mut rollup = RollupConfig::default();
    let header = |timestamp, excess| Header {
        timestamp,
        excess_blob_gas: excess,
        ..Header::default()
    };
    assert_eq!(
        rollup.l1_blob_base_fee(&l1, &header(1_700_000_000, None)),
        1,
        "before Cancun"
    );
    let prague = header(1_746_612_311, Some(10 * 3_338_477));
    let (cancun_fee, prague_fee) = (22_026, 785);
    assert_eq!(rollup.l1_blob_base_fee(&l1, &prague), prague_fee);
    rollup.pectra_blob_schedule_time = Some(prague.timestamp + 1);
    assert_eq!(rollup.l1_blob_base_fee(&l1, &prague), cancun_fee);
    rollup.pectra_blob_schedule_time = Some(prague.timestamp);
    assert_eq!(rollup.l1_blob_base_fee(&l1, &prague), prague_fee);
}

#[test]
fn extra_data_is_read_strictly() {
    let read = |extra_data: Bytes| ExtraData::decode(&extra_data).is_ok();
    assert!(read(bytes!("0x00000000fa00000006")));
    assert!(read(bytes!("0x01000000fa000000060000000000000001")));
    assert!(!read(bytes!("0x01000000fa00000006")), "version 1 in 9 bytes");
    assert!(
        !read(bytes!("0x00000000fa000000060000000000000001")),
        "version 0 in 17 bytes"
    );
    assert!(!read(bytes!("0x000000000000000006")), "no denominator");
    assert!(!read(bytes!("0x00000000fa00000000")), "no elasticity");
    assert!(!read(bytes!("0x")));
}
