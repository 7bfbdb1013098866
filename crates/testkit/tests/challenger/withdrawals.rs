//! What users feel of a lie: honest withdrawals take a second proof, forged ones never arrive.

use crate::world::{INTERVAL, PERIOD_S, Part, SLOT_S, WITH_KEY, World};
use alloy_consensus::TxEip1559;
use alloy_primitives::{Address, Bytes, TxKind, U256};
use alloy_sol_types::{SolCall, SolEvent};
use contracts::{
    CHALLENGER,
    bindings::{
        L2ToL1MessagePasser::{MessagePassed, initiateWithdrawalCall},
        OptimismPortal::{donateETHCall, finalizeWithdrawalTransactionCall, proveWithdrawalTransactionCall},
        OutputRootProof, WithdrawalTransaction,
    },
};
use execute::StateSource;
use protocol::{Transaction, predeploys};
use tandem_testkit::{ForgedWithdrawal, Lie, Member, Rollup, root, truth, withdrawal_hash, withdrawal_slot};

const RECEIVER: Address = Address::repeat_byte(0x5e);
const THIEF: Address = Address::repeat_byte(0xbe);
const VALUE_WEI: u64 = 1_000_000;

/// A user asks for a withdrawal on L2; answers with it and with the block that has it.
async fn initiate(world: &World, sequencer: &Member) -> (WithdrawalTransaction, u64) {
    let call = initiateWithdrawalCall {
        target: RECEIVER,
        gasLimit: U256::from(50_000),
        data: Bytes::new(),
    };
    let body = TxEip1559 {
        chain_id: world.rollup.config.l2_chain_id,
        gas_limit: 300_000,
        max_fee_per_gas: 100_000_000_000,
        to: TxKind::Call(predeploys::L2_TO_L1_MESSAGE_PASSER),
        value: U256::from(VALUE_WEI),
        input: call.abi_encode().into(),
        ..TxEip1559::default()
    };
    let transaction = Transaction::Eip1559(Rollup::user(2).sign(body));
    let hash = sequencer.execution.pool().add_raw(&transaction.encoded()).unwrap();
    world.slots(2).await;
    let chain = sequencer.execution.chain();
    let at = chain.transaction(hash).unwrap().expect("it is in a block");
    let block = chain.record(at.block_hash).unwrap().unwrap();
    let mut logs = block.logs().filter(|(index, _)| *index == at.index);
    let passed = logs
        .find_map(|(_, log)| MessagePassed::decode_log(log).ok())
        .expect("it was passed")
        .data;
    let withdrawal = WithdrawalTransaction {
        nonce: passed.nonce,
        sender: passed.sender,
        target: passed.target,
        value: passed.value,
        gasLimit: passed.gasLimit,
        data: passed.data,
    };
    assert_eq!(withdrawal_hash(&withdrawal), passed.withdrawalHash);
    (withdrawal, at.block_number)
}

fn prove(
    withdrawal: &WithdrawalTransaction,
    index: u64,
    claim: &OutputRootProof,
    withdrawal_proof: Vec<Bytes>,
) -> Bytes {
    let call = proveWithdrawalTransactionCall {
        withdrawal: withdrawal.clone(),
        l2OutputIndex: U256::from(index),
        outputRootProof: claim.clone(),
        withdrawalProof: withdrawal_proof,
    };
    call.abi_encode().into()
}

/// A proof by an honest output: from the block that it is of.
fn prove_by(node: &Member, withdrawal: &WithdrawalTransaction, index: u64, number: u64) -> Bytes {
    let block = node.block(number);
    let slots = [withdrawal_slot(withdrawal)];
    let passer = predeploys::L2_TO_L1_MESSAGE_PASSER;
    let proof = node
        .execution
        .chain()
        .proof(block.hash, passer, &slots)
        .unwrap()
        .unwrap();
    prove(withdrawal, index, &truth(&block), proof.storage[0].nodes.clone())
}

fn finalize(withdrawal: &WithdrawalTransaction) -> Bytes {
    let withdrawal = withdrawal.clone();
    finalizeWithdrawalTransactionCall { withdrawal }.abi_encode().into()
}

fn balance(world: &World, address: Address) -> U256 {
    world.port.with(|l1| {
        let state = l1.chain().state_at(l1.head().hash).unwrap().unwrap();
        state
            .account(address)
            .unwrap()
            .map_or(U256::ZERO, |account| account.balance)
    })
}

/// Whether the user proves again as soon as there is an output to prove by, or waits for the same one to come back.
async fn survives(lie: Lie, proves_again: bool) {
    let world = World::new();
    let sequencer = world.start(Part::Sequencer).await;
    let verifier = world.start(WITH_KEY).await;
    let (user, thief) = (Rollup::user(2), Rollup::user(3));
    let portal = world.rollup.config.deposit_contract_address;
    let donation = donateETHCall {}.abi_encode().into();
    world
        .port
        .with(|l1| l1.send(&user, portal, donation, U256::from(10 * VALUE_WEI)));
    let (withdrawal, block) = initiate(&world, &sequencer).await;
    let forged = ForgedWithdrawal::new(THIEF, U256::from(VALUE_WEI));

    // A lie, and behind it an honest output that covers the withdrawal.
    while world.port.next_block_number() < block {
        world.until_safe(&verifier, world.port.next_block_number()).await;
        world.propose_right(&sequencer, 0);
        world.slot().await;
    }
    let lied = world.port.next_block_number();
    world.until_safe(&verifier, lied + INTERVAL).await;
    let index = u64::try_from(world.port.outputs().len()).unwrap();
    let claim = lie.about(&sequencer.block(lied), &forged);
    world.propose(root(&claim), lied);
    world.propose_right(&sequencer, 1);
    // L1 takes the deletion late: both proofs are there before it.
    world.censor(&CHALLENGER, true);
    world.slot().await;
    assert_eq!(world.port.outputs().len() as u64, index + 2);
    assert!(
        world
            .succeeds(
                &thief,
                portal,
                prove(&forged.withdrawal, index, &claim, forged.proof.clone())
            )
            .await
    );
    let honest = |index| prove_by(&verifier, &withdrawal, index, lied + INTERVAL);
    assert!(world.succeeds(&user, portal, honest(index + 1)).await);
    world.censor(&CHALLENGER, false);
    world.slot().await;
    assert_eq!(world.port.outputs().len() as u64, index, "both are gone");

    // Whoever is honest goes on, by another output or by the same one.
    world.propose_right(&sequencer, 0);
    if !proves_again {
        world.propose_right(&sequencer, 1);
    }
    world.slot().await;
    if proves_again {
        assert!(
            !world.succeeds(&user, portal, finalize(&withdrawal)).await,
            "its proof fell"
        );
        let again = prove_by(&verifier, &withdrawal, index, lied);
        assert!(world.succeeds(&user, portal, again).await);
    }
    assert!(
        !world.succeeds(&user, portal, finalize(&withdrawal)).await,
        "not at once"
    );
    world.slots(PERIOD_S / SLOT_S + 2).await;
    world.assert_all_right(&sequencer);
    assert!(!world.succeeds(&thief, portal, finalize(&forged.withdrawal)).await);
    assert!(
        !world
            .succeeds(
                &thief,
                portal,
                prove(&forged.withdrawal, index, &claim, forged.proof.clone())
            )
            .await
    );
    assert!(world.succeeds(&user, portal, finalize(&withdrawal)).await);
    assert_eq!(balance(&world, RECEIVER), U256::from(VALUE_WEI), "{lie:?}");
    assert!(!world.succeeds(&user, portal, finalize(&withdrawal)).await, "once");
    assert!(!world.succeeds(&thief, portal, finalize(&forged.withdrawal)).await);
    assert_eq!(
        (balance(&world, RECEIVER), balance(&world, THIEF)),
        (U256::from(VALUE_WEI), U256::ZERO)
    );
    verifier.stop().await;
    sequencer.stop().await;
}

#[tokio::test(start_paused = true)]
async fn s34_after_a_forged_storage_root_the_honest_prove_again_and_the_thief_gets_nothing() {
    survives(Lie::StorageRoot, true).await;
}

#[tokio::test(start_paused = true)]
async fn s34_after_an_output_that_is_all_made_up_an_honest_proof_stands_again_and_the_thief_gets_nothing() {
    survives(Lie::Everything, false).await;
}
