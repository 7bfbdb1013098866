//! Wall-clock time, or a test's.

use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// Where the sequencer reads the time.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The machine's.
    System,
    /// Runs with tokio's timer from a given time on: virtual where tokio's is paused.
    Timer {
        /// The Unix time at `since`.
        unix: Duration,
        /// When that was.
        since: Instant,
    },
}

impl Clock {
    /// Unix time now.
    pub fn now(&self) -> Duration {
        match self {
            Self::System => SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
            Self::Timer { unix, since } => *unix + since.elapsed(),
        }
    }

    /// The timer's instant of a Unix time; now, if that has passed.
    pub fn instant_of(&self, unix: Duration) -> Instant {
        Instant::now() + unix.saturating_sub(self.now())
    }
}
