//! Following L1's heads.

use core::{future::Future, time::Duration};
use std::collections::VecDeque;

use alloy_eips::BlockNumberOrTag;
use protocol::BlockRef;
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};
use tracing::{debug, warn};

use crate::{Error, L1Client};

/// How many blocks below the head are remembered, and how deep a reorganisation is followed to its root: two finality
/// periods of Ethereum.
const REMEMBERED_BLOCKS_MAX: usize = 128;

/// L1's heads. Young chains have no safe and no finalized block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct L1Heads {
    /// The newest block.
    pub latest: Option<BlockRef>,
    /// The newest block that L1's consensus justified.
    pub safe: Option<BlockRef>,
    /// The newest block that cannot be reorganised away.
    pub finalized: Option<BlockRef>,
}

/// A change of L1's heads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadEvent {
    /// The chain got longer, and what was the head before is still part of it.
    Extended {
        /// The head now.
        to: BlockRef,
    },
    /// The former head is no longer part of the chain.
    Reorganised {
        /// The head before.
        from: BlockRef,
        /// The head now.
        to: BlockRef,
        /// The newest block that both have, if it is among those remembered.
        common: Option<BlockRef>,
    },
    /// The safe head moved.
    Safe {
        /// The safe head now.
        to: BlockRef,
    },
    /// The finalized head moved forwards.
    Finalized {
        /// The finalized head now.
        to: BlockRef,
    },
}

/// Follows the heads of L1 by asking for them, whenever [`poll`](Self::poll) is called.
#[derive(Debug)]
pub struct HeadWatcher {
    client: L1Client,
    heads: L1Heads,
    /// Blocks of the current chain, by descending number from the head; gaps where polls skipped blocks.
    remembered: VecDeque<BlockRef>,
}

impl HeadWatcher {
    /// A watcher that has seen nothing yet.
    pub const fn new(client: L1Client) -> Self {
        Self {
            client,
            heads: L1Heads {
                latest: None,
                safe: None,
                finalized: None,
            },
            remembered: VecDeque::new(),
        }
    }

    /// The heads as of the last poll.
    pub const fn heads(&self) -> &L1Heads {
        &self.heads
    }

    /// Asks L1 for its heads, and tells what changed since the last time.
    ///
    /// An answer that is older than what was seen before (endpoints behind a load balancer lag) changes nothing: a head that is
    /// an ancestor of the one before, and a finalized head of a lower number.
    pub async fn poll(&mut self) -> Result<Vec<HeadEvent>, Error> {
        let mut events = Vec::new();
        if let Some(latest) = self.client.block_ref_by_tag(BlockNumberOrTag::Latest).await? {
            events.extend(self.follow_latest(latest).await?);
        }
        let safe = self.client.block_ref_by_tag(BlockNumberOrTag::Safe).await?;
        events.extend(self.follow_safe(safe));
        let finalized = self.client.block_ref_by_tag(BlockNumberOrTag::Finalized).await?;
        events.extend(self.follow_finalized(finalized));
        Ok(events)
    }

    /// Polls every `every` until `shutdown` is ready, and publishes the heads. An L1 that is away is waited for.
    pub async fn run(mut self, every: Duration, heads: watch::Sender<L1Heads>, shutdown: impl Future<Output = ()>) {
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tokio::pin!(shutdown);
        loop {
            tokio::select! {
                () = &mut shutdown => return,
                _ = ticks.tick() => match self.poll().await {
                    Ok(_) => _ = heads.send_if_modified(|seen| std::mem::replace(seen, self.heads) != self.heads),
                    Err(error) => warn!(target: "l1", %error, "L1 heads cannot be read"),
                },
            }
        }
    }

    async fn follow_latest(&mut self, to: BlockRef) -> Result<Option<HeadEvent>, Error> {
        let Some(from) = self.heads.latest else {
            self.remember(to, None);
            return Ok(Some(HeadEvent::Extended { to }));
        };
        if from.hash == to.hash || self.is_remembered(&to) {
            return Ok(None);
        }
        let common = self.common_ancestor(to).await?;
        self.remember(to, common);
        if common.is_some_and(|common| common.hash == from.hash) {
            return Ok(Some(HeadEvent::Extended { to }));
        }
        warn!(target: "l1", from = %from.hash, to = %to.hash, number = to.number, "L1 reorganised");
        Ok(Some(HeadEvent::Reorganised { from, to, common }))
    }

    fn follow_safe(&mut self, safe: Option<BlockRef>) -> Option<HeadEvent> {
        let to = safe.filter(|safe| self.heads.safe != Some(*safe))?;
        self.heads.safe = Some(to);
        Some(HeadEvent::Safe { to })
    }

    fn follow_finalized(&mut self, finalized: Option<BlockRef>) -> Option<HeadEvent> {
        let to = finalized?;
        let before = self.heads.finalized.map(|before| before.number);
        if before.is_some_and(|before| to.number < before) {
            debug!(target: "l1", number = to.number, "L1 answers with a stale finalized head");
        }
        if before.is_some_and(|before| to.number <= before) {
            return None;
        }
        self.heads.finalized = Some(to);
        Some(HeadEvent::Finalized { to })
    }

    fn is_remembered(&self, block: &BlockRef) -> bool {
        self.remembered.iter().any(|known| known.hash == block.hash)
    }

    /// The newest remembered block that is an ancestor of `head`.
    ///
    /// Found by asking for the remembered numbers from the newest, so that both a long gap and a deep reorganisation cost one
    /// request a remembered block at most.
    async fn common_ancestor(&self, head: BlockRef) -> Result<Option<BlockRef>, Error> {
        for known in &self.remembered {
            if known.number >= head.number {
                continue;
            }
            if known.hash == head.parent_hash {
                return Ok(Some(*known));
            }
            let now = self.client.block_ref_by_number(known.number).await?;
            if now.is_some_and(|now| now.hash == known.hash) {
                return Ok(Some(*known));
            }
        }
        Ok(None)
    }

    /// Makes `head` the newest remembered block, on top of `common`.
    fn remember(&mut self, head: BlockRef, common: Option<BlockRef>) {
        match common {
            Some(common) => self.remembered.retain(|known| known.number <= common.number),
            None => self.remembered.clear(),
        }
        self.remembered.push_front(head);
        self.remembered.truncate(REMEMBERED_BLOCKS_MAX);
        self.heads.latest = Some(head);
    }
}
