//! What a block changed, as it was before: what it takes to unwind it.

use super::tables::{decode_account, encode_account};
use crate::Error;
use alloy_primitives::{Address, U256};
use execute::Account;

/// The accounts and slots that a block changed, with their values before it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Undo {
    pub(super) accounts: Vec<(Address, UndoAccount)>,
}

/// One account before the block.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct UndoAccount {
    pub(super) previous: Option<Account>,
    pub(super) slots: Vec<(U256, U256)>,
}

impl Undo {
    /// Address ‖ length-prefixed account (empty: none) ‖ slot count ‖ (slot ‖ length-prefixed value)…, for each account.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (address, account) in &self.accounts {
            bytes.extend_from_slice(address.as_slice());
            push_short(
                &mut bytes,
                &account.previous.as_ref().map(encode_account).unwrap_or_default(),
            );
            bytes.extend_from_slice(&(account.slots.len() as u32).to_be_bytes());
            for (slot, value) in &account.slots {
                bytes.extend_from_slice(&slot.to_be_bytes::<32>());
                push_short(&mut bytes, &value.to_be_bytes_trimmed_vec());
            }
        }
        bytes
    }

    /// The inverse of [`Self::encode`].
    pub(super) fn decode(mut bytes: &[u8]) -> Result<Self, Error> {
        let mut undo = Self::default();
        while !bytes.is_empty() {
            let address = Address::from(*take::<20>(&mut bytes)?);
            let encoded = take_short(&mut bytes)?;
            let previous = if encoded.is_empty() {
                None
            } else {
                Some(decode_account(encoded)?)
            };
            let count = u32::from_be_bytes(*take::<4>(&mut bytes)?);
            let slots = (0..count).map(|_| take_slot(&mut bytes)).collect::<Result<_, _>>()?;
            undo.accounts.push((address, UndoAccount { previous, slots }));
        }
        Ok(undo)
    }
}

fn push_short(bytes: &mut Vec<u8>, value: &[u8]) {
    bytes.push(u8::try_from(value.len()).expect("invariant: accounts and words are shorter than 256 bytes"));
    bytes.extend_from_slice(value);
}

fn take<'a, const N: usize>(bytes: &mut &'a [u8]) -> Result<&'a [u8; N], Error> {
    let (taken, rest) = bytes
        .split_first_chunk()
        .ok_or(Error::Damaged { what: "a change set" })?;
    *bytes = rest;
    Ok(taken)
}

fn take_short<'a>(bytes: &mut &'a [u8]) -> Result<&'a [u8], Error> {
    let [length] = *take::<1>(bytes)?;
    let (taken, rest) = bytes
        .split_at_checked(length.into())
        .ok_or(Error::Damaged { what: "a change set" })?;
    *bytes = rest;
    Ok(taken)
}

fn take_slot(bytes: &mut &[u8]) -> Result<(U256, U256), Error> {
    let slot = U256::from_be_bytes(*take::<32>(bytes)?);
    let value = take_short(bytes)?;
    if value.len() > 32 {
        return Err(Error::Damaged { what: "a change set" });
    }
    Ok((slot, U256::from_be_slice(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips() {
        let some = Account {
            nonce: 1,
            balance: U256::from(5),
            ..Account::default()
        };
        let slots = vec![(U256::from(1), U256::ZERO), (U256::MAX, U256::MAX)];
        let undo = Undo {
            accounts: vec![
                (Address::repeat_byte(1), UndoAccount { previous: None, slots }),
                (
                    Address::repeat_byte(2),
                    UndoAccount {
                        previous: Some(some),
                        slots: vec![],
                    },
                ),
            ],
        };
        let bytes = undo.encode();
        assert_eq!(Undo::decode(&bytes).unwrap(), undo);
        assert!(Undo::decode(&bytes[..bytes.len() - 1]).is_err());
    }
}
