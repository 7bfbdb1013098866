//! The published JSON-RPC exchanges over the published chain, through the real server.

mod support;

use alloy_genesis::Genesis;
use alloy_rlp::Decodable;
use alloy_rpc_types_engine::ForkchoiceState;
use protocol::Block;
use serde_json::Value;
use std::{collections::BTreeMap, path::Path};
use support::rpc::serve;
use tandem_chain::{Chain, Config};

/// Exchanges with methods that are offered.
const EXCHANGES: u32 = 76;
/// Methods that are not offered yet.
const NOT_OFFERED: [&str; 8] = [
    "debug_traceBlockByHash",
    "debug_traceBlockByNumber",
    "debug_traceTransaction",
    "eth_baseFee",
    "eth_getStorageValues",
    "eth_simulateV1",
    "testing_buildBlockV1",
    "txpool_contentFrom",
];

fn vector(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../testdata/execution-apis")
        .join(name);
    zstd::decode_all(std::fs::File::open(path).unwrap()).unwrap()
}

/// One exchange after the other; a line `// speconly` says that only the answer's shape is told.
struct Case {
    name: String,
    is_shape_only: bool,
    exchanges: Vec<(String, Value)>,
}

fn cases() -> Vec<Case> {
    let text = String::from_utf8(vector("cases.io.zst")).unwrap();
    text.split("# ").skip(1).map(case).collect()
}

fn case(text: &str) -> Case {
    let (name, lines) = text.split_once('\n').unwrap();
    let mut exchanges = Vec::new();
    let mut request = None;
    for line in lines.lines() {
        if let Some(sent) = line.strip_prefix(">> ") {
            request = Some(sent.to_owned());
        } else if let Some(answered) = line.strip_prefix("<< ") {
            exchanges.push((request.take().unwrap(), serde_json::from_str(answered).unwrap()));
        }
    }
    Case {
        name: name.to_owned(),
        is_shape_only: lines.lines().any(|line| line.contains("speconly")),
        exchanges,
    }
}

fn open(folder: &Path) -> Chain {
    let genesis: Genesis = serde_json::from_slice(&vector("genesis.json.zst")).unwrap();
    let chain = Chain::open(Config::new(folder, genesis)).unwrap();
    let bytes = vector("chain.rlp.zst");
    let mut rest = &bytes[..];
    let mut head = chain.genesis().hash;
    while !rest.is_empty() {
        let block = Block::decode(&mut rest).unwrap();
        head = block.header.hash_slow();
        assert!(chain.import(block).unwrap().is_valid());
    }
    let state = ForkchoiceState {
        head_block_hash: head,
        safe_block_hash: head,
        finalized_block_hash: head,
    };
    assert!(chain.fork_choice_updated(state).unwrap().is_valid());
    chain
}

/// Where two answers differ, if they do. Of errors, the codes are compared: their words are each client's own.
fn difference(expected: &Value, actual: &Value, is_shape_only: bool) -> Option<String> {
    match (expected.get("error"), actual.get("error")) {
        (Some(expected), Some(actual)) if expected["code"] == actual["code"] => return None,
        (None, None) => {}
        (expected, actual) => return Some(format!("error {actual:?}, expected {expected:?}")),
    }
    let (expected, actual) = (&expected["result"], &actual["result"]);
    if is_shape_only {
        return (kind(expected) != kind(actual)).then(|| format!("{actual}, expected the shape of {expected}"));
    }
    first_difference(expected, actual, String::new())
}

fn kind(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
    }
}

fn first_difference(expected: &Value, actual: &Value, at: String) -> Option<String> {
    match (expected, actual) {
        (Value::Object(left), Value::Object(right)) => {
            let keys: std::collections::BTreeSet<_> = left.keys().chain(right.keys()).collect();
            keys.into_iter().find_map(|key| match (left.get(key), right.get(key)) {
                (Some(left), Some(right)) => first_difference(left, right, format!("{at}.{key}")),
                (left, right) => Some(format!("{at}.{key}: {right:?}, expected {left:?}")),
            })
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            let mut pairs = left.iter().zip(right).enumerate();
            pairs.find_map(|(index, (left, right))| first_difference(left, right, format!("{at}[{index}]")))
        }
        (left, right) => (left != right).then(|| format!("{at}: {right}, expected {left}")),
    }
}

#[tokio::test]
async fn published_exchanges_are_answered_as_published() {
    let folder = tempfile::tempdir().unwrap();
    let chain = open(folder.path());
    let served = serve(&chain).await;
    let (mut faults, mut passed) = (Vec::new(), BTreeMap::<String, u32>::new());
    for case in cases() {
        let method = case.name.split('/').next().unwrap().to_owned();
        if NOT_OFFERED.contains(&method.as_str()) {
            continue;
        }
        for (request, expected) in &case.exchanges {
            let answer = served.post(request.clone()).await;
            match difference(expected, &answer, case.is_shape_only) {
                Some(fault) => faults.push(format!("{}: {fault}", case.name)),
                None => *passed.entry(method.clone()).or_default() += 1,
            }
        }
    }
    served.server.stop().await;
    assert!(
        faults.is_empty(),
        "{} differ; {passed:?} agree\n{}",
        faults.len(),
        faults.join("\n")
    );
    let agreed: u32 = passed.values().sum();
    assert!(agreed >= EXCHANGES, "{agreed} agree: {passed:?}");
}
