//! Transactions of both layers: types 0 to 4, and the deposit.

use alloc::vec::Vec;

use alloy_consensus::{EthereumTxEnvelope, transaction::Recovered};
use alloy_consensus::{
    Sealable, Sealed, Signed, TransactionEnvelope, TxEip1559, TxEip2930, TxEip4844, TxEip4844WithSidecar, TxEip7702,
    TxLegacy,
};
use alloy_eips::{
    eip2718::{Decodable2718, Encodable2718},
    eip7594::BlobTransactionSidecarVariant,
};
use alloy_primitives::{Address, B256, Bytes};
use op_alloy_consensus::TxDeposit;

use crate::{Error, Signatures};

/// EIP-2718 type of a blob transaction.
pub const BLOB_TX_TYPE: u8 = 3;
/// EIP-2718 type of a deposit.
pub const DEPOSIT_TX_TYPE: u8 = 0x7e;

/// A transaction as it stands in a block of either layer.
///
/// Blob transactions occur on L1 only, deposits on L2 only: `execute` refuses them elsewhere.
#[derive(Clone, Debug, TransactionEnvelope)]
#[envelope(tx_type_name = TransactionType, typed = UnsignedTransaction)]
pub enum Transaction {
    /// Untyped, with or without replay protection (EIP-155).
    #[envelope(ty = 0)]
    Legacy(Signed<TxLegacy>),
    /// With an access list.
    #[envelope(ty = 1)]
    Eip2930(Signed<TxEip2930>),
    /// With a fee cap and a priority fee.
    #[envelope(ty = 2)]
    Eip1559(Signed<TxEip1559>),
    /// With versioned hashes of blobs.
    #[envelope(ty = 3)]
    Eip4844(Signed<TxEip4844>),
    /// With authorizations to set code.
    #[envelope(ty = 4)]
    Eip7702(Signed<TxEip7702>),
    /// Made by the protocol; nobody signs it.
    #[envelope(ty = 126)]
    #[serde(serialize_with = "op_alloy_consensus::serde_deposit_tx_rpc")]
    Deposit(Sealed<TxDeposit>),
}

/// A transaction and its sender.
pub type RecoveredTransaction = Recovered<Transaction>;

impl Transaction {
    /// Reads exactly one transaction: nothing may follow it.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        Self::decode_2718_exact(bytes).map_err(|error| Error::Transaction(error.into()))
    }

    /// The bytes that blocks, batches and the Engine API carry.
    pub fn encoded(&self) -> Bytes {
        self.encoded_2718().into()
    }

    /// The transaction's hash.
    pub fn hash(&self) -> B256 {
        *self.hash_ref()
    }

    fn hash_ref(&self) -> &B256 {
        match self {
            Self::Legacy(tx) => tx.hash(),
            Self::Eip2930(tx) => tx.hash(),
            Self::Eip1559(tx) => tx.hash(),
            Self::Eip4844(tx) => tx.hash(),
            Self::Eip7702(tx) => tx.hash(),
            Self::Deposit(tx) => tx.hash_ref(),
        }
    }

    /// The signature; deposits have none.
    pub const fn signature(&self) -> Option<&alloy_primitives::Signature> {
        match self {
            Self::Legacy(tx) => Some(tx.signature()),
            Self::Eip2930(tx) => Some(tx.signature()),
            Self::Eip1559(tx) => Some(tx.signature()),
            Self::Eip4844(tx) => Some(tx.signature()),
            Self::Eip7702(tx) => Some(tx.signature()),
            Self::Deposit(_) => None,
        }
    }

    /// Who sent it: recovered from the signature, or the deposit's `from`.
    ///
    /// `None` if no key made the signature.
    pub fn signer(&self, signatures: &impl Signatures) -> Option<Address> {
        match self {
            Self::Legacy(tx) => signatures.recover(tx.signature_hash(), tx.signature()),
            Self::Eip2930(tx) => signatures.recover(tx.signature_hash(), tx.signature()),
            Self::Eip1559(tx) => signatures.recover(tx.signature_hash(), tx.signature()),
            Self::Eip4844(tx) => signatures.recover(tx.signature_hash(), tx.signature()),
            Self::Eip7702(tx) => signatures.recover(tx.signature_hash(), tx.signature()),
            Self::Deposit(tx) => Some(tx.from),
        }
    }

    /// The transaction with its sender, or `None` if no key made the signature.
    pub fn recovered(self, signatures: &impl Signatures) -> Option<RecoveredTransaction> {
        let signer = self.signer(signatures)?;
        Some(Recovered::new_unchecked(self, signer))
    }

    /// Whether the protocol made it.
    pub const fn is_deposit(&self) -> bool {
        matches!(self, Self::Deposit(_))
    }

    /// The deposit, if it is one.
    pub fn as_deposit(&self) -> Option<&TxDeposit> {
        match self {
            Self::Deposit(tx) => Some(tx.inner()),
            _ => None,
        }
    }
}

impl From<TxDeposit> for Transaction {
    fn from(tx: TxDeposit) -> Self {
        Self::Deposit(tx.seal_slow())
    }
}

macro_rules! from_signed {
    ($($variant:ident($tx:ty)),*) => {$(
        impl From<Signed<$tx>> for Transaction {
            fn from(tx: Signed<$tx>) -> Self {
                Self::$variant(tx)
            }
        }
    )*};
}

from_signed!(
    Legacy(TxLegacy),
    Eip2930(TxEip2930),
    Eip1559(TxEip1559),
    Eip4844(TxEip4844),
    Eip7702(TxEip7702)
);

/// Blobs, commitments and proofs of a blob transaction: one proof a blob (EIP-4844), or one a cell
/// (EIP-7594).
pub type BlobSidecar = BlobTransactionSidecarVariant;

/// A transaction as users hand it in: a blob transaction brings its sidecar along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PooledTransaction {
    /// The transaction as a block will hold it.
    pub transaction: Transaction,
    /// What a blob transaction brings along; `None` for every other type.
    pub sidecar: Option<BlobSidecar>,
}

impl PooledTransaction {
    /// Reads exactly one transaction in network form.
    ///
    /// A blob transaction without its sidecar is refused, and so is a deposit: only the protocol makes
    /// deposits.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.first() != Some(&BLOB_TX_TYPE) {
            let transaction = Transaction::decode(bytes)?;
            if transaction.is_deposit() {
                return Err(Error::Transaction(alloy_rlp::Error::Custom("a deposit cannot be sent")));
            }
            return Ok(Self {
                transaction,
                sidecar: None,
            });
        }
        match EthereumTxEnvelope::<TxEip4844WithSidecar<BlobSidecar>>::decode_2718_exact(bytes) {
            Ok(EthereumTxEnvelope::Eip4844(signed)) => Ok(Self::from_signed(signed)),
            Ok(_) => Err(Error::Transaction(alloy_rlp::Error::Custom("not a blob transaction"))),
            Err(error) => Err(Error::Transaction(error.into())),
        }
    }

    fn from_signed(signed: Signed<TxEip4844WithSidecar<BlobSidecar>>) -> Self {
        let (with_sidecar, signature, hash) = signed.into_parts();
        let (tx, sidecar) = with_sidecar.into_parts();
        let transaction = Transaction::Eip4844(Signed::new_unchecked(tx, signature, hash));
        Self {
            transaction,
            sidecar: Some(sidecar),
        }
    }

    /// The network form. Without a sidecar, that is the form of blocks.
    pub fn encoded(&self) -> Bytes {
        match (&self.transaction, &self.sidecar) {
            (Transaction::Eip4844(signed), Some(sidecar)) => {
                let tx = TxEip4844WithSidecar::from_tx_and_sidecar(signed.tx().clone(), sidecar.clone());
                let signed = Signed::new_unchecked(tx, *signed.signature(), *signed.hash());
                let mut out = Vec::new();
                EthereumTxEnvelope::Eip4844(signed).encode_2718(&mut out);
                out.into()
            }
            (transaction, _) => transaction.encoded(),
        }
    }
}
