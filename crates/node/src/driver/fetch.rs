//! Gets from L1 what derivation needs.

use super::Driver;
use crate::{Engine, Error, L1Reader, waits::SLOW};
use alloy_eips::BlockId;
use alloy_primitives::B256;
use derive::{L1Block, L1Link, Need};
use l1::Reaction;
use protocol::{Receipt, blob::Blob};
use std::sync::Arc;
use tokio::time::Instant;

/// What was fetched.
#[derive(Debug)]
pub(super) enum Fetched {
    Block(Option<Box<L1Block>>),
    Receipts(B256, Vec<Receipt>),
    Blobs(B256, Vec<Box<Blob>>),
}

async fn fetch<L: L1Reader>(l1: Arc<L>, need: Need) -> Result<Fetched, l1::Error> {
    match need {
        Need::L1Block {
            link: L1Link::Hash(hash),
            ..
        } => l1
            .block_by_hash(hash)
            .await
            .map(|block| Fetched::Block(Some(Box::new(block)))),
        Need::L1Block { number, .. } => Ok(Fetched::Block(l1.block_by_number(number).await?.map(Box::new))),
        Need::L1Receipts { block } => l1
            .receipts(block.hash)
            .await
            .map(|list| Fetched::Receipts(block.hash, list)),
        Need::Blobs {
            block,
            versioned_hashes,
        } => l1
            .blobs(&block, &versioned_hashes)
            .await
            .map(|blobs| Fetched::Blobs(block.hash, blobs)),
        Need::L2Block { .. } | Need::DaInput { .. } => Ok(Fetched::Block(None)),
    }
}

/// What is said when L1 takes long.
fn slow(need: &Need) -> String {
    let what = match need {
        Need::L1Block { number, .. } => format!("block {number} of L1: check that --l1 works"),
        Need::L1Receipts { block } => format!("receipts of L1 block {}: check that --l1 works", block.number),
        Need::Blobs { block, .. } => format!("blobs of L1 block {}: check that --l1.beacon works", block.number),
        Need::L2Block { number } => format!("L2 block {number}"),
        Need::DaInput { .. } => "a DA server".to_owned(),
    };
    format!("no answer yet for {what}")
}

impl<E: Engine, L: L1Reader> Driver<E, L> {
    /// Answers what the engine knows, and begins to fetch what L1 knows.
    pub(super) async fn provide(&mut self, need: Need) -> Result<(), Error> {
        match need {
            Need::L2Block { number } => self.provide_l2_block(number).await,
            Need::DaInput { commitment, .. } => {
                self.wait_for(format!(
                    "the data behind commitment {commitment}: no DA server is configured"
                ));
                Ok(())
            }
            need => {
                self.slow_at = Some((Instant::now() + SLOW, slow(&need)));
                self.fetching = Some(tokio::spawn(fetch(Arc::clone(&self.l1), need)));
                Ok(())
            }
        }
    }

    async fn provide_l2_block(&mut self, number: u64) -> Result<(), Error> {
        // Until the labels are moved, the engine knows the last derived block by its hash alone.
        self.report_safe(true).await;
        match self.engine.block(BlockId::from(number)).await {
            Ok(Some(block)) => match self.pipeline.push_l2_block(&block.block) {
                Ok(()) => Ok(()),
                Err(error) => self.find_start(error.to_string()).await,
            },
            Ok(None) => {
                self.find_start(format!("the execution client has no block {number}"))
                    .await
            }
            Err(error) => self.on_engine_error(error).await,
        }
    }

    pub(super) async fn on_fetched(&mut self, fetched: Result<Fetched, l1::Error>) -> Result<(), Error> {
        let pushed = match fetched {
            Ok(Fetched::Block(Some(block))) => self.pipeline.push_l1_block(*block),
            Ok(Fetched::Block(None)) => {
                self.is_idle = true;
                self.resumed();
                return Ok(());
            }
            Ok(Fetched::Receipts(block, receipts)) => self.pipeline.push_l1_receipts(block, &receipts),
            Ok(Fetched::Blobs(block, blobs)) => self.pipeline.push_blobs(block, &blobs),
            Err(error) => return self.on_l1_error(error).await,
        };
        match pushed {
            Ok(()) => self.resumed(),
            Err(error) => self.wait_for(format!("L1 answered with wrong data: {error}")),
        }
        Ok(())
    }

    async fn on_l1_error(&mut self, error: l1::Error) -> Result<(), Error> {
        match error.reaction() {
            Reaction::Reset => self.find_start(error.to_string()).await,
            Reaction::Retry => {
                self.wait_for(error.to_string());
                Ok(())
            }
            Reaction::Fatal => Err(error.into()),
        }
    }
}
