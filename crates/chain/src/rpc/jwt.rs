//! The door of the authenticated port: a token in every request (Engine API, authentication).

use super::token::{TokenFault, now_s, verify_token};
use alloy_rpc_types_engine::JwtSecret;
use jsonrpsee::server::{HttpBody, HttpRequest, HttpResponse};
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};
use tower::{Layer, Service};

/// Lets requests through that carry a token signed with the secret, at most 60 seconds old.
#[derive(Clone)]
pub(super) struct JwtLayer {
    secret: JwtSecret,
}

impl JwtLayer {
    pub(super) const fn new(secret: JwtSecret) -> Self {
        Self { secret }
    }
}

impl<S> Layer<S> for JwtLayer {
    type Service = JwtService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        JwtService {
            secret: self.secret,
            inner,
        }
    }
}

/// See [`JwtLayer`].
#[derive(Clone)]
pub(super) struct JwtService<S> {
    secret: JwtSecret,
    inner: S,
}

impl<S, B> Service<HttpRequest<B>> for JwtService<S>
where
    S: Service<HttpRequest<B>, Response = HttpResponse>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = HttpResponse;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: HttpRequest<B>) -> Self::Future {
        match check(&self.secret, &request) {
            Ok(()) => Box::pin(self.inner.call(request)),
            Err(reason) => {
                tracing::warn!(target: "engine", %reason, "request refused");
                Box::pin(async move { Ok(refusal(&reason)) })
            }
        }
    }
}

fn check<B>(secret: &JwtSecret, request: &HttpRequest<B>) -> Result<(), TokenFault> {
    let header = request.headers().get("authorization").ok_or(TokenFault::Missing)?;
    let bearer = header.to_str().ok().and_then(|header| header.strip_prefix("Bearer "));
    verify_token(secret, bearer.ok_or(TokenFault::Malformed)?.trim(), now_s())
}

fn refusal(reason: &TokenFault) -> HttpResponse {
    let response = HttpResponse::<()>::builder()
        .status(401)
        .body(HttpBody::from(reason.to_string()));
    response.expect("invariant: 401 is a status")
}
