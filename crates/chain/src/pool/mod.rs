//! The transaction pool of either layer: what users sent and no block holds yet.
//!
//! On an L2 it takes no blob transactions, and charges the L1 and operator fees at the door.

mod admission;
mod bell;
mod best;
mod contents;
mod error;
pub mod limits;
mod pooled;
mod sender;

pub use admission::TRANSACTION_GAS_CAP;
pub use bell::Bell;
pub use best::Best;
pub use contents::{ByNonce, PoolContent, PoolStatus};
pub use error::PoolError;
pub use limits::PoolLimits;
pub use pooled::Pooled;

use crate::{BlockRecord, Chain, ChainEvent, ChainObserver};
use admission::{Conditions, SenderAccount};
use alloy_consensus::Transaction as _;
use alloy_primitives::{Address, B256, Bytes, KECCAK256_EMPTY, U256};
use contents::Contents;
use execute::StateSource;
use parking_lot::Mutex;
use protocol::{BlobSidecar, PooledTransaction, RecoveredTransaction, Rules, Transaction};
use revm::primitives::hardfork::SpecId;
use std::sync::{Arc, Weak};
use tokio::sync::broadcast;

/// The pool. Clones share it.
#[derive(Debug, Clone)]
pub struct Pool {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    chain: Chain,
    limits: PoolLimits,
    contents: Mutex<Contents>,
    pending_hashes: broadcast::Sender<B256>,
    bells: Mutex<Vec<Weak<Bell>>>,
}

impl Pool {
    /// An empty pool over a chain; it hears of every change of the chain from now on.
    pub fn new(chain: Chain, limits: PoolLimits) -> Self {
        let pending_hashes = broadcast::Sender::new(limits::SUBSCRIPTION_LAG_MAX);
        let (contents, bells) = (Mutex::default(), Mutex::default());
        let shared = Arc::new(Shared {
            chain,
            limits,
            contents,
            pending_hashes,
            bells,
        });
        let observer: Weak<dyn ChainObserver> = Arc::downgrade(&shared) as _;
        shared.chain.observe(observer);
        Self { shared }
    }

    /// Takes a transaction in network form, as `eth_sendRawTransaction` gets it.
    pub fn add_raw(&self, bytes: &Bytes) -> Result<B256, PoolError> {
        let pooled = PooledTransaction::decode(bytes).map_err(|error| PoolError::Undecodable {
            reason: error.to_string(),
        })?;
        self.add(pooled)
    }

    /// Takes a transaction, or says why not.
    pub fn add(&self, pooled: PooledTransaction) -> Result<B256, PoolError> {
        self.shared.add(pooled)
    }

    /// A transaction that waits.
    pub fn get(&self, hash: &B256) -> Option<Arc<Pooled>> {
        self.shared.contents.lock().get(hash).cloned()
    }

    /// The nonce after everything of the sender that a block could take now; nothing if none of it waits.
    pub fn pending_nonce(&self, sender: &Address) -> Option<u64> {
        self.shared.contents.lock().next_nonce(sender)
    }

    /// What a block could take now, best first.
    pub fn best(&self, base_fee_wei: u64, blob_base_fee_wei: u128) -> Best {
        self.shared.contents.lock().best(base_fee_wei, blob_base_fee_wei)
    }

    /// Everything, by sender and nonce.
    pub fn content(&self) -> PoolContent {
        self.shared.contents.lock().content()
    }

    /// How many wait.
    pub fn status(&self) -> PoolStatus {
        self.shared.contents.lock().status()
    }

    /// Gives up a transaction that a builder found not to be executable.
    pub fn remove(&self, hash: &B256) {
        self.shared.contents.lock().remove(hash);
    }

    /// The hashes of transactions that a block could take from now on, as they come.
    pub fn subscribe(&self) -> broadcast::Receiver<B256> {
        self.shared.pending_hashes.subscribe()
    }

    /// A bell that rings whenever there is more to take, for as long as the caller keeps it.
    pub fn bell(&self) -> Arc<Bell> {
        let bell = Arc::new(Bell::default());
        self.shared.bells.lock().push(Arc::downgrade(&bell));
        bell
    }
}

impl Shared {
    fn add(&self, pooled: PooledTransaction) -> Result<B256, PoolError> {
        let hash = pooled.transaction.hash();
        if self.contents.lock().get(&hash).is_some() {
            return Err(PoolError::AlreadyKnown);
        }
        let head = self.chain.head_record();
        let conditions = self.conditions(&head);
        conditions.check(&pooled.transaction)?;
        let sender = self
            .chain
            .senders()
            .sender(&pooled.transaction)
            .ok_or(PoolError::InvalidSender)?;
        let (account, cost_wei) = self.account_and_cost(&head, &pooled.transaction, sender)?;
        account.check(&pooled.transaction, cost_wei)?;
        let (transaction, sidecar) = self.check_sidecar(pooled, conditions.evm)?;
        let size_bytes = Pooled::length(&transaction);
        let transaction = RecoveredTransaction::new_unchecked(transaction, sender);
        let pooled = Pooled {
            transaction,
            size_bytes,
            cost_wei,
            arrival: 0,
        };
        self.insert(pooled, sidecar, account)?;
        Ok(hash)
    }

    fn conditions(&self, head: &BlockRecord) -> Conditions<'_> {
        let (spec, header) = (self.chain.spec(), head.header());
        Conditions {
            spec,
            evm: execute::spec_id(spec.ethereum_fork(header.number, header.timestamp, header.difficulty)),
            block_gas_limit: header.gas_limit,
            tip_min_wei: self.limits.tip_min_wei,
            takes_blobs: matches!(spec.rules, Rules::Ethereum(_)),
        }
    }

    fn account_and_cost(
        &self,
        head: &BlockRecord,
        transaction: &Transaction,
        address: Address,
    ) -> Result<(SenderAccount, U256), PoolError> {
        let state = self.chain.state_at(head.hash).map_err(unreadable)?;
        let state = state.ok_or_else(|| unreadable("the head is gone"))?;
        let account = state.account(address).map_err(unreadable)?.unwrap_or_default();
        if account.code_hash != KECCAK256_EMPTY {
            let code = state.code(account.code_hash).map_err(unreadable)?;
            if !admission::may_send(&code) {
                return Err(PoolError::SenderNotEoa(address));
            }
        }
        let cost_wei = upfront_cost_wei(transaction).saturating_add(self.l2_fees_wei(head, transaction));
        Ok((
            SenderAccount {
                address,
                nonce: account.nonce,
                balance_wei: account.balance,
            },
            cost_wei,
        ))
    }

    /// What an L2 charges beside gas: the fees for data and to the operator, as they are at the head. None on L1, nor over a
    /// genesis, which has no L1 attributes.
    fn l2_fees_wei(&self, head: &BlockRecord, transaction: &Transaction) -> U256 {
        let (Some(rules), Some(info)) = (self.chain.spec().op_stack(), head.l1_block_info()) else {
            return U256::ZERO;
        };
        let fork = rules.forks.latest(head.header().timestamp);
        let fee = execute::l1_fee(fork, &info, transaction, transaction.gas_limit());
        fee.map_or(U256::ZERO, |fee| fee.l1_fee_wei.saturating_add(fee.operator_fee_wei))
    }

    /// Checks the blobs, unless the chain has them from before.
    fn check_sidecar(
        &self,
        pooled: PooledTransaction,
        evm: SpecId,
    ) -> Result<(Transaction, Option<BlobSidecar>), PoolError> {
        let hash = pooled.transaction.hash();
        if pooled.sidecar.is_none() && self.chain.sidecars().get(hash).is_some() {
            return Ok((pooled.transaction, None));
        }
        admission::check_sidecar(pooled, evm.is_enabled_in(SpecId::OSAKA))
    }

    /// Takes a transaction in, and hands its blobs to the chain, which keeps them until a block includes it. Both under one
    /// lock: nobody takes the transaction without them, and who sends it a second time at the same moment changes nothing.
    fn insert(
        &self,
        mut pooled: Pooled,
        sidecar: Option<BlobSidecar>,
        account: SenderAccount,
    ) -> Result<(), PoolError> {
        let mut contents = self.contents.lock();
        pooled.arrival = contents.next_arrival();
        let pooled = Arc::new(pooled);
        contents.insert(Arc::clone(&pooled), (account.nonce, account.balance_wei), &self.limits)?;
        if let Some(sidecar) = sidecar {
            self.chain.sidecars().put(pooled.hash(), &sidecar);
        }
        let is_pending = contents.is_pending(&pooled);
        drop(contents);
        if is_pending {
            // Nobody listening is fine.
            self.pending_hashes.send(pooled.hash()).ok();
            self.ring();
        }
        Ok(())
    }

    fn ring(&self) {
        self.bells
            .lock()
            .retain(|bell| bell.upgrade().inspect(|bell| bell.ring()).is_some());
    }

    /// Takes the accounts as they are at the new head, then gives what the old branch held another chance.
    fn follow(&self, dropped: &[Arc<BlockRecord>]) {
        self.refresh_senders();
        let transactions = dropped.iter().flat_map(|record| record.transactions());
        for transaction in transactions.filter(|transaction| !transaction.is_deposit()) {
            let pooled = PooledTransaction {
                transaction: transaction.clone(),
                sidecar: None,
            };
            if let Err(reason) = self.add(pooled) {
                let hash = transaction.hash();
                tracing::debug!(target: "pool", %hash, %reason, "not returned after a reorg");
            }
        }
        self.ring();
    }

    /// Reads the accounts of all senders here, because anybody's transaction may move anybody's balance.
    fn refresh_senders(&self) {
        let senders = self.contents.lock().senders();
        if senders.is_empty() {
            return;
        }
        let Ok(Some(state)) = self.chain.state_at(self.chain.head().hash) else {
            return;
        };
        let read = |sender| {
            state
                .account(sender)
                .ok()
                .map(|account| (sender, account.unwrap_or_default()))
        };
        let accounts: Vec<_> = senders.into_iter().filter_map(read).collect();
        let mut contents = self.contents.lock();
        for (sender, account) in accounts {
            contents.update_sender(sender, account.nonce, account.balance);
        }
    }
}

fn unreadable(error: impl std::fmt::Display) -> PoolError {
    PoolError::State {
        reason: error.to_string(),
    }
}

/// What a transaction may cost its sender on either layer: value, gas and blob gas at the most it offers.
fn upfront_cost_wei(transaction: &Transaction) -> U256 {
    let gas = U256::from(transaction.gas_limit()).saturating_mul(U256::from(transaction.max_fee_per_gas()));
    let blob_fee = U256::from(transaction.max_fee_per_blob_gas().unwrap_or_default());
    let blob_gas = U256::from(transaction.blob_gas_used().unwrap_or_default());
    transaction
        .value()
        .saturating_add(gas)
        .saturating_add(blob_gas.saturating_mul(blob_fee))
}

impl ChainObserver for Shared {
    fn on_event(&self, event: &ChainEvent) {
        match event {
            ChainEvent::NewHead { .. } => self.follow(&[]),
            ChainEvent::Reorg { dropped, .. } => self.follow(dropped),
            ChainEvent::Labels(_) => {}
        }
    }
}
