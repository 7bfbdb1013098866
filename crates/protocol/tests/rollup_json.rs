//! `rollup.json` is written as op-node reads it, read as anyone writes it, and refused where it makes no chain.

use alloy_primitives::{B256, address, b256};
use serde_json::{Value, json};
use tandem_protocol::{Eip1559Params, Error, Fork, RollupConfig, SystemConfig};

/// As op-node writes it, with every fork to Isthmus at genesis.
fn op_node() -> Value {
    json!({
        "genesis": {
            "l1": { "hash": B256::repeat_byte(1), "number": 7 },
            "l2": { "hash": B256::repeat_byte(2), "number": 0 },
            "l2_time": 1_700_000_000,
            "system_config": {
                "batcherAddr": "0x62a6ed699757efa7c6d7e14e11aff684e904e91a",
                "overhead": B256::ZERO,
                "scalar": "0x010000000000000000000000000000000000000000000000000c3c9d00000558",
                "gasLimit": 60_000_000,
                "eip1559Params": "0x000000fa00000006",
                "operatorFeeParams": "0x0000000000000000000000000000000000000000000000070000000000000009",
                "minBaseFee": 1000,
                "daFootprintGasScalar": 500
            }
        },
        "block_time": 2,
        "max_sequencer_drift": 600,
        "seq_window_size": 3600,
        "channel_timeout": 300,
        "l1_chain_id": 900,
        "l2_chain_id": 901,
        "regolith_time": 0,
        "canyon_time": 0,
        "delta_time": 0,
        "ecotone_time": 0,
        "fjord_time": 0,
        "granite_time": 0,
        "holocene_time": 0,
        "isthmus_time": 0,
        "jovian_time": 1_700_000_010,
        "karst_time": 1_700_000_020,
        "keep_karst_upgrade_gas": true,
        "batch_inbox_address": "0xff00000000000000000000000000000000000901",
        "deposit_contract_address": "0x16fc5058f25648194471939df75cf27a2fdc48bc",
        "l1_system_config_address": "0x034edd2a225f7f429a63e0f1d2084b9e0a93b538",
        "chain_op_config": { "eip1559Elasticity": 6, "eip1559Denominator": 50, "eip1559DenominatorCanyon": 250 },
        "alt_da": {
            "da_challenge_contract_address": "0x034edd2a225f7f429a63e0f1d2084b9e0a93b538",
            "da_commitment_type": "KeccakCommitment",
            "da_challenge_window": 160,
            "da_resolve_window": 170
        },
        "pectra_blob_schedule_time": 5
    })
}

fn config() -> RollupConfig {
    serde_json::from_value(op_node()).unwrap()
}

#[test]
fn op_nodes_spelling_is_kept() {
    assert_eq!(serde_json::to_value(config()).unwrap(), op_node());
    assert_eq!(config().validate(), Ok(()));
    let expected = SystemConfig {
        batcher_address: address!("0x62a6ed699757efa7c6d7e14e11aff684e904e91a"),
        overhead: B256::ZERO,
        scalar: b256!("0x010000000000000000000000000000000000000000000000000c3c9d00000558"),
        gas_limit: 60_000_000,
        eip1559_params: Eip1559Params {
            denominator: 250,
            elasticity: 6,
        },
        operator_fee_scalar: 7,
        operator_fee_constant: 9,
        min_base_fee: 1000,
        da_footprint_gas_scalar: 500,
    };
    assert_eq!(config().genesis.system_config, expected);
}

#[test]
fn what_is_not_set_is_not_written() {
    let mut bare = config();
    bare.forks.karst = None;
    bare.keep_karst_upgrade_gas = false;
    bare.alt_da = None;
    bare.pectra_blob_schedule_time = None;
    let json = serde_json::to_value(bare).unwrap();
    for key in [
        "karst_time",
        "lagoon_time",
        "keep_karst_upgrade_gas",
        "alt_da",
        "pectra_blob_schedule_time",
    ] {
        assert_eq!(json.get(key), None, "{key}");
    }
}

#[test]
fn the_registrys_spelling_is_read() {
    let mut json = op_node();
    let system_config = json["genesis"]["system_config"].as_object_mut().unwrap();
    let batcher = system_config.remove("batcherAddr").unwrap();
    system_config.insert("batcherAddress".into(), batcher);
    json["chain_op_config"] = json!({ "eip1559_elasticity": 6, "eip1559_denominator": 50 });
    let fields = json.as_object_mut().unwrap();
    let inbox = fields.remove("batch_inbox_address").unwrap();
    fields.insert("batch_inbox_addr".into(), inbox);
    fields.remove("regolith_time");
    assert_eq!(serde_json::from_value::<RollupConfig>(json).unwrap(), config());
}

#[test]
fn unknown_keys_are_refused_by_name() {
    for place in [
        "",
        "/genesis",
        "/genesis/l1",
        "/genesis/system_config",
        "/chain_op_config",
        "/alt_da",
    ] {
        let mut json = op_node();
        let object = json.pointer_mut(place).unwrap().as_object_mut().unwrap();
        object.insert("blok_time".into(), json!(2));
        let error = serde_json::from_value::<RollupConfig>(json).unwrap_err().to_string();
        assert!(error.contains("blok_time"), "{place}: {error}");
    }
}

fn refusal(change: impl FnOnce(&mut RollupConfig)) -> Error {
    let mut config = config();
    change(&mut config);
    config.validate().unwrap_err()
}

#[test]
fn configurations_that_make_no_chain_are_refused() {
    assert_eq!(
        refusal(|config| config.block_time = 0),
        Error::ConfigZero { field: "block_time" }
    );
    assert_eq!(
        refusal(|config| config.seq_window_size = 1),
        Error::SeqWindowTooSmall { blocks: 1 }
    );
    assert_eq!(
        refusal(|config| config.l2_chain_id = 900),
        Error::ConfigEqual {
            field: "l1_chain_id",
            other: "l2_chain_id"
        }
    );
    assert_eq!(
        refusal(|config| config.genesis.l2.hash = config.genesis.l1.hash),
        Error::ConfigEqual {
            field: "genesis.l1.hash",
            other: "genesis.l2.hash"
        }
    );
    assert_eq!(
        refusal(|config| config.deposit_contract_address = Default::default()),
        Error::ConfigZero {
            field: "deposit_contract_address"
        }
    );
    let scalar = B256::repeat_byte(3);
    assert_eq!(
        refusal(|config| config.genesis.system_config.scalar = scalar),
        Error::FeeScalar { scalar }
    );
}

#[test]
fn forks_that_cannot_be_pending_are_refused_by_name() {
    let pending = refusal(|config| config.forks.isthmus = Some(1_700_000_001));
    assert_eq!(pending, Error::ForkNotAtGenesis { fork: Fork::Isthmus });
    assert!(
        pending.to_string().starts_with("Isthmus must be active at genesis"),
        "{pending}"
    );
    assert_eq!(
        refusal(|config| config.lagoon_time = Some(0)),
        Error::ForkUnsupported { name: "Lagoon" }
    );
    assert_eq!(
        refusal(|config| config.forks.jovian = Some(1_700_000_030)),
        Error::ForkOrder {
            earlier: Fork::Jovian,
            earlier_time: 1_700_000_030,
            later: Fork::Karst,
            later_time: 1_700_000_020
        }
    );
    assert_eq!(
        refusal(|config| config.forks.jovian = None),
        Error::ForkWithoutPredecessor {
            earlier: Fork::Jovian,
            later: Fork::Karst
        }
    );
}

#[test]
fn heights_and_times_answer_each_other() {
    let config = config();
    assert_eq!(config.timestamp_for_block(10), Some(1_700_000_020));
    assert_eq!(config.block_number_at(1_700_000_021), Some(10));
    assert_eq!(config.block_number_at(1_699_999_999), None);
    assert_eq!(config.upgrade_gas(1_700_000_018), 0);
    assert_eq!(config.upgrade_gas(1_700_000_020), 55_370_657);
    assert_eq!(config.upgrade_gas(1_700_000_022), 0);
}
