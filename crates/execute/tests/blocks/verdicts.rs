//! A block that differs in one field is refused for that field.

use alloy_consensus::Header;
use alloy_primitives::{B64, B256, Bloom, Bytes, U256};
use protocol::{Fork, L1AttributesFormat, PayloadAttributes, Rules};
use tandem_execute::{BuildOptions, Built, InvalidBlock, InvalidTransaction, NoCandidates};

use crate::l2::{L2, deposit, signed, transfer, user_deposit, valid};

/// The rule that the block breaks once its header is changed, by the name of its variant.
fn broken(l2: &L2, built: &Built, change: impl FnOnce(&mut Header)) -> String {
    let mut built = built.clone();
    change(&mut built.block.header);
    let broken = l2.verify(&built).expect("the change is noticed");
    let name = format!("{broken:?}");
    name.split([' ', '{']).next().unwrap().to_owned()
}

#[test]
fn every_header_field_is_checked() {
    let mut l2 = L2::at(Fork::Karst);
    l2.advance(vec![signed(transfer(0))]);
    let built = valid(l2.build(vec![deposit(user_deposit()), signed(transfer(1))]));
    assert_eq!(l2.verify(&built), None);
    let wrong = B256::repeat_byte(0xee);
    type Change<'a> = Box<dyn Fn(&mut Header) + 'a>;
    let changes: [(&str, Change<'_>); 20] = [
        ("ParentHash", Box::new(|h| h.parent_hash = wrong)),
        ("Number", Box::new(|h| h.number += 1)),
        ("Timestamp", Box::new(|h| h.timestamp = l2.header.timestamp)),
        ("BaseFee", Box::new(|h| h.base_fee_per_gas = Some(1))),
        ("ExcessBlobGas", Box::new(|h| h.excess_blob_gas = Some(1))),
        ("ExcessBlobGas", Box::new(|h| h.excess_blob_gas = None)),
        (
            "ExtraData",
            Box::new(|h| h.extra_data = Bytes::from_static(&[0, 0, 0, 0, 250, 0, 0, 0, 6])),
        ),
        ("ExtraData", Box::new(|h| h.extra_data = vec![1; 18].into())),
        ("Nonce", Box::new(|h| h.nonce = B64::repeat_byte(1))),
        ("Difficulty", Box::new(|h| h.difficulty = U256::from(1))),
        ("OmmersHash", Box::new(|h| h.ommers_hash = wrong)),
        ("ParentBeaconBlockRoot", Box::new(|h| h.parent_beacon_block_root = None)),
        ("RequestsHash", Box::new(|h| h.requests_hash = Some(wrong))),
        ("TransactionsRoot", Box::new(|h| h.transactions_root = wrong)),
        ("WithdrawalsRoot", Box::new(|h| h.withdrawals_root = Some(wrong))),
        ("GasUsed", Box::new(|h| h.gas_used += 1)),
        ("BlobGasUsed", Box::new(|h| h.blob_gas_used = Some(0))),
        ("ReceiptsRoot", Box::new(|h| h.receipts_root = wrong)),
        ("LogsBloom", Box::new(|h| h.logs_bloom = Bloom::repeat_byte(1))),
        ("StateRoot", Box::new(|h| h.state_root = wrong)),
    ];
    for (name, change) in changes {
        assert_eq!(broken(&l2, &built, |header| change(header)), name);
    }
    // These have no rule of their own: the state that they lead to tells.
    let beacon_root = broken(&l2, &built, |h| h.parent_beacon_block_root = Some(wrong));
    assert_eq!(beacon_root, "StateRoot");
}

#[test]
fn senders_and_transactions_go_together() {
    let l2 = L2::at(Fork::Karst);
    let mut built = valid(l2.build(vec![signed(transfer(0))]));
    built.senders.pop();
    assert_eq!(l2.verify(&built), Some(InvalidBlock::Senders { expected: 2, got: 1 }));
}

#[test]
fn attributes_must_fit_the_fork() {
    type Change = fn(&mut PayloadAttributes);
    let changes: [(Fork, &str, Change); 7] = [
        (Fork::Karst, "minBaseFee", |a| a.min_base_fee = None),
        (Fork::Isthmus, "minBaseFee", |a| a.min_base_fee = Some(0)),
        (Fork::Karst, "eip1559Params", |a| a.eip1559_params = None),
        (Fork::Karst, "eip1559Params", |a| {
            a.eip1559_params = Some(B64::from([0, 0, 0, 0, 0, 0, 0, 6]))
        }),
        (Fork::Karst, "gasLimit", |a| a.gas_limit = None),
        (Fork::Karst, "withdrawals", |a| {
            a.withdrawals = Some(vec![Default::default()])
        }),
        (Fork::Karst, "parentBeaconBlockRoot", |a| {
            a.parent_beacon_block_root = None
        }),
    ];
    for (fork, field, change) in changes {
        let l2 = L2::at(fork);
        let mut attributes = l2.attributes();
        change(&mut attributes);
        let verdict = l2.build_with(&attributes, vec![], &mut NoCandidates, &BuildOptions::default());
        assert_eq!(verdict.invalid(), Some(InvalidBlock::Attributes { field }), "{fork}");
    }
}

#[test]
fn the_base_fee_follows_the_parents_extra_data() {
    let mut l2 = L2::at(Fork::Karst);
    let params = B64::from([0, 0, 0, 10, 0, 0, 0, 2]);
    let min_base_fee = 950_000_000;
    let attributes = PayloadAttributes {
        eip1559_params: Some(params),
        min_base_fee: Some(min_base_fee),
        ..l2.attributes()
    };
    let build =
        |l2: &L2, attributes| valid(l2.build_with(attributes, vec![], &mut NoCandidates, &BuildOptions::default()));
    let built = build(&l2, &attributes);
    assert_eq!(
        built.block.header.extra_data,
        Bytes::from([&[1][..], params.as_slice(), &min_base_fee.to_be_bytes()].concat())
    );
    l2.adopt(built);
    let first = l2.header.base_fee_per_gas.unwrap();
    l2.advance(vec![]);
    // A nearly empty block: a tenth down, but for the floor.
    assert!(first - first / 10 < min_base_fee && first > min_base_fee);
    assert_eq!(l2.header.base_fee_per_gas, Some(min_base_fee));
}

#[test]
fn jovian_activates_in_a_block_of_deposits_alone() {
    let mut l2 = L2::at(Fork::Isthmus);
    l2.advance(vec![signed(transfer(0))]);
    assert_eq!((l2.header.blob_gas_used, l2.header.extra_data.len()), (Some(0), 9));
    let Rules::OpStack(rules) = &mut l2.spec.rules else {
        panic!("an OP Stack chain")
    };
    rules.forks.jovian = Some(l2.header.timestamp + 2);

    let attributes = PayloadAttributes {
        min_base_fee: Some(1_000_000),
        ..l2.attributes()
    };
    let build = |l2: &L2, forced| l2.build_with(&attributes, forced, &mut NoCandidates, &BuildOptions::default());
    let reason = InvalidTransaction::ActivationBlock;
    let broken = build(&l2, vec![signed(transfer(1))]).invalid();
    assert_eq!(broken, Some(InvalidBlock::Transaction { index: 1, reason }));
    let built = valid(build(&l2, vec![deposit(user_deposit())]));
    l2.adopt(built);
    assert_eq!((l2.header.blob_gas_used, l2.header.extra_data.len()), (Some(0), 17));

    l2.l1.format = L1AttributesFormat::Jovian;
    l2.advance(vec![signed(transfer(1))]);
    assert_eq!(l2.header.blob_gas_used, Some(40_000));
}
