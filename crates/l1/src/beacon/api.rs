//! One beacon endpoint.

use core::time::Duration;

use alloy_primitives::{B256, Bytes};
use reqwest::{Client, StatusCode, Url};
use serde::de::DeserializeOwned;
use tokio::time::sleep;
use tracing::debug;

use super::json::{Answer, Genesis, Sidecar, Spec};
use crate::{BeaconConfig, Endpoint, Error, http};

/// The ways in which servers let one ask for blobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlobQuery {
    /// `blobs/{slot}?versioned_hashes=A&versioned_hashes=B`: the specification's.
    Repeated,
    /// `blobs/{slot}?versioned_hashes=A,B`: anvil's.
    Commas,
    /// `blobs/{slot}`: all of the block.
    All,
    /// `blob_sidecars/{slot}`: the older one, which archives still serve.
    Sidecars,
}

impl BlobQuery {
    /// In the order in which they are tried.
    pub(super) const ALL: [Self; 4] = [Self::Repeated, Self::Commas, Self::All, Self::Sidecars];

    /// `true` if only what was asked for may come.
    pub(super) const fn is_filtered(self) -> bool {
        matches!(self, Self::Repeated | Self::Commas)
    }

    fn url(self, endpoint: &Endpoint, slot: u64, hashes: &[B256]) -> Url {
        let resource = if self == Self::Sidecars {
            "blob_sidecars"
        } else {
            "blobs"
        };
        let mut url = endpoint.join(&format!("eth/v1/beacon/{resource}/{slot}"));
        let texts: Vec<String> = hashes.iter().map(B256::to_string).collect();
        let query = match self {
            Self::Repeated => texts
                .iter()
                .map(|hash| format!("versioned_hashes={hash}"))
                .collect::<Vec<_>>()
                .join("&"),
            Self::Commas => format!("versioned_hashes={}", texts.join(",")),
            Self::All | Self::Sidecars => return url,
        };
        url.set_query(Some(&query));
        url
    }
}

/// One endpoint, with the limits of the configuration.
#[derive(Debug)]
pub(super) struct BeaconApi {
    pub(super) endpoint: Endpoint,
    client: Client,
    header: Option<(String, String)>,
    request_timeout: Duration,
    retries_max: u32,
    backoff_first: Duration,
}

impl BeaconApi {
    pub(super) fn new(endpoint: Endpoint, client: Client, config: &BeaconConfig) -> Self {
        Self {
            endpoint,
            client,
            header: config.header.clone(),
            request_timeout: config.request_timeout,
            retries_max: config.retries_max,
            backoff_first: config.backoff_first,
        }
    }

    pub(super) async fn genesis_time_s(&self) -> Result<u64, Error> {
        Ok(self
            .get::<Genesis>(self.endpoint.join("eth/v1/beacon/genesis"))
            .await?
            .genesis_time)
    }

    pub(super) async fn slot_duration_s(&self) -> Result<u64, Error> {
        let spec: Spec = self.get(self.endpoint.join("eth/v1/config/spec")).await?;
        spec.slot_duration_s()
            .ok_or_else(|| self.not_understood("config/spec", "it has no SECONDS_PER_SLOT".to_owned()))
    }

    /// The bytes that the endpoint says are blobs of the slot, unchecked.
    pub(super) async fn blobs(&self, slot: u64, hashes: &[B256], query: BlobQuery) -> Result<Vec<Bytes>, Error> {
        let url = query.url(&self.endpoint, slot, hashes);
        match query {
            BlobQuery::Sidecars => Ok(self
                .get::<Vec<Sidecar>>(url)
                .await?
                .into_iter()
                .map(|sidecar| sidecar.blob)
                .collect()),
            _ => self.get(url).await,
        }
    }

    /// A `GET`, repeated a bounded number of times if it fails for a passing reason.
    async fn get<T: DeserializeOwned>(&self, url: Url) -> Result<T, Error> {
        let mut retry = 0;
        loop {
            match self.attempt(&url).await {
                Err(error) if error.is_transient() && retry < self.retries_max => {
                    debug!(target: "l1", %error, retry, "beacon request is repeated");
                    sleep(self.backoff_first.saturating_mul(2u32.saturating_pow(retry))).await;
                    retry += 1;
                }
                answer => return answer,
            }
        }
    }

    async fn attempt<T: DeserializeOwned>(&self, url: &Url) -> Result<T, Error> {
        let mut request = self
            .client
            .get(url.clone())
            .timeout(self.request_timeout)
            .header("accept", "application/json");
        if let Some((name, value)) = &self.header {
            request = request.header(name, value);
        }
        let answer = request.send().await.map_err(|error| self.explain(url, &error))?;
        if answer.status() != StatusCode::OK {
            return Err(Error::HttpStatus {
                endpoint: self.endpoint.clone(),
                request: resource(url),
                status: answer.status().as_u16(),
            });
        }
        let body = answer.bytes().await.map_err(|error| self.explain(url, &error))?;
        let answer: Answer<T> =
            serde_json::from_slice(&body).map_err(|error| self.not_understood(&resource(url), error.to_string()))?;
        Ok(answer.data)
    }

    fn explain(&self, url: &Url, error: &reqwest::Error) -> Error {
        let endpoint = self.endpoint.clone();
        if error.is_timeout() {
            return Error::Timeout {
                endpoint,
                request: resource(url),
                timeout: self.request_timeout,
            };
        }
        Error::Unreachable {
            endpoint,
            reason: http::cause(error),
        }
    }

    fn not_understood(&self, request: &str, reason: String) -> Error {
        Error::NotUnderstood {
            endpoint: self.endpoint.clone(),
            request: request.to_owned(),
            reason,
        }
    }
}

/// What was asked for, without the endpoint's own path, which may hold an access key.
fn resource(url: &Url) -> String {
    let path = url.path();
    path.find("/eth/v1/")
        .map_or("beacon API", |start| &path[start..])
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_query_has_its_own_spelling() {
        let endpoint: Endpoint = "http://h:1/key".parse().unwrap();
        let hashes = [B256::repeat_byte(1), B256::repeat_byte(2)];
        let [a, b] = hashes.map(|hash| hash.to_string());
        let url = |query: BlobQuery| query.url(&endpoint, 9, &hashes).to_string();
        assert_eq!(
            url(BlobQuery::Repeated),
            format!("http://h:1/key/eth/v1/beacon/blobs/9?versioned_hashes={a}&versioned_hashes={b}")
        );
        assert_eq!(
            url(BlobQuery::Commas),
            format!("http://h:1/key/eth/v1/beacon/blobs/9?versioned_hashes={a},{b}")
        );
        assert_eq!(url(BlobQuery::All), "http://h:1/key/eth/v1/beacon/blobs/9");
        assert_eq!(url(BlobQuery::Sidecars), "http://h:1/key/eth/v1/beacon/blob_sidecars/9");
        assert_eq!(
            resource(&BlobQuery::All.url(&endpoint, 9, &hashes)),
            "/eth/v1/beacon/blobs/9"
        );
    }
}
