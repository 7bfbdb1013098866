//! The least gas that a transaction needs.

use super::call::{CallContext, call_of, output, run};
use crate::{
    TRANSACTION_GAS_CAP,
    rpc::{
        RpcError,
        backend::{Arguments, Backend, Module, method},
    },
};
use alloy_primitives::{U64, U256};
use execute::{Call, Execution};
use protocol::EthereumFork;

/// The search ends when the answer is known to this part: geth's tolerance, so that wallets see the same numbers.
const TOLERANCE_PERMILLE: u64 = 15;

/// The gas that a call keeps back from a callee, as a fraction's denominator (EIP-150).
const RESERVED_DENOMINATOR: u64 = 63;

pub(super) fn register(module: &mut Module) {
    method(module, "eth_estimateGas", estimate);
}

fn estimate(backend: &Backend, arguments: &mut Arguments<'_>) -> Result<U64, RpcError> {
    let CallContext {
        request,
        header,
        mut state,
    } = CallContext::read(backend, arguments)?;
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
    let succeeds = |gas_limit: u64| {
        let attempt = Call {
            gas_limit,
            ..call.clone()
        };
        run(backend, &header, state.clone(), &attempt)
    };
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

fn affordable_gas(call: &Call, balance_wei: U256) -> Result<u64, RpcError> {
    let left = balance_wei.checked_sub(call.value);
    let left = left.ok_or_else(|| RpcError::Execution("insufficient funds for transfer".into()))?;
    Ok(u64::try_from(left / U256::from(call.max_fee_per_gas_wei)).unwrap_or(u64::MAX))
}
