//! Waiting for what others do, through failures of the nodes that pass.

use crate::stop;
use ::bridge::Error;
use anyhow::bail;
use std::time::{Duration, Instant};

/// How often both layers are looked at while something is waited for.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// How long a node may be away, without a break, before the waiting ends.
const PATIENCE: Duration = Duration::from_secs(600);

/// Looks, and looks again where a node is away for a while.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    away_since: Option<Instant>,
}

impl Waiting {
    /// What was seen; none where a node was away, which a person is told of once.
    pub(crate) fn seen<T>(&mut self, look: Result<T, Error>) -> anyhow::Result<Option<T>> {
        match look {
            Ok(seen) => {
                if self.away_since.take().is_some() {
                    eprintln!("the node answers again");
                }
                Ok(Some(seen))
            }
            Err(error) if error.is_passing() => {
                if self.away_since.is_none() {
                    eprintln!("{error}; waiting for it");
                }
                let since = *self.away_since.get_or_insert_with(Instant::now);
                if since.elapsed() < PATIENCE {
                    Ok(None)
                } else {
                    Err(error.into())
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The pause between two looks.
    pub(crate) async fn pause(&self) {
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

/// Does something until its end, or until a signal ends it.
pub(crate) async fn unless_stopped<T, E: Into<anyhow::Error>>(
    command: impl Future<Output = Result<T, E>>,
) -> anyhow::Result<T> {
    tokio::select! {
        outcome = command => outcome.map_err(E::into),
        asked = stop::asked() => {
            asked?;
            bail!("stopped: what was sent goes its way; ask for it with status before sending anything again")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::bridge::Layer;

    fn away() -> Error {
        Error::Node {
            layer: Layer::L2,
            source: ::l1::Error::HttpStatus {
                endpoint: "http://127.0.0.1:1".parse().unwrap(),
                request: "eth_call".to_owned(),
                status: 503,
            },
        }
    }

    #[test]
    fn a_node_that_is_away_is_waited_for_but_not_for_ever() {
        let mut waiting = Waiting::default();
        assert!(matches!(waiting.seen::<()>(Err(away())), Ok(None)));
        assert!(matches!(waiting.seen(Ok(1)), Ok(Some(1))));
        assert!(waiting.away_since.is_none());
        waiting.away_since = Instant::now().checked_sub(PATIENCE);
        assert!(waiting.seen::<()>(Err(away())).is_err());
    }

    #[test]
    fn what_does_not_pass_ends_the_waiting() {
        let transaction = alloy_primitives::B256::ZERO;
        let refused = Waiting::default().seen::<()>(Err(Error::TransactionUnknown { transaction }));
        assert!(refused.is_err());
    }
}
