//! The order in which a block takes transactions: the highest tip first, each sender's in the order of nonces.

use super::Pooled;
use alloy_primitives::{Address, map::AddressMap};
use std::{
    cmp::Ordering,
    collections::{BinaryHeap, VecDeque},
    sync::Arc,
};

/// The transactions that could be executed when it was made, best first.
#[derive(Debug, Default)]
pub struct Best {
    base_fee_wei: u64,
    heads: BinaryHeap<Candidate>,
    rest: AddressMap<VecDeque<Arc<Pooled>>>,
    last: Option<Address>,
}

impl Best {
    /// Orders the pending transactions of all senders.
    pub(super) fn new(base_fee_wei: u64, senders: impl Iterator<Item = (Address, VecDeque<Arc<Pooled>>)>) -> Self {
        let mut best = Self {
            base_fee_wei,
            ..Self::default()
        };
        for (sender, queue) in senders {
            best.rest.insert(sender, queue);
            best.offer(sender);
        }
        best
    }

    /// Leaves out everything else of the sender of the last transaction: without that one, the later nonces cannot go.
    pub fn skip_sender(&mut self) {
        if let Some(sender) = self.last.take() {
            self.rest.remove(&sender);
        }
    }

    fn offer(&mut self, sender: Address) {
        let Some(pooled) = self.rest.get_mut(&sender).and_then(VecDeque::pop_front) else {
            return;
        };
        match pooled.effective_tip_wei(self.base_fee_wei) {
            Some(tip_wei) => self.heads.push(Candidate { tip_wei, pooled }),
            None => drop(self.rest.remove(&sender)),
        }
    }
}

impl Iterator for Best {
    type Item = Arc<Pooled>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(sender) = self.last.take() {
            self.offer(sender);
        }
        let pooled = self.heads.pop()?.pooled;
        self.last = Some(pooled.sender());
        Some(pooled)
    }
}

#[derive(Debug)]
struct Candidate {
    tip_wei: u128,
    pooled: Arc<Pooled>,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.tip_wei
            .cmp(&other.tip_wei)
            .then_with(|| other.pooled.arrival.cmp(&self.pooled.arrival))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Candidate {}
