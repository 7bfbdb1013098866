//! Reading span batches.

use alloc::vec::Vec;

use alloy_primitives::{Bytes, FixedBytes};

use super::{
    BatchFault, MAX_SPAN_BATCH_ELEMENT_COUNT, SpanBatch, SpanBlock,
    bits::Bits,
    reader::Reader,
    span_transaction::{Envelope, TransactionData, write_transaction},
};
use crate::RollupConfig;

impl SpanBatch {
    /// Reads the batch after its type byte.
    ///
    /// Every transaction is rebuilt, so that a batch that decodes has no malformed one. Whether the
    /// batch fits the chain is another question.
    pub fn decode(content: &[u8], config: &RollupConfig) -> Result<Self, BatchFault> {
        let mut reader = Reader(content);
        let relative_timestamp = reader.uvarint()?;
        let l1_origin_number = reader.uvarint()?;
        let parent_check = FixedBytes::new(*reader.array()?);
        let l1_origin_check = FixedBytes::new(*reader.array()?);
        let block_count = element_count(reader.uvarint()?)?;
        if block_count == 0 {
            return Err(BatchFault::NoBlocks);
        }
        let origin_bits = Bits::read(&mut reader, block_count as u64)?;
        let transaction_counts = read_transaction_counts(&mut reader, block_count)?;
        let total = transaction_counts
            .iter()
            .fold(0u64, |sum, count| sum.saturating_add(*count));
        let mut transactions = read_transactions(&mut reader, element_count(total)?, config.l2_chain_id)?.into_iter();

        let start = config.genesis.l2_time.wrapping_add(relative_timestamp);
        let later_epochs = origin_bits.count_ones().saturating_sub(usize::from(origin_bits.get(0)));
        let mut epoch_number = l1_origin_number.wrapping_sub(later_epochs as u64);
        let mut timestamp = start;
        let mut blocks = Vec::with_capacity(block_count);
        for (index, count) in transaction_counts.into_iter().enumerate() {
            if index > 0 {
                epoch_number = epoch_number.wrapping_add(u64::from(origin_bits.get(index)));
                timestamp = timestamp.wrapping_add(config.block_time);
            }
            let transactions = transactions.by_ref().take(count as usize).collect();
            blocks.push(SpanBlock {
                epoch_number,
                timestamp,
                transactions,
            });
        }
        Ok(Self {
            parent_check,
            l1_origin_check,
            starts_epoch: origin_bits.get(0),
            blocks,
        })
    }
}

/// A number of blocks or transactions, if it is not too large.
fn element_count(count: u64) -> Result<usize, BatchFault> {
    match usize::try_from(count) {
        Ok(elements) if count <= MAX_SPAN_BATCH_ELEMENT_COUNT => Ok(elements),
        _ => Err(BatchFault::TooManyElements(count)),
    }
}

/// Reads how many transactions each block has. Nothing is reserved on the word of the batch.
fn read_transaction_counts(reader: &mut Reader<'_>, block_count: usize) -> Result<Vec<u64>, BatchFault> {
    let mut counts = Vec::with_capacity(block_count.min(reader.0.len()));
    for _ in 0..block_count {
        let count = reader.uvarint()?;
        element_count(count)?;
        counts.push(count);
    }
    Ok(counts)
}

/// Reads the columns of all transactions and rebuilds each. They share one allocation.
fn read_transactions(reader: &mut Reader<'_>, total: usize, chain_id: u64) -> Result<Vec<Bytes>, BatchFault> {
    let creations = Bits::read(reader, total as u64)?;
    let parities = Bits::read(reader, total as u64)?;
    let (signatures, _) = reader.take(total.saturating_mul(64))?.as_chunks::<64>();
    let recipient_count = total.saturating_sub(creations.count_ones());
    let (recipients, _) = reader.take(recipient_count.saturating_mul(20))?.as_chunks::<20>();
    let mut datas = Vec::with_capacity(total);
    for _ in 0..total {
        datas.push(TransactionData::read(reader)?);
    }
    let nonces = read_uvarints(reader, total)?;
    let gases = read_uvarints(reader, total)?;
    let legacy_count = datas.iter().filter(|data| data.is_legacy()).count();
    let protected = Bits::read(reader, legacy_count as u64)?;

    let mut recipients = recipients.iter();
    let mut legacy_index = 0usize;
    let mut buffer = Vec::new();
    let mut ends = Vec::with_capacity(total);
    let columns = datas.iter().zip(signatures).zip(nonces.iter().zip(&gases)).enumerate();
    for (index, ((data, signature), (nonce, gas_limit))) in columns {
        let is_protected = data.is_legacy() && protected.get(legacy_index);
        legacy_index = legacy_index.saturating_add(usize::from(data.is_legacy()));
        let envelope = Envelope {
            chain_id,
            nonce: *nonce,
            gas_limit: *gas_limit,
            to: if creations.get(index) { None } else { recipients.next() },
            signature,
            y_parity: parities.get(index),
            is_protected,
        };
        write_transaction(data, &envelope, &mut buffer)?;
        ends.push(buffer.len());
    }
    Ok(cut(buffer.into(), &ends))
}

/// Cuts a buffer into pieces that end at the given offsets.
fn cut(buffer: Bytes, ends: &[usize]) -> Vec<Bytes> {
    let mut start = 0;
    let mut piece = |end: &usize| {
        let piece = buffer.slice(start..*end);
        start = *end;
        piece
    };
    ends.iter().map(&mut piece).collect()
}

fn read_uvarints(reader: &mut Reader<'_>, count: usize) -> Result<Vec<u64>, BatchFault> {
    let mut values = Vec::with_capacity(count.min(reader.0.len()));
    for _ in 0..count {
        values.push(reader.uvarint()?);
    }
    Ok(values)
}
