//! L1 Traversal: reads one L1 block after the other, and keeps the system config as of each.
//!
//! This system config says who may send batches. The one that blocks are built under is kept by the
//! pipeline, and follows the parent L2 block.

use alloc::{sync::Arc, vec::Vec};

use alloy_consensus::proofs::ordered_trie_root_encoded;
use alloy_primitives::{Address, B256, Bloom, BloomInput, Bytes};
use protocol::{BlockRef, CONFIG_UPDATE_TOPIC, Receipt, SystemConfig, TRANSACTION_DEPOSITED_TOPIC, receipts_root};

use super::{Chains, Origin, Pause, Pull};
use crate::{Error, InputFault, L1Block, L1Link, Need, ResetPoint, ResetReason};

/// The first stage.
#[derive(Debug)]
pub(crate) struct L1Traversal {
    chains: Chains,
    system_config: SystemConfig,
    base: BlockRef,
    origin: Option<Arc<Origin>>,
    /// The origin's transactions, until they are taken.
    transactions: Option<Vec<Bytes>>,
    /// The next block, whose receipts are needed.
    pending: Option<(BlockRef, L1Block)>,
    l1_head: Option<u64>,
    fault: Option<ResetReason>,
}

impl L1Traversal {
    pub(crate) fn new(chains: Chains, start: &ResetPoint) -> Self {
        Self {
            chains,
            system_config: start.l1_base_system_config,
            base: start.l1_base,
            origin: None,
            transactions: None,
            pending: None,
            l1_head: None,
            fault: None,
        }
    }

    /// Starts again from another block. The known L1 head stays.
    pub(crate) fn reset(&mut self, start: &ResetPoint) {
        let l1_head = self.l1_head;
        *self = Self {
            l1_head,
            ..Self::new(self.chains.clone(), start)
        };
    }

    /// Says how far L1 can be read.
    pub(crate) fn set_l1_head(&mut self, number: u64) {
        self.l1_head = Some(number);
    }

    /// The block that is being read; none before the first is there.
    pub(crate) const fn origin(&self) -> Option<&Arc<Origin>> {
        self.origin.as_ref()
    }

    /// The system config as of the block that is being read.
    pub(crate) const fn system_config(&self) -> &SystemConfig {
        &self.system_config
    }

    /// The transactions of the block that is being read, once.
    pub(crate) fn take_transactions(&mut self) -> Option<Vec<Bytes>> {
        self.transactions.take()
    }

    /// Asks for the next block. Answers `Ok` when a block is there that was not read yet.
    pub(crate) fn advance(&mut self) -> Pull<()> {
        if let Some(fault) = self.fault {
            return Err(Pause::Reset(fault));
        }
        if self.transactions.is_some() {
            return Ok(());
        }
        if let Some((block, _)) = &self.pending {
            return Err(Pause::Need(Need::L1Receipts { block: block.id() }));
        }
        let (number, link) = self.next_block();
        let is_known = self.l1_head.is_some_and(|head| number <= head);
        if is_known || self.origin.is_none() {
            Err(Pause::Need(Need::L1Block { number, link }))
        } else {
            Err(Pause::Idle { next_l1: number })
        }
    }

    /// Which block comes next.
    fn next_block(&self) -> (u64, L1Link) {
        match &self.origin {
            None => (self.base.number, L1Link::Hash(self.base.hash)),
            Some(origin) => (origin.block.number.saturating_add(1), L1Link::Parent(origin.block.hash)),
        }
    }

    pub(crate) fn push_block(&mut self, block: L1Block) -> Result<(), Error> {
        if self.pending.is_some() || self.transactions.is_some() || self.fault.is_some() {
            return Err(Error::NotNeeded);
        }
        let (number, link) = self.next_block();
        let wrong = |fault| Error::WrongInput { number, fault };
        if block.header.number != number {
            return Err(wrong(InputFault::Number(block.header.number)));
        }
        let root = ordered_trie_root_encoded(&block.transactions);
        if root != block.header.transactions_root {
            return Err(wrong(InputFault::TransactionsRoot(root)));
        }
        let reference = BlockRef::from_header(block.header.hash_slow(), &block.header);
        let (expected, found) = match link {
            L1Link::Hash(hash) => (hash, reference.hash),
            L1Link::Parent(hash) => (hash, reference.parent_hash),
        };
        if expected != found {
            self.fault = Some(ResetReason::L1Reorg {
                number,
                expected,
                found,
            });
        } else if self.origin.is_some() && self.has_events(&block.header.logs_bloom) {
            self.pending = Some((reference, block));
        } else {
            self.enter(reference, block, &[]);
        }
        Ok(())
    }

    pub(crate) fn push_receipts(&mut self, hash: B256, receipts: &[Receipt]) -> Result<(), Error> {
        let (block, content) = self.pending.take().ok_or(Error::NotNeeded)?;
        let root = receipts_root(receipts);
        let fault = if hash != block.hash {
            Some(InputFault::Block(hash))
        } else if root != content.header.receipts_root {
            Some(InputFault::ReceiptsRoot(root))
        } else {
            None
        };
        if let Some(fault) = fault {
            self.pending = Some((block, content));
            return Err(Error::WrongInput {
                number: block.number,
                fault,
            });
        }
        self.enter(block, content, receipts);
        Ok(())
    }

    /// Whether a block with that bloom filter may hold deposits or updates of the system config.
    fn has_events(&self, bloom: &Bloom) -> bool {
        let rollup = &self.chains.rollup;
        let may_hold = |address: Address, topic: B256| {
            bloom.contains_input(BloomInput::Raw(address.as_slice()))
                && bloom.contains_input(BloomInput::Raw(topic.as_slice()))
        };
        may_hold(rollup.deposit_contract_address, TRANSACTION_DEPOSITED_TOPIC)
            || may_hold(rollup.l1_system_config_address, CONFIG_UPDATE_TOPIC)
    }

    /// Makes a block the one that is being read.
    fn enter(&mut self, block: BlockRef, content: L1Block, receipts: &[Receipt]) {
        let rollup = &self.chains.rollup;
        self.system_config.apply_receipts(rollup, receipts);
        self.origin = Some(Arc::new(Origin::new(rollup, block, content.header, receipts)));
        self.transactions = Some(content.transactions);
    }
}
