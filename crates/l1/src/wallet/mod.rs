//! Who signs L1's transactions: a key in this process, from text or from a keystore, or a service that holds it.

mod access;
mod fault;
mod keystore;
mod remote;
mod scrypt;
mod signer;

use core::{fmt, str::FromStr};

use alloy_consensus::{SignableTransaction, Signed};
use alloy_primitives::{Address, B256, Signature};
use secp256k1::{Message, PublicKey, SECP256K1, SecretKey};

use crate::Error;

pub use access::{ClientIdentity, SignerAccess, SignerHeader};
pub use fault::SignerFault;
pub use remote::RemoteSigner;
pub use signer::Signer;

/// A private key. It is never printed: `Debug` hides it, there is no `Display`, and it is erased when dropped.
#[derive(Clone)]
pub struct Secret(SecretKey);

impl Secret {
    /// A key of 32 bytes.
    pub fn from_bytes(bytes: B256) -> Result<Self, Error> {
        SecretKey::from_byte_array(bytes.0)
            .map(Self)
            .map_err(|_| SignerFault::KeyInvalid.into())
    }
}

impl FromStr for Secret {
    type Err = Error;

    /// Reads 64 hexadecimal digits, with or without `0x`, and ignores white space around them (files end in a new line).
    fn from_str(text: &str) -> Result<Self, Error> {
        let bytes: B256 = text.trim().parse().map_err(|_| SignerFault::KeyInvalid)?;
        Self::from_bytes(bytes)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.non_secure_erase();
    }
}

/// An account that signs.
#[derive(Clone, Debug)]
pub struct Wallet {
    secret: Secret,
    address: Address,
}

impl Wallet {
    /// The account of a key.
    pub fn new(secret: Secret) -> Self {
        let public = PublicKey::from_secret_key(SECP256K1, &secret.0).serialize_uncompressed();
        let address = Address::from_raw_public_key(&public[1..]);
        Self { secret, address }
    }

    /// Its address.
    pub const fn address(&self) -> Address {
        self.address
    }

    /// Signs a 32-byte hash.
    pub fn sign_hash(&self, hash: B256) -> Signature {
        let signature = SECP256K1.sign_ecdsa_recoverable(Message::from_digest(hash.0), &self.secret.0);
        let (recovery_id, compact) = signature.serialize_compact();
        Signature::from_bytes_and_parity(&compact, i32::from(recovery_id) == 1)
    }

    /// Signs a transaction.
    pub fn sign<T: SignableTransaction<Signature>>(&self, transaction: T) -> Signed<T> {
        let signature = self.sign_hash(transaction.signature_hash());
        transaction.into_signed(signature)
    }
}

impl FromStr for Wallet {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        text.parse().map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use alloy_primitives::{address, keccak256};

    use super::*;

    /// The first account of the usual test mnemonic.
    const TEST_KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    #[test]
    fn the_address_follows_from_the_key() {
        let wallet: Wallet = format!("{TEST_KEY}\n").parse().unwrap();
        assert_eq!(wallet.address(), address!("f39Fd6e51aad88F6F4ce6aB8827279cffFb92266"));
    }

    #[test]
    fn signatures_recover_to_the_address() {
        let wallet: Wallet = TEST_KEY.parse().unwrap();
        for text in ["a", "b", "c", "d"] {
            let hash = keccak256(text);
            assert_eq!(
                wallet.sign_hash(hash).recover_address_from_prehash(&hash).unwrap(),
                wallet.address()
            );
        }
    }

    #[test]
    fn the_key_is_never_printed() {
        let wallet: Wallet = TEST_KEY.parse().unwrap();
        assert!(!format!("{wallet:?}").to_lowercase().contains("ac0974"));
    }

    #[test]
    fn what_is_no_key_is_refused_without_repeating_it() {
        for text in ["", "0x12", &"0".repeat(64), &"f".repeat(64), "zz"] {
            assert!(
                matches!(text.parse::<Secret>(), Err(Error::Signer(SignerFault::KeyInvalid))),
                "{text}"
            );
        }
    }
}
