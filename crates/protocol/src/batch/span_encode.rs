//! Writing span batches.

use alloc::vec::Vec;

use super::{BatchFault, SpanBatch, bits::write_bits, reader::write_uvarint, span_transaction::SplitTransaction};
use crate::RollupConfig;

impl SpanBatch {
    /// Appends the batch, without its type byte.
    ///
    /// The blocks must be consecutive and hold transactions of the chain that span batches can carry.
    pub fn encode(&self, config: &RollupConfig, out: &mut Vec<u8>) -> Result<(), BatchFault> {
        let origin_bits = self.origin_bits(config)?;
        let relative_timestamp = self
            .start_timestamp()
            .checked_sub(config.genesis.l2_time)
            .ok_or(BatchFault::NotConsecutive)?;
        write_uvarint(relative_timestamp, out);
        write_uvarint(self.end_epoch_number(), out);
        out.extend_from_slice(self.parent_check.as_slice());
        out.extend_from_slice(self.l1_origin_check.as_slice());
        write_uvarint(self.blocks.len() as u64, out);
        write_bits(&origin_bits, out);
        for block in &self.blocks {
            write_uvarint(block.transactions.len() as u64, out);
        }
        self.encode_transactions(config.l2_chain_id, out)
    }

    /// One bit a block: whether its L1 origin is another than that of the block before.
    fn origin_bits(&self, config: &RollupConfig) -> Result<Vec<bool>, BatchFault> {
        let mut bits = Vec::with_capacity(self.blocks.len());
        let mut last: Option<(u64, u64)> = None;
        for block in &self.blocks {
            let bit = match last {
                None => self.starts_epoch,
                Some((epoch_number, timestamp)) => {
                    let advance = block.epoch_number.wrapping_sub(epoch_number);
                    let elapsed = block.timestamp.wrapping_sub(timestamp);
                    if advance > 1 || elapsed != config.block_time {
                        return Err(BatchFault::NotConsecutive);
                    }
                    advance == 1
                }
            };
            last = Some((block.epoch_number, block.timestamp));
            bits.push(bit);
        }
        if bits.is_empty() {
            Err(BatchFault::NoBlocks)
        } else {
            Ok(bits)
        }
    }

    /// Appends the columns of all transactions.
    fn encode_transactions(&self, chain_id: u64, out: &mut Vec<u8>) -> Result<(), BatchFault> {
        let transactions = self
            .blocks
            .iter()
            .flat_map(|block| &block.transactions)
            .map(|raw| SplitTransaction::read(raw, chain_id))
            .collect::<Result<Vec<_>, _>>()?;
        let bits = |of: fn(&SplitTransaction<'_>) -> bool| transactions.iter().map(of).collect::<Vec<_>>();
        write_bits(&bits(|transaction| transaction.to.is_none()), out);
        write_bits(&bits(|transaction| transaction.y_parity), out);
        for transaction in &transactions {
            out.extend_from_slice(&transaction.r.to_be_bytes::<32>());
            out.extend_from_slice(&transaction.s.to_be_bytes::<32>());
        }
        for to in transactions.iter().filter_map(|transaction| transaction.to) {
            out.extend_from_slice(to);
        }
        for transaction in &transactions {
            transaction.data.write(out);
        }
        for transaction in &transactions {
            write_uvarint(transaction.nonce, out);
        }
        for transaction in &transactions {
            write_uvarint(transaction.gas_limit, out);
        }
        let protected: Vec<bool> = transactions
            .iter()
            .filter(|transaction| transaction.data.is_legacy())
            .map(|transaction| transaction.is_protected)
            .collect();
        write_bits(&protected, out);
        Ok(())
    }
}
