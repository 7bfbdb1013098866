//! The least gas that a transaction needs.

use super::call::{CallContext, call_of, output, run};
use crate::{
    State, TRANSACTION_GAS_CAP,
    rpc::{
        RpcError,
        backend::{Arguments, Backend, Module, method},
    },
};
use alloy_eips::BlockNumberOrTag;
use alloy_primitives::{TxKind, U64, U256};
use execute::{CachedState, Call, Execution};
use protocol::EthereumFork;
use std::sync::Arc;

/// The search ends when the answer is known to this part: geth's tolerance, so that wallets see the same numbers.
const TOLERANCE_PERMILLE: u64 = 15;

/// The gas that a call keeps back from a callee, as a fraction's denominator (EIP-150).
const RESERVED_DENOMINATOR: u64 = 63;

/// What a transfer of ether costs, and what wallets that send all they have reckon with.
const TRANSFER_GAS: u64 = 21_000;

pub(super) fn register(module: &mut Module) {
    method(module, "eth_estimateGas", estimate);
}

/// Unless told otherwise, for the next block, the first that the transaction can be in: what waits for a time is possible in it
/// though it is not yet in the latest one.
fn estimate(backend: &Backend, arguments: &mut Arguments<'_>) -> Result<U64, RpcError> {
    let CallContext {
        request,
        header,
        mut state,
    } = CallContext::read(backend, arguments, BlockNumberOrTag::Pending)?;
    let fork = backend
        .chain
        .spec()
        .ethereum_fork(header.number, header.timestamp, header.difficulty);
    let mut ceiling = header.gas_limit.min(backend.limits.call_gas_max);
    if fork >= EthereumFork::Osaka {
        ceiling = ceiling.min(TRANSACTION_GAS_CAP);
    }
    let mut call = call_of(&request, ceiling)?;
    if call.max_fee_per_gas_wei > 0 {
        let balance = state.account(call.from)?.unwrap_or_default().balance;
        let affordable = affordable_gas(&call, balance)?;
        call.gas_limit = call.gas_limit.min(affordable);
    }
    let is_transfer = is_transfer(&call, &mut state)?;
    let succeeds = |gas_limit: u64| {
        let attempt = Call {
            gas_limit,
            ..call.clone()
        };
        run(backend, &header, state.clone(), &attempt)
    };
    if is_transfer && matches!(succeeds(TRANSFER_GAS), Ok(Execution::Success { .. })) {
        return Ok(U64::from(TRANSFER_GAS));
    }
    let (mut high, execution) = (call.gas_limit, succeeds(call.gas_limit)?);
    let (used, refunded) = match &execution {
        Execution::Success { gas, .. } => (gas.tx_gas_used(), gas.inner_refunded()),
        Execution::Revert { .. } => return Err(output(execution).err().unwrap_or(RpcError::HeaderNotFound)),
        Execution::Halt { .. } => {
            return Err(RpcError::Execution(format!("gas required exceeds allowance ({high})")));
        }
    };
    let mut low = used.saturating_sub(1);
    let first = used.saturating_add(refunded).saturating_add(2300).saturating_mul(64) / RESERVED_DENOMINATOR;
    if first < high {
        match succeeds(first) {
            Ok(Execution::Success { .. }) => high = first,
            _ => low = first,
        }
    }
    while low + 1 < high {
        if (high - low) * 1000 < high * TOLERANCE_PERMILLE {
            break;
        }
        let middle = (low + (high - low) / 2).min(low.saturating_mul(2));
        match succeeds(middle) {
            Ok(Execution::Success { .. }) => high = middle,
            _ => low = middle,
        }
    }
    Ok(U64::from(high))
}

/// Whether a call only moves ether: to an account without code, and with nothing to say.
fn is_transfer(call: &Call, state: &mut CachedState<Arc<State>>) -> Result<bool, RpcError> {
    let TxKind::Call(to) = call.to else {
        return Ok(false);
    };
    Ok(call.data.is_empty() && !state.account(to)?.unwrap_or_default().has_code())
}

fn affordable_gas(call: &Call, balance_wei: U256) -> Result<u64, RpcError> {
    let left = balance_wei.checked_sub(call.value);
    let left = left.ok_or_else(|| RpcError::Execution("insufficient funds for transfer".into()))?;
    Ok(u64::try_from(left / U256::from(call.max_fee_per_gas_wei)).unwrap_or(u64::MAX))
}
