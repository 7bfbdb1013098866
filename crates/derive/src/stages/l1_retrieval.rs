//! L1 Retrieval: the data of batcher transactions, in the order of the L1 block.

use alloc::{boxed::Box, collections::VecDeque, sync::Arc, vec::Vec};

use alloy_consensus::Transaction as _;
use alloy_primitives::{Address, B256, Bytes};
use alloy_rlp::Header;
use protocol::{
    BLOB_TX_TYPE, DEPOSIT_TX_TYPE, PooledTransaction, Signatures, Transaction,
    blob::{Blob, decode_blob},
    frame::DERIVATION_VERSION_1,
};

use super::{Chains, L1Traversal, Origin, Pause, Pull};
use crate::{Error, InputFault, Need, ResetPoint};

/// Something a batcher transaction carries.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Item {
    /// Data.
    Data(Bytes),
    /// A blob that must be fetched, by its versioned hash.
    Blob(B256),
    /// A commitment to data that must be fetched.
    Commitment(Bytes),
}

/// Reads batcher transactions.
#[derive(Debug)]
pub(crate) struct L1Retrieval<S> {
    pub(crate) prev: L1Traversal,
    chains: Chains,
    signatures: S,
    items: VecDeque<Item>,
}

impl<S: Signatures> L1Retrieval<S> {
    pub(crate) const fn new(prev: L1Traversal, chains: Chains, signatures: S) -> Self {
        Self {
            prev,
            chains,
            signatures,
            items: VecDeque::new(),
        }
    }

    pub(crate) fn reset(&mut self, start: &ResetPoint) {
        self.items.clear();
        self.prev.reset(start);
    }

    pub(crate) const fn origin(&self) -> Option<&Arc<Origin>> {
        self.prev.origin()
    }

    /// The data of the next batcher transaction, or of its next blob.
    pub(crate) fn next_data(&mut self) -> Pull<Bytes> {
        if let Some(transactions) = self.prev.take_transactions() {
            self.items = transactions.iter().flat_map(|raw| self.read(raw)).collect();
        }
        let origin = self.prev.origin().ok_or(Pause::Exhausted)?;
        let versioned_hashes = self.blob_hashes();
        if !versioned_hashes.is_empty() {
            return Err(Pause::Need(Need::Blobs {
                block: origin.block,
                versioned_hashes,
            }));
        }
        match self.items.pop_front() {
            Some(Item::Data(data)) => Ok(data),
            Some(Item::Commitment(commitment)) => {
                self.items.push_front(Item::Commitment(commitment.clone()));
                Err(Pause::Need(Need::DaInput {
                    block: origin.block.id(),
                    commitment,
                }))
            }
            Some(Item::Blob(_)) | None => Err(Pause::Exhausted),
        }
    }

    /// The blobs that are missing.
    fn blob_hashes(&self) -> Vec<B256> {
        let hash = |item: &Item| match item {
            Item::Blob(hash) => Some(*hash),
            _ => None,
        };
        self.items.iter().filter_map(hash).collect()
    }

    /// What a transaction carries: nothing, if it is not the batcher's.
    fn read(&self, raw: &Bytes) -> Vec<Item> {
        if recipient(raw) != Some(self.chains.rollup.batch_inbox_address) {
            return Vec::new();
        }
        let batcher = self.prev.system_config().batcher_address;
        match decode(raw) {
            Some(transaction) if transaction.signer(&self.signatures) == Some(batcher) => self.items_of(&transaction),
            _ => Vec::new(),
        }
    }

    fn items_of(&self, transaction: &Transaction) -> Vec<Item> {
        if let Some(hashes) = transaction.blob_versioned_hashes() {
            return hashes.iter().copied().map(Item::Blob).collect();
        }
        alloc::vec![self.item_of(transaction.input().clone())]
    }

    /// Data, or the commitment to it where the chain uses such.
    fn item_of(&self, data: Bytes) -> Item {
        match data.first() {
            Some(&DERIVATION_VERSION_1) if self.chains.rollup.alt_da.is_some() => Item::Commitment(data.slice(1..)),
            _ => Item::Data(data),
        }
    }

    /// Takes the blobs that are missing. Those that hold no data are passed over.
    pub(crate) fn push_blobs(&mut self, hash: B256, blobs: &[Box<Blob>]) -> Result<(), Error> {
        let expected = self.blob_hashes().len();
        let origin = self.prev.origin().filter(|_| expected > 0).ok_or(Error::NotNeeded)?;
        let number = origin.block.number;
        if hash != origin.block.hash {
            return Err(Error::WrongInput {
                number,
                fault: InputFault::Block(hash),
            });
        }
        if blobs.len() != expected {
            return Err(Error::WrongInput {
                number,
                fault: InputFault::BlobCount(blobs.len()),
            });
        }
        let mut blobs = blobs.iter();
        let items = core::mem::take(&mut self.items);
        let fill = |item| match item {
            Item::Blob(_) => blobs
                .next()
                .and_then(|blob| decode_blob(blob).ok())
                .map(|data| self.item_of(data)),
            other => Some(other),
        };
        self.items = items.into_iter().filter_map(fill).collect();
        Ok(())
    }

    /// Takes what a commitment stands for.
    pub(crate) fn push_da_input(&mut self, commitment: &Bytes, data: Bytes) -> Result<(), Error> {
        match self.items.front_mut() {
            Some(item) if *item == Item::Commitment(commitment.clone()) => {
                *item = Item::Data(data);
                Ok(())
            }
            _ => Err(Error::NotNeeded),
        }
    }
}

/// A transaction in the form of blocks. Some development L1s commit to blob transactions in network form, with their blobs
/// beside them: what such a block holds is the transaction all the same.
fn decode(raw: &[u8]) -> Option<Transaction> {
    let in_network_form = || PooledTransaction::decode(raw).ok().map(|pooled| pooled.transaction);
    Transaction::decode(raw).ok().or_else(in_network_form)
}

/// To whom a transaction is sent, read without decoding the rest; none for types that batchers do not
/// use, known or not.
fn recipient(raw: &[u8]) -> Option<Address> {
    let (fields_before, mut list) = match raw {
        [1, rest @ ..] => (4, rest),
        [2 | BLOB_TX_TYPE, rest @ ..] => (5, rest),
        [DEPOSIT_TX_TYPE, rest @ ..] => (2, rest),
        [0xc0..=0xff, ..] => (3, raw),
        _ => return None,
    };
    let mut fields = Header::decode_bytes(&mut list, true).ok()?;
    if raw.first() == Some(&BLOB_TX_TYPE) && fields.first().is_some_and(|first| *first >= 0xc0) {
        // Network form: the transaction's own fields are the first item.
        fields = Header::decode_bytes(&mut fields, true).ok()?;
    }
    for _ in 0..fields_before {
        Header::decode_bytes(&mut fields, false).ok()?;
    }
    let to = Header::decode_bytes(&mut fields, false).ok()?;
    (to.len() == Address::len_bytes()).then(|| Address::from_slice(to))
}
