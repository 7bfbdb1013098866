//! HTTP peers whose answers a test decides.

use std::{
    fmt::Debug,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, StatusCode, Uri, header::CONNECTION},
    middleware::map_response,
    response::Response,
    routing::post,
    serve::Listener,
};
use serde_json::{Value, json};
use tandem_l1::{Endpoint, L1Client, RpcConfig};
use tokio::{net::TcpListener, task::JoinHandle};

/// A result, or a JSON-RPC error.
pub(crate) type Answer = Result<Value, (i64, &'static str)>;

/// Decides a JSON-RPC peer's answers.
pub(crate) trait Node: Send + Sync + 'static {
    fn answer(&self, method: &str, params: &[Value]) -> Answer;
}

impl<F: Fn(&str, &[Value]) -> Answer + Send + Sync + 'static> Node for F {
    fn answer(&self, method: &str, params: &[Value]) -> Answer {
        self(method, params)
    }
}

/// The methods that were called, in order.
pub(crate) type Calls = Arc<Mutex<Vec<String>>>;

/// A running peer; it goes away when this is dropped.
pub(crate) struct Peer {
    pub(crate) endpoint: Endpoint,
    pub(crate) calls: Calls,
    task: JoinHandle<()>,
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Peer {
    /// Makes it go away: its port is free again, its connections are closed.
    pub(crate) async fn stop(mut self) {
        self.task.abort();
        assert!((&mut self.task).await.unwrap_err().is_cancelled());
    }

    /// How often a method was called.
    pub(crate) fn count(&self, method: &str) -> usize {
        self.calls
            .lock()
            .unwrap()
            .iter()
            .filter(|called| *called == method)
            .count()
    }
}

struct RpcState<N> {
    node: Arc<N>,
    calls: Calls,
}

/// A JSON-RPC peer on a free port.
pub(crate) async fn serve_rpc<N: Node>(node: Arc<N>) -> Peer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    serve_rpc_on(listener, node)
}

/// A JSON-RPC peer on a given listener.
pub(crate) fn serve_rpc_on<N: Node>(listener: TcpListener, node: Arc<N>) -> Peer {
    let address = listener.local_addr().unwrap();
    serve_rpc_over(listener, format!("http://{address}"), node)
}

/// A JSON-RPC peer on a listener of any kind, under this address.
pub(crate) fn serve_rpc_over<N: Node>(listener: impl Listener<Addr: Debug>, address: String, node: Arc<N>) -> Peer {
    let calls = Calls::default();
    let state = Arc::new(RpcState {
        node,
        calls: Arc::clone(&calls),
    });
    let router = Router::new().route("/", post(answer_rpc::<N>)).with_state(state);
    serve(listener, address, router, calls)
}

fn serve(listener: impl Listener<Addr: Debug>, address: String, router: Router, calls: Calls) -> Peer {
    // Connections end with their answer, so that a peer that stops is gone.
    let router = router.layer(map_response(|mut response: Response| async {
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
        response
    }));
    let endpoint = address.parse().unwrap();
    let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    Peer { endpoint, calls, task }
}

async fn answer_rpc<N: Node>(State(state): State<Arc<RpcState<N>>>, Json(body): Json<Value>) -> Json<Value> {
    Json(match body {
        Value::Array(batch) => batch.iter().map(|request| answer_one(&state, request)).collect(),
        request => answer_one(&state, &request),
    })
}

fn answer_one<N: Node>(state: &RpcState<N>, request: &Value) -> Value {
    let method = request["method"].as_str().unwrap();
    state.calls.lock().unwrap().push(method.to_owned());
    let params = request["params"].as_array().cloned().unwrap_or_default();
    match state.node.answer(method, &params) {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": request["id"], "result": result }),
        Err((code, message)) => {
            json!({ "jsonrpc": "2.0", "id": request["id"], "error": { "code": code, "message": message } })
        }
    }
}

/// Decides a beacon peer's answers, by path and query.
pub(crate) type BeaconNode = Arc<dyn Fn(&str, &str) -> (u16, Value) + Send + Sync>;

/// A beacon peer on a free port.
pub(crate) async fn serve_beacon(node: BeaconNode) -> Peer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let calls = Calls::default();
    let seen = Arc::clone(&calls);
    let handler = move |uri: Uri| async move {
        seen.lock().unwrap().push(uri.to_string());
        let (status, body) = node(uri.path(), uri.query().unwrap_or_default());
        (StatusCode::from_u16(status).unwrap(), Json(body))
    };
    let address = format!("http://{}", listener.local_addr().unwrap());
    serve(listener, address, Router::new().fallback(handler), calls)
}

/// No such method.
pub(crate) const METHOD_NOT_FOUND: (i64, &str) = (-32601, "the method does not exist/is not available");

/// Limits under which a test does not wait.
pub(crate) fn impatient() -> RpcConfig {
    RpcConfig {
        request_timeout: Duration::from_secs(20),
        retries_max: 1,
        backoff_first: Duration::ZERO,
        ..RpcConfig::default()
    }
}

/// A client of a peer.
pub(crate) fn client(peer: &Peer) -> L1Client {
    L1Client::new(peer.endpoint.clone(), impatient()).unwrap()
}

/// A file of `testdata`.
pub(crate) fn testdata(path: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    std::fs::read(root.join(path)).unwrap()
}

/// A JSON file of `testdata/l1-rpc`: real answers of geth for block 54 of its test chain.
pub(crate) fn recorded(name: &str) -> Value {
    serde_json::from_slice(&testdata(&format!("l1-rpc/{name}.json"))).unwrap()
}
