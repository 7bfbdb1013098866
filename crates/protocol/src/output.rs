//! Output roots (specs: proposals.md).

use alloy_primitives::{B256, keccak256};

/// What an output root of version zero commits to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OutputRoot {
    /// State root of the L2 block.
    pub state_root: B256,
    /// Storage root of the `L2ToL1MessagePasser` (since Isthmus the header's `withdrawalsRoot`).
    pub message_passer_storage_root: B256,
    /// Hash of the L2 block.
    pub block_hash: B256,
}

impl OutputRoot {
    /// Length of the preimage in bytes.
    pub const ENCODED_BYTES: usize = 128;

    /// The preimage: the version (zero) and the three hashes, a word each.
    pub fn encode(&self) -> [u8; Self::ENCODED_BYTES] {
        let mut out = [0; Self::ENCODED_BYTES];
        let words = [
            B256::ZERO,
            self.state_root,
            self.message_passer_storage_root,
            self.block_hash,
        ];
        for (slot, word) in out.chunks_exact_mut(32).zip(words) {
            slot.copy_from_slice(word.as_slice());
        }
        out
    }

    /// The output root.
    pub fn hash(&self) -> B256 {
        keccak256(self.encode())
    }

    /// Reads a preimage of version zero.
    pub fn decode(preimage: &[u8]) -> Option<Self> {
        let mut cursor = crate::cursor::Cursor(preimage);
        let version = cursor.b256()?;
        let output = Self {
            state_root: cursor.b256()?,
            message_passer_storage_root: cursor.b256()?,
            block_hash: cursor.b256()?,
        };
        cursor.end(output).filter(|_| version.is_zero())
    }
}

/// The output root of version zero.
pub fn output_root_v0(state_root: B256, message_passer_storage_root: B256, block_hash: B256) -> B256 {
    OutputRoot {
        state_root,
        message_passer_storage_root,
        block_hash,
    }
    .hash()
}
