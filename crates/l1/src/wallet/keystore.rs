//! Keys at rest: Web3 Secret Storage, version 3, as geth, cast and most wallets write it.

use aes::{
    Aes128,
    cipher::{KeyIvInit, StreamCipher},
};
use alloy_primitives::{Address, B256, Bytes, keccak256};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use sha2::Sha256;

use super::{
    Secret, Wallet,
    scrypt::{Cost, scrypt},
};
use crate::{Error, SignerFault};

/// The one length of derived keys: half of it opens the cipher, half of it goes into the checksum.
const DERIVED_KEY_BYTES: usize = 32;
/// The most memory that scrypt may take: four times what the usual parameters need.
const SCRYPT_BYTES_MAX: u64 = 1 << 30;
/// The most work of either derivation, 32 times that of the usual parameters: minutes, not for ever.
const WORK_MAX: u64 = 1 << 26;

#[derive(Deserialize)]
struct Keystore {
    version: u64,
    #[serde(alias = "Crypto")]
    crypto: Crypto,
    address: Option<String>,
}

#[derive(Deserialize)]
struct Crypto {
    cipher: String,
    cipherparams: CipherParameters,
    ciphertext: Bytes,
    kdf: String,
    kdfparams: Value,
    mac: B256,
}

#[derive(Deserialize)]
struct CipherParameters {
    iv: Bytes,
}

#[derive(Deserialize)]
struct Scrypt {
    dklen: usize,
    n: u64,
    r: u32,
    p: u32,
    salt: Bytes,
}

#[derive(Deserialize)]
struct Pbkdf2 {
    dklen: usize,
    c: u32,
    prf: String,
    salt: Bytes,
}

impl Secret {
    /// The key in a keystore. Takes about a second, as its parameters want it: call it on a blocking thread.
    pub fn from_keystore(json: &str, password: &str) -> Result<Self, Error> {
        let keystore: Keystore = serde_json::from_str(json).map_err(|error| SignerFault::KeystoreUnreadable {
            line: error.line(),
            column: error.column(),
        })?;
        if keystore.version != 3 {
            return Err(unsupported("version", keystore.version.to_string()));
        }
        let secret = keystore.crypto.open(password)?;
        keystore
            .address
            .map_or(Ok(()), |claimed| check_address(&claimed, &secret))?;
        Ok(secret)
    }
}

impl Crypto {
    fn open(&self, password: &str) -> Result<Secret, Error> {
        if self.cipher != "aes-128-ctr" {
            return Err(unsupported("cipher", self.cipher.clone()));
        }
        let derived = match self.kdf.as_str() {
            "scrypt" => parameters::<Scrypt>(&self.kdfparams)?.derive(password)?,
            "pbkdf2" => parameters::<Pbkdf2>(&self.kdfparams)?.derive(password)?,
            other => return Err(unsupported("kdf", other.to_owned())),
        };
        let (cipher_key, mac_key) = derived.split_at(DERIVED_KEY_BYTES / 2);
        if keccak256([mac_key, &self.ciphertext].concat()) != self.mac {
            return Err(SignerFault::KeystorePassword.into());
        }
        let mut cipher = ctr::Ctr128BE::<Aes128>::new_from_slices(cipher_key, &self.cipherparams.iv)
            .map_err(|_| unsupported("cipherparams.iv", format!("{} bytes", self.cipherparams.iv.len())))?;
        let mut key = B256::try_from(self.ciphertext.as_ref()).map_err(|_| SignerFault::KeyInvalid)?;
        cipher.apply_keystream(key.as_mut_slice());
        Secret::from_bytes(key)
    }
}

impl Scrypt {
    fn derive(&self, password: &str) -> Result<[u8; DERIVED_KEY_BYTES], Error> {
        check_length(self.dklen)?;
        let memory_bytes = self.n.saturating_mul(self.r.into()).saturating_mul(128);
        let work = self.n.saturating_mul(self.r.into()).saturating_mul(self.p.into());
        let affordable = memory_bytes <= SCRYPT_BYTES_MAX && (1..=WORK_MAX).contains(&work);
        if !affordable || !self.n.is_power_of_two() || self.n < 2 {
            return Err(unsupported(
                "kdfparams",
                format!("n {}, r {}, p {}", self.n, self.r, self.p),
            ));
        }
        let cost = Cost {
            n: self.n,
            r: self.r,
            p: self.p,
        };
        let mut derived = [0; DERIVED_KEY_BYTES];
        scrypt(password.as_bytes(), &self.salt, cost, &mut derived);
        Ok(derived)
    }
}

impl Pbkdf2 {
    fn derive(&self, password: &str) -> Result<[u8; DERIVED_KEY_BYTES], Error> {
        check_length(self.dklen)?;
        if self.prf != "hmac-sha256" {
            return Err(unsupported("kdfparams.prf", self.prf.clone()));
        }
        if self.c == 0 || u64::from(self.c) > WORK_MAX {
            return Err(unsupported("kdfparams.c", self.c.to_string()));
        }
        let mut derived = [0; DERIVED_KEY_BYTES];
        pbkdf2::pbkdf2_hmac::<Sha256>(password.as_bytes(), &self.salt, self.c, &mut derived);
        Ok(derived)
    }
}

/// Parameters of the derivation, whose place in the file is not known any more.
fn parameters<P: DeserializeOwned>(value: &Value) -> Result<P, Error> {
    P::deserialize(value).map_err(|_| unsupported("kdfparams", value.to_string()))
}

fn check_length(dklen: usize) -> Result<(), Error> {
    if dklen == DERIVED_KEY_BYTES {
        Ok(())
    } else {
        Err(unsupported("kdfparams.dklen", dklen.to_string()))
    }
}

fn check_address(claimed: &str, secret: &Secret) -> Result<(), Error> {
    let actual = Wallet::new(secret.clone()).address();
    match claimed.parse::<Address>() {
        Ok(claimed) if claimed == actual => Ok(()),
        _ => Err(SignerFault::KeystoreAddress {
            claimed: claimed.to_owned(),
            actual,
        }
        .into()),
    }
}

const fn unsupported(field: &'static str, found: String) -> Error {
    Error::Signer(SignerFault::KeystoreUnsupported { field, found })
}

#[cfg(test)]
mod tests {
    use alloy_primitives::{b256, hex};

    use super::*;

    /// The two test vectors of the Web3 Secret Storage definition, which share key and password.
    const PBKDF2: &str = r#"{"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
        "kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
        "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
        "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}"#;
    const SCRYPT: &str = r#"{"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},
        "ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c","kdf":"scrypt",
        "kdfparams":{"dklen":32,"n":262144,"r":1,"p":8,"salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
        "mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},
        "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}"#;
    const PASSWORD: &str = "testpassword";
    const KEY: B256 = b256!("7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d");

    fn address() -> Address {
        Wallet::new(Secret::from_bytes(KEY).unwrap()).address()
    }

    #[test]
    fn the_published_vectors_open() {
        for json in [PBKDF2, SCRYPT] {
            let wallet = Wallet::new(Secret::from_keystore(json, PASSWORD).unwrap());
            assert_eq!(wallet.address(), address());
        }
    }

    #[test]
    fn an_address_in_the_file_is_the_keys() {
        let with = |address: &str| PBKDF2.replacen('{', &format!("{{\"address\":\"{address}\","), 1);
        assert!(Secret::from_keystore(&with(&hex::encode(address())), PASSWORD).is_ok());
        let other = Secret::from_keystore(&with(&"11".repeat(20)), PASSWORD);
        assert!(
            matches!(other, Err(Error::Signer(SignerFault::KeystoreAddress { actual, .. })) if actual == address())
        );
    }

    #[track_caller]
    fn check_refused(from: &str, to: &str, field: &str) {
        for json in [PBKDF2, SCRYPT] {
            if !json.contains(from) {
                continue;
            }
            let error = Secret::from_keystore(&json.replace(from, to), PASSWORD).unwrap_err();
            assert!(
                matches!(&error, Error::Signer(SignerFault::KeystoreUnsupported { field: named, .. }) if *named == field),
                "{to}: {error}"
            );
        }
    }

    #[test]
    fn what_is_not_supported_is_named() {
        check_refused("\"version\":3", "\"version\":1", "version");
        check_refused("aes-128-ctr", "aes-128-cbc", "cipher");
        check_refused("\"kdf\":\"scrypt\"", "\"kdf\":\"argon2id\"", "kdf");
        check_refused("hmac-sha256", "hmac-md5", "kdfparams.prf");
        check_refused("\"dklen\":32", "\"dklen\":16", "kdfparams.dklen");
        check_refused("\"c\":262144", "\"c\":0", "kdfparams.c");
        check_refused("\"c\":262144", "\"c\":4294967295", "kdfparams.c");
        check_refused("\"n\":262144", "\"n\":262143", "kdfparams");
        check_refused("\"n\":262144", "\"n\":0", "kdfparams");
        check_refused("\"n\":262144", "\"n\":9223372036854775808", "kdfparams");
        check_refused("\"p\":8", "\"p\":4294967295", "kdfparams");
        check_refused("\"r\":1", "\"r\":0", "kdfparams");
        check_refused("6087dab2f9fdbbfaddc31a909735c1e6", "6087", "cipherparams.iv");
    }

    #[test]
    fn a_wrong_password_is_named_without_repeating_it() {
        let error = Secret::from_keystore(PBKDF2, "hunter2hunter2").unwrap_err();
        assert!(matches!(error, Error::Signer(SignerFault::KeystorePassword)), "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }

    #[test]
    fn a_key_that_is_given_as_a_keystore_is_not_repeated() {
        let key = hex::encode(KEY);
        for text in [key.clone(), format!("\"{key}\""), format!("{{\"version\":\"{key}\"}}")] {
            let error = Secret::from_keystore(&text, PASSWORD).unwrap_err();
            assert!(
                matches!(error, Error::Signer(SignerFault::KeystoreUnreadable { .. })),
                "{error}"
            );
            assert!(!format!("{error} {error:?}").contains(&key[..8]), "{error:?}");
        }
    }
}
