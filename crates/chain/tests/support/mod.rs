//! A chain under Ethereum's newest rules with one rich account, and blocks for it.
#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod rpc;

use alloy_consensus::{SignableTransaction, Signed, TxEip1559};
use alloy_eips::{BlockNumHash, eip7840::BlobParams};
use alloy_genesis::{ChainConfig, Genesis, GenesisAccount};
use alloy_primitives::{Address, B256, Bytes, Signature, TxKind, U256, address, keccak256};
use alloy_rpc_types_engine::ForkchoiceState;
use execute::{BuildOptions, NoCandidates, Parent, Verdict, build_block, forced_transactions};
use protocol::{Block, PayloadAttributes, Transaction};
use secp256k1::{Message, SECP256K1, SecretKey};
use std::path::Path;
use tandem_chain::{Chain, Config, ImportVerdict, Secp256k1};

pub(crate) const CHAIN_ID: u64 = 900;

/// A contract that stores at slot `calldata[0..32]` the word `calldata[32..64]`, and logs the slot with topic 7.
pub(crate) const STORE: Address = address!("5707e00000000000000000000000000000000001");

const STORE_CODE: &[u8] = &[
    0x60, 0x20, 0x35, 0x60, 0x00, 0x35, 0x55, // sstore(calldata[0], calldata[32])
    0x60, 0x00, 0x35, 0x60, 0x00, 0x52, // mstore(0, calldata[0])
    0x60, 0x07, 0x60, 0x20, 0x60, 0x00, 0xa1, // log1(0, 32, 7)
    0x00,
];

pub(crate) fn key() -> SecretKey {
    SecretKey::from_byte_array(keccak256("the rich account").0).unwrap()
}

pub(crate) fn rich() -> Address {
    let public = key().public_key(SECP256K1).serialize_uncompressed();
    Address::from_slice(&keccak256(&public[1..])[12..])
}

pub(crate) fn genesis() -> Genesis {
    let mut config = ChainConfig {
        chain_id: CHAIN_ID,
        homestead_block: Some(0),
        eip150_block: Some(0),
        eip155_block: Some(0),
        eip158_block: Some(0),
        byzantium_block: Some(0),
        constantinople_block: Some(0),
        petersburg_block: Some(0),
        istanbul_block: Some(0),
        berlin_block: Some(0),
        london_block: Some(0),
        shanghai_time: Some(0),
        cancun_time: Some(0),
        prague_time: Some(0),
        osaka_time: Some(0),
        terminal_total_difficulty: Some(U256::ZERO),
        ..Default::default()
    };
    let schedule = [
        ("cancun", BlobParams::cancun()),
        ("prague", BlobParams::prague()),
        ("osaka", BlobParams::osaka()),
    ];
    config.blob_schedule = schedule.map(|(fork, params)| (fork.into(), params)).into();
    let rich_account = GenesisAccount::default().with_balance(U256::from(10).pow(U256::from(24)));
    let contract = |code: &'static [u8]| {
        GenesisAccount::default()
            .with_nonce(Some(1))
            .with_code(Some(code.into()))
    };
    // The system contracts that a block of these rules calls, as contracts that accept everything and return nothing.
    let system = [
        address!("0000F90827F1C53a10cb7A02335B175320002935"),
        address!("000F3df6D732807Ef1319fB7B8bB8522d0Beac02"),
        address!("00000961Ef480Eb55e80D19ad83579A64c007002"),
        address!("0000BBdDc7CE488642fb579F8B00f3a590007251"),
    ];
    let mut alloc = std::collections::BTreeMap::from([(rich(), rich_account), (STORE, contract(STORE_CODE))]);
    alloc.extend(system.map(|address| (address, contract(&[0x00]))));
    Genesis {
        config,
        gas_limit: 30_000_000,
        alloc,
        base_fee_per_gas: Some(7),
        ..Default::default()
    }
}

pub(crate) fn config(datadir: &Path) -> Config {
    Config::new(datadir, genesis())
}

pub(crate) fn open(datadir: &Path) -> Chain {
    Chain::open(config(datadir)).unwrap()
}

pub(crate) fn sign(tx: TxEip1559) -> Transaction {
    let hash = tx.signature_hash();
    let (parity, compact) = SECP256K1
        .sign_ecdsa_recoverable(Message::from_digest(hash.0), &key())
        .serialize_compact();
    let signature = Signature::from_bytes_and_parity(&compact, i32::from(parity) == 1);
    Transaction::Eip1559(Signed::new_unhashed(tx, signature))
}

fn call(nonce: u64, to: Address, value: u64, input: Vec<u8>) -> Transaction {
    sign(TxEip1559 {
        chain_id: CHAIN_ID,
        nonce,
        gas_limit: 200_000,
        max_fee_per_gas: 1_000_000_000_000,
        max_priority_fee_per_gas: 1,
        to: TxKind::Call(to),
        value: U256::from(value),
        input: input.into(),
        ..Default::default()
    })
}

pub(crate) fn transfer(nonce: u64, to: Address, value: u64) -> Transaction {
    call(nonce, to, value, Vec::new())
}

pub(crate) fn store(nonce: u64, slot: u64, value: u64) -> Transaction {
    let input = [U256::from(slot), U256::from(value)]
        .map(|word| word.to_be_bytes::<32>())
        .concat();
    call(nonce, STORE, 0, input)
}

/// A block on any known parent. `salt` makes it differ from its siblings.
pub(crate) fn build(chain: &Chain, parent: B256, transactions: &[Transaction], salt: u8) -> Block {
    let state = chain.state_at(parent).unwrap().expect("the parent is known");
    let on = Parent {
        header: state.header(),
        hash: parent,
        state: &state,
        nodes: &state,
    };
    let attributes = PayloadAttributes {
        timestamp: state.header().timestamp + 2,
        prev_randao: B256::repeat_byte(salt),
        withdrawals: Some(Vec::new()),
        parent_beacon_block_root: Some(B256::repeat_byte(salt)),
        transactions: transactions.iter().map(Transaction::encoded).collect::<Vec<Bytes>>(),
        no_tx_pool: true,
        ..Default::default()
    };
    let forced = forced_transactions(&attributes, &Secp256k1)
        .valid()
        .expect("own transactions are readable");
    let options = BuildOptions::default();
    match build_block(chain.spec(), on, &attributes, &forced, &mut NoCandidates, &options).unwrap() {
        Verdict::Valid(built) => built.block,
        Verdict::Invalid(broken) => panic!("the block is not buildable: {broken}"),
    }
}

pub(crate) fn import(chain: &Chain, block: Block) -> B256 {
    let hash = block.header.hash_slow();
    assert_eq!(chain.import(block).unwrap(), ImportVerdict::Valid);
    hash
}

/// Imports a block with a transfer and two stores and makes it the head.
pub(crate) fn extend(chain: &Chain, parent: B256, salt: u8) -> B256 {
    let hash = add(chain, parent, salt);
    set_head(chain, hash);
    hash
}

/// As [`extend`], but the head stays.
pub(crate) fn add(chain: &Chain, parent: B256, salt: u8) -> B256 {
    use execute::StateSource;
    let state = chain.state_at(parent).unwrap().unwrap();
    let nonce = state.account(rich()).unwrap().unwrap().nonce;
    let number = state.header().number;
    let transactions = [
        transfer(nonce, Address::with_last_byte(salt), number + 1),
        store(nonce + 1, number % 7, number + u64::from(salt)),
        store(nonce + 2, 100 + number, u64::from(salt)),
        store(nonce + 3, 99 + number, 0),
    ];
    import(chain, build(chain, parent, &transactions, salt))
}

/// A chain of `count` blocks on a parent, oldest first; the last is the head.
pub(crate) fn grow(chain: &Chain, parent: B256, count: usize, salt: u8) -> Vec<B256> {
    let mut hashes = Vec::with_capacity(count);
    for _ in 0..count {
        let parent = hashes.last().copied().unwrap_or(parent);
        hashes.push(extend(chain, parent, salt));
    }
    hashes
}

pub(crate) fn forkchoice(head: B256, safe: B256, finalized: B256) -> ForkchoiceState {
    ForkchoiceState {
        head_block_hash: head,
        safe_block_hash: safe,
        finalized_block_hash: finalized,
    }
}

pub(crate) fn set_head(chain: &Chain, head: B256) {
    let verdict = chain
        .fork_choice_updated(forkchoice(head, B256::ZERO, B256::ZERO))
        .unwrap();
    assert!(verdict.is_valid(), "{verdict:?}");
    assert_eq!(chain.head().hash, head);
}

pub(crate) fn id(chain: &Chain, hash: B256) -> BlockNumHash {
    BlockNumHash {
        number: chain.header(hash).unwrap().unwrap().number,
        hash,
    }
}

/// Everything that must hold of a canonical chain whose blocks, genesis excluded, are `hashes`: indices, records, and that
/// the state which is read flat is the state that the root commits to.
pub(crate) fn check_canonical(chain: &Chain, hashes: &[B256]) {
    for (index, hash) in hashes.iter().enumerate() {
        let number = index as u64 + 1;
        assert_eq!(chain.canonical_hash(number).unwrap(), Some(*hash), "block {number}");
        let record = chain.record(*hash).unwrap().expect("a canonical block has a record");
        assert_eq!(record.block.header.hash_slow(), *hash);
        assert_eq!(record.receipts.len(), record.senders.len());
        for (position, transaction) in record.transaction_hashes().into_iter().enumerate() {
            let found = chain
                .transaction(transaction)
                .unwrap()
                .expect("a canonical transaction is indexed");
            assert_eq!((found.block_hash, found.index), (*hash, position));
        }
    }
    let head = hashes.last().copied().unwrap_or(chain.genesis().hash);
    assert_eq!(chain.head().hash, head);
    assert_eq!(chain.canonical_hash(hashes.len() as u64 + 1).unwrap(), None);
    check_state(chain, head, hashes.len() as u64);
}

/// Whether accounts and slots that are read one by one are those that proofs show.
pub(crate) fn check_state(chain: &Chain, hash: B256, height: u64) {
    use execute::StateSource;
    let state = chain.state_at(hash).unwrap().unwrap();
    let slots: Vec<B256> = (0..7)
        .chain(99..101 + height)
        .map(|slot| B256::from(U256::from(slot)))
        .collect();
    let addresses = (1..10).map(Address::with_last_byte).chain([rich(), STORE]);
    for address in addresses {
        let proof = chain.proof(hash, address, &slots).unwrap().unwrap();
        proof.verify(state.state_root()).unwrap();
        let read = state
            .account(address)
            .unwrap()
            .map(|account| (account.nonce, account.balance, account.code_hash));
        assert_eq!(
            read,
            proof.account.map(|leaf| (leaf.nonce, leaf.balance, leaf.code_hash)),
            "{address}"
        );
        for slot in &proof.storage {
            assert_eq!(
                state.storage(address, slot.slot.into()).unwrap(),
                slot.value,
                "{address} {}",
                slot.slot
            );
        }
    }
}

/// A copy of a datadir as it is on disk now: what is left when the process dies at this moment.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
