//! What has become of a message, and why, where its call failed.

use alloy_eips::BlockId;
use alloy_primitives::{Address, B256, Bytes, U256, bytes};
use contracts::bindings::CrossDomainMessenger::{failedMessagesCall, successfulMessagesCall};
use l1::Contract;
use serde_json::json;

use crate::{Error, LayerClient, Message, MessageFault, MessageState, revert};

/// What a messenger knows of a message.
pub(crate) async fn message_state(
    node: &LayerClient,
    messenger: Address,
    hash: B256,
    at: BlockId,
) -> Result<MessageState, Error> {
    let messenger = messenger_at(messenger);
    let relayed = successfulMessagesCall { msgHash: hash };
    if node.call(messenger, relayed, at).await? {
        return Ok(MessageState::Relayed);
    }
    let failed = node.call(messenger, failedMessagesCall { msgHash: hash }, at).await?;
    Ok(if failed {
        MessageState::Failed
    } else {
        MessageState::Sent
    })
}

/// A messenger of either layer.
pub(crate) const fn messenger_at(address: Address) -> Contract {
    let name = "CrossDomainMessenger";
    Contract { address, name }
}

/// Why a failed message failed, if the node can tell.
pub(crate) async fn fault_of(
    node: &LayerClient,
    messenger: Address,
    message: &Message,
    gas_given: u64,
) -> Option<MessageFault> {
    match node.gas_to_the_end(messenger, &message.relay).await {
        Ok(gas_needed) if gas_needed > gas_given => Some(MessageFault::OutOfGas { gas_given, gas_needed }),
        Ok(_) => Some(MessageFault::Overcome),
        Err(error) => {
            revert::reason(&error)?;
            let reason = refusal(node, messenger, &InnerCall::of(message)).await?;
            Some(MessageFault::Refused { reason })
        }
    }
}

/// A call that a messenger or the portal makes in the name of somebody on the other layer.
pub(crate) struct InnerCall {
    /// In whose name.
    pub(crate) sender: Address,
    /// Who is called.
    pub(crate) target: Address,
    /// Ether sent along, in wei.
    pub(crate) value: U256,
    /// The call's data.
    pub(crate) data: Bytes,
}

impl InnerCall {
    /// A message's.
    pub(crate) fn of(message: &Message) -> Self {
        Self {
            sender: message.sender,
            target: message.target,
            value: message.value,
            data: message.data.clone(),
        }
    }
}

/// Why the receiver of a call refuses it now, in its own words: the call is tried as the caller makes it, by a caller that answers
/// whoever asks on whose behalf it calls. `None` if it does not refuse, or the node cannot try.
pub(crate) async fn refusal(node: &LayerClient, caller: Address, call: &InnerCall) -> Option<String> {
    let request = json!({ "from": caller, "to": call.target, "value": call.value, "input": call.data });
    let stand_in = json!({ caller.to_string(): { "code": names(call.sender) } });
    match node.try_over(request, stand_in).await {
        Ok(_) => None,
        Err(error @ l1::Error::Refused { .. }) => Some(revert::reason_or_message(&error)),
        Err(_) => None,
    }
}

/// Code that answers every call with an address: PUSH20, MSTORE at 0, RETURN 32 bytes.
fn names(address: Address) -> Bytes {
    [&bytes!("73")[..], address.as_slice(), &bytes!("5f5260205ff3")[..]]
        .concat()
        .into()
}
