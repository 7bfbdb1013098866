//! Brotli (RFC 7932), without a dictionary or large windows.

use alloc::{boxed::Box, vec, vec::Vec};

use brotli::{
    Allocator, BrotliDecompressStream, BrotliResult, BrotliState, SliceWrapper, SliceWrapperMut,
    enc::{
        BrotliAlloc,
        encode::{BrotliEncoderOperation, BrotliEncoderStateStruct},
    },
};

/// Bytes by which the output grows at least.
const STEP_BYTES: usize = 64 * 1024;

/// Highest quality of the encoder.
const QUALITY_MAX: u8 = 11;

/// Largest window of the encoder.
const WINDOW_BITS: i32 = 22;

/// Bytes that the decoder is given at once. What it has decoded comes out between two pieces, so that
/// this decides how much of a broken stream is read: the first piece ends where the reference's does,
/// which has read 4096 bytes of the channel, one of them the format's.
const FIRST_PIECE_BYTES: usize = 4095;
const PIECE_BYTES: usize = 32 * 1024;

/// Decompresses until the stream ends or breaks, or the limit is reached.
pub(super) fn decompress(stream: &[u8], limit: usize) -> Vec<u8> {
    let mut state = BrotliState::new_strict(Heap, Heap, Heap);
    let mut out = Output {
        bytes: Vec::new(),
        length: 0,
        limit,
    };
    let (first, rest) = stream.split_at_checked(FIRST_PIECE_BYTES).unwrap_or((stream, &[]));
    for piece in core::iter::once(first).chain(rest.chunks(PIECE_BYTES)) {
        if !out.write(&mut state, piece) {
            break;
        }
    }
    out.bytes.truncate(out.length);
    out.bytes
}

/// What is decompressed so far.
struct Output {
    bytes: Vec<u8>,
    length: usize,
    limit: usize,
}

impl Output {
    /// Decompresses the next piece of the stream; whether there can be more.
    fn write(&mut self, state: &mut BrotliState<Heap, Heap, Heap>, piece: &[u8]) -> bool {
        let (mut available_in, mut input_offset) = (piece.len(), 0);
        loop {
            let room = self.limit.saturating_sub(self.length).min(self.length.max(STEP_BYTES));
            if room == 0 {
                return false;
            }
            self.bytes.resize(self.length.saturating_add(room), 0);
            let (mut available_out, mut total) = (room, 0);
            let result = BrotliDecompressStream(
                &mut available_in,
                &mut input_offset,
                piece,
                &mut available_out,
                &mut self.length,
                &mut self.bytes,
                &mut total,
                state,
            );
            match result {
                BrotliResult::NeedsMoreOutput => {}
                BrotliResult::NeedsMoreInput => return true,
                BrotliResult::ResultSuccess | BrotliResult::ResultFailure => return false,
            }
        }
    }
}

/// Compresses, and appends the result.
pub(super) fn compress(content: &[u8], quality: u8, out: &mut Vec<u8>) {
    let mut encoder = BrotliEncoderStateStruct::new(Heap);
    encoder.params.quality = i32::from(quality.min(QUALITY_MAX));
    encoder.params.lgwin = WINDOW_BITS;
    encoder.params.size_hint = content.len();
    let (mut available_in, mut offset) = (content.len(), 0);
    let mut is_going = true;
    while is_going && !encoder.is_finished() {
        is_going = encoder.compress_stream(
            BrotliEncoderOperation::BROTLI_OPERATION_FINISH,
            &mut available_in,
            content,
            &mut offset,
            &mut 0,
            &mut [],
            &mut 0,
            &mut None,
            &mut |_, _, _, _| {},
        );
        while encoder.has_more_output() {
            // The slice may be longer than the output: the size that is written back counts.
            let mut size = 0;
            let output = encoder.take_output(&mut size);
            out.extend_from_slice(output.get(..size).unwrap_or(output));
        }
    }
}

/// Memory for the coder, from the global allocator.
#[derive(Clone, Copy, Debug, Default)]
struct Heap;

/// A piece of it.
#[derive(Debug)]
struct Memory<T>(Box<[T]>);

impl<T> Default for Memory<T> {
    fn default() -> Self {
        Self(Box::new([]))
    }
}

impl<T> SliceWrapper<T> for Memory<T> {
    fn slice(&self) -> &[T] {
        &self.0
    }
}

impl<T> SliceWrapperMut<T> for Memory<T> {
    fn slice_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

impl<T: Clone + Default> Allocator<T> for Heap {
    type AllocatedMemory = Memory<T>;

    fn alloc_cell(&mut self, length: usize) -> Memory<T> {
        Memory(vec![T::default(); length].into_boxed_slice())
    }

    fn free_cell(&mut self, _memory: Memory<T>) {}
}

impl BrotliAlloc for Heap {}
