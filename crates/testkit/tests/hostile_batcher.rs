//! Scenarios 7 and 8 on the whole path: the batcher is the adversary, and a real execution client judges what it posts.

use std::sync::Arc;

use alloy_consensus::{TxEip1559, TxEip4844};
use alloy_primitives::{Address, B256, Bytes, TxKind, U256};
use alloy_rlp::Encodable;
use derive::{
    Compression, compress,
    encoder::{Encoder, EncoderConfig},
};
use l1::Wallet;
use protocol::{
    Block, Fork, L1BlockInfo, Transaction,
    batch::{Batch, SingularBatch},
    frame::{Frame, encode_frames},
};
use tandem_testkit::{L1Draft, Rollup, Sequencer, SimulatedL1, Verifier};

const GENESIS_TIME: u64 = 1_700_000_000;
const SLOT_S: u64 = 2;
const PAYEE: Address = Address::repeat_byte(0x9a);
const BATCHER_UPDATE: u8 = 0;

struct Story {
    rollup: Rollup,
    l1: SimulatedL1,
    sequencer: Sequencer,
}

impl Story {
    fn new() -> Self {
        let l1 = SimulatedL1::new(GENESIS_TIME, SLOT_S, 8);
        let rollup = Rollup::devnet(&l1, Fork::Karst);
        let sequencer = Sequencer::new(&rollup);
        Self { rollup, l1, sequencer }
    }

    /// One more L1 block with that content; the sequencer follows, each time with the user's next transfer.
    fn mine(&mut self, draft: L1Draft) {
        self.l1.build(draft);
        let execution = self.sequencer.execution();
        let nonce = execution.balance(self.sequencer.head().hash, PAYEE).to::<u64>();
        let transfer = transfer(&self.rollup, nonce).encoded();
        self.sequencer.sequence(&self.l1, vec![transfer]);
    }

    fn block(&self, number: u64) -> Block {
        self.sequencer
            .execution()
            .block(number)
            .expect("sequenced")
            .block
            .clone()
    }

    /// An L1 block's content: one channel of these blocks, from that sender.
    fn channel(&self, blocks: &[Block], sender: &Wallet) -> L1Draft {
        let mut encoder = Encoder::new(Arc::clone(&self.rollup.config), EncoderConfig::calldata(4_000));
        for block in blocks {
            encoder.add_block(block, 0).expect("a block that can be written");
        }
        encoder.close().expect("a channel in frames");
        let channels = encoder.take_channels();
        let calldata = channels.iter().flat_map(|channel| channel.calldata());
        calldata.fold(L1Draft::default(), |draft, data| {
            draft.batch(self.rollup.contracts(), sender, data)
        })
    }

    fn verifier(&self) -> Verifier {
        let mut verifier = Verifier::new(&self.rollup, &self.l1);
        verifier.sync(&self.l1);
        verifier
    }
}

fn transfer(rollup: &Rollup, nonce: u64) -> Transaction {
    let body = TxEip1559 {
        chain_id: rollup.config.l2_chain_id,
        nonce,
        gas_limit: 21_000,
        max_fee_per_gas: 10_000_000_000,
        to: TxKind::Call(PAYEE),
        value: U256::from(1),
        ..TxEip1559::default()
    };
    Transaction::Eip1559(Rollup::user(2).sign(body))
}

/// `blocks` with the hashes of their parents as they are after one of them was changed, so that they are still consecutive.
fn relinked(mut blocks: Vec<Block>) -> Vec<Block> {
    for index in 1..blocks.len() {
        blocks[index].header.parent_hash = blocks[index - 1].header.hash_slow();
    }
    blocks
}

/// A batch with a transaction that cannot be executed becomes a block of deposits alone, and what follows it in its channel is dropped,
/// while what comes before stays.
#[test]
fn s07_a_transaction_that_cannot_execute_leaves_the_deposits() {
    let mut story = Story::new();
    (0..3).for_each(|_| story.mine(L1Draft::default()));
    let mut blocks: Vec<_> = (1..=5).map(|number| story.block(number)).collect();
    blocks[2].body.transactions.push(transfer(&story.rollup, 99));
    let draft = story.channel(&relinked(blocks), &Rollup::batcher());
    story.mine(draft);

    let verifier = story.verifier();
    assert_eq!(verifier.safe_head().number, 3);
    for number in 1..=2 {
        let derived = verifier.execution().block(number).expect("derived");
        assert_eq!(derived.block, story.block(number), "block {number}");
    }
    let replaced = verifier.execution().block(3).expect("derived");
    assert!(replaced.transactions().iter().all(Transaction::is_deposit));
    assert!(
        story.block(3).body.transactions.len() > replaced.transactions().len(),
        "the sequencer's had a transfer"
    );
}

/// Whatever stands for a transaction, no reading of it stops derivation: its block holds the deposits alone.
#[test]
fn s07_what_is_no_transaction_leaves_the_deposits() {
    let mut story = Story::new();
    (0..3).for_each(|_| story.mine(L1Draft::default()));
    let block = story.block(1);
    let valid = transfer(&story.rollup, 0).encoded();
    let signed = |change: fn(&mut TxEip1559)| {
        let mut body = TxEip1559 {
            chain_id: story.rollup.config.l2_chain_id,
            gas_limit: 21_000,
            max_fee_per_gas: 10_000_000_000,
            to: TxKind::Call(PAYEE),
            ..TxEip1559::default()
        };
        change(&mut body);
        Transaction::Eip1559(Rollup::user(3).sign(body)).encoded()
    };
    let blob_transaction = TxEip4844 {
        chain_id: story.rollup.config.l2_chain_id,
        gas_limit: 21_000,
        max_fee_per_gas: 10_000_000_000,
        max_fee_per_blob_gas: 1,
        blob_versioned_hashes: vec![B256::with_last_byte(1)],
        ..TxEip4844::default()
    };
    for (name, raw) in [
        ("half a transaction", valid.slice(..valid.len() / 2)),
        ("a transaction and a byte", [&valid[..], &[0]].concat().into()),
        ("an empty list", Bytes::from_static(&[0xc0])),
        ("an unknown type", Bytes::from_static(&[5, 0xc0])),
        ("no list", Bytes::from_static(&[0x80])),
        (
            "blobs",
            Transaction::Eip4844(Rollup::user(3).sign(blob_transaction)).encoded(),
        ),
        ("another chain's", signed(|body| body.chain_id = 1)),
        ("too little gas", signed(|body| body.gas_limit = 20_999)),
        (
            "more gas than Karst allows",
            signed(|body| body.gas_limit = (1 << 24) + 1),
        ),
        (
            "more gas than the block has",
            signed(|body| body.gas_limit = 100_000_000),
        ),
        (
            "more value than the sender has",
            signed(|body| body.value = U256::from(1) << 200u32),
        ),
        ("no fee", signed(|body| body.max_fee_per_gas = 0)),
        (
            "a tip above its cap",
            signed(|body| body.max_priority_fee_per_gas = 20_000_000_000),
        ),
    ] {
        let info = L1BlockInfo::from_block(&block).expect("an L2 block");
        let batch = Batch::Singular(SingularBatch {
            parent_hash: block.header.parent_hash,
            epoch_number: info.number,
            epoch_hash: info.block_hash,
            timestamp: block.header.timestamp,
            transactions: vec![valid.clone(), raw],
        });
        let (mut encoded, mut content) = (Vec::new(), Vec::new());
        batch
            .encode(&story.rollup.config, &mut encoded)
            .expect("a batch that can be written");
        encoded.as_slice().encode(&mut content);
        let frame = Frame {
            data: compress(&content, Compression::Zlib { level: 6 }).into(),
            is_last: true,
            ..Frame::default()
        };
        let mut l1 = story.l1.clone();
        l1.build(L1Draft::default().batch(story.rollup.contracts(), &Rollup::batcher(), encode_frames(&[frame])));
        let mut verifier = Verifier::new(&story.rollup, &l1);
        verifier.sync(&l1);
        assert_eq!(verifier.safe_head().number, 1, "{name}");
        let derived = verifier.execution().block(1).expect("derived");
        assert!(derived.transactions().iter().all(Transaction::is_deposit), "{name}");
    }
}

/// After the replacement the batcher may go on: a channel that builds on the replaced block is taken.
#[test]
fn s07_the_chain_goes_on_from_the_replacement() {
    let mut story = Story::new();
    (0..3).for_each(|_| story.mine(L1Draft::default()));
    let mut first = vec![story.block(1)];
    first[0].body.transactions.push(transfer(&story.rollup, 99));
    let draft = story.channel(&first, &Rollup::batcher());
    story.mine(draft);
    let replaced = story.verifier().execution().block(1).expect("derived").hash;

    let mut second = story.block(2);
    second.header.parent_hash = replaced;
    second.body.transactions.retain(Transaction::is_deposit);
    let draft = story.channel(&[second], &Rollup::batcher());
    story.mine(draft);
    let verifier = story.verifier();
    assert_eq!(
        (verifier.safe_head().number, verifier.safe_head().parent_hash),
        (2, replaced)
    );
}

/// From the L1 block after the one that names a new batcher, the old one is not heard any more, and a stranger never was.
#[test]
fn s08_a_rotated_batcher_is_heard_from_the_block_that_names_it() {
    let mut story = Story::new();
    (0..3).for_each(|_| story.mine(L1Draft::default()));
    let blocks: Vec<_> = (1..=4).map(|number| story.block(number)).collect();
    let (old, new) = (Rollup::batcher(), Rollup::user(7));

    story.mine(story.channel(&blocks[..1], &new));
    assert_eq!(story.verifier().safe_head().number, 0, "a stranger is not heard");
    story.mine(story.channel(&blocks[..1], &old));
    assert_eq!(story.verifier().safe_head().number, 1);

    let named = new.address().into_word();
    story.mine(L1Draft::default().config_update(story.rollup.contracts(), &old, BATCHER_UPDATE, named.as_slice()));
    story.mine(story.channel(&blocks[1..2], &old));
    assert_eq!(
        story.verifier().safe_head().number,
        1,
        "the old batcher is not heard any more"
    );
    story.mine(story.channel(&blocks[1..], &new));
    let verifier = story.verifier();
    assert_eq!(verifier.safe_head().number, 4);
    assert_eq!(verifier.safe_head().hash, blocks[3].header.hash_slow());
}
