//! How a remote signer is entered: its certificates, ours, and the headers that it wants.

use core::fmt;
use std::str::FromStr;

use reqwest::{
    Certificate, Client, Identity,
    header::{HeaderMap, HeaderName, HeaderValue},
    redirect,
};

use super::SignerFault;
use crate::{Endpoint, Error, http};

/// What a remote signer asks of its callers beside an address. op-signer asks for a client certificate (mutual TLS).
#[derive(Clone, Default)]
pub struct SignerAccess {
    /// PEM: the certificates that the signer's is issued by. None: those of the system.
    pub authorities: Option<Vec<u8>>,
    /// What we show it.
    pub identity: Option<ClientIdentity>,
    /// What goes with every request.
    pub headers: Vec<SignerHeader>,
}

/// A client certificate and its key.
#[derive(Clone)]
pub struct ClientIdentity {
    /// PEM: the certificate, and those between it and the signer's authority.
    pub certificate: Vec<u8>,
    /// PEM: its private key (PKCS #8, PKCS #1 or SEC 1).
    pub key: Vec<u8>,
}

/// A header, `NAME=VALUE` as op-signer's clients write it. Its value is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SignerHeader {
    name: HeaderName,
    value: HeaderValue,
}

impl SignerAccess {
    /// A client of the signer at `endpoint`. It follows nobody elsewhere: what it carries is for the signer alone.
    pub(super) fn client(&self, endpoint: &Endpoint) -> Result<Client, Error> {
        if !endpoint.is_encrypted() && (self.authorities.is_some() || self.identity.is_some()) {
            return Err(SignerFault::NotEncrypted {
                endpoint: endpoint.clone(),
            }
            .into());
        }
        let headers: HeaderMap = self.headers.iter().map(SignerHeader::pair).collect();
        let mut builder = http::builder()
            .default_headers(headers)
            .redirect(redirect::Policy::none());
        if let Some(authorities) = &self.authorities {
            builder = builder.tls_certs_only(certificates(authorities)?);
        }
        if let Some(identity) = &self.identity {
            builder = builder.identity(identity.read()?);
        }
        http::build(builder)
    }
}

impl ClientIdentity {
    fn read(&self) -> Result<Identity, SignerFault> {
        // What the parser says is left out: it has seen the key.
        let read = |pem: &[u8]| Identity::from_pem(pem).map_err(|_| unusable("client certificate and key"));
        read(&[self.certificate.as_slice(), b"\n", &self.key].concat())
    }
}

impl SignerHeader {
    fn pair(&self) -> (HeaderName, HeaderValue) {
        (self.name.clone(), self.value.clone())
    }
}

impl FromStr for SignerHeader {
    type Err = SignerFault;

    fn from_str(text: &str) -> Result<Self, SignerFault> {
        let (name, value) = text.split_once('=').ok_or(SignerFault::Header)?;
        let name = name.trim().parse().map_err(|_| SignerFault::Header)?;
        let mut value: HeaderValue = value.trim().parse().map_err(|_| SignerFault::Header)?;
        value.set_sensitive(true);
        Ok(Self { name, value })
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate>, SignerFault> {
    match Certificate::from_pem_bundle(pem) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(unusable("authority's certificates")),
    }
}

const fn unusable(what: &'static str) -> SignerFault {
    SignerFault::Tls { what }
}

impl fmt::Debug for SignerAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignerAccess")
            .field("authorities", &self.authorities.is_some())
            .field("identity", &self.identity)
            .field("headers", &self.headers)
            .finish()
    }
}

impl fmt::Debug for ClientIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientIdentity(…)")
    }
}

impl fmt::Debug for SignerHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerHeader({}=…)", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_name_and_value_and_only_its_name_is_shown() {
        let header: SignerHeader = "Authorization=Bearer hunter2==".parse().unwrap();
        assert_eq!(header.name, "authorization");
        assert_eq!(header.value, "Bearer hunter2==");
        let access = SignerAccess {
            identity: Some(ClientIdentity {
                certificate: b"hunter2".to_vec(),
                key: b"hunter2".to_vec(),
            }),
            headers: vec![header],
            ..SignerAccess::default()
        };
        let shown = format!("{access:?}");
        assert!(shown.contains("authorization") && !shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn what_is_no_header_is_refused_without_repeating_it() {
        for text in ["hunter2", "=hunter2", "na me=hunter2", "name=hunter2\n2"] {
            let error = text.parse::<SignerHeader>().unwrap_err();
            assert!(matches!(error, SignerFault::Header), "{error}");
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
    }

    #[test]
    fn certificates_are_for_encrypted_signers_only() {
        let access = SignerAccess {
            authorities: Some(Vec::new()),
            ..SignerAccess::default()
        };
        let error = access.client(&"http://signer".parse().unwrap()).unwrap_err();
        assert!(
            matches!(error, Error::Signer(SignerFault::NotEncrypted { .. })),
            "{error}"
        );
        let error = access.client(&"https://signer".parse().unwrap()).unwrap_err();
        assert!(matches!(error, Error::Signer(SignerFault::Tls { .. })), "{error}");
    }
}
