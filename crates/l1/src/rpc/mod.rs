//! JSON-RPC with timeouts, limits, batches and bounded repetition.

mod config;
mod limiter;

use core::{
    fmt,
    future::{Future, IntoFuture},
};
use std::sync::Arc;

use alloy_json_rpc::RpcError;
use alloy_rpc_client::RpcClient;
use alloy_transport::{TransportError, TransportErrorKind};
use reqwest::Client;
use serde::de::DeserializeOwned;
use serde_json::{Value, value::RawValue};
use tokio::time::{sleep, timeout};
use tracing::debug;

pub use config::RpcConfig;
pub(crate) use limiter::Limiter;

use crate::{Endpoint, Error, http};

/// How much of an answer that cannot be read is shown.
const EXCERPT_CHARS: usize = 120;

/// One call: a method and its parameters.
pub(crate) type Call = (&'static str, Value);

/// One JSON-RPC endpoint.
#[derive(Clone)]
pub(crate) struct Rpc {
    shared: Arc<Shared>,
}

struct Shared {
    endpoint: Endpoint,
    config: RpcConfig,
    client: RpcClient,
    limiter: Limiter,
}

impl fmt::Debug for Rpc {
    /// The client's own form shows the whole address, access keys included.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rpc").field(&self.shared.endpoint).finish()
    }
}

impl Rpc {
    pub(crate) fn new(endpoint: Endpoint, config: RpcConfig) -> Result<Self, Error> {
        Ok(Self::over(http::client()?, endpoint, config))
    }

    /// The same over an HTTP client of the caller's.
    pub(crate) fn over(http: Client, endpoint: Endpoint, config: RpcConfig) -> Self {
        let client = RpcClient::new_http_with_client(http, endpoint.url().clone());
        let limiter = Limiter::new(config.requests_concurrent_max, config.requests_per_second_max);
        Self {
            shared: Arc::new(Shared {
                endpoint,
                config,
                client,
                limiter,
            }),
        }
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.shared.endpoint
    }

    pub(crate) fn config(&self) -> &RpcConfig {
        &self.shared.config
    }

    /// Calls a method and reads its result as `R`.
    pub(crate) async fn call<R: DeserializeOwned>(&self, method: &'static str, params: Value) -> Result<R, Error> {
        let raw = self.call_raw(method, params).await?;
        self.read(method, &raw)
    }

    /// Calls a method whose answer may be `null`.
    pub(crate) async fn call_optional<R: DeserializeOwned>(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Option<R>, Error> {
        self.call(method, params).await
    }

    /// Calls a method.
    pub(crate) async fn call_raw(&self, method: &'static str, params: Value) -> Result<Box<RawValue>, Error> {
        self.repeat(|| self.attempt(method, &params)).await
    }

    /// Makes many calls in batches of the configured size; answers are in the calls' order.
    ///
    /// Calls that fail for a passing reason fail their batch, which is repeated; other refusals are the call's own.
    pub(crate) async fn batch<R: DeserializeOwned>(&self, calls: &[Call]) -> Result<Vec<Result<R, Error>>, Error> {
        let mut answers = Vec::with_capacity(calls.len());
        for chunk in calls.chunks(self.shared.config.batch_calls_max.max(1)) {
            let raws = self.repeat(|| self.attempt_batch(chunk)).await?;
            let read = chunk
                .iter()
                .zip(raws)
                .map(|((method, _), raw)| self.read(method, &raw?));
            answers.extend(read);
        }
        Ok(answers)
    }

    async fn attempt(&self, method: &'static str, params: &Value) -> Result<Box<RawValue>, Error> {
        let _turn = self.shared.limiter.turn().await;
        let call = self.shared.client.request::<_, Box<RawValue>>(method, params.clone());
        self.within_time(method, call.into_future()).await
    }

    async fn attempt_batch(&self, calls: &[Call]) -> Result<Vec<Result<Box<RawValue>, Error>>, Error> {
        if let [(method, params)] = calls {
            return match self.attempt(method, params).await {
                Err(error) if error.is_transient() => Err(error),
                answer => Ok(vec![answer]),
            };
        }
        let first_method = calls.first().map_or("nothing", |(method, _)| *method);
        let _turn = self.shared.limiter.turn().await;
        let mut batch = self.shared.client.new_batch();
        let mut waiters = Vec::with_capacity(calls.len());
        for (method, params) in calls {
            let waiter = batch
                .add_call::<_, Box<RawValue>>(*method, params)
                .map_err(|error| self.explain(method, error))?;
            waiters.push((*method, waiter));
        }
        self.within_time(first_method, async { batch.await }).await?;
        let mut answers = Vec::with_capacity(calls.len());
        for (method, waiter) in waiters {
            match waiter.await.map_err(|error| self.explain(method, error)) {
                Err(error) if error.is_transient() => return Err(error),
                answer => answers.push(answer),
            }
        }
        Ok(answers)
    }

    async fn within_time<T>(
        &self,
        method: &str,
        request: impl Future<Output = Result<T, TransportError>>,
    ) -> Result<T, Error> {
        match timeout(self.shared.config.request_timeout, request).await {
            Ok(answer) => answer.map_err(|error| self.explain(method, error)),
            Err(_elapsed) => Err(Error::Timeout {
                endpoint: self.endpoint().clone(),
                request: method.to_owned(),
                timeout: self.shared.config.request_timeout,
            }),
        }
    }

    /// Repeats what fails for a passing reason, waiting longer each time, until the configured number of repetitions.
    async fn repeat<T, F: Future<Output = Result<T, Error>>>(
        &self,
        mut attempt: impl FnMut() -> F,
    ) -> Result<T, Error> {
        let mut retry = 0;
        loop {
            match attempt().await {
                Err(error) if error.is_transient() && retry < self.shared.config.retries_max => {
                    debug!(target: "l1", %error, retry, "L1 request is repeated");
                    metrics::counter!("l1_rpc_client_retries_total").increment(1);
                    sleep(self.shared.config.backoff(retry)).await;
                    retry += 1;
                }
                answer => return answer,
            }
        }
    }

    fn read<R: DeserializeOwned>(&self, method: &str, raw: &RawValue) -> Result<R, Error> {
        serde_json::from_str(raw.get())
            .map_err(|error| self.not_understood(method, format!("{error} in {}", excerpt(raw.get()))))
    }

    pub(crate) fn not_understood(&self, method: &str, reason: String) -> Error {
        Error::NotUnderstood {
            endpoint: self.endpoint().clone(),
            request: method.to_owned(),
            reason,
        }
    }

    fn explain(&self, method: &str, error: TransportError) -> Error {
        let (endpoint, request) = (self.endpoint().clone(), method.to_owned());
        match error {
            RpcError::ErrorResp(payload) => Error::Refused {
                endpoint,
                request,
                code: payload.code,
                message: payload.message.into_owned(),
                data: payload.data.and_then(|data| serde_json::from_str(data.get()).ok()),
            },
            RpcError::Transport(kind) => match kind.as_http_error() {
                Some(http) => Error::HttpStatus {
                    endpoint,
                    request,
                    status: http.status,
                },
                None => self.explain_transport(method, &kind),
            },
            RpcError::DeserError { err, text } => self.not_understood(method, format!("{err} in {}", excerpt(&text))),
            other => self.not_understood(method, other.to_string()),
        }
    }

    fn explain_transport(&self, method: &str, kind: &TransportErrorKind) -> Error {
        match kind {
            TransportErrorKind::MissingBatchResponse(_) => {
                self.not_understood(method, "the batch's answer leaves calls out".to_owned())
            }
            other => Error::Unreachable {
                endpoint: self.endpoint().clone(),
                reason: http::cause(other),
            },
        }
    }
}

fn excerpt(text: &str) -> String {
    let mut shown: String = text.chars().take(EXCERPT_CHARS).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
