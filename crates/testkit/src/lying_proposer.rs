//! An adversary: a proposer that proposes what is not so, with the forged withdrawals that make it worth it.

use crate::ContractL1;
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_sol_types::{SolCall, SolValue};
use chain::BlockRecord;
use contracts::{
    PROPOSER,
    bindings::{L2OutputOracle::proposeL2OutputCall, OutputRootProof, WithdrawalTransaction},
};
use l1::{Secret, Wallet};
use protocol::output_root_v0;

/// In what a proposed output differs from the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// The state root is another block's.
    StateRoot,
    /// The message passer's storage holds a withdrawal that nobody asked for.
    StorageRoot,
    /// The block's hash is another one.
    BlockHash,
    /// Everything is made up.
    Everything,
}

impl Lie {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::StateRoot, Self::StorageRoot, Self::BlockHash, Self::Everything];

    /// What the output claims of a block instead of the truth.
    pub fn about(self, block: &BlockRecord, forged: &ForgedWithdrawal) -> OutputRootProof {
        let truth = truth(block);
        let other = |root: B256| keccak256(root);
        match self {
            Self::StateRoot => OutputRootProof {
                stateRoot: other(truth.stateRoot),
                ..truth
            },
            Self::StorageRoot => OutputRootProof {
                messagePasserStorageRoot: forged.storage_root,
                ..truth
            },
            Self::BlockHash => OutputRootProof {
                latestBlockhash: other(truth.latestBlockhash),
                ..truth
            },
            Self::Everything => OutputRootProof {
                messagePasserStorageRoot: forged.storage_root,
                stateRoot: other(truth.stateRoot),
                latestBlockhash: other(truth.latestBlockhash),
                ..truth
            },
        }
    }
}

/// What an honest output claims of a block.
pub fn truth(block: &BlockRecord) -> OutputRootProof {
    let header = block.header();
    OutputRootProof {
        version: B256::ZERO,
        stateRoot: header.state_root,
        messagePasserStorageRoot: header
            .withdrawals_root
            .expect("invariant: the chain begins with Isthmus"),
        latestBlockhash: block.hash,
    }
}

/// The output root of a claim.
pub fn root(claim: &OutputRootProof) -> B256 {
    output_root_v0(claim.stateRoot, claim.messagePasserStorageRoot, claim.latestBlockhash)
}

/// The hash by which both layers know a withdrawal.
pub fn withdrawal_hash(withdrawal: &WithdrawalTransaction) -> B256 {
    keccak256(
        (
            withdrawal.nonce,
            withdrawal.sender,
            withdrawal.target,
            withdrawal.value,
            withdrawal.gasLimit,
            withdrawal.data.clone(),
        )
            .abi_encode_params(),
    )
}

/// The slot in which the message passer keeps that a withdrawal was asked for.
pub fn withdrawal_slot(withdrawal: &WithdrawalTransaction) -> B256 {
    keccak256((withdrawal_hash(withdrawal), B256::ZERO).abi_encode())
}

/// A withdrawal that nobody asked for, with a storage trie that says so, and the proof in it.
#[derive(Clone, Debug)]
pub struct ForgedWithdrawal {
    /// The withdrawal.
    pub withdrawal: WithdrawalTransaction,
    /// The root of a trie with its slot alone.
    pub storage_root: B256,
    /// The trie's only node.
    pub proof: Vec<Bytes>,
}

impl ForgedWithdrawal {
    /// Pays `value` wei to `thief`.
    pub fn new(thief: Address, value: U256) -> Self {
        let withdrawal = WithdrawalTransaction {
            nonce: U256::from(1) << 240,
            sender: thief,
            target: thief,
            value,
            gasLimit: U256::from(100_000),
            data: Bytes::new(),
        };
        let path = keccak256(withdrawal_slot(&withdrawal));
        // A leaf with an even path: 0x20, the path, and the encoded value 1.
        let path: Bytes = [&[0x20][..], path.as_slice()].concat().into();
        let leaf: Bytes = alloy_rlp::encode(vec![path, Bytes::from_static(&[0x01])]).into();
        Self {
            withdrawal,
            storage_root: keccak256(&leaf),
            proof: vec![leaf],
        }
    }
}

/// Has the oracle's proposer propose a root in the next block of L1, whatever it is worth.
pub fn propose(l1: &mut ContractL1, output_root: B256, l2_block_number: u64) -> B256 {
    let proposer =
        Wallet::new(Secret::from_bytes(PROPOSER.private_key).expect("invariant: the published keys are valid"));
    let call = proposeL2OutputCall {
        outputRoot: output_root,
        l2BlockNumber: U256::from(l2_block_number),
        l1BlockHash: B256::ZERO,
        l1BlockNumber: U256::ZERO,
    };
    let oracle = l1.addresses().l2_output_oracle_proxy;
    l1.send(&proposer, oracle, call.abi_encode().into(), U256::ZERO)
}
