//! The one HTTP client of the crate.

use std::sync::Once;

use reqwest::{Client, ClientBuilder};

use crate::Error;

static PROVIDER: Once = Once::new();

/// Makes `ring` the process's TLS provider, unless the process already chose one.
fn install_tls_provider() {
    PROVIDER.call_once(|| {
        // An `Err` says that the process installed one before us, which serves as well.
        drop(rustls::crypto::ring::default_provider().install_default());
    });
}

/// An HTTP client with connection reuse and TLS by `rustls` with `ring`.
///
/// Timeouts are the caller's: each request knows better how long it may take.
pub(crate) fn client() -> Result<Client, Error> {
    build(builder())
}

/// The same, before it is built: for whoever needs certificates or headers of its own.
pub(crate) fn builder() -> ClientBuilder {
    install_tls_provider();
    Client::builder().user_agent(concat!("tandem/", env!("CARGO_PKG_VERSION")))
}

pub(crate) fn build(builder: ClientBuilder) -> Result<Client, Error> {
    builder.build().map_err(|source| Error::HttpClient {
        source: Box::new(source),
    })
}

/// The innermost cause of a failed request, which names no address (addresses may hold access keys).
pub(crate) fn cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    match deepest.downcast_ref::<reqwest::Error>() {
        Some(error) if error.is_decode() => "its answer breaks off".to_owned(),
        Some(_) => "the request could not be sent".to_owned(),
        None => deepest.to_string(),
    }
}
