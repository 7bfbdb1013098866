//! What the pool offers a block in the making, as long as nobody asks for the payload.

use crate::pool::{Bell, Best, Pool, Pooled};
use alloy_primitives::{B256, map::B256Set};
use execute::{Candidates, InvalidTransaction, Rejection};
use protocol::RecoveredTransaction;
use std::{sync::Arc, time::Duration};

/// How long a builder goes on with what waits already, once the payload is asked for: a request that comes right after the
/// start still gets a block with transactions in it.
pub const FILL_GRACE: Duration = Duration::from_millis(50);

/// The pool's transactions, best first, and then those that come in later.
pub(super) struct FromPool<'a> {
    pool: &'a Pool,
    bell: &'a Bell,
    prices: (u64, u128),
    best: Best,
    tried: B256Set,
    seen: u64,
    accepted: &'a dyn Fn(),
}

impl<'a> FromPool<'a> {
    /// Candidates at a base fee and a blob base fee. `accepted` is called when the builder first asks for one: it has
    /// executed the forced transactions then.
    pub(super) fn new(pool: &'a Pool, bell: &'a Bell, prices: (u64, u128), accepted: &'a dyn Fn()) -> Self {
        Self {
            pool,
            bell,
            prices,
            best: Best::default(),
            tried: B256Set::default(),
            seen: u64::MAX,
            accepted,
        }
    }

    fn is_late(&self) -> bool {
        self.bell
            .closed_at()
            .is_some_and(|closed_at| closed_at.elapsed() > FILL_GRACE)
    }

    fn next_untried(&mut self) -> Option<Arc<Pooled>> {
        let Self { best, tried, .. } = self;
        best.find(|pooled| tried.insert(pooled.hash()))
    }

    /// Reads the pool again: the first time, and then when it changed.
    fn refill(&mut self) -> bool {
        let is_first = self.seen == u64::MAX;
        if is_first {
            self.seen = 0;
        } else if !self.bell.wait(&mut self.seen) {
            return false;
        }
        let (base_fee_wei, blob_base_fee_wei) = self.prices;
        self.best = self.pool.best(base_fee_wei, blob_base_fee_wei);
        true
    }
}

impl Candidates for FromPool<'_> {
    fn next(&mut self) -> Option<RecoveredTransaction> {
        (self.accepted)();
        loop {
            if self.is_late() {
                return None;
            }
            if let Some(pooled) = self.next_untried() {
                return Some(pooled.transaction.clone());
            }
            if !self.refill() {
                return None;
            }
        }
    }

    fn rejected(&mut self, transaction: &RecoveredTransaction, reason: &InvalidTransaction) {
        let hash: B256 = transaction.inner().hash();
        self.best.skip_sender();
        tracing::debug!(target: "payload", %hash, %reason, "left out");
        if is_hopeless(reason) {
            self.pool.remove(&hash);
        }
    }
}

/// Whether waiting does not make the transaction valid.
const fn is_hopeless(reason: &InvalidTransaction) -> bool {
    match reason {
        InvalidTransaction::Type { .. } => true,
        InvalidTransaction::Rejected(_, rejection) => matches!(rejection, Rejection::Permanent),
        _ => false,
    }
}
