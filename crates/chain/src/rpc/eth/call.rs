//! Calls that change nothing.

use crate::{
    State,
    rpc::{
        RpcError,
        backend::{Arguments, Backend, Module, method},
    },
};
use alloy_consensus::Header;
use alloy_eips::{BlockId, BlockNumberOrTag};
use alloy_primitives::{Bytes, TxKind, U256};
use alloy_rpc_types_eth::{
    AccessListResult, BlockOverrides, TransactionRequest,
    state::{AccountOverride, StateOverride},
};
use execute::{CachedState, Call, Execution, InvalidTransaction, Rejection};
use revm::bytecode::Bytecode;
use revm_inspectors::access_list::AccessListInspector;
use std::sync::Arc;

pub(super) fn register(module: &mut Module) {
    method(module, "eth_call", |backend, arguments| {
        let context = CallContext::read(backend, arguments, BlockNumberOrTag::Latest)?;
        output(context.execute(backend)?)
    });
    method(module, "eth_createAccessList", create_access_list);
}

/// The longest step to the next block that a chain's last one is taken for: a slot of Ethereum's. A longer one was an outage.
const STEP_SECONDS_MAX: u64 = 12;

/// What a call is executed on.
pub(super) struct CallContext {
    pub(super) request: TransactionRequest,
    pub(super) header: Header,
    pub(super) state: CachedState<Arc<State>>,
}

impl CallContext {
    /// Reads request, block, state overrides and block overrides. A request without a block is about `default`.
    pub(super) fn read(
        backend: &Backend,
        arguments: &mut Arguments<'_>,
        default: BlockNumberOrTag,
    ) -> Result<Self, RpcError> {
        let request: TransactionRequest = arguments.required()?;
        let block = arguments.optional()?.unwrap_or(BlockId::Number(default));
        let (mut header, state) = backend.state(block)?;
        if block == BlockId::Number(BlockNumberOrTag::Pending) {
            advance(backend, &mut header)?;
        }
        let mut state = CachedState::new(Arc::new(state));
        for (address, change) in arguments.optional::<StateOverride>()?.unwrap_or_default() {
            override_account(&mut state, address, change)?;
        }
        if let Some(overrides) = arguments.optional()? {
            override_block(&mut header, overrides)?;
        }
        Ok(Self { request, header, state })
    }

    fn execute(self, backend: &Backend) -> Result<Execution, RpcError> {
        let call = call_of(&self.request, backend.limits.call_gas_max)?;
        run(backend, &self.header, self.state, &call)
    }
}

/// Makes a header that of the block after it, as far as a call sees it: one step of the chain later, at the price that then holds.
fn advance(backend: &Backend, header: &mut Header) -> Result<(), RpcError> {
    let parent = backend.chain.header(header.parent_hash)?;
    let step = parent.map_or(1, |parent| header.timestamp.saturating_sub(parent.timestamp));
    let timestamp = header.timestamp + step.clamp(1, STEP_SECONDS_MAX);
    let base_fee = execute::next_base_fee(backend.chain.spec(), header, timestamp);
    header.base_fee_per_gas = base_fee.map_err(|broken| RpcError::State(broken.to_string()))?;
    header.excess_blob_gas = execute::next_excess_blob_gas(backend.chain.spec(), header, timestamp);
    header.number += 1;
    header.timestamp = timestamp;
    Ok(())
}

/// Executes a call; that it cannot be executed is an error here.
pub(super) fn run(
    backend: &Backend,
    header: &Header,
    state: CachedState<Arc<State>>,
    call: &Call,
) -> Result<Execution, RpcError> {
    let outcome = execute::call(backend.chain.spec(), header, state, call);
    let outcome = outcome.map_err(|error| RpcError::State(error.to_string()))?;
    outcome.result.map_err(|invalid| refused(&invalid))
}

/// Why a call cannot be executed. Wallets know what it lacks by geth's words.
fn refused(invalid: &InvalidTransaction) -> RpcError {
    let known = match invalid {
        InvalidTransaction::Rejected(_, Rejection::Funds) => "insufficient funds for gas * price + value: ",
        InvalidTransaction::Rejected(_, Rejection::Underpriced) => "max fee per gas less than block base fee: ",
        _ => "",
    };
    RpcError::Execution(format!("err: {known}{invalid}"))
}

/// What a call returned, or why it did not.
pub(super) fn output(execution: Execution) -> Result<Bytes, RpcError> {
    match execution {
        Execution::Success { output, .. } => Ok(output.into_data()),
        Execution::Revert { output, .. } => Err(RpcError::Reverted(output)),
        Execution::Halt { reason, .. } => Err(RpcError::Execution(format!("execution halted: {reason:?}"))),
    }
}

/// The call that a request describes; without a gas limit, or with a larger one, it may use what calls may.
pub(super) fn call_of(request: &TransactionRequest, gas_max: u64) -> Result<Call, RpcError> {
    if request.gas_price.is_some() && (request.max_fee_per_gas.is_some() || request.max_priority_fee_per_gas.is_some())
    {
        return Err(RpcError::Execution(
            "both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified".into(),
        ));
    }
    let data = request.input.clone().try_into_unique_input();
    let data = data
        .map_err(|error| RpcError::InvalidParams(error.to_string()))?
        .unwrap_or_default();
    let fee = request.gas_price.or(request.max_fee_per_gas).unwrap_or_default();
    Ok(Call {
        from: request.from.unwrap_or_default(),
        to: request.to.unwrap_or(TxKind::Create),
        gas_limit: request.gas.unwrap_or(gas_max).min(gas_max),
        max_fee_per_gas_wei: fee,
        max_priority_fee_per_gas_wei: request.max_priority_fee_per_gas.filter(|_| fee > 0),
        value: request.value.unwrap_or_default(),
        data,
        nonce: request.nonce,
        access_list: request.access_list.clone().unwrap_or_default(),
        blob_versioned_hashes: request.blob_versioned_hashes.clone().unwrap_or_default(),
        max_fee_per_blob_gas_wei: request.max_fee_per_blob_gas.unwrap_or_default(),
        authorization_list: request.authorization_list.clone().unwrap_or_default(),
    })
}

fn override_account(
    state: &mut CachedState<Arc<State>>,
    address: alloy_primitives::Address,
    change: AccountOverride,
) -> Result<(), RpcError> {
    let mut account = state.account(address)?.unwrap_or_default();
    account.balance = change.balance.unwrap_or(account.balance);
    account.nonce = change.nonce.unwrap_or(account.nonce);
    state.set_account(address, account)?;
    if let Some(code) = change.code {
        let code = Bytecode::new_raw_checked(code).map_err(|error| RpcError::InvalidParams(error.to_string()))?;
        state.set_code(address, code)?;
    }
    if change.state.is_some() && change.state_diff.is_some() {
        return Err(RpcError::InvalidParams(format!(
            "account {address} has both 'state' and 'stateDiff'"
        )));
    }
    if change.state.is_some() {
        state.wipe_storage(address)?;
    }
    for (slot, value) in change.state.into_iter().chain(change.state_diff).flatten() {
        state.set_slot(address, slot.into(), value.into())?;
    }
    Ok(())
}

fn override_block(header: &mut Header, overrides: BlockOverrides) -> Result<(), RpcError> {
    let small =
        |value: U256| u64::try_from(value).map_err(|_| RpcError::InvalidParams("a block override is too large".into()));
    if let Some(number) = overrides.number {
        header.number = small(number)?;
    }
    if let Some(base_fee) = overrides.base_fee {
        header.base_fee_per_gas = Some(small(base_fee)?);
    }
    header.timestamp = overrides.time.unwrap_or(header.timestamp);
    header.gas_limit = overrides.gas_limit.unwrap_or(header.gas_limit);
    header.beneficiary = overrides.coinbase.unwrap_or(header.beneficiary);
    header.mix_hash = overrides.random.unwrap_or(header.mix_hash);
    header.difficulty = overrides.difficulty.unwrap_or(header.difficulty);
    Ok(())
}

fn create_access_list(backend: &Backend, arguments: &mut Arguments<'_>) -> Result<AccessListResult, RpcError> {
    let CallContext { request, header, state } = CallContext::read(backend, arguments, BlockNumberOrTag::Latest)?;
    let mut call = call_of(&request, backend.limits.call_gas_max)?;
    let inspector = AccessListInspector::new(call.access_list.clone());
    let outcome = execute::call_with_inspector(backend.chain.spec(), &header, state.clone(), &call, inspector);
    let outcome = outcome.map_err(|error| RpcError::State(error.to_string()))?;
    let execution = outcome.result.map_err(|invalid| refused(&invalid))?;
    let error = output(execution).err().map(|error| error.to_string());
    call.access_list = outcome.inspector.into_access_list();
    let again = run(backend, &header, state, &call)?;
    Ok(AccessListResult {
        access_list: call.access_list,
        gas_used: U256::from(again.tx_gas_used()),
        error,
    })
}
