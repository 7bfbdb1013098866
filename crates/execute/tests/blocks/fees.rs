//! Fees and limits of transactions on the OP Stack.

use alloy_consensus::TxEip1559;
use alloy_primitives::{Bytes, U256};
use protocol::{Fork, RecoveredTransaction, TxDeposit};
use tandem_execute::{BuildOptions, InvalidBlock, InvalidTransaction, NoCandidates, Rejection, l1_fee, next_base_fee};

use crate::l2::{ALICE, L2, List, deposit, signed, transfer, user_deposit, valid};

/// Bytes that a small transaction counts for at least.
const SIZE_FLOOR: u64 = 100;

fn reason(l2: &L2, tx: RecoveredTransaction) -> Option<InvalidTransaction> {
    match l2.build(vec![tx]).invalid()? {
        InvalidBlock::Transaction { index: 1, reason } => Some(reason),
        broken => panic!("{broken}"),
    }
}

#[test]
fn fees_go_to_the_vaults_to_the_wei() {
    for (fork, operator_fee) in [
        (Fork::Isthmus, 21_000 * 100 / 1_000_000 + 5_000),
        (Fork::Karst, 21_000 * 100 * 100 + 5_000),
    ] {
        let mut l2 = L2::at(fork);
        let (vaults, alice) = (l2.vaults(), l2.balance(ALICE));
        let receipts = l2.advance(vec![signed(transfer(0))]);
        assert!(receipts[1].success);
        let weighted = 16 * 1_368 * 1_000_000_000_u128 + 810_949 * 3;
        let l1_fee_wei = U256::from(100_000_000 * weighted / 1_000_000_000_000);
        let base_fee = l2.header.base_fee_per_gas.unwrap();
        let expected = [
            l1_fee_wei,
            U256::from(21_000 * base_fee),
            U256::from(operator_fee),
            U256::from(21_000 * 7),
        ];
        let got: Vec<_> = l2
            .vaults()
            .iter()
            .zip(vaults)
            .map(|(after, before)| after - before)
            .collect();
        assert_eq!(got, expected, "{fork}");
        let paid: U256 = expected.into_iter().sum();
        assert_eq!(alice - l2.balance(ALICE), paid + U256::from(1), "{fork}");

        let tx = signed(transfer(0));
        let fee = l1_fee(fork, &l2.l1, tx.inner(), 21_000).unwrap();
        assert_eq!(fee.l1_fee_wei, l1_fee_wei);
        assert_eq!(fee.l1_gas_used, U256::from(1_600));
        assert_eq!(fee.operator_fee_wei, U256::from(operator_fee));
        assert_eq!(fee.blob_gas_used, (fork >= Fork::Jovian).then_some(SIZE_FLOOR * 400));
        assert_eq!(l1_fee(fork, &l2.l1, deposit(user_deposit()).inner(), 0), None);
    }
}

#[test]
fn fees_are_those_of_this_block_not_of_its_parent() {
    let mut l2 = L2::at(Fork::Karst);
    l2.advance(vec![signed(transfer(0))]);
    let before = l2.vaults();
    l2.l1.base_fee = U256::ZERO;
    l2.l1.blob_base_fee = U256::ZERO;
    l2.l1.operator_fee_scalar = 0;
    l2.l1.operator_fee_constant = 1;
    l2.advance(vec![signed(transfer(1))]);
    let after = l2.vaults();
    assert_eq!(after[0], before[0], "no L1 fee any more");
    assert_eq!(after[2] - before[2], U256::from(1), "the operator fee's constant");
}

#[test]
fn the_da_footprint_is_in_the_header_and_limits_the_block() {
    let mut l2 = L2::at(Fork::Karst);
    l2.advance(vec![signed(transfer(0)), signed(transfer(1))]);
    assert_eq!(l2.header.blob_gas_used, Some(2 * SIZE_FLOOR * 400));
    assert_eq!(l2.header.excess_blob_gas, Some(0));

    // Gas for four small transactions' footprints and a bit.
    l2.l1.da_footprint_gas_scalar = 60_000;
    l2.gas_limit = 25_000_000;
    let mut list = List {
        transactions: (2..8).map(|nonce| signed(transfer(nonce))).collect(),
        ..List::default()
    };
    let options = BuildOptions::default();
    let built = valid(l2.build_with(&l2.attributes(), vec![], &mut list, &options));
    assert_eq!(built.block.body.transactions.len(), 1 + 4);
    assert_eq!(built.block.header.blob_gas_used, Some(24_000_000));
    let full = InvalidTransaction::BlockDaFootprint {
        footprint: 6_000_000,
        available: 1_000_000,
    };
    assert_eq!(list.rejected[0], full);
    assert!(full.is_block_full());
    l2.adopt(built);

    // The footprint, not the gas used, moves the base fee.
    let next = next_base_fee(&l2.spec, &l2.header, l2.header.timestamp + 2)
        .unwrap()
        .unwrap();
    let (base_fee, target) = (l2.header.base_fee_per_gas.unwrap(), 25_000_000 / 6);
    assert!(l2.header.gas_used < target);
    assert_eq!(
        next,
        base_fee + (u128::from(base_fee) * u128::from(24_000_000 - target) / u128::from(target) / 250) as u64
    );
}

#[test]
fn a_forced_transaction_beyond_the_da_footprint_makes_the_payload_invalid() {
    let mut l2 = L2::at(Fork::Jovian);
    l2.l1.da_footprint_gas_scalar = 60_000;
    l2.gas_limit = 5_999_999;
    let full = InvalidTransaction::BlockDaFootprint {
        footprint: 6_000_000,
        available: 5_999_999,
    };
    assert_eq!(reason(&l2, signed(transfer(0))), Some(full));
    l2.gas_limit = 6_000_000;
    assert_eq!(reason(&l2, signed(transfer(0))), None);
}

#[test]
fn the_builders_own_size_limits_leave_candidates_out() {
    let l2 = L2::at(Fork::Karst);
    let input: Bytes = (0..4_000_u32)
        .map(|byte| (byte.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let large = TxEip1559 {
        gas_limit: 400_000,
        input,
        ..transfer(0)
    };
    let mut list = List {
        transactions: vec![
            signed(large),
            signed(transfer(0)),
            signed(transfer(1)),
            signed(transfer(2)),
        ],
        ..List::default()
    };
    let options = BuildOptions {
        da_tx_bytes_max: Some(1_000),
        da_block_bytes_max: Some(250),
        ..BuildOptions::default()
    };
    let built = valid(l2.build_with(&l2.attributes(), vec![], &mut list, &options));
    assert_eq!(built.block.body.transactions.len(), 1 + 2);
    assert!(
        matches!(
            list.rejected[0],
            InvalidTransaction::DaSize {
                bytes: 1_001..,
                max: 250
            }
        ),
        "{:?}",
        list.rejected
    );
    assert_eq!(
        list.rejected[1],
        InvalidTransaction::DaSize {
            bytes: SIZE_FLOOR,
            max: 50
        }
    );
    assert_eq!(l2.verify(&built), None);
}

#[test]
fn no_tx_pool_means_no_candidate() {
    let l2 = L2::at(Fork::Karst);
    let attributes = protocol::PayloadAttributes {
        no_tx_pool: true,
        ..l2.attributes()
    };
    let mut list = List {
        transactions: vec![signed(transfer(0))],
        ..List::default()
    };
    let built = valid(l2.build_with(&attributes, vec![], &mut list, &BuildOptions::default()));
    assert_eq!(built.block.body.transactions.len(), 1);
}

#[test]
fn rejected_candidates_leave_no_trace() {
    let mut l2 = L2::at(Fork::Karst);
    let poor = protocol::RecoveredTransaction::new_unchecked(signed(transfer(0)).into_inner(), crate::l2::BOB);
    let mut list = List {
        transactions: vec![
            signed(transfer(1)),
            signed(transfer(0)),
            signed(transfer(0)),
            poor,
            signed(TxEip1559 {
                max_fee_per_gas: 8,
                ..transfer(1)
            }),
            signed(TxEip1559 {
                chain_id: 1,
                ..transfer(1)
            }),
            signed(transfer(1)),
        ],
        ..List::default()
    };
    let built = valid(l2.build_with(&l2.attributes(), vec![], &mut list, &BuildOptions::default()));
    let reactions: Vec<_> = list
        .rejected
        .iter()
        .map(|reason| match reason {
            InvalidTransaction::Rejected(_, reaction) => *reaction,
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(
        reactions,
        [
            Rejection::NonceTooHigh,
            Rejection::NonceTooLow,
            Rejection::Funds,
            Rejection::Underpriced,
            Rejection::Permanent
        ]
    );
    assert_eq!(built.value_wei, U256::from(2 * 7 * 21_000));
    let forced = valid(l2.build_with(
        &l2.attributes(),
        vec![signed(transfer(0)), signed(transfer(1))],
        &mut NoCandidates,
        &BuildOptions::default(),
    ));
    assert_eq!(built.hash, forced.hash, "chosen or forced, it is the same block");
    l2.adopt(built);
    assert_eq!(l2.nonce(ALICE), 2);
}

#[test]
fn karst_caps_the_gas_of_transactions_but_not_of_deposits() {
    const CAP: u64 = 1 << 24;
    let over = || {
        signed(TxEip1559 {
            gas_limit: CAP + 1,
            ..transfer(0)
        })
    };
    let karst = L2::at(Fork::Karst);
    let rejected = reason(&karst, over()).unwrap();
    assert!(
        matches!(&rejected, InvalidTransaction::Rejected(text, Rejection::Permanent) if text.contains("16777216")),
        "{rejected}"
    );
    assert_eq!(
        reason(
            &karst,
            signed(TxEip1559 {
                gas_limit: CAP,
                ..transfer(0)
            })
        ),
        None
    );
    assert_eq!(
        reason(
            &karst,
            deposit(TxDeposit {
                gas_limit: CAP + 1,
                ..user_deposit()
            })
        ),
        None
    );
    assert_eq!(reason(&L2::at(Fork::Jovian), over()), None);
}

#[test]
fn blob_transactions_do_not_exist_on_l2() {
    use alloy_consensus::{SignableTransaction, TxEip4844, transaction::Recovered};
    let tx = TxEip4844 {
        chain_id: 420_130_015,
        gas_limit: 21_000,
        ..TxEip4844::default()
    };
    let tx = tx.into_signed(alloy_primitives::Signature::test_signature());
    let tx = Recovered::new_unchecked(protocol::Transaction::from(tx), ALICE);
    assert_eq!(
        reason(&L2::at(Fork::Karst), tx),
        Some(InvalidTransaction::Type { tx_type: 3 })
    );
}
