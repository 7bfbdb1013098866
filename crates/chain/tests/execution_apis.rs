//! The published chain from Frontier to Osaka comes out block for block, also across restarts.

use alloy_genesis::Genesis;
use alloy_primitives::{B256, b256};
use alloy_rlp::Decodable;
use alloy_rpc_types_engine::ForkchoiceState;
use protocol::Block;
use std::path::Path;
use tandem_chain::{Chain, Config, ImportVerdict};

/// The head that `headfcu.json` names.
const HEAD: B256 = b256!("d226371d0b1551adb03fb52b71f08e3e11247fe9b1af994768af8cdaa8e7dcd7");

fn vector(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../testdata/execution-apis")
        .join(name);
    zstd::decode_all(std::fs::File::open(path).unwrap()).unwrap()
}

fn blocks() -> Vec<Block> {
    let bytes = vector("chain.rlp.zst");
    let mut rest = &bytes[..];
    std::iter::from_fn(|| (!rest.is_empty()).then(|| Block::decode(&mut rest).unwrap())).collect()
}

fn open(datadir: &Path, commit_interval_blocks: u64) -> Chain {
    let genesis: Genesis = serde_json::from_slice(&vector("genesis.json.zst")).unwrap();
    Chain::open(Config {
        commit_interval_blocks,
        ..Config::new(datadir, genesis)
    })
    .unwrap()
}

fn set_head(chain: &Chain, head_block_hash: B256) {
    let state = ForkchoiceState {
        head_block_hash,
        ..Default::default()
    };
    assert!(chain.fork_choice_updated(state).unwrap().is_valid());
}

fn check_proofs(chain: &Chain, blocks: &[Block]) {
    for block in blocks {
        let hash = block.header.hash_slow();
        let touched = block
            .body
            .transactions
            .iter()
            .filter_map(alloy_consensus::Transaction::to);
        for address in touched.chain([block.header.beneficiary]) {
            let proof = chain
                .proof(hash, address, &[B256::ZERO, B256::with_last_byte(1)])
                .unwrap()
                .unwrap();
            proof.verify(block.header.state_root).unwrap();
        }
    }
}

#[test]
fn published_chain_is_imported_to_its_head_with_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let blocks = blocks();
    assert_eq!(blocks.len(), 54);
    for (index, part) in blocks.chunks(11).enumerate() {
        let chain = open(folder.path(), 4 + index as u64);
        assert_eq!(chain.head().number, index as u64 * 11);
        for block in part {
            let hash = block.header.hash_slow();
            assert_eq!(
                chain.import(block.clone()).unwrap(),
                ImportVerdict::Valid,
                "block {}",
                block.header.number
            );
            set_head(&chain, hash);
        }
        check_proofs(&chain, &blocks[..index * 11]);
    }
    let chain = open(folder.path(), 64);
    assert_eq!(chain.head().hash, HEAD);
    check_proofs(&chain, &blocks);
}

#[test]
fn published_chain_unwinds_to_its_genesis_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let blocks = blocks();
    let chain = open(folder.path(), 8);
    for block in &blocks {
        assert_eq!(
            chain.import(block.clone()).unwrap(),
            ImportVerdict::Valid,
            "block {}",
            block.header.number
        );
    }
    set_head(&chain, HEAD);
    chain.flush().unwrap();
    set_head(&chain, chain.genesis().hash);
    assert_eq!(
        chain.status().committed,
        chain.head(),
        "the flat state is the genesis state"
    );
    set_head(&chain, HEAD);
    check_proofs(&chain, &blocks);
}
