//! What Karst takes of Osaka, and its limit on pairings.

use alloy_primitives::{Address, Bytes, TxKind, U256};
use protocol::Fork;
use revm::bytecode::Bytecode;
use tandem_execute::{CachedState, Call, Execution, KARST_PAIRING_INPUT_BYTES_MAX, call};

use crate::l2::{ALICE, L2};

fn run_on(fork: Fork, to: Address, data: Bytes, code: Option<&'static [u8]>) -> Execution {
    let l2 = L2::at(fork);
    let mut state = CachedState::new(&l2.state);
    if let Some(code) = code {
        state.set_code(to, Bytecode::new_raw(Bytes::from_static(code))).unwrap();
    }
    let message = Call {
        from: ALICE,
        to: TxKind::Call(to),
        gas_limit: 60_000_000,
        data,
        ..Call::default()
    };
    call(&l2.spec, &l2.header, state, &message).unwrap().result.unwrap()
}

fn precompile(fork: Fork, number: u16, input: Vec<u8>) -> Execution {
    run_on(
        fork,
        Address::left_padding_from(&number.to_be_bytes()),
        input.into(),
        None,
    )
}

#[test]
fn pairings_take_300_pairs_under_karst_and_427_under_jovian() {
    let succeeds = |fork, pairs: usize| precompile(fork, 8, vec![0; pairs * 192]).is_success();
    assert_eq!(KARST_PAIRING_INPUT_BYTES_MAX, 300 * 192);
    assert!(succeeds(Fork::Karst, 300));
    assert!(!succeeds(Fork::Karst, 301));
    assert!(succeeds(Fork::Jovian, 427));
    assert!(!succeeds(Fork::Jovian, 428));
}

#[test]
fn the_other_input_limits_stay_jovians() {
    for (number, max, unit) in [(0x0c, 288_960, 160), (0x0e, 278_784, 288), (0x0f, 156_672, 384)] {
        // All points at infinity: valid. The floor on calldata gas leaves enough for it.
        for (length, succeeds) in [(max, true), (max + unit, false)] {
            let got = precompile(Fork::Karst, number, vec![0; length]).is_success();
            assert_eq!(got, succeeds, "{number:#x} with {length} bytes");
        }
    }
}

#[test]
fn p256_verify_costs_6900_under_karst() {
    let gas = |fork| precompile(fork, 0x100, vec![]).tx_gas_used() - 21_000;
    assert_eq!(gas(Fork::Jovian), 3_450);
    assert_eq!(gas(Fork::Karst), 6_900);
}

#[test]
fn modexp_costs_at_least_500_and_takes_1024_bytes_under_karst() {
    let gas = |fork| precompile(fork, 5, vec![]).tx_gas_used() - 21_000;
    assert_eq!(gas(Fork::Jovian), 200);
    assert_eq!(gas(Fork::Karst), 500);
    let lengths = |base: u64| {
        let words = [U256::from(base), U256::ZERO, U256::from(1)].map(|word| word.to_be_bytes::<32>());
        words.concat()
    };
    assert!(precompile(Fork::Karst, 5, lengths(1_024)).is_success());
    assert!(!precompile(Fork::Karst, 5, lengths(1_025)).is_success());
    assert!(precompile(Fork::Jovian, 5, lengths(1_025)).is_success());
}

#[test]
fn clz_is_an_opcode_since_karst() {
    // PUSH1 1 CLZ PUSH0 MSTORE PUSH1 32 PUSH0 RETURN
    const CODE: &[u8] = &[0x60, 1, 0x1e, 0x5f, 0x52, 0x60, 32, 0x5f, 0xf3];
    let run = |fork| run_on(fork, Address::repeat_byte(0x55), Bytes::new(), Some(CODE));
    assert_eq!(
        run(Fork::Karst).output().map(|word| U256::from_be_slice(word)),
        Some(U256::from(255))
    );
    assert!(run(Fork::Jovian).is_halt());
}

#[test]
fn the_blob_base_fee_is_one() {
    // BLOBBASEFEE PUSH0 MSTORE PUSH1 32 PUSH0 RETURN
    const CODE: &[u8] = &[0x4a, 0x5f, 0x52, 0x60, 32, 0x5f, 0xf3];
    let l2 = L2::at(Fork::Karst);
    let mut state = CachedState::new(&l2.state);
    let to = Address::repeat_byte(0x55);
    state.set_code(to, Bytecode::new_raw(Bytes::from_static(CODE))).unwrap();
    let message = Call {
        from: ALICE,
        to: TxKind::Call(to),
        gas_limit: 100_000,
        max_fee_per_blob_gas_wei: 1,
        ..Call::default()
    };
    let result = call(&l2.spec, &l2.header, state, &message).unwrap().result.unwrap();
    assert_eq!(
        result.output().map(|word| U256::from_be_slice(word)),
        Some(U256::from(1))
    );
}
