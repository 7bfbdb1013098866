//! Messages between contracts of both layers (specs: messengers.md).

use core::fmt;

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_sol_types::SolCall;
use contracts::bindings::CrossDomainMessenger::relayMessageCall;
use serde::Serialize;

/// A message as the other layer's messenger gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its hash, under which the receiving messenger keeps its fate: that of the encoded call (version 1).
    pub hash: B256,
    /// Who sent it.
    pub sender: Address,
    /// Whom it calls.
    pub target: Address,
    /// Ether that it carries, in wei.
    pub value: U256,
    /// Gas that its call was promised.
    pub gas_limit: U256,
    /// The call's data.
    pub data: Bytes,
    /// The receiving messenger's call, which relays it.
    pub relay: Bytes,
}

/// What has become of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageState {
    /// The receiving messenger has not seen it.
    Sent,
    /// Its call was made.
    Relayed,
    /// Its call failed; anybody may relay it again.
    Failed,
}

/// Why a message's call failed, as far as a node can tell by trying it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum MessageFault {
    /// It travelled with too little gas; with more it goes through.
    OutOfGas {
        /// Gas of the transaction that it travelled with.
        gas_given: u64,
        /// Gas of one that relays it now.
        gas_needed: u64,
    },
    /// Its receiver refuses it, whatever the gas.
    Refused {
        /// The receiver's reason.
        reason: String,
    },
    /// Its receiver refused it then, and takes it now.
    Overcome,
}

impl fmt::Display for MessageFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfGas { gas_given, gas_needed } => {
                write!(
                    f,
                    "it ran out of gas: it travelled with {gas_given}, and needs {gas_needed}"
                )
            }
            Self::Refused { reason } => write!(f, "its receiver refuses it still: {reason}"),
            Self::Overcome => f.write_str("its receiver refused it then, and takes it now"),
        }
    }
}

impl Message {
    /// Reads the call of a messenger's `relayMessage`.
    pub fn from_calldata(calldata: &Bytes) -> Option<Self> {
        let call = relayMessageCall::abi_decode(calldata).ok()?;
        Some(Self {
            hash: keccak256(calldata),
            sender: call.sender,
            target: call.target,
            value: call.value,
            gas_limit: call.minGasLimit,
            data: call.message,
            relay: calldata.clone(),
        })
    }

    /// The calldata of a message, for what it will cost: its nonce is not known yet.
    pub(crate) fn calldata(sender: Address, target: Address, value: U256, gas: u32, message: Bytes) -> Bytes {
        let call = relayMessageCall {
            nonce: U256::MAX,
            sender,
            target,
            value,
            minGasLimit: U256::from(gas),
            message,
        };
        call.abi_encode().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_known_by_the_hash_of_its_encoded_call() {
        let calldata = Message::calldata(
            Address::repeat_byte(1),
            Address::repeat_byte(2),
            U256::from(3),
            4,
            vec![5].into(),
        );
        let message = Message::from_calldata(&calldata).unwrap();
        assert_eq!(message.hash, keccak256(&calldata));
        assert_eq!(message.target, Address::repeat_byte(2));
        assert_eq!(message.data, Bytes::from(vec![5]));
        assert_eq!(Message::from_calldata(&calldata.slice(1..)), None);
        assert_eq!(Message::from_calldata(&Bytes::new()), None);
    }
}
