//! The door of the authenticated port: a token in every request (Engine API, authentication).

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

fn check<B>(secret: &JwtSecret, request: &HttpRequest<B>) -> Result<(), String> {
    let header = request
        .headers()
        .get("authorization")
        .ok_or("missing token: both sides need the same --jwt-secret file")?;
    let header = header.to_str().map_err(|_| "the token is not text")?;
    let token = header
        .strip_prefix("Bearer ")
        .ok_or("the authorization header is not 'Bearer <token>'")?;
    secret
        .validate(token.trim())
        .map_err(|error| format!("{error}: both sides need the same --jwt-secret file and the same time"))
}

fn refusal(reason: &str) -> HttpResponse {
    let response = HttpResponse::<()>::builder()
        .status(401)
        .body(HttpBody::from(reason.to_owned()));
    response.expect("invariant: 401 is a status")
}
