//! Blobs in the pool of the embedded L1.

use alloy_consensus::TxEip4844;
use alloy_eips::{eip4844::Blob, eip7594::BlobTransactionSidecarEip7594};
use alloy_primitives::{Address, U256};
use chain::{Chain, Config, Pool, PoolLimits};
use contracts::L1GenesisConfig;
use protocol::{BlobSidecar, PooledTransaction, Transaction};
use std::sync::Barrier;
use tandem_testkit::Rollup;

const GENESIS_TIME: u64 = 1_700_000_000;

fn blob_transaction(nonce: u64, sidecar: &BlobTransactionSidecarEip7594) -> PooledTransaction {
    let transaction = TxEip4844 {
        chain_id: 900,
        nonce,
        gas_limit: 21_000,
        max_fee_per_gas: 100_000_000_000,
        max_priority_fee_per_gas: 1_000_000_000,
        to: Address::repeat_byte(7),
        value: U256::from(1),
        max_fee_per_blob_gas: 1_000_000_000,
        blob_versioned_hashes: sidecar.versioned_hashes().collect(),
        ..TxEip4844::default()
    };
    PooledTransaction {
        transaction: Transaction::Eip4844(Rollup::user(3).sign(transaction)),
        sidecar: Some(BlobSidecar::Eip7594(sidecar.clone())),
    }
}

/// A client that repeats a request because the first takes long must not take the blobs away from what it sent.
#[test]
fn a_blob_transaction_that_is_sent_twice_at_once_keeps_its_blobs() {
    let folder = tempfile::tempdir().unwrap();
    let genesis = contracts::l1_genesis(&L1GenesisConfig::devnet(GENESIS_TIME));
    let chain = Chain::open(Config::new(folder.path(), genesis)).unwrap();
    let pool = Pool::new(chain.clone(), PoolLimits::default());
    let sidecar = l1::sidecar_with_cell_proofs(vec![Blob::repeat_byte(1)]).unwrap();
    for nonce in 0..5 {
        let sent = blob_transaction(nonce, &sidecar);
        let hash = sent.transaction.hash();
        let both = Barrier::new(2);
        let send = || {
            both.wait();
            pool.add(sent.clone()).is_ok()
        };
        let taken = std::thread::scope(|scope| {
            let (one, two) = (scope.spawn(send), scope.spawn(send));
            [one.join().unwrap(), two.join().unwrap()]
        });
        assert!(taken.contains(&true), "{taken:?}");
        assert!(chain.sidecars().get(hash).is_some(), "the blobs of transaction {nonce}");
    }
}
