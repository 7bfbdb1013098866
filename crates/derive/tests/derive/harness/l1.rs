//! An L1 that the test writes block by block.

use std::collections::HashMap;

use alloy_consensus::Header;
use alloy_primitives::{Address, B256, Bytes, Log, LogData, U256, keccak256};
use derive::L1Block;
use protocol::{
    BlockRef, CONFIG_UPDATE_TOPIC, Receipt, RollupConfig, TRANSACTION_DEPOSITED_TOPIC, Transaction, blob::Blob,
    logs_bloom, receipts_root, transactions_root,
};

use super::Wallet;

/// Time of the first block, and between blocks.
pub(crate) const GENESIS_TIME: u64 = 1_800_000_000;
pub(crate) const SLOT_S: u64 = 12;

/// What goes into a block.
#[derive(Clone, Default)]
pub(crate) struct Body {
    pub(crate) transactions: Vec<Bytes>,
    pub(crate) logs: Vec<Log>,
}

/// A block.
#[derive(Clone)]
pub(crate) struct TestBlock {
    pub(crate) header: Header,
    pub(crate) transactions: Vec<Bytes>,
    pub(crate) receipts: Vec<Receipt>,
}

impl TestBlock {
    pub(crate) fn reference(&self) -> BlockRef {
        BlockRef::from_header(self.header.hash_slow(), &self.header)
    }

    pub(crate) fn to_input(&self) -> L1Block {
        L1Block {
            header: self.header.clone(),
            transactions: self.transactions.clone(),
        }
    }
}

/// The chain, and the blobs of any chain there ever was.
#[derive(Clone, Default)]
pub(crate) struct L1 {
    blocks: Vec<TestBlock>,
    blobs: HashMap<B256, Box<Blob>>,
    reorgs: u64,
}

impl L1 {
    /// A chain of one empty block.
    pub(crate) fn new() -> Self {
        let mut l1 = Self::default();
        l1.build(Body::default());
        l1
    }

    pub(crate) fn head(&self) -> &TestBlock {
        self.blocks.last().unwrap()
    }

    pub(crate) fn block(&self, number: u64) -> &TestBlock {
        &self.blocks[usize::try_from(number).unwrap()]
    }

    pub(crate) fn blobs(&self, hashes: &[B256]) -> Vec<Box<Blob>> {
        hashes.iter().map(|hash| self.blobs[hash].clone()).collect()
    }

    /// Builds empty blocks.
    pub(crate) fn build_empty(&mut self, count: u64) {
        for _ in 0..count {
            self.build(Body::default());
        }
    }

    /// Builds the next block.
    pub(crate) fn build(&mut self, body: Body) -> BlockRef {
        let receipts: Vec<_> = body.logs.into_iter().map(receipt).collect();
        let number = self.blocks.len() as u64;
        let seed = [number.to_be_bytes(), self.reorgs.to_be_bytes()].concat();
        let parent_hash = self.blocks.last().map_or(B256::ZERO, |b| b.header.hash_slow());
        let header = Header {
            parent_hash,
            number,
            timestamp: GENESIS_TIME + number * SLOT_S,
            transactions_root: alloy_consensus::proofs::ordered_trie_root_encoded(&body.transactions),
            receipts_root: receipts_root(&receipts),
            logs_bloom: logs_bloom(&receipts),
            mix_hash: keccak256(seed),
            base_fee_per_gas: Some(1_000_000_000 + number),
            excess_blob_gas: Some(1_000_000),
            blob_gas_used: Some(0),
            parent_beacon_block_root: Some(B256::with_last_byte(number as u8)),
            ..Header::default()
        };
        self.blocks.push(TestBlock {
            header,
            transactions: body.transactions,
            receipts,
        });
        self.head().reference()
    }

    /// Drops the last blocks; those that are built after it differ from any before.
    pub(crate) fn drop_blocks(&mut self, depth: usize) {
        self.blocks.truncate(self.blocks.len() - depth);
        self.reorgs += 1;
    }

    /// Remembers blobs, under hashes that need no KZG: the pipeline is given checked blobs.
    pub(crate) fn keep_blobs(&mut self, blobs: Vec<Box<Blob>>) -> Vec<B256> {
        let mut keep = |blob: Box<Blob>| {
            let hash = keccak256(blob.as_slice());
            self.blobs.insert(hash, blob);
            hash
        };
        blobs.into_iter().map(&mut keep).collect()
    }
}

impl Body {
    /// With a transaction.
    pub(crate) fn with(mut self, transaction: &Transaction) -> Self {
        self.transactions.push(transaction.encoded());
        self
    }

    /// With data of a batcher, one transaction each.
    pub(crate) fn batches(rollup: &RollupConfig, sender: &Wallet, data: impl IntoIterator<Item = Bytes>) -> Self {
        let mut body = Self::default();
        for data in data {
            body = body.with(&sender.calldata(rollup.batch_inbox_address, data));
        }
        body
    }

    /// With a deposit of that amount.
    pub(crate) fn deposit(mut self, rollup: &RollupConfig, from: Address, value: u64) -> Self {
        let value = U256::from(value).to_be_bytes::<32>();
        let opaque = [&value[..], &value, &100_000u64.to_be_bytes(), &[0]].concat();
        let topics = vec![
            TRANSACTION_DEPOSITED_TOPIC,
            from.into_word(),
            Address::repeat_byte(9).into_word(),
            B256::ZERO,
        ];
        let data = LogData::new_unchecked(topics, abi_bytes(&opaque));
        self.logs.push(Log {
            address: rollup.deposit_contract_address,
            data,
        });
        self
    }

    /// With an update of the system config.
    pub(crate) fn config_update(mut self, rollup: &RollupConfig, kind: u8, value: B256) -> Self {
        let topics = vec![CONFIG_UPDATE_TOPIC, B256::ZERO, B256::with_last_byte(kind)];
        let data = LogData::new_unchecked(topics, abi_bytes(value.as_slice()));
        self.logs.push(Log {
            address: rollup.l1_system_config_address,
            data,
        });
        self
    }
}

fn receipt(log: Log) -> Receipt {
    Receipt {
        tx_type: 2,
        success: true,
        logs: vec![log],
        ..Receipt::default()
    }
}

/// The ABI's encoding of one byte string.
fn abi_bytes(value: &[u8]) -> Bytes {
    let word = |number: usize| U256::from(number).to_be_bytes::<32>();
    let mut out = [word(32), word(value.len())].concat();
    out.extend_from_slice(value);
    out.resize(64 + value.len().next_multiple_of(32), 0);
    out.into()
}

/// That the two ways to compute the root of transactions agree is what the harness rests on.
#[test]
fn roots_agree() {
    let transaction = Wallet::new(1).calldata(Address::ZERO, Bytes::new());
    let root = alloy_consensus::proofs::ordered_trie_root_encoded(&[transaction.encoded()]);
    assert_eq!(root, transactions_root(&[transaction]));
}
