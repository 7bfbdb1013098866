//! The execution client in this process.

use crate::{Engine, EngineError, Inserted, L2Block};
use alloy_eips::BlockId;
use alloy_primitives::{Address, B256};
use alloy_rpc_types_engine::{ForkchoiceState, PayloadId};
use chain::{Chain, DerivedVerdict, ForkchoiceVerdict, ImportVerdict, PayloadError};
use protocol::PayloadAttributes;
use trie::AccountProof;

/// A [`Chain`] whose payload jobs somebody else keeps alive. Its work is done on threads that may block.
#[derive(Debug, Clone)]
pub struct LocalEngine {
    chain: Chain,
}

impl LocalEngine {
    /// The engine over a chain.
    pub const fn new(chain: Chain) -> Self {
        Self { chain }
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Chain) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let chain = self.chain.clone();
        let done = tokio::task::spawn_blocking(move || work(&chain)).await;
        done.unwrap_or_else(|failed| Err(EngineError::Unavailable(failed.to_string())))
    }
}

fn failed(error: impl std::fmt::Display) -> EngineError {
    EngineError::Unavailable(error.to_string())
}

fn judge(verdict: ForkchoiceVerdict) -> Result<(), EngineError> {
    match verdict {
        ForkchoiceVerdict::Valid { .. } => Ok(()),
        ForkchoiceVerdict::Syncing => Err(EngineError::Inconsistent("the head is not known".into())),
        ForkchoiceVerdict::Invalid { reason, .. } => Err(EngineError::Inconsistent(reason)),
        ForkchoiceVerdict::InvalidState { reason } => Err(EngineError::Inconsistent(reason.into())),
    }
}

fn refused(error: PayloadError) -> EngineError {
    match error {
        PayloadError::InvalidAttributes { reason } | PayloadError::NotBuildable { reason } => {
            EngineError::InvalidAttributes(reason)
        }
        PayloadError::UnknownPayload(id) => EngineError::UnknownPayload(id),
        other => failed(other),
    }
}

impl Engine for LocalEngine {
    async fn fork_choice(&self, state: ForkchoiceState) -> Result<(), EngineError> {
        self.run(move |chain| judge(chain.fork_choice_updated(state).map_err(failed)?))
            .await
    }

    async fn build(&self, state: ForkchoiceState, attributes: PayloadAttributes) -> Result<PayloadId, EngineError> {
        self.run(move |chain| {
            let updated = chain
                .fork_choice_updated_with_attributes(state, Some(attributes))
                .map_err(failed)?;
            let updated = updated.map_err(refused)?;
            judge(updated.verdict)?;
            updated.payload_id.ok_or_else(|| failed("no payload was started"))
        })
        .await
    }

    async fn seal(&self, id: PayloadId, _timestamp: u64) -> Result<L2Block, EngineError> {
        self.run(move |chain| {
            let built = chain.payload(id).map_err(failed)?.map_err(refused)?;
            Ok(L2Block {
                hash: built.hash,
                block: built.block,
            })
        })
        .await
    }

    async fn insert(&self, block: &L2Block) -> Result<Inserted, EngineError> {
        let block = block.block.clone();
        self.run(move |chain| match chain.import(block).map_err(failed)? {
            ImportVerdict::Valid => Ok(Inserted::Valid),
            ImportVerdict::Invalid { reason, .. } => Ok(Inserted::Invalid(reason)),
            ImportVerdict::UnknownParent => Err(EngineError::Inconsistent("the parent is not known".into())),
        })
        .await
    }

    async fn derive(&self, state: ForkchoiceState, attributes: PayloadAttributes) -> Result<L2Block, EngineError> {
        self.run(move |chain| {
            let built = chain
                .build_derived(state.head_block_hash, &attributes)
                .map_err(failed)?;
            match built {
                DerivedVerdict::Built(record) => Ok(L2Block {
                    hash: record.hash,
                    block: record.block.clone(),
                }),
                DerivedVerdict::Invalid { reason } => Err(EngineError::InvalidAttributes(reason)),
                DerivedVerdict::UnknownParent => Err(EngineError::Inconsistent("the parent is not known".into())),
            }
        })
        .await
    }

    async fn block(&self, id: BlockId) -> Result<Option<L2Block>, EngineError> {
        self.run(move |chain| {
            let Some(hash) = chain.resolve(id).map_err(failed)? else {
                return Ok(None);
            };
            let record = chain.record(hash).map_err(failed)?;
            Ok(record.map(|record| L2Block {
                hash,
                block: record.block.clone(),
            }))
        })
        .await
    }

    async fn account_proof(&self, address: Address, block: B256) -> Result<Option<AccountProof>, EngineError> {
        self.run(move |chain| chain.proof(block, address, &[]).map_err(failed))
            .await
    }

    async fn chain_id(&self) -> Result<u64, EngineError> {
        Ok(self.chain.spec().chain_id)
    }
}
