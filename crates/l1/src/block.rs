//! L1 blocks whose hash and transactions root were checked.

use alloy_consensus::{EthereumTxEnvelope, Header, Sealable, Sealed, TxEip4844WithSidecar, TxEnvelope};
use alloy_eips::{
    BlockNumHash,
    eip2718::{Decodable2718, EIP4844_TX_TYPE_ID, Encodable2718},
    eip7594::BlobTransactionSidecarVariant,
};
use alloy_primitives::{B256, Bytes, keccak256};
use alloy_trie::root::ordered_trie_root_encoded;
use protocol::BlockRef;
use serde::Deserialize;
use serde_json::Value;

/// An L1 block: its header under the hash of its fields, and its transactions as EIP-2718 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct L1Block {
    /// The header and its hash.
    pub header: Sealed<Header>,
    /// Every transaction, in the block's order, as the header's root commits to it: its consensus encoding (EIP-2718), types
    /// that we do not know included. Only anvil's headers commit to blob transactions in their network form (with blobs and
    /// proofs), and then that is what is here.
    pub transactions: Vec<Bytes>,
}

impl L1Block {
    /// The block's hash.
    pub fn hash(&self) -> B256 {
        self.header.hash()
    }

    /// The block's number and hash.
    pub fn id(&self) -> BlockNumHash {
        BlockNumHash::new(self.header.number, self.header.hash())
    }

    /// The block's place in the chain.
    pub fn block_ref(&self) -> BlockRef {
        block_ref(&self.header)
    }

    /// Each transaction's hash.
    pub fn transaction_hashes(&self) -> impl Iterator<Item = B256> + '_ {
        self.transactions.iter().map(transaction_hash)
    }
}

/// A blob transaction in its network form.
type NetworkForm = EthereumTxEnvelope<TxEip4844WithSidecar<BlobTransactionSidecarVariant>>;

/// The hash of a transaction in its consensus or in its network form.
pub(crate) fn transaction_hash(bytes: &Bytes) -> B256 {
    if is_blob_transaction(bytes)
        && let Ok(transaction) = NetworkForm::decode_2718_exact(bytes)
    {
        return *transaction.hash();
    }
    keccak256(bytes)
}

/// Whether it is a blob transaction.
pub(crate) fn is_blob_transaction(bytes: &Bytes) -> bool {
    bytes.first() == Some(&EIP4844_TX_TYPE_ID)
}

/// A header's place in the chain.
pub(crate) fn block_ref(header: &Sealed<Header>) -> BlockRef {
    BlockRef {
        hash: header.hash(),
        number: header.number,
        parent_hash: header.parent_hash,
        timestamp: header.timestamp,
    }
}

/// A block as `eth_getBlockBy…` sends it; `transactions` are objects or hashes.
#[derive(Debug, Deserialize)]
pub(crate) struct BlockJson {
    pub(crate) hash: B256,
    #[serde(flatten)]
    pub(crate) header: Header,
    #[serde(default)]
    pub(crate) transactions: Vec<Value>,
}

impl BlockJson {
    /// The header under the hash of its own fields.
    pub(crate) fn sealed_header(&self) -> Sealed<Header> {
        self.header.clone().seal_slow()
    }
}

/// A transaction of a block as it was sent: re-encoded, or known by its hash only.
#[derive(Debug)]
pub(crate) enum TransactionJson {
    /// Its bytes, which have the hash it was sent with.
    Encoded(Bytes),
    /// A type (or a shape) that this program cannot re-encode: its bytes must be asked for.
    Unknown { hash: B256, tx_type: u64 },
}

impl TransactionJson {
    /// `None` if not even a hash is there.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let hash: B256 = serde_json::from_value(value.get("hash").unwrap_or(value).clone()).ok()?;
        match encode(value) {
            Some(bytes) if keccak256(&bytes) == hash => Some(Self::Encoded(bytes)),
            _ => Some(Self::Unknown {
                hash,
                tx_type: tx_type(value),
            }),
        }
    }
}

fn encode(value: &Value) -> Option<Bytes> {
    let transaction = TxEnvelope::deserialize(value).ok()?;
    // Not every type's consensus form is what `TxEnvelope` reads from JSON: a sidecar in a blob transaction's JSON is left out.
    let bytes = match transaction {
        TxEnvelope::Eip4844(signed) => {
            let (transaction, signature, hash) = signed.into_parts();
            alloy_consensus::Signed::new_unchecked(alloy_consensus::TxEip4844::from(transaction), signature, hash)
                .encoded_2718()
        }
        other => other.encoded_2718(),
    };
    Some(bytes.into())
}

fn tx_type(value: &Value) -> u64 {
    let digits = value
        .get("type")
        .and_then(Value::as_str)
        .map(|text| text.trim_start_matches("0x"));
    digits
        .and_then(|digits| u64::from_str_radix(digits, 16).ok())
        .unwrap_or_default()
}

/// The transactions root of EIP-2718 encoded transactions.
pub(crate) fn transactions_root(transactions: &[Bytes]) -> B256 {
    ordered_trie_root_encoded(transactions)
}
