//! A chain behind the real JSON-RPC server, and a client.

use serde_json::{Value, json};
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Weak},
};
use tandem_chain::{
    BuilderSettings, Chain, PayloadBuilder, PayloadJobs, Pool, PoolLimits,
    rpc::{Backend, CallLimits, Filters, RpcConfig, RpcServer},
};

/// A server on a port of its own. Stops when dropped.
pub(crate) struct Served {
    pub(crate) server: RpcServer,
    _builder: Arc<PayloadBuilder>,
    url: String,
    http: reqwest::Client,
}

pub(crate) async fn serve(chain: &Chain) -> Served {
    let pool = Pool::new(chain.clone(), PoolLimits::default());
    let builder = Arc::new(PayloadBuilder::new(
        chain.clone(),
        pool.clone(),
        BuilderSettings::default(),
    ));
    let jobs: Weak<dyn PayloadJobs> = Arc::downgrade(&builder) as _;
    chain.set_payload_jobs(jobs);
    let backend = Backend {
        chain: chain.clone(),
        pool,
        builder: (*builder).clone(),
        limits: CallLimits::default(),
        filters: Filters::default(),
        client_version: "test",
    };
    let config = RpcConfig {
        namespaces: ["eth", "net", "web3", "txpool", "debug"].map(str::to_owned).to_vec(),
        ..RpcConfig::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
    };
    let server = RpcServer::start(config, backend).await.unwrap();
    // The client wants one, though nothing here is encrypted. One that is there already serves as well.
    rustls::crypto::ring::default_provider().install_default().ok();
    Served {
        url: format!("http://{}", server.local_addr()),
        http: reqwest::Client::builder().no_proxy().build().unwrap(),
        server,
        _builder: builder,
    }
}

impl Served {
    /// The whole answer to a whole request.
    pub(crate) async fn post(&self, request: String) -> Value {
        let post = self.http.post(&self.url).header("content-type", "application/json");
        post.body(request).send().await.unwrap().json().await.unwrap()
    }

    /// What a method answers: the result, or the error's message.
    pub(crate) async fn call(&self, method: &str, params: Value) -> Result<Value, String> {
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let mut answer = self.post(request.to_string()).await;
        match answer.get("error") {
            Some(error) => Err(error["message"].as_str().unwrap().to_owned()),
            None => Ok(answer["result"].take()),
        }
    }
}
