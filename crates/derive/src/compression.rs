//! Compression of channels: zlib and Brotli.
//!
//! Specification: `protocol/derivation.md`, "Channel Format", and `protocol/fjord/derivation.md`,
//! "Brotli Channel Compression".

mod brotli;
mod zlib;

use alloc::vec::Vec;

use protocol::channel::CHANNEL_VERSION_BROTLI;

/// How a channel is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compression {
    /// zlib, at a level of 0 to 9.
    Zlib {
        /// The effort.
        level: u8,
    },
    /// Brotli, at a quality of 0 to 11.
    Brotli {
        /// The effort.
        quality: u8,
    },
}

/// Compression methods that a first byte with these low bits announces: the whole is a zlib stream.
const ZLIB_METHODS: [u8; 2] = [8, 15];

/// Decompresses a channel up to `limit` bytes, and clips what comes after.
///
/// A stream that breaks gives what was there before the break. So does one that is cut off. Bytes of
/// an unknown format give nothing.
pub fn decompress(channel: &[u8], limit: usize) -> Vec<u8> {
    match channel {
        [first, ..] if ZLIB_METHODS.contains(&(first & 0x0f)) => zlib::decompress(channel, limit),
        [CHANNEL_VERSION_BROTLI, stream @ ..] => brotli::decompress(stream, limit),
        _ => Vec::new(),
    }
}

/// Compresses the content of a channel, with the byte that tells the format where there is one.
pub fn compress(content: &[u8], compression: Compression) -> Vec<u8> {
    match compression {
        Compression::Zlib { level } => zlib::compress(content, level),
        Compression::Brotli { quality } => {
            let mut out = alloc::vec![CHANNEL_VERSION_BROTLI];
            brotli::compress(content, quality, &mut out);
            out
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    const ALL: [Compression; 5] = [
        Compression::Zlib { level: 1 },
        Compression::Zlib { level: 9 },
        Compression::Brotli { quality: 1 },
        Compression::Brotli { quality: 5 },
        Compression::Brotli { quality: 10 },
    ];

    /// Bytes that compress to about a half.
    fn content(length: usize) -> Vec<u8> {
        let mut state = 1u32;
        (0..length)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 28) as u8
            })
            .collect()
    }

    #[test]
    fn content_survives_a_round_trip() {
        for compression in ALL {
            for length in [0, 1, 1000, 300_000] {
                let compressed = compress(&content(length), compression);
                assert_eq!(decompress(&compressed, usize::MAX), content(length), "{compression:?}");
            }
        }
    }

    #[test]
    fn s04_bombs_are_clipped() {
        let bomb = vec![0u8; 20_000_000];
        for compression in ALL {
            let compressed = compress(&bomb, compression);
            assert!(compressed.len() < 200_000, "{compression:?}: {}", compressed.len());
            assert_eq!(decompress(&compressed, 1_000_001).len(), 1_000_001, "{compression:?}");
        }
    }

    #[test]
    fn s04_broken_streams_give_what_comes_before_the_break() {
        let content = content(300_000);
        for compression in ALL {
            let compressed = compress(&content, compression);
            let middle = compressed.len() / 2;
            let half = decompress(&compressed[..middle], usize::MAX);
            assert!(half.len() > content.len() / 3, "{compression:?} cut: {}", half.len());
            assert!(content.starts_with(&half));

            let mut broken = compressed.clone();
            broken[middle..].fill(0xff);
            let before = decompress(&broken, 400_000);
            let common = before.iter().zip(&content).take_while(|(a, b)| a == b).count();
            assert!(common > 80_000, "{compression:?} broken: {common}");
        }
    }

    #[test]
    fn unknown_formats_give_nothing() {
        for first in (0..=u8::MAX).filter(|byte| *byte != 1 && ![8, 15].contains(&(byte & 15))) {
            assert!(decompress(&[first, 0, 0], 100).is_empty());
        }
        assert!(decompress(&[], 100).is_empty());
        assert!(decompress(&[0x79, 0xda, 0, 0], 100).is_empty(), "bad header checksum");
    }
}
