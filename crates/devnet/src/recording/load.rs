//! The mix of transactions: 10 transfers, 6 token transfers, 2 calls that write 20 slots each, 1 creation, and a deposit from L1.

use crate::{Error, foreign_l1::wallet};
use ::l1::{TxCandidate, Wallet};
use alloy_consensus::TxEip1559;
use alloy_primitives::{Address, Bytes, TxKind, U256, bytes, uint};
use alloy_sol_types::SolCall;
use contracts::bindings::OptimismPortal;
use protocol::{Transaction, predeploys};

/// What one block holds beside its deposits.
pub(super) const TRANSFERS: u64 = 10;
pub(super) const TOKEN_TRANSFERS: u64 = 6;
pub(super) const STORAGE_CALLS: u64 = 2;

/// Writes 20 slots from the one that its input names on.
///
/// ```text
/// base = calldata[0..32]; for n in 19..=0 { slot[base + n] = base + n }
/// ```
const SLOT_WRITER: Bytes = bytes!("60198060093d393df3600035601460055b5080156017576001900380820180556005565b00");
/// Slots that one call writes.
const SLOTS_PER_CALL: u64 = 20;
/// What a fee may be: far above what these blocks cost.
const MAX_FEE_PER_GAS_WEI: u128 = 10_000_000_000;

alloy_sol_types::sol! {
    function transfer(address to, uint256 amount) external returns (bool);
    function deposit() external payable;
}

/// An account that sends.
struct Sender {
    wallet: Wallet,
    nonce: u64,
}

/// The accounts, and where they are.
pub(super) struct Load {
    chain_id: u64,
    senders: Vec<Sender>,
    slot_writer: Address,
    calls: u64,
}

impl Load {
    pub(super) fn new(chain_id: u64) -> Result<Self, Error> {
        let senders: Result<Vec<_>, _> = contracts::PREFUNDED[2..]
            .iter()
            .map(|account| {
                Ok::<_, Error>(Sender {
                    wallet: wallet(account)?,
                    nonce: 0,
                })
            })
            .collect();
        let senders = senders?;
        // The first transaction of the first sender.
        let slot_writer = senders[0].wallet.address().create(0);
        Ok(Self {
            chain_id,
            senders,
            slot_writer,
            calls: 0,
        })
    }

    /// The transactions of users in that block; the first block prepares the others.
    pub(super) fn block(&mut self, number: u64) -> Vec<Bytes> {
        if number == 1 {
            return self.first();
        }
        let mut all = Vec::new();
        for index in 0..TRANSFERS {
            let to = fresh_address(number * TRANSFERS + index);
            all.push(self.sign(index, TxKind::Call(to), U256::from(1), Bytes::new(), 21_000));
        }
        for index in 0..TOKEN_TRANSFERS {
            let call = transferCall {
                to: fresh_address(number * TOKEN_TRANSFERS + index),
                amount: U256::from(1),
            };
            all.push(self.sign(
                index,
                TxKind::Call(predeploys::WETH),
                U256::ZERO,
                call.abi_encode().into(),
                100_000,
            ));
        }
        for index in 0..STORAGE_CALLS {
            let base = U256::from(self.calls * SLOTS_PER_CALL).to_be_bytes_vec();
            self.calls += 1;
            all.push(self.sign(index, TxKind::Call(self.slot_writer), U256::ZERO, base.into(), 600_000));
        }
        all.push(self.sign(7, TxKind::Create, U256::ZERO, SLOT_WRITER, 200_000));
        all
    }

    fn first(&mut self) -> Vec<Bytes> {
        let mut all = vec![self.sign(0, TxKind::Create, U256::ZERO, SLOT_WRITER, 200_000)];
        let count = u64::try_from(self.senders.len()).unwrap_or_default();
        for index in 0..count {
            let value = uint!(1_000_000_000_000_000_000_U256);
            let call = depositCall {}.abi_encode();
            all.push(self.sign(index, TxKind::Call(predeploys::WETH), value, call.into(), 100_000));
        }
        all
    }

    fn sign(&mut self, sender: u64, to: TxKind, value: U256, input: Bytes, gas_limit: u64) -> Bytes {
        let count = self.senders.len();
        let sender = &mut self.senders[usize::try_from(sender).unwrap_or_default() % count];
        let transaction = TxEip1559 {
            chain_id: self.chain_id,
            nonce: sender.nonce,
            gas_limit,
            max_fee_per_gas: MAX_FEE_PER_GAS_WEI,
            max_priority_fee_per_gas: 1,
            to,
            value,
            access_list: alloy_eips::eip2930::AccessList::default(),
            input,
        };
        sender.nonce += 1;
        Transaction::Eip1559(sender.wallet.sign(transaction)).encoded()
    }

    /// A deposit that mints and sends.
    pub(super) fn deposit(&mut self, portal: Address) -> TxCandidate {
        self.calls += 1;
        let value = U256::from(1_000);
        let call = OptimismPortal::depositTransactionCall {
            to: fresh_address(self.calls),
            value,
            gasLimit: 100_000,
            isCreation: false,
            data: Bytes::new(),
        };
        let candidate = TxCandidate::call(portal, call.abi_encode().into()).with_gas_limit(400_000);
        TxCandidate { value, ..candidate }
    }
}

/// Addresses of their own, spread over the trie by their hashes.
fn fresh_address(index: u64) -> Address {
    Address::left_padding_from(&(0x5eed_0000_0000 + index).to_be_bytes())
}
