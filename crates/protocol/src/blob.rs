//! Blobs: how a batcher transaction's data is spread over 4096 field elements.
//!
//! Specification: `protocol/ecotone/derivation.md`, "Blob Encoding".

use alloc::{boxed::Box, vec, vec::Vec};

use alloy_primitives::Bytes;

/// Bytes of a blob.
pub const BLOB_BYTES: usize = 131_072;

/// Bytes of data that fit into a blob: 127 bytes into every four field elements, less four bytes
/// for version and length.
pub const BLOB_DATA_BYTES_MAX: usize = (4 * 31 + 3) * 1024 - 4;

/// Version of the encoding; no other is defined.
const ENCODING_VERSION: u8 = 0;

/// Bytes of a group of four field elements, and of the data in it.
const GROUP_BYTES: usize = 128;
const GROUP_DATA_BYTES: usize = 127;

/// A blob, as it is committed to.
pub type Blob = [u8; BLOB_BYTES];

/// Why a blob holds no data, or data no blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlobFault {
    /// One of the two top bits of a field element is set.
    #[error("a field element has one of its top two bits set")]
    FieldElement,
    /// The version byte is unknown.
    #[error("unknown encoding version {0}")]
    Version(u8),
    /// The length is larger than what fits.
    #[error("{0} bytes do not fit into a blob")]
    Length(usize),
    /// There is something other than zeros after the data.
    #[error("bytes after the data are not zero")]
    Trailing,
}

/// Reads the data of a blob.
pub fn decode_blob(blob: &Blob) -> Result<Bytes, BlobFault> {
    let mut data = Vec::with_capacity(GROUP_DATA_BYTES.saturating_mul(1024));
    let (groups, _) = blob.as_chunks::<GROUP_BYTES>();
    for group in groups {
        decode_group(group, &mut data)?;
    }
    let [version, high, middle, low, data @ ..] = data.as_slice() else {
        return Err(BlobFault::Length(0));
    };
    if *version != ENCODING_VERSION {
        return Err(BlobFault::Version(*version));
    }
    let length = u32::from_be_bytes([0, *high, *middle, *low]);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let (data, trailing) = data.split_at_checked(length).ok_or(BlobFault::Length(length))?;
    if trailing.iter().any(|byte| *byte != 0) {
        return Err(BlobFault::Trailing);
    }
    Ok(Bytes::copy_from_slice(data))
}

/// Reads four field elements: 31 bytes of each, and three bytes from the six low bits of each first
/// byte.
fn decode_group(group: &[u8; GROUP_BYTES], data: &mut Vec<u8>) -> Result<(), BlobFault> {
    let (elements, _) = group.as_chunks::<32>();
    let [[a, tail_a @ ..], [b, tail_b @ ..], [c, tail_c @ ..], [d, tail_d @ ..]] = elements else {
        return Err(BlobFault::FieldElement);
    };
    if (a | b | c | d) & 0b1100_0000 != 0 {
        return Err(BlobFault::FieldElement);
    }
    data.extend_from_slice(tail_a);
    data.push((a & 0b0011_1111) | ((b & 0b0011_0000) << 2));
    data.extend_from_slice(tail_b);
    data.push((b & 0b0000_1111) | ((d & 0b0000_1111) << 4));
    data.extend_from_slice(tail_c);
    data.push((c & 0b0011_1111) | ((d & 0b0011_0000) << 2));
    data.extend_from_slice(tail_d);
    Ok(())
}

/// Writes data into a blob.
pub fn encode_blob(data: &[u8]) -> Result<Box<Blob>, BlobFault> {
    if data.len() > BLOB_DATA_BYTES_MAX {
        return Err(BlobFault::Length(data.len()));
    }
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes();
    let mut padded = Vec::with_capacity(GROUP_DATA_BYTES.saturating_mul(1024));
    padded.push(ENCODING_VERSION);
    padded.extend(length.iter().skip(1));
    padded.extend_from_slice(data);
    padded.resize(padded.len().next_multiple_of(GROUP_DATA_BYTES), 0);

    let mut blob = vec![0u8; BLOB_BYTES];
    let (groups, _) = blob.as_chunks_mut::<GROUP_BYTES>();
    let (inputs, _) = padded.as_chunks::<GROUP_DATA_BYTES>();
    for (group, input) in groups.iter_mut().zip(inputs) {
        encode_group(input, group);
    }
    blob.into_boxed_slice()
        .try_into()
        .map_err(|_| BlobFault::Length(data.len()))
}

/// Writes 127 bytes into four field elements.
fn encode_group(input: &[u8; GROUP_DATA_BYTES], group: &mut [u8; GROUP_BYTES]) {
    let mut rest = input.as_slice();
    let mut take = |count: usize| {
        let (head, tail) = rest.split_at_checked(count).unwrap_or((rest, &[]));
        rest = tail;
        head
    };
    let tail_a = take(31);
    let x = take(1).first().copied().unwrap_or_default();
    let tail_b = take(31);
    let y = take(1).first().copied().unwrap_or_default();
    let tail_c = take(31);
    let z = take(1).first().copied().unwrap_or_default();
    let tail_d = take(31);
    let heads = [
        x & 0b0011_1111,
        (y & 0b0000_1111) | ((x & 0b1100_0000) >> 2),
        z & 0b0011_1111,
        ((z & 0b1100_0000) >> 2) | ((y & 0b1111_0000) >> 4),
    ];
    let (elements, _) = group.as_chunks_mut::<32>();
    for ((element, head), tail) in elements.iter_mut().zip(heads).zip([tail_a, tail_b, tail_c, tail_d]) {
        let [first, low @ ..] = element;
        *first = head;
        low.copy_from_slice(tail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(length: usize) -> Vec<u8> {
        (0..length)
            .map(|index| (index.wrapping_mul(2_654_435_761) >> 7) as u8)
            .collect()
    }

    #[test]
    fn data_survives_a_round_trip() {
        for length in [0, 1, 26, 27, 28, 123, 124, 127, 128, 5000, BLOB_DATA_BYTES_MAX] {
            let blob = encode_blob(&data(length)).unwrap();
            assert_eq!(decode_blob(&blob).unwrap(), data(length), "{length} bytes");
        }
        let longer = BLOB_DATA_BYTES_MAX + 1;
        assert_eq!(encode_blob(&data(longer)).unwrap_err(), BlobFault::Length(longer));
    }

    #[test]
    fn s09_top_bits_of_any_field_element_spoil_the_blob() {
        for element in [0, 1, 2, 3, 4, 4095] {
            for bit in [0b0100_0000, 0b1000_0000] {
                let mut blob = encode_blob(&data(100)).unwrap();
                blob[element * 32] |= bit;
                assert_eq!(decode_blob(&blob), Err(BlobFault::FieldElement));
            }
        }
    }

    #[test]
    fn s09_version_length_and_trailing_bytes_are_checked() {
        let mut blob = encode_blob(&data(10)).unwrap();
        blob[1] = 1;
        assert_eq!(decode_blob(&blob), Err(BlobFault::Version(1)));

        let mut blob = encode_blob(&data(10)).unwrap();
        blob[2..5].copy_from_slice(&(BLOB_DATA_BYTES_MAX as u32 + 1).to_be_bytes()[1..]);
        assert_eq!(decode_blob(&blob), Err(BlobFault::Length(BLOB_DATA_BYTES_MAX + 1)));

        let mut blob = encode_blob(&data(10)).unwrap();
        blob[BLOB_BYTES - 1] = 1;
        assert_eq!(decode_blob(&blob), Err(BlobFault::Trailing));
    }
}
