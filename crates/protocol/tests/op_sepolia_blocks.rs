//! Real L2 blocks: their bytes, their L1 attributes and the configuration that can be read back from them.

use alloy_consensus::Header;
use alloy_eips::eip4895::Withdrawals;
use alloy_primitives::{Address, B256, Bytes, address, b256};
use serde::Deserialize;
use tandem_protocol::{
    Block, BlockBody, ChainSpec, Eip1559Params, Error, ExecutionPayload, Fork, K256, L1AttributesFormat, L1BlockInfo,
    L1Origin, L2BlockRef, OpStackRules, PayloadAttributes, PayloadSidecar, PayloadVerdict, RollupConfig, Rules,
    SystemConfig, Transaction, check_body, predeploys, transactions_root,
};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/op-sepolia-blocks/");
const NUMBERS: [u64; 4] = [26_207_960, 26_207_961, 26_207_963, 26_208_858];
const BATCHER: Address = address!("0x8f23bb38f531600e5d8fddaaec41f13fab46e98c");

#[derive(Deserialize)]
struct Fixture {
    rollup_config: RollupConfig,
    parent_header: Header,
    executing_payload: PayloadAttributes,
    expected_block_hash: B256,
}

fn fixture(number: u64) -> Fixture {
    let file = std::fs::read(format!("{FOLDER}block-{number}.json.zst")).unwrap();
    serde_json::from_slice(&zstd::decode_all(file.as_slice()).unwrap()).unwrap()
}

fn transactions(fixture: &Fixture) -> Vec<Transaction> {
    let decode = |bytes: &Bytes| {
        let transaction = Transaction::decode(bytes).unwrap();
        assert_eq!(transaction.encoded(), *bytes);
        transaction
    };
    fixture.executing_payload.transactions.iter().map(decode).collect()
}

/// Block 26207960: its transactions are in its own file, its header is in the file of its child.
fn block() -> (Block, RollupConfig) {
    let fixture = fixture(NUMBERS[0]);
    let header = self::fixture(NUMBERS[1]).parent_header;
    assert_eq!(header.hash_slow(), fixture.expected_block_hash);
    let transactions = transactions(&fixture);
    let withdrawals = Some(Withdrawals::default());
    let body = BlockBody {
        transactions,
        ommers: vec![],
        withdrawals,
    };
    (Block { header, body }, fixture.rollup_config)
}

#[test]
fn transactions_have_the_root_of_the_header() {
    let (block, _) = block();
    assert_eq!(
        transactions_root(&block.body.transactions),
        block.header.transactions_root
    );
    assert_eq!(check_body(&block.header, &block.body, false), Ok(()));
}

#[test]
fn attributes_deposits_are_made_again_from_what_they_say() {
    for number in NUMBERS {
        let transactions = transactions(&fixture(number));
        let deposit = transactions[0].as_deposit().unwrap();
        let info = L1BlockInfo::decode(&deposit.input).unwrap();
        assert_eq!(info.format, L1AttributesFormat::Ecotone);
        assert_eq!(info.to_deposit(), *deposit);
        assert_eq!(info.batcher_address, BATCHER);
    }
}

#[test]
fn attributes_are_made_from_origin_and_system_config() {
    let (block, config) = block();
    let info = L1BlockInfo::from_block(&block).unwrap();
    let system_config = SystemConfig::from_block(&config, &block).unwrap();
    let header = Header {
        number: info.number,
        timestamp: info.time,
        base_fee_per_gas: Some(info.base_fee.to()),
        ..Header::default()
    };
    let origin = L1Origin {
        hash: info.block_hash,
        header: &header,
        blob_base_fee: 1,
    };
    let made = L1BlockInfo::new(&config, &system_config, origin, 0, block.header.timestamp);
    assert_eq!(made, Ok(info));
}

#[test]
fn blocks_name_their_origin_and_their_system_config() {
    let (block, config) = block();
    let block_ref = L2BlockRef::from_block(&config, &block).unwrap();
    assert_eq!(block_ref.number, NUMBERS[0]);
    assert_eq!(block_ref.l1_origin.number, 0x7b5f41);
    assert_eq!(block_ref.sequence_number, 0);
    let system_config = SystemConfig::from_block(&config, &block).unwrap();
    let scalars = system_config.fee_scalars().unwrap();
    assert_eq!(system_config.gas_limit, 60_000_000);
    assert_eq!(system_config.batcher_address, BATCHER);
    assert_eq!((scalars.base_fee_scalar, scalars.blob_base_fee_scalar), (7600, 862_000));
    assert_eq!(
        system_config.eip1559_params,
        Eip1559Params {
            denominator: 250,
            elasticity: 6
        },
        "from the extra data"
    );
}

#[test]
fn senders_are_recovered_and_deposits_name_theirs() {
    for number in NUMBERS {
        let transactions = transactions(&fixture(number));
        assert_eq!(transactions[0].signer(&K256), Some(predeploys::L1_ATTRIBUTES_DEPOSITOR));
        assert!(transactions.iter().all(|tx| tx.signer(&K256).is_some()));
        assert!(transactions[1..].iter().any(|tx| !tx.is_deposit()));
    }
}

#[test]
fn payloads_keep_the_block_and_attributes_keep_their_json() {
    let (block, config) = block();
    let rules = Rules::OpStack(OpStackRules::from_rollup_config(&config));
    let spec = ChainSpec {
        chain_id: config.l2_chain_id,
        rules,
    };
    let payload = ExecutionPayload::from_block(&spec, block.header.hash_slow(), &block);
    assert_eq!(payload.withdrawals_root, None, "Isthmus is not active");
    let sidecar = PayloadSidecar::from_header(&block.header);
    assert_eq!(payload.verify(sidecar), Ok(PayloadVerdict::Block(block)));
    let attributes = fixture(NUMBERS[0]).executing_payload;
    let json = serde_json::to_value(&attributes).unwrap();
    assert_eq!(json["eip1559Params"], "0x000000fa00000006");
    assert_eq!(serde_json::from_value::<PayloadAttributes>(json).unwrap(), attributes);
    assert_eq!(attributes.deposits_only().transactions.len(), 1);
}

#[test]
fn konas_spelling_of_the_config_is_read() {
    let config = fixture(NUMBERS[0]).rollup_config;
    assert_eq!((config.l1_chain_id, config.l2_chain_id), (11_155_111, 11_155_420));
    assert_eq!(config.forks.time(Fork::Isthmus), Some(1_744_905_600));
    assert_eq!(config.forks.time(Fork::Jovian), None);
    assert_eq!(config.channel_timeout(1_723_478_399), 300);
    assert_eq!(config.channel_timeout(1_723_478_400), 50);
    assert_eq!(config.max_sequencer_drift(1_716_998_399), 600);
    assert_eq!(config.max_sequencer_drift(1_716_998_400), 1800);
    assert_eq!(
        config.genesis.l2.hash,
        b256!("0x102de6ffb001480cc9b8b548fd05c34cd4f46ae4aa91759393db90ea0409887d")
    );
    assert_eq!(config.validate(), Err(Error::ForkNotAtGenesis { fork: Fork::Canyon }));
}
