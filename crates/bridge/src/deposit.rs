//! From L1 to L2 (specs: deposits.md, bridges.md).

use alloy_primitives::{Address, B256, Bytes, TxKind, U256};
use alloy_sol_types::SolCall;
use contracts::bindings::{
    ERC721Bridge::bridgeERC721ToCall,
    OptimismPortal::depositTransactionCall,
    StandardBridge::{bridgeERC20ToCall, bridgeETHToCall},
};
use l1::TxCandidate;
use protocol::{DepositSource, TRANSACTION_DEPOSITED_TOPIC, TxDeposit, deposit_from_log, predeploys};

use crate::{Asset, LayerReceipt, Message, Movement};

/// A deposit to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DepositRequest {
    /// Ether, or any call, through the portal.
    Portal {
        /// Who is called on L2.
        to: Address,
        /// Ether that is taken along from L1, in wei.
        amount: U256,
        /// Gas of the transaction on L2.
        gas_limit: u64,
        /// Its data.
        data: Bytes,
    },
    /// Ether through the standard bridge.
    Ether {
        /// Who gets it on L2.
        to: Address,
        /// How much, in wei.
        amount: U256,
        /// Gas of the call on L2 at least.
        gas_limit: u32,
    },
    /// A token through the standard bridge.
    Token {
        /// The token on L1.
        l1_token: Address,
        /// Its twin on L2.
        l2_token: Address,
        /// Who gets it on L2.
        to: Address,
        /// How much, in its smallest unit.
        amount: U256,
        /// Gas of the call on L2 at least.
        gas_limit: u32,
    },
    /// One token of an ERC-721 collection, through the bridge of such.
    Nft {
        /// The collection on L1.
        l1_token: Address,
        /// Its twin on L2.
        l2_token: Address,
        /// Who gets it on L2.
        to: Address,
        /// Which token.
        token_id: U256,
        /// Gas of the call on L2 at least.
        gas_limit: u32,
    },
}

/// A deposit that L1 holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposit {
    /// The hash that its transaction has on L2.
    pub l2_transaction: B256,
    /// The transaction.
    pub transaction: TxDeposit,
    /// The message that it carries, if it carries one between the messengers.
    pub message: Option<Message>,
}

impl Deposit {
    /// The deposits of a transaction of L1.
    pub fn in_receipt(portal: Address, receipt: &LayerReceipt) -> Vec<Self> {
        let logs = receipt
            .logs
            .iter()
            .filter(|(_, log)| log.address == portal && log.topics().first() == Some(&TRANSACTION_DEPOSITED_TOPIC));
        let deposits = logs.filter_map(|(log_index, log)| {
            let source = DepositSource::User {
                l1_block_hash: receipt.block.hash,
                log_index: *log_index,
            };
            // A portal emits none that cannot be read, and L2 would not take one.
            deposit_from_log(log, source.hash()).ok()
        });
        deposits.map(Self::new).collect()
    }

    fn new(transaction: TxDeposit) -> Self {
        let to_messenger = transaction.to == TxKind::Call(predeploys::L2_CROSS_DOMAIN_MESSENGER);
        Self {
            l2_transaction: transaction.tx_hash(),
            message: to_messenger
                .then(|| Message::from_calldata(&transaction.input))
                .flatten(),
            transaction,
        }
    }

    /// What it moves.
    pub fn movement(&self) -> Movement {
        let bridged = self
            .message
            .as_ref()
            .and_then(|message| Movement::from_bridge_call(&message.data));
        bridged.unwrap_or_else(|| Movement {
            asset: Asset::Ether,
            amount: U256::from(self.transaction.mint),
            from: self.transaction.from,
            to: self.transaction.to.to().copied().unwrap_or_default(),
        })
    }
}

/// A transaction that L2 has to execute, whatever its sequencer thinks of it: sent from the depositor's own account on L2.
pub fn forced_transaction(
    portal: Address,
    to: Option<Address>,
    (mint_wei, value_wei): (U256, U256),
    gas_limit: u64,
    data: Bytes,
) -> TxCandidate {
    let call = depositTransactionCall {
        to: to.unwrap_or_default(),
        value: value_wei,
        gasLimit: gas_limit,
        isCreation: to.is_none(),
        data,
    };
    TxCandidate {
        value: mint_wei,
        ..TxCandidate::call(portal, call.abi_encode().into())
    }
}

impl DepositRequest {
    /// The transaction that makes it, given the contract that it goes through.
    pub(crate) fn candidate(&self, contract: Address) -> TxCandidate {
        match self {
            Self::Portal {
                to,
                amount,
                gas_limit,
                data,
            } => forced_transaction(contract, Some(*to), (*amount, *amount), *gas_limit, data.clone()),
            Self::Ether { to, amount, gas_limit } => {
                let call = bridgeETHToCall {
                    to: *to,
                    minGasLimit: *gas_limit,
                    extraData: Bytes::new(),
                };
                TxCandidate {
                    value: *amount,
                    ..TxCandidate::call(contract, call.abi_encode().into())
                }
            }
            Self::Token {
                l1_token,
                l2_token,
                to,
                amount,
                gas_limit,
            } => {
                let call = bridgeERC20ToCall {
                    localToken: *l1_token,
                    remoteToken: *l2_token,
                    to: *to,
                    amount: *amount,
                    minGasLimit: *gas_limit,
                    extraData: Bytes::new(),
                };
                TxCandidate::call(contract, call.abi_encode().into())
            }
            Self::Nft {
                l1_token,
                l2_token,
                to,
                token_id,
                gas_limit,
            } => {
                let call = bridgeERC721ToCall {
                    localToken: *l1_token,
                    remoteToken: *l2_token,
                    to: *to,
                    tokenId: *token_id,
                    minGasLimit: *gas_limit,
                    extraData: Bytes::new(),
                };
                TxCandidate::call(contract, call.abi_encode().into())
            }
        }
    }
}
