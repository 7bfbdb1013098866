//! What is waited for: one list for logs, events, RPC and metrics, so that no wait is silent and none is told twice.

use crate::Event;
use std::{collections::BTreeMap, pin::pin, sync::Arc, time::Duration};
use tokio::sync::{broadcast, watch};

/// From when on an answer that does not come is said to be waited for.
pub(crate) const SLOW: Duration = Duration::from_secs(3);

/// Who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Waiter {
    /// Whoever asks L1 for its heads.
    L1Heads,
    /// Derivation, with the search for its start.
    Derivation,
    /// The sequencer.
    Sequencer,
    /// The batcher, for blocks to post.
    BatcherBlocks,
    /// The batcher, for L1 to take what it posts.
    BatcherPosts,
    /// The challenger, for what it needs to judge an output.
    Challenger,
    /// The proposer.
    Proposer,
}

impl Waiter {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::L1Heads,
        Self::Derivation,
        Self::Sequencer,
        Self::BatcherBlocks,
        Self::BatcherPosts,
        Self::Challenger,
        Self::Proposer,
    ];

    /// The name in metrics and in RPC.
    pub const fn name(self) -> &'static str {
        match self {
            Self::L1Heads => "l1_heads",
            Self::Derivation => "derivation",
            Self::Sequencer => "sequencer",
            Self::BatcherBlocks => "batcher_blocks",
            Self::BatcherPosts => "batcher_posts",
            Self::Challenger => "challenger",
            Self::Proposer => "proposer",
        }
    }
}

/// Who waits now, and for what: the reason says where it should come from.
pub type WaitList = BTreeMap<Waiter, Arc<str>>;

/// The list that the roles of one node write.
#[derive(Debug, Clone)]
pub(crate) struct Waits {
    list: watch::Sender<WaitList>,
    events: broadcast::Sender<Event>,
}

impl Waits {
    pub(crate) fn new(events: broadcast::Sender<Event>) -> Self {
        Self {
            list: watch::Sender::new(WaitList::new()),
            events,
        }
    }

    /// The list, now and as it changes.
    pub(crate) fn subscribe(&self) -> watch::Receiver<WaitList> {
        self.list.subscribe()
    }

    /// `waiter` waits. Said again only when the reason is another, and not when somebody else has said it.
    pub(crate) fn begin(&self, waiter: Waiter, reason: impl std::fmt::Display) {
        let reason: Arc<str> = reason.to_string().into();
        let mut was_said = false;
        let is_new = self.list.send_if_modified(|list| {
            was_said = list.values().any(|said| *said == reason);
            list.insert(waiter, Arc::clone(&reason)) != Some(Arc::clone(&reason))
        });
        if is_new {
            tracing::warn!(target: "node", role = waiter.name(), %reason, "waiting");
        }
        if is_new && !was_said {
            let reason = reason.to_string();
            // Nobody listening is fine.
            self.events.send(Event::Waiting { reason }).ok();
        }
    }

    /// `waiter` goes on.
    pub(crate) fn end(&self, waiter: Waiter) {
        let mut was_last = false;
        let has_ended = self.list.send_if_modified(|list| {
            let has_ended = list.remove(&waiter).is_some();
            was_last = has_ended && list.is_empty();
            has_ended
        });
        if has_ended {
            tracing::info!(target: "node", role = waiter.name(), "goes on");
        }
        if was_last {
            // Nobody listening is fine.
            self.events.send(Event::Resumed).ok();
        }
    }
}

/// Waits for an answer, and says so when it takes long.
pub(crate) async fn said_when_slow<T>(answer: impl Future<Output = T>, say: impl FnOnce()) -> T {
    let mut answer = pin!(answer);
    tokio::select! {
        biased;
        answer = &mut answer => return answer,
        () = tokio::time::sleep(SLOW) => say(),
    }
    answer.await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(events: &mut broadcast::Receiver<Event>) -> Vec<Event> {
        std::iter::from_fn(|| events.try_recv().ok()).collect()
    }

    fn waiting(reason: &str) -> Event {
        Event::Waiting { reason: reason.into() }
    }

    #[test]
    fn a_wait_is_said_once_and_its_end_too() {
        let (sender, mut events) = broadcast::channel(16);
        let waits = Waits::new(sender);
        for _ in 0..3 {
            waits.begin(Waiter::Derivation, "blob 1");
        }
        assert_eq!(heard(&mut events), [waiting("blob 1")]);
        waits.begin(Waiter::Derivation, "blob 2");
        assert_eq!(heard(&mut events), [waiting("blob 2")]);
        waits.end(Waiter::Derivation);
        waits.end(Waiter::Derivation);
        assert_eq!(heard(&mut events), [Event::Resumed]);
    }

    #[test]
    fn two_who_wait_for_the_same_say_it_once_and_both_go_on() {
        let (sender, mut events) = broadcast::channel(16);
        let waits = Waits::new(sender);
        let list = waits.subscribe();
        waits.begin(Waiter::L1Heads, "L1 does not answer");
        waits.begin(Waiter::Sequencer, "L1 does not answer");
        assert_eq!(heard(&mut events), [waiting("L1 does not answer")]);
        assert_eq!(list.borrow().len(), 2);
        waits.end(Waiter::L1Heads);
        assert_eq!(heard(&mut events), []);
        assert_eq!(list.borrow().keys().copied().collect::<Vec<_>>(), [Waiter::Sequencer]);
        waits.end(Waiter::Sequencer);
        assert_eq!(heard(&mut events), [Event::Resumed]);
    }
}
