//! A chain of the OP Stack: the registry's genesis, blocks of deposits on it, and what is read of them after a restart.

use alloy_genesis::Genesis;
use alloy_primitives::{Address, B256, U256, b256};
use alloy_rpc_types_engine::ForkchoiceState;
use execute::{BuildOptions, NoCandidates, Parent, Verdict, build_block, forced_transactions};
use op_alloy_consensus::TxDeposit;
use protocol::{DepositSource, L1BlockInfo, PayloadAttributes, Transaction, predeploys};
use std::{fs::File, io::Read, path::Path};
use tandem_chain::{Chain, Config, Secp256k1};

/// As the registry publishes it.
const GENESIS_HASH: B256 = b256!("782e7ef559d86bd85ca14b3b51bcd64b2a5abba5bf3017d83d34e666d8dc0a57");

const DEPOSITOR: Address = Address::repeat_byte(0xd0);

fn genesis() -> Genesis {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/superchain-registry");
    let dictionary = std::fs::read(folder.join("dictionary")).unwrap();
    let file = std::io::BufReader::new(File::open(folder.join("sepolia-devnet-2.json.zst")).unwrap());
    let mut json = Vec::new();
    zstd::Decoder::with_dictionary(file, &dictionary)
        .unwrap()
        .read_to_end(&mut json)
        .unwrap();
    serde_json::from_slice(&json).unwrap()
}

fn open(datadir: &Path) -> Chain {
    let config = Config {
        genesis_hash: Some(GENESIS_HASH),
        commit_interval_blocks: 3,
        ..Config::new(datadir, genesis())
    };
    Chain::open(config).unwrap()
}

fn user_deposit(number: u64) -> Transaction {
    TxDeposit {
        source_hash: DepositSource::User {
            l1_block_hash: B256::repeat_byte(1),
            log_index: number,
        }
        .hash(),
        from: DEPOSITOR,
        to: Address::with_last_byte(1).into(),
        mint: 1_000,
        value: U256::from(400),
        gas_limit: 50_000,
        ..Default::default()
    }
    .into()
}

/// Builds a block of the L1 attributes and a deposit, imports it as our own and makes it the head.
fn extend(chain: &Chain) -> B256 {
    let head = chain.head_record();
    let state = chain.state_at(head.hash).unwrap().unwrap();
    let info = L1BlockInfo {
        number: head.header().number,
        base_fee: U256::from(7),
        ..Default::default()
    };
    let transactions = [info.to_deposit().into(), user_deposit(head.header().number)];
    let attributes = PayloadAttributes {
        timestamp: head.header().timestamp + 2,
        suggested_fee_recipient: predeploys::SEQUENCER_FEE_VAULT,
        withdrawals: Some(Vec::new()),
        parent_beacon_block_root: Some(B256::ZERO),
        transactions: transactions.iter().map(Transaction::encoded).collect(),
        no_tx_pool: true,
        gas_limit: Some(head.header().gas_limit),
        eip1559_params: Some(Default::default()),
        min_base_fee: Some(0),
        ..Default::default()
    };
    let forced = forced_transactions(&attributes, &Secp256k1).valid().unwrap();
    let on = Parent {
        header: state.header(),
        hash: head.hash,
        state: &state,
        nodes: &state,
    };
    let options = BuildOptions::default();
    let built = match build_block(chain.spec(), on, &attributes, &forced, &mut NoCandidates, &options).unwrap() {
        Verdict::Valid(built) => built,
        Verdict::Invalid(broken) => panic!("{broken}"),
    };
    assert!(chain.import_built(built.block).unwrap().is_valid());
    let state = ForkchoiceState {
        head_block_hash: built.hash,
        ..Default::default()
    };
    assert!(chain.fork_choice_updated(state).unwrap().is_valid());
    built.hash
}

/// Everything that the blocks, in their order, must be read as.
fn check(chain: &Chain, blocks: &[B256]) {
    for (index, hash) in blocks.iter().enumerate() {
        let record = chain.record(*hash).unwrap().unwrap();
        assert_eq!(record.receipts[1].deposit_nonce, Some(index as u64));
        assert!(record.receipts.iter().all(|receipt| receipt.success));
        assert_eq!(record.senders[1], DEPOSITOR);
        assert_eq!(record.l1_block_info().map(|info| info.number), Some(index as u64));
        let passer = chain
            .proof(*hash, predeploys::L2_TO_L1_MESSAGE_PASSER, &[])
            .unwrap()
            .unwrap();
        passer.verify(record.header().state_root).unwrap();
        assert_eq!(record.header().withdrawals_root, Some(passer.storage_root()));
        let depositor = chain.proof(*hash, DEPOSITOR, &[]).unwrap().unwrap();
        assert_eq!(depositor.account.unwrap().balance, U256::from(600 * (index + 1)));
    }
}

#[test]
fn registry_chain_grows_by_deposits_across_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let mut blocks = Vec::new();
    for _ in 0..3 {
        let chain = open(folder.path());
        check(&chain, &blocks);
        blocks.extend([(); 4].map(|()| extend(&chain)));
        check(&chain, &blocks);
    }
}
