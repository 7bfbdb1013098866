//! Building under Ethereum's rules, on the head of a chain with the system contracts.

use alloy_consensus::{Header, SignableTransaction, TxEip1559, TxEip4844, transaction::Recovered};
use alloy_eips::{eip4895::Withdrawal, eip7685::EMPTY_REQUESTS_HASH};
use alloy_primitives::{Address, B256, Bytes, Signature, TxKind, U256};
use protocol::{ChainSpec, PayloadAttributes, RecoveredTransaction, Transaction};
use revm::bytecode::Bytecode;
use tandem_execute::{
    BuildOptions, Built, CachedState, Call, InvalidBlock, InvalidTransaction, blob_base_fee, build_block, call,
    next_base_fee, next_excess_blob_gas, verify_block,
};

use crate::{
    ethereum_chain::import,
    l2::{ALICE, BOB, ETHER, List, valid},
    support::MemoryState,
};

struct L1 {
    spec: ChainSpec,
    state: MemoryState,
    header: Header,
    hash: B256,
}

impl L1 {
    /// The test chain's head, where Alice is given a balance by the first block.
    fn new() -> Self {
        let (spec, state, header, hash) = import();
        let mut l1 = Self {
            spec,
            state,
            header,
            hash,
        };
        let endowment = Withdrawal {
            index: 1,
            validator_index: 2,
            address: ALICE,
            amount: 5_000_000_000,
        };
        let attributes = PayloadAttributes {
            withdrawals: Some(vec![endowment]),
            ..l1.attributes()
        };
        let built = l1.build(&attributes, &mut List::default());
        l1.adopt(built);
        l1
    }

    fn attributes(&self) -> PayloadAttributes {
        PayloadAttributes {
            timestamp: self.header.timestamp + 12,
            prev_randao: B256::repeat_byte(3),
            suggested_fee_recipient: Address::repeat_byte(0xfe),
            withdrawals: Some(vec![]),
            parent_beacon_block_root: Some(B256::repeat_byte(4)),
            ..PayloadAttributes::default()
        }
    }

    fn build(&self, attributes: &PayloadAttributes, candidates: &mut List) -> Built {
        let options = BuildOptions {
            extra_data: Bytes::from_static(b"tandem"),
            ..BuildOptions::default()
        };
        let parent = self.state.parent(&self.header, self.hash);
        valid(build_block(&self.spec, parent, attributes, &[], candidates, &options).unwrap())
    }

    fn verify(&self, built: &Built) -> Option<InvalidBlock> {
        let parent = self.state.parent(&self.header, self.hash);
        verify_block(&self.spec, parent, &built.block, &built.senders)
            .unwrap()
            .invalid()
    }

    fn adopt(&mut self, built: Built) {
        assert_eq!(self.verify(&built), None);
        (self.header, self.hash) = (built.block.header, built.hash);
        let executed = built.executed;
        self.state
            .apply(&self.header, self.hash, &executed.outcome.changes, &executed.trie);
    }

    fn transfer(&self, nonce: u64) -> RecoveredTransaction {
        let tx = TxEip1559 {
            chain_id: self.spec.chain_id,
            nonce,
            gas_limit: 21_000,
            max_fee_per_gas: 10_000_000_000,
            max_priority_fee_per_gas: 7,
            to: TxKind::Call(BOB),
            value: U256::from(1),
            ..TxEip1559::default()
        };
        Recovered::new_unchecked(tx.into_signed(Signature::test_signature()).into(), ALICE)
    }

    fn blobs(&self, nonce: u64, count: u8) -> RecoveredTransaction {
        let hash = |index| {
            let mut hash = B256::repeat_byte(index);
            hash[0] = 1;
            hash
        };
        let tx = TxEip4844 {
            chain_id: self.spec.chain_id,
            nonce,
            gas_limit: 21_000,
            max_fee_per_gas: 10_000_000_000,
            max_fee_per_blob_gas: 10_000_000_000,
            blob_versioned_hashes: (0..count).map(hash).collect(),
            to: BOB,
            ..TxEip4844::default()
        };
        Recovered::new_unchecked(tx.into_signed(Signature::test_signature()).into(), ALICE)
    }
}

#[test]
fn withdrawals_pay_in_gwei() {
    let l1 = L1::new();
    assert_eq!(l1.state.accounts[&ALICE].balance, U256::from(5 * ETHER));
    assert_eq!(l1.header.requests_hash, Some(EMPTY_REQUESTS_HASH));
    assert_eq!(l1.header.extra_data.as_ref(), b"tandem");
}

#[test]
fn a_built_block_verifies_and_lies_do_not() {
    let mut l1 = L1::new();
    let mut list = List {
        transactions: vec![l1.transfer(0), l1.transfer(1)],
        ..List::default()
    };
    let built = l1.build(&l1.attributes(), &mut list);
    assert_eq!(built.block.body.transactions.len(), 2);
    assert!(list.rejected.is_empty());

    let mut lie = built.clone();
    lie.block.header.gas_limit += l1.header.gas_limit / 1_024;
    assert!(matches!(l1.verify(&lie), Some(InvalidBlock::GasLimit { .. })));
    let mut lie = built.clone();
    lie.block.header.beneficiary = BOB;
    assert!(matches!(l1.verify(&lie), Some(InvalidBlock::StateRoot { .. })));
    let mut lie = built.clone();
    lie.block.body.withdrawals.as_mut().unwrap().push(Withdrawal::default());
    assert!(matches!(l1.verify(&lie), Some(InvalidBlock::WithdrawalsRoot { .. })));
    let mut lie = built.clone();
    lie.block.header.requests_hash = None;
    assert!(matches!(l1.verify(&lie), Some(InvalidBlock::RequestsHash { .. })));
    l1.adopt(built);
}

#[test]
fn blobs_fill_up_to_the_schedule_and_six_a_transaction() {
    let mut l1 = L1::new();
    let max = l1.spec.blob_params(l1.header.timestamp + 12).unwrap();
    assert_eq!((max.max_blob_count, max.max_blobs_per_tx), (21, 6));
    let transactions = [7, 6, 6, 6, 4].into_iter().scan(0, |nonce, count| {
        let tx = l1.blobs(*nonce, count);
        *nonce += u64::from(count != 7);
        Some(tx)
    });
    let mut list = List {
        transactions: transactions.collect(),
        ..List::default()
    };
    let built = l1.build(&l1.attributes(), &mut list);
    let header = &built.block.header;
    assert_eq!(header.blob_gas_used, Some(18 * 131_072));
    assert!(
        matches!(&list.rejected[0], InvalidTransaction::Rejected(..)),
        "{:?}",
        list.rejected
    );
    let full = InvalidTransaction::BlockBlobGas {
        blob_gas: 4 * 131_072,
        available: 3 * 131_072,
    };
    assert_eq!(list.rejected[1..], [full]);
    l1.adopt(built);
    // Above the target of 14: by the reserve price of EIP-7918 a third of the blobs used counts.
    let excess = next_excess_blob_gas(&l1.spec, &l1.header, l1.header.timestamp + 12);
    let base_fee = l1.header.base_fee_per_gas.unwrap();
    assert!(u128::from(base_fee) * 8_192 > 131_072 * blob_base_fee(&l1.spec, &l1.header).unwrap());
    assert_eq!(excess, Some(l1.header.excess_blob_gas.unwrap() + 18 * 131_072 * 7 / 21));
}

#[test]
fn the_base_fee_moves_an_eighth_at_most() {
    let l1 = L1::new();
    let full = Header {
        gas_used: l1.header.gas_limit,
        ..l1.header.clone()
    };
    let empty = Header {
        gas_used: 0,
        ..l1.header.clone()
    };
    let base_fee = l1.header.base_fee_per_gas.unwrap();
    let next = |header: &Header| next_base_fee(&l1.spec, header, header.timestamp + 12).unwrap().unwrap();
    assert_eq!(next(&full), base_fee + base_fee / 8);
    assert_eq!(next(&empty), base_fee - base_fee / 8);
}

#[test]
fn deposits_to_l1_do_not_exist_and_its_queues_are_read() {
    let l1 = L1::new();
    let deposit = crate::l2::deposit(crate::l2::user_deposit());
    let mut list = List {
        transactions: vec![deposit],
        ..List::default()
    };
    let built = l1.build(&l1.attributes(), &mut list);
    assert!(built.block.body.transactions.is_empty());
    assert_eq!(list.rejected, [InvalidTransaction::Type { tx_type: 0x7e }]);
}

#[test]
fn a_withdrawal_request_reaches_the_header() {
    let mut l1 = L1::new();
    let queue = alloy_eips::eip7002::WITHDRAWAL_REQUEST_PREDEPLOY_ADDRESS;
    let tx = TxEip1559 {
        chain_id: l1.spec.chain_id,
        gas_limit: 1_000_000,
        max_fee_per_gas: 10_000_000_000,
        to: TxKind::Call(queue),
        value: U256::from(ETHER / 10),
        // A validator's key of 48 bytes, and an amount of 8.
        input: vec![7; 56].into(),
        ..TxEip1559::default()
    };
    let tx = Recovered::new_unchecked(Transaction::from(tx.into_signed(Signature::test_signature())), ALICE);
    let mut list = List {
        transactions: vec![tx],
        ..List::default()
    };
    let built = l1.build(&l1.attributes(), &mut list);
    let requests = built.executed.outcome.requests.clone().unwrap();
    let [request] = &requests[..] else {
        panic!("one kind of request: {requests:?}")
    };
    assert_eq!(request[..], [&[1][..], ALICE.as_slice(), &[7; 56]].concat());
    l1.adopt(built);
}

#[test]
fn calls_need_no_nonce_no_fee_and_no_room_in_the_block() {
    let l1 = L1::new();
    // BASEFEE PUSH0 MSTORE GAS PUSH1 32 MSTORE PUSH1 64 PUSH0 RETURN
    const CODE: &[u8] = &[0x48, 0x5f, 0x52, 0x5a, 0x60, 32, 0x52, 0x60, 64, 0x5f, 0xf3];
    let to = Address::repeat_byte(0x66);
    let run = |message: Call| {
        let mut state = CachedState::new(&l1.state);
        state.set_code(to, Bytecode::new_raw(Bytes::from_static(CODE))).unwrap();
        call(&l1.spec, &l1.header, state, &message).unwrap().result
    };
    let message = Call {
        from: BOB,
        to: TxKind::Call(to),
        gas_limit: 1 << 40,
        ..Call::default()
    };
    let output = run(message.clone()).unwrap().into_output().unwrap();
    assert_eq!(U256::from_be_slice(&output[..32]), U256::ZERO, "no price, no base fee");
    assert!(U256::from_be_slice(&output[32..]) > U256::from(1_u64 << 39));

    let poor = Call {
        value: U256::from(1_u64 << 60),
        ..message.clone()
    };
    assert!(matches!(
        run(poor),
        Err(InvalidTransaction::Rejected(_, tandem_execute::Rejection::Funds))
    ));
    let paying = Call {
        from: ALICE,
        gas_limit: 100_000,
        max_fee_per_gas_wei: 10_000_000_000,
        ..message
    };
    let with_a_tip = Call {
        max_priority_fee_per_gas_wei: Some(1),
        ..paying.clone()
    };
    for paying in [paying, with_a_tip] {
        let output = run(paying).unwrap().into_output().unwrap();
        let base_fee = U256::from(l1.header.base_fee_per_gas.unwrap());
        assert_eq!(U256::from_be_slice(&output[..32]), base_fee);
    }
}
