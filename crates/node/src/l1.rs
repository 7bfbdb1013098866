//! L1 across a network.

use crate::{L1Reader, L1Writer, OutputReader};
use alloy_eips::{BlockNumberOrTag, eip2718::EIP4844_TX_TYPE_ID};
use alloy_primitives::{Address, B256, Bytes};
use derive::L1Block;
use l1::{
    BeaconClient, L1Client, L1Heads, NextOutput, OracleParameters, OutputOracle, ProposedOutput, TxCandidate,
    TxManager, TxReceipt,
};
use parking_lot::Mutex;
use protocol::{BlockRef, Receipt, Transaction, blob::Blob};
use std::{
    collections::HashMap,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::{Mutex as AsyncMutex, Semaphore};

/// Blocks that are fetched ahead of the one that is asked for, while L1 is further.
const PREFETCH_BLOCKS: u64 = 32;
/// Blocks that are fetched at the same time.
const PREFETCH_AT_ONCE: usize = 8;

/// L1's JSON-RPC and, where batches may be in blobs, its beacon API.
#[derive(Debug, Clone)]
pub struct L1Endpoints {
    client: L1Client,
    beacon: Option<Arc<BeaconClient>>,
    /// Where the batches go whose blobs are fetched ahead.
    inbox: Option<Address>,
    /// Blocks whose blobs are being fetched: whoever comes second waits, and finds them in the cache.
    fetching_blobs: Arc<Mutex<HashMap<B256, Arc<AsyncMutex<()>>>>>,
    head: Arc<AtomicU64>,
    prefetched: Arc<AtomicU64>,
    prefetching: Arc<Semaphore>,
}

impl L1Endpoints {
    /// Reads through these clients.
    pub fn new(client: L1Client, beacon: Option<BeaconClient>) -> Self {
        if beacon.is_some() {
            // It takes a second, and is needed for the first blob.
            std::thread::spawn(l1::kzg_settings);
        }
        Self {
            client,
            beacon: beacon.map(Arc::new),
            inbox: None,
            fetching_blobs: Arc::default(),
            head: Arc::default(),
            prefetched: Arc::default(),
            prefetching: Arc::new(Semaphore::new(PREFETCH_AT_ONCE)),
        }
    }

    /// Fetches the blobs of transactions to the batch inbox ahead, too.
    #[must_use]
    pub const fn with_blobs_to(mut self, inbox: Address) -> Self {
        self.inbox = Some(inbox);
        self
    }

    async fn blobs_of(
        &self,
        block: &BlockRef,
        hashes: &[B256],
    ) -> Result<Vec<Arc<alloy_eips::eip4844::Blob>>, l1::Error> {
        let beacon = self.beacon.as_ref().ok_or(l1::Error::BeaconNotConfigured)?;
        let turn = Arc::clone(self.fetching_blobs.lock().entry(block.hash).or_default());
        let guard = turn.lock().await;
        let blobs = beacon.blobs(block, hashes).await;
        drop(guard);
        self.fetching_blobs.lock().remove(&block.hash);
        blobs
    }

    /// The versioned hashes of a block's batches.
    fn batch_blobs(&self, block: &l1::L1Block) -> Vec<B256> {
        let to_inbox = |bytes: &Bytes| {
            let transaction = Transaction::decode(bytes).ok()?;
            let Transaction::Eip4844(signed) = transaction else {
                return None;
            };
            (Some(signed.tx().to) == self.inbox).then(|| signed.tx().blob_versioned_hashes.clone())
        };
        let typed = block
            .transactions
            .iter()
            .filter(|bytes| bytes.first() == Some(&EIP4844_TX_TYPE_ID));
        typed.filter_map(to_inbox).flatten().collect()
    }

    /// What fails here is asked for again, and its failure told, when its turn comes.
    async fn prefetch(&self, number: u64) {
        let Ok(_permit) = self.prefetching.acquire().await else {
            return;
        };
        let Ok(Some(block)) = self.client.block_by_number(number).await else {
            return;
        };
        self.client.receipts(&block).await.ok();
        let hashes = self.batch_blobs(&block);
        if !hashes.is_empty() {
            self.blobs_of(&block.block_ref(), &hashes).await.ok();
        }
    }

    /// Fetches blocks, receipts and batches after `number` into the clients' caches, each once.
    fn prefetch_after(&self, number: u64) {
        let last = (number + PREFETCH_BLOCKS).min(self.head.load(Ordering::Relaxed));
        let from = self.prefetched.fetch_max(last, Ordering::Relaxed).max(number);
        for number in from + 1..=last {
            let endpoints = self.clone();
            tokio::spawn(async move { endpoints.prefetch(number).await });
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
        let blobs = self.blobs_of(block, versioned_hashes).await?;
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

impl OutputReader for OutputOracle {
    fn address(&self) -> Address {
        Self::address(self)
    }

    async fn parameters(&self, l1_block: B256) -> Result<OracleParameters, l1::Error> {
        Self::parameters(self, l1_block.into()).await
    }

    async fn next(&self, l1_block: B256) -> Result<NextOutput, l1::Error> {
        Self::next(self, l1_block.into()).await
    }

    async fn outputs_since(&self, index: u64, l1_block: B256) -> Result<Vec<ProposedOutput>, l1::Error> {
        Self::outputs_since(self, index, l1_block.into()).await
    }

    async fn canonical_hash(&self, number: u64) -> Result<Option<B256>, l1::Error> {
        let block = self.client().block_ref_by_number(number).await?;
        Ok(block.map(|block| block.hash))
    }

    fn propose(&self, output_root: B256, l2_block_number: u64, l1_block: &BlockRef) -> TxCandidate {
        Self::propose(self, output_root, l2_block_number, l1_block)
    }
}

/// The transaction manager as the roles use it: one account, one role.
#[derive(Debug, Clone)]
pub struct TxManagerWriter(pub TxManager);

impl L1Writer for TxManagerWriter {
    fn address(&self) -> Address {
        self.0.address()
    }

    async fn recover(&self) -> Result<u64, l1::Error> {
        self.0.recover().await?;
        let latest = BlockNumberOrTag::Latest;
        let head = self.0.client().pin(latest.into()).await?;
        Ok(head.number)
    }

    async fn cancel(&self) -> Result<bool, l1::Error> {
        self.0.cancel_pending().await
    }

    async fn submit(
        &self,
        candidate: TxCandidate,
    ) -> Result<impl Future<Output = Result<TxReceipt, l1::Error>> + Send + 'static, l1::Error> {
        Ok(self.0.submit(candidate).await?.confirmed())
    }
}
