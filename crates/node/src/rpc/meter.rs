//! Counts and times calls.

use super::server::RESPONSE_BYTES_MAX;
use crate::NodeTelemetry;
use jsonrpsee::{
    BatchResponseBuilder, MethodResponse,
    core::middleware::{Batch, BatchEntry, Notification, RpcServiceT},
    types::Request,
};
use std::{collections::BTreeSet, future::Future, sync::Arc};
use tokio::time::Instant;

/// What calls are recorded as whose method there is not, so that nobody can make names up.
const UNKNOWN: &str = "unknown";

/// Who records.
#[derive(Clone)]
pub(super) struct Meter {
    telemetry: Option<NodeTelemetry>,
    methods: Arc<BTreeSet<&'static str>>,
}

impl Meter {
    pub(super) fn new(telemetry: Option<NodeTelemetry>, methods: impl Iterator<Item = &'static str>) -> Self {
        Self {
            telemetry,
            methods: Arc::new(methods.collect()),
        }
    }

    fn name(&self, method: &str) -> &'static str {
        self.methods.get(method).copied().unwrap_or(UNKNOWN)
    }

    fn on_answer(&self, method: &'static str, begin: Instant, code: Option<i32>) {
        if let Some(telemetry) = &self.telemetry {
            telemetry.on_call(method, begin.elapsed(), code);
        }
    }
}

/// The calls behind it are recorded.
#[derive(Clone)]
pub(super) struct Metered<S> {
    pub(super) inner: S,
    pub(super) meter: Meter,
}

impl<S> RpcServiceT for Metered<S>
where
    S: RpcServiceT<MethodResponse = MethodResponse> + Clone + Send + Sync + 'static,
{
    type MethodResponse = MethodResponse;
    type NotificationResponse = S::NotificationResponse;
    type BatchResponse = MethodResponse;

    fn call<'a>(&self, request: Request<'a>) -> impl Future<Output = Self::MethodResponse> + Send + 'a {
        let Self { inner, meter } = self.clone();
        async move {
            let (begin, method) = (Instant::now(), meter.name(request.method_name()));
            let answer = inner.call(request).await;
            meter.on_answer(method, begin, answer.as_error_code());
            answer
        }
    }

    /// Its calls are made one by one here, so that each is recorded.
    fn batch<'a>(&self, batch: Batch<'a>) -> impl Future<Output = Self::BatchResponse> + Send + 'a {
        let service = self.clone();
        async move {
            let mut answers = BatchResponseBuilder::new_with_limit(RESPONSE_BYTES_MAX as usize);
            let is_empty = batch.is_empty();
            for entry in batch {
                let answer = match entry {
                    Ok(BatchEntry::Call(call)) => service.call(call).await,
                    Ok(BatchEntry::Notification(notification)) => {
                        service.notification(notification).await;
                        continue;
                    }
                    Err(malformed) => {
                        let (error, id) = malformed.into_parts();
                        MethodResponse::error(id, error)
                    }
                };
                if let Err(too_long) = answers.append(answer) {
                    return too_long;
                }
            }
            if answers.is_empty() && !is_empty {
                return MethodResponse::notification();
            }
            MethodResponse::from_batch(answers.finish())
        }
    }

    fn notification<'a>(
        &self,
        notification: Notification<'a>,
    ) -> impl Future<Output = Self::NotificationResponse> + Send + 'a {
        self.inner.notification(notification)
    }
}
