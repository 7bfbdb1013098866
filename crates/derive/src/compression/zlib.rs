//! zlib (RFC 1950), without a dictionary.

use alloc::vec::Vec;

use zlib_rs::{Deflate, DeflateFlush, Inflate, InflateFlush, Status};

/// Largest window, which every stream fits into.
const WINDOW_BITS: u8 = 15;

/// Bytes by which the output grows at least.
const STEP_BYTES: usize = 64 * 1024;

/// Decompresses until the stream ends or breaks, or the limit is reached.
pub(super) fn decompress(stream: &[u8], limit: usize) -> Vec<u8> {
    let mut inflate = Inflate::new(true, WINDOW_BITS);
    let mut out = Vec::new();
    loop {
        let (consumed, produced) = progress(inflate.total_in(), inflate.total_out());
        let room = limit.saturating_sub(produced).min(produced.max(STEP_BYTES));
        out.resize(produced.saturating_add(room), 0);
        let (Some(input), Some(output)) = (stream.get(consumed..), out.get_mut(produced..)) else {
            break;
        };
        let status = inflate.decompress(input, output, InflateFlush::NoFlush);
        let after = progress(inflate.total_in(), inflate.total_out());
        let is_stuck = after == (consumed, produced);
        if !matches!(status, Ok(Status::Ok)) || is_stuck || after.1 >= limit {
            break;
        }
    }
    out.truncate(progress(inflate.total_in(), inflate.total_out()).1);
    out
}

/// Compresses.
pub(super) fn compress(content: &[u8], level: u8) -> Vec<u8> {
    let mut deflate = Deflate::new(i32::from(level.min(9)), true, WINDOW_BITS);
    let mut out = Vec::new();
    loop {
        let (consumed, produced) = progress(deflate.total_in(), deflate.total_out());
        out.resize(produced.saturating_add(produced.max(STEP_BYTES)), 0);
        let (Some(input), Some(output)) = (content.get(consumed..), out.get_mut(produced..)) else {
            break;
        };
        match deflate.compress(input, output, DeflateFlush::Finish) {
            Ok(Status::Ok | Status::BufError) => {}
            Ok(Status::StreamEnd) | Err(_) => break,
        }
    }
    out.truncate(progress(deflate.total_in(), deflate.total_out()).1);
    out
}

/// Bytes read and written.
fn progress(total_in: u64, total_out: u64) -> (usize, usize) {
    let size = |bytes| usize::try_from(bytes).unwrap_or(usize::MAX);
    (size(total_in), size(total_out))
}
