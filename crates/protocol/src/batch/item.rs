//! Walking over RLP without building values: a transaction's fields are copied as they are.

use alloy_rlp::Header;

use super::BatchFault;

/// One RLP item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item<'a> {
    /// Header and payload.
    pub(super) raw: &'a [u8],
    /// The payload alone.
    pub(super) payload: &'a [u8],
    /// Whether it is a list.
    pub(super) is_list: bool,
}

impl<'a> Item<'a> {
    /// Reads the next item, canonically encoded.
    pub(super) fn read(bytes: &mut &'a [u8]) -> Result<Self, BatchFault> {
        let start = *bytes;
        let mut rest = start;
        let header = Header::decode(&mut rest).map_err(|_| BatchFault::Rlp)?;
        let (payload, after) = rest
            .split_at_checked(header.payload_length)
            .ok_or(BatchFault::Truncated)?;
        let size = start.len().saturating_sub(after.len());
        let raw = start.get(..size).ok_or(BatchFault::Truncated)?;
        *bytes = after;
        Ok(Self {
            raw,
            payload,
            is_list: header.list,
        })
    }

    /// Reads a list and returns its payload.
    pub(super) fn list(bytes: &mut &'a [u8]) -> Result<&'a [u8], BatchFault> {
        let item = Self::read(bytes)?;
        if item.is_list {
            Ok(item.payload)
        } else {
            Err(BatchFault::Rlp)
        }
    }

    /// Reads a byte string.
    pub(super) fn string(bytes: &mut &'a [u8]) -> Result<Self, BatchFault> {
        let item = Self::read(bytes)?;
        if item.is_list { Err(BatchFault::Rlp) } else { Ok(item) }
    }

    /// Reads an unsigned integer without leading zeros, of any size.
    pub(super) fn uint(bytes: &mut &'a [u8]) -> Result<Self, BatchFault> {
        let item = Self::string(bytes)?;
        if item.payload.first() == Some(&0) {
            Err(BatchFault::Rlp)
        } else {
            Ok(item)
        }
    }

    /// Reads an integer of 64 bits.
    pub(super) fn u64(bytes: &mut &'a [u8]) -> Result<u64, BatchFault> {
        let item = Self::uint(bytes)?;
        if item.payload.len() > 8 {
            return Err(BatchFault::Rlp);
        }
        Ok(item.payload.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
    }

    /// Reads a byte string of exactly `N` bytes.
    pub(super) fn array<const N: usize>(bytes: &mut &'a [u8]) -> Result<&'a [u8; N], BatchFault> {
        Self::string(bytes)?.payload.try_into().map_err(|_| BatchFault::Rlp)
    }
}
