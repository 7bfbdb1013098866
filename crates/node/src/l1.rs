//! L1 across a network.

use crate::{L1Reader, L1Writer};
use alloy_eips::BlockNumberOrTag;
use alloy_primitives::B256;
use derive::L1Block;
use l1::{BeaconClient, L1Client, L1Heads, TxCandidate, TxManager, TxReceipt};
use protocol::{BlockRef, Receipt, blob::Blob};
use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::Semaphore;

/// Blocks that are fetched ahead of the one that is asked for, while L1 is further.
const PREFETCH_BLOCKS: u64 = 32;
/// Blocks that are fetched at the same time.
const PREFETCH_AT_ONCE: usize = 8;

/// L1's JSON-RPC and, where batches may be in blobs, its beacon API.
#[derive(Debug, Clone)]
pub struct L1Endpoints {
    client: L1Client,
    beacon: Option<Arc<BeaconClient>>,
    head: Arc<AtomicU64>,
    prefetched: Arc<AtomicU64>,
    prefetching: Arc<Semaphore>,
}

impl L1Endpoints {
    /// Reads through these clients.
    pub fn new(client: L1Client, beacon: Option<BeaconClient>) -> Self {
        Self {
            client,
            beacon: beacon.map(Arc::new),
            head: Arc::default(),
            prefetched: Arc::default(),
            prefetching: Arc::new(Semaphore::new(PREFETCH_AT_ONCE)),
        }
    }

    /// Fetches blocks and receipts after `number` into the client's cache, each once.
    fn prefetch_after(&self, number: u64) {
        let last = (number + PREFETCH_BLOCKS).min(self.head.load(Ordering::Relaxed));
        let from = self.prefetched.fetch_max(last, Ordering::Relaxed).max(number);
        for number in from + 1..=last {
            let (client, permits) = (self.client.clone(), Arc::clone(&self.prefetching));
            tokio::spawn(async move {
                let Ok(_permit) = permits.acquire().await else { return };
                // What fails here is asked for again, and its failure told, when its turn comes.
                if let Ok(Some(block)) = client.block_by_number(number).await {
                    client.receipts(&block).await.ok();
                }
            });
        }
    }
}

fn input(block: &l1::L1Block) -> L1Block {
    L1Block {
        header: block.header.inner().clone(),
        transactions: block.transactions.clone(),
    }
}

fn receipt(receipt: &l1::L1Receipt) -> Receipt {
    Receipt {
        tx_type: receipt.tx_type,
        success: receipt.success,
        cumulative_gas_used: receipt.cumulative_gas_used,
        logs: receipt.logs.clone(),
        ..Receipt::default()
    }
}

impl L1Reader for L1Endpoints {
    async fn block_by_number(&self, number: u64) -> Result<Option<L1Block>, l1::Error> {
        self.prefetch_after(number);
        Ok(self.client.block_by_number(number).await?.map(|block| input(&block)))
    }

    async fn block_by_hash(&self, hash: B256) -> Result<L1Block, l1::Error> {
        Ok(input(&*self.client.block_by_hash(hash).await?))
    }

    async fn receipts(&self, block: B256) -> Result<Vec<Receipt>, l1::Error> {
        Ok(self.client.receipts_by_hash(block).await?.iter().map(receipt).collect())
    }

    async fn blobs(&self, block: &BlockRef, versioned_hashes: &[B256]) -> Result<Vec<Box<Blob>>, l1::Error> {
        let beacon = self.beacon.as_ref().ok_or(l1::Error::BeaconNotConfigured)?;
        let blobs = beacon.blobs(block, versioned_hashes).await?;
        Ok(blobs.iter().map(|blob| Box::new(blob.0)).collect())
    }

    async fn heads(&self) -> Result<L1Heads, l1::Error> {
        let (latest, safe, finalized) = tokio::try_join!(
            self.client.block_ref_by_tag(BlockNumberOrTag::Latest),
            self.client.block_ref_by_tag(BlockNumberOrTag::Safe),
            self.client.block_ref_by_tag(BlockNumberOrTag::Finalized),
        )?;
        let height = latest.map_or(0, |latest| latest.number);
        let before = self.head.swap(height, Ordering::Relaxed);
        if height < before {
            self.prefetched.store(0, Ordering::Relaxed);
        }
        Ok(L1Heads {
            latest,
            safe,
            finalized,
        })
    }
}

/// The transaction manager as the batcher uses it.
#[derive(Debug, Clone)]
pub struct TxManagerWriter(pub TxManager);

impl L1Writer for TxManagerWriter {
    async fn submit(
        &self,
        candidate: TxCandidate,
    ) -> Result<impl Future<Output = Result<TxReceipt, l1::Error>> + Send + 'static, l1::Error> {
        Ok(self.0.submit(candidate).await?.confirmed())
    }
}
