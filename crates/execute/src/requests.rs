//! Requests to the consensus layer (EIP-7685), on Ethereum chains from Prague on.

use alloc::vec::Vec;
use alloy_eips::{eip6110, eip7002, eip7251, eip7685::Requests};
use alloy_primitives::{Address, B256, Bytes, Log, b256};
use protocol::Receipt;

/// The kind of deposit requests (EIP-6110).
pub(crate) const DEPOSIT: u8 = eip6110::DEPOSIT_REQUEST_TYPE;

/// The contracts whose queues are emptied after the last transaction, with the kinds of request.
pub(crate) const QUEUES: [(u8, Address); 2] = [
    (
        eip7002::WITHDRAWAL_REQUEST_TYPE,
        eip7002::WITHDRAWAL_REQUEST_PREDEPLOY_ADDRESS,
    ),
    (
        eip7251::CONSOLIDATION_REQUEST_TYPE,
        eip7251::CONSOLIDATION_REQUEST_PREDEPLOY_ADDRESS,
    ),
];

/// `DepositEvent(bytes,bytes,bytes,bytes,bytes)`.
const DEPOSIT_EVENT: B256 = b256!("0x649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5");

/// The event's data: five offsets, and five byte strings with their lengths.
const DEPOSIT_EVENT_BYTES: usize = 576;

/// Where each field's length stands, and what it is: public key, withdrawal credentials, amount,
/// signature, index.
const DEPOSIT_FIELDS: [(usize, usize); 5] = [(160, 48), (256, 32), (320, 8), (384, 96), (512, 8)];

/// What the deposit contract's events say.
pub(crate) enum DepositEvent {
    /// The requests, one after the other.
    Requests(Vec<u8>),
    /// An event that the deposit contract does not emit.
    Malformed,
}

/// The deposit requests in a block's receipts.
pub(crate) fn deposits(receipts: &[Receipt], contract: Option<Address>) -> DepositEvent {
    let mut requests = Vec::new();
    let is_deposit = |log: &&Log| Some(log.address) == contract && log.data.topics().first() == Some(&DEPOSIT_EVENT);
    for log in receipts.iter().flat_map(|receipt| &receipt.logs).filter(is_deposit) {
        match deposit_request(&log.data.data) {
            Some(request) => requests.extend(request),
            None => return DepositEvent::Malformed,
        }
    }
    DepositEvent::Requests(requests)
}

fn deposit_request(data: &Bytes) -> Option<Vec<u8>> {
    if data.len() != DEPOSIT_EVENT_BYTES {
        return None;
    }
    let mut request = Vec::new();
    for (index, (offset, length)) in DEPOSIT_FIELDS.into_iter().enumerate() {
        let start = offset.checked_add(32)?;
        let is_there = word(data, index.checked_mul(32)?)? == offset && word(data, offset)? == length;
        let field = data.get(start..start.checked_add(length)?)?;
        request.extend_from_slice(is_there.then_some(field)?);
    }
    Some(request)
}

/// A word of the ABI as a size.
fn word(data: &Bytes, at: usize) -> Option<usize> {
    let word = data.get(at..at.checked_add(32)?)?;
    alloy_primitives::U256::from_be_slice(word).try_into().ok()
}

/// Adds a request; an empty one does not count.
pub(crate) fn push(requests: &mut Requests, kind: u8, data: &[u8]) {
    if !data.is_empty() {
        requests.push_request_with_type(kind, data.iter().copied());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloy_primitives::U256;

    const CONTRACT: Address = Address::repeat_byte(0xdc);

    /// An event as the deposit contract emits it, each field filled with its place.
    fn event() -> Vec<u8> {
        let mut data = vec![0; DEPOSIT_EVENT_BYTES];
        for (index, (offset, length)) in DEPOSIT_FIELDS.into_iter().enumerate() {
            data[index * 32..][..32].copy_from_slice(&U256::from(offset).to_be_bytes::<32>());
            data[offset..][..32].copy_from_slice(&U256::from(length).to_be_bytes::<32>());
            data[offset + 32..][..length].fill(u8::try_from(index).unwrap() + 1);
        }
        data
    }

    fn receipts(address: Address, data: Vec<u8>) -> Vec<Receipt> {
        let log = Log::new_unchecked(address, vec![DEPOSIT_EVENT], data.into());
        vec![Receipt {
            logs: vec![log.clone(), log],
            ..Receipt::default()
        }]
    }

    #[test]
    fn deposit_events_become_requests_of_192_bytes() {
        let DepositEvent::Requests(requests) = deposits(&receipts(CONTRACT, event()), Some(CONTRACT)) else {
            panic!("well-formed events")
        };
        let one = [vec![1; 48], vec![2; 32], vec![3; 8], vec![4; 96], vec![5; 8]].concat();
        assert_eq!(requests, [one.clone(), one].concat());
    }

    #[test]
    fn other_contracts_are_not_heard() {
        let others = receipts(Address::repeat_byte(1), event());
        assert!(matches!(deposits(&others, Some(CONTRACT)), DepositEvent::Requests(none) if none.is_empty()));
        let DepositEvent::Requests(none) = deposits(&others, None) else {
            panic!("no contract")
        };
        assert!(none.is_empty());
    }

    #[test]
    fn every_word_of_the_layout_counts() {
        for at in [31, 63, 95, 127, 159, 191, 287, 351, 415, 543] {
            let mut data = event();
            data[at] ^= 1;
            assert!(
                matches!(
                    deposits(&receipts(CONTRACT, data), Some(CONTRACT)),
                    DepositEvent::Malformed
                ),
                "{at}"
            );
        }
        let short = event()[..DEPOSIT_EVENT_BYTES - 1].to_vec();
        assert!(matches!(
            deposits(&receipts(CONTRACT, short), Some(CONTRACT)),
            DepositEvent::Malformed
        ));
    }
}
