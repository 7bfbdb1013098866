//! Deposits: what they leave behind when they fail, and what they never pay.

use alloy_primitives::{Bytes, TxKind, U256};
use protocol::{DEPOSIT_TX_TYPE, Fork, TxDeposit};
use tandem_execute::{InvalidBlock, InvalidTransaction};

use crate::l2::{BOB, L2, deposit, user_deposit};

/// Executes one deposit of Bob's: success, gas used and the nonce in the receipt.
fn outcome(l2: &mut L2, tx: TxDeposit) -> (bool, u64, Option<u64>) {
    let before = l2.vaults();
    let receipts = l2.advance(vec![deposit(tx)]);
    assert_eq!(l2.vaults(), before, "deposits pay no fee");
    let [attributes, receipt] = receipts.as_slice() else {
        panic!("two receipts")
    };
    assert!(attributes.success);
    assert_eq!(receipt.tx_type, DEPOSIT_TX_TYPE);
    assert_eq!(receipt.deposit_receipt_version, Some(1));
    let gas_used = receipt.cumulative_gas_used - attributes.cumulative_gas_used;
    (receipt.success, gas_used, receipt.deposit_nonce)
}

#[test]
fn a_deposit_mints_then_transfers() {
    let mut l2 = L2::at(Fork::Karst);
    let tx = TxDeposit {
        value: U256::from(200),
        ..user_deposit()
    };
    let (success, used, nonce) = outcome(&mut l2, tx);
    assert!(success);
    assert_eq!((used, nonce), (21_000, Some(0)));
    assert_eq!((l2.balance(BOB), l2.nonce(BOB)), (U256::from(300), 1));
}

#[test]
fn a_deposit_beyond_the_balance_keeps_the_mint_and_spends_its_gas() {
    let mut l2 = L2::at(Fork::Karst);
    let tx = TxDeposit {
        value: U256::from(501),
        ..user_deposit()
    };
    let (success, used, nonce) = outcome(&mut l2, tx);
    assert!(!success);
    assert_eq!((used, nonce), (100_000, Some(0)));
    assert_eq!((l2.balance(BOB), l2.nonce(BOB)), (U256::from(500), 1));
}

#[test]
fn a_deposit_below_the_intrinsic_gas_keeps_the_mint() {
    let mut l2 = L2::at(Fork::Karst);
    let tx = TxDeposit {
        gas_limit: 20_999,
        ..user_deposit()
    };
    let (success, used, _) = outcome(&mut l2, tx);
    assert!(!success);
    assert_eq!(used, 20_999);
    assert_eq!((l2.balance(BOB), l2.nonce(BOB)), (U256::from(500), 1));
}

#[test]
fn a_reverting_creation_keeps_the_mint_and_returns_gas() {
    let mut l2 = L2::at(Fork::Karst);
    // PUSH0 PUSH0 REVERT
    let tx = TxDeposit {
        to: TxKind::Create,
        input: Bytes::from_static(&[0x5f, 0x5f, 0xfd]),
        ..user_deposit()
    };
    let (success, used, _) = outcome(&mut l2, tx);
    assert!(!success);
    assert!(used < 60_000, "{}", used);
    assert_eq!((l2.balance(BOB), l2.nonce(BOB)), (U256::from(500), 1));
}

#[test]
fn a_creation_with_too_much_init_code_fails_with_all_its_gas() {
    for (length, fails) in [(49_152, false), (49_153, true)] {
        let mut l2 = L2::at(Fork::Karst);
        let gas_limit = 3_000_000;
        let tx = TxDeposit {
            to: TxKind::Create,
            gas_limit,
            input: vec![0; length].into(),
            ..user_deposit()
        };
        let (success, used, _) = outcome(&mut l2, tx);
        assert_eq!(success, !fails, "{length} bytes");
        assert_eq!(used == gas_limit, fails, "{length} bytes");
        assert_eq!((l2.balance(BOB), l2.nonce(BOB)), (U256::from(500), 1));
    }
}

#[test]
fn a_system_transaction_fails() {
    let mut l2 = L2::at(Fork::Isthmus);
    let tx = TxDeposit {
        is_system_transaction: true,
        ..user_deposit()
    };
    let (success, used, _) = outcome(&mut l2, tx);
    assert!(!success);
    assert_eq!(used, 100_000);
    assert_eq!(l2.balance(BOB), U256::from(500));
}

#[test]
fn a_deposit_that_the_block_has_no_gas_for_makes_the_payload_invalid() {
    let l2 = L2::at(Fork::Karst);
    let tx = TxDeposit {
        gas_limit: l2.gas_limit,
        ..user_deposit()
    };
    let broken = l2.build(vec![deposit(tx)]).invalid().unwrap();
    let InvalidBlock::Transaction {
        index: 1,
        reason: InvalidTransaction::BlockGas { gas_limit, available },
    } = broken
    else {
        panic!("{broken}")
    };
    assert_eq!(gas_limit, l2.gas_limit);
    assert!(available < gas_limit);
}
