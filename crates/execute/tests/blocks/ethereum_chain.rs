//! A chain that goes through every fork of Ethereum from Frontier to Osaka, block by block.

use crate::support::{MemoryState, testdata, unzstd};
use alloy_consensus::Header;
use alloy_genesis::Genesis;
use alloy_primitives::B256;
use alloy_rlp::Decodable;
use protocol::{Block, ChainSpec, EthereumFork, K256, Transaction};
use serde_json::Value;
use tandem_execute::{Verdict, genesis_block, verify_block};

#[test]
fn the_execution_api_chain_imports_to_its_head() {
    let (_, _, header, hash) = import();
    let head: Value = serde_json::from_slice(&std::fs::read(testdata("execution-apis/headfcu.json")).unwrap()).unwrap();
    assert_eq!(head["params"][0]["headBlockHash"], hash.to_string());
    assert_eq!(header.number, 54);
}

/// Verifies the chain block by block: rules, and state, header and hash of its head.
pub(crate) fn import() -> (ChainSpec, MemoryState, Header, B256) {
    let genesis: Genesis = serde_json::from_slice(&unzstd("execution-apis/genesis.json.zst")).unwrap();
    let spec = ChainSpec::from_chain_config(&genesis.config).unwrap();
    let first = genesis_block(&spec, &genesis).unwrap();
    let mut state = MemoryState::genesis(&first);
    let (mut header, mut hash) = (first.header, first.hash);

    let chain = unzstd("execution-apis/chain.rlp.zst");
    let mut rest = chain.as_slice();
    let (mut forks, mut transactions) = (Vec::new(), 0);
    while !rest.is_empty() {
        let block = Block::decode(&mut rest).unwrap();
        let signer = |transaction: &Transaction| transaction.signer(&K256).unwrap();
        let senders: Vec<_> = block.body.transactions.iter().map(signer).collect();
        let verdict = verify_block(&spec, state.parent(&header, hash), &block, &senders).unwrap();
        let executed = match verdict {
            Verdict::Valid(executed) => executed,
            Verdict::Invalid(broken) => panic!("block {}: {broken}", block.header.number),
        };
        transactions += senders.len();
        forks.push(spec.ethereum_fork(block.header.number, block.header.timestamp, block.header.difficulty));
        (header, hash) = (block.header.clone(), block.header.hash_slow());
        state.apply(&header, hash, &executed.outcome.changes, &executed.trie);
    }
    assert!(transactions > 50, "{transactions} transactions");
    forks.dedup();
    assert_eq!(forks.first(), Some(&EthereumFork::Homestead));
    assert_eq!(forks.last(), Some(&EthereumFork::Osaka));
    assert!(forks.contains(&EthereumFork::Paris) && forks.contains(&EthereumFork::Prague));
    (spec, state, header, hash)
}
