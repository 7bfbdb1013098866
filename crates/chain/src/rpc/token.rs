//! Tokens of the Engine API: JWT with HS256 and a time of issue (execution-apis, `engine/authentication.md`).

use alloy_rpc_types_engine::JwtSecret;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use serde::{Deserialize, de::DeserializeOwned};
use sha2::Sha256;
use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds that a token may be older or younger than the clock.
pub const TOKEN_SKEW_S_MAX: u64 = 60;

const HEADER: &str = r#"{"typ":"JWT","alg":"HS256"}"#;

/// Why a token is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenFault {
    /// The request has none.
    #[error("missing token: both sides need the same --jwt-secret file")]
    Missing,
    /// It is not of the form that the Engine API asks for.
    #[error("malformed token: the authorization header is 'Bearer <header>.<claims>.<signature>'")]
    Malformed,
    /// It is signed in another way, or not at all.
    #[error("token of algorithm {0}: only HS256 is taken")]
    Algorithm(String),
    /// It is signed with another secret.
    #[error("token of another secret: both sides need the same --jwt-secret file")]
    Signature,
    /// It was issued too long ago, or in the future.
    #[error("token issued at {issued_at_s} s while it is {now_s} s here: both sides need the same time")]
    Stale {
        /// When it says that it was issued.
        issued_at_s: u64,
        /// The time here.
        now_s: u64,
    },
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    iat: u64,
}

/// Seconds since 1970, for [`sign_token`].
pub fn now_s() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// The token of a request that is sent at that time.
pub fn sign_token(secret: &JwtSecret, issued_at_s: u64) -> String {
    let claims = format!(r#"{{"iat":{issued_at_s}}}"#);
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(claims));
    let signature = mac(secret, &signed).finalize().into_bytes();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Whether a token is signed with the secret, and not stale at that time.
pub fn verify_token(secret: &JwtSecret, token: &str, now_s: u64) -> Result<(), TokenFault> {
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenFault::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(TokenFault::Malformed)?;
    let Header { alg } = read(header)?;
    if alg != "HS256" {
        return Err(TokenFault::Algorithm(alg));
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenFault::Malformed)?;
    mac(secret, signed)
        .verify_slice(&signature)
        .map_err(|_| TokenFault::Signature)?;
    let Claims { iat: issued_at_s } = read(claims)?;
    if issued_at_s.abs_diff(now_s) > TOKEN_SKEW_S_MAX {
        return Err(TokenFault::Stale { issued_at_s, now_s });
    }
    Ok(())
}

fn mac(secret: &JwtSecret, signed: &str) -> Hmac<Sha256> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("invariant: HMAC takes keys of any length");
    mac.chain_update(signed)
}

fn read<T: DeserializeOwned>(part: &str) -> Result<T, TokenFault> {
    let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenFault::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| TokenFault::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_S: u64 = 1_800_000_000;

    fn secret(byte: &str) -> JwtSecret {
        JwtSecret::from_hex(byte.repeat(32)).unwrap()
    }

    /// As another implementation of the standard signs it (Python's `hmac` and `base64`).
    #[test]
    fn a_token_is_what_others_make_of_it() {
        let expected = concat!(
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.",
            "eyJpYXQiOjE4MDAwMDAwMDB9.",
            "ebqBSK14BAb0CcKyuT0-3UPNF-3qAeqfJsZ-GPv-3VU",
        );
        assert_eq!(sign_token(&secret("11"), NOW_S), expected);
    }

    #[test]
    fn s25_tokens_are_taken_for_a_minute_to_both_sides() {
        let token = sign_token(&secret("11"), NOW_S);
        for now_s in [NOW_S - 60, NOW_S, NOW_S + 60] {
            assert_eq!(verify_token(&secret("11"), &token, now_s), Ok(()));
        }
        for now_s in [NOW_S - 61, NOW_S + 61] {
            let stale = TokenFault::Stale {
                issued_at_s: NOW_S,
                now_s,
            };
            assert_eq!(verify_token(&secret("11"), &token, now_s), Err(stale));
        }
    }

    #[test]
    fn s25_tokens_of_another_secret_or_algorithm_are_refused() {
        let token = sign_token(&secret("22"), NOW_S);
        assert_eq!(verify_token(&secret("11"), &token, NOW_S), Err(TokenFault::Signature));
        let claims = URL_SAFE_NO_PAD.encode(format!(r#"{{"iat":{NOW_S}}}"#));
        let unsigned = format!("{}.{claims}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#));
        assert_eq!(
            verify_token(&secret("11"), &unsigned, NOW_S),
            Err(TokenFault::Algorithm("none".into()))
        );
    }

    #[test]
    fn s25_tokens_cut_anywhere_are_refused() {
        let token = sign_token(&secret("11"), NOW_S);
        for length in 0..token.len() {
            assert!(
                verify_token(&secret("11"), &token[..length], NOW_S).is_err(),
                "{length}"
            );
        }
    }
}
