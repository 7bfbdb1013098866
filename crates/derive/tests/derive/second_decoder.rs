//! A second decoder of batches, which shares no code with the first: it is slow, copies everything, and follows the specification's
//! tables from top to bottom. Specification: `protocol/derivation.md`, "Batch Format", and `protocol/delta/span-batches.md`.

use alloy_primitives::U256;
use protocol::RollupConfig;

/// What is in a batch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decoded {
    Singular {
        parent_hash: Vec<u8>,
        epoch_number: u64,
        epoch_hash: Vec<u8>,
        timestamp: u64,
        transactions: Vec<Vec<u8>>,
    },
    Span {
        parent_check: Vec<u8>,
        l1_origin_check: Vec<u8>,
        /// L1 origin, time and transactions of each block.
        blocks: Vec<(u64, u64, Vec<Vec<u8>>)>,
    },
}

/// One RLP value.
#[derive(Clone, Debug)]
enum Rlp {
    Bytes(Vec<u8>),
    List(Vec<Rlp>),
}

impl Rlp {
    /// Reads a value and says how long it is.
    fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        let first = usize::from(*bytes.first()?);
        if first < 0x80 {
            return Some((Self::Bytes(vec![first as u8]), 1));
        }
        let base = if first < 0xc0 { 0x80 } else { 0xc0 };
        let code = first - base;
        let (start, length) = if code <= 55 {
            (1, code)
        } else {
            let of_length = code - 55;
            let digits = bytes.get(1..1 + of_length)?;
            let length = digits
                .iter()
                .try_fold(0usize, |sum, d| sum.checked_mul(256)?.checked_add(usize::from(*d)))?;
            if digits[0] == 0 || length <= 55 {
                return None;
            }
            (1 + of_length, length)
        };
        let end = start.checked_add(length)?;
        let payload = bytes.get(start..end)?;
        if base == 0x80 {
            let should_be_itself = length == 1 && payload[0] < 0x80;
            return (!should_be_itself).then(|| (Self::Bytes(payload.to_vec()), end));
        }
        let (mut items, mut at) = (Vec::new(), 0);
        while at < length {
            let (item, used) = Self::read(&payload[at..])?;
            items.push(item);
            at += used;
        }
        Some((Self::List(items), end))
    }

    fn write(&self) -> Vec<u8> {
        let (base, payload) = match self {
            Self::Bytes(bytes) if bytes.len() == 1 && bytes[0] < 0x80 => return bytes.clone(),
            Self::Bytes(bytes) => (0x80u8, bytes.clone()),
            Self::List(items) => (0xc0, items.iter().flat_map(Self::write).collect()),
        };
        let digits: Vec<u8> = payload
            .len()
            .to_be_bytes()
            .into_iter()
            .skip_while(|d| *d == 0)
            .collect();
        let head = match payload.len() {
            length @ 0..=55 => vec![base + length as u8],
            _ => [vec![base + 55 + digits.len() as u8], digits].concat(),
        };
        [head, payload].concat()
    }

    fn number(value: U256) -> Self {
        Self::Bytes(value.to_be_bytes_trimmed_vec())
    }

    fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::List(_) => None,
        }
    }

    fn list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            Self::Bytes(_) => None,
        }
    }

    /// Whether it is a number of at most so many bytes, without zeros in front.
    fn is_number(&self, bytes_max: usize) -> bool {
        self.bytes()
            .is_some_and(|bytes| bytes.len() <= bytes_max && bytes.first() != Some(&0))
    }

    fn u64(&self) -> Option<u64> {
        let digits = self.bytes().filter(|_| self.is_number(8))?;
        Some(digits.iter().fold(0, |sum, digit| sum * 256 + u64::from(*digit)))
    }

    fn is_bytes_of(&self, length: usize) -> bool {
        self.bytes().is_some_and(|bytes| bytes.len() == length)
    }

    fn is_access_list(&self) -> bool {
        let is_entry = |entry: &Self| match entry.list() {
            Some([address, Self::List(keys)]) => address.is_bytes_of(20) && keys.iter().all(|key| key.is_bytes_of(32)),
            _ => false,
        };
        self.list().is_some_and(|entries| entries.iter().all(is_entry))
    }

    fn is_authorization_list(&self) -> bool {
        let is_entry = |entry: &Self| match entry.list() {
            Some([chain, address, nonce, parity, r, s]) => {
                address.is_bytes_of(20)
                    && nonce.is_number(8)
                    && parity.is_number(1)
                    && [chain, r, s].iter().all(|number| number.is_number(32))
            }
            _ => false,
        };
        self.list().is_some_and(|entries| entries.iter().all(is_entry))
    }
}

/// Reads a batch; `None` if it is malformed.
pub(crate) fn decode(bytes: &[u8], rollup: &RollupConfig) -> Option<Decoded> {
    match bytes.split_first()? {
        (0, content) => singular(content),
        (1, content) => span(content, rollup),
        _ => None,
    }
}

fn singular(content: &[u8]) -> Option<Decoded> {
    let (value, _) = Rlp::read(content)?;
    let [parent, epoch_number, epoch, timestamp, transactions] = value.list()? else {
        return None;
    };
    if !parent.is_bytes_of(32) || !epoch.is_bytes_of(32) {
        return None;
    }
    let raw = |transaction: &Rlp| transaction.bytes().map(<[u8]>::to_vec);
    Some(Decoded::Singular {
        parent_hash: parent.bytes()?.to_vec(),
        epoch_number: epoch_number.u64()?,
        epoch_hash: epoch.bytes()?.to_vec(),
        timestamp: timestamp.u64()?,
        transactions: transactions.list()?.iter().map(raw).collect::<Option<_>>()?,
    })
}

/// A place in the bytes of a span batch.
struct Place<'a>(&'a [u8]);

impl<'a> Place<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = (self.0.get(..count)?, &self.0[count..]);
        self.0 = rest;
        Some(taken)
    }

    fn uvarint(&mut self) -> Option<u64> {
        let mut value = 0u128;
        for index in 0..10 {
            let byte = self.take(1)?[0];
            value |= u128::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                return u64::try_from(value).ok();
            }
        }
        None
    }

    /// A bit list, least significant first.
    fn bits(&mut self, count: usize) -> Option<Vec<bool>> {
        let bytes = self.take(count.div_ceil(8))?;
        let all: Vec<bool> = (0..bytes.len() * 8)
            .map(|index| bytes[bytes.len() - 1 - index / 8] & (1 << (index % 8)) != 0)
            .collect();
        (!all[count..].contains(&true)).then(|| all[..count].to_vec())
    }

    /// An element of `tx_datas`: type and fields. A byte that is no RLP list's first is a type, and zero is none.
    fn data(&mut self) -> Option<(u8, Vec<Rlp>)> {
        let kind = match *self.0.first()? {
            0xc0.. => 0,
            typed => Some(typed).filter(|_| self.take(1).is_some() && typed != 0)?,
        };
        let (value, length) = Rlp::read(self.0)?;
        self.take(length)?;
        let fields = value.list()?.to_vec();
        let fee_count = if kind < 2 { 1 } else { 2 };
        let widest = if kind == 4 { 32 } else { usize::MAX };
        let lists = fields.get(fee_count + 2..)?;
        let is_well_formed = fields[..=fee_count].iter().all(|number| number.is_number(widest))
            && fields[fee_count + 1].bytes().is_some()
            && match (kind, lists) {
                (0, []) => true,
                (1 | 2, [access]) => access.is_access_list(),
                (4, [access, authorizations]) => access.is_access_list() && authorizations.is_authorization_list(),
                _ => false,
            };
        is_well_formed.then_some((kind, fields))
    }
}

const ELEMENTS_MAX: u64 = 10_000_000;

fn span(content: &[u8], rollup: &RollupConfig) -> Option<Decoded> {
    let mut place = Place(content);
    let start = rollup.genesis.l2_time.wrapping_add(place.uvarint()?);
    let last_origin = place.uvarint()?;
    let parent_check = place.take(20)?.to_vec();
    let l1_origin_check = place.take(20)?.to_vec();
    let block_count = place.uvarint().filter(|count| (1..=ELEMENTS_MAX).contains(count))?;
    let origin_bits = place.bits(block_count as usize)?;
    let mut counts = Vec::new();
    for _ in 0..block_count {
        counts.push(place.uvarint().filter(|count| *count <= ELEMENTS_MAX)?);
    }
    let total = counts.iter().sum::<u64>();
    if total > ELEMENTS_MAX {
        return None;
    }
    let mut transactions = transactions(&mut place, total as usize, rollup.l2_chain_id)?.into_iter();
    let mut blocks = Vec::new();
    for (index, count) in counts.iter().enumerate() {
        let later = origin_bits[index + 1..].iter().filter(|bit| **bit).count() as u64;
        let timestamp = start.wrapping_add(rollup.block_time.wrapping_mul(index as u64));
        let of_block = transactions.by_ref().take(*count as usize).collect();
        blocks.push((last_origin.wrapping_sub(later), timestamp, of_block));
    }
    Some(Decoded::Span {
        parent_check,
        l1_origin_check,
        blocks,
    })
}

fn transactions(place: &mut Place<'_>, total: usize, chain_id: u64) -> Option<Vec<Vec<u8>>> {
    let creations = place.bits(total)?;
    let parities = place.bits(total)?;
    let mut signatures = Vec::new();
    for _ in 0..total {
        signatures.push((
            U256::from_be_slice(place.take(32)?),
            U256::from_be_slice(place.take(32)?),
        ));
    }
    let mut recipients = Vec::new();
    for is_creation in &creations {
        recipients.push(if *is_creation {
            Vec::new()
        } else {
            place.take(20)?.to_vec()
        });
    }
    let datas = (0..total).map(|_| place.data()).collect::<Option<Vec<_>>>()?;
    let nonces = (0..total).map(|_| place.uvarint()).collect::<Option<Vec<_>>>()?;
    let gases = (0..total).map(|_| place.uvarint()).collect::<Option<Vec<_>>>()?;
    let legacy_count = datas.iter().filter(|(kind, _)| *kind == 0).count();
    let mut protected = place.bits(legacy_count)?.into_iter();

    let mut out = Vec::new();
    for (index, (kind, fields)) in datas.into_iter().enumerate() {
        let (kind_is_legacy, parity) = (kind == 0, u64::from(parities[index]));
        let v = match kind_is_legacy && protected.next()? {
            true => U256::from(chain_id) * U256::from(2) + U256::from(35 + parity),
            false => U256::from(if kind_is_legacy { 27 + parity } else { parity }),
        };
        if kind == 4 && creations[index] {
            return None;
        }
        let fee_count = if kind < 2 { 1 } else { 2 };
        let mut all = Vec::new();
        if !kind_is_legacy {
            all.push(Rlp::number(U256::from(chain_id)));
        }
        all.push(Rlp::number(U256::from(nonces[index])));
        all.extend_from_slice(&fields[1..=fee_count]);
        all.push(Rlp::number(U256::from(gases[index])));
        all.push(Rlp::Bytes(recipients[index].clone()));
        all.push(fields[0].clone());
        all.extend_from_slice(&fields[fee_count + 1..]);
        let (r, s) = signatures[index];
        all.extend([v, r, s].map(Rlp::number));
        let mut encoded = if kind_is_legacy { Vec::new() } else { vec![kind] };
        encoded.extend(Rlp::List(all).write());
        out.push(encoded);
    }
    Some(out)
}
