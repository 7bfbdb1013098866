//! Beginning a transfer: what could never arrive is refused before anything is sent.

use alloy_eips::BlockId;
use alloy_primitives::{Address, U256};
use contracts::bindings::CrossDomainMessenger::{baseGasCall, otherMessengerCall};
use l1::Contract;
use protocol::{Withdrawal, predeploys};

use crate::{
    Bridge, DepositRequest, Error, Layer, LayerClient, LayerReceipt, Message, Sender, System, Token, WithdrawalRequest,
    gas_limit_max, is_finalizable,
    pair::Pair,
    system::{L2_ERC721_BRIDGE, L2_STANDARD_BRIDGE, MESSENGER, PORTAL},
};

impl Bridge {
    /// Deposits; answers with L1's receipt. What a token's owner has to allow is allowed first.
    pub async fn deposit(&self, sender: &Sender, request: &DepositRequest) -> Result<LayerReceipt, Error> {
        require_recipient_on_l2(request)?;
        let contract = match *request {
            DepositRequest::Portal { .. } => self.system.portal.address,
            DepositRequest::Ether { .. } => System::l1_standard_bridge(&self.l2).await?,
            DepositRequest::Token {
                l1_token,
                l2_token,
                amount,
                ..
            } => {
                let pair = self.pair(L2_STANDARD_BRIDGE, l1_token, l2_token).await?;
                let bridge = pair.l1_bridge;
                self.require_pair(pair).await?;
                self.l1_token(l1_token).allow(sender, bridge, amount).await?;
                bridge
            }
            DepositRequest::Nft {
                l1_token,
                l2_token,
                token_id,
                ..
            } => {
                let pair = self.pair(L2_ERC721_BRIDGE, l1_token, l2_token).await?;
                let bridge = pair.l1_bridge;
                self.require_pair(pair).await?;
                self.l1_token(l1_token).allow_one(sender, bridge, token_id).await?;
                bridge
            }
        };
        sender.send("the deposit", request.candidate(contract)).await
    }

    /// Begins a withdrawal on L2; answers with L2's receipt. One that could never be finalized is refused.
    pub async fn withdraw(&self, sender: &Sender, request: &WithdrawalRequest) -> Result<LayerReceipt, Error> {
        require_finalizable(&self.resulting(sender, request).await?)?;
        self.require_recipient_on_l1(request).await?;
        match *request {
            WithdrawalRequest::Token {
                l2_token,
                l1_token,
                amount,
                ..
            } => {
                let pair = self.pair(L2_STANDARD_BRIDGE, l1_token, l2_token).await?;
                self.require_pair(pair).await?;
                let token = Token::new(self.l2.clone(), l2_token);
                token.allow(sender, L2_STANDARD_BRIDGE.address, amount).await?;
            }
            WithdrawalRequest::Nft {
                l2_token,
                l1_token,
                token_id,
                ..
            } => {
                let pair = self.pair(L2_ERC721_BRIDGE, l1_token, l2_token).await?;
                self.require_pair(pair).await?;
                // The bridge burns it, and needs no leave for that.
                let token = Token::new(self.l2.clone(), l2_token);
                token.require_owner(sender.address(), token_id).await?;
            }
            WithdrawalRequest::Passer { .. } | WithdrawalRequest::Ether { .. } => {}
        }
        sender.send("the withdrawal", request.candidate()).await
    }

    /// Two tokens, with the bridges that they go through; only a standard bridge takes tokens of L2 to L1.
    async fn pair(&self, l2_bridge: Contract, l1_token: Address, l2_token: Address) -> Result<Pair, Error> {
        Ok(Pair {
            l1_token,
            l2_token,
            l1_bridge: System::l1_bridge(&self.l2, l2_bridge).await?,
            l2_bridge: l2_bridge.address,
            both_ways: l2_bridge.address == L2_STANDARD_BRIDGE.address,
        })
    }

    /// Refuses recipients from whom nothing comes back, and whom the portal will not call.
    async fn require_recipient_on_l1(&self, request: &WithdrawalRequest) -> Result<(), Error> {
        let (recipient, has_data) = match request {
            WithdrawalRequest::Passer { to, data, .. } => (*to, !data.is_empty()),
            WithdrawalRequest::Ether { to, .. }
            | WithdrawalRequest::Token { to, .. }
            | WithdrawalRequest::Nft { to, .. } => (*to, false),
        };
        self.system.require_recipient(&self.l1, recipient, has_data).await
    }

    fn l1_token(&self, address: Address) -> Token {
        Token::new(self.l1.clone(), address)
    }

    /// The withdrawal that a request will make, but for its number.
    async fn resulting(&self, sender: &Sender, request: &WithdrawalRequest) -> Result<Withdrawal, Error> {
        let nonce = U256::MAX;
        if let WithdrawalRequest::Passer {
            to,
            amount,
            gas_limit,
            data,
        } = request
        {
            return Ok(Withdrawal {
                nonce,
                sender: sender.address(),
                target: *to,
                value: *amount,
                gas_limit: U256::from(*gas_limit),
                data: data.clone(),
            });
        }
        let (call, gas_limit) = request
            .bridge_call(sender.address())
            .expect("invariant: all but the passer bridge");
        let messenger = Contract {
            address: predeploys::L2_CROSS_DOMAIN_MESSENGER,
            name: "L2CrossDomainMessenger",
        };
        let at = BlockId::latest();
        let base_gas = baseGasCall {
            message: call.clone(),
            minGasLimit: gas_limit,
        };
        let base_gas = self.l2.call(messenger, base_gas, at).await?;
        let bridge = request.bridge().expect("invariant: all but the passer bridge");
        let other_bridge = System::l1_bridge(&self.l2, bridge).await?;
        let sender = bridge.address;
        Ok(Withdrawal {
            nonce,
            sender: messenger.address,
            target: self.l2.call(messenger, otherMessengerCall {}, at).await?,
            value: request.value_wei(),
            gas_limit: U256::from(base_gas),
            data: Message::calldata(sender, other_bridge, request.value_wei(), gas_limit, call),
        })
    }
}

/// Contracts of the system on L2 that are nobody's account.
const OWN_ON_L2: [Contract; 4] = [
    L2_STANDARD_BRIDGE,
    L2_ERC721_BRIDGE,
    Contract {
        address: predeploys::L2_CROSS_DOMAIN_MESSENGER,
        name: MESSENGER,
    },
    Contract {
        address: predeploys::L2_TO_L1_MESSAGE_PASSER,
        name: "L2ToL1MessagePasser",
    },
];

/// Whoever is called through the portal may be of the system: what fails there stays with the sender.
fn require_recipient_on_l2(request: &DepositRequest) -> Result<(), Error> {
    match request {
        DepositRequest::Portal { to, .. } => require_recipient(Layer::L2, *to, false, &[]),
        DepositRequest::Ether { to, .. } | DepositRequest::Token { to, .. } | DepositRequest::Nft { to, .. } => {
            require_recipient(Layer::L2, *to, false, &OWN_ON_L2)
        }
    }
}

impl System {
    /// Refuses recipients on L1 from whom nothing comes back.
    pub async fn require_recipient(&self, l1: &LayerClient, recipient: Address, has_data: bool) -> Result<(), Error> {
        require_recipient(Layer::L1, recipient, has_data, &self.contracts(l1).await?)
    }
}

/// Refuses nobody, and contracts of the system: what is sent to them is lost. Bridges can be called with data, messengers and the
/// portal by nobody but themselves.
fn require_recipient(layer: Layer, recipient: Address, has_data: bool, own: &[Contract]) -> Result<(), Error> {
    let name = if recipient.is_zero() {
        Some("nobody's account")
    } else {
        let own = own.iter().find(|own| own.address == recipient);
        let takes_calls = |name| has_data && name != PORTAL && name != MESSENGER;
        own.map(|own| own.name).filter(|name| !takes_calls(*name))
    };
    match name {
        Some(name) => Err(Error::Recipient { recipient, layer, name }),
        None => Ok(()),
    }
}

/// Refuses a withdrawal that no transaction of L1 could finalize.
pub fn require_finalizable(withdrawal: &Withdrawal) -> Result<(), Error> {
    if is_finalizable(withdrawal) {
        return Ok(());
    }
    Err(Error::Unfinalizable {
        gas_limit: withdrawal.gas_limit,
        gas_limit_max: gas_limit_max(withdrawal.data.len()),
    })
}
