//! Keys that sign for real.

use alloy_consensus::{SignableTransaction, Signed, TxEip1559, TxEip4844};
use alloy_primitives::{Address, B256, Bytes, Signature, TxKind};
use k256::ecdsa::SigningKey;
use protocol::Transaction;

/// A key.
pub(crate) struct Wallet(SigningKey);

impl Wallet {
    /// The key of that number.
    pub(crate) fn new(number: u8) -> Self {
        Self(SigningKey::from_slice(B256::with_last_byte(number).as_slice()).unwrap())
    }

    pub(crate) fn address(&self) -> Address {
        Address::from_public_key(self.0.verifying_key())
    }

    pub(crate) fn sign<T: SignableTransaction<Signature>>(&self, body: T) -> Signed<T> {
        let hash = body.signature_hash();
        let (signature, id) = self.0.sign_prehash_recoverable(hash.as_slice()).unwrap();
        body.into_signed(Signature::from((signature, id)))
    }

    /// A transaction with calldata.
    pub(crate) fn calldata(&self, to: Address, input: Bytes) -> Transaction {
        let to = TxKind::Call(to);
        Transaction::Eip1559(self.sign(TxEip1559 {
            to,
            input,
            ..TxEip1559::default()
        }))
    }

    /// A transaction with blobs, and calldata that nobody reads.
    pub(crate) fn blobs(&self, to: Address, hashes: Vec<B256>) -> Transaction {
        Transaction::Eip4844(self.sign(TxEip4844 {
            to,
            blob_versioned_hashes: hashes,
            input: Bytes::from_static(&[0, 1, 2]),
            ..TxEip4844::default()
        }))
    }
}
