//! A service's limits on concurrency and rate, kept by its client.

use core::time::Duration;
use std::sync::{Mutex, PoisonError};

use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, sleep_until},
};

/// Lets a bounded number of requests run at a time, and starts them no faster than a rate.
#[derive(Debug)]
pub(crate) struct Limiter {
    concurrent: Semaphore,
    spacing: Option<Duration>,
    next_start: Mutex<Instant>,
}

impl Limiter {
    pub(crate) fn new(concurrent_max: usize, per_second_max: Option<u32>) -> Self {
        Self {
            concurrent: Semaphore::new(concurrent_max.max(1)),
            spacing: per_second_max.map(|rate| Duration::from_secs(1) / rate.max(1)),
            next_start: Mutex::new(Instant::now()),
        }
    }

    /// Waits for a turn, which lasts until the permit is dropped.
    pub(crate) async fn turn(&self) -> SemaphorePermit<'_> {
        let permit = self
            .concurrent
            .acquire()
            .await
            .expect("invariant: the semaphore is never closed");
        if let Some(spacing) = self.spacing {
            sleep_until(self.reserve(spacing)).await;
        }
        permit
    }

    /// Takes the next start time, and moves it on by one spacing.
    fn reserve(&self, spacing: Duration) -> Instant {
        let mut next_start = self.next_start.lock().unwrap_or_else(PoisonError::into_inner);
        let start = (*next_start).max(Instant::now());
        *next_start = start + spacing;
        start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn starts_are_spaced_by_the_rate() {
        let limiter = Limiter::new(4, Some(10));
        let first = limiter.reserve(Duration::from_millis(100));
        let second = limiter.reserve(Duration::from_millis(100));
        assert_eq!(second - first, Duration::from_millis(100));
    }

    #[tokio::test]
    async fn no_more_than_the_limit_run_at_a_time() {
        let limiter = Limiter::new(2, None);
        let (_first, second) = (limiter.turn().await, limiter.turn().await);
        assert_eq!(limiter.concurrent.available_permits(), 0);
        drop(second);
        assert_eq!(limiter.concurrent.available_permits(), 1);
    }
}
