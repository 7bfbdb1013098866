//! An L1 with a pool of geth's rules, that mines when it is told, or after some looks at it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use alloy_consensus::{EthereumTxEnvelope, Header, Transaction, TxEip4844WithSidecar, transaction::SignerRecoverable};
use alloy_eips::{eip2718::Decodable2718, eip7594::BlobTransactionSidecarVariant};
use alloy_primitives::{Address, B256, Bytes, TxKind, U64};
use serde_json::{Value, json};

use crate::peer::{Answer, METHOD_NOT_FOUND, Node};

pub(crate) const CHAIN_ID: u64 = 900;
const GWEI: u128 = 1_000_000_000;

pub(crate) type Pooled = EthereumTxEnvelope<TxEip4844WithSidecar<BlobTransactionSidecarVariant>>;

/// One account's view of an L1.
#[derive(Default)]
pub(crate) struct SimulatedL1 {
    state: Mutex<State>,
}

#[derive(Default)]
pub(crate) struct State {
    /// Transactions by block.
    pub(crate) blocks: Vec<Vec<Pooled>>,
    /// The pool, by nonce.
    pub(crate) pool: BTreeMap<u64, Pooled>,
    /// Every version of every transaction that the pool ever took, in order.
    pub(crate) taken: Vec<Pooled>,
    /// What the pool pretends to hold under the lowest nonce, from an earlier life: blobs or not.
    pub(crate) leftover_has_blobs: Option<bool>,
    /// Mines a block after that many looks at receipts; never if none.
    pub(crate) looks_a_block: Option<u32>,
    /// Blocks hold nothing that offers less.
    pub(crate) base_fee_wei: u128,
    /// Answers to the next submissions, instead of the pool's own.
    pub(crate) refusals: Vec<&'static str>,
    /// Takes the next submission, but loses the answer.
    pub(crate) loses_next_answer: bool,
    looks: u32,
}

impl SimulatedL1 {
    pub(crate) fn new(looks_a_block: Option<u32>) -> Self {
        let state = State {
            blocks: vec![Vec::new()],
            base_fee_wei: GWEI,
            looks_a_block,
            ..State::default()
        };
        Self {
            state: Mutex::new(state),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl State {
    pub(crate) fn nonce(&self) -> u64 {
        self.blocks.iter().map(|block| block.len() as u64).sum()
    }

    /// Mines what the pool holds without gaps and what pays the base fee.
    pub(crate) fn mine(&mut self) {
        let mut block = Vec::new();
        let mut nonce = self.nonce();
        while self
            .pool
            .get(&nonce)
            .is_some_and(|transaction| transaction.max_fee_per_gas() >= self.base_fee_wei)
        {
            block.extend(self.pool.remove(&nonce));
            nonce += 1;
        }
        self.blocks.push(block);
    }

    /// Takes the last block away; its transactions are lost.
    pub(crate) fn drop_block(&mut self) {
        self.blocks.pop();
    }

    fn submit(&mut self, raw: &Bytes) -> Answer {
        let transaction = Pooled::decode_2718_exact(raw).unwrap();
        assert_eq!(transaction.chain_id(), Some(CHAIN_ID));
        transaction.recover_signer().unwrap();
        if let Some(refusal) = self.refusals.pop() {
            return Err((-32000, refusal));
        }
        self.check(&transaction).map_err(|message| (-32000, message))?;
        let hash = *transaction.hash();
        self.leftover_has_blobs = None;
        self.taken.push(transaction.clone());
        self.pool.insert(transaction.nonce(), transaction);
        if std::mem::take(&mut self.loses_next_answer) {
            return Err((-32005, "rate limit"));
        }
        Ok(json!(hash))
    }

    /// The rules of geth's pools.
    fn check(&self, transaction: &Pooled) -> Result<(), &'static str> {
        let has_blobs = transaction.is_eip4844();
        let pooled = self.pool.get(&transaction.nonce());
        if pooled.is_some_and(|pooled| pooled.hash() == transaction.hash()) {
            return Err("already known");
        }
        if transaction.nonce() < self.nonce() {
            return Err("nonce too low");
        }
        let others = self.pool.values().any(|pooled| pooled.is_eip4844() != has_blobs);
        if others || self.leftover_has_blobs.is_some_and(|leftover| leftover != has_blobs) {
            return Err("address already reserved");
        }
        let percent = if has_blobs { 200 } else { 110 };
        match pooled {
            Some(pooled) if !pays_more(pooled, transaction, percent) => Err("replacement transaction underpriced"),
            _ => Ok(()),
        }
    }

    fn receipt(&mut self, hash: B256) -> Value {
        self.looks += 1;
        if self.looks_a_block.is_some_and(|looks| self.looks.is_multiple_of(looks)) {
            self.mine();
        }
        let found =
            self.blocks.iter().enumerate().find_map(|(number, block)| {
                Some((number, block.iter().find(|transaction| *transaction.hash() == hash)?))
            });
        let Some((number, transaction)) = found else {
            return Value::Null;
        };
        json!({
            "transactionHash": hash,
            "blockHash": header(number as u64, self.base_fee_wei).hash_slow(),
            "blockNumber": U64::from(number),
            "status": if transaction.input().starts_with(b"fail") { "0x0" } else { "0x1" },
            "gasUsed": "0x5208",
            "effectiveGasPrice": "0x3",
            "contractAddress": (transaction.kind() == TxKind::Create).then_some(Address::ZERO),
            "logs": [],
        })
    }
}

fn pays_more(pooled: &Pooled, offered: &Pooled, percent: u128) -> bool {
    let fees = |transaction: &Pooled| {
        let tip = transaction.max_priority_fee_per_gas().unwrap();
        [
            tip,
            transaction.max_fee_per_gas(),
            transaction.max_fee_per_blob_gas().unwrap_or_default(),
        ]
    };
    fees(pooled)
        .iter()
        .zip(fees(offered))
        .all(|(before, now)| now * 100 >= before * percent)
}

fn header(number: u64, base_fee_wei: u128) -> Header {
    Header {
        number,
        base_fee_per_gas: Some(base_fee_wei as u64),
        ..Header::default()
    }
}

impl Node for SimulatedL1 {
    fn answer(&self, method: &str, params: &[Value]) -> Answer {
        let mut state = self.state();
        match method {
            "eth_chainId" => Ok(json!(U64::from(CHAIN_ID))),
            "eth_maxPriorityFeePerGas" | "eth_blobBaseFee" => Ok(json!(U64::from(GWEI as u64))),
            "eth_estimateGas" => Ok(json!("0x5208")),
            "eth_getBalance" => Ok(json!("0x7")),
            "eth_blockNumber" => Ok(json!(U64::from(state.blocks.len() - 1))),
            "eth_getBlockByNumber" => {
                let header = header(state.blocks.len() as u64 - 1, state.base_fee_wei);
                let mut json = serde_json::to_value(&header).unwrap();
                json["hash"] = json!(header.hash_slow());
                Ok(json)
            }
            "eth_getTransactionCount" => {
                let leftovers = u64::from(state.leftover_has_blobs.is_some());
                let pooled = if params[1] == json!("pending") {
                    state.pool.len() as u64 + leftovers
                } else {
                    0
                };
                Ok(json!(U64::from(state.nonce() + pooled)))
            }
            "eth_getTransactionReceipt" => Ok(state.receipt(serde_json::from_value(params[0].clone()).unwrap())),
            "eth_sendRawTransaction" => state.submit(&serde_json::from_value(params[0].clone()).unwrap()),
            _ => Err(METHOD_NOT_FOUND),
        }
    }
}
