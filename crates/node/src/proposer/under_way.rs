//! Proposals on their way to L1: a burst of consecutive ones, in the order of their nonces, and nothing beside it until all are there.
//!
//! The oracle takes them in order or not at all: an output of another block than the next is refused. So where one is lost, those behind
//! it are refused, and everything is looked at again.

use super::Wait;
use crate::Output;
use alloy_primitives::Address;
use l1::TxReceipt;
use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};
use tokio::{task::JoinSet, time::Instant};

/// Proposals of one burst: after a day offline there are dozens, one after the other would take a confirmation each. Fewer than the
/// transaction manager takes at a time.
pub(super) const BURST_MAX: usize = 8;
/// From when on a proposal that L1 does not take is said to be waited for.
const POST_SLOW: Duration = Duration::from_secs(60);

/// The proposals of a burst that are not in L1 yet.
#[derive(Debug, Default)]
pub(super) struct UnderWay {
    proposals: VecDeque<Proposal>,
    posts: JoinSet<(u64, Result<TxReceipt, l1::Error>)>,
    /// How those ended that are heard of before the ones in front of them: a block of L1 may hold several.
    heard: BTreeMap<u64, Result<TxReceipt, l1::Error>>,
    /// One of the burst did not get there.
    has_failed: bool,
}

/// A proposal on its way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Proposal {
    pub(super) index: u64,
    pub(super) output: Output,
    since: Instant,
}

/// How a proposal ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) proposal: Proposal,
    pub(super) outcome: Result<TxReceipt, l1::Error>,
}

impl UnderWay {
    pub(super) fn is_empty(&self) -> bool {
        self.proposals.is_empty()
    }

    /// Whether all of the burst got to L1.
    pub(super) fn is_complete(&self) -> bool {
        self.proposals.is_empty() && !self.has_failed
    }

    /// A new burst.
    pub(super) const fn begin(&mut self) {
        self.has_failed = false;
    }

    /// One of it may have got to L1, or not.
    pub(super) const fn lost(&mut self) {
        self.has_failed = true;
    }

    pub(super) fn add(
        &mut self,
        index: u64,
        output: Output,
        sent: impl Future<Output = Result<TxReceipt, l1::Error>> + Send + 'static,
    ) {
        let since = Instant::now();
        self.proposals.push_back(Proposal { index, output, since });
        self.posts.spawn(async move { (index, sent.await) });
    }

    /// How the first of those that are left ended, so that they are told of in their order; nothing where nothing is under way.
    pub(super) async fn ended(&mut self) -> Option<Ended> {
        loop {
            let index = self.proposals.front()?.index;
            if let Some(outcome) = self.heard.remove(&index) {
                self.has_failed |= !matches!(&outcome, Ok(receipt) if receipt.success);
                let proposal = self.proposals.pop_front()?;
                return Some(Ended { proposal, outcome });
            }
            let (index, outcome) = self
                .posts
                .join_next()
                .await?
                .expect("invariant: waiting for a receipt does not panic, and is not aborted");
            self.heard.insert(index, outcome);
        }
    }

    /// Says when the oldest takes long.
    pub(super) fn check_time(&self, account: Address) -> Result<(), Wait> {
        match self.proposals.front() {
            Some(oldest) if oldest.since.elapsed() >= POST_SLOW => Err(Wait(format!(
                "L1 has not taken output {} for a minute: its fees may have risen, or {account} may need more ether; the log says \
                 what was offered",
                oldest.index
            ))),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_eips::BlockNumHash;
    use alloy_primitives::B256;
    use tokio::sync::oneshot;

    fn output(number: u64) -> Output {
        Output {
            block: BlockNumHash::new(number, B256::with_last_byte(1)),
            preimage: protocol::OutputRoot {
                state_root: B256::ZERO,
                message_passer_storage_root: B256::ZERO,
                block_hash: B256::with_last_byte(1),
            },
            root: B256::with_last_byte(2),
        }
    }

    #[tokio::test]
    async fn a_burst_is_told_of_in_its_order_whichever_receipt_is_heard_of_first() {
        let mut under_way = UnderWay::default();
        under_way.begin();
        let mut answers = Vec::new();
        for index in 0..3 {
            let (answer, heard) = oneshot::channel();
            answers.push(answer);
            under_way.add(index, output(index * 4), async move {
                heard.await.expect("invariant: the test answers each")
            });
        }
        for answer in answers.into_iter().rev() {
            answer
                .send(Err(l1::Error::BlobsWithoutRecipient))
                .expect("invariant: it is waited for");
            tokio::task::yield_now().await;
        }
        for index in 0..3 {
            assert_eq!(under_way.ended().await.map(|ended| ended.proposal.index), Some(index));
        }
        assert!(under_way.ended().await.is_none());
        assert!(under_way.is_empty() && !under_way.is_complete());
    }
}
