//! Output roots, computed from the own execution client's state and from nothing that anybody else says.

use crate::{Engine, EngineError, L2Block};
use alloy_consensus::Header;
use alloy_eips::{BlockId, BlockNumHash};
use alloy_primitives::B256;
use protocol::{OutputRoot, predeploys::L2_TO_L1_MESSAGE_PASSER};

/// The output of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Output {
    /// The block.
    pub block: BlockNumHash,
    /// What the root is the hash of.
    pub preimage: OutputRoot,
    /// The root.
    pub root: B256,
}

/// Why there is no output of a block.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutputError {
    /// The execution client does not do what it is asked.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The execution client has the block, but not the state after it, and the header does not say what is needed of that.
    #[error(
        "the execution client has no state of block {number} any more: use one that keeps the state of every block since the last output that is final"
    )]
    NoState {
        /// The block.
        number: u64,
    },
    /// What the execution client says contradicts itself.
    #[error(
        "the execution client contradicts itself about block {number}: {fault}: do not use it, and check its database"
    )]
    Contradiction {
        /// The block.
        number: u64,
        /// In what.
        fault: Contradiction,
    },
}

/// Where an execution client contradicts itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Contradiction {
    /// The header hashes to something else than the block's hash.
    #[error("its header hashes to {0}")]
    HeaderHash(B256),
    /// The proof of the message passer does not lead to the header's state root.
    #[error("the proof of the L2ToL1MessagePasser does not lead to its state root")]
    Proof,
    /// The header's withdrawals root is not the message passer's storage root.
    #[error("its withdrawalsRoot is not the L2ToL1MessagePasser's storage root, {0}")]
    WithdrawalsRoot(B256),
}

/// The output of a block of the canonical chain, if the chain is that long.
///
/// The header is hashed again, the message passer's storage root is proven against the header's state root, and where the header
/// commits to it itself (from Isthmus on), that must be the same. Where the execution client keeps the state no more, that header is
/// what it made of that state when it executed the block.
pub async fn output_at<E: Engine>(engine: &E, number: u64) -> Result<Option<Output>, OutputError> {
    let Some(block) = engine.block(BlockId::from(number)).await? else {
        return Ok(None);
    };
    let header = &block.block.header;
    let computed = header.hash_slow();
    let contradiction = |fault| OutputError::Contradiction { number, fault };
    if computed != block.hash {
        return Err(contradiction(Contradiction::HeaderHash(computed)));
    }
    let committed = header.withdrawals_root.filter(|_| is_isthmus(header));
    let Some(proof) = engine.account_proof(L2_TO_L1_MESSAGE_PASSER, block.hash).await? else {
        let committed = committed.ok_or(OutputError::NoState { number })?;
        return Ok(Some(output(&block, committed)));
    };
    if proof.address != L2_TO_L1_MESSAGE_PASSER || proof.verify(header.state_root).is_err() {
        return Err(contradiction(Contradiction::Proof));
    }
    let proven = proof.storage_root();
    if committed.is_some_and(|committed| committed != proven) {
        return Err(contradiction(Contradiction::WithdrawalsRoot(proven)));
    }
    Ok(Some(output(&block, proven)))
}

/// Requests came with Isthmus, and with them the meaning of `withdrawalsRoot`.
const fn is_isthmus(header: &Header) -> bool {
    header.requests_hash.is_some()
}

fn output(block: &L2Block, message_passer_storage_root: B256) -> Output {
    let preimage = OutputRoot {
        state_root: block.block.header.state_root,
        message_passer_storage_root,
        block_hash: block.hash,
    };
    Output {
        block: BlockNumHash::new(block.block.header.number, block.hash),
        preimage,
        root: preimage.hash(),
    }
}
