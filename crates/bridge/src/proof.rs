//! The proof of a withdrawal, checked before anybody pays for it.

use alloy_consensus::{Header, Sealed};
use alloy_primitives::{B256, Bytes, U256};
use alloy_rpc_types_eth::EIP1186AccountProofResponse;
use contracts::bindings::OutputRootProof;
use l1::ProposedOutput;
use protocol::{OutputRoot, Withdrawal, predeploys::L2_TO_L1_MESSAGE_PASSER};
use serde_json::json;
use trie::{AccountProof, StorageProof, TrieAccount};

use crate::{Error, LayerClient};

/// What the portal wants to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithdrawalProof {
    /// The number of the output.
    pub output_index: u64,
    /// The L2 block that the output is of.
    pub l2_block: u64,
    /// What the output commits to.
    pub output: OutputRoot,
    /// The nodes from the message passer's storage root to the withdrawal.
    pub storage_proof: Vec<Bytes>,
}

impl WithdrawalProof {
    /// What the output commits to, as the portal takes it.
    pub(crate) fn output_root_proof(&self) -> OutputRootProof {
        OutputRootProof {
            version: B256::ZERO,
            stateRoot: self.output.state_root,
            messagePasserStorageRoot: self.output.message_passer_storage_root,
            latestBlockhash: self.output.block_hash,
        }
    }

    /// Asks a node of L2 for the proof, and checks it against the output and the withdrawal.
    pub(crate) async fn from_node(
        l2: &LayerClient,
        withdrawal: &Withdrawal,
        proposed: &ProposedOutput,
    ) -> Result<Self, Error> {
        let l2_block = proposed.l2_block_number;
        let header = l2.header(l2_block.into()).await?;
        let header = header.ok_or(Error::BlockMissing { block: l2_block })?;
        let slot = withdrawal.storage_slot();
        let params = json!([L2_TO_L1_MESSAGE_PASSER, [slot], format!("0x{l2_block:x}")]);
        let sent: EIP1186AccountProofResponse = l2.request("eth_getProof", params).await?;
        Self::check(withdrawal, proposed, &header, sent)
    }

    /// Holds a node's answer to the output that L1 has.
    fn check(
        withdrawal: &Withdrawal,
        proposed: &ProposedOutput,
        header: &Sealed<Header>,
        sent: EIP1186AccountProofResponse,
    ) -> Result<Self, Error> {
        let output = OutputRoot {
            state_root: header.state_root,
            message_passer_storage_root: sent.storage_hash,
            block_hash: header.hash(),
        };
        let invalid = |reason: String| Error::ProofInvalid {
            withdrawal: withdrawal.hash(),
            block: header.number,
            reason,
        };
        let slot = withdrawal.storage_slot();
        let proof = account_proof(sent);
        proof
            .verify(header.state_root)
            .map_err(|error| invalid(error.to_string()))?;
        if proof.address != L2_TO_L1_MESSAGE_PASSER {
            return Err(invalid(format!("it is of {}", proof.address)));
        }
        let computed = output.hash();
        if computed != proposed.output_root {
            return Err(Error::OutputMismatch {
                index: proposed.index,
                block: header.number,
                on_l1: proposed.output_root,
                computed,
            });
        }
        let storage = proof.storage.into_iter().find(|storage| storage.slot == slot);
        let storage = storage.ok_or_else(|| invalid("it leaves the withdrawal's slot out".to_owned()))?;
        if storage.value != U256::ONE {
            return Err(invalid("the withdrawal is not in the block's state".to_owned()));
        }
        Ok(Self {
            output_index: proposed.index,
            l2_block: header.number,
            output,
            storage_proof: storage.nodes,
        })
    }
}

fn account_proof(sent: EIP1186AccountProofResponse) -> AccountProof {
    let storage = sent.storage_proof.into_iter().map(|slot| StorageProof {
        slot: slot.key.as_b256(),
        value: slot.value,
        nodes: slot.proof,
    });
    AccountProof {
        address: sent.address,
        account: Some(TrieAccount {
            nonce: sent.nonce,
            balance: sent.balance,
            storage_root: sent.storage_hash,
            code_hash: sent.code_hash,
        }),
        nodes: sent.account_proof,
        storage: storage.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_consensus::Sealable;
    use alloy_primitives::{Address, keccak256};
    use alloy_rpc_types_eth::EIP1186StorageProof;
    use alloy_serde::JsonStorageKey;
    use alloy_trie::{HashBuilder, Nibbles, proof::ProofRetainer};

    fn withdrawal(nonce: u64) -> Withdrawal {
        Withdrawal {
            nonce: U256::from(nonce),
            sender: Address::repeat_byte(1),
            target: Address::repeat_byte(2),
            value: U256::from(3),
            gas_limit: U256::from(4),
            data: Bytes::from(vec![5; 40]),
        }
    }

    /// The root of a trie, and the proof of one of its keys, by another library.
    fn proven(mut leaves: Vec<(B256, Vec<u8>)>, key: B256) -> (B256, Vec<Bytes>) {
        leaves.sort();
        let retainer = ProofRetainer::new(vec![Nibbles::unpack(key)]);
        let mut builder = HashBuilder::default().with_proof_retainer(retainer);
        for (key, value) in leaves {
            builder.add_leaf(Nibbles::unpack(key), &value);
        }
        let root = builder.root();
        let nodes = builder.take_proof_nodes().into_nodes_sorted();
        (root, nodes.into_iter().map(|(_, node)| node).collect())
    }

    /// A block of L2 after withdrawals 0 to 9, a node's answer for one, and the output that L1 has.
    fn answer(of: &Withdrawal) -> (Sealed<Header>, EIP1186AccountProofResponse, ProposedOutput) {
        let slot = of.storage_slot();
        let sent = (0..10).map(|nonce| (keccak256(withdrawal(nonce).storage_slot()), vec![1]));
        let (storage_root, storage_proof) = proven(sent.collect(), keccak256(slot));
        let account = TrieAccount {
            nonce: 1,
            balance: U256::from(30),
            storage_root,
            code_hash: B256::repeat_byte(6),
        };
        let key = keccak256(L2_TO_L1_MESSAGE_PASSER);
        let others = (0u8..20).map(|other| (keccak256([other]), vec![7; 70]));
        let accounts = others.chain([(key, alloy_rlp::encode(account))]).collect();
        let (state_root, account_proof) = proven(accounts, key);
        let header = Header {
            number: 12,
            state_root,
            ..Header::default()
        }
        .seal_slow();
        let output = OutputRoot {
            state_root,
            message_passer_storage_root: storage_root,
            block_hash: header.hash(),
        };
        let is_sent = of.nonce < U256::from(10);
        let answer = EIP1186AccountProofResponse {
            address: L2_TO_L1_MESSAGE_PASSER,
            balance: account.balance,
            code_hash: account.code_hash,
            nonce: account.nonce,
            storage_hash: storage_root,
            account_proof,
            storage_proof: vec![EIP1186StorageProof {
                key: JsonStorageKey::Hash(slot),
                value: U256::from(u8::from(is_sent)),
                proof: storage_proof,
            }],
        };
        let proposed = ProposedOutput {
            index: 2,
            output_root: output.hash(),
            l1_timestamp_s: 100,
            l2_block_number: 12,
        };
        (header, answer, proposed)
    }

    #[test]
    fn a_proof_that_fits_withdrawal_and_output_is_taken() {
        for nonce in 0..10 {
            let withdrawal = withdrawal(nonce);
            let (header, answer, proposed) = answer(&withdrawal);
            let nodes = answer.storage_proof[0].proof.clone();
            let proof = WithdrawalProof::check(&withdrawal, &proposed, &header, answer).unwrap();
            assert_eq!((proof.output_index, proof.l2_block), (2, 12));
            assert_eq!(proof.output.hash(), proposed.output_root);
            assert_eq!(proof.storage_proof, nodes);
        }
    }

    #[test]
    fn s41_a_node_that_lies_is_found_out() {
        let withdrawal_3 = withdrawal(3);
        let (header, honest, proposed) = answer(&withdrawal_3);
        let lies: [fn(&mut EIP1186AccountProofResponse); 8] = [
            |sent| sent.balance += U256::ONE,
            |sent| sent.storage_hash = B256::repeat_byte(9),
            |sent| sent.address = Address::repeat_byte(9),
            |sent| sent.account_proof.clear(),
            |sent| sent.storage_proof.clear(),
            |sent| drop(sent.storage_proof[0].proof.pop()),
            |sent| sent.storage_proof[0].value = U256::ZERO,
            |sent| sent.storage_proof[0].key = JsonStorageKey::Hash(withdrawal(4).storage_slot()),
        ];
        for (number, lie) in lies.into_iter().enumerate() {
            let mut sent = honest.clone();
            lie(&mut sent);
            let outcome = WithdrawalProof::check(&withdrawal_3, &proposed, &header, sent);
            assert!(
                matches!(outcome, Err(Error::ProofInvalid { block: 12, .. })),
                "lie {number}: {outcome:?}"
            );
        }
    }

    #[test]
    fn s41_what_was_never_sent_has_no_proof() {
        let forged = withdrawal(11);
        let (header, answer, proposed) = answer(&forged);
        let outcome = WithdrawalProof::check(&forged, &proposed, &header, answer);
        assert!(matches!(outcome, Err(Error::ProofInvalid { .. })), "{outcome:?}");
    }

    #[test]
    fn s34_an_output_of_another_chain_is_named() {
        let withdrawal = withdrawal(3);
        let (header, answer, proposed) = answer(&withdrawal);
        let wrong = ProposedOutput {
            output_root: B256::repeat_byte(8),
            ..proposed
        };
        let outcome = WithdrawalProof::check(&withdrawal, &wrong, &header, answer);
        assert!(
            matches!(outcome, Err(Error::OutputMismatch { index: 2, block: 12, computed, .. }) if computed == proposed.output_root),
            "{outcome:?}"
        );
    }
}
