//! An L1 with the real contracts on it, executed under Ethereum's rules, that a test makes block by block and reorganises at will.

use crate::Rollup;
use alloy_consensus::TxEip1559;
use alloy_eips::BlockNumHash;
use alloy_primitives::{Address, B256, Bytes, TxKind, U256, keccak256};
use alloy_rpc_types_engine::ForkchoiceState;
use alloy_sol_types::SolCall;
use chain::{BlockRecord, Chain, Config, Secp256k1};
use contracts::{Addresses, DeploymentConfig, DeploymentPlan, L1GenesisConfig, PREFUNDED};
use execute::{
    BuildOptions, CachedState, Call, Candidates, InvalidTransaction, Parent, StateSource, Verdict, build_block, call,
};
use l1::Wallet;
use protocol::{BlockRef, Fork, PayloadAttributes, RecoveredTransaction, Transaction};
use std::{collections::VecDeque, sync::Arc};
use tempfile::TempDir;

const L1_CHAIN_ID: u64 = 900;
const L2_CHAIN_ID: u64 = 901;
const GAS_LIMIT: u64 = 4_000_000;
const CALL_GAS: u64 = 30_000_000;
const MAX_FEE_WEI: u128 = 100_000_000_000;

/// The chain, its contracts, and what waits for the next block.
#[derive(Debug)]
pub struct ContractL1 {
    chain: Chain,
    _datadir: TempDir,
    addresses: Addresses,
    slot_s: u64,
    finality_blocks: u64,
    pool: VecDeque<RecoveredTransaction>,
    /// Counts reorganisations, and is part of every header, so that no block returns under its old hash.
    reorgs: u64,
}

impl ContractL1 {
    /// An L1 whose first block deploys the devnet's contracts: outputs every `submission_interval` L2 blocks, deletable for
    /// `finalization_period_s` seconds.
    pub fn new(
        genesis_time: u64,
        slot_s: u64,
        finality_blocks: u64,
        submission_interval: u64,
        finalization_period_s: u64,
    ) -> Self {
        let datadir = tempfile::tempdir().expect("a temporary folder");
        let genesis = contracts::l1_genesis(&L1GenesisConfig::devnet(genesis_time));
        let chain = Chain::open(Config::new(datadir.path(), genesis)).expect("a fresh chain");
        let deployment = DeploymentConfig {
            submission_interval,
            finalization_period_s,
            ..DeploymentConfig::devnet(PREFUNDED[0].address, 0, L2_CHAIN_ID)
        };
        let plan = DeploymentPlan::new(&deployment).expect("invariant: the devnet's deployment is valid");
        let mut l1 = Self {
            chain,
            _datadir: datadir,
            addresses: plan.addresses,
            slot_s,
            finality_blocks,
            pool: VecDeque::new(),
            reorgs: 0,
        };
        let deployer = Rollup::user(0);
        for planned in plan.transactions {
            let to = planned.to.map_or(TxKind::Create, TxKind::Call);
            l1.submit(&deployer, to, planned.input, U256::ZERO, planned.gas_limit);
        }
        let deployed = l1.mine();
        let failed = deployed.receipts.iter().position(|receipt| !receipt.success);
        assert_eq!(failed, None, "a transaction of the deployment fails");
        l1
    }

    /// The rollup that begins at the block of the deployment.
    pub fn rollup(&self, fork: Fork) -> Rollup {
        let start = self
            .block_ref(1)
            .expect("invariant: the contracts are deployed in the first block");
        Rollup::beginning_at(start, fork)
    }

    /// Where the contracts are.
    pub const fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Its blocks and states.
    pub const fn chain(&self) -> &Chain {
        &self.chain
    }

    /// The newest block.
    pub fn head(&self) -> BlockRef {
        reference(&self.chain.head_record())
    }

    /// The newest block that no test may drop any more.
    pub fn finalized(&self) -> BlockRef {
        let number = self.head().number.saturating_sub(self.finality_blocks);
        self.block_ref(number)
            .expect("invariant: every block up to the head is there")
    }

    /// The canonical block of a number.
    pub fn block(&self, number: u64) -> Option<Arc<BlockRecord>> {
        self.chain.record_by_number(number).expect("a readable store")
    }

    /// What places the canonical block of a number.
    pub fn block_ref(&self, number: u64) -> Option<BlockRef> {
        self.block(number).map(|block| reference(&block))
    }

    /// A block of any chain that there was, by its hash.
    pub fn block_by_hash(&self, hash: B256) -> Option<Arc<BlockRecord>> {
        self.chain.record(hash).expect("a readable store")
    }

    /// Has a call wait for the next block, and answers with its transaction's hash.
    pub fn send(&mut self, sender: &Wallet, to: Address, data: Bytes, value: U256) -> B256 {
        self.submit(sender, TxKind::Call(to), data, value, GAS_LIMIT)
    }

    fn submit(&mut self, sender: &Wallet, to: TxKind, input: Bytes, value: U256, gas_limit: u64) -> B256 {
        let queued = self.pool.iter().filter(|queued| queued.signer() == sender.address());
        let body = TxEip1559 {
            chain_id: L1_CHAIN_ID,
            nonce: self.nonce(sender.address()) + queued.count() as u64,
            gas_limit,
            max_fee_per_gas: MAX_FEE_WEI,
            to,
            value,
            input,
            ..TxEip1559::default()
        };
        let transaction = Transaction::Eip1559(sender.sign(body));
        let hash = transaction.hash();
        let recovered = transaction.recovered(&Secp256k1).expect("our own signature");
        self.pool.push_back(recovered);
        hash
    }

    fn nonce(&self, address: Address) -> u64 {
        let state = self.chain.state_at(self.chain.head().hash);
        let state = state.expect("a readable store").expect("the head is known");
        let account = state.account(address).expect("a readable store");
        account.map_or(0, |account| account.nonce)
    }

    /// Makes the next slot's block of everything that waits.
    pub fn mine(&mut self) -> Arc<BlockRecord> {
        let parent = self.chain.head_record();
        let state = self.chain.state_at(parent.hash);
        let state = state.expect("a readable store").expect("the head is known");
        let on = Parent {
            header: state.header(),
            hash: parent.hash,
            state: &state,
            nodes: &state,
        };
        let number = parent.header().number + 1;
        let attributes = PayloadAttributes {
            timestamp: parent.header().timestamp + self.slot_s,
            prev_randao: keccak256([number.to_be_bytes(), self.reorgs.to_be_bytes()].concat()),
            withdrawals: Some(Vec::new()),
            parent_beacon_block_root: Some(keccak256(number.to_be_bytes())),
            ..PayloadAttributes::default()
        };
        let mut pool = Queue(std::mem::take(&mut self.pool));
        let options = BuildOptions::default();
        let built = build_block(self.chain.spec(), on, &attributes, &[], &mut pool, &options);
        let Verdict::Valid(built) = built.expect("a readable store") else {
            panic!("L1's block is valid");
        };
        let imported = self.chain.import_built(built.block).expect("a writable store");
        assert!(imported.is_valid(), "the gate refuses what was built: {imported:?}");
        self.choose(built.hash);
        self.block_by_hash(built.hash).expect("just imported")
    }

    /// Drops the newest `depth` blocks, and what was in them.
    pub fn drop_blocks(&mut self, depth: u64) {
        let number = self.head().number.saturating_sub(depth).max(1);
        let kept = self
            .block_ref(number)
            .expect("invariant: every block up to the head is there");
        self.reorgs += 1;
        self.choose(kept.hash);
    }

    fn choose(&self, head_block_hash: B256) {
        let state = ForkchoiceState {
            head_block_hash,
            ..ForkchoiceState::default()
        };
        let chosen = self.chain.fork_choice_updated(state).expect("a writable store");
        assert!(chosen.is_valid(), "the fork choice is refused: {chosen:?}");
    }

    /// What a contract answers as of a block; the reason if it does not.
    pub fn ask<C: SolCall>(&self, contract: Address, question: &C, at: B256) -> Result<C::Return, String> {
        let state = self
            .chain
            .state_at(at)
            .expect("a readable store")
            .ok_or("no such block")?;
        let header = state.header().clone();
        let question = Call {
            to: TxKind::Call(contract),
            gas_limit: CALL_GAS,
            data: question.abi_encode().into(),
            ..Call::default()
        };
        let outcome = call(self.chain.spec(), &header, CachedState::new(state), &question).expect("a readable store");
        let result = outcome.result.map_err(|invalid| invalid.to_string())?;
        if !result.is_success() {
            return Err(format!("execution reverted: {:?}", result.output()));
        }
        let output = result.into_output().unwrap_or_default();
        C::abi_decode_returns(&output).map_err(|error| error.to_string())
    }
}

fn reference(block: &BlockRecord) -> BlockRef {
    BlockRef::from_header(block.hash, block.header())
}

/// Number and hash of the block that has a transaction, and whether it succeeded there.
pub fn inclusion(block: &BlockRecord, transaction: B256) -> Option<(BlockNumHash, bool)> {
    let index = block
        .transaction_hashes()
        .iter()
        .position(|hash| *hash == transaction)?;
    Some((block.id(), block.receipts.get(index)?.success))
}

/// Transactions in the order in which they were sent.
struct Queue(VecDeque<RecoveredTransaction>);

impl Candidates for Queue {
    fn next(&mut self) -> Option<RecoveredTransaction> {
        self.0.pop_front()
    }

    fn rejected(&mut self, transaction: &RecoveredTransaction, reason: &InvalidTransaction) {
        panic!("L1 refuses a transaction of {}: {reason}", transaction.signer());
    }
}
