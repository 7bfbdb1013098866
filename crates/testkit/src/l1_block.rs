//! What a test puts into a block of the simulated L1.

use alloy_consensus::TxEip1559;
use alloy_primitives::{Address, B256, Bytes, Log, LogData, TxKind, U256};
use l1::Wallet;
use protocol::{CONFIG_UPDATE_TOPIC, Receipt, RollupConfig, TRANSACTION_DEPOSITED_TOPIC, Transaction};

const TX_GAS: u64 = 100_000;
const EIP1559_TX_TYPE: u8 = 2;

/// Whom derivation listens to on L1.
#[derive(Clone, Copy, Debug)]
pub struct L1Contracts {
    /// Emits deposits.
    pub portal: Address,
    /// Emits configuration changes.
    pub system_config: Address,
    /// Where batches are sent.
    pub batch_inbox: Address,
}

impl From<&RollupConfig> for L1Contracts {
    fn from(config: &RollupConfig) -> Self {
        Self {
            portal: config.deposit_contract_address,
            system_config: config.l1_system_config_address,
            batch_inbox: config.batch_inbox_address,
        }
    }
}

/// A user's deposit as the portal tells of it.
#[derive(Clone, Debug, Default)]
pub struct Deposit {
    /// Who deposits, aliased already if a contract.
    pub from: Address,
    /// Whom the L2 transaction calls; `None` creates a contract.
    pub to: Option<Address>,
    /// Wei created on L2.
    pub mint: u128,
    /// Wei that the L2 transaction carries.
    pub value: u128,
    /// Gas of the L2 transaction.
    pub gas_limit: u64,
    /// Calldata of the L2 transaction.
    pub data: Bytes,
}

impl Deposit {
    fn log(&self, portal: Address) -> Log {
        let head = [
            U256::from(self.mint).to_be_bytes::<32>(),
            U256::from(self.value).to_be_bytes(),
        ]
        .concat();
        let opaque = [
            &head[..],
            &self.gas_limit.to_be_bytes(),
            &[u8::from(self.to.is_none())],
            &self.data,
        ]
        .concat();
        let topics = vec![
            TRANSACTION_DEPOSITED_TOPIC,
            self.from.into_word(),
            self.to.unwrap_or_default().into_word(),
            B256::ZERO,
        ];
        Log {
            address: portal,
            data: LogData::new_unchecked(topics, abi_bytes(&opaque)),
        }
    }
}

/// The content of an L1 block that is to be built.
#[derive(Clone, Debug, Default)]
pub struct L1Draft {
    pub(crate) transactions: Vec<Transaction>,
    pub(crate) receipts: Vec<Receipt>,
}

impl L1Draft {
    /// A transaction in which the portal emits a deposit.
    pub fn deposit(self, contracts: L1Contracts, sender: &Wallet, deposit: &Deposit) -> Self {
        let log = deposit.log(contracts.portal);
        self.transaction(sender, contracts.portal, Bytes::new(), vec![log])
    }

    /// A transaction in which `SystemConfig` emits an update of a kind, with its ABI-encoded value.
    pub fn config_update(self, contracts: L1Contracts, sender: &Wallet, kind: u8, value: &[u8]) -> Self {
        let topics = vec![CONFIG_UPDATE_TOPIC, B256::ZERO, B256::with_last_byte(kind)];
        let data = LogData::new_unchecked(topics, abi_bytes(value));
        self.transaction(
            sender,
            contracts.system_config,
            Bytes::new(),
            vec![Log {
                address: contracts.system_config,
                data,
            }],
        )
    }

    /// A transaction to the batch inbox with calldata, as a batcher sends it; from whom is the test's choice.
    pub fn batch(self, contracts: L1Contracts, sender: &Wallet, calldata: Bytes) -> Self {
        self.transaction(sender, contracts.batch_inbox, calldata, Vec::new())
    }

    fn transaction(mut self, sender: &Wallet, to: Address, input: Bytes, logs: Vec<Log>) -> Self {
        let index = self.transactions.len() as u64;
        let body = TxEip1559 {
            nonce: index,
            gas_limit: TX_GAS,
            max_fee_per_gas: 1_000_000_000,
            to: TxKind::Call(to),
            input,
            ..TxEip1559::default()
        };
        self.transactions.push(Transaction::Eip1559(sender.sign(body)));
        self.receipts.push(Receipt {
            tx_type: EIP1559_TX_TYPE,
            success: true,
            cumulative_gas_used: TX_GAS * (index + 1),
            logs,
            ..Receipt::default()
        });
        self
    }
}

/// The ABI's encoding of a single `bytes` value.
fn abi_bytes(value: &[u8]) -> Bytes {
    let word = |number: usize| U256::from(number).to_be_bytes::<32>();
    let mut encoded = [word(32), word(value.len())].concat();
    encoded.extend_from_slice(value);
    encoded.resize(64 + value.len().next_multiple_of(32), 0);
    encoded.into()
}
