//! Builds a block from payload attributes and, where they allow it, from a pool.

use crate::{
    BlockError, BlockExecutor, Error, Executed, ExecutedBlock, Inclusion, InvalidBlock, InvalidTransaction, Parent,
    StateSource, Verdict,
    fees::da_size_scaled,
    header::{BLOCK_BYTES_MAX, draft_header},
    root::{message_passer_root, state_root},
};
use alloc::vec::Vec;
use alloy_consensus::{BlockBody, Header, Transaction as _};
use alloy_eips::eip4895::Withdrawals;
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_rlp::Encodable;
use protocol::{Block, ChainSpec, PayloadAttributes, RecoveredTransaction, Signatures, Transaction};
use trie::NodeSource;

/// The gas of the cheapest transaction: a block with less left is full.
const TX_GAS_MIN: u64 = 21_000;

/// Bytes of a block that its header and lists may take, of those that EIP-7934 allows.
const HEADER_BYTES_MARGIN: usize = 2_048;

/// Transactions that a block may have beside those that its attributes force on it, best first.
pub trait Candidates {
    /// The next one; nothing when there is none, or when time is up.
    fn next(&mut self) -> Option<RecoveredTransaction>;

    /// Hears that the last one was left out, and why. The block goes on with the next.
    fn rejected(&mut self, transaction: &RecoveredTransaction, reason: &InvalidTransaction);
}

/// No transactions beside the forced ones.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoCandidates;

impl Candidates for NoCandidates {
    fn next(&mut self) -> Option<RecoveredTransaction> {
        None
    }

    fn rejected(&mut self, _transaction: &RecoveredTransaction, _reason: &InvalidTransaction) {}
}

/// Whatever the attributes leave to the builder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildOptions {
    /// Extra data of an Ethereum block, 32 bytes at most. That of the OP Stack is the protocol's.
    pub extra_data: Bytes,
    /// Gas limit that an Ethereum block moves towards; the parent's when there is none.
    pub gas_limit: Option<u64>,
    /// Estimated compressed bytes that one candidate may have (`miner_setMaxDASize`).
    pub da_tx_bytes_max: Option<u64>,
    /// Estimated compressed bytes that all non-deposit transactions may have together.
    pub da_block_bytes_max: Option<u64>,
}

/// A block and what it does.
#[derive(Debug, Clone)]
pub struct Built {
    /// The sealed block.
    pub block: Block,
    /// Its hash.
    pub hash: B256,
    /// The senders of its transactions.
    pub senders: Vec<Address>,
    /// Priority fees that the fee recipient gets.
    pub value_wei: U256,
    /// Receipts, state changes and trie.
    pub executed: ExecutedBlock,
}

/// Reads the transactions that the attributes force on the block, and recovers their senders.
pub fn forced_transactions(
    attributes: &PayloadAttributes,
    signatures: &impl Signatures,
) -> Verdict<Vec<RecoveredTransaction>> {
    let read = |(index, bytes): (usize, &Bytes)| {
        let transaction = Transaction::decode(bytes).ok();
        transaction
            .and_then(|transaction| transaction.recovered(signatures))
            .ok_or(InvalidBlock::UnreadableTransaction { index })
    };
    attributes
        .transactions
        .iter()
        .enumerate()
        .map(read)
        .collect::<Result<_, _>>()
        .into()
}

/// Builds the block that the attributes describe. A forced transaction that cannot be part of the
/// block makes the payload invalid; a candidate that cannot is left out.
pub fn build_block<S: StateSource, N: NodeSource>(
    spec: &ChainSpec,
    parent: Parent<'_, S, N>,
    attributes: &PayloadAttributes,
    forced: &[RecoveredTransaction],
    candidates: &mut impl Candidates,
    options: &BuildOptions,
) -> Result<Verdict<Built>, BlockError<S, N>> {
    let header = match draft_header(spec, parent.header, parent.hash, attributes, options) {
        Ok(header) => header,
        Err(broken) => return Ok(Verdict::Invalid(broken)),
    };
    let mut builder = Builder::new(spec, &header, &parent.state, options);
    builder.executor.begin().map_err(Error::widen)?;
    if let Some(broken) = builder.add_forced(forced).map_err(Error::widen)? {
        return Ok(Verdict::Invalid(broken));
    }
    if !attributes.no_tx_pool {
        builder.fill(candidates).map_err(Error::widen)?;
    }
    let Builder {
        executor,
        transactions,
        senders,
        value_wei,
        ..
    } = builder;
    let withdrawals = attributes.withdrawals.clone().map(Withdrawals::new);
    let isthmus = executor.rules().is_isthmus();
    let finished = executor.finish(withdrawals.as_deref().map_or(&[][..], |list| list), &[]);
    let outcome = match finished.map_err(Error::widen)? {
        Verdict::Valid(outcome) => outcome,
        Verdict::Invalid(broken) => return Ok(Verdict::Invalid(broken)),
    };
    let parent_root = parent.header.state_root;
    let trie = state_root(parent_root, &outcome.changes, &parent.nodes).map_err(Error::Trie)?;
    let mut header = header.clone();
    if isthmus {
        let root = message_passer_root::<S, _>(parent_root, &trie, &parent.nodes)?;
        header.withdrawals_root = Some(root);
    }
    let executed = ExecutedBlock { outcome, trie };
    let block = seal(header, transactions, withdrawals, &executed);
    let hash = block.header.hash_slow();
    Ok(Verdict::Valid(Built {
        block,
        hash,
        senders,
        value_wei,
        executed,
    }))
}

/// Puts the results into the header.
fn seal(
    mut header: Header,
    transactions: Vec<Transaction>,
    withdrawals: Option<Withdrawals>,
    executed: &ExecutedBlock,
) -> Block {
    let outcome = &executed.outcome;
    header.state_root = executed.trie.root;
    header.transactions_root = protocol::transactions_root(&transactions);
    header.receipts_root = protocol::receipts_root(&outcome.receipts);
    header.logs_bloom = protocol::logs_bloom(&outcome.receipts);
    header.gas_used = outcome.gas_used;
    header.blob_gas_used = outcome.blob_gas_used;
    header.requests_hash = outcome.requests.as_ref().map(|requests| requests.requests_hash());
    Block::new(
        header,
        BlockBody {
            transactions,
            ommers: Vec::new(),
            withdrawals,
        },
    )
}

struct Builder<'a, S: StateSource> {
    executor: BlockExecutor<'a, S>,
    header: &'a Header,
    options: &'a BuildOptions,
    transactions: Vec<Transaction>,
    senders: Vec<Address>,
    value_wei: U256,
    da_bytes: u64,
    block_bytes: usize,
}

impl<'a, S: StateSource> Builder<'a, S> {
    fn new(spec: &ChainSpec, header: &'a Header, state: S, options: &'a BuildOptions) -> Self {
        Self {
            executor: BlockExecutor::new(spec, header, state),
            header,
            options,
            transactions: Vec::new(),
            senders: Vec::new(),
            value_wei: U256::ZERO,
            da_bytes: 0,
            block_bytes: HEADER_BYTES_MARGIN,
        }
    }

    fn add_forced(&mut self, forced: &[RecoveredTransaction]) -> Result<Option<InvalidBlock>, Error<S::Error>> {
        for (index, tx) in forced.iter().enumerate() {
            match self.executor.execute(tx)? {
                Inclusion::Included(executed) => self.add(tx.clone(), &executed),
                Inclusion::Rejected(reason) => {
                    return Ok(Some(InvalidBlock::Transaction { index, reason }));
                }
            }
        }
        Ok(None)
    }

    fn fill(&mut self, candidates: &mut impl Candidates) -> Result<(), Error<S::Error>> {
        while self.executor.gas_left() >= TX_GAS_MIN {
            let Some(tx) = candidates.next() else { break };
            let inclusion = match self.check_size(tx.inner()) {
                Some(too_large) => Inclusion::Rejected(too_large),
                None => self.executor.execute(&tx)?,
            };
            match inclusion {
                Inclusion::Included(executed) => self.add(tx, &executed),
                Inclusion::Rejected(reason) => candidates.rejected(&tx, &reason),
            }
        }
        Ok(())
    }

    /// Limits on a transaction's size that are the builder's and not the protocol's, and EIP-7934's.
    fn check_size(&self, transaction: &Transaction) -> Option<InvalidTransaction> {
        let BuildOptions {
            da_tx_bytes_max,
            da_block_bytes_max,
            ..
        } = *self.options;
        if da_tx_bytes_max.is_some() || da_block_bytes_max.is_some() {
            let bytes = da_bytes(transaction);
            let block_left = da_block_bytes_max.map(|max| max.saturating_sub(self.da_bytes));
            let max = da_tx_bytes_max.into_iter().chain(block_left).min().unwrap_or(u64::MAX);
            if bytes > max {
                return Some(InvalidTransaction::DaSize { bytes, max });
            }
        }
        let max = BLOCK_BYTES_MAX.saturating_sub(self.block_bytes);
        let bytes = transaction.length();
        let too_large = bytes > max && self.executor.rules().has_block_bytes_max();
        too_large.then_some(InvalidTransaction::BlockBytes { bytes, available: max })
    }

    fn add(&mut self, tx: RecoveredTransaction, executed: &Executed) {
        let (transaction, sender) = tx.into_parts();
        let base_fee = self.header.base_fee_per_gas.unwrap_or_default();
        let tip_wei = transaction.effective_tip_per_gas(base_fee).unwrap_or_default();
        let fee_wei = U256::from(tip_wei).saturating_mul(U256::from(executed.gas_used));
        self.value_wei = self.value_wei.saturating_add(fee_wei);
        if self.options.da_block_bytes_max.is_some() && !transaction.is_deposit() {
            self.da_bytes = self.da_bytes.saturating_add(da_bytes(&transaction));
        }
        self.block_bytes = self.block_bytes.saturating_add(transaction.length());
        self.transactions.push(transaction);
        self.senders.push(sender);
    }
}

fn da_bytes(transaction: &Transaction) -> u64 {
    da_size_scaled(&transaction.encoded()).wrapping_div(crate::fees::DA_SIZE_SCALE)
}
