//! Misuse of the Engine API (scenarios 22 to 25), over HTTP as a consensus client would commit it.

use alloy_consensus::Header;
use alloy_primitives::{B256, Bytes, U256};
use alloy_rpc_types_engine::JwtSecret;
use chain::rpc::{now_s, sign_token};
use devnet::{ExecutionClient, ExecutionConfig};
use protocol::{Block, ExecutionPayload, Fork, PayloadAttributes, SystemConfig};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use tandem_testkit::{Rollup, SimulatedL1};
use tempfile::TempDir;

const GENESIS_TIME: u64 = 1_700_000_000;

/// An execution client, and a consensus client that says whatever a test wants.
struct World {
    rollup: Rollup,
    l1: SimulatedL1,
    execution: ExecutionClient,
    secret: JwtSecret,
    http: reqwest::Client,
    _datadir: TempDir,
}

impl World {
    async fn new() -> Self {
        let l1 = SimulatedL1::new(GENESIS_TIME, 12, 64);
        let rollup = Rollup::devnet(&l1, Fork::Jovian);
        let secret = JwtSecret::from_hex("11".repeat(32)).unwrap();
        let datadir = tempfile::tempdir().unwrap();
        let execution = ExecutionClient::start(ExecutionConfig {
            datadir: datadir.path().to_owned(),
            genesis: rollup.genesis.clone(),
            http: None,
            auth: Some((SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), secret)),
        });
        // The client wants one, though nothing here is encrypted. One that is there already serves as well.
        rustls::crypto::ring::default_provider().install_default().ok();
        Self {
            execution: execution.await.unwrap(),
            rollup,
            l1,
            secret,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            _datadir: datadir,
        }
    }

    async fn call(&self, method: &str, params: Value) -> Value {
        let token = sign_token(&self.secret, now_s());
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let url = format!("http://{}", self.execution.auth_addr().unwrap());
        let sent = self.http.post(url).bearer_auth(token).json(&request).send().await;
        sent.unwrap().json().await.unwrap()
    }

    fn genesis(&self) -> B256 {
        self.rollup.genesis_hash()
    }

    /// What a sequencer would build on a block.
    fn attributes(&self, parent: B256) -> PayloadAttributes {
        let record = self.execution.chain().record(parent).unwrap().unwrap();
        let config = &self.rollup.config;
        let reference = protocol::L2BlockRef::from_block_with_hash(config, parent, &record.block).unwrap();
        let system = SystemConfig::from_block_with_hash(config, parent, &record.block).unwrap();
        let origin = self.l1.block(0).unwrap();
        let header = &origin.block.header;
        derive::sequencer_attributes(config, &self.rollup.l1, &reference, system, header, &[]).unwrap()
    }

    /// Starts a block on a head, and answers with its name.
    async fn begin(&self, head: B256) -> Value {
        let answer = self.call(
            "engine_forkchoiceUpdatedV3",
            json!([labels(head, B256::ZERO, B256::ZERO), self.attributes(head)]),
        );
        let mut answer = answer.await;
        assert_eq!(answer["result"]["payloadStatus"]["status"], "VALID", "{answer}");
        answer["result"]["payloadId"].take()
    }

    /// Builds a block on a head and makes it the head.
    async fn extend(&self, head: B256) -> B256 {
        let id = self.begin(head).await;
        let mut answer = self.call("engine_getPayloadV4", json!([id])).await;
        let payload = answer["result"]["executionPayload"].take();
        let hash: B256 = serde_json::from_value(payload["blockHash"].clone()).unwrap();
        let status = self.new_payload(&payload).await;
        assert_eq!(status["result"]["status"], "VALID", "{status}");
        let moved = self.call(
            "engine_forkchoiceUpdatedV3",
            json!([labels(hash, B256::ZERO, B256::ZERO), null]),
        );
        assert_eq!(moved.await["result"]["payloadStatus"]["status"], "VALID");
        hash
    }

    async fn new_payload(&self, payload: &Value) -> Value {
        let root = self.l1.block(0).unwrap().block.header.parent_beacon_block_root;
        self.call("engine_newPayloadV4", json!([payload, [], root, []])).await
    }

    /// A block on a head that nobody has given to the client: a copy of what it would build itself, changed.
    async fn changed(&self, head: B256, change: impl FnOnce(&mut Header)) -> Value {
        let built = self
            .execution
            .chain()
            .build_derived(head, &forced(self.attributes(head)))
            .unwrap();
        let chain::DerivedVerdict::Built(record) = built else {
            panic!("{built:?}")
        };
        let mut block: Block = record.block.clone();
        change(&mut block.header);
        let payload = ExecutionPayload::from_block(self.execution.chain().spec(), block.header.hash_slow(), &block);
        serde_json::to_value(payload).unwrap()
    }
}

/// Nothing of the pool: the same block again and again.
fn forced(attributes: PayloadAttributes) -> PayloadAttributes {
    PayloadAttributes {
        no_tx_pool: true,
        ..attributes
    }
}

fn labels(head: B256, safe: B256, finalized: B256) -> Value {
    json!({ "headBlockHash": head, "safeBlockHash": safe, "finalizedBlockHash": finalized })
}

#[tokio::test]
async fn s22_a_head_that_is_not_known_is_syncing_and_labels_off_its_way_are_refused() {
    let world = World::new().await;
    let first = world.extend(world.genesis()).await;
    let second = world.extend(first).await;
    let unknown = B256::repeat_byte(0x77);
    let zero = B256::ZERO;
    let answer = world
        .call("engine_forkchoiceUpdatedV3", json!([labels(unknown, zero, zero), null]))
        .await;
    assert_eq!(answer["result"]["payloadStatus"]["status"], "SYNCING", "{answer}");
    let wrong = [
        labels(first, second, zero),
        labels(first, zero, second),
        labels(second, unknown, zero),
        labels(second, zero, unknown),
    ];
    for state in wrong {
        let answer = world.call("engine_forkchoiceUpdatedV3", json!([state, null])).await;
        assert_eq!(answer["error"]["code"], -38002, "{state}: {answer}");
    }
    assert_eq!(world.execution.chain().head().hash, second, "nothing moved");
    let good = world
        .call(
            "engine_forkchoiceUpdatedV3",
            json!([labels(second, first, first), null]),
        )
        .await;
    assert_eq!(good["result"]["payloadStatus"]["latestValidHash"], json!(second));
}

#[tokio::test]
async fn s22_attributes_that_do_not_fit_are_refused_and_the_labels_stay_moved() {
    let world = World::new().await;
    let first = world.extend(world.genesis()).await;
    let good = world.attributes(first);
    let state = labels(first, B256::ZERO, B256::ZERO);
    let wrong = [
        PayloadAttributes {
            timestamp: GENESIS_TIME,
            ..good.clone()
        },
        PayloadAttributes {
            gas_limit: None,
            ..good.clone()
        },
        PayloadAttributes {
            eip1559_params: None,
            ..good.clone()
        },
        PayloadAttributes {
            min_base_fee: None,
            ..good.clone()
        },
        PayloadAttributes {
            transactions: vec![Bytes::from_static(&[0x7d, 1])],
            ..good
        },
    ];
    for attributes in wrong {
        let answer = world
            .call("engine_forkchoiceUpdatedV3", json!([state, attributes]))
            .await;
        assert_eq!(answer["error"]["code"], -38003, "{answer}");
    }
    assert_eq!(world.execution.chain().head().hash, first);
}

#[tokio::test]
async fn s23_a_payload_is_given_again_and_an_unknown_one_is_named() {
    let world = World::new().await;
    let id = world.begin(world.genesis()).await;
    let first = world.call("engine_getPayloadV4", json!([id])).await;
    let again = world.call("engine_getPayloadV4", json!([id])).await;
    assert!(first["result"]["executionPayload"]["blockHash"].is_string(), "{first}");
    assert_eq!(first["result"], again["result"]);
    let unknown = world.call("engine_getPayloadV4", json!(["0x0123456789abcdef"])).await;
    assert_eq!(unknown["error"]["code"], -38001, "{unknown}");
}

#[tokio::test]
async fn s24_payloads_that_are_not_what_they_say_are_invalid() {
    let world = World::new().await;
    let head = world.extend(world.genesis()).await;
    type Change = fn(&mut Header);
    let changes: [(&str, Change); 6] = [
        ("gas used", |header| header.gas_used += 1),
        ("state root", |header| header.state_root = B256::repeat_byte(1)),
        ("receipts root", |header| header.receipts_root = B256::repeat_byte(1)),
        ("timestamp", |header| header.timestamp = GENESIS_TIME),
        ("base fee", |header| header.base_fee_per_gas = Some(7)),
        ("withdrawals root", |header| {
            header.withdrawals_root = Some(B256::repeat_byte(1))
        }),
    ];
    for (what, change) in changes {
        let payload = world.changed(head, change).await;
        let answer = world.new_payload(&payload).await;
        assert_eq!(answer["result"]["status"], "INVALID", "{what}: {answer}");
        assert_eq!(answer["result"]["latestValidHash"], json!(head), "{what}: {answer}");
        let moved = labels(
            serde_json::from_value(payload["blockHash"].clone()).unwrap(),
            B256::ZERO,
            B256::ZERO,
        );
        let moved = world.call("engine_forkchoiceUpdatedV3", json!([moved, null])).await;
        assert_eq!(moved["result"]["payloadStatus"]["status"], "INVALID", "{what}: {moved}");
    }
    let mut payload = world.changed(head, |_| {}).await;
    payload["blockHash"] = json!(B256::repeat_byte(9));
    let answer = world.new_payload(&payload).await;
    assert_eq!(answer["result"]["status"], "INVALID", "hash: {answer}");
    assert_eq!(answer["result"]["latestValidHash"], Value::Null, "hash: {answer}");
    let orphan = world
        .changed(head, |header| header.parent_hash = B256::repeat_byte(3))
        .await;
    let answer = world.new_payload(&orphan).await;
    assert_eq!(answer["result"]["status"], "SYNCING", "parent: {answer}");
    assert_eq!(world.execution.chain().head().hash, head);
}

#[tokio::test]
async fn s24_methods_of_another_fork_are_refused() {
    let world = World::new().await;
    let head = world.extend(world.genesis()).await;
    let payload = world.changed(head, |_| {}).await;
    let root = world.l1.block(0).unwrap().block.header.parent_beacon_block_root;
    let id = world.begin(head).await;
    let wrong = [
        ("engine_newPayloadV3", json!([payload, [], root])),
        ("engine_newPayloadV2", json!([payload])),
        ("engine_getPayloadV3", json!([id])),
        ("engine_getPayloadV5", json!([id])),
    ];
    for (method, params) in wrong {
        let answer = world.call(method, params).await;
        let code = answer["error"]["code"].as_i64();
        assert!(matches!(code, Some(-38005 | -32602)), "{method}: {answer}");
    }
    let blobs = json!([payload, [B256::repeat_byte(1)], root, []]);
    let answer = world.call("engine_newPayloadV4", blobs).await;
    assert_eq!(
        answer["result"]["status"], "INVALID",
        "blob hashes of no transaction: {answer}"
    );
    let missing = world.call("engine_newPayloadV4", json!([payload, []])).await;
    assert_eq!(missing["error"]["code"], -32602, "{missing}");
}

#[tokio::test]
async fn s25_without_a_token_nothing_is_answered() {
    let world = World::new().await;
    let url = format!("http://{}", world.execution.auth_addr().unwrap());
    let request = json!({ "jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": [] });
    let bare = world.http.post(&url).json(&request).send().await.unwrap();
    assert_eq!(bare.status(), 401);
    let old = sign_token(&world.secret, now_s() - 3_600);
    let expired = world
        .http
        .post(&url)
        .bearer_auth(old)
        .json(&request)
        .send()
        .await
        .unwrap();
    assert_eq!(expired.status(), 401);
    let answer = world.call("eth_chainId", json!([])).await;
    let id: U256 = serde_json::from_value(answer["result"].clone()).unwrap();
    assert_eq!(id, U256::from(world.rollup.config.l2_chain_id));
}
