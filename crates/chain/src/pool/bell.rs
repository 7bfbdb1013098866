//! Wakes a builder when there is more to take, or when its time is up.

use parking_lot::{Condvar, Mutex};
use std::time::Instant;

/// What one builder waits on.
#[derive(Debug, Default)]
pub struct Bell {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    rung: u64,
    closed_at: Option<Instant>,
}

impl Bell {
    /// Says that there may be more to take.
    pub fn ring(&self) {
        self.state.lock().rung += 1;
        self.changed.notify_all();
    }

    /// Says that time is up. The first time counts.
    pub fn close(&self) {
        self.state.lock().closed_at.get_or_insert_with(Instant::now);
        self.changed.notify_all();
    }

    /// Since when time is up.
    pub fn closed_at(&self) -> Option<Instant> {
        self.state.lock().closed_at
    }

    /// Waits until it rang more often than `seen`, and notes how often; `false` once time is up and nothing is unseen.
    pub fn wait(&self, seen: &mut u64) -> bool {
        let mut state = self.state.lock();
        while state.closed_at.is_none() && state.rung == *seen {
            self.changed.wait(&mut state);
        }
        let has_rung = state.rung != *seen;
        *seen = state.rung;
        has_rung
    }
}
