//! Finds where derivation starts, after a start of the node or when L1 or the engine moved away.

use super::{Driver, Heads, id};
use crate::{Engine, EngineError, Error, Event, L1Reader, SafeDb, SafeHead, Waiter, waits::said_when_slow};
use alloy_eips::{BlockId, BlockNumberOrTag};
use derive::{SyncHeads, SyncPoint, SyncStart, SyncStep};
use protocol::{BlockRef, L2BlockRef, RollupConfig};
use std::time::Duration;

/// How long a search waits before it asks again for what it did not get.
const SEARCH_RETRY_DELAY: Duration = Duration::from_millis(500);

/// What is said of a search that takes long.
pub(super) const SLOW_SEARCH: &str = "still looking for the block to begin with: L1 or the execution client is slow";

/// Why a search did not end.
#[derive(Debug, thiserror::Error)]
pub(super) enum SearchError {
    /// Ask again.
    #[error("{0}")]
    Again(String),
    /// There is no use in asking again.
    #[error(transparent)]
    Final(#[from] Error),
}

impl From<EngineError> for SearchError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Unauthorized(_) => Self::Final(error.into()),
            error => Self::Again(error.to_string()),
        }
    }
}

impl From<l1::Error> for SearchError {
    fn from(error: l1::Error) -> Self {
        match error.reaction() {
            l1::Reaction::Fatal => Self::Final(error.into()),
            _ => Self::Again(error.to_string()),
        }
    }
}

/// The engine's labels; where it has none, the rollup's genesis.
pub(super) async fn engine_heads<E: Engine>(engine: &E, rollup: &RollupConfig) -> Result<SyncHeads, SearchError> {
    let unsafe_head = labelled(engine, rollup, BlockNumberOrTag::Latest).await?;
    let unsafe_head = unsafe_head.ok_or_else(|| SearchError::Again("the execution client has no block".into()))?;
    let genesis = labelled(engine, rollup, BlockNumberOrTag::Number(rollup.genesis.l2.number)).await?;
    let genesis = genesis.ok_or_else(|| SearchError::Again("the execution client has no genesis block".into()))?;
    let safe = labelled(engine, rollup, BlockNumberOrTag::Safe)
        .await?
        .unwrap_or(genesis);
    let finalized = labelled(engine, rollup, BlockNumberOrTag::Finalized)
        .await?
        .unwrap_or(genesis);
    Ok(SyncHeads {
        finalized,
        safe,
        unsafe_head,
    })
}

async fn labelled<E: Engine>(
    engine: &E,
    rollup: &RollupConfig,
    tag: BlockNumberOrTag,
) -> Result<Option<L2BlockRef>, SearchError> {
    let Some(block) = engine.block(BlockId::Number(tag)).await? else {
        return Ok(None);
    };
    let found = L2BlockRef::from_block_with_hash(rollup, block.hash, &block.block);
    found.map(Some).map_err(|error| SearchError::Final(error.into()))
}

/// Walks back from the heads.
pub(super) async fn search<E: Engine, L: L1Reader>(
    engine: &E,
    l1: &L,
    mut search: SyncStart,
) -> Result<SyncPoint, SearchError> {
    loop {
        let pushed = match search.step() {
            SyncStep::NeedL1(number) => {
                let block = l1.block_by_number(number).await?;
                search.push_l1(block.map(|block| BlockRef::from_header(block.header.hash_slow(), &block.header)))
            }
            SyncStep::NeedL2(number) => {
                let block = engine.block(BlockId::from(number)).await?;
                let block =
                    block.ok_or_else(|| SearchError::Again(format!("the execution client has no block {number}")))?;
                search.push_l2(&block.block)
            }
            SyncStep::Found(point) => return Ok(*point),
            SyncStep::FinalizedReorged { origin } => return Err(Error::FinalizedReorged(origin.hash).into()),
        };
        pushed.map_err(|error| SearchError::Again(error.to_string()))?;
    }
}

/// Takes back what was recorded of blocks that are derived again. The block to go on from was derived from an L1 block that is
/// still there, and so was all before it. A chain that begins has its genesis as safe head. A record that ends before the block to
/// go on from, because it was another node's, or is older than the chain, has a gap then.
pub(super) fn forget_safe_heads(
    safedb: Option<&SafeDb>,
    rollup: &RollupConfig,
    point: &SyncPoint,
) -> Result<(), Error> {
    let Some(safedb) = safedb else { return Ok(()) };
    let safe = id(&point.reset.safe_head);
    let ends_before = safedb.last()?.is_some_and(|last| last.l2.number < safe.number);
    safedb.forget_while(|last| last.l2 != safe && last.l2.number >= safe.number)?;
    if ends_before {
        tracing::warn!(target: "node", safe = safe.number, "the record of safe heads ends earlier: it has a gap now");
        safedb.begin_gap()?;
    }
    if safe == rollup.genesis.l2 && safedb.last()?.is_none() {
        let (l1, l2) = (rollup.genesis.l1, rollup.genesis.l2);
        safedb.record(SafeHead { l1, l2 })?;
    }
    Ok(())
}

impl<E: Engine, L: L1Reader> Driver<E, L> {
    /// Begins anew where the engine's chain and L1 agree. Waits for both for as long as it takes.
    pub(super) async fn find_start(&mut self, reason: String) -> Result<(), Error> {
        tracing::info!(target: "node", %reason, "derivation starts anew");
        self.fetching.take().inspect(|fetching| fetching.abort());
        let (point, finalized) = loop {
            let say = || self.outputs.waits.begin(Waiter::Derivation, SLOW_SEARCH);
            match said_when_slow(self.try_find_start(), say).await {
                Ok(found) => break found,
                Err(SearchError::Final(error)) => return Err(error),
                Err(SearchError::Again(reason)) => self.wait_for(reason),
            }
            tokio::time::sleep(SEARCH_RETRY_DELAY).await;
        };
        if self.heads.finalized.number > point.reset.safe_head.number {
            // The execution client came back without that block: it is derived, and final, once more.
            self.heads.finalized = finalized;
        }
        self.begin(point).await;
        self.tell(Event::Reset {
            reason,
            safe: id(&self.heads.safe),
        });
        Ok(())
    }

    /// Where to go on from, and the engine's finalized block.
    async fn try_find_start(&self) -> Result<(SyncPoint, L2BlockRef), SearchError> {
        let heads = engine_heads(&self.engine, &self.config.rollup).await?;
        let derivations = self.finality.latest_first().copied();
        let start = SyncStart::new(self.config.rollup.clone(), heads, derivations);
        let point = search(&self.engine, &*self.l1, start).await?;
        let safedb = self.outputs.safedb.as_deref();
        forget_safe_heads(safedb, &self.config.rollup, &point)?;
        Ok((point, heads.finalized))
    }

    async fn begin(&mut self, point: SyncPoint) {
        self.pipeline.reset(&point.reset);
        self.finality.truncate(point.reset.l1_base.number + 1);
        self.heads = Heads {
            unsafe_head: point.unsafe_head,
            safe: point.reset.safe_head,
            finalized: self.heads.finalized,
        };
        self.safe_reported = point.reset.safe_head;
        self.safe_found = None;
        (self.is_idle, self.retry_at) = (false, None);
        if let Some(sequencer) = &mut self.sequencer {
            sequencer.abandon();
        }
        if let Some(latest) = self.l1_heads.latest {
            self.pipeline
                .set_l1_head(latest.number.saturating_sub(self.config.verifier_l1_confs));
        }
        self.resumed();
        self.move_labels().await;
    }
}
