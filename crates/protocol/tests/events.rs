//! Logs of the portal, the system config and the message passer; an ABI encoder that others wrote makes their data.

use alloy_primitives::{Address, B256, Bytes, Log, TxKind, U256, address, b256, keccak256};
use alloy_sol_types::SolValue;
use tandem_protocol::{
    CONFIG_UPDATE_TOPIC, DepositFault, DepositSource, Eip1559Params, Error, FeeScalars, MESSAGE_PASSED_TOPIC, Receipt,
    RollupConfig, SystemConfig, TRANSACTION_DEPOSITED_TOPIC, UNSAFE_BLOCK_SIGNER_SLOT, UpdateCount, Withdrawal, alias,
    deposits_from_receipts, output_root_v0, predeploys, unalias, withdrawal_storage_slot,
};

const PORTAL: Address = Address::repeat_byte(0x11);
const SYSTEM_CONFIG: Address = Address::repeat_byte(0x22);
const L1_BLOCK_HASH: B256 = B256::repeat_byte(0x33);

#[test]
fn topics_are_hashes_of_signatures() {
    let hash = |signature: &str| keccak256(signature);
    assert_eq!(
        hash("TransactionDeposited(address,address,uint256,bytes)"),
        TRANSACTION_DEPOSITED_TOPIC
    );
    assert_eq!(hash("ConfigUpdate(uint256,uint8,bytes)"), CONFIG_UPDATE_TOPIC);
    assert_eq!(
        hash("MessagePassed(uint256,address,address,uint256,uint256,bytes,bytes32)"),
        MESSAGE_PASSED_TOPIC
    );
    assert_eq!(hash("systemconfig.unsafeblocksigner"), UNSAFE_BLOCK_SIGNER_SLOT);
}

#[test]
fn source_hashes_are_those_of_the_specification() {
    let intents = [
        (
            "Ecotone: L1 Block Deployment",
            b256!("0x877a6077205782ea15a6dc8699fa5ebcec5e0f4389f09cb8eda09488231346f8"),
        ),
        (
            "Ecotone: Gas Price Oracle Deployment",
            b256!("0xa312b4510adf943510f05fcc8f15f86995a5066bd83ce11384688ae20e6ecf42"),
        ),
    ];
    for (intent, expected) in intents {
        assert_eq!(DepositSource::Upgrade { intent }.hash(), expected, "{intent}");
    }
    let (hash, seven) = (L1_BLOCK_HASH, U256::from(7));
    let domain = |domain: u64, inner: B256| keccak256((U256::from(domain), inner).abi_encode());
    let inner = keccak256((hash, seven).abi_encode());
    assert_eq!(
        DepositSource::User {
            l1_block_hash: hash,
            log_index: 7
        }
        .hash(),
        domain(0, inner)
    );
    assert_eq!(
        DepositSource::L1Info {
            l1_block_hash: hash,
            sequence_number: 7
        }
        .hash(),
        domain(1, inner)
    );
    assert_eq!(
        DepositSource::BlockReplacement { output_root: hash }.hash(),
        domain(4, hash)
    );
}

#[test]
fn aliases_wrap_around() {
    let contract = address!("0xffffffffffffffffffffffffffffffffffffffff");
    assert_eq!(alias(contract), address!("0x1111000000000000000000000000000000001110"));
    assert_eq!(unalias(alias(contract)), contract);
}

fn opaque(mint: u128, value: u64, gas_limit: u64, is_creation: bool, data: &[u8]) -> Vec<u8> {
    (
        U256::from(mint),
        U256::from(value),
        gas_limit,
        is_creation,
        Bytes::copy_from_slice(data),
    )
        .abi_encode_packed()
}

fn deposit_log(opaque: &[u8]) -> Log {
    let topics = vec![
        TRANSACTION_DEPOSITED_TOPIC,
        Address::repeat_byte(0xaa).into_word(),
        Address::repeat_byte(0xbb).into_word(),
        B256::ZERO,
    ];
    Log::new_unchecked(PORTAL, topics, Bytes::copy_from_slice(opaque).abi_encode().into())
}

fn receipt(logs: Vec<Log>) -> Receipt {
    Receipt {
        tx_type: 2,
        success: true,
        logs,
        ..Receipt::default()
    }
}

#[test]
fn deposits_are_read_with_their_index_in_the_block() {
    let other = Log::new_unchecked(Address::ZERO, vec![], Bytes::new());
    let call = deposit_log(&opaque(5, 6, 70_000, false, b"data"));
    let create = deposit_log(&opaque(0, 0, 80_000, true, b""));
    let failed = Receipt {
        success: false,
        ..receipt(vec![])
    };
    let receipts = [receipt(vec![other.clone(), call]), failed, receipt(vec![other, create])];
    let deposits = deposits_from_receipts(PORTAL, L1_BLOCK_HASH, &receipts).unwrap();
    let [call, create] = deposits.as_slice() else {
        panic!("two deposits")
    };
    let source = |log_index| {
        DepositSource::User {
            l1_block_hash: L1_BLOCK_HASH,
            log_index,
        }
        .hash()
    };
    assert_eq!(call.source_hash, source(1));
    assert_eq!(call.from, Address::repeat_byte(0xaa));
    assert_eq!(call.to, TxKind::Call(Address::repeat_byte(0xbb)));
    assert_eq!((call.mint, call.value, call.gas_limit), (5, U256::from(6), 70_000));
    assert_eq!(call.input.as_ref(), b"data");
    assert_eq!((create.source_hash, create.to), (source(3), TxKind::Create));
}

#[test]
fn malformed_deposits_are_errors() {
    let check = |log: Log, fault: DepositFault| {
        let result = deposits_from_receipts(PORTAL, L1_BLOCK_HASH, &[receipt(vec![log])]);
        assert_eq!(result, Err(Error::Deposit(fault)));
    };
    check(deposit_log(&[0; 72]), DepositFault::OpaqueData(72));
    let good = deposit_log(&opaque(0, 0, 0, false, b""));
    let mut topics = good.topics().to_vec();
    topics[3] = B256::with_last_byte(1);
    check(
        Log::new_unchecked(PORTAL, topics, good.data.data.clone()),
        DepositFault::Version(B256::with_last_byte(1)),
    );
    let topics = good.topics()[..3].to_vec();
    check(
        Log::new_unchecked(PORTAL, topics, good.data.data.clone()),
        DepositFault::Topics(3),
    );
    let mut padded = good.data.data.to_vec();
    padded.extend([0; 32]);
    check(
        Log::new_unchecked(PORTAL, good.topics().to_vec(), padded.into()),
        DepositFault::Data,
    );
    let mut huge = opaque(0, 0, 0, false, b"");
    huge[0] = 1;
    check(deposit_log(&huge), DepositFault::Mint);
}

fn update_log(kind: u8, data: Vec<u8>) -> Log {
    let topics = vec![CONFIG_UPDATE_TOPIC, B256::ZERO, B256::with_last_byte(kind)];
    Log::new_unchecked(SYSTEM_CONFIG, topics, Bytes::from(data).abi_encode().into())
}

fn rollup() -> RollupConfig {
    RollupConfig {
        l1_system_config_address: SYSTEM_CONFIG,
        ..RollupConfig::default()
    }
}

#[test]
fn every_update_takes_effect() {
    let batcher = Address::repeat_byte(0xcc);
    let scalar = FeeScalars {
        base_fee_scalar: 3,
        blob_base_fee_scalar: 4,
    }
    .encode();
    let logs = vec![
        update_log(0, batcher.abi_encode()),
        update_log(1, (U256::from(9), scalar).abi_encode()),
        update_log(2, 30_000_000u64.abi_encode()),
        update_log(3, batcher.abi_encode()),
        update_log(4, (U256::from(250u64 << 32) + U256::from(6)).abi_encode()),
        update_log(5, (U256::from_limbs([8, 7, 0, 0])).abi_encode()),
        update_log(6, 1_000u64.abi_encode()),
        update_log(7, 500u16.abi_encode()),
    ];
    let mut config = SystemConfig::default();
    let count = config.apply_receipts(&rollup(), &[receipt(logs)]);
    assert_eq!(count, UpdateCount { applied: 8, skipped: 0 });
    let expected = SystemConfig {
        batcher_address: batcher,
        overhead: B256::ZERO,
        scalar,
        gas_limit: 30_000_000,
        eip1559_params: Eip1559Params {
            denominator: 250,
            elasticity: 6,
        },
        operator_fee_scalar: 7,
        operator_fee_constant: 8,
        min_base_fee: 1_000,
        da_footprint_gas_scalar: 500,
    };
    assert_eq!(config, expected);
}

#[test]
fn malformed_updates_are_skipped_and_change_nothing() {
    let unknown_scalar = B256::repeat_byte(2);
    let version_one = vec![CONFIG_UPDATE_TOPIC, B256::with_last_byte(1), B256::with_last_byte(2)];
    let logs = vec![
        update_log(8, 1u64.abi_encode()),
        update_log(0, B256::repeat_byte(1).abi_encode()),
        update_log(1, (U256::ZERO, unknown_scalar).abi_encode()),
        update_log(2, U256::MAX.abi_encode()),
        update_log(2, (1u64, 2u64).abi_encode()),
        update_log(4, U256::from(6).abi_encode()),
        update_log(4, U256::from(250u64 << 32).abi_encode()),
        update_log(4, (U256::from(1) << 64u32).abi_encode()),
        update_log(4, (250u32, 6u32).abi_encode()),
        update_log(5, U256::MAX.abi_encode()),
        update_log(7, 65_536u64.abi_encode()),
        Log::new_unchecked(
            SYSTEM_CONFIG,
            version_one,
            Bytes::from(1u64.abi_encode()).abi_encode().into(),
        ),
        Log::new_unchecked(SYSTEM_CONFIG, vec![CONFIG_UPDATE_TOPIC], Bytes::new()),
    ];
    let mut config = SystemConfig::default();
    assert_eq!(
        config.apply_receipts(&rollup(), &[receipt(logs)]),
        UpdateCount {
            applied: 0,
            skipped: 13
        }
    );
    assert_eq!(config, SystemConfig::default());
}

#[test]
fn updates_of_other_contracts_and_failed_transactions_are_passed_over() {
    let mut foreign = update_log(2, 1u64.abi_encode());
    foreign.address = PORTAL;
    let failed = Receipt {
        success: false,
        ..receipt(vec![update_log(2, 1u64.abi_encode())])
    };
    let mut config = SystemConfig::default();
    assert_eq!(
        config.apply_receipts(&rollup(), &[receipt(vec![foreign]), failed]),
        UpdateCount::default()
    );
    assert_eq!(config.gas_limit, 0);
}

#[test]
fn fee_scalars_of_both_versions_are_read() {
    let decode = |version: u8, blob: u32, base: u32| {
        let mut scalar = FeeScalars {
            base_fee_scalar: base,
            blob_base_fee_scalar: blob,
        }
        .encode();
        scalar[0] = version;
        FeeScalars::decode(scalar).ok()
    };
    let scalars = |base, blob| {
        Some(FeeScalars {
            base_fee_scalar: base,
            blob_base_fee_scalar: blob,
        })
    };
    assert_eq!(decode(0, 0, 5), scalars(5, 0));
    assert_eq!(decode(0, 1, 5), None, "padding of version 0");
    assert_eq!(decode(1, 6, 5), scalars(5, 6));
    assert_eq!(decode(2, 0, 5), None);

    let of_config = |scalar: B256| {
        let config = SystemConfig {
            scalar,
            ..SystemConfig::default()
        };
        config.fee_scalars().ok()
    };
    let too_large = B256::from(U256::from(1) << 32u32);
    assert_eq!(of_config(too_large), scalars(u32::MAX, 0), "the largest stands for it");
    assert_eq!(of_config(B256::repeat_byte(1)), None, "padding of version 1");
}

fn withdrawal(data: &[u8]) -> Withdrawal {
    Withdrawal {
        nonce: (U256::from(1) << 240) + U256::from(3),
        sender: Address::repeat_byte(1),
        target: Address::repeat_byte(2),
        value: U256::from(4),
        gas_limit: U256::from(5),
        data: Bytes::copy_from_slice(data),
    }
}

#[test]
fn withdrawals_hash_as_the_message_passer_does() {
    for data in [&b""[..], b"short", &[7; 32], &[8; 100]] {
        let withdrawal = withdrawal(data);
        let Withdrawal {
            nonce,
            sender,
            target,
            value,
            gas_limit,
            data,
        } = withdrawal.clone();
        let hash = keccak256((nonce, sender, target, value, gas_limit, data.clone()).abi_encode_params());
        assert_eq!(withdrawal.hash(), hash);
        assert_eq!(
            withdrawal_storage_slot(hash),
            keccak256((hash, U256::ZERO).abi_encode())
        );
        let topics = vec![
            MESSAGE_PASSED_TOPIC,
            nonce.into(),
            withdrawal.sender.into_word(),
            withdrawal.target.into_word(),
        ];
        let event: Bytes = (value, gas_limit, data.clone(), hash).abi_encode_params().into();
        let log = |address, event| Log::new_unchecked(address, topics.clone(), event);
        let passer = predeploys::L2_TO_L1_MESSAGE_PASSER;
        assert_eq!(Withdrawal::from_log(&log(passer, event.clone())), Ok(withdrawal));
        assert_eq!(Withdrawal::from_log(&log(PORTAL, event)), Err(Error::MessagePassed));
        let lying: Bytes = (value, gas_limit, data, L1_BLOCK_HASH).abi_encode_params().into();
        assert_eq!(Withdrawal::from_log(&log(passer, lying)), Err(Error::MessagePassed));
    }
}

#[test]
fn output_roots_hash_four_words() {
    let words = [
        B256::ZERO,
        B256::repeat_byte(1),
        B256::repeat_byte(2),
        B256::repeat_byte(3),
    ];
    assert_eq!(output_root_v0(words[1], words[2], words[3]), keccak256(words.concat()));
}
