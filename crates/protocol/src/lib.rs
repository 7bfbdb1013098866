//! The rollup's vocabulary: whatever two crates must agree on byte for byte is here.
//!
//! No I/O, no clock, no randomness: values in, values out.

#![no_std]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::let_underscore_must_use
    )
)]

extern crate alloc;
#[cfg(any(test, feature = "std"))]
extern crate std;

mod attributes;
pub mod batch;
pub mod blob;
mod block;
mod chain_spec;
pub mod channel;
mod config;
mod cursor;
mod deposit;
mod eip1559;
mod error;
mod fork;
pub mod frame;
mod l1_attributes;
mod number;
mod output;
mod payload;
pub mod predeploys;
mod receipt;
mod signatures;
mod system_config;
mod transaction;
pub mod upgrade;
mod withdrawal;

pub use attributes::PayloadAttributes;
pub use block::{Block, BlockBody, BlockRef, BodyFault, L2BlockRef, check_body, transactions_root, withdrawals_root};
pub use chain_spec::{
    ChainSpec, EthereumFork, EthereumRules, GENESIS_BASE_FEE, L1ChainConfig, OpStackRules, Rules, genesis_header,
};
pub use config::{
    AltDaConfig, CHANNEL_TIMEOUT_GRANITE, ChainOpConfig, MAX_SEQUENCER_DRIFT_FJORD, RollupConfig, RollupGenesis,
};
pub use deposit::{
    ALIAS_OFFSET, DepositSource, TRANSACTION_DEPOSITED_TOPIC, alias, deposit_from_log, deposits_from_receipts, unalias,
};
pub use eip1559::{Eip1559Params, ExtraData};
pub use error::{ConfigUpdateFault, DepositFault, Error, ExtraDataFault};
pub use fork::{Fork, ForkSchedule};
pub use l1_attributes::{
    DA_FOOTPRINT_GAS_SCALAR_DEFAULT, L1_ATTRIBUTES_GAS, L1AttributesFormat, L1BlockInfo, L1Origin,
};
pub use op_alloy_consensus::TxDeposit;
pub use output::{OutputRoot, output_root_v0};
pub use payload::{ExecutionPayload, PayloadSidecar, PayloadVerdict};
pub use receipt::{Receipt, logs_bloom, receipts_root};
pub use signatures::{K256, Signatures};
pub use system_config::{
    CONFIG_UPDATE_TOPIC, FeeScalars, KARST_UPGRADE_GAS, SystemConfig, SystemConfigUpdate, UNSAFE_BLOCK_SIGNER_SLOT,
    UpdateCount,
};
pub use transaction::{
    BLOB_TX_TYPE, BlobSidecar, DEPOSIT_TX_TYPE, PooledTransaction, RecoveredTransaction, Transaction, TransactionType,
    UnsignedTransaction,
};
pub use withdrawal::{MESSAGE_PASSED_TOPIC, Withdrawal, withdrawal_storage_slot};
