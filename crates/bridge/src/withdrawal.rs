//! From L2 to L1: what begins there (specs: withdrawals.md, bridges.md).

use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolCall;
use contracts::bindings::{
    ERC721Bridge::{bridgeERC721ToCall, finalizeBridgeERC721Call},
    L2ToL1MessagePasser::initiateWithdrawalCall,
    StandardBridge::{bridgeERC20ToCall, bridgeETHToCall, finalizeBridgeERC20Call, finalizeBridgeETHCall},
    WithdrawalTransaction,
};
use l1::{Contract, TxCandidate};
use protocol::{MESSAGE_PASSED_TOPIC, Withdrawal, predeploys};

use crate::{
    Asset, LayerReceipt, Message, Movement,
    system::{L2_ERC721_BRIDGE, L2_STANDARD_BRIDGE},
};

/// A withdrawal to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WithdrawalRequest {
    /// Ether, or any call, through the message passer.
    Passer {
        /// Who is called on L1.
        to: Address,
        /// Ether that it carries, in wei.
        amount: U256,
        /// Gas of the call on L1 at least.
        gas_limit: u64,
        /// Its data.
        data: Bytes,
    },
    /// Ether through the standard bridge.
    Ether {
        /// Who gets it on L1.
        to: Address,
        /// How much, in wei.
        amount: U256,
        /// Gas of the call on L1 at least.
        gas_limit: u32,
    },
    /// A token through the standard bridge.
    Token {
        /// The token on L2.
        l2_token: Address,
        /// Its twin on L1.
        l1_token: Address,
        /// Who gets it on L1.
        to: Address,
        /// How much, in its smallest unit.
        amount: U256,
        /// Gas of the call on L1 at least.
        gas_limit: u32,
    },
    /// One token of an ERC-721 collection, through the bridge of such.
    Nft {
        /// The collection on L2.
        l2_token: Address,
        /// Its twin on L1.
        l1_token: Address,
        /// Who gets it on L1.
        to: Address,
        /// Which token.
        token_id: U256,
        /// Gas of the call on L1 at least.
        gas_limit: u32,
    },
}

impl WithdrawalRequest {
    /// The transaction on L2 that makes it.
    pub fn candidate(&self) -> TxCandidate {
        match self {
            Self::Passer {
                to,
                amount,
                gas_limit,
                data,
            } => {
                let call = initiateWithdrawalCall {
                    target: *to,
                    gasLimit: U256::from(*gas_limit),
                    data: data.clone(),
                };
                carrying(*amount, predeploys::L2_TO_L1_MESSAGE_PASSER, call.abi_encode())
            }
            Self::Ether { to, amount, gas_limit } => {
                let call = bridgeETHToCall {
                    to: *to,
                    minGasLimit: *gas_limit,
                    extraData: Bytes::new(),
                };
                carrying(*amount, predeploys::L2_STANDARD_BRIDGE, call.abi_encode())
            }
            Self::Token {
                l2_token,
                l1_token,
                to,
                amount,
                gas_limit,
            } => {
                let call = bridgeERC20ToCall {
                    localToken: *l2_token,
                    remoteToken: *l1_token,
                    to: *to,
                    amount: *amount,
                    minGasLimit: *gas_limit,
                    extraData: Bytes::new(),
                };
                carrying(U256::ZERO, predeploys::L2_STANDARD_BRIDGE, call.abi_encode())
            }
            Self::Nft {
                l2_token,
                l1_token,
                to,
                token_id,
                gas_limit,
            } => {
                let call = bridgeERC721ToCall {
                    localToken: *l2_token,
                    remoteToken: *l1_token,
                    to: *to,
                    tokenId: *token_id,
                    minGasLimit: *gas_limit,
                    extraData: Bytes::new(),
                };
                carrying(U256::ZERO, predeploys::L2_ERC721_BRIDGE, call.abi_encode())
            }
        }
    }

    /// The call that L1's bridge will get, and the gas that it is to have; `None` where no bridge is in between.
    pub(crate) fn bridge_call(&self, from: Address) -> Option<(Bytes, u32)> {
        match self {
            Self::Passer { .. } => None,
            Self::Ether { to, amount, gas_limit } => {
                let call = finalizeBridgeETHCall {
                    from,
                    to: *to,
                    amount: *amount,
                    extraData: Bytes::new(),
                };
                Some((call.abi_encode().into(), *gas_limit))
            }
            Self::Token {
                l2_token,
                l1_token,
                to,
                amount,
                gas_limit,
            } => {
                let call = finalizeBridgeERC20Call {
                    localToken: *l1_token,
                    remoteToken: *l2_token,
                    from,
                    to: *to,
                    amount: *amount,
                    extraData: Bytes::new(),
                };
                Some((call.abi_encode().into(), *gas_limit))
            }
            Self::Nft {
                l2_token,
                l1_token,
                to,
                token_id,
                gas_limit,
            } => {
                let call = finalizeBridgeERC721Call {
                    localToken: *l1_token,
                    remoteToken: *l2_token,
                    from,
                    to: *to,
                    tokenId: *token_id,
                    extraData: Bytes::new(),
                };
                Some((call.abi_encode().into(), *gas_limit))
            }
        }
    }

    /// The bridge on L2 that it goes through, if any.
    pub(crate) const fn bridge(&self) -> Option<Contract> {
        match self {
            Self::Passer { .. } => None,
            Self::Ether { .. } | Self::Token { .. } => Some(L2_STANDARD_BRIDGE),
            Self::Nft { .. } => Some(L2_ERC721_BRIDGE),
        }
    }

    /// The ether that it carries.
    pub(crate) const fn value_wei(&self) -> U256 {
        match self {
            Self::Passer { amount, .. } | Self::Ether { amount, .. } => *amount,
            Self::Token { .. } | Self::Nft { .. } => U256::ZERO,
        }
    }
}

fn carrying(value: U256, to: Address, data: Vec<u8>) -> TxCandidate {
    TxCandidate {
        value,
        ..TxCandidate::call(to, data.into())
    }
}

/// The withdrawals of a transaction of L2, in their order.
pub fn withdrawals_in(receipt: &LayerReceipt) -> Vec<Withdrawal> {
    let passed = receipt
        .logs
        .iter()
        .filter(|(_, log)| log.topics().first() == Some(&MESSAGE_PASSED_TOPIC));
    passed.filter_map(|(_, log)| Withdrawal::from_log(log).ok()).collect()
}

/// The message that a withdrawal carries, if it carries one between the messengers.
pub(crate) fn message_of(withdrawal: &Withdrawal) -> Option<Message> {
    let from_messenger = withdrawal.sender == predeploys::L2_CROSS_DOMAIN_MESSENGER;
    from_messenger
        .then(|| Message::from_calldata(&withdrawal.data))
        .flatten()
}

/// What a withdrawal moves.
pub(crate) fn movement_of(withdrawal: &Withdrawal) -> Movement {
    let bridged = message_of(withdrawal).and_then(|message| Movement::from_bridge_call(&message.data));
    bridged.unwrap_or(Movement {
        asset: Asset::Ether,
        amount: withdrawal.value,
        from: withdrawal.sender,
        to: withdrawal.target,
    })
}

/// The withdrawal as the portal takes it.
pub(crate) fn for_portal(withdrawal: &Withdrawal) -> WithdrawalTransaction {
    WithdrawalTransaction {
        nonce: withdrawal.nonce,
        sender: withdrawal.sender,
        target: withdrawal.target,
        value: withdrawal.value,
        gasLimit: withdrawal.gas_limit,
        data: withdrawal.data.clone(),
    }
}
