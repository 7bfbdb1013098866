//! Transactions of span batches: taken apart into columns, and put together again.
//!
//! Fields are copied as they stand, after a check that they are what the transaction's type asks
//! for. Integers of the types before EIP-7702 may be of any size, as in the reference: what is too
//! large for a transaction fails where the block is executed.

use alloc::vec::Vec;

use alloy_eips::{eip2930::AccessList, eip7702::SignedAuthorization};
use alloy_primitives::U256;
use alloy_rlp::{Decodable, Encodable, Header};

use super::{BatchFault, MAX_SPAN_BATCH_ELEMENT_COUNT, item::Item, reader::Reader};

const LEGACY: u8 = 0;
const EIP2930: u8 = 1;
const EIP1559: u8 = 2;
const EIP7702: u8 = 4;

/// First legacy `v` that carries a chain id (EIP-155).
const PROTECTED_V_BASE: u64 = 35;

/// An empty byte string, the recipient of a creation.
const EMPTY_STRING: &[u8] = &[alloy_rlp::EMPTY_STRING_CODE];

/// An element of `tx_datas`: the fields of a transaction that vary in length.
#[derive(Clone, Copy, Debug)]
pub(super) struct TransactionData<'a> {
    transaction_type: u8,
    value: &'a [u8],
    /// The gas price, or priority fee and maximal fee: one item or two.
    fees: &'a [u8],
    input: &'a [u8],
    /// The access list, and the authorization list: no item, one, or two.
    lists: &'a [u8],
}

impl<'a> TransactionData<'a> {
    /// Reads the next element of `tx_datas`.
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, BatchFault> {
        let first = *reader.0.first().ok_or(BatchFault::Truncated)?;
        let transaction_type = if first <= 0x7f {
            reader.take(1)?;
            match first {
                EIP2930 | EIP1559 | EIP7702 => first,
                other => return Err(BatchFault::TransactionType(other)),
            }
        } else {
            LEGACY
        };
        let item = Item::read(&mut reader.0)?;
        let is_too_long = item.raw.len() as u64 > MAX_SPAN_BATCH_ELEMENT_COUNT;
        if !item.is_list || is_too_long {
            return Err(BatchFault::Rlp);
        }
        let mut fields = item.payload;
        let value = Item::uint(&mut fields)?.raw;
        Self::fields(transaction_type, value, fields)
    }

    /// Reads what comes after the value.
    fn fields(transaction_type: u8, value: &'a [u8], fields: &'a [u8]) -> Result<Self, BatchFault> {
        let mut rest = fields;
        let mut widest = value.len().max(Item::uint(&mut rest)?.raw.len());
        if transaction_type >= EIP1559 {
            widest = widest.max(Item::uint(&mut rest)?.raw.len());
        }
        if transaction_type == EIP7702 && widest > 33 {
            return Err(BatchFault::Rlp);
        }
        let fees = before(fields, rest);
        let input = Item::string(&mut rest)?.raw;
        let lists = rest;
        check_lists(transaction_type, lists)?;
        Ok(Self {
            transaction_type,
            value,
            fees,
            input,
            lists,
        })
    }

    pub(super) const fn is_legacy(&self) -> bool {
        self.transaction_type == LEGACY
    }

    /// Appends the element.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        if !self.is_legacy() {
            out.push(self.transaction_type);
        }
        write_list(&[self.value, self.fees, self.input, self.lists], out);
    }
}

/// The part of `bytes` that comes before `rest`, which is its end.
fn before<'a>(bytes: &'a [u8], rest: &[u8]) -> &'a [u8] {
    bytes.get(..bytes.len().saturating_sub(rest.len())).unwrap_or_default()
}

/// Checks that the lists after the input are those of the transaction's type.
fn check_lists(transaction_type: u8, mut lists: &[u8]) -> Result<(), BatchFault> {
    if transaction_type >= EIP2930 {
        check_list::<AccessList>(&mut lists)?;
    }
    if transaction_type == EIP7702 {
        check_list::<Vec<SignedAuthorization>>(&mut lists)?;
    }
    if lists.is_empty() { Ok(()) } else { Err(BatchFault::Rlp) }
}

/// Checks one list; the empty one, the most frequent, without building a value.
fn check_list<T: Decodable>(lists: &mut &[u8]) -> Result<(), BatchFault> {
    if let [alloy_rlp::EMPTY_LIST_CODE, rest @ ..] = lists {
        *lists = rest;
        return Ok(());
    }
    T::decode(lists).map(drop).map_err(|_| BatchFault::Rlp)
}

/// What a span batch keeps of a transaction beside its data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Envelope<'a> {
    pub(super) chain_id: u64,
    pub(super) nonce: u64,
    pub(super) gas_limit: u64,
    pub(super) to: Option<&'a [u8; 20]>,
    /// `r` and `s`.
    pub(super) signature: &'a [u8; 64],
    pub(super) y_parity: bool,
    /// Whether a legacy transaction's signature covers the chain id.
    pub(super) is_protected: bool,
}

impl Envelope<'_> {
    /// The `v` that a transaction of that type is encoded with.
    fn v(&self, transaction_type: u8) -> u128 {
        let parity = u128::from(self.y_parity);
        match (transaction_type, self.is_protected) {
            (LEGACY, true) => u128::from(self.chain_id)
                .saturating_mul(2)
                .saturating_add(u128::from(PROTECTED_V_BASE))
                .saturating_add(parity),
            (LEGACY, false) => parity.saturating_add(27),
            _ => parity,
        }
    }
}

/// Appends the EIP-2718 encoding of a transaction.
pub(super) fn write_transaction(
    data: &TransactionData<'_>,
    envelope: &Envelope<'_>,
    out: &mut Vec<u8>,
) -> Result<(), BatchFault> {
    if data.transaction_type == EIP7702 && envelope.to.is_none() {
        return Err(BatchFault::NoRecipient);
    }
    let mut head = Vec::with_capacity(18);
    if !data.is_legacy() {
        out.push(data.transaction_type);
        envelope.chain_id.encode(&mut head);
    }
    envelope.nonce.encode(&mut head);

    let mut middle = Vec::with_capacity(30);
    envelope.gas_limit.encode(&mut middle);
    match envelope.to {
        Some(to) => to.encode(&mut middle),
        None => middle.extend_from_slice(EMPTY_STRING),
    }

    let mut tail = Vec::with_capacity(76);
    let (r, s) = envelope.signature.split_at(32);
    envelope.v(data.transaction_type).encode(&mut tail);
    U256::from_be_slice(r).encode(&mut tail);
    U256::from_be_slice(s).encode(&mut tail);

    write_list(
        &[&head, data.fees, &middle, data.value, data.input, data.lists, &tail],
        out,
    );
    Ok(())
}

/// Appends a list of items that are already encoded.
fn write_list(items: &[&[u8]], out: &mut Vec<u8>) {
    let payload_length = items.iter().fold(0usize, |sum, item| sum.saturating_add(item.len()));
    Header {
        list: true,
        payload_length,
    }
    .encode(out);
    for item in items {
        out.extend_from_slice(item);
    }
}

/// A transaction taken apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct SplitTransaction<'a> {
    pub(super) data: TransactionData<'a>,
    pub(super) nonce: u64,
    pub(super) gas_limit: u64,
    pub(super) to: Option<&'a [u8; 20]>,
    pub(super) r: U256,
    pub(super) s: U256,
    pub(super) y_parity: bool,
    pub(super) is_protected: bool,
}

impl<'a> SplitTransaction<'a> {
    /// Takes the EIP-2718 encoding of a transaction of a chain apart.
    pub(super) fn read(raw: &'a [u8], chain_id: u64) -> Result<Self, BatchFault> {
        let (transaction_type, mut list) = match raw {
            [first, rest @ ..] if *first <= 0x7f => (*first, rest),
            _ => (LEGACY, raw),
        };
        if !matches!(transaction_type, LEGACY | EIP2930 | EIP1559 | EIP7702) {
            return Err(BatchFault::TransactionType(transaction_type));
        }
        let mut fields = Item::list(&mut list)?;
        if !list.is_empty() {
            return Err(BatchFault::Rlp);
        }
        let rest = &mut fields;
        if transaction_type != LEGACY && Item::u64(rest)? != chain_id {
            return Err(BatchFault::ChainId);
        }
        let nonce = Item::u64(rest)?;
        let fees_on = *rest;
        Item::uint(rest)?;
        if transaction_type >= EIP1559 {
            Item::uint(rest)?;
        }
        let fees = before(fees_on, rest);
        let gas_limit = Item::u64(rest)?;
        let to = match Item::string(rest)?.payload {
            [] => None,
            to => Some(to.try_into().map_err(|_| BatchFault::Rlp)?),
        };
        let value = Item::uint(rest)?.raw;
        let input = Item::string(rest)?.raw;
        let lists_on = *rest;
        let list_count = match transaction_type {
            LEGACY => 0,
            EIP7702 => 2,
            _ => 1,
        };
        for _ in 0..list_count {
            Item::list(rest)?;
        }
        let lists = before(lists_on, rest);
        check_lists(transaction_type, lists)?;
        let (y_parity, is_protected) = split_v(transaction_type, Item::uint(rest)?, chain_id)?;
        let (r, s) = (word(Item::uint(rest)?)?, word(Item::uint(rest)?)?);
        if !rest.is_empty() {
            return Err(BatchFault::Rlp);
        }
        let data = TransactionData {
            transaction_type,
            value,
            fees,
            input,
            lists,
        };
        Ok(Self {
            data,
            nonce,
            gas_limit,
            to,
            r,
            s,
            y_parity,
            is_protected,
        })
    }
}

/// The parity, and whether the signature covers the chain id.
fn split_v(transaction_type: u8, v: Item<'_>, chain_id: u64) -> Result<(bool, bool), BatchFault> {
    let v = word(v)?;
    if transaction_type != LEGACY {
        return if v <= U256::ONE {
            Ok((v == U256::ONE, false))
        } else {
            Err(BatchFault::Rlp)
        };
    }
    if v == U256::from(27) || v == U256::from(28) {
        return Ok((v == U256::from(28), false));
    }
    let base = U256::from(chain_id)
        .saturating_mul(U256::from(2))
        .saturating_add(U256::from(PROTECTED_V_BASE));
    match v.checked_sub(base) {
        Some(parity) if parity <= U256::ONE => Ok((parity == U256::ONE, true)),
        _ => Err(BatchFault::ChainId),
    }
}

/// An integer of at most 256 bits.
fn word(item: Item<'_>) -> Result<U256, BatchFault> {
    U256::try_from_be_slice(item.payload).ok_or(BatchFault::Rlp)
}
