//! scrypt (RFC 7914), with every parameter that keystores come with: the published implementations refuse a block size of 1 at a
//! cost of 2^18, which the test vector of the keystores' own definition has.

use sha2::Sha256;

/// Words of one Salsa20 block.
const WORDS: usize = 16;

type Block = [u32; WORDS];

/// What the derivation costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    /// `N`: steps, and blocks of memory; a power of two.
    pub(super) n: u64,
    /// `r`: the block size, in 128 bytes.
    pub(super) r: u32,
    /// `p`: how often it is done.
    pub(super) p: u32,
}

/// Derives a key. The caller has checked that `N` is a power of two, that nothing is zero, and that memory and work are affordable.
pub(super) fn scrypt(password: &[u8], salt: &[u8], cost: Cost, derived: &mut [u8]) {
    let chunk_bytes = 128 * cost.r as usize;
    let mut bytes = vec![0; chunk_bytes * cost.p as usize];
    pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, 1, &mut bytes);
    for chunk in bytes.chunks_exact_mut(chunk_bytes) {
        mix(chunk, cost.n as usize);
    }
    pbkdf2::pbkdf2_hmac::<Sha256>(password, &bytes, 1, derived);
}

/// `scryptROMix`.
fn mix(chunk: &mut [u8], n: usize) {
    let mut blocks: Vec<Block> = chunk.chunks_exact(4 * WORDS).map(read).collect();
    let mut spare = blocks.clone();
    let mut memory = Vec::with_capacity(n * blocks.len());
    for _ in 0..n {
        memory.extend_from_slice(&blocks);
        mix_blocks(&mut blocks, &mut spare);
    }
    for _ in 0..n {
        let last = blocks[blocks.len() - 1];
        let index = (u64::from(last[0]) | u64::from(last[1]) << 32) as usize & (n - 1);
        let remembered = &memory[index * blocks.len()..];
        blocks
            .iter_mut()
            .zip(remembered)
            .for_each(|(block, other)| xor(block, other));
        mix_blocks(&mut blocks, &mut spare);
    }
    for (bytes, block) in chunk.chunks_exact_mut(4 * WORDS).zip(&blocks) {
        bytes.copy_from_slice(&block.map(u32::to_le_bytes).concat());
    }
}

/// `scryptBlockMix`: even blocks first, odd ones behind them.
fn mix_blocks(blocks: &mut Vec<Block>, spare: &mut Vec<Block>) {
    let mut running = blocks[blocks.len() - 1];
    for (index, block) in blocks.iter().enumerate() {
        xor(&mut running, block);
        salsa20_8(&mut running);
        spare[index / 2 + (index % 2) * (blocks.len() / 2)] = running;
    }
    std::mem::swap(blocks, spare);
}

/// The Salsa20 core with eight rounds.
fn salsa20_8(block: &mut Block) {
    let input = *block;
    for _ in 0..4 {
        for [a, b, c, d] in [[0, 4, 8, 12], [5, 9, 13, 1], [10, 14, 2, 6], [15, 3, 7, 11]] {
            quarter(block, a, b, c, d);
        }
        for [a, b, c, d] in [[0, 1, 2, 3], [5, 6, 7, 4], [10, 11, 8, 9], [15, 12, 13, 14]] {
            quarter(block, a, b, c, d);
        }
    }
    block
        .iter_mut()
        .zip(input)
        .for_each(|(word, before)| *word = word.wrapping_add(before));
}

fn quarter(x: &mut Block, a: usize, b: usize, c: usize, d: usize) {
    x[b] ^= x[a].wrapping_add(x[d]).rotate_left(7);
    x[c] ^= x[b].wrapping_add(x[a]).rotate_left(9);
    x[d] ^= x[c].wrapping_add(x[b]).rotate_left(13);
    x[a] ^= x[d].wrapping_add(x[c]).rotate_left(18);
}

fn xor(block: &mut Block, other: &Block) {
    block.iter_mut().zip(other).for_each(|(word, other)| *word ^= other);
}

fn read(bytes: &[u8]) -> Block {
    std::array::from_fn(|word| std::array::from_fn(|byte| bytes[4 * word + byte])).map(u32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use alloy_primitives::hex;

    use super::*;

    #[track_caller]
    fn check(password: &str, salt: &str, (n, r, p): (u64, u32, u32), expected: &str) {
        let mut derived = [0; 64];
        scrypt(password.as_bytes(), salt.as_bytes(), Cost { n, r, p }, &mut derived);
        assert_eq!(hex::encode(derived), expected);
    }

    /// The vectors of RFC 7914, section 12, but for the one of a gibibyte.
    #[test]
    fn the_vectors_of_the_rfc() {
        check(
            "",
            "",
            (16, 1, 1),
            "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906",
        );
        check(
            "password",
            "NaCl",
            (1_024, 8, 16),
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
        );
        check(
            "pleaseletmein",
            "SodiumChloride",
            (16_384, 8, 1),
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887",
        );
    }
}
