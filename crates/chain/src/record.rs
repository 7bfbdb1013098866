//! A block with everything that was learned when it was executed, and the labels of the fork choice.

use crate::Error;
use alloy_consensus::Header;
use alloy_eips::BlockNumHash;
use alloy_primitives::{Address, B256, Log};
use alloy_rlp::{Decodable, Encodable};
use protocol::{Block, L1BlockInfo, Receipt, Transaction};

/// An executed block: what any RPC about it needs, in one value.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockRecord {
    /// The block's hash.
    pub hash: B256,
    /// Header and body.
    pub block: Block,
    /// The transactions' senders, in their order.
    pub senders: Vec<Address>,
    /// The transactions' receipts, in their order.
    pub receipts: Vec<Receipt>,
}

impl BlockRecord {
    /// The block's header.
    pub const fn header(&self) -> &Header {
        &self.block.header
    }

    /// The block's transactions.
    pub fn transactions(&self) -> &[Transaction] {
        &self.block.body.transactions
    }

    /// The hashes of the block's transactions.
    pub fn transaction_hashes(&self) -> Vec<B256> {
        self.transactions().iter().map(Transaction::hash).collect()
    }

    /// Number and hash.
    pub const fn id(&self) -> BlockNumHash {
        BlockNumHash {
            number: self.block.header.number,
            hash: self.hash,
        }
    }

    /// The L1 attributes that the block's fees were computed with: the fee context of its receipts. `None` on L1, and
    /// for the genesis of an L2.
    pub fn l1_block_info(&self) -> Option<L1BlockInfo> {
        L1BlockInfo::from_block(&self.block).ok()
    }

    /// What the transaction at an index used, where the receipts hold cumulative amounts.
    pub fn gas_used(&self, index: usize) -> Option<u64> {
        let cumulative = self.receipts.get(index)?.cumulative_gas_used;
        let before = index.checked_sub(1).and_then(|before| self.receipts.get(before));
        Some(cumulative - before.map_or(0, |receipt| receipt.cumulative_gas_used))
    }

    /// All logs of the block with their transaction's index, in order; the position is the log index.
    pub fn logs(&self) -> impl Iterator<Item = (usize, &Log)> {
        self.receipts
            .iter()
            .enumerate()
            .flat_map(|(index, receipt)| receipt.logs.iter().map(move |log| (index, log)))
    }
}

/// What one record of the block journal says.
#[derive(Debug)]
pub(crate) enum JournalEntry {
    /// This block was executed and is valid.
    Block(Box<BlockRecord>),
    /// The labels moved.
    Labels(Labels),
}

const BLOCK_ENTRY: u8 = 0;
const LABELS_ENTRY: u8 = 1;

impl JournalEntry {
    /// The entry of an executed block: hash ‖ rlp(block) ‖ rlp(senders) ‖ for each receipt rlp ‖ rlp(deposit nonce or empty).
    /// The nonce stands apart because the encoding of receipts before Canyon has no place for it.
    pub(crate) fn encode_block(record: &BlockRecord) -> Vec<u8> {
        let mut bytes = vec![BLOCK_ENTRY];
        bytes.extend_from_slice(record.hash.as_slice());
        record.block.encode(&mut bytes);
        record.senders.encode(&mut bytes);
        for receipt in &record.receipts {
            receipt.encode(&mut bytes);
            match receipt.deposit_nonce {
                Some(nonce) => vec![nonce].encode(&mut bytes),
                None => Vec::<u64>::new().encode(&mut bytes),
            }
        }
        bytes
    }

    /// The entry of moved labels.
    pub(crate) fn encode_labels(labels: &Labels) -> Vec<u8> {
        let mut bytes = vec![LABELS_ENTRY];
        bytes.extend_from_slice(&labels.encode());
        bytes
    }

    /// The inverse of both.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Error> {
        match bytes.split_first() {
            Some((&BLOCK_ENTRY, rest)) => decode_block(rest)
                .map(|record| Self::Block(Box::new(record)))
                .map_err(|_| Error::Damaged { what: "a block record" }),
            Some((&LABELS_ENTRY, rest)) => Labels::decode(rest).map(Self::Labels),
            _ => Err(Error::Damaged {
                what: "an unknown record",
            }),
        }
    }
}

fn decode_block(bytes: &[u8]) -> alloy_rlp::Result<BlockRecord> {
    let (hash, mut rest) = bytes.split_first_chunk::<32>().ok_or(alloy_rlp::Error::InputTooShort)?;
    let block = Block::decode(&mut rest)?;
    let senders = Vec::decode(&mut rest)?;
    let mut receipts = Vec::with_capacity(block.body.transactions.len());
    while !rest.is_empty() {
        let mut receipt = <Receipt as Decodable>::decode(&mut rest)?;
        receipt.deposit_nonce = Vec::<u64>::decode(&mut rest)?.first().copied();
        receipts.push(receipt);
    }
    Ok(BlockRecord {
        hash: hash.into(),
        block,
        senders,
        receipts,
    })
}

/// The three labels of the fork choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Labels {
    /// The tip of the canonical chain.
    pub head: BlockNumHash,
    /// Derived from L1, or justified; `None` before the consensus layer said so.
    pub safe: Option<BlockNumHash>,
    /// Derived from finalized L1, or finalized; `None` before the consensus layer said so.
    pub finalized: Option<BlockNumHash>,
}

impl Labels {
    /// Three times number and hash; an unset label has the zero hash.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let unset = BlockNumHash::default();
        let labels = [self.head, self.safe.unwrap_or(unset), self.finalized.unwrap_or(unset)];
        labels
            .iter()
            .flat_map(|label| [&label.number.to_be_bytes()[..], label.hash.as_slice()].concat())
            .collect()
    }

    /// The inverse of [`Self::encode`].
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let bytes: &[u8; 120] = bytes.try_into().map_err(|_| Error::Damaged { what: "the labels" })?;
        let label = |at: usize| {
            let number = u64::from_be_bytes(bytes[at..at + 8].try_into().expect("invariant: eight bytes"));
            BlockNumHash {
                number,
                hash: B256::from_slice(&bytes[at + 8..at + 40]),
            }
        };
        let set = |label: BlockNumHash| Some(label).filter(|label| !label.hash.is_zero());
        Ok(Self {
            head: label(0),
            safe: set(label(40)),
            finalized: set(label(80)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::{Bytes, U256};
    use op_alloy_consensus::TxDeposit;

    #[test]
    fn block_entries_round_trip() {
        let deposit = TxDeposit {
            value: U256::from(1),
            input: Bytes::from_static(b"data"),
            ..Default::default()
        };
        let mut block = Block::default();
        block.body.transactions.push(deposit.into());
        let log = Log::new_unchecked(Address::ZERO, vec![B256::ZERO], Bytes::from_static(b"log"));
        let with_nonce = Receipt {
            tx_type: 0x7e,
            success: true,
            logs: vec![log],
            deposit_nonce: Some(0),
            ..Default::default()
        };
        let hash = block.header.hash_slow();
        let record = BlockRecord {
            hash,
            block,
            senders: vec![Address::repeat_byte(1)],
            receipts: vec![with_nonce],
        };
        let JournalEntry::Block(decoded) = JournalEntry::decode(&JournalEntry::encode_block(&record)).unwrap() else {
            panic!("another entry came back")
        };
        assert_eq!(*decoded, record);
    }

    #[test]
    fn labels_round_trip() {
        let head = BlockNumHash {
            number: 7,
            hash: B256::repeat_byte(7),
        };
        let labels = Labels {
            head,
            safe: Some(head),
            finalized: None,
        };
        let JournalEntry::Labels(decoded) = JournalEntry::decode(&JournalEntry::encode_labels(&labels)).unwrap() else {
            panic!("another entry came back")
        };
        assert_eq!(decoded, labels);
    }
}
