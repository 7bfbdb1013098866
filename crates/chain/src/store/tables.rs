//! The tables of the database: names, keys and values, byte by byte.

use super::journal::Span;
use crate::Error;
use alloy_primitives::{Address, B256, KECCAK256_EMPTY, U256};
use execute::Account;
use libmdbx::Database;
use trie::Nibbles;

/// The tables, opened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tables {
    /// Name → value: schema version, chain id, genesis hash, the flat state's block, labels, the journal's checkpoint.
    pub(super) meta: Database,
    /// Address → account, of the flat state's block.
    pub(super) accounts: Database,
    /// Address ‖ slot → value, of the flat state's block. Zero is absent.
    pub(super) slots: Database,
    /// Code hash → code. Only added.
    pub(super) code: Database,
    /// Owner, path, hash → trie node. Only added, so the trie of every block stays readable.
    pub(super) nodes: Database,
    /// Block hash → place in the journal and header, of canonical and of abandoned blocks.
    pub(super) blocks: Database,
    /// Number → hash of the canonical block, up to the flat state's block.
    pub(super) canonical: Database,
    /// Number → what the canonical block changed, as it was before it.
    pub(super) changes: Database,
    /// Transaction hash → number and index in the canonical chain.
    pub(super) transactions: Database,
    /// Block hash → place of its sidecars in the blob journal.
    pub(super) blobs: Database,
}

/// How many named tables the environment has room for.
pub(super) const TABLES_MAX: usize = 16;

/// The key of an account's slot.
pub(super) fn slot_key(address: Address, slot: U256) -> [u8; 52] {
    let mut key = [0; 52];
    key[..20].copy_from_slice(address.as_slice());
    key[20..].copy_from_slice(&slot.to_be_bytes::<32>());
    key
}

/// The key of a trie node: 0 (account trie) or 1 ‖ owner, then the path's length and packed nibbles, then the hash.
pub(super) fn node_key(owner: Option<B256>, path: &Nibbles, hash: B256) -> Vec<u8> {
    let mut key = Vec::with_capacity(99);
    match owner {
        None => key.push(0),
        Some(owner) => {
            key.push(1);
            key.extend_from_slice(owner.as_slice());
        }
    }
    key.push(path.len() as u8);
    key.extend_from_slice(&path.pack());
    key.extend_from_slice(hash.as_slice());
    key
}

/// Nonce ‖ code hash or nothing ‖ balance without leading zeros; the second part's presence is the first byte.
pub(super) fn encode_account(account: &Account) -> Vec<u8> {
    let mut value = vec![u8::from(account.has_code())];
    value.extend_from_slice(&account.nonce.to_be_bytes());
    if account.has_code() {
        value.extend_from_slice(account.code_hash.as_slice());
    }
    value.extend_from_slice(&account.balance.to_be_bytes_trimmed_vec());
    value
}

/// The inverse of [`encode_account`].
pub(super) fn decode_account(value: &[u8]) -> Result<Account, Error> {
    let damaged = Error::Damaged { what: "an account" };
    let (has_code, rest) = value.split_first().ok_or(damaged)?;
    let hash_bytes = if *has_code == 1 { 32 } else { 0 };
    if rest.len() < 8 + hash_bytes || rest.len() > 40 + hash_bytes {
        return Err(Error::Damaged { what: "an account" });
    }
    let (nonce, rest) = rest.split_at(8);
    let (code_hash, balance) = rest.split_at(hash_bytes);
    Ok(Account {
        nonce: u64::from_be_bytes(nonce.try_into().expect("invariant: eight bytes were split off")),
        balance: U256::from_be_slice(balance),
        code_hash: if *has_code == 1 {
            B256::from_slice(code_hash)
        } else {
            KECCAK256_EMPTY
        },
    })
}

/// Offset ‖ length.
pub(super) fn encode_span(span: Span) -> [u8; 12] {
    let mut value = [0; 12];
    value[..8].copy_from_slice(&span.offset.to_be_bytes());
    value[8..].copy_from_slice(&span.payload_bytes.to_be_bytes());
    value
}

/// The inverse of [`encode_span`], with what follows it.
pub(super) fn decode_span(value: &[u8]) -> Result<(Span, &[u8]), Error> {
    let (offset, rest) = value.split_first_chunk().ok_or(Error::Damaged {
        what: "a place in a journal",
    })?;
    let (length, rest) = rest.split_first_chunk().ok_or(Error::Damaged {
        what: "a place in a journal",
    })?;
    Ok((
        Span {
            offset: u64::from_be_bytes(*offset),
            payload_bytes: u32::from_be_bytes(*length),
        },
        rest,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_round_trip() {
        for balance in [U256::ZERO, U256::from(1), U256::MAX] {
            for code_hash in [KECCAK256_EMPTY, B256::repeat_byte(7)] {
                let account = Account {
                    nonce: 3,
                    balance,
                    code_hash,
                };
                assert_eq!(decode_account(&encode_account(&account)).unwrap(), account);
            }
        }
        assert!(decode_account(&[0, 1]).is_err());
    }

    #[test]
    fn node_keys_tell_paths_of_odd_length_apart() {
        let short = Nibbles::from_nibbles([1]);
        let long = Nibbles::from_nibbles([1, 0]);
        assert_ne!(node_key(None, &short, B256::ZERO), node_key(None, &long, B256::ZERO));
    }
}
