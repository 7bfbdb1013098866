//! A remote signer: believed only if it signed what it was asked to, with the right key.

use std::sync::Arc;

use alloy_consensus::{
    SignableTransaction, Transaction, TxEip1559, TxEip4844, TxEnvelope, transaction::SignerRecoverable,
};
use alloy_eips::{
    eip2718::{Decodable2718, Encodable2718},
    eip4844::Blob,
};
use alloy_primitives::{Address, Bytes, Signature, TxKind, U64, U256};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tandem_l1::{Error, Reaction, RemoteSigner, SignerAccess, SignerFault, TxCandidate, TxConfig, TxManager, Wallet};

use crate::{
    peer::{Answer, METHOD_NOT_FOUND, Peer, client, impatient, serve_rpc},
    simulated::SimulatedL1,
};

pub(crate) const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const OTHER_KEY: &str = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";

pub(crate) fn wallet(key: &str) -> Wallet {
    key.parse().unwrap()
}

/// Signs what the arguments of `eth_signTransaction` say, and nothing that it knows otherwise.
pub(crate) fn sign(arguments: &Value, wallet: &Wallet) -> Bytes {
    fn read<T: DeserializeOwned>(value: &Value) -> T {
        T::deserialize(value).unwrap()
    }
    let field = |name: &str| &arguments[name];
    let number = |name: &str| read::<U256>(field(name)).to::<u128>();
    assert_eq!(read::<Address>(field("from")), wallet_of(arguments).address());
    assert!(arguments.get("data").is_none() && arguments.get("gasPrice").is_none());
    let (chain_id, nonce) = (number("chainId") as u64, read::<U64>(field("nonce")).to());
    let (gas_limit, value) = (read::<U64>(field("gas")).to(), read(field("value")));
    let (max_fee_per_gas, max_priority_fee_per_gas) = (number("maxFeePerGas"), number("maxPriorityFeePerGas"));
    let (access_list, input) = (read(field("accessList")), read(field("input")));
    if field("blobVersionedHashes").is_null() {
        let to = read::<Option<Address>>(field("to")).map_or(TxKind::Create, TxKind::Call);
        assert!(arguments.get("maxFeePerBlobGas").is_none());
        let transaction = TxEip1559 {
            chain_id,
            nonce,
            gas_limit,
            max_fee_per_gas,
            max_priority_fee_per_gas,
            to,
            value,
            access_list,
            input,
        };
        return wallet.sign(transaction).encoded_2718().into();
    }
    let transaction = TxEip4844 {
        chain_id,
        nonce,
        gas_limit,
        max_fee_per_gas,
        max_priority_fee_per_gas,
        to: read(field("to")),
        value,
        access_list,
        blob_versioned_hashes: read(field("blobVersionedHashes")),
        max_fee_per_blob_gas: number("maxFeePerBlobGas"),
        input,
    };
    wallet.sign(transaction).encoded_2718().into()
}

fn wallet_of(arguments: &Value) -> Wallet {
    let from = Address::deserialize(&arguments["from"]).unwrap();
    [KEY, OTHER_KEY]
        .map(wallet)
        .into_iter()
        .find(|wallet| wallet.address() == from)
        .unwrap()
}

/// A signer whose answer to `eth_signTransaction` the test decides, and a client of it.
async fn signer(answer: impl Fn(&Value) -> Answer + Send + Sync + 'static) -> (RemoteSigner, Peer) {
    let peer = serve_rpc(Arc::new(move |method: &str, params: &[Value]| match method {
        "eth_signTransaction" => answer(&params[0]),
        _ => Err(METHOD_NOT_FOUND),
    }))
    .await;
    let remote = RemoteSigner::new(
        peer.endpoint.clone(),
        wallet(KEY).address(),
        &SignerAccess::default(),
        impatient(),
    )
    .unwrap();
    (remote, peer)
}

pub(crate) fn transfer() -> TxEip1559 {
    TxEip1559 {
        chain_id: 900,
        nonce: 7,
        gas_limit: 21_000,
        max_fee_per_gas: 100,
        max_priority_fee_per_gas: 3,
        to: TxKind::Call(Address::repeat_byte(0x42)),
        value: U256::from(5),
        access_list: Default::default(),
        input: Bytes::from_static(b"input"),
    }
}

async fn signed(answer: impl Fn(&Value) -> Answer + Send + Sync + 'static) -> Result<TxEnvelope, Error> {
    let (remote, _peer) = signer(answer).await;
    remote.sign(transfer()).await.map(TxEnvelope::from)
}

#[tokio::test]
async fn bare_bytes_and_an_object_with_them_are_both_understood() {
    let bare = signed(|arguments| Ok(json!(sign(arguments, &wallet(KEY)))))
        .await
        .unwrap();
    let object = signed(|arguments| Ok(json!({ "raw": sign(arguments, &wallet(KEY)), "tx": {} })))
        .await
        .unwrap();
    for envelope in [bare, object] {
        assert_eq!(envelope.recover_signer().unwrap(), wallet(KEY).address());
        assert_eq!(envelope.signature_hash(), transfer().signature_hash());
    }
}

#[tokio::test]
async fn a_transaction_that_was_tampered_with_is_refused() {
    let changes: [(&str, Value); 8] = [
        ("to", json!(Address::repeat_byte(0x66))),
        ("value", json!("0x6")),
        ("nonce", json!("0x8")),
        ("gas", json!("0x5209")),
        ("maxFeePerGas", json!("0x65")),
        ("maxPriorityFeePerGas", json!("0x4")),
        ("input", json!("0x00")),
        ("chainId", json!("0x1")),
    ];
    for (field, value) in changes {
        let error = signed(move |arguments| {
            let mut arguments = arguments.clone();
            arguments[field] = value.clone();
            Ok(json!(sign(&arguments, &wallet(KEY))))
        })
        .await
        .unwrap_err();
        assert!(
            matches!(error, Error::Signer(SignerFault::SignedOtherTransaction { .. })),
            "{field}: {error}"
        );
        assert_eq!(error.reaction(), Reaction::Fatal);
    }
}

#[tokio::test]
async fn another_accounts_signature_is_refused() {
    let error = signed(|arguments| Ok(json!(sign(arguments, &wallet(OTHER_KEY)))))
        .await
        .unwrap_err();
    let (right, wrong) = (wallet(KEY).address(), wallet(OTHER_KEY).address());
    assert!(
        matches!(error, Error::Signer(SignerFault::SignedByOther { expected, actual, .. }) if (expected, actual) == (right, wrong)),
        "{error}"
    );
    assert_eq!(error.reaction(), Reaction::Fatal);
}

#[tokio::test]
async fn a_signature_that_l1_would_refuse_is_refused() {
    // The order of secp256k1.
    let order: U256 = "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
        .parse()
        .unwrap();
    let error = signed(move |arguments| {
        let TxEnvelope::Eip1559(low) = TxEnvelope::decode_2718_exact(&sign(arguments, &wallet(KEY))).unwrap() else {
            panic!("another type")
        };
        let signature = low.signature();
        let high = Signature::new(signature.r(), order - signature.s(), !signature.v());
        Ok(json!(Bytes::from(low.tx().clone().into_signed(high).encoded_2718())))
    })
    .await
    .unwrap_err();
    assert!(matches!(error, Error::NotUnderstood { .. }), "{error}");
}

#[tokio::test]
async fn what_is_no_transaction_is_refused() {
    for answer in [
        json!("0x"),
        json!("0x02c0"),
        json!(null),
        json!({ "tx": {} }),
        json!("hello"),
    ] {
        let error = signed(move |_| Ok(answer.clone())).await.unwrap_err();
        assert!(matches!(error, Error::NotUnderstood { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_signer_that_refuses_is_repeated_in_its_words() {
    let error = signed(|_| Err((-32000, "no such account"))).await.unwrap_err();
    assert!(error.to_string().contains("no such account"), "{error}");
    assert_eq!(error.reaction(), Reaction::Retry);
}

#[tokio::test]
async fn a_signer_is_there_if_it_answers_whatever_it_says() {
    let (remote, peer) = signer(|_| Err(METHOD_NOT_FOUND)).await;
    remote.check().await.unwrap();
    peer.stop().await;
    assert!(matches!(remote.check().await, Err(Error::Unreachable { .. })));
}

#[tokio::test]
async fn secrets_of_the_signers_address_are_not_printed() {
    let endpoint = "https://user:hunter2@signer.example/KEY".parse().unwrap();
    let remote = RemoteSigner::new(endpoint, Address::ZERO, &SignerAccess::default(), impatient()).unwrap();
    let shown = format!("{remote:?}");
    assert!(
        shown.contains("signer.example") && !shown.contains("hunter2") && !shown.contains("KEY"),
        "{shown}"
    );
}

#[tokio::test]
async fn the_manager_sends_what_a_remote_signer_signs_with_blobs_and_without() {
    let l1 = Arc::new(SimulatedL1::new(Some(2)));
    let node = serve_rpc(Arc::clone(&l1)).await;
    let (remote, peer) = signer(|arguments| Ok(json!(sign(arguments, &wallet(KEY))))).await;
    let manager = TxManager::new(client(&node), remote, TxConfig::devnet()).await.unwrap();
    assert_eq!(manager.address(), wallet(KEY).address());
    let call = TxCandidate::call(Address::repeat_byte(0x42), Bytes::from_static(b"a"));
    assert!(manager.send(call).await.unwrap().success);
    let blob = TxCandidate::blobs(Address::repeat_byte(0x42), vec![Arc::new(Blob::ZERO)]).with_gas_limit(21_000);
    assert!(manager.send(blob).await.unwrap().success);
    assert!(peer.count("eth_signTransaction") >= 2);
    let state = l1.state();
    let kinds: Vec<bool> = state
        .taken
        .iter()
        .map(|transaction| transaction.blob_versioned_hashes().is_some())
        .collect();
    assert_eq!(kinds, [false, true]);
    for transaction in &state.taken {
        assert_eq!(transaction.recover_signer().unwrap(), wallet(KEY).address());
    }
}
