//! Addresses of L1 services, safe to print.

use core::{fmt, str::FromStr};
use std::sync::Arc;

use reqwest::Url;

use crate::Error;

/// An HTTP(S) address of an L1 service.
///
/// Its `Display` and `Debug` show scheme, host and port only: providers put their access keys into the path, the query or
/// the user part, and those never reach a log line or an error.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Endpoint(Arc<Url>);

impl Endpoint {
    /// Whether what is said there is encrypted.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The whole address, secrets included, for the HTTP client only.
    pub(crate) fn url(&self) -> &Url {
        &self.0
    }

    /// The address of `path` (segments without a leading slash) below this endpoint; a path of the endpoint itself is kept.
    pub(crate) fn join(&self, path: &str) -> Url {
        let mut url = Url::clone(&self.0);
        url.set_path(&format!("{}/{path}", self.0.path().trim_end_matches('/')));
        url
    }
}

impl FromStr for Endpoint {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(Self(Arc::new(url))),
            Ok(url) => Err(Error::EndpointScheme {
                scheme: url.scheme().to_owned(),
            }),
            Err(source) => Err(Error::EndpointInvalid {
                source: Box::new(source),
            }),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.0.scheme(), self.0.host_str().unwrap_or_default())?;
        if let Some(port) = self.0.port() {
            write!(f, ":{port}")?;
        }
        if self.0.path() != "/" || self.0.query().is_some() {
            f.write_str("/…")
        } else {
            Ok(())
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, shown: &str) {
        let endpoint: Endpoint = text.parse().unwrap();
        assert_eq!(endpoint.to_string(), shown);
        assert_eq!(format!("{endpoint:?}"), shown);
    }

    #[test]
    fn secrets_of_an_address_are_not_shown() {
        check("http://127.0.0.1:8545", "http://127.0.0.1:8545");
        check("https://user:pass@rpc.example/v2/KEY?token=T", "https://rpc.example/…");
        check("https://rpc.example/v2/KEY", "https://rpc.example/…");
    }

    #[test]
    fn a_path_of_the_endpoint_is_kept_when_joining() {
        let endpoint: Endpoint = "https://rpc.example/beacon/KEY/".parse().unwrap();
        assert_eq!(
            endpoint.join("eth/v1/node/version").as_str(),
            "https://rpc.example/beacon/KEY/eth/v1/node/version"
        );
    }

    #[test]
    fn what_is_not_http_is_refused() {
        assert!(matches!(
            "ws://localhost:1".parse::<Endpoint>(),
            Err(Error::EndpointScheme { .. })
        ));
        assert!(matches!(
            "localhost".parse::<Endpoint>(),
            Err(Error::EndpointInvalid { .. })
        ));
    }
}
