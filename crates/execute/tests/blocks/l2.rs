//! A small L2 over the contracts of a real Karst genesis, one block at a time.

use alloy_consensus::{Header, SignableTransaction, TxEip1559, transaction::Recovered};
use alloy_genesis::Genesis;
use alloy_primitives::{Address, B256, Bytes, Signature, TxKind, U256, address};
use protocol::{
    ChainSpec, Fork, L1AttributesFormat, L1BlockInfo, PayloadAttributes, Receipt, RecoveredTransaction, Rules,
    Transaction, TxDeposit, predeploys,
};
use tandem_execute::{
    BuildOptions, Built, Candidates, InvalidBlock, InvalidTransaction, NoCandidates, Verdict, build_block,
    genesis_block, verify_block,
};

use crate::support::{MemoryState, unzstd_with};

pub(crate) const ALICE: Address = address!("0xa11ce00000000000000000000000000000000000");
pub(crate) const BOB: Address = address!("0xb0b0000000000000000000000000000000000000");
pub(crate) const ETHER: u128 = 1_000_000_000_000_000_000;

/// A chain and its head.
pub(crate) struct L2 {
    pub(crate) spec: ChainSpec,
    pub(crate) state: MemoryState,
    pub(crate) header: Header,
    pub(crate) hash: B256,
    pub(crate) l1: L1BlockInfo,
    pub(crate) gas_limit: u64,
}

/// Candidates from a list, with what became of the rejected ones.
#[derive(Default)]
pub(crate) struct List {
    pub(crate) transactions: Vec<RecoveredTransaction>,
    pub(crate) rejected: Vec<InvalidTransaction>,
}

impl Candidates for List {
    fn next(&mut self) -> Option<RecoveredTransaction> {
        (!self.transactions.is_empty()).then(|| self.transactions.remove(0))
    }

    fn rejected(&mut self, _transaction: &RecoveredTransaction, reason: &InvalidTransaction) {
        self.rejected.push(reason.clone());
    }
}

impl L2 {
    /// The chain at its genesis, with everything up to `fork` active and Alice rich.
    pub(crate) fn at(fork: Fork) -> Self {
        let json = unzstd_with(
            "superchain-registry/dictionary",
            "superchain-registry/sepolia-devnet-2.json.zst",
        );
        let mut genesis: Genesis = serde_json::from_slice(&json).unwrap();
        genesis.alloc.entry(ALICE).or_default().balance = U256::from(1_000 * ETHER);
        let mut spec = ChainSpec::from_chain_config(&genesis.config).unwrap();
        let Rules::OpStack(rules) = &mut spec.rules else {
            panic!("an OP Stack genesis")
        };
        for later in Fork::ALL.into_iter().filter(|later| *later > fork) {
            rules.forks.set(later, None);
        }
        if fork < Fork::Jovian {
            genesis.extra_data = Bytes::from_static(&[0, 0, 0, 0, 250, 0, 0, 0, 6]);
        }
        let first = genesis_block(&spec, &genesis).unwrap();
        let l1 = L1BlockInfo {
            format: if fork < Fork::Jovian {
                L1AttributesFormat::Isthmus
            } else {
                L1AttributesFormat::Jovian
            },
            number: 7,
            base_fee: U256::from(1_000_000_000),
            base_fee_scalar: 1_368,
            blob_base_fee_scalar: 810_949,
            blob_base_fee: U256::from(3),
            operator_fee_scalar: 100,
            operator_fee_constant: 5_000,
            da_footprint_gas_scalar: 400,
            ..L1BlockInfo::default()
        };
        Self {
            spec,
            state: MemoryState::genesis(&first),
            gas_limit: first.header.gas_limit,
            header: first.header,
            hash: first.hash,
            l1,
        }
    }

    pub(crate) fn attributes(&self) -> PayloadAttributes {
        let jovian = self.spec.is_op_active(Fork::Jovian, self.header.timestamp);
        PayloadAttributes {
            timestamp: self.header.timestamp + 2,
            prev_randao: B256::repeat_byte(9),
            suggested_fee_recipient: address!("0x4200000000000000000000000000000000000011"),
            withdrawals: Some(vec![]),
            parent_beacon_block_root: Some(B256::repeat_byte(8)),
            gas_limit: Some(self.gas_limit),
            eip1559_params: Some(Default::default()),
            min_base_fee: jovian.then_some(0),
            ..PayloadAttributes::default()
        }
    }

    /// Builds on the head: the L1 attributes, the forced transactions, the candidates.
    pub(crate) fn build_with(
        &self,
        attributes: &PayloadAttributes,
        forced: Vec<RecoveredTransaction>,
        candidates: &mut impl Candidates,
        options: &BuildOptions,
    ) -> Verdict<Built> {
        let mut all = vec![deposit(self.l1.to_deposit())];
        all.extend(forced);
        let parent = self.state.parent(&self.header, self.hash);
        build_block(&self.spec, parent, attributes, &all, candidates, options).unwrap()
    }

    /// Builds a block of forced transactions alone.
    pub(crate) fn build(&self, forced: Vec<RecoveredTransaction>) -> Verdict<Built> {
        self.build_with(&self.attributes(), forced, &mut NoCandidates, &BuildOptions::default())
    }

    /// Builds, verifies and adopts a block; answers its receipts, the L1 attributes' first.
    pub(crate) fn advance(&mut self, forced: Vec<RecoveredTransaction>) -> Vec<Receipt> {
        let built = valid(self.build(forced));
        self.adopt(built)
    }

    pub(crate) fn adopt(&mut self, built: Built) -> Vec<Receipt> {
        assert_eq!(self.verify(&built), None);
        self.header = built.block.header;
        self.hash = built.hash;
        let executed = built.executed;
        self.state
            .apply(&self.header, self.hash, &executed.outcome.changes, &executed.trie);
        executed.outcome.receipts
    }

    /// The rule that a block breaks.
    pub(crate) fn verify(&self, built: &Built) -> Option<InvalidBlock> {
        let parent = self.state.parent(&self.header, self.hash);
        verify_block(&self.spec, parent, &built.block, &built.senders)
            .unwrap()
            .invalid()
    }

    pub(crate) fn balance(&self, address: Address) -> U256 {
        self.state
            .accounts
            .get(&address)
            .map(|account| account.balance)
            .unwrap_or_default()
    }

    pub(crate) fn nonce(&self, address: Address) -> u64 {
        self.state
            .accounts
            .get(&address)
            .map(|account| account.nonce)
            .unwrap_or_default()
    }

    /// What the fee vaults hold: L1 fees, base fees, operator fees, priority fees.
    pub(crate) fn vaults(&self) -> [U256; 4] {
        [
            predeploys::L1_FEE_VAULT,
            predeploys::BASE_FEE_VAULT,
            predeploys::OPERATOR_FEE_VAULT,
            predeploys::SEQUENCER_FEE_VAULT,
        ]
        .map(|vault| self.balance(vault))
    }
}

/// What a valid verdict holds.
pub(crate) fn valid<T>(verdict: Verdict<T>) -> T {
    match verdict {
        Verdict::Valid(outcome) => outcome,
        Verdict::Invalid(broken) => panic!("{broken}"),
    }
}

pub(crate) fn deposit(deposit: TxDeposit) -> RecoveredTransaction {
    let from = deposit.from;
    Recovered::new_unchecked(Transaction::from(deposit), from)
}

/// A user deposit of Bob's to an address without code.
pub(crate) fn user_deposit() -> TxDeposit {
    TxDeposit {
        source_hash: B256::repeat_byte(1),
        from: BOB,
        to: TxKind::Call(Address::repeat_byte(0x77)),
        mint: 500,
        value: U256::ZERO,
        gas_limit: 100_000,
        is_system_transaction: false,
        input: Bytes::new(),
    }
}

/// A transaction of Alice's. Its signature is none: who verifies blocks is told the senders.
pub(crate) fn signed(tx: TxEip1559) -> RecoveredTransaction {
    Recovered::new_unchecked(Transaction::from(tx.into_signed(Signature::test_signature())), ALICE)
}

pub(crate) fn transfer(nonce: u64) -> TxEip1559 {
    TxEip1559 {
        chain_id: 420_130_015,
        nonce,
        gas_limit: 21_000,
        max_fee_per_gas: 10_000_000_000,
        max_priority_fee_per_gas: 7,
        to: TxKind::Call(BOB),
        value: U256::from(1),
        ..TxEip1559::default()
    }
}
