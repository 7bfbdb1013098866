//! Singular batches: one L2 block.

use alloc::vec::Vec;

use alloy_primitives::{B256, Bytes};
use alloy_rlp::{Encodable, Header};

use super::{BatchFault, item::Item};

/// What the sequencer decided about one L2 block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SingularBatch {
    /// Hash of the L2 block before.
    pub parent_hash: B256,
    /// Number of the L1 origin.
    pub epoch_number: u64,
    /// Hash of the L1 origin.
    pub epoch_hash: B256,
    /// The L2 block's time.
    pub timestamp: u64,
    /// The sequenced transactions, in their EIP-2718 encoding; deposits are not among them.
    pub transactions: Vec<Bytes>,
}

impl SingularBatch {
    /// Reads the batch after its type byte. The transactions share `content`'s memory.
    pub fn decode(content: &Bytes) -> Result<Self, BatchFault> {
        let mut list = Item::list(&mut content.as_ref())?;
        let fields = &mut list;
        let parent_hash = B256::new(*Item::array(fields)?);
        let epoch_number = Item::u64(fields)?;
        let epoch_hash = B256::new(*Item::array(fields)?);
        let timestamp = Item::u64(fields)?;
        let mut rest = Item::list(fields)?;
        if !fields.is_empty() {
            return Err(BatchFault::Rlp);
        }
        let mut transactions = Vec::new();
        while !rest.is_empty() {
            transactions.push(content.slice_ref(Item::string(&mut rest)?.payload));
        }
        Ok(Self {
            parent_hash,
            epoch_number,
            epoch_hash,
            timestamp,
            transactions,
        })
    }

    /// Appends the batch, without its type byte.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let payload_length = self
            .parent_hash
            .length()
            .saturating_add(self.epoch_number.length())
            .saturating_add(self.epoch_hash.length())
            .saturating_add(self.timestamp.length())
            .saturating_add(self.transactions.length());
        Header {
            list: true,
            payload_length,
        }
        .encode(out);
        self.parent_hash.encode(out);
        self.epoch_number.encode(out);
        self.epoch_hash.encode(out);
        self.timestamp.encode(out);
        self.transactions.encode(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch() -> SingularBatch {
        SingularBatch {
            parent_hash: B256::repeat_byte(1),
            epoch_number: 7,
            epoch_hash: B256::repeat_byte(2),
            timestamp: 1_700_000_000,
            transactions: alloc::vec![
                Bytes::from_static(&[2, 0xc0]),
                Bytes::new(),
                Bytes::from(alloc::vec![3; 80])
            ],
        }
    }

    #[test]
    fn batches_survive_a_round_trip() {
        let mut out = Vec::new();
        batch().encode(&mut out);
        assert_eq!(SingularBatch::decode(&out.into()), Ok(batch()));
    }

    #[test]
    fn s05_batches_cut_at_any_byte_are_refused() {
        let mut out = Vec::new();
        batch().encode(&mut out);
        let encoded = Bytes::from(out);
        for length in 0..encoded.len() {
            assert!(SingularBatch::decode(&encoded.slice(..length)).is_err());
        }
    }
}
