//! What was recorded is enough to replay, and none of it is too much.

mod model;

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use model::{State, Store, allocation, sample_state, stored};
use std::collections::BTreeMap;
use tandem_trie::{
    AccountChange, Error, HashedChanges, MapSource, NodeSource, RecordingSource, StateTrieUpdate, build_state,
    prove_account, update_state,
};

/// Ten accounts changed, ten made, ten deleted; storage with insertions, changes and deletions.
fn block(state: &State) -> HashedChanges {
    let mut changes = HashedChanges::default();
    for (n, (key, account)) in state.iter().enumerate().filter(|(n, _)| n % 7 == 0) {
        let mut change = AccountChange {
            info: Some(account.info()),
            ..AccountChange::default()
        };
        change.info.as_mut().unwrap().nonce += 1;
        change.storage = account
            .slots
            .keys()
            .step_by(3)
            .map(|slot| (*slot, U256::from(n % 2)))
            .collect();
        changes.accounts.insert(*key, change);
    }
    changes.accounts.extend(
        state
            .keys()
            .skip(3)
            .step_by(13)
            .map(|key| (*key, AccountChange::default())),
    );
    let new = state.values().take(10).enumerate();
    let fresh = |n: usize| keccak256([n as u8; 7]);
    changes.accounts.extend(new.map(|(n, account)| {
        (
            fresh(n),
            AccountChange {
                info: Some(account.info()),
                ..AccountChange::default()
            },
        )
    }));
    changes
}

fn recorded() -> (B256, HashedChanges, StateTrieUpdate, BTreeMap<B256, Bytes>) {
    let state = sample_state(300, 12);
    let (root, store) = stored(&state);
    let changes = block(&state);
    let source = RecordingSource::new(&store);
    let update = update_state(root, &changes, &source).unwrap();
    assert!(
        source.nodes().len() < store.nodes.len(),
        "a witness is not the whole state"
    );
    (root, changes, update, source.into_nodes())
}

#[test]
fn a_witness_replays_to_the_same_update() {
    let (root, changes, update, witness) = recorded();
    assert_eq!(
        update_state(root, &changes, MapSource::verified(witness.clone())).unwrap(),
        update
    );
    let preimages = MapSource::from_preimages(witness.into_values());
    assert_eq!(update_state(root, &changes, preimages).unwrap(), update);
}

#[test]
fn without_any_one_node_the_replay_names_it() {
    let (root, changes, _, witness) = recorded();
    for hash in witness.keys() {
        let mut source = MapSource::new(witness.clone());
        source.remove(hash).unwrap();
        let error = update_state(root, &changes, &source).unwrap_err();
        assert!(matches!(error, Error::MissingNode(at) if at.hash == *hash), "{error}");
    }
}

#[test]
fn a_forged_node_is_refused_when_it_is_read() {
    let (root, changes, _, witness) = recorded();
    for hash in witness.keys() {
        let mut forged = witness.clone();
        let rlp = forged.get_mut(hash).unwrap();
        let mut bytes = rlp.to_vec();
        *bytes.last_mut().unwrap() ^= 1;
        *rlp = bytes.into();
        let error = update_state(root, &changes, MapSource::verified(forged)).unwrap_err();
        assert!(matches!(error, Error::HashMismatch(at) if at.hash == *hash), "{error}");
    }
}

#[test]
fn a_source_that_fails_is_heard() {
    #[derive(Debug, PartialEq, thiserror::Error)]
    #[error("disk on fire")]
    struct OnFire;

    struct Broken;
    impl NodeSource for Broken {
        type Error = OnFire;
        fn node(&self, _: Option<B256>, _: &tandem_trie::Nibbles, _: B256) -> Result<Bytes, Error<OnFire>> {
            Err(OnFire)?
        }
    }

    let (root, changes, ..) = recorded();
    assert_eq!(update_state(root, &changes, Broken).unwrap_err(), Error::Source(OnFire));
}

#[test]
fn account_proofs_verify_against_the_state_root() {
    let mut changes = allocation(&sample_state(300, 0));
    let (contract, plain, absent) = (
        Address::repeat_byte(1),
        Address::repeat_byte(2),
        Address::repeat_byte(3),
    );
    let info = changes.accounts.values().next().unwrap().info;
    let slots = (0..40u64).map(|slot| (U256::from(slot), U256::from(slot * slot)));
    changes.insert_plain(contract, info, false, slots);
    changes.insert_plain(plain, info, false, []);
    let update = build_state(&changes).unwrap();
    let mut store = Store::default();
    store.apply_state(&update);

    let slots: Vec<B256> = [6u64, 0, 99].map(|slot| U256::from(slot).into()).to_vec();
    for (address, exists) in [(contract, true), (plain, true), (absent, false)] {
        let proof = prove_account(update.root, address, &slots, &store).unwrap();
        assert_eq!(proof.account.is_some(), exists);
        proof.verify(update.root).unwrap();
        let values: Vec<_> = proof.storage.iter().map(|slot| slot.value).collect();
        let six = if address == contract { 36 } else { 0 };
        assert_eq!(values, [U256::from(six), U256::ZERO, U256::ZERO]);

        let mut wrong_value = proof.clone();
        wrong_value.storage[0].value += U256::from(1);
        assert!(matches!(
            wrong_value.verify(update.root),
            Err(Error::ProofValueMismatch { .. })
        ));
        let mut wrong_account = proof.clone();
        wrong_account.account = Some(tandem_trie::TrieAccount::default());
        assert!(matches!(
            wrong_account.verify(update.root),
            Err(Error::ProofValueMismatch { .. })
        ));
    }
}
