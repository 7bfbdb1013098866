//! Outputs as an oracle tells them: as of one block, whatever happens meanwhile, and never from another contract.

use std::sync::Arc;

use alloy_consensus::Header;
use alloy_eips::{BlockId, BlockNumberOrTag};
use alloy_primitives::{Address, B256, Bytes, Log, LogData, TxKind, U256};
use alloy_sol_types::{SolCall, SolEvent, SolInterface};
use contracts::bindings::L2OutputOracle::{
    L2OutputOracleCalls as Calls, OutputProposed, OutputsDeleted, deleteL2OutputsCall, proposeL2OutputCall,
};
use protocol::BlockRef;
use serde_json::{Value, json};
use tandem_l1::{Error, NextOutput, OracleChange, OracleParameters, OutputOracle, ProposedOutput, Reaction};

use crate::peer::{Answer, METHOD_NOT_FOUND, Peer, client, serve_rpc};

const ORACLE: Address = Address::repeat_byte(0x0a);
const PROPOSER: Address = Address::repeat_byte(0x0b);
const CHALLENGER: Address = Address::repeat_byte(0x0c);
const INTERVAL: u64 = 4;
const START: u64 = 100;
/// L1's newest block; block `n` has `n` outputs.
const LATEST: u64 = 1_000;
const GETH_REVERT: (i64, &str) = (3, "execution reverted");

fn header(number: u64) -> Header {
    Header {
        number,
        timestamp: 10 * number,
        ..Header::default()
    }
}

fn hash(number: u64) -> B256 {
    header(number).hash_slow()
}

fn proposed(index: u64) -> ProposedOutput {
    ProposedOutput {
        index,
        output_root: U256::from(index + 1).into(),
        l1_timestamp_s: 10 * (index + 1),
        l2_block_number: START + INTERVAL * (index + 1),
    }
}

/// What the contract answers where `outputs` stand.
fn returned(data: &[u8], outputs: u64) -> Result<Vec<u8>, (i64, &'static str)> {
    let number = |value: u64| Ok(U256::from(value).to_be_bytes_vec());
    let account = |account: Address| Ok(account.into_word().to_vec());
    match Calls::abi_decode(data).unwrap() {
        Calls::submissionInterval(_) => number(INTERVAL),
        Calls::l2BlockTime(_) => number(2),
        Calls::startingBlockNumber(_) => number(START),
        Calls::startingTimestamp(_) => number(7),
        Calls::finalizationPeriodSeconds(_) => number(60),
        Calls::proposer(_) => account(PROPOSER),
        Calls::challenger(_) => account(CHALLENGER),
        Calls::nextOutputIndex(_) => number(outputs),
        Calls::nextBlockNumber(_) => number(START + INTERVAL * (outputs + 1)),
        Calls::getL2OutputIndexAfter(call) => number((call.l2BlockNumber.to::<u64>() - START).div_ceil(INTERVAL) - 1),
        Calls::getL2Output(call) if call.l2OutputIndex < U256::from(outputs) => {
            let output = proposed(call.l2OutputIndex.to());
            let words = [
                U256::from_be_bytes(output.output_root.0),
                U256::from(output.l1_timestamp_s),
                U256::from(output.l2_block_number),
            ];
            Ok(words.iter().flat_map(|word| word.to_be_bytes_vec()).collect())
        }
        _ => Err(GETH_REVERT),
    }
}

/// An L1 that answers calls only where they name one block by its hash.
async fn l1() -> Peer {
    serve_rpc(Arc::new(|method: &str, params: &[Value]| -> Answer {
        match method {
            "eth_getBlockByNumber" | "eth_getBlockByHash" => {
                let of_block =
                    |number: &u64| params[0] == json!(hash(*number)) || params[0] == json!(format!("{number:#x}"));
                let number = (0..=LATEST).find(of_block).unwrap_or(LATEST);
                let mut json = serde_json::to_value(header(number)).unwrap();
                json["hash"] = json!(hash(number));
                Ok(json)
            }
            "eth_call" => {
                assert_eq!(params[0]["to"], json!(ORACLE));
                let number = (0..=LATEST).find(|number| params[1]["blockHash"] == json!(hash(*number)));
                let data: Bytes = serde_json::from_value(params[0]["data"].clone()).unwrap();
                returned(
                    &data,
                    number.unwrap_or_else(|| panic!("a call that names no block: {}", params[1])),
                )
                .map(|bytes| json!(Bytes::from(bytes)))
            }
            _ => Err(METHOD_NOT_FOUND),
        }
    }))
    .await
}

fn oracle(peer: &Peer) -> OutputOracle {
    OutputOracle::new(client(peer), ORACLE)
}

#[tokio::test]
async fn an_oracle_is_read_as_of_one_block() {
    let peer = l1().await;
    let oracle = oracle(&peer);
    let at = BlockId::from(hash(3));
    let parameters = OracleParameters {
        submission_interval_blocks: INTERVAL,
        l2_block_time_s: 2,
        starting_block_number: START,
        starting_timestamp_s: 7,
        proposer: PROPOSER,
        challenger: CHALLENGER,
        finalization_period_s: 60,
    };
    assert_eq!(oracle.parameters(at).await.unwrap(), parameters);
    let next = NextOutput {
        index: 3,
        l2_block_number: 116,
    };
    assert_eq!(oracle.next(at).await.unwrap(), next);
    assert_eq!(oracle.next_block_number(at).await.unwrap(), 116);
    assert_eq!(oracle.latest(at).await.unwrap(), Some(proposed(2)));
    assert_eq!(oracle.outputs_since(1, at).await.unwrap(), [proposed(1), proposed(2)]);
    assert_eq!(oracle.output(1, at).await.unwrap(), Some(proposed(1)));
    assert_eq!(oracle.output_after(105, at).await.unwrap(), Some(proposed(1)));
    assert_eq!(oracle.next_output_index(hash(5).into()).await.unwrap(), 5);
}

#[tokio::test]
async fn what_does_not_stand_is_nothing_and_no_error() {
    let peer = l1().await;
    let oracle = oracle(&peer);
    let (empty, at) = (BlockId::from(hash(0)), BlockId::from(hash(3)));
    assert_eq!(oracle.latest(empty).await.unwrap(), None);
    assert_eq!(oracle.outputs_since(0, empty).await.unwrap(), []);
    assert_eq!(oracle.output(3, at).await.unwrap(), None);
    assert_eq!(oracle.outputs_since(3, at).await.unwrap(), []);
    assert_eq!(oracle.outputs_since(9, at).await.unwrap(), []);
    assert_eq!(oracle.output_after(113, at).await.unwrap(), None);
}

#[tokio::test]
async fn a_tag_stands_for_one_block_through_all_questions_and_long_lists_come_in_parts() {
    let peer = l1().await;
    let oracle = oracle(&peer);
    let latest = BlockId::from(BlockNumberOrTag::Latest);
    let first = oracle.outputs_since(0, latest).await.unwrap();
    assert_eq!((first.len(), first[511]), (512, proposed(511)));
    let rest = oracle.outputs_since(512, latest).await.unwrap();
    assert_eq!((rest.len(), rest[487]), (488, proposed(999)));
    assert_eq!(oracle.output(4, BlockId::from(5)).await.unwrap(), Some(proposed(4)));
}

#[tokio::test]
async fn another_contract_or_none_is_named() {
    let empty = serve_rpc(Arc::new(|_: &str, _: &[Value]| -> Answer { Ok(json!("0x")) })).await;
    let error = oracle(&empty).next_output_index(hash(1).into()).await.unwrap_err();
    assert!(
        matches!(error, Error::ContractMissing { address: ORACLE, .. }),
        "{error}"
    );
    let odd = serve_rpc(Arc::new(|_: &str, _: &[Value]| -> Answer { Ok(json!("0x0102")) })).await;
    let error = oracle(&odd).next_output_index(hash(1).into()).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::ContractOther {
                function: "nextOutputIndex()",
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(error.reaction(), Reaction::Fatal);
    let huge = serve_rpc(Arc::new(|_: &str, _: &[Value]| -> Answer {
        Ok(json!(B256::repeat_byte(0xff)))
    }))
    .await;
    let error = oracle(&huge).next_block_number(hash(1).into()).await.unwrap_err();
    assert!(matches!(error, Error::ContractOther { .. }), "{error}");
}

#[tokio::test]
async fn transactions_carry_what_the_contract_takes() {
    let peer = l1().await;
    let oracle = oracle(&peer);
    let l1_block = BlockRef {
        hash: hash(9),
        number: 9,
        ..BlockRef::default()
    };
    let candidate = oracle.propose(B256::repeat_byte(1), 104, &l1_block);
    assert_eq!(candidate.to, TxKind::Call(ORACLE));
    let call = proposeL2OutputCall::abi_decode(&candidate.data).unwrap();
    assert_eq!((call.outputRoot, call.l1BlockHash), (B256::repeat_byte(1), hash(9)));
    assert_eq!(
        (call.l2BlockNumber, call.l1BlockNumber),
        (U256::from(104), U256::from(9))
    );
    let call = deleteL2OutputsCall::abi_decode(&oracle.delete(12).data).unwrap();
    assert_eq!(call.l2OutputIndex, U256::from(12));
}

#[test]
fn changes_are_read_from_the_oracle_s_own_logs_only() {
    let output = proposed(5);
    let event = OutputProposed {
        outputRoot: output.output_root,
        l2OutputIndex: U256::from(output.index),
        l2BlockNumber: U256::from(output.l2_block_number),
        l1Timestamp: U256::from(output.l1_timestamp_s),
    };
    let log = |address, data: LogData| Log { address, data };
    let proposed = log(ORACLE, event.encode_log_data());
    assert_eq!(
        OracleChange::of(ORACLE, &proposed),
        Some(OracleChange::Proposed(output))
    );
    assert_eq!(OracleChange::of(PROPOSER, &proposed), None);
    let event = OutputsDeleted {
        prevNextOutputIndex: U256::from(6),
        newNextOutputIndex: U256::from(4),
    };
    let deleted = OracleChange::Deleted {
        first_index: 4,
        outputs_before: 6,
    };
    assert_eq!(
        OracleChange::of(ORACLE, &log(ORACLE, event.encode_log_data())),
        Some(deleted)
    );
    let other = LogData::new_unchecked(vec![B256::ZERO], Bytes::new());
    assert_eq!(OracleChange::of(ORACLE, &log(ORACLE, other)), None);
}
