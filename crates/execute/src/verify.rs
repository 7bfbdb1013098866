//! Re-executes a block and compares everything that its header says.

use crate::{
    BlockError, BlockExecutor, BlockOutcome, Error, Inclusion, InvalidBlock, Parent, StateSource, Verdict,
    header::{check_body, check_header},
    root::{message_passer_root, state_root},
    rules::BlockRules,
};
use alloc::boxed::Box;
use alloy_consensus::Header;
use alloy_primitives::Address;
use protocol::{Block, ChainSpec};
use trie::{NodeSource, StateTrieUpdate};

/// A block whose execution is known.
#[derive(Debug, Clone)]
pub struct ExecutedBlock {
    /// Receipts and state changes.
    pub outcome: BlockOutcome,
    /// The trie of the state after the block.
    pub trie: StateTrieUpdate,
}

/// Executes a block on its parent and compares: the verdict is `Valid` if every field of the header
/// is what the rules give. `senders` are those of the block's transactions, in order.
pub fn verify_block<S: StateSource, N: NodeSource>(
    spec: &ChainSpec,
    parent: Parent<'_, S, N>,
    block: &Block,
    senders: &[Address],
) -> Result<Verdict<ExecutedBlock>, BlockError<S, N>> {
    let checked =
        check_header(spec, parent.header, parent.hash, &block.header).and_then(|()| check_body(spec, block, senders));
    if let Err(broken) = checked {
        return Ok(Verdict::Invalid(broken));
    }
    let outcome = match execute_block(spec, &parent, block, senders)? {
        Verdict::Valid(outcome) => outcome,
        Verdict::Invalid(broken) => return Ok(Verdict::Invalid(broken)),
    };
    if let Err(broken) = check_outcome(&block.header, &outcome) {
        return Ok(Verdict::Invalid(broken));
    }
    let parent_root = parent.header.state_root;
    let trie = state_root(parent_root, &outcome.changes, &parent.nodes).map_err(Error::Trie)?;
    if trie.root != block.header.state_root {
        let (expected, got) = (trie.root, block.header.state_root);
        return Ok(Verdict::Invalid(InvalidBlock::StateRoot { expected, got }));
    }
    if BlockRules::of(spec, &block.header).is_isthmus() {
        let expected = Some(message_passer_root::<S, _>(parent_root, &trie, &parent.nodes)?);
        let got = block.header.withdrawals_root;
        if expected != got {
            return Ok(Verdict::Invalid(InvalidBlock::WithdrawalsRoot { expected, got }));
        }
    }
    Ok(Verdict::Valid(ExecutedBlock { outcome, trie }))
}

fn execute_block<S: StateSource, N: NodeSource>(
    spec: &ChainSpec,
    parent: &Parent<'_, S, N>,
    block: &Block,
    senders: &[Address],
) -> Result<Verdict<BlockOutcome>, BlockError<S, N>> {
    let mut executor = BlockExecutor::new(spec, &block.header, &parent.state);
    executor.begin().map_err(Error::widen)?;
    let transactions = block.body.transactions.iter().zip(senders);
    for (index, (transaction, sender)) in transactions.enumerate() {
        match executor.execute_from(transaction, *sender).map_err(Error::widen)? {
            Inclusion::Included(_) => {}
            Inclusion::Rejected(reason) => {
                return Ok(Verdict::Invalid(InvalidBlock::Transaction { index, reason }));
            }
        }
        if !executor.rules().is_byzantium() {
            let changes = executor.state().clone().into_changes();
            let trie = state_root(parent.header.state_root, &changes, &parent.nodes);
            executor.set_post_state(trie.map_err(Error::Trie)?.root);
        }
    }
    let withdrawals = block.body.withdrawals.as_deref().map_or(&[][..], |list| list);
    executor.finish(withdrawals, &block.body.ommers).map_err(Error::widen)
}

fn check_outcome(header: &Header, outcome: &BlockOutcome) -> Result<(), InvalidBlock> {
    if header.gas_used != outcome.gas_used {
        let (expected, got) = (outcome.gas_used, header.gas_used);
        return Err(InvalidBlock::GasUsed { expected, got });
    }
    if header.blob_gas_used != outcome.blob_gas_used {
        let (expected, got) = (outcome.blob_gas_used, header.blob_gas_used);
        return Err(InvalidBlock::BlobGasUsed { expected, got });
    }
    let requests_hash = outcome.requests.as_ref().map(|requests| requests.requests_hash());
    if header.requests_hash != requests_hash {
        let (expected, got) = (requests_hash, header.requests_hash);
        return Err(InvalidBlock::RequestsHash { expected, got });
    }
    let bloom = protocol::logs_bloom(&outcome.receipts);
    if header.logs_bloom != bloom {
        let (expected, got) = (Box::new(bloom), Box::new(header.logs_bloom));
        return Err(InvalidBlock::LogsBloom { expected, got });
    }
    let receipts_root = protocol::receipts_root(&outcome.receipts);
    if header.receipts_root != receipts_root {
        let (expected, got) = (receipts_root, header.receipts_root);
        return Err(InvalidBlock::ReceiptsRoot { expected, got });
    }
    Ok(())
}
