//! How long L1 takes to answer.

use super::NodeTelemetry;
use crate::L1Reader;
use alloy_primitives::B256;
use derive::L1Block;
use l1::{Error, L1Heads};
use protocol::{BlockRef, Receipt, blob::Blob};
use std::{future::Future, sync::Arc};
use tokio::time::Instant;

/// L1, measured where metrics are asked for.
pub(crate) struct MeteredL1<L> {
    inner: Arc<L>,
    telemetry: Option<NodeTelemetry>,
}

impl<L> MeteredL1<L> {
    pub(crate) const fn new(inner: Arc<L>, telemetry: Option<NodeTelemetry>) -> Self {
        Self { inner, telemetry }
    }

    async fn measure<T>(&self, request: &'static str, answer: impl Future<Output = T>) -> T {
        let begin = Instant::now();
        let answer = answer.await;
        if let Some(telemetry) = &self.telemetry {
            telemetry.on_l1_request(request, begin.elapsed());
        }
        answer
    }
}

/// Requests are named as op-node names them, where it has the same.
impl<L: L1Reader> L1Reader for MeteredL1<L> {
    async fn block_by_number(&self, number: u64) -> Result<Option<L1Block>, Error> {
        self.measure("InfoAndTxsByNumber", self.inner.block_by_number(number))
            .await
    }

    async fn block_by_hash(&self, hash: B256) -> Result<L1Block, Error> {
        self.measure("InfoAndTxsByHash", self.inner.block_by_hash(hash)).await
    }

    async fn receipts(&self, block: B256) -> Result<Vec<Receipt>, Error> {
        self.measure("FetchReceipts", self.inner.receipts(block)).await
    }

    async fn blobs(&self, block: &BlockRef, versioned_hashes: &[B256]) -> Result<Vec<Box<Blob>>, Error> {
        self.measure("GetBlobs", self.inner.blobs(block, versioned_hashes))
            .await
    }

    async fn heads(&self) -> Result<L1Heads, Error> {
        self.measure("L1BlockRefByLabel", self.inner.heads()).await
    }
}
