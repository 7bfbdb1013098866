//! The rollup RPC over HTTP, as operators, batchers and proposers use it.

use alloy_primitives::B256;
use derive::L1Block;
use devnet::{ExecutionClient, ExecutionConfig};
use l1::L1Heads;
use node::{Clock, Config, L1Reader, LocalEngine, Node, SequencerConfig, SyncStatus, Waiter};
use protocol::{BlockRef, ExecutionPayload, Fork, PayloadSidecar, Receipt, blob::Blob};
use serde_json::{Value, json};
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tandem_testkit::{Rollup, SimulatedL1, missing};
use tempfile::TempDir;
use tokio::{
    sync::watch,
    time::{Instant, timeout},
};

const GENESIS_TIME: u64 = 1_700_000_000;
/// Blocks that the sequencer is behind by when it starts: so many come at once.
const BLOCKS_DUE: u64 = 20;
/// Nothing here takes this long, unless it never ends.
const DEADLINE: Duration = Duration::from_secs(60);

/// An L1 that has its genesis and nothing else. It answers while it is told to.
struct Port {
    l1: SimulatedL1,
    answers: watch::Receiver<bool>,
}

impl Port {
    async fn l1(&self) -> &SimulatedL1 {
        self.answers.clone().wait_for(|answers| *answers).await.unwrap();
        &self.l1
    }
}

impl L1Reader for Port {
    async fn block_by_number(&self, number: u64) -> Result<Option<L1Block>, l1::Error> {
        Ok(self.l1().await.block(number).map(|block| block.readable()))
    }

    async fn block_by_hash(&self, hash: B256) -> Result<L1Block, l1::Error> {
        let found = self.l1().await.block_by_hash(hash);
        found.map(|block| block.readable()).ok_or_else(|| missing(hash))
    }

    async fn receipts(&self, block: B256) -> Result<Vec<Receipt>, l1::Error> {
        let found = self.l1().await.block_by_hash(block);
        found.map(|found| found.receipts.clone()).ok_or_else(|| missing(block))
    }

    async fn blobs(&self, _block: &BlockRef, _hashes: &[B256]) -> Result<Vec<Box<Blob>>, l1::Error> {
        Err(l1::Error::BeaconNotConfigured)
    }

    async fn heads(&self) -> Result<L1Heads, l1::Error> {
        Ok(L1Heads {
            latest: Some(self.l1().await.head().reference()),
            safe: None,
            finalized: None,
        })
    }
}

/// A node with its rollup RPC.
struct Member {
    execution: ExecutionClient,
    node: Node,
    http: reqwest::Client,
    l1_answers: watch::Sender<bool>,
    _datadir: TempDir,
}

/// What a node is for.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Sequencer,
    Verifier,
    VerifierWithoutRecord,
}

impl Member {
    async fn start(kind: Kind) -> Self {
        let l1 = SimulatedL1::new(GENESIS_TIME, 2, 64);
        let rollup = Rollup::devnet(&l1, Fork::Karst);
        let datadir = tempfile::tempdir().unwrap();
        let execution = ExecutionClient::start(ExecutionConfig {
            datadir: datadir.path().join("execution"),
            genesis: rollup.genesis.clone(),
            http: None,
            auth: None,
        });
        let execution = execution.await.unwrap();
        let config = Config {
            rollup: Arc::clone(&rollup.config),
            l1_spec: Arc::clone(&rollup.l1),
            verifier_l1_confs: 0,
            l1_poll_interval: Duration::from_millis(50),
            sequencer: (kind == Kind::Sequencer).then(SequencerConfig::default),
            rpc_listen: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))),
            rpc_admin: true,
            safedb: (kind != Kind::VerifierWithoutRecord).then(|| datadir.path().join("safedb")),
            telemetry: None,
            clock: Clock::Timer {
                unix: Duration::from_secs(GENESIS_TIME + BLOCKS_DUE),
                since: Instant::now(),
            },
        };
        let engine = LocalEngine::new(execution.chain().clone());
        let (l1_answers, answers) = watch::channel(true);
        let port = Arc::new(Port { l1, answers });
        let node = Node::start(config, engine, port);
        // The client wants one, though nothing here is encrypted. One that is there already serves as well.
        rustls::crypto::ring::default_provider().install_default().ok();
        let member = Self {
            execution,
            node: node.await.unwrap(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            l1_answers,
            _datadir: datadir,
        };
        member.until(|status| status.unsafe_l2.hash != B256::ZERO).await;
        member
    }

    fn url(&self) -> String {
        format!("http://{}", self.node.rpc_addr().unwrap())
    }

    async fn call(&self, method: &str, params: Value) -> Value {
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let sent = self.http.post(self.url()).json(&request).send().await;
        sent.unwrap().json().await.unwrap()
    }

    async fn until(&self, is_reached: impl FnMut(&SyncStatus) -> bool) -> SyncStatus {
        let mut status = self.node.status();
        *timeout(DEADLINE, status.wait_for(is_reached)).await.unwrap().unwrap()
    }

    /// A block as a conductor hands it to another sequencer.
    fn envelope(&self, number: u64) -> Value {
        let chain = self.execution.chain();
        let hash = chain.canonical_hash(number).unwrap().unwrap();
        let record = chain.record(hash).unwrap().unwrap();
        let payload = ExecutionPayload::from_block(chain.spec(), hash, &record.block);
        let root = record.block.header.parent_beacon_block_root;
        json!({ "parentBeaconBlockRoot": root, "executionPayload": payload })
    }

    async fn post(&self, envelope: &Value) -> Value {
        self.call("admin_postUnsafePayload", json!([envelope])).await
    }

    async fn stop(self) {
        self.node.stop().await;
        self.execution.stop().await;
    }
}

fn message(answer: &Value) -> &str {
    answer["error"]["message"]
        .as_str()
        .unwrap_or_else(|| panic!("an error was expected: {answer}"))
}

/// The envelope with another state root, under the hash that it has then.
fn with_wrong_state(envelope: &Value) -> Value {
    let mut payload: ExecutionPayload = serde_json::from_value(envelope["executionPayload"].clone()).unwrap();
    let root: B256 = serde_json::from_value(envelope["parentBeaconBlockRoot"].clone()).unwrap();
    payload.state_root = B256::repeat_byte(0xbb);
    let block = payload.to_block(PayloadSidecar::isthmus(root)).unwrap();
    payload.block_hash = block.header.hash_slow();
    json!({ "parentBeaconBlockRoot": root, "executionPayload": payload })
}

#[tokio::test]
async fn payloads_are_followed_in_their_order_and_refused_otherwise() {
    let sequencer = Member::start(Kind::Sequencer).await;
    sequencer.until(|status| status.unsafe_l2.number >= 5).await;
    let verifier = Member::start(Kind::Verifier).await;
    for number in 1..=3 {
        let answer = verifier.post(&sequencer.envelope(number)).await;
        assert_eq!(answer["result"], Value::Null, "{answer}");
        assert!(answer.get("error").is_none(), "{answer}");
    }
    let status = verifier.until(|status| status.unsafe_l2.number == 3).await;
    let hash = sequencer.execution.chain().canonical_hash(3).unwrap();
    assert_eq!(Some(status.unsafe_l2.hash), hash);
    assert_eq!(status.safe_l2.number, 0, "what was posted is not safe");

    let again = verifier.post(&sequencer.envelope(3)).await;
    assert!(again.get("error").is_none(), "the head may come twice: {again}");
    let gap = verifier.post(&sequencer.envelope(5)).await;
    assert!(message(&gap).contains("does not extend the unsafe head 3"), "{gap}");
    let mut forged = sequencer.envelope(4);
    forged["executionPayload"]["blockHash"] = json!(B256::repeat_byte(7));
    assert!(message(&verifier.post(&forged).await).contains("bad block hash"));
    let wrong = verifier.post(&with_wrong_state(&sequencer.envelope(4))).await;
    assert!(message(&wrong).contains("payload 4 is invalid"), "{wrong}");
    let mut rootless = sequencer.envelope(4);
    rootless.as_object_mut().unwrap().remove("parentBeaconBlockRoot");
    assert!(message(&verifier.post(&rootless).await).contains("parentBeaconBlockRoot"));
    let status = verifier.until(|_| true).await;
    assert_eq!(Some(status.unsafe_l2.hash), hash, "nothing refused was followed");

    let answer = verifier.post(&sequencer.envelope(4)).await;
    assert!(answer.get("error").is_none(), "{answer}");
    verifier.until(|status| status.unsafe_l2.number == 4).await;
    verifier.stop().await;
    sequencer.stop().await;
}

#[tokio::test]
async fn safe_heads_by_l1_block_are_answered_where_they_are_recorded() {
    let with = Member::start(Kind::Verifier).await;
    let status = with.until(|_| true).await;
    let answer = with.call("optimism_safeHeadAtL1Block", json!(["0x5"])).await;
    assert_eq!(
        answer["result"]["safeHead"]["hash"],
        json!(status.safe_l2.hash),
        "{answer}"
    );
    assert_eq!(answer["result"]["l1Block"]["number"], json!(0), "{answer}");
    let without = Member::start(Kind::VerifierWithoutRecord).await;
    let answer = without.call("optimism_safeHeadAtL1Block", json!(["0x5"])).await;
    assert!(message(&answer).contains("safe head database not enabled"), "{answer}");
    with.stop().await;
    without.stop().await;
}

#[tokio::test]
async fn balancers_find_the_node_healthy_and_operators_find_its_namespaces() {
    let member = Member::start(Kind::Verifier).await;
    let healthy = member
        .http
        .get(format!("{}/healthz", member.url()))
        .send()
        .await
        .unwrap();
    assert_eq!(healthy.status(), 200);
    let body: Value = healthy.json().await.unwrap();
    assert!(body["version"].as_str().unwrap().starts_with('v'), "{body}");
    let modules = member.call("rpc_modules", json!([])).await;
    for namespace in ["admin", "health", "optimism", "tandem"] {
        assert_eq!(modules["result"][namespace], "1.0", "{modules}");
    }
    assert_eq!(member.call("tandem_waiting", json!([])).await["result"], json!({}));
    member.stop().await;
}

#[tokio::test]
async fn a_batch_of_more_calls_than_anybody_needs_is_refused() {
    let member = Member::start(Kind::Verifier).await;
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "optimism_version", "params": [] });
    let batch = |count: usize| member.http.post(member.url()).json(&vec![&call; count]).send();
    let fits: Value = batch(100).await.unwrap().json().await.unwrap();
    assert_eq!(fits.as_array().map(Vec::len), Some(100));
    let refused: Value = batch(101).await.unwrap().json().await.unwrap();
    assert!(message(&refused).contains("batch"), "{refused}");
    member.stop().await;
}

#[tokio::test(start_paused = true)]
async fn an_l1_that_does_not_answer_at_all_is_waited_for_by_name() {
    let member = Member::start(Kind::Verifier).await;
    let mut waits = member.node.waits();
    assert!(waits.borrow().is_empty());
    member.l1_answers.send_replace(false);
    let named = timeout(DEADLINE, waits.wait_for(|waits| !waits.is_empty()))
        .await
        .unwrap()
        .unwrap();
    assert!(named[&Waiter::L1Heads].contains("--l1"), "{named:?}");
    drop(named);
    member.l1_answers.send_replace(true);
    timeout(DEADLINE, waits.wait_for(|waits| waits.is_empty()))
        .await
        .unwrap()
        .unwrap();
    member.stop().await;
}
