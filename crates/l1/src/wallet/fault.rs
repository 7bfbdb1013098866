//! What is wrong with a key, or with who keeps it.

use alloy_primitives::Address;
use thiserror::Error;

use crate::Endpoint;

/// Why nothing is signed.
#[derive(Debug, Error)]
pub enum SignerFault {
    /// A private key cannot be read.
    #[error("not a private key: it must be 32 bytes in hexadecimal, not zero and below the order of secp256k1")]
    KeyInvalid,
    /// A keystore cannot be read.
    #[error("not a keystore of version 3 (line {line}, column {column}): give the JSON file that a wallet wrote")]
    KeystoreUnreadable {
        /// Where reading ended.
        line: usize,
        /// Where in that line.
        column: usize,
    },
    /// A keystore of a kind that is not supported.
    #[error(
        "the keystore's {field} is {found}, which is not supported: write it anew, with `cast wallet import` or geth"
    )]
    KeystoreUnsupported {
        /// The field.
        field: &'static str,
        /// What it holds.
        found: String,
    },
    /// The password does not open the keystore.
    #[error("the password does not open the keystore: check the password file or variable")]
    KeystorePassword,
    /// The keystore says that it belongs to another account.
    #[error("the keystore says that it is of {claimed}, its key is of {actual}: one of them is not yours")]
    KeystoreAddress {
        /// The file's account.
        claimed: String,
        /// The key's account.
        actual: Address,
    },
    /// Certificates for a signer without TLS.
    #[error(
        "certificates are given for {endpoint}, which is not encrypted: write the signer's address as https://host:port"
    )]
    NotEncrypted {
        /// The signer.
        endpoint: Endpoint,
    },
    /// The files for TLS with a signer hold something else.
    #[error("the signer's {what} cannot be read: they are PEM, as openssl writes them, and belong together")]
    Tls {
        /// Which of them.
        what: &'static str,
    },
    /// A header for a signer that is none.
    #[error("a header for the signer is written NAME=VALUE, without line breaks")]
    Header,
    /// A remote signer signed something else.
    #[error(
        "{endpoint} signed another transaction than it was asked for: look at that signer before anything else is sent to it"
    )]
    SignedOtherTransaction {
        /// The signer.
        endpoint: Endpoint,
    },
    /// A remote signer signed with another key.
    #[error("{endpoint} signed for {actual}, {expected} was asked for: correct the signer's address, or its keys")]
    SignedByOther {
        /// The signer.
        endpoint: Endpoint,
        /// The account that was asked for.
        expected: Address,
        /// The account whose signature came.
        actual: Address,
    },
}
