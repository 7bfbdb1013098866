//! The execution client of a party: a chain in a temporary folder, which builds and imports through the one execution path.

use std::sync::Arc;

use alloy_primitives::{Address, B256, U256};
use alloy_rpc_types_engine::ForkchoiceState;
use chain::{BlockRecord, Chain, Config, Secp256k1};
use execute::{BuildOptions, NoCandidates, Parent, StateSource, Verdict, build_block, forced_transactions};
use protocol::PayloadAttributes;
use tempfile::TempDir;

use crate::Rollup;

/// A chain and its folder.
#[derive(Debug)]
pub struct Execution {
    chain: Chain,
    _datadir: TempDir,
}

impl Execution {
    /// A fresh chain on the rollup's genesis.
    pub fn new(rollup: &Rollup) -> Self {
        let datadir = tempfile::tempdir().expect("a temporary folder");
        let config = Config {
            genesis_hash: Some(rollup.genesis_hash()),
            ..Config::new(datadir.path(), rollup.genesis.clone())
        };
        Self {
            chain: Chain::open(config).expect("a fresh chain"),
            _datadir: datadir,
        }
    }

    /// The chain.
    pub const fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Builds a block of the attributes' transactions on `parent` and imports it; `None` if no valid block comes of them.
    pub fn build(&self, parent: B256, attributes: &PayloadAttributes) -> Option<Arc<BlockRecord>> {
        let state = self
            .chain
            .state_at(parent)
            .expect("a readable store")
            .expect("the parent is known");
        let forced = forced_transactions(attributes, &Secp256k1).valid()?;
        let on = Parent {
            header: state.header(),
            hash: parent,
            state: &state,
            nodes: &state,
        };
        let options = BuildOptions::default();
        let verdict = build_block(self.chain.spec(), on, attributes, &forced, &mut NoCandidates, &options);
        let Verdict::Valid(built) = verdict.expect("a readable store") else {
            return None;
        };
        let imported = self.chain.import_built(built.block).expect("a writable store");
        assert!(imported.is_valid(), "the gate refuses what was built: {imported:?}");
        self.chain.record(built.hash).expect("a readable store")
    }

    /// Moves the labels of the fork choice; `safe` and `finalized` may be zero for none.
    pub fn choose(&self, head: B256, safe: B256, finalized: B256) {
        let state = ForkchoiceState {
            head_block_hash: head,
            safe_block_hash: safe,
            finalized_block_hash: finalized,
        };
        let verdict = self.chain.fork_choice_updated(state).expect("a writable store");
        assert!(verdict.is_valid(), "the fork choice is refused: {verdict:?}");
    }

    /// The canonical block of a number.
    pub fn block(&self, number: u64) -> Option<Arc<BlockRecord>> {
        self.chain.record_by_number(number).expect("a readable store")
    }

    /// What an account holds after a block.
    pub fn balance(&self, block: B256, address: Address) -> U256 {
        let state = self
            .chain
            .state_at(block)
            .expect("a readable store")
            .expect("the block is known");
        state
            .account(address)
            .expect("a readable store")
            .map_or(U256::ZERO, |account| account.balance)
    }
}
