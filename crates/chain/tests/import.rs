//! Blocks are judged by executing them; a refused one leaves no trace.

mod support;

use alloy_primitives::{Address, B256, Bytes};
use protocol::Block;
use support::*;
use tandem_chain::{Chain, ImportVerdict};

fn block_on(chain: &Chain, parent: B256) -> Block {
    build(
        chain,
        parent,
        &[store(0, 1, 5), transfer(1, Address::with_last_byte(1), 9)],
        1,
    )
}

#[test]
fn s24_blocks_that_are_not_what_they_say_are_refused() {
    type Fault = (&'static str, fn(&mut Block), &'static str);
    let faults: [Fault; 11] = [
        ("gas used", |block| block.header.gas_used += 1, "gas used"),
        (
            "state root",
            |block| block.header.state_root = B256::repeat_byte(1),
            "state root",
        ),
        (
            "receipts root",
            |block| block.header.receipts_root = B256::repeat_byte(1),
            "receipts root",
        ),
        ("logs bloom", |block| block.header.logs_bloom.0[7] ^= 1, "bloom"),
        ("timestamp", |block| block.header.timestamp = 0, "timestamp"),
        ("number", |block| block.header.number += 1, "number"),
        ("base fee", |block| block.header.base_fee_per_gas = Some(1), "base fee"),
        ("gas limit", |block| block.header.gas_limit *= 2, "gas limit"),
        (
            "transactions root",
            |block| block.header.transactions_root = B256::repeat_byte(1),
            "transactions",
        ),
        (
            "missing transaction",
            |block| drop(block.body.transactions.pop()),
            "transactions",
        ),
        (
            "requests hash",
            |block| block.header.requests_hash = Some(B256::repeat_byte(1)),
            "requests",
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    let chain = open(folder.path());
    let genesis = chain.genesis().hash;
    for (name, fault, word) in faults {
        let mut block = block_on(&chain, genesis);
        fault(&mut block);
        let hash = block.header.hash_slow();
        let ImportVerdict::Invalid {
            reason,
            latest_valid_hash,
        } = chain.import(block.clone()).unwrap()
        else {
            panic!("a block with a wrong {name} was taken")
        };
        assert!(reason.to_lowercase().contains(word), "{name}: {reason}");
        assert_eq!(latest_valid_hash, Some(genesis));
        assert!(!chain.is_known(hash).unwrap());
        assert!(
            !chain
                .fork_choice_updated(forkchoice(hash, genesis, genesis))
                .unwrap()
                .is_valid()
        );
        let verdict = chain.import(block).unwrap();
        assert!(!verdict.is_valid(), "asked again, the verdict is the same");
    }
    let good = import(&chain, block_on(&chain, genesis));
    set_head(&chain, good);
    check_canonical(&chain, &[good]);
}

#[test]
fn s24_blocks_of_unknown_or_invalid_parents_are_not_executed() {
    let folder = tempfile::tempdir().unwrap();
    let chain = open(folder.path());
    let genesis = chain.genesis().hash;
    let mut orphan = block_on(&chain, genesis);
    orphan.header.parent_hash = B256::repeat_byte(1);
    assert_eq!(chain.import(orphan).unwrap(), ImportVerdict::UnknownParent);

    let mut invalid = block_on(&chain, genesis);
    invalid.header.gas_used += 1;
    let mut child = block_on(&chain, genesis);
    child.header.parent_hash = invalid.header.hash_slow();
    chain.import(invalid).unwrap();
    let verdict = chain.import(child).unwrap();
    let ImportVerdict::Invalid {
        latest_valid_hash,
        reason,
    } = verdict
    else {
        panic!("{verdict:?}")
    };
    assert_eq!(latest_valid_hash, Some(genesis));
    assert!(reason.contains("parent"), "{reason}");
}

#[test]
fn transactions_that_nobody_signed_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let chain = open(folder.path());
    let mut block = block_on(&chain, chain.genesis().hash);
    let protocol::Transaction::Eip1559(signed) = block.body.transactions.pop().unwrap() else {
        panic!("another type")
    };
    let (tx, signature, _) = signed.into_parts();
    let forged = alloy_primitives::Signature::new(alloy_primitives::U256::ZERO, signature.s(), false);
    block
        .body
        .transactions
        .push(alloy_consensus::Signed::new_unhashed(tx, forged).into());
    block.header.transactions_root = protocol::transactions_root(&block.body.transactions);
    assert!(matches!(chain.import(block).unwrap(), ImportVerdict::Invalid { .. }));
}

#[test]
fn logs_are_found_by_address_and_topic() {
    use alloy_rpc_types_eth::Filter;
    let folder = tempfile::tempdir().unwrap();
    let chain = open(folder.path());
    let hash = import(&chain, block_on(&chain, chain.genesis().hash));
    let topic = B256::with_last_byte(7);
    let found = chain
        .logs(hash, &Filter::new().address(STORE).event_signature(topic))
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].log_index, found[0].transaction_index, found[0].block_hash),
        (Some(0), Some(0), Some(hash))
    );
    assert_eq!(found[0].inner.data.data, Bytes::from(B256::with_last_byte(1)));
    assert!(chain.logs(hash, &Filter::new().address(rich())).unwrap().is_empty());
    assert!(
        chain
            .logs(hash, &Filter::new().event_signature(B256::with_last_byte(8)))
            .unwrap()
            .is_empty()
    );
}

#[test]
fn blocks_of_our_own_pass_the_same_gate() {
    let folder = tempfile::tempdir().unwrap();
    let chain = open(folder.path());
    let genesis = chain.genesis().hash;
    let mut wrong = block_on(&chain, genesis);
    wrong.header.state_root = B256::ZERO;
    assert!(!chain.import_built(wrong).unwrap().is_valid());
    let right = block_on(&chain, genesis);
    let hash = right.header.hash_slow();
    assert!(chain.import_built(right).unwrap().is_valid());
    set_head(&chain, hash);
    check_canonical(&chain, &[hash]);
}
