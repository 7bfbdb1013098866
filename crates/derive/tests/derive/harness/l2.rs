//! A sequencer that writes L2 blocks of its own making, and an execution that believes everything.

use std::sync::Arc;

use alloy_consensus::{Header, SignableTransaction, TxEip1559, TxEip2930, TxEip7702, TxLegacy};
use alloy_eips::{
    BlockNumHash,
    eip2930::{AccessList, AccessListItem},
    eip4895::Withdrawals,
    eip7702::{Authorization, SignedAuthorization},
};
use alloy_primitives::{Address, Bytes, Signature, TxKind, U256};
use derive::DerivedAttributes;
use protocol::{
    Block, BlockBody, ChainSpec, Eip1559Params, ExtraData, Fork, ForkSchedule, L1BlockInfo, L1Origin, L2BlockRef,
    RollupConfig, RollupGenesis, SystemConfig, Transaction, deposits_from_receipts, transactions_root,
    upgrade::upgrade_transactions,
};

use super::{
    L1, Random, Wallet,
    l1::{GENESIS_TIME, SLOT_S},
};

/// Chain id of L2, and of its transactions.
const CHAIN_ID: u64 = 901;

/// Time between L2 blocks.
const BLOCK_TIME_S: u64 = 2;

/// The rollup of the tests, with the forks up to that one active at genesis.
pub(crate) fn rollup_config(l1: &L1, fork: Fork) -> RollupConfig {
    let genesis = L2::genesis();
    RollupConfig {
        genesis: RollupGenesis {
            l1: l1.block(0).reference().id(),
            l2: BlockNumHash {
                number: 0,
                hash: genesis.header.hash_slow(),
            },
            l2_time: GENESIS_TIME,
            system_config: SystemConfig {
                batcher_address: Wallet::new(1).address(),
                gas_limit: 60_000_000,
                scalar: protocol::FeeScalars {
                    base_fee_scalar: 1,
                    blob_base_fee_scalar: 2,
                }
                .encode(),
                ..SystemConfig::default()
            },
        },
        block_time: BLOCK_TIME_S,
        max_sequencer_drift: 600,
        seq_window_size: 30,
        channel_timeout: 300,
        l1_chain_id: 1,
        l2_chain_id: CHAIN_ID,
        forks: ForkSchedule::genesis(fork),
        batch_inbox_address: Address::repeat_byte(0xff),
        deposit_contract_address: Address::repeat_byte(0xdd),
        l1_system_config_address: Address::repeat_byte(0xcc),
        ..RollupConfig::default()
    }
}

/// A sequencer.
pub(crate) struct L2 {
    pub(crate) rollup: Arc<RollupConfig>,
    /// The chain, genesis first.
    pub(crate) blocks: Vec<Block>,
    config: SystemConfig,
    pub(crate) random: Random,
}

impl L2 {
    /// A sequencer with nothing but the genesis.
    pub(crate) fn new(rollup: &Arc<RollupConfig>, seed: u64) -> Self {
        Self {
            rollup: Arc::clone(rollup),
            blocks: vec![Self::genesis()],
            config: rollup.genesis.system_config,
            random: Random(seed),
        }
    }

    pub(crate) fn genesis() -> Block {
        Block {
            header: Header {
                timestamp: GENESIS_TIME,
                ..Header::default()
            },
            ..Block::default()
        }
    }

    pub(crate) fn head(&self) -> L2BlockRef {
        L2BlockRef::from_block(&self.rollup, self.blocks.last().unwrap()).unwrap()
    }

    /// Writes blocks up to the time of the head of L1, each on the newest L1 block that it may use.
    pub(crate) fn follow(&mut self, l1: &L1) {
        while self.head().timestamp + BLOCK_TIME_S < l1.head().header.timestamp {
            let epoch = self.newest_epoch(l1);
            let count = self.random.below(4);
            let transactions = (0..count).map(|_| self.random_transaction()).collect();
            self.build(l1, epoch, transactions);
        }
    }

    /// The L1 origin of the next block: the next L1 block, once that is not in the future.
    pub(crate) fn newest_epoch(&self, l1: &L1) -> u64 {
        let head = self.head();
        let next = head.l1_origin.number + 1;
        let is_there = next <= l1.head().header.number;
        let time = GENESIS_TIME + next * SLOT_S;
        if is_there && head.timestamp + BLOCK_TIME_S >= time {
            next
        } else {
            head.l1_origin.number
        }
    }

    /// Writes the next block.
    pub(crate) fn build(&mut self, l1: &L1, epoch: u64, transactions: Vec<Transaction>) -> &Block {
        let head = self.head();
        let is_first = head.l1_origin.number != epoch;
        let origin = l1.block(epoch);
        let timestamp = head.timestamp + BLOCK_TIME_S;
        let mut all = Vec::new();
        if is_first {
            self.config.apply_receipts(&self.rollup, &origin.receipts);
        }
        let chain = ChainSpec::public_l1(1).unwrap();
        let l1_origin = L1Origin {
            hash: origin.header.hash_slow(),
            header: &origin.header,
            blob_base_fee: self.rollup.l1_blob_base_fee(&chain, &origin.header),
        };
        let sequence_number = if is_first { 0 } else { head.sequence_number + 1 };
        let info = L1BlockInfo::new(&self.rollup, &self.config, l1_origin, sequence_number, timestamp);
        all.push(Transaction::from(info.unwrap().to_deposit()));
        if is_first {
            let portal = self.rollup.deposit_contract_address;
            let deposits = deposits_from_receipts(portal, l1_origin.hash, &origin.receipts);
            all.extend(deposits.unwrap().into_iter().map(Transaction::from));
        }
        // A block that activates a fork holds no transactions of users.
        let upgrades = upgrade_transactions(&self.rollup, timestamp).unwrap();
        let sequenced = if upgrades.is_empty() { transactions } else { Vec::new() };
        all.extend(upgrades.into_iter().map(Transaction::from).chain(sequenced));
        let constants = self.rollup.chain_op_config.canyon();
        let is_jovian = self.rollup.is_active(Fork::Jovian, timestamp);
        let header = Header {
            parent_hash: head.hash,
            number: head.number + 1,
            timestamp,
            mix_hash: origin.header.mix_hash,
            beneficiary: protocol::predeploys::SEQUENCER_FEE_VAULT,
            gas_limit: self.config.gas_limit + self.rollup.upgrade_gas(timestamp),
            parent_beacon_block_root: origin.header.parent_beacon_block_root,
            transactions_root: transactions_root(&all),
            extra_data: ExtraData {
                params: self.config.eip1559_params.or(constants),
                min_base_fee: is_jovian.then_some(self.config.min_base_fee),
            }
            .encode(),
            ..Header::default()
        };
        let withdrawals = Some(Withdrawals::default());
        let body = BlockBody {
            transactions: all,
            ommers: Vec::new(),
            withdrawals,
        };
        self.blocks.push(Block { header, body });
        self.blocks.last().unwrap()
    }

    /// The block that an engine makes from attributes, if it believes every transaction.
    pub(crate) fn execute(rollup: &RollupConfig, derived: &DerivedAttributes) -> Block {
        let attributes = &derived.attributes;
        let decode = |raw: &Bytes| Transaction::decode(raw).unwrap();
        let transactions: Vec<_> = attributes.transactions.iter().map(decode).collect();
        let params = Eip1559Params::decode(attributes.eip1559_params.unwrap()).unwrap();
        let extra_data = ExtraData {
            params: params.or(rollup.chain_op_config.canyon()),
            min_base_fee: attributes.min_base_fee,
        };
        let header = Header {
            parent_hash: derived.parent.hash,
            number: derived.parent.number + 1,
            timestamp: attributes.timestamp,
            mix_hash: attributes.prev_randao,
            beneficiary: attributes.suggested_fee_recipient,
            gas_limit: attributes.gas_limit.unwrap(),
            parent_beacon_block_root: attributes.parent_beacon_block_root,
            transactions_root: transactions_root(&transactions),
            extra_data: extra_data.encode(),
            ..Header::default()
        };
        let withdrawals = attributes.withdrawals.clone().map(Withdrawals::new);
        Block {
            header,
            body: BlockBody {
                transactions,
                ommers: Vec::new(),
                withdrawals,
            },
        }
    }

    /// A transaction of any type that batches carry. Nobody made its signature.
    pub(crate) fn random_transaction(&mut self) -> Transaction {
        let random = &mut self.random;
        let signature = Signature::new(random.word(), random.word(), random.one_in(2));
        let to = if random.one_in(5) {
            TxKind::Create
        } else {
            TxKind::Call(random.address())
        };
        let (nonce, gas_limit) = (random.next() >> random.below(64), random.next() >> 40);
        let (max_fee, tip) = (u128::from(random.next()), u128::from(random.next() >> 20));
        let value = random.word();
        let length = match random.below(80) {
            0 => 40_000,
            1..=7 => 3_000,
            length => length,
        };
        let input = Bytes::from(random.bytes(length));
        match random.below(5) {
            0 | 1 => Transaction::Legacy(
                TxLegacy {
                    chain_id: random.one_in(2).then_some(CHAIN_ID),
                    nonce,
                    gas_price: max_fee,
                    gas_limit,
                    to,
                    value,
                    input,
                }
                .into_signed(signature),
            ),
            2 => Transaction::Eip2930(
                TxEip2930 {
                    chain_id: CHAIN_ID,
                    nonce,
                    gas_price: max_fee,
                    gas_limit,
                    to,
                    value,
                    access_list: access_list(random),
                    input,
                }
                .into_signed(signature),
            ),
            3 => Transaction::Eip1559(
                TxEip1559 {
                    chain_id: CHAIN_ID,
                    nonce,
                    gas_limit,
                    max_fee_per_gas: max_fee,
                    max_priority_fee_per_gas: tip,
                    to,
                    value,
                    access_list: access_list(random),
                    input,
                }
                .into_signed(signature),
            ),
            _ => Transaction::Eip7702(
                TxEip7702 {
                    chain_id: CHAIN_ID,
                    nonce,
                    gas_limit,
                    max_fee_per_gas: max_fee,
                    max_priority_fee_per_gas: tip,
                    to: random.address(),
                    value,
                    access_list: access_list(random),
                    authorization_list: authorizations(random),
                    input,
                }
                .into_signed(signature),
            ),
        }
    }
}

fn access_list(random: &mut Random) -> AccessList {
    let count = random.below(3);
    let item = |random: &mut Random| {
        let storage_keys = (0..random.below(3)).map(|_| random.hash()).collect();
        AccessListItem {
            address: random.address(),
            storage_keys,
        }
    };
    AccessList((0..count).map(|_| item(random)).collect())
}

fn authorizations(random: &mut Random) -> Vec<SignedAuthorization> {
    let count = random.below(3);
    let item = |random: &mut Random| {
        let authorization = Authorization {
            chain_id: U256::from(random.below(3)),
            address: random.address(),
            nonce: random.next(),
        };
        let parity = random.below(2) as u8;
        SignedAuthorization::new_unchecked(authorization, parity, random.word(), random.word())
    };
    (0..count).map(|_| item(random)).collect()
}
