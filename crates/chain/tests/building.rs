//! Users' transactions through the pool and the builder into blocks of both layers.

use alloy_consensus::{
    BlobTransactionSidecar, EthereumTxEnvelope, SidecarBuilder, SignableTransaction, SimpleCoder, TxEip1559, TxEip4844,
    TxEip4844WithSidecar,
};
use alloy_eips::{eip2718::Encodable2718, eip7594::BlobTransactionSidecarVariant};
use alloy_genesis::{Genesis, GenesisAccount};
use alloy_primitives::{Address, B64, B256, Bytes, Signature, TxKind, U256, keccak256};
use alloy_rpc_types_engine::{ForkchoiceState, PayloadId};
use protocol::{PayloadAttributes, Transaction};
use secp256k1::{Message, PublicKey, SECP256K1, SecretKey};
use std::{sync::Arc, thread};
use tandem_chain::{
    BuilderSettings, Chain, Config, PayloadBuilder, PayloadError, PayloadJobs, Pool, PoolError, PoolLimits, PoolStatus,
};
use tempfile::TempDir;

const ETHER: u128 = 1_000_000_000_000_000_000;
const GWEI: u128 = 1_000_000_000;
const L1: &str = r#"{"chainId":900,"homesteadBlock":0,"eip150Block":0,"eip155Block":0,"eip158Block":0,"byzantiumBlock":0,
"constantinopleBlock":0,"petersburgBlock":0,"istanbulBlock":0,"berlinBlock":0,"londonBlock":0,"terminalTotalDifficulty":0,
"terminalTotalDifficultyPassed":true,"shanghaiTime":0,"cancunTime":0,"pragueTime":0,"osakaTime":0,"blobSchedule":{
"cancun":{"target":3,"max":6,"baseFeeUpdateFraction":3338477},"prague":{"target":6,"max":9,"baseFeeUpdateFraction":5007716},
"osaka":{"target":6,"max":9,"baseFeeUpdateFraction":5007716}}}"#;
const L2: &str = r#"{"chainId":901,"homesteadBlock":0,"eip150Block":0,"eip155Block":0,"eip158Block":0,"byzantiumBlock":0,
"constantinopleBlock":0,"petersburgBlock":0,"istanbulBlock":0,"berlinBlock":0,"londonBlock":0,"terminalTotalDifficulty":0,
"terminalTotalDifficultyPassed":true,"bedrockBlock":0,"regolithTime":0,"canyonTime":0,"deltaTime":0,"ecotoneTime":0,
"fjordTime":0,"graniteTime":0,"holoceneTime":0,"isthmusTime":0,"jovianTime":0,"karstTime":0,"shanghaiTime":0,"cancunTime":0,
"pragueTime":0,"optimism":{"eip1559Elasticity":6,"eip1559Denominator":50,"eip1559DenominatorCanyon":250}}"#;

struct Account {
    key: SecretKey,
    address: Address,
}

impl Account {
    fn new(index: u8) -> Self {
        let key = SecretKey::from_byte_array([index; 32]).unwrap();
        let public = PublicKey::from_secret_key(SECP256K1, &key).serialize_uncompressed();
        Self {
            key,
            address: Address::from_slice(&keccak256(&public[1..])[12..]),
        }
    }

    fn sign(&self, hash: B256) -> Signature {
        let signature = SECP256K1.sign_ecdsa_recoverable(Message::from_digest(hash.0), &self.key);
        let (recovery, bytes) = signature.serialize_compact();
        Signature::from_bytes_and_parity(&bytes, i32::from(recovery) == 1)
    }

    fn transfer(&self, chain_id: u64, nonce: u64, tip: u128, value: u128) -> Bytes {
        let tx = TxEip1559 {
            chain_id,
            nonce,
            gas_limit: 21_000,
            max_fee_per_gas: 100 * GWEI + tip,
            max_priority_fee_per_gas: tip,
            to: TxKind::Call(Address::repeat_byte(0xbb)),
            value: U256::from(value),
            ..Default::default()
        };
        let signature = self.sign(tx.signature_hash());
        Transaction::from(tx.into_signed(signature)).encoded()
    }
}

struct Node {
    chain: Chain,
    pool: Pool,
    builder: Arc<PayloadBuilder>,
    _datadir: TempDir,
}

impl Node {
    fn new(config: &str, limits: PoolLimits) -> Self {
        let datadir = tempfile::tempdir().unwrap();
        let l2_extra_data = [1, 0, 0, 0, 250, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0];
        let extra_data = if config == L2 {
            Bytes::from(l2_extra_data)
        } else {
            Bytes::new()
        };
        let rich = |index| {
            (
                Account::new(index).address,
                GenesisAccount::default().with_balance(U256::from(100 * ETHER)),
            )
        };
        // What L1 calls at the end of each block (EIP-7002, EIP-7251): contracts that have nothing to say.
        let silent = |address| {
            (
                address,
                GenesisAccount::default().with_code(Some(Bytes::from_static(&[0]))),
            )
        };
        let requests = [
            alloy_eips::eip7002::WITHDRAWAL_REQUEST_PREDEPLOY_ADDRESS,
            alloy_eips::eip7251::CONSOLIDATION_REQUEST_PREDEPLOY_ADDRESS,
        ];
        let genesis = Genesis {
            config: serde_json::from_str(config).unwrap(),
            gas_limit: 30_000_000,
            base_fee_per_gas: Some(GWEI),
            timestamp: 1_000,
            extra_data,
            alloc: (1..=20).map(rich).chain(requests.map(silent)).collect(),
            excess_blob_gas: Some(0),
            blob_gas_used: Some(0),
            ..Default::default()
        };
        let chain = Chain::open(Config::new(datadir.path(), genesis)).unwrap();
        let pool = Pool::new(chain.clone(), limits);
        let builder = Arc::new(PayloadBuilder::new(
            chain.clone(),
            pool.clone(),
            BuilderSettings::default(),
        ));
        Self {
            chain,
            pool,
            builder,
            _datadir: datadir,
        }
    }

    fn l1() -> Self {
        Self::new(L1, PoolLimits::default())
    }

    fn l2() -> Self {
        Self::new(L2, PoolLimits::default())
    }

    fn attributes(&self) -> PayloadAttributes {
        let head = self.chain.head_record();
        let is_l2 = self.chain.spec().is_op_stack();
        PayloadAttributes {
            timestamp: head.header().timestamp + 2,
            suggested_fee_recipient: Address::repeat_byte(0xfe),
            withdrawals: Some(vec![]),
            parent_beacon_block_root: Some(B256::repeat_byte(7)),
            gas_limit: is_l2.then_some(30_000_000),
            eip1559_params: is_l2.then_some(B64::ZERO),
            min_base_fee: is_l2.then_some(0),
            ..Default::default()
        }
    }

    fn mine(&self) -> Vec<B256> {
        let hash = self.mine_on(self.chain.head().hash, self.attributes());
        self.mined(hash)
    }

    fn mine_on(&self, parent: B256, attributes: PayloadAttributes) -> B256 {
        let id = self.builder.start(parent, attributes).unwrap();
        let hash = self.builder.get(id).unwrap().hash;
        self.adopt(hash);
        hash
    }

    fn adopt(&self, hash: B256) {
        let labels = ForkchoiceState {
            head_block_hash: hash,
            ..Default::default()
        };
        assert!(self.chain.fork_choice_updated(labels).unwrap().is_valid());
    }

    fn mined(&self, hash: B256) -> Vec<B256> {
        self.chain.record(hash).unwrap().unwrap().transaction_hashes()
    }
}

const fn status(pending: usize, queued: usize) -> PoolStatus {
    PoolStatus { pending, queued }
}

#[test]
fn transfers_are_mined_best_tip_first_and_leave_the_pool() {
    for (node, chain_id) in [(Node::l1(), 900), (Node::l2(), 901)] {
        let (low, high) = (Account::new(1), Account::new(2));
        let first = node.pool.add_raw(&low.transfer(chain_id, 0, GWEI, 1)).unwrap();
        let second = node.pool.add_raw(&high.transfer(chain_id, 0, 5 * GWEI, 1)).unwrap();
        let third = node.pool.add_raw(&high.transfer(chain_id, 1, 2 * GWEI, 1)).unwrap();
        assert_eq!(node.pool.status(), status(3, 0));
        assert_eq!(node.mine(), [second, third, first]);
        assert_eq!(node.pool.status(), status(0, 0));
    }
}

#[test]
fn a_nonce_gap_waits_until_it_closes() {
    let node = Node::l2();
    let sender = Account::new(1);
    let later = node.pool.add_raw(&sender.transfer(901, 1, GWEI, 1)).unwrap();
    assert_eq!(
        (node.pool.status(), node.pool.pending_nonce(&sender.address)),
        (status(0, 1), Some(0))
    );
    assert!(node.mine().is_empty());
    let earlier = node.pool.add_raw(&sender.transfer(901, 0, GWEI, 1)).unwrap();
    assert_eq!(
        (node.pool.status(), node.pool.pending_nonce(&sender.address)),
        (status(2, 0), Some(2))
    );
    assert_eq!(node.mine(), [earlier, later]);
}

#[test]
fn a_replacement_pays_a_tenth_more() {
    let node = Node::l2();
    let sender = Account::new(1);
    let replaced = node.pool.add_raw(&sender.transfer(901, 0, 100 * GWEI, 1)).unwrap();
    let refused = node.pool.add_raw(&sender.transfer(901, 0, 109 * GWEI, 1));
    assert_eq!(
        refused,
        Err(PoolError::ReplacementUnderpriced {
            price_bump_percent: 10,
            replaced
        })
    );
    let replacement = node.pool.add_raw(&sender.transfer(901, 0, 120 * GWEI, 1)).unwrap();
    assert_eq!(node.mine(), [replacement]);
}

#[test]
fn what_cannot_be_paid_or_understood_is_refused_by_name() {
    let node = Node::l2();
    let sender = Account::new(1);
    let poor = Account::new(99);
    let refusals = [
        (
            node.pool.add_raw(&sender.transfer(5, 0, 0, 1)),
            "invalid chain id for signer",
        ),
        (
            node.pool.add_raw(&sender.transfer(901, 0, 0, 200 * ETHER)),
            "insufficient funds for gas * price + value",
        ),
        (
            node.pool.add_raw(&poor.transfer(901, 0, 0, 0)),
            "insufficient funds for gas * price + value",
        ),
        (node.pool.add_raw(&sender.transfer(901, 5_000, 0, 1)), "nonce too high"),
        (node.pool.add_raw(&Bytes::from_static(&[0x7e, 0xc0])), ""),
        (node.pool.add_raw(&Bytes::new()), ""),
    ];
    for (refusal, text) in refusals {
        let refusal = refusal.unwrap_err().to_string();
        assert!(refusal.starts_with(text) && !refusal.is_empty(), "{refusal}");
    }
    let known = sender.transfer(901, 0, 0, 1);
    node.pool.add_raw(&known).unwrap();
    assert_eq!(node.pool.add_raw(&known), Err(PoolError::AlreadyKnown));
    node.mine();
    assert_eq!(
        node.pool.add_raw(&known),
        Err(PoolError::NonceTooLow { next: 1, nonce: 0 })
    );
}

#[test]
fn s28_a_flood_ends_at_the_limits_and_dear_transactions_get_in() {
    let limits = PoolLimits {
        transactions_max: 8,
        sender_transactions_max: 4,
        ..Default::default()
    };
    let node = Node::new(L2, limits);
    let flooder = Account::new(1);
    for nonce in 0..4 {
        node.pool.add_raw(&flooder.transfer(901, nonce, GWEI, 1)).unwrap();
    }
    let refusal = node.pool.add_raw(&flooder.transfer(901, 4, GWEI, 1)).unwrap_err();
    assert_eq!(
        refusal,
        PoolError::AccountLimit {
            address: flooder.address,
            limit: 4
        }
    );
    for index in 2..6 {
        node.pool
            .add_raw(&Account::new(index).transfer(901, 0, 2 * GWEI, 1))
            .unwrap();
    }
    let cheap = node
        .pool
        .add_raw(&Account::new(7).transfer(901, 0, GWEI, 1))
        .unwrap_err();
    assert_eq!(
        cheap,
        PoolError::Underpriced {
            tip_wei: GWEI,
            minimum_wei: GWEI + 1
        }
    );
    node.pool
        .add_raw(&Account::new(7).transfer(901, 0, 3 * GWEI, 1))
        .unwrap();
    let left: Vec<_> = node.pool.content().pending[&flooder.address].keys().copied().collect();
    assert_eq!(left, [0, 1, 2]);
}

#[test]
fn a_reorg_gives_transactions_back() {
    let node = Node::l2();
    let genesis = node.chain.head().hash;
    let hash = node.pool.add_raw(&Account::new(1).transfer(901, 0, GWEI, 1)).unwrap();
    assert_eq!((node.mine(), node.pool.status()), (vec![hash], status(0, 0)));
    let empty = PayloadAttributes {
        no_tx_pool: true,
        timestamp: 1_002,
        ..node.attributes()
    };
    let without = node.mine_on(genesis, empty);
    assert!(node.mined(without).is_empty());
    assert_eq!(node.pool.status(), status(1, 0));
    assert_eq!(node.mine(), [hash]);
}

#[test]
fn s23_a_payload_asked_for_twice_is_the_same_and_an_unknown_one_is_refused() {
    let node = Node::l2();
    let (head, attributes) = (node.chain.head().hash, node.attributes());
    let id = node.builder.start(head, attributes.clone()).unwrap();
    let first = node.builder.get(id).unwrap();
    node.pool.add_raw(&Account::new(1).transfer(901, 0, GWEI, 1)).unwrap();
    assert_eq!(node.builder.get(id).unwrap().hash, first.hash);
    assert_eq!(node.builder.start(head, attributes).unwrap(), id);
    let unknown = PayloadId::new([9; 8]);
    assert_eq!(
        node.builder.get(unknown).unwrap_err(),
        PayloadError::UnknownPayload(unknown)
    );
}

#[test]
fn a_block_takes_what_comes_while_it_is_made() {
    let node = Node::l2();
    let id = node.builder.start(node.chain.head().hash, node.attributes()).unwrap();
    let send = |nonce| {
        node.pool
            .add_raw(&Account::new(1).transfer(901, nonce, GWEI, 1))
            .unwrap()
    };
    let sent: Vec<_> = (0..10).map(send).collect();
    let payload = node.builder.get(id).unwrap();
    assert_eq!(node.mined(payload.hash), sent);
    assert_eq!(payload.fees_wei, U256::from(10 * 21_000 * GWEI));
}

#[test]
fn forced_transactions_that_do_not_execute_are_refused_at_the_start() {
    let node = Node::l2();
    let head = node.chain.head().hash;
    let broke = Account::new(99).transfer(901, 0, 0, 1);
    let attributes = PayloadAttributes {
        transactions: vec![broke],
        no_tx_pool: true,
        ..node.attributes()
    };
    let early = PayloadAttributes {
        timestamp: 1_000,
        ..node.attributes()
    };
    for attributes in [attributes, early] {
        let refusal = node.builder.start(head, attributes).unwrap_err();
        assert!(matches!(refusal, PayloadError::InvalidAttributes { .. }), "{refusal}");
    }
}

fn blob_transaction(sender: &Account, cell_proofs: bool) -> Bytes {
    let builder = SidecarBuilder::<SimpleCoder>::from_slice(b"a batch of blocks");
    let sidecar: BlobTransactionSidecar = builder.build_4844().unwrap();
    let tx = TxEip4844 {
        chain_id: 900,
        gas_limit: 21_000,
        max_fee_per_gas: 100 * GWEI,
        max_priority_fee_per_gas: GWEI,
        max_fee_per_blob_gas: GWEI,
        blob_versioned_hashes: sidecar.versioned_hashes().collect(),
        ..Default::default()
    };
    let signature = sender.sign(tx.signature_hash());
    let settings = alloy_eips::eip4844::env_settings::EnvKzgSettings::Default;
    let sidecar = match cell_proofs {
        false => BlobTransactionSidecarVariant::Eip4844(sidecar),
        true => BlobTransactionSidecarVariant::Eip7594(sidecar.try_into_7594(settings.get()).unwrap()),
    };
    let signed = TxEip4844WithSidecar::from_tx_and_sidecar(tx, sidecar).into_signed(signature);
    EthereumTxEnvelope::Eip4844(signed).encoded_2718().into()
}

#[test]
fn blobs_reach_the_store_of_l1_with_cell_proofs_and_are_refused_on_l2() {
    let node = Node::l1();
    let (old_form, new_form) = (Account::new(1), Account::new(2));
    node.pool.add_raw(&blob_transaction(&old_form, false)).unwrap();
    node.pool.add_raw(&blob_transaction(&new_form, true)).unwrap();
    assert_eq!(node.mine().len(), 2);
    let blobs = node.chain.blobs(node.chain.head().hash).unwrap();
    assert_eq!(
        blobs.iter().map(|item| item.proofs.len()).collect::<Vec<_>>(),
        [128, 128]
    );
    let refusal = Node::l2().pool.add_raw(&blob_transaction(&old_form, true)).unwrap_err();
    assert_eq!(refusal, PoolError::TypeNotSupported(3));
}

#[test]
fn a_blob_transaction_needs_its_own_blobs() {
    let node = Node::l1();
    let mut raw = blob_transaction(&Account::new(1), true).to_vec();
    let middle = raw.len() / 2;
    raw[middle] ^= 1;
    let refusal = node.pool.add_raw(&raw.into()).unwrap_err();
    assert!(matches!(refusal, PoolError::InvalidBlobs { .. }), "{refusal}");
    assert_eq!(node.pool.status(), status(0, 0));
}

#[test]
fn senders_in_parallel_all_get_in() {
    let node = Node::l2();
    thread::scope(|scope| {
        for index in 1..=8 {
            let pool = &node.pool;
            scope.spawn(move || {
                let sender = Account::new(index);
                for nonce in 0..20 {
                    pool.add_raw(&sender.transfer(901, nonce, GWEI, 1)).unwrap();
                }
            });
        }
    });
    assert_eq!(node.mine().len(), 160);
}
