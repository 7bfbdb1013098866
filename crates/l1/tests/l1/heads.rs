//! Following L1's heads through growth, reorganisations and stale answers.

use std::sync::{Arc, Mutex};

use alloy_consensus::Header;
use alloy_primitives::{B256, U256};
use protocol::BlockRef;
use serde_json::{Value, json};
use tandem_l1::{HeadEvent, HeadWatcher, L1Heads};
use tokio::sync::{oneshot, watch};

use crate::peer::{Answer, Node, Peer, client, serve_rpc};

/// A chain of empty blocks, of which the heads can be moved.
#[derive(Default)]
struct Chain {
    state: Mutex<ChainState>,
}

#[derive(Default)]
struct ChainState {
    blocks: Vec<Header>,
    latest: Option<usize>,
    safe: usize,
    finalized: usize,
}

impl Chain {
    /// Cuts the chain after `kept` blocks and makes it `length` blocks long; `branch` sets its blocks apart from others.
    fn set(&self, kept: usize, length: usize, branch: u64) {
        let mut state = self.state.lock().unwrap();
        state.blocks.truncate(kept);
        while state.blocks.len() < length {
            let parent_hash = state.blocks.last().map(Header::hash_slow).unwrap_or_default();
            let number = state.blocks.len() as u64;
            state.blocks.push(Header {
                number,
                parent_hash,
                timestamp: number * 12,
                gas_limit: branch,
                ..Header::default()
            });
        }
        state.latest = None;
    }

    fn block(&self, number: usize) -> BlockRef {
        let header = self.state.lock().unwrap().blocks[number].clone();
        BlockRef {
            hash: header.hash_slow(),
            number: header.number,
            parent_hash: header.parent_hash,
            timestamp: header.timestamp,
        }
    }
}

impl Node for Chain {
    fn answer(&self, _: &str, params: &[Value]) -> Answer {
        let state = self.state.lock().unwrap();
        let number = match params[0].as_str().unwrap() {
            "latest" => state.latest.unwrap_or(state.blocks.len() - 1),
            "safe" => state.safe,
            "finalized" => state.finalized,
            number => number.parse::<U256>().unwrap().to(),
        };
        let Some(header) = state.blocks.get(number) else {
            return Ok(Value::Null);
        };
        let mut json = serde_json::to_value(header).unwrap();
        json["hash"] = json!(header.hash_slow());
        Ok(json)
    }
}

async fn watched(length: usize) -> (Arc<Chain>, Peer, HeadWatcher) {
    let chain = Arc::new(Chain::default());
    chain.set(0, length, 1);
    let peer = serve_rpc(Arc::clone(&chain)).await;
    let mut watcher = HeadWatcher::new(client(&peer));
    watcher.poll().await.unwrap();
    (chain, peer, watcher)
}

#[tokio::test]
async fn growth_is_growth_even_if_polls_skip_blocks() {
    let (chain, _peer, mut watcher) = watched(1).await;
    for length in [2, 3, 10] {
        chain.set(length, length, 1);
        assert_eq!(
            watcher.poll().await.unwrap(),
            [HeadEvent::Extended {
                to: chain.block(length - 1)
            }]
        );
        assert_eq!(watcher.poll().await.unwrap(), []);
    }
}

#[tokio::test]
async fn s11_reorganisations_of_1_to_64_blocks_are_told_with_their_root() {
    for depth in 1..=64 {
        let (chain, _peer, mut watcher) = watched(1).await;
        for length in 2..=70 {
            chain.set(length, length, 1);
            watcher.poll().await.unwrap();
        }
        let from = chain.block(69);
        chain.set(70 - depth, 71, 2);
        let event = HeadEvent::Reorganised {
            from,
            to: chain.block(70),
            common: Some(chain.block(69 - depth)),
        };
        assert_eq!(watcher.poll().await.unwrap(), [event], "depth {depth}");
        assert_eq!(watcher.heads().latest, Some(chain.block(70)));
    }
}

#[tokio::test]
async fn a_reorganisation_to_a_shorter_chain_is_told_too() {
    let (chain, _peer, mut watcher) = watched(1).await;
    for length in 2..=6 {
        chain.set(length, length, 1);
        watcher.poll().await.unwrap();
    }
    let from = chain.block(5);
    chain.set(3, 5, 2);
    let event = HeadEvent::Reorganised {
        from,
        to: chain.block(4),
        common: Some(chain.block(2)),
    };
    assert_eq!(watcher.poll().await.unwrap(), [event]);
}

#[tokio::test]
async fn s15_stale_heads_change_nothing() {
    let (chain, _peer, mut watcher) = watched(1).await;
    for length in 2..=9 {
        chain.set(length, length, 1);
        watcher.poll().await.unwrap();
    }
    chain.state.lock().unwrap().finalized = 4;
    assert_eq!(
        watcher.poll().await.unwrap(),
        [HeadEvent::Finalized { to: chain.block(4) }]
    );
    {
        let mut state = chain.state.lock().unwrap();
        state.latest = Some(6);
        state.finalized = 3;
    }
    assert_eq!(watcher.poll().await.unwrap(), []);
    assert_eq!(watcher.heads().latest, Some(chain.block(8)));
    assert_eq!(watcher.heads().finalized, Some(chain.block(4)));
}

#[tokio::test]
async fn the_safe_head_may_move_either_way() {
    let (chain, _peer, mut watcher) = watched(9).await;
    for safe in [5, 3] {
        chain.state.lock().unwrap().safe = safe;
        assert_eq!(
            watcher.poll().await.unwrap(),
            [HeadEvent::Safe { to: chain.block(safe) }]
        );
    }
}

#[tokio::test]
async fn the_running_watcher_publishes_heads_until_it_is_told_to_stop() {
    let (chain, peer, _) = watched(3).await;
    let (heads, mut seen) = watch::channel(L1Heads::default());
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async move { drop(stopped.await) };
    let watcher = HeadWatcher::new(client(&peer));
    let running = tokio::spawn(watcher.run(std::time::Duration::from_millis(1), heads, shutdown));
    for length in [3, 4, 5] {
        chain.set(length, length, 1);
        let expected = chain.block(length - 1);
        seen.wait_for(|heads| heads.latest == Some(expected)).await.unwrap();
    }
    assert_ne!(seen.borrow().latest.unwrap().hash, B256::ZERO);
    stop.send(()).unwrap();
    running.await.unwrap();
}
