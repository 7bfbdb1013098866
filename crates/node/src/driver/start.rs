//! Checks that engine, L1 and configuration belong together, and finds the first start.

use super::{
    Driver, Heads, Outputs,
    finding::{SLOW_SEARCH, SearchError, engine_heads, forget_safe_heads, search},
    sequencing::Sequencer,
};
use crate::{Config, Engine, Error, L1Reader, SafeDb, Waiter, waits::said_when_slow};
use alloy_eips::BlockId;
use chain::Secp256k1;
use derive::{Finality, Pipeline, SyncStart};
use l1::L1Heads;
use std::{sync::Arc, time::Duration};

/// How long the start waits before it asks again for what it did not get.
const START_RETRY_DELAY: Duration = Duration::from_millis(500);

impl<E: Engine, L: L1Reader> Driver<E, L> {
    /// Checks what does not change, waits for L1 and the engine where they are away, and finds where to begin.
    pub(crate) async fn start(config: Config, engine: E, l1: Arc<L>, outputs: Outputs) -> Result<Self, Error> {
        let (point, finalized) = loop {
            let found = Self::try_start(&config, &engine, &l1, outputs.safedb.as_deref());
            match said_when_slow(found, || outputs.waits.begin(Waiter::Derivation, SLOW_SEARCH)).await {
                Ok(found) => break found,
                Err(SearchError::Final(error)) => return Err(error),
                Err(SearchError::Again(reason)) => outputs.waits.begin(Waiter::Derivation, reason),
            }
            tokio::time::sleep(START_RETRY_DELAY).await;
        };
        outputs.waits.end(Waiter::Derivation);
        let pipeline = Pipeline::new(config.rollup.clone(), config.l1_spec.clone(), Secp256k1, &point.reset);
        let heads = Heads {
            unsafe_head: point.unsafe_head,
            safe: point.reset.safe_head,
            finalized,
        };
        let sequencer = config.sequencer.map(Sequencer::new);
        let mut driver = Self {
            safe_reported: heads.safe,
            safe_found: None,
            config,
            engine,
            l1,
            pipeline,
            finality: Finality::default(),
            heads,
            told: heads,
            l1_heads: L1Heads::default(),
            fetching: None,
            slow_at: None,
            sequencer,
            retry_at: None,
            is_idle: false,
            outputs,
        };
        driver.move_labels().await;
        driver.publish();
        Ok(driver)
    }

    async fn try_start(
        config: &Config,
        engine: &E,
        l1: &L,
        safedb: Option<&SafeDb>,
    ) -> Result<(derive::SyncPoint, protocol::L2BlockRef), SearchError> {
        let rollup = &config.rollup;
        let found = engine.chain_id().await?;
        if found != rollup.l2_chain_id {
            return Err(Error::OtherChain {
                expected: rollup.l2_chain_id,
                found,
            }
            .into());
        }
        let genesis = engine.block(BlockId::from(rollup.genesis.l2.number)).await?;
        let found = genesis.map(|genesis| genesis.hash).unwrap_or_default();
        if found != rollup.genesis.l2.hash {
            return Err(Error::OtherGenesis {
                expected: rollup.genesis.l2.hash,
                found,
            }
            .into());
        }
        let number = rollup.genesis.l1.number;
        let at_genesis = l1.block_by_number(number).await?;
        let at_genesis =
            at_genesis.ok_or_else(|| SearchError::Again(format!("L1 has not reached block {number} yet")))?;
        if at_genesis.header.hash_slow() != rollup.genesis.l1.hash {
            return Err(Error::OtherL1Genesis {
                number,
                hash: rollup.genesis.l1.hash,
            }
            .into());
        }
        let heads = engine_heads(engine, rollup).await?;
        let start = SyncStart::new(rollup.clone(), heads, []);
        let point = search(engine, l1, start).await?;
        forget_safe_heads(safedb, rollup, &point)?;
        Ok((point, heads.finalized))
    }
}
