//! Withdrawals as the `L2ToL1MessagePasser` records them (specs: withdrawals.md).

use alloc::vec::Vec;

use alloy_primitives::{Address, B256, Bytes, Log, U256, b256, keccak256};

use crate::{Error, cursor::Cursor, predeploys};

/// `keccak256("MessagePassed(uint256,address,address,uint256,uint256,bytes,bytes32)")`.
pub const MESSAGE_PASSED_TOPIC: B256 = b256!("0x02a52367d10742d8032712c1bb8e0144ff1ec5ffda1ed7d70bb05a2744955054");

/// A message from L2 to L1.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Withdrawal {
    /// Unique number, with the version of the message's encoding in its two top bytes.
    pub nonce: U256,
    /// Who called the message passer.
    pub sender: Address,
    /// Who is called on L1.
    pub target: Address,
    /// What is sent along, in wei.
    pub value: U256,
    /// Gas that the call on L1 gets at least.
    pub gas_limit: U256,
    /// Calldata of the call on L1.
    pub data: Bytes,
}

impl Withdrawal {
    /// `keccak256(abi.encode(nonce, sender, target, value, gasLimit, data))`.
    pub fn hash(&self) -> B256 {
        let mut encoded = Vec::new();
        for word in [
            self.nonce.to_be_bytes::<32>(),
            self.sender.into_word().0,
            self.target.into_word().0,
            self.value.to_be_bytes::<32>(),
            self.gas_limit.to_be_bytes::<32>(),
            U256::from(DATA_OFFSET_BYTES).to_be_bytes::<32>(),
            U256::from(self.data.len()).to_be_bytes::<32>(),
        ] {
            encoded.extend_from_slice(&word);
        }
        encoded.extend_from_slice(&self.data);
        encoded.resize(encoded.len().next_multiple_of(32), 0);
        keccak256(encoded)
    }

    /// Storage slot of the message passer that holds `true` for this withdrawal.
    pub fn storage_slot(&self) -> B256 {
        withdrawal_storage_slot(self.hash())
    }

    /// Reads the message passer's `MessagePassed` log.
    pub fn from_log(log: &Log) -> Result<Self, Error> {
        if log.address != predeploys::L2_TO_L1_MESSAGE_PASSER {
            return Err(Error::MessagePassed);
        }
        Self::from_event(log).ok_or(Error::MessagePassed)
    }

    fn from_event(log: &Log) -> Option<Self> {
        let &[MESSAGE_PASSED_TOPIC, nonce, sender, target] = log.topics() else {
            return None;
        };
        let mut cursor = Cursor(&log.data.data);
        let (value, gas_limit) = (cursor.u256()?, cursor.u256()?);
        let offset = cursor.word_u64()?;
        let withdrawal_hash = cursor.b256()?;
        let length = usize::try_from(cursor.word_u64()?).ok()?;
        let data = Bytes::copy_from_slice(cursor.0.get(..length)?);
        let withdrawal = Self {
            nonce: nonce.into(),
            sender: Cursor(sender.as_slice()).word_address()?,
            target: Cursor(target.as_slice()).word_address()?,
            value,
            gas_limit,
            data,
        };
        (offset == EVENT_DATA_OFFSET_BYTES && withdrawal.hash() == withdrawal_hash).then_some(withdrawal)
    }
}

/// Slot of `sentMessages[hash]`, the message passer's first storage variable.
pub fn withdrawal_storage_slot(withdrawal_hash: B256) -> B256 {
    let mut preimage = [0; 64];
    preimage.split_at_mut(32).0.copy_from_slice(withdrawal_hash.as_slice());
    keccak256(preimage)
}

/// Six words precede the data of an encoded withdrawal.
const DATA_OFFSET_BYTES: u64 = 192;
/// Four words precede the data in the event.
const EVENT_DATA_OFFSET_BYTES: u64 = 128;
