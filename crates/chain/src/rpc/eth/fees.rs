//! What gas costs, now and before.

use crate::{
    BlockRecord,
    rpc::{
        RpcError,
        backend::{Arguments, Backend, Module, method},
    },
};
use alloy_consensus::Transaction as _;
use alloy_eips::{BlockId, BlockNumberOrTag};
use alloy_primitives::{U64, U128};
use alloy_rpc_types_eth::FeeHistory;

/// Blocks that one `eth_feeHistory` looks at.
const HISTORY_BLOCKS_MAX: u64 = 1024;
/// Blocks whose tips a suggestion looks at.
const SUGGESTION_BLOCKS: u64 = 20;
/// The tip that is suggested where nobody paid one: what op-geth's default is.
const TIP_MIN_WEI: u128 = 1_000_000;

pub(super) fn register(module: &mut Module) {
    method(module, "eth_gasPrice", |backend, _| {
        let base_fee = next_base_fee_wei(backend, &backend.chain.head_record())?;
        Ok(U128::from(tip_wei(backend)? + u128::from(base_fee)))
    });
    method(module, "eth_maxPriorityFeePerGas", |backend, _| {
        Ok(U128::from(tip_wei(backend)?))
    });
    method(module, "eth_blobBaseFee", |backend, _| {
        let head = backend.chain.head_record();
        Ok(U128::from(next_blob_base_fee_wei(backend, &head)))
    });
    method(module, "eth_baseFee", |backend, _| {
        Ok(U64::from(next_base_fee_wei(backend, &backend.chain.head_record())?))
    });
    method(module, "eth_feeHistory", fee_history);
}

/// The base fee of the block after this one, if it comes a second later.
fn next_base_fee_wei(backend: &Backend, record: &BlockRecord) -> Result<u64, RpcError> {
    let header = record.header();
    let next = execute::next_base_fee(backend.chain.spec(), header, header.timestamp + 1);
    Ok(next
        .map_err(|broken| RpcError::State(broken.to_string()))?
        .unwrap_or_default())
}

fn next_blob_base_fee_wei(backend: &Backend, record: &BlockRecord) -> u128 {
    let (spec, header) = (backend.chain.spec(), record.header());
    let timestamp = header.timestamp + 1;
    let excess = execute::next_excess_blob_gas(spec, header, timestamp);
    excess
        .and_then(|excess| spec.blob_base_fee(timestamp, excess))
        .unwrap_or_default()
}

/// The median tip of recent transactions that somebody chose.
fn tip_wei(backend: &Backend) -> Result<u128, RpcError> {
    let head = backend.chain.head().number;
    let mut tips = Vec::new();
    for number in head.saturating_sub(SUGGESTION_BLOCKS - 1)..=head {
        let Some(record) = backend.chain.record_by_number(number)? else {
            continue;
        };
        tips.extend(block_tips(&record).into_iter().map(|(tip, _)| tip));
    }
    tips.sort_unstable();
    Ok(tips.get(tips.len() / 2).copied().unwrap_or_default().max(TIP_MIN_WEI))
}

/// Tip and gas of each transaction that pays a tip or could.
fn block_tips(record: &BlockRecord) -> Vec<(u128, u64)> {
    let base_fee = record.header().base_fee_per_gas.unwrap_or_default();
    let transactions = record
        .transactions()
        .iter()
        .enumerate()
        .filter(|(_, transaction)| !transaction.is_deposit());
    transactions
        .map(|(index, transaction)| {
            let tip = transaction.effective_tip_per_gas(base_fee).unwrap_or_default();
            (tip, record.gas_used(index).unwrap_or_default())
        })
        .collect()
}

fn fee_history(backend: &Backend, arguments: &mut Arguments<'_>) -> Result<FeeHistory, RpcError> {
    let count: u64 = arguments.required::<U64>()?.to();
    let newest: BlockNumberOrTag = arguments.required()?;
    let percentiles: Vec<f64> = arguments.optional()?.unwrap_or_default();
    if percentiles.iter().any(|percentile| !(0.0..=100.0).contains(percentile)) || !percentiles.is_sorted() {
        return Err(RpcError::InvalidParams("reward percentiles rise from 0 to 100".into()));
    }
    let newest = backend
        .record(BlockId::Number(newest))?
        .ok_or(RpcError::HeaderNotFound)?;
    let last = newest.header().number;
    let count = count.min(HISTORY_BLOCKS_MAX).min(last + 1);
    let mut history = FeeHistory {
        oldest_block: last + 1 - count,
        ..Default::default()
    };
    let mut rewards = Vec::new();
    for number in history.oldest_block..=last {
        let record = backend
            .chain
            .record_by_number(number)?
            .ok_or(RpcError::HeaderNotFound)?;
        push(backend, &mut history, &record);
        rewards.push(reward(&record, &percentiles));
    }
    if count > 0 {
        history
            .base_fee_per_gas
            .push(next_base_fee_wei(backend, &newest)?.into());
        history
            .base_fee_per_blob_gas
            .push(next_blob_base_fee_wei(backend, &newest));
    }
    history.reward = (!percentiles.is_empty() && count > 0).then_some(rewards);
    Ok(history)
}

fn push(backend: &Backend, history: &mut FeeHistory, record: &BlockRecord) {
    let (spec, header) = (backend.chain.spec(), record.header());
    history
        .base_fee_per_gas
        .push(header.base_fee_per_gas.unwrap_or_default().into());
    history
        .gas_used_ratio
        .push(header.gas_used as f64 / header.gas_limit.max(1) as f64);
    history
        .base_fee_per_blob_gas
        .push(execute::blob_base_fee(spec, header).unwrap_or_default());
    let blob_gas_max = spec
        .blob_params(header.timestamp)
        .map(|params| params.max_blob_gas_per_block());
    let blob_gas_max = blob_gas_max.filter(|max| *max > 0 && !spec.is_op_stack());
    let used = header.blob_gas_used.unwrap_or_default();
    history
        .blob_gas_used_ratio
        .push(blob_gas_max.map_or(0.0, |max| used as f64 / max as f64));
}

/// The tips at the percentiles of a block's gas.
fn reward(record: &BlockRecord, percentiles: &[f64]) -> Vec<u128> {
    let mut tips = block_tips(record);
    tips.sort_unstable();
    let total: u64 = tips.iter().map(|(_, gas)| gas).sum();
    let at = |percentile: &f64| {
        let threshold = (total as f64 * percentile / 100.0) as u64;
        let mut passed = 0;
        let reached = tips.iter().find(|(_, gas)| {
            passed += gas;
            passed >= threshold
        });
        reached.or(tips.last()).map_or(0, |(tip, _)| *tip)
    };
    percentiles.iter().map(at).collect()
}
