//! L1 with the real contracts, as the nodes see it.

use alloy_primitives::{Address, B256, TxKind, U256};
use alloy_sol_types::SolCall;
use chain::BlockRecord;
use contracts::bindings::{L2OutputOracle as oracle, OptimismPortal as portal, SystemConfig as system_config};
use derive::L1Block;
use l1::{L1Heads, NextOutput, OracleParameters, ProposedOutput, TxCandidate, TxReceipt, Wallet};
use node::{L1Reader, L1Writer, OutputReader, SettlementContracts, SettlementReader};
use protocol::{BlockRef, Receipt, Transaction, blob::Blob};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tandem_testkit::{ContractL1, missing};
use tokio::sync::oneshot;

/// What an answer of outputs holds at most: little, so that a story needs several.
const OUTPUTS_MAX: u64 = 3;

/// How often an account looks whether L1 has taken what it sent before.
const RECOVERY_INTERVAL: Duration = Duration::from_millis(200);

/// A transaction that waits for its block.
pub(crate) struct Waiting {
    pub(crate) wallet: Wallet,
    pub(crate) candidate: TxCandidate,
    pub(crate) mined: oneshot::Sender<TxReceipt>,
}

/// L1 and what the nodes sent to it.
pub(crate) struct Shared {
    pub(crate) l1: ContractL1,
    pub(crate) waiting: Vec<Waiting>,
    /// Accounts without ether.
    pub(crate) poor: Vec<Address>,
}

#[derive(Clone)]
pub(crate) struct Port(pub(crate) Arc<Mutex<Shared>>);

impl Port {
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut ContractL1) -> T) -> T {
        work(&mut self.0.lock().unwrap().l1)
    }

    fn ask<C: SolCall>(&self, contract: Address, question: &C, at: B256) -> Result<C::Return, l1::Error> {
        self.with(|l1| l1.ask(contract, question, at)).map_err(refused)
    }

    /// How many transactions of an account wait for their block.
    pub(crate) fn pooled(&self, account: Address) -> usize {
        let shared = self.0.lock().unwrap();
        let waiting = shared.waiting.iter();
        waiting.filter(|waiting| waiting.wallet.address() == account).count()
    }

    pub(crate) fn oracle(&self) -> Address {
        self.with(|l1| l1.addresses().l2_output_oracle_proxy)
    }

    pub(crate) fn output(&self, index: u64, at: B256) -> Result<ProposedOutput, l1::Error> {
        let question = oracle::getL2OutputCall {
            l2OutputIndex: U256::from(index),
        };
        let found = self.ask(self.oracle(), &question, at)?;
        Ok(ProposedOutput {
            index,
            output_root: found.outputRoot,
            l1_timestamp_s: found.timestamp.try_into().unwrap(),
            l2_block_number: found.l2BlockNumber.try_into().unwrap(),
        })
    }

    /// Every output that stands at the head.
    pub(crate) fn outputs(&self) -> Vec<ProposedOutput> {
        let head = self.with(|l1| l1.head().hash);
        let count: u64 = self
            .ask(self.oracle(), &oracle::nextOutputIndexCall {}, head)
            .unwrap()
            .to();
        (0..count).map(|index| self.output(index, head).unwrap()).collect()
    }

    /// The L2 block that the next output has to be of.
    pub(crate) fn next_block_number(&self) -> u64 {
        let head = self.with(|l1| l1.head().hash);
        self.ask(self.oracle(), &oracle::nextBlockNumberCall {}, head)
            .unwrap()
            .to()
    }
}

fn refused(message: String) -> l1::Error {
    l1::Error::Refused {
        endpoint: "http://127.0.0.1:1".parse().unwrap(),
        request: "eth_call".into(),
        code: 3,
        message,
        data: None,
    }
}

fn input(block: &BlockRecord) -> L1Block {
    L1Block {
        header: block.header().clone(),
        transactions: block.transactions().iter().map(Transaction::encoded).collect(),
    }
}

impl L1Reader for Port {
    async fn block_by_number(&self, number: u64) -> Result<Option<L1Block>, l1::Error> {
        Ok(self.with(|l1| l1.block(number)).map(|block| input(&block)))
    }

    async fn block_by_hash(&self, hash: B256) -> Result<L1Block, l1::Error> {
        let found = self.with(|l1| l1.block_by_hash(hash));
        found.map(|block| input(&block)).ok_or_else(|| missing(hash))
    }

    async fn receipts(&self, block: B256) -> Result<Vec<Receipt>, l1::Error> {
        let found = self.with(|l1| l1.block_by_hash(block));
        found.map(|found| found.receipts.clone()).ok_or_else(|| missing(block))
    }

    async fn blobs(&self, _block: &BlockRef, _hashes: &[B256]) -> Result<Vec<Box<Blob>>, l1::Error> {
        Err(l1::Error::BeaconNotConfigured)
    }

    async fn heads(&self) -> Result<L1Heads, l1::Error> {
        Ok(self.with(|l1| L1Heads {
            latest: Some(l1.head()),
            safe: Some(l1.finalized()),
            finalized: Some(l1.finalized()),
        }))
    }
}

impl SettlementReader for Port {
    async fn contracts(&self, at: B256) -> Result<SettlementContracts, l1::Error> {
        let (oracle, portal, config) = self.with(|l1| {
            let of = l1.addresses();
            (
                of.l2_output_oracle_proxy,
                of.optimism_portal_proxy,
                of.system_config_proxy,
            )
        });
        Ok(SettlementContracts {
            parameters: OracleParameters {
                submission_interval_blocks: self.ask(oracle, &oracle::submissionIntervalCall {}, at)?.to(),
                l2_block_time_s: self.ask(oracle, &oracle::l2BlockTimeCall {}, at)?.to(),
                starting_block_number: self.ask(oracle, &oracle::startingBlockNumberCall {}, at)?.to(),
                starting_timestamp_s: self.ask(oracle, &oracle::startingTimestampCall {}, at)?.to(),
                proposer: self.ask(oracle, &oracle::proposerCall {}, at)?,
                challenger: self.ask(oracle, &oracle::challengerCall {}, at)?,
                finalization_period_s: self.ask(oracle, &oracle::finalizationPeriodSecondsCall {}, at)?.to(),
            },
            oracle_version: self.ask(oracle, &oracle::versionCall {}, at)?,
            portal_oracle: self.ask(portal, &portal::l2OracleCall {}, at)?,
            portal_system_config: self.ask(portal, &portal::systemConfigCall {}, at)?,
            portal_version: self.ask(portal, &portal::versionCall {}, at)?,
            system_config_portal: self.ask(config, &system_config::optimismPortalCall {}, at)?,
            system_config_batch_inbox: self.ask(config, &system_config::batchInboxCall {}, at)?,
        })
    }

    async fn next_output_index(&self, at: B256) -> Result<u64, l1::Error> {
        Ok(self.ask(self.oracle(), &oracle::nextOutputIndexCall {}, at)?.to())
    }

    async fn outputs_since(&self, index: u64, at: B256) -> Result<Vec<ProposedOutput>, l1::Error> {
        let end = self.next_output_index(at).await?.min(index + OUTPUTS_MAX);
        (index..end).map(|index| self.output(index, at)).collect()
    }

    async fn block_ref(&self, number: u64) -> Result<Option<BlockRef>, l1::Error> {
        Ok(self.with(|l1| l1.block_ref(number)))
    }

    fn delete(&self, index: u64) -> TxCandidate {
        let call = oracle::deleteL2OutputsCall {
            l2OutputIndex: U256::from(index),
        };
        TxCandidate::call(self.oracle(), call.abi_encode().into())
    }
}

impl OutputReader for Port {
    fn address(&self) -> Address {
        self.oracle()
    }

    async fn parameters(&self, l1_block: B256) -> Result<OracleParameters, l1::Error> {
        Ok(self.contracts(l1_block).await?.parameters)
    }

    async fn next(&self, l1_block: B256) -> Result<NextOutput, l1::Error> {
        Ok(NextOutput {
            index: self.next_output_index(l1_block).await?,
            l2_block_number: self.ask(self.oracle(), &oracle::nextBlockNumberCall {}, l1_block)?.to(),
        })
    }

    async fn outputs_since(&self, index: u64, l1_block: B256) -> Result<Vec<ProposedOutput>, l1::Error> {
        SettlementReader::outputs_since(self, index, l1_block).await
    }

    async fn canonical_hash(&self, number: u64) -> Result<Option<B256>, l1::Error> {
        Ok(self.with(|l1| l1.block_ref(number)).map(|block| block.hash))
    }

    fn propose(&self, output_root: B256, l2_block_number: u64, l1_block: &BlockRef) -> TxCandidate {
        let call = oracle::proposeL2OutputCall {
            outputRoot: output_root,
            l2BlockNumber: U256::from(l2_block_number),
            l1BlockHash: l1_block.hash,
            l1BlockNumber: U256::from(l1_block.number),
        };
        TxCandidate::call(self.oracle(), call.abi_encode().into())
    }
}

/// An account that a node writes with.
#[derive(Clone)]
pub(crate) struct Writer {
    pub(crate) port: Port,
    pub(crate) wallet: Wallet,
}

impl L1Writer for Writer {
    fn address(&self) -> Address {
        self.wallet.address()
    }

    async fn recover(&self) -> Result<u64, l1::Error> {
        while self.port.pooled(self.wallet.address()) > 0 {
            tokio::time::sleep(RECOVERY_INTERVAL).await;
        }
        Ok(self.port.with(|l1| l1.head().number))
    }

    async fn cancel(&self) -> Result<bool, l1::Error> {
        let mut shared = self.port.0.lock().unwrap();
        let before = shared.waiting.len();
        shared
            .waiting
            .retain(|waiting| waiting.wallet.address() != self.wallet.address());
        Ok(shared.waiting.len() < before)
    }

    async fn submit(
        &self,
        candidate: TxCandidate,
    ) -> Result<impl Future<Output = Result<TxReceipt, l1::Error>> + Send + 'static, l1::Error> {
        let (mined, receipt) = oneshot::channel();
        assert!(matches!(candidate.to, TxKind::Call(_)));
        if self.port.0.lock().unwrap().poor.contains(&self.wallet.address()) {
            return Err(l1::Error::InsufficientFunds {
                address: self.wallet.address(),
                balance_wei: U256::ZERO,
                needed_wei: U256::from(1),
            });
        }
        let wallet = self.wallet.clone();
        self.port.0.lock().unwrap().waiting.push(Waiting {
            wallet,
            candidate,
            mined,
        });
        Ok(async move { receipt.await.map_err(|_| missing("of a transaction that was dropped")) })
    }
}
