//! The simulated L1 as nodes see it.

use alloy_primitives::{Address, B256};
use derive::L1Block;
use l1::{L1Heads, TxCandidate, TxReceipt};
use node::{L1Reader, L1Writer};
use protocol::{BlockRef, Receipt, blob::Blob};
use std::sync::{Arc, Mutex};
use tandem_testkit::{Rollup, SimulatedL1, missing};
use tokio::sync::oneshot;

/// A batch that waits for its block.
pub(crate) type Waiting = (TxCandidate, oneshot::Sender<TxReceipt>);

/// The simulated L1 as nodes see it; it may be away.
#[derive(Clone)]
pub(crate) struct Port(pub(crate) Arc<Mutex<Shared>>);

pub(crate) struct Shared {
    pub(crate) l1: SimulatedL1,
    pub(crate) waiting: Vec<Waiting>,
    pub(crate) is_away: bool,
}

impl Port {
    pub(crate) fn read<T>(&self, read: impl FnOnce(&SimulatedL1) -> T) -> Result<T, l1::Error> {
        let shared = self.0.lock().unwrap();
        if shared.is_away {
            return Err(l1::Error::Unreachable {
                endpoint: "http://127.0.0.1:1".parse().unwrap(),
                reason: "the test took it away".into(),
            });
        }
        Ok(read(&shared.l1))
    }

    pub(crate) fn set_away(&self, is_away: bool) {
        self.0.lock().unwrap().is_away = is_away;
    }
}

impl L1Reader for Port {
    async fn block_by_number(&self, number: u64) -> Result<Option<L1Block>, l1::Error> {
        self.read(|l1| l1.block(number).map(|block| block.readable()))
    }

    async fn block_by_hash(&self, hash: B256) -> Result<L1Block, l1::Error> {
        let found = self.read(|l1| l1.block_by_hash(hash))?;
        found.map(|block| block.readable()).ok_or_else(|| missing(hash))
    }

    async fn receipts(&self, block: B256) -> Result<Vec<Receipt>, l1::Error> {
        let found = self.read(|l1| l1.block_by_hash(block))?;
        found.map(|found| found.receipts.clone()).ok_or_else(|| missing(block))
    }

    async fn blobs(&self, _block: &BlockRef, _hashes: &[B256]) -> Result<Vec<Box<Blob>>, l1::Error> {
        Err(l1::Error::BeaconNotConfigured)
    }

    async fn heads(&self) -> Result<L1Heads, l1::Error> {
        self.read(|l1| L1Heads {
            latest: Some(l1.head().reference()),
            safe: Some(l1.finalized().reference()),
            finalized: Some(l1.finalized().reference()),
        })
    }
}

impl L1Writer for Port {
    fn address(&self) -> Address {
        Rollup::batcher().address()
    }

    async fn recover(&self) -> Result<u64, l1::Error> {
        self.read(|l1| l1.head().reference().number)
    }

    async fn cancel(&self) -> Result<bool, l1::Error> {
        let mut shared = self.0.lock().unwrap();
        Ok(!std::mem::take(&mut shared.waiting).is_empty())
    }

    async fn submit(
        &self,
        candidate: TxCandidate,
    ) -> Result<impl Future<Output = Result<TxReceipt, l1::Error>> + Send + 'static, l1::Error> {
        let (mined, receipt) = oneshot::channel();
        self.0.lock().unwrap().waiting.push((candidate, mined));
        Ok(async move { receipt.await.map_err(|_| missing(B256::ZERO)) })
    }
}
