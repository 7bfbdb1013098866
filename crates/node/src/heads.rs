//! Who asks L1 for its heads.

use crate::{
    Error, L1Reader, Waiter,
    shutdown::stopped,
    waits::{Waits, said_when_slow},
};
use l1::{L1Heads, Reaction};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};

/// Asks again and again, and tells what is new.
pub(crate) struct Follower {
    pub(crate) every: Duration,
    pub(crate) heads: watch::Sender<L1Heads>,
    pub(crate) waits: Waits,
}

impl Follower {
    /// Runs until `shutdown` says so.
    pub(crate) async fn run<L: L1Reader>(self, l1: Arc<L>, mut shutdown: watch::Receiver<bool>) -> Result<(), Error> {
        let mut ticks = interval(self.every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = stopped(&mut shutdown) => return Ok(()),
                _ = ticks.tick() => {}
            }
            tokio::select! {
                biased;
                () = stopped(&mut shutdown) => return Ok(()),
                asked = self.ask(&*l1) => asked?,
            }
        }
    }

    async fn ask(&self, l1: &impl L1Reader) -> Result<(), Error> {
        let say = || {
            self.waits.begin(
                Waiter::L1Heads,
                "L1 has not answered for some seconds: check that --l1 works",
            );
        };
        match said_when_slow(l1.heads(), say).await {
            Ok(now) => {
                self.waits.end(Waiter::L1Heads);
                self.heads
                    .send_if_modified(|before| std::mem::replace(before, now) != now);
            }
            Err(error) if error.reaction() == Reaction::Fatal => return Err(error.into()),
            Err(error) => self.waits.begin(Waiter::L1Heads, error),
        }
        Ok(())
    }
}
