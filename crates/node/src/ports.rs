//! What the roles need of others. Adapters are in [`crate::engine`] and [`crate::l1`]; tests bring their own.

use crate::SettlementContracts;
use alloy_eips::BlockId;
use alloy_primitives::{Address, B256};
use alloy_rpc_types_engine::{ForkchoiceState, PayloadId};
use derive::L1Block;
use l1::{L1Heads, NextOutput, OracleParameters, ProposedOutput, TxCandidate, TxReceipt};
use protocol::{Block, BlockRef, PayloadAttributes, Receipt, blob::Blob};
use std::future::Future;
use trie::AccountProof;

/// A block of the L2 and its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct L2Block {
    /// The block's hash.
    pub hash: B256,
    /// Header and body.
    pub block: Block,
}

/// What the engine made of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inserted {
    /// It is valid.
    Valid,
    /// It is not, for this reason.
    Invalid(String),
}

/// Why the engine did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// It is away, busy or synchronising: ask again.
    #[error("the execution client does not answer: {0}: check that it runs and that --l2 names it")]
    Unavailable(String),
    /// It refuses the token.
    #[error("the execution client refuses the token: {0}: both sides need the same --l2.jwt-secret file")]
    Unauthorized(String),
    /// The attributes make no valid block.
    #[error("the attributes make no valid block: {0}")]
    InvalidAttributes(String),
    /// The labels do not fit the engine's chain: find a new start.
    #[error("the execution client has another chain: {0}")]
    Inconsistent(String),
    /// It forgot the payload.
    #[error("the execution client does not know payload {0}")]
    UnknownPayload(PayloadId),
}

/// An execution client.
pub trait Engine: Clone + Send + Sync + 'static {
    /// Moves the labels.
    fn fork_choice(&self, state: ForkchoiceState) -> impl Future<Output = Result<(), EngineError>> + Send;

    /// Moves the labels and starts building on the head.
    fn build(
        &self,
        state: ForkchoiceState,
        attributes: PayloadAttributes,
    ) -> impl Future<Output = Result<PayloadId, EngineError>> + Send;

    /// Ends building. The block is executed, but not the head.
    fn seal(&self, id: PayloadId, timestamp: u64) -> impl Future<Output = Result<L2Block, EngineError>> + Send;

    /// Hands over a block.
    fn insert(&self, block: &L2Block) -> impl Future<Output = Result<Inserted, EngineError>> + Send;

    /// Makes the block that derived attributes say, whole, on the head of `state`. It is executed then, but not the head; its
    /// loss would be no loss, as it is derived again.
    fn derive(
        &self,
        state: ForkchoiceState,
        attributes: PayloadAttributes,
    ) -> impl Future<Output = Result<L2Block, EngineError>> + Send {
        async move {
            let timestamp = attributes.timestamp;
            let id = self.build(state, attributes).await?;
            let block = self.seal(id, timestamp).await?;
            match self.insert(&block).await? {
                Inserted::Valid => Ok(block),
                Inserted::Invalid(reason) => Err(EngineError::InvalidAttributes(reason)),
            }
        }
    }

    /// A block, if it is there.
    fn block(&self, id: BlockId) -> impl Future<Output = Result<Option<L2Block>, EngineError>> + Send;

    /// The proof of an account after a block, as the engine says it; nothing where it does not have the state any more.
    fn account_proof(
        &self,
        address: Address,
        block: B256,
    ) -> impl Future<Output = Result<Option<AccountProof>, EngineError>> + Send;

    /// The chain id.
    fn chain_id(&self) -> impl Future<Output = Result<u64, EngineError>> + Send;
}

/// L1, as derivation reads it.
pub trait L1Reader: Send + Sync + 'static {
    /// The canonical block of that height, if L1 is that high.
    fn block_by_number(&self, number: u64) -> impl Future<Output = Result<Option<L1Block>, l1::Error>> + Send;

    /// The block of that hash.
    fn block_by_hash(&self, hash: B256) -> impl Future<Output = Result<L1Block, l1::Error>> + Send;

    /// The receipts of a block.
    fn receipts(&self, block: B256) -> impl Future<Output = Result<Vec<Receipt>, l1::Error>> + Send;

    /// Blobs of a block, in the order asked, each proven to be what its hash says.
    fn blobs(
        &self,
        block: &BlockRef,
        versioned_hashes: &[B256],
    ) -> impl Future<Output = Result<Vec<Box<Blob>>, l1::Error>> + Send;

    /// Latest, safe and finalized block.
    fn heads(&self) -> impl Future<Output = Result<L1Heads, l1::Error>> + Send;
}

/// The outputs that are proposed on L1, as the proposer reads them: what is said about a state is about that after one L1 block,
/// by its hash.
pub trait OutputReader: Send + Sync + 'static {
    /// Where the oracle is.
    fn address(&self) -> Address;

    /// What the oracle was initialised with.
    fn parameters(&self, l1_block: B256) -> impl Future<Output = Result<OracleParameters, l1::Error>> + Send;

    /// Which output is to be proposed next.
    fn next(&self, l1_block: B256) -> impl Future<Output = Result<NextOutput, l1::Error>> + Send;

    /// The outputs that stand from a number on, oldest first; of many only some, but always the first.
    fn outputs_since(
        &self,
        index: u64,
        l1_block: B256,
    ) -> impl Future<Output = Result<Vec<ProposedOutput>, l1::Error>> + Send;

    /// The hash of L1's canonical block of that height, if L1 is that high.
    fn canonical_hash(&self, number: u64) -> impl Future<Output = Result<Option<B256>, l1::Error>> + Send;

    /// The transaction that proposes an output, and fails on a chain without that L1 block.
    fn propose(&self, output_root: B256, l2_block_number: u64, l1_block: &BlockRef) -> TxCandidate;
}

/// L1, as a role with an account of its own writes to it.
pub trait L1Writer: Send + Sync + 'static {
    /// The account.
    fn address(&self) -> Address;

    /// Waits until L1's pool holds nothing of this account: what an earlier life left there, or a reorganisation put back, is
    /// mined or replaced then. Returns L1's height after that. To be called while nothing is under way.
    fn recover(&self) -> impl Future<Output = Result<u64, l1::Error>> + Send;

    /// Puts nothing in the place of what L1's pool still holds of this account, whose other versions it cannot take then. Whether there
    /// was anything. What became of it is known after [`Self::recover`].
    fn cancel(&self) -> impl Future<Output = Result<bool, l1::Error>> + Send;

    /// Sends a transaction; what comes back waits until it is mined. Two calls one after the other keep their order.
    fn submit(
        &self,
        candidate: TxCandidate,
    ) -> impl Future<Output = Result<impl Future<Output = Result<TxReceipt, l1::Error>> + Send + 'static, l1::Error>> + Send;
}

/// The contracts that settle the chain, as the challenger reads them: every answer but the last two is about the state after one
/// L1 block, by its hash.
pub trait SettlementReader: Send + Sync + 'static {
    /// What they say of themselves.
    fn contracts(&self, at: B256) -> impl Future<Output = Result<SettlementContracts, l1::Error>> + Send;

    /// How many outputs stand: the number of the next one.
    fn next_output_index(&self, at: B256) -> impl Future<Output = Result<u64, l1::Error>> + Send;

    /// The outputs from a number on, oldest first: at least one if that one stands, as many as an answer holds.
    fn outputs_since(
        &self,
        index: u64,
        at: B256,
    ) -> impl Future<Output = Result<Vec<ProposedOutput>, l1::Error>> + Send;

    /// The canonical block of that height, if L1 is that high.
    fn block_ref(&self, number: u64) -> impl Future<Output = Result<Option<BlockRef>, l1::Error>> + Send;

    /// The transaction that deletes an output and all behind it.
    fn delete(&self, index: u64) -> TxCandidate;
}
