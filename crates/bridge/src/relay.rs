//! Relaying a message again whose call failed (specs: messengers.md).

use alloy_eips::BlockId;
use alloy_primitives::{Address, B256};
use alloy_sol_types::SolEvent;
use contracts::bindings::CrossDomainMessenger::{RelayedMessage, baseGasCall, pausedCall};
use l1::TxCandidate;
use protocol::predeploys;

use crate::{
    Bridge, Error, L1_TRANSACTION_GAS_MAX, Layer, LayerClient, LayerReceipt, Message, MessageState, Sender, Transfer,
    fate::{InnerCall, message_state, messenger_at, refusal},
    revert,
    sending::with_margin,
    withdrawal::message_of,
};

/// A message on its way, and the messenger that receives it.
struct Receiving<'a> {
    node: &'a LayerClient,
    messenger: Address,
    message: Message,
}

impl Bridge {
    /// Relays a transfer's message again, with gas that is enough for its call; answers with the receipt. Only what has failed, and
    /// would go through now, is sent.
    pub async fn relay(&self, sender: &Sender, transfer: &Transfer) -> Result<LayerReceipt, Error> {
        let receiving = self.receiving(transfer)?;
        receiving.require_failed(transfer).await?;
        receiving.require_sender(sender)?;
        receiving.require_open().await?;
        let gas_limit = receiving.gas_limit().await?;
        let relay = TxCandidate::call(receiving.messenger, receiving.message.relay.clone());
        sender.estimate("the relay", &relay).await?;
        let receipt = match sender.send_with_gas("the relay", relay, gas_limit).await {
            Err(Error::Reverted { .. }) if receiving.state().await? == MessageState::Relayed => {
                return Err(receiving.relayed());
            }
            receipt => receipt?,
        };
        receiving.require_relayed_by(receipt)
    }

    fn receiving(&self, transfer: &Transfer) -> Result<Receiving<'_>, Error> {
        let (node, messenger, message) = match transfer {
            Transfer::Deposit { deposit, .. } => {
                let messenger = predeploys::L2_CROSS_DOMAIN_MESSENGER;
                (&self.l2, messenger, deposit.message.clone())
            }
            Transfer::Withdrawal { withdrawal, .. } => (&self.l1, withdrawal.target, message_of(withdrawal)),
        };
        let message = message.ok_or_else(|| Error::NoMessage {
            transfer: transfer.hash(),
        })?;
        Ok(Receiving {
            node,
            messenger,
            message,
        })
    }
}

impl Receiving<'_> {
    const fn layer(&self) -> Layer {
        self.node.layer()
    }

    async fn state(&self) -> Result<MessageState, Error> {
        message_state(self.node, self.messenger, self.message.hash, BlockId::latest()).await
    }

    async fn require_failed(&self, transfer: &Transfer) -> Result<(), Error> {
        // Before a withdrawal is finalized the messenger need not be asked, and what it would say is of no use.
        let seen = transfer.message() == Some(MessageState::Sent);
        match if seen { MessageState::Sent } else { self.state().await? } {
            MessageState::Failed => Ok(()),
            MessageState::Relayed => Err(self.relayed()),
            MessageState::Sent => Err(Error::MessageNotFailed {
                transfer: transfer.hash(),
                stage: transfer.stage(),
                waits_for: transfer.waits_for().unwrap_or_default(),
            }),
        }
    }

    const fn relayed(&self) -> Error {
        Error::MessageRelayed {
            message: self.message.hash,
            layer: self.layer(),
        }
    }

    fn require_sender(&self, sender: &Sender) -> Result<(), Error> {
        let (needed, actual) = (self.layer(), sender.layer());
        if needed == actual {
            return Ok(());
        }
        Err(Error::SenderLayer { needed, actual })
    }

    async fn require_open(&self) -> Result<(), Error> {
        let messenger = messenger_at(self.messenger);
        if self.node.call(messenger, pausedCall {}, BlockId::latest()).await? {
            return Err(Error::MessengerPaused { layer: self.layer() });
        }
        Ok(())
    }

    /// Gas that is enough: what the whole relay takes now, with a margin, and not less than what a message of its kind travels with.
    async fn gas_limit(&self) -> Result<u64, Error> {
        let estimate = self.node.gas_to_the_end(self.messenger, &self.message.relay).await;
        let estimate = match estimate {
            Ok(gas) => gas,
            Err(error) => return Err(self.refused(error).await),
        };
        let travels_with = baseGasCall {
            message: self.message.data.clone(),
            minGasLimit: self.message.gas_limit.saturating_to(),
        };
        let messenger = messenger_at(self.messenger);
        let travels_with = self.node.call(messenger, travels_with, BlockId::latest()).await?;
        Ok(with_margin(estimate).max(travels_with).min(L1_TRANSACTION_GAS_MAX))
    }

    /// Why the relay would not go through.
    async fn refused(&self, error: l1::Error) -> Error {
        if revert::reason(&error).is_none() {
            return self.node.error(error);
        }
        let call = InnerCall::of(&self.message);
        let reason = refusal(self.node, self.messenger, &call).await;
        Error::MessageRefused {
            message: self.message.hash,
            layer: self.layer(),
            reason: reason.unwrap_or_else(|| revert::reason_or_message(&error)),
        }
    }

    /// That the call was made is what the messenger says, not that the transaction succeeded.
    fn require_relayed_by(&self, receipt: LayerReceipt) -> Result<LayerReceipt, Error> {
        let hash: B256 = self.message.hash;
        let made = receipt.logs.iter().any(|(_, log)| {
            log.address == self.messenger && RelayedMessage::decode_log(log).is_ok_and(|event| event.msgHash == hash)
        });
        if made {
            return Ok(receipt);
        }
        Err(Error::MessageFailedAgain {
            message: hash,
            layer: self.layer(),
            transaction: receipt.transaction,
        })
    }
}
