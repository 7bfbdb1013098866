//! A remote signer over TLS that wants to know its callers, as op-signer does.

use std::{net::SocketAddr, sync::Arc};

use alloy_primitives::Address;
use axum::serve::Listener;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::json;
use tandem_l1::{ClientIdentity, Endpoint, Error, RemoteSigner, RpcConfig, SignerAccess};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig,
        crypto::ring::default_provider,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
        server::WebPkiClientVerifier,
    },
    server::TlsStream,
};

use crate::{
    peer::{METHOD_NOT_FOUND, Peer, impatient, serve_rpc_over},
    signing::{KEY, sign, transfer, wallet},
};

/// Who issues certificates.
type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut parameters = CertificateParams::default();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for a name, and its key, both PEM.
fn issued(authority: &Authority, name: &str) -> (rcgen::Certificate, KeyPair) {
    let key = KeyPair::generate().unwrap();
    let parameters = CertificateParams::new([name.to_owned()]).unwrap();
    (parameters.signed_by(&key, authority).unwrap(), key)
}

fn identity(authority: &Authority) -> ClientIdentity {
    let (certificate, key) = issued(authority, "batcher.example");
    ClientIdentity {
        certificate: certificate.pem().into_bytes(),
        key: key.serialize_pem().into_bytes(),
    }
}

fn access(authority: &Authority, identity: Option<ClientIdentity>) -> SignerAccess {
    SignerAccess {
        authorities: Some(authority.pem().into_bytes()),
        identity,
        ..SignerAccess::default()
    }
}

/// Connections whose callers have shown a certificate of the right authority.
struct TlsListener {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.listener.accept().await.unwrap();
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// A signer called `name` that answers callers of the authority which issued its own certificate.
async fn signer(authority: &Authority, name: &str) -> Peer {
    let (certificate, key) = issued(authority, name);
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone()).unwrap();
    let provider = Arc::new(default_provider());
    let callers = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .build()
        .unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(callers)
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let node = |method: &str, parameters: &[serde_json::Value]| match method {
        "health_status" => Ok(json!("1.0.0")),
        "eth_signTransaction" => Ok(json!(sign(&parameters[0], &wallet(KEY)))),
        _ => Err(METHOD_NOT_FOUND),
    };
    serve_rpc_over(TlsListener { listener, acceptor }, address, Arc::new(node))
}

fn remote(endpoint: &Endpoint, access: &SignerAccess) -> RemoteSigner {
    let account = wallet(KEY).address();
    RemoteSigner::new(endpoint.clone(), account, access, impatient()).unwrap()
}

#[tokio::test]
async fn who_shows_a_certificate_of_its_authority_is_signed_for() {
    let authority = authority();
    let peer = signer(&authority, "localhost").await;
    let remote = remote(&peer.endpoint, &access(&authority, Some(identity(&authority))));
    remote.check().await.unwrap();
    let signed = remote.sign(transfer()).await.unwrap();
    assert_eq!(signed.recover_signer().unwrap(), wallet(KEY).address());
}

#[tokio::test]
async fn who_shows_none_or_a_strangers_is_not_answered() {
    let (authority, stranger) = (authority(), self::authority());
    let peer = signer(&authority, "localhost").await;
    for shown in [None, Some(identity(&stranger))] {
        let remote = remote(&peer.endpoint, &access(&authority, shown));
        for error in [
            remote.check().await.unwrap_err(),
            remote.sign(transfer()).await.unwrap_err(),
        ] {
            assert!(matches!(error, Error::Unreachable { .. }), "{error}");
        }
    }
    assert_eq!(peer.count("eth_signTransaction"), 0);
}

#[tokio::test]
async fn a_signer_of_another_authority_or_name_is_told_nothing() {
    let (authority, stranger) = (authority(), self::authority());
    let identity = identity(&authority);
    let other_name = signer(&authority, "elsewhere.example").await;
    let right_name = signer(&authority, "localhost").await;
    for (peer, trusted, named) in [
        (&other_name, access(&authority, Some(identity.clone())), "certificate"),
        (&right_name, access(&stranger, Some(identity.clone())), "certificate"),
        // The system's authorities know nothing of it.
        (
            &right_name,
            SignerAccess {
                identity: Some(identity.clone()),
                ..SignerAccess::default()
            },
            "certificate",
        ),
    ] {
        let error = remote(&peer.endpoint, &trusted).sign(transfer()).await.unwrap_err();
        assert!(matches!(error, Error::Unreachable { .. }), "{error}");
        assert!(error.to_string().contains(named), "{error}");
    }
    assert!(other_name.calls.lock().unwrap().is_empty() && right_name.calls.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_signer_that_says_nothing_is_given_up_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("https://{}", listener.local_addr().unwrap()).parse().unwrap();
    let authority = authority();
    let config = RpcConfig {
        request_timeout: std::time::Duration::from_millis(50),
        retries_max: 0,
        ..impatient()
    };
    let account = Address::repeat_byte(1);
    let remote = RemoteSigner::new(endpoint, account, &access(&authority, None), config).unwrap();
    let error = remote.sign(transfer()).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
}

#[test]
fn files_that_hold_something_else_are_named_and_not_repeated() {
    let authority = authority();
    let endpoint: Endpoint = "https://signer.example".parse().unwrap();
    let garbled = ClientIdentity {
        key: b"hunter2".to_vec(),
        ..identity(&authority)
    };
    let certificate_only = SignerAccess {
        authorities: Some(b"hunter2".to_vec()),
        ..SignerAccess::default()
    };
    for (access, named) in [
        (access(&authority, Some(garbled)), "client certificate and key"),
        (certificate_only, "authority's certificates"),
    ] {
        let error = RemoteSigner::new(endpoint.clone(), Address::ZERO, &access, impatient()).unwrap_err();
        let said = format!("{error} {error:?}");
        assert!(said.contains(named) && !said.contains("hunter2"), "{said}");
    }
}

/// What goes with every request reaches the signer, and nobody that it points to.
#[tokio::test]
async fn headers_are_for_the_signer_alone() {
    use axum::{Router, http::HeaderMap, response::Redirect};
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = format!("http://{}", elsewhere.local_addr().unwrap());
    let (seen, mut said) = tokio::sync::mpsc::unbounded_channel();
    let handler = move |headers: HeaderMap| async move {
        seen.send(headers.get("x-token").cloned()).unwrap();
        Redirect::temporary(&target)
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, Router::new().fallback(handler)).await.unwrap() });
    let access = SignerAccess {
        headers: vec!["X-Token=hunter2".parse().unwrap()],
        ..SignerAccess::default()
    };
    let error = remote(&endpoint, &access).sign(transfer()).await.unwrap_err();
    assert!(matches!(error, Error::HttpStatus { status: 307, .. }), "{error}");
    assert!(!format!("{error} {error:?}").contains("hunter2"));
    assert_eq!(said.recv().await.unwrap().unwrap(), "hunter2");
    server.abort();
}
