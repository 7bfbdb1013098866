//! What is encoded is decoded again, and nothing else decodes to it.

use alloy_consensus::{
    SignableTransaction, Signed, TxEip1559, TxEip2930, TxEip4844, TxEip4844WithSidecar, TxEip7702, TxLegacy,
};
use alloy_eips::{
    eip2718::Encodable2718,
    eip4844::{Blob, BlobTransactionSidecar, Bytes48},
    eip7594::{BlobTransactionSidecarEip7594, BlobTransactionSidecarVariant, CELLS_PER_EXT_BLOB},
};
use alloy_primitives::{Address, B256, Bytes, Log, Signature, TxKind, U256};
use proptest::{collection::vec, prelude::*};
use tandem_protocol::{
    BlobSidecar, DEPOSIT_TX_TYPE, Eip1559Params, Error, ExtraData, K256, L1AttributesFormat, L1BlockInfo, OutputRoot,
    PooledTransaction, Receipt, Transaction, TxDeposit,
};

fn address() -> impl Strategy<Value = Address> {
    any::<[u8; 20]>().prop_map(Address::from)
}

fn b256() -> impl Strategy<Value = B256> {
    any::<[u8; 32]>().prop_map(B256::from)
}

fn u256() -> impl Strategy<Value = U256> {
    any::<[u64; 4]>().prop_map(U256::from_limbs)
}

fn kind() -> impl Strategy<Value = TxKind> {
    prop_oneof![Just(TxKind::Create), address().prop_map(TxKind::Call)]
}

fn data() -> impl Strategy<Value = Bytes> {
    vec(any::<u8>(), 0..80).prop_map(Bytes::from)
}

fn signature() -> impl Strategy<Value = Signature> {
    (any::<u64>(), any::<u64>(), any::<bool>())
        .prop_map(|(r, s, odd)| Signature::new(U256::from(r | 1), U256::from(s | 1), odd))
}

fn sign<T: SignableTransaction<Signature>>(tx: T, signature: Signature) -> Transaction
where
    Transaction: From<Signed<T>>,
{
    tx.into_signed(signature).into()
}

prop_compose! {
    fn deposit()(
        source_hash in b256(), from in address(), to in kind(), mint in any::<u128>(), value in u256(),
        gas_limit in any::<u64>(), is_system_transaction in any::<bool>(), input in data()
    ) -> TxDeposit {
        TxDeposit { source_hash, from, to, mint, value, gas_limit, is_system_transaction, input }
    }
}

prop_compose! {
    fn signed()(
        which in 0..5, chain_id in 1..u64::from(u32::MAX), nonce in any::<u64>(), gas_limit in any::<u64>(),
        fee in any::<u128>(), to in kind(), callee in address(), value in u256(), input in data(),
        signature in signature()
    ) -> Transaction {
        match which {
            0 => sign(TxLegacy { chain_id: Some(chain_id), nonce, gas_price: fee, gas_limit, to, value, input }, signature),
            1 => sign(TxEip2930 { chain_id, nonce, gas_price: fee, gas_limit, to, value, input, ..Default::default() }, signature),
            2 => sign(TxEip1559 { chain_id, nonce, max_fee_per_gas: fee, gas_limit, to, value, input, ..Default::default() }, signature),
            3 => sign(TxEip4844 { chain_id, nonce, max_fee_per_gas: fee, gas_limit, to: callee, value, input, ..Default::default() }, signature),
            _ => sign(TxEip7702 { chain_id, nonce, max_fee_per_gas: fee, gas_limit, to: callee, value, input, ..Default::default() }, signature),
        }
    }
}

fn transaction() -> impl Strategy<Value = Transaction> {
    prop_oneof![4 => signed(), 1 => deposit().prop_map(Transaction::from)]
}

prop_compose! {
    fn receipt()(
        tx_type in prop_oneof![Just(0u8), Just(2), Just(DEPOSIT_TX_TYPE), Just(0x50)], success in any::<bool>(),
        root in proptest::option::of(b256()), cumulative_gas_used in any::<u64>(),
        logs in vec((address(), vec(b256(), 0..4), data()), 0..4), nonce in any::<u64>()
    ) -> Receipt {
        let is_deposit = tx_type == DEPOSIT_TX_TYPE;
        let logs = logs.into_iter().map(|(address, topics, data)| Log::new_unchecked(address, topics, data)).collect();
        Receipt {
            tx_type,
            success: success || root.is_some(),
            post_state: root,
            cumulative_gas_used,
            logs,
            deposit_nonce: is_deposit.then_some(nonce),
            deposit_receipt_version: is_deposit.then_some(1),
        }
    }
}

prop_compose! {
    fn attributes()(
        format in prop_oneof![Just(L1AttributesFormat::Ecotone), Just(L1AttributesFormat::Isthmus), Just(L1AttributesFormat::Jovian)],
        number in any::<u64>(), time in any::<u64>(), base_fee in u256(), block_hash in b256(),
        sequence_number in any::<u64>(), batcher_address in address(), scalars in any::<(u32, u32, u32)>(),
        blob_base_fee in u256(), operator_fee_constant in any::<u64>(), da_footprint_gas_scalar in any::<u16>()
    ) -> L1BlockInfo {
        let isthmus = format >= L1AttributesFormat::Isthmus;
        let jovian = format >= L1AttributesFormat::Jovian;
        L1BlockInfo {
            format, number, time, base_fee, block_hash, sequence_number, batcher_address, blob_base_fee,
            base_fee_scalar: scalars.0,
            blob_base_fee_scalar: scalars.1,
            operator_fee_scalar: if isthmus { scalars.2 } else { 0 },
            operator_fee_constant: if isthmus { operator_fee_constant } else { 0 },
            da_footprint_gas_scalar: if jovian { da_footprint_gas_scalar } else { 0 },
            ..L1BlockInfo::default()
        }
    }
}

proptest! {
    #[test]
    fn transactions(transaction in transaction()) {
        let bytes = transaction.encoded();
        let decoded = Transaction::decode(&bytes).unwrap();
        prop_assert_eq!(decoded.encoded(), bytes.clone());
        prop_assert_eq!(decoded.hash(), alloy_primitives::keccak256(&bytes));
        prop_assert_eq!(&decoded, &transaction);
        let json = serde_json::to_string(&transaction).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Transaction>(&json).unwrap(), &transaction);
        let longer = [&bytes[..], &[0]].concat();
        prop_assert!(Transaction::decode(&longer).is_err());
        prop_assert!(Transaction::decode(&bytes[..bytes.len() - 1]).is_err());
    }

    #[test]
    fn receipts(receipt in receipt()) {
        let bytes = receipt.encoded_2718();
        prop_assert_eq!(bytes.len(), receipt.encode_2718_len());
        prop_assert_eq!(Receipt::decode(&bytes).unwrap(), receipt.clone());
        let network = alloy_rlp::encode(&receipt);
        prop_assert_eq!(alloy_rlp::decode_exact::<Receipt>(&network).unwrap(), receipt);
        prop_assert!(Receipt::decode(&[&bytes[..], &[0]].concat()).is_err());
    }

    #[test]
    fn l1_attributes(info in attributes()) {
        let calldata = info.encode();
        let expected = match info.format {
            L1AttributesFormat::Bedrock => 260,
            L1AttributesFormat::Ecotone => 164,
            L1AttributesFormat::Isthmus => 176,
            L1AttributesFormat::Jovian => 178,
        };
        prop_assert_eq!(calldata.len(), expected);
        prop_assert_eq!(L1BlockInfo::decode(&calldata).unwrap(), info);
        prop_assert!(L1BlockInfo::decode(&calldata[1..]).is_err());
        let shorter = &calldata[..calldata.len() - 1];
        prop_assert_eq!(L1BlockInfo::decode(shorter), Err(Error::L1Attributes { length: shorter.len() }));
    }

    #[test]
    fn bedrock_attributes(number in any::<u64>(), fees in (u256(), u256(), u256()), batcher_address in address()) {
        let info = L1BlockInfo {
            format: L1AttributesFormat::Bedrock, number, base_fee: fees.0, l1_fee_overhead: fees.1, l1_fee_scalar: fees.2,
            batcher_address, ..L1BlockInfo::default()
        };
        prop_assert_eq!(info.encode().len(), 260);
        prop_assert_eq!(L1BlockInfo::decode(&info.encode()).unwrap(), info);
    }

    #[test]
    fn extra_data(denominator in 1..u32::MAX, elasticity in 1..u32::MAX, min_base_fee in any::<Option<u64>>()) {
        let params = Eip1559Params { denominator, elasticity };
        let extra_data = ExtraData { params, min_base_fee };
        prop_assert_eq!(ExtraData::decode(&extra_data.encode()).unwrap(), extra_data);
        prop_assert_eq!(Eip1559Params::decode(params.encode()).unwrap(), params);
    }

    #[test]
    fn output_roots(hashes in (b256(), b256(), b256())) {
        let (state_root, message_passer_storage_root, block_hash) = hashes;
        let output = OutputRoot { state_root, message_passer_storage_root, block_hash };
        prop_assert_eq!(OutputRoot::decode(&output.encode()), Some(output));
    }

    #[test]
    fn bytes_of_nobody_do_not_panic(bytes in vec(any::<u8>(), 0..300)) {
        let _ = (Transaction::decode(&bytes), Receipt::decode(&bytes), PooledTransaction::decode(&bytes));
        let _ = (L1BlockInfo::decode(&bytes), ExtraData::decode(&bytes), OutputRoot::decode(&bytes));
    }
}

fn blob_transaction(sidecar: &BlobSidecar) -> TxEip4844 {
    TxEip4844 {
        chain_id: 1,
        blob_versioned_hashes: sidecar.versioned_hashes().collect(),
        ..Default::default()
    }
}

#[test]
fn blob_transactions_bring_their_sidecar_in_either_form() {
    let (blobs, commitments) = (vec![Blob::repeat_byte(1)], vec![Bytes48::repeat_byte(2)]);
    let proofs = vec![Bytes48::repeat_byte(3)];
    let cell_proofs = vec![Bytes48::repeat_byte(4); CELLS_PER_EXT_BLOB];
    let sidecars = [
        BlobTransactionSidecarVariant::Eip4844(BlobTransactionSidecar {
            blobs: blobs.clone(),
            commitments: commitments.clone(),
            proofs,
        }),
        BlobTransactionSidecarVariant::Eip7594(BlobTransactionSidecarEip7594 {
            blobs,
            commitments,
            cell_proofs,
        }),
    ];
    for sidecar in sidecars {
        let signature = Signature::new(U256::from(1), U256::from(2), false);
        let tx = blob_transaction(&sidecar);
        let network = TxEip4844WithSidecar::from_tx_and_sidecar(tx.clone(), sidecar.clone()).into_signed(signature);
        let bytes = network.encoded_2718();
        let pooled = PooledTransaction::decode(&bytes).unwrap();
        assert_eq!(pooled.transaction, sign(tx, signature));
        assert_eq!(pooled.sidecar.as_ref(), Some(&sidecar));
        assert_eq!(pooled.encoded(), bytes);
        assert_eq!(pooled.transaction.hash(), *network.hash());
        assert!(
            PooledTransaction::decode(&pooled.transaction.encoded()).is_err(),
            "without its sidecar"
        );
        assert!(Transaction::decode(&bytes).is_err(), "a block holds no sidecars");
    }
}

#[test]
fn nobody_can_send_a_deposit() {
    let bytes = Transaction::from(TxDeposit::default()).encoded();
    assert!(Transaction::decode(&bytes).is_ok());
    assert!(matches!(PooledTransaction::decode(&bytes), Err(Error::Transaction(_))));
}

#[test]
fn a_signature_with_a_high_s_names_nobody() {
    let bytes = alloy_primitives::hex!(
        "01f8cc870c72dd9d5e883e028401a2158b83015f90947dcd17433742f4c0ca53122ab541d0ba67fc27df8083010203f85bf859947dcd17433742f4c0ca53122ab541d0ba67fc27dff842a00000000000000000000000000000000000000000000000000000000000000000a0010000000000000000000000000000000000000000000000000000000000000080a077c7fff2b3316a4a0b112a12eed09f6f10d31f3f4600a882301970ecb8451644a02e2136e1c2c3244ad1dfd367c11de1c288faba87991a8866b3fbbbda6033fa0b"
    );
    let transaction = Transaction::decode(&bytes).unwrap();
    assert_eq!(
        transaction.hash(),
        alloy_primitives::b256!("0x2a47fd29365246f5bc1ba9209d2f8c27ba501f78a2e697d470448ddf799a98d4")
    );
    assert!(transaction.signer(&K256).is_some());
    let Transaction::Eip2930(signed) = transaction else {
        panic!("of type 1")
    };
    let (tx, signature, _) = signed.into_parts();
    let order = alloy_primitives::uint!(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141_U256);
    let high = Signature::new(signature.r(), order - signature.s(), !signature.v());
    assert_eq!(sign(tx, high).signer(&K256), None);
}
