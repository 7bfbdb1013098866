//! Calls that are no transactions of a block: `eth_call`, `eth_estimateGas` and their like.

use crate::{
    CachedState, Error, InvalidTransaction, StateSource,
    machine::{EthereumContext, Execution, Machine, MachineConfig, OpStackContext, Refusal},
    rules::BlockRules,
};
use alloc::vec::Vec;
use alloy_consensus::Header;
use alloy_eips::{eip2930::AccessList, eip7702::SignedAuthorization};
use alloy_primitives::{Address, B256, Bytes, TxKind, U256};
use op_revm::OpTransaction;
use protocol::ChainSpec;
use revm::{Inspector, context::TxEnv, context_interface::either::Either};

/// A message to execute on a state, whoever may have signed it.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// Who sends it.
    pub from: Address,
    /// Whom it calls, or that it creates a contract.
    pub to: TxKind,
    /// The most gas that it may use. No block's and no transaction's limit applies.
    pub gas_limit: u64,
    /// Gas price, or fee cap, in wei. Zero executes under a base fee of zero.
    pub max_fee_per_gas_wei: u128,
    /// Priority fee in wei, for a call that has one.
    pub max_priority_fee_per_gas_wei: Option<u128>,
    /// Wei to send along.
    pub value: U256,
    /// Input, or init code.
    pub data: Bytes,
    /// The sender's nonce, which a created contract's address depends on. Its own when absent.
    pub nonce: Option<u64>,
    /// Addresses and slots that are warm from the start.
    pub access_list: AccessList,
    /// Hashes of blobs.
    pub blob_versioned_hashes: Vec<B256>,
    /// Blob fee cap in wei.
    pub max_fee_per_blob_gas_wei: u128,
    /// Delegations to set (EIP-7702).
    pub authorization_list: Vec<SignedAuthorization>,
}

/// What a call did.
pub struct CallOutcome<S, I> {
    /// Its result, or why it cannot be executed at all.
    pub result: Result<Execution, InvalidTransaction>,
    /// The state after it.
    pub state: CachedState<S>,
    /// What the inspector saw.
    pub inspector: I,
}

/// Executes a call in the environment of a block, over a state that may have been changed before.
/// Nonce, balance for an L1 or operator fee, gas limits of block and transaction and code at the
/// sender's address are not looked at; balance for value and gas is.
pub fn call<S: StateSource>(
    spec: &ChainSpec,
    header: &Header,
    state: CachedState<S>,
    call: &Call,
) -> Result<CallOutcome<S, ()>, Error<S::Error>> {
    run(spec, header, state, call, (), Machine::transact)
}

/// As [`call`], under the eyes of an inspector.
pub fn call_with_inspector<S, I>(
    spec: &ChainSpec,
    header: &Header,
    state: CachedState<S>,
    call: &Call,
    inspector: I,
) -> Result<CallOutcome<S, I>, Error<S::Error>>
where
    S: StateSource,
    I: Inspector<EthereumContext<S>> + Inspector<OpStackContext<S>>,
{
    run(spec, header, state, call, inspector, Machine::inspect)
}

fn run<S: StateSource, I>(
    spec: &ChainSpec,
    header: &Header,
    mut state: CachedState<S>,
    call: &Call,
    inspector: I,
    run: impl FnOnce(&mut Machine<S, I>, OpTransaction<TxEnv>) -> Result<Execution, Refusal<S::Error>>,
) -> Result<CallOutcome<S, I>, Error<S::Error>> {
    let sender = state.account(call.from).map_err(Error::State)?.unwrap_or_default();
    let rules = BlockRules::of(spec, header);
    let mut block = rules.block_env(header);
    if call.max_fee_per_gas_wei == 0 {
        block.basefee = 0;
    }
    if let Some(blob) = &mut block.blob_excess_gas_and_price
        && call.max_fee_per_blob_gas_wei == 0
    {
        blob.blob_gasprice = 0;
    }
    let mut machine = Machine::new(relaxed(rules.machine_config()), block, state, inspector);
    machine.waive_l1_fee();
    let transaction = OpTransaction {
        base: call.transaction(call.nonce.unwrap_or(sender.nonce), spec.chain_id),
        enveloped_tx: Some(Bytes::new()),
        deposit: Default::default(),
    };
    let result = match run(&mut machine, transaction) {
        Ok(execution) => Ok(execution),
        Err(Refusal::Invalid(rejected)) => Err(rejected.into()),
        Err(Refusal::Failed(error)) => return Err(error),
    };
    let (state, inspector) = machine.into_parts();
    Ok(CallOutcome {
        result,
        state,
        inspector,
    })
}

/// Switches off what only a transaction of a block has to fulfil.
fn relaxed(config: MachineConfig) -> MachineConfig {
    macro_rules! relax {
        ($cfg:ident) => {{
            $cfg.disable_nonce_check = true;
            $cfg.disable_eip3607 = true;
            $cfg.disable_block_gas_limit = true;
            $cfg.tx_gas_limit_cap = Some(u64::MAX);
        }};
    }
    match config {
        MachineConfig::Ethereum(mut cfg) => {
            relax!(cfg);
            MachineConfig::Ethereum(cfg)
        }
        MachineConfig::OpStack(mut cfg) => {
            relax!(cfg);
            MachineConfig::OpStack(cfg)
        }
    }
}

impl Call {
    /// The first transaction type that has what the call has.
    fn tx_type(&self) -> u8 {
        if !self.authorization_list.is_empty() {
            4
        } else if !self.blob_versioned_hashes.is_empty() {
            3
        } else if self.max_priority_fee_per_gas_wei.is_some() {
            2
        } else {
            u8::from(!self.access_list.is_empty())
        }
    }

    fn transaction(&self, nonce: u64, chain_id: u64) -> TxEnv {
        TxEnv {
            tx_type: self.tx_type(),
            caller: self.from,
            gas_limit: self.gas_limit,
            gas_price: self.max_fee_per_gas_wei,
            kind: self.to,
            value: self.value,
            data: self.data.clone(),
            nonce,
            chain_id: Some(chain_id),
            access_list: self.access_list.clone(),
            gas_priority_fee: self.max_priority_fee_per_gas_wei,
            blob_hashes: self.blob_versioned_hashes.clone(),
            max_fee_per_blob_gas: self.max_fee_per_blob_gas_wei,
            authorization_list: self.authorization_list.iter().cloned().map(Either::Left).collect(),
        }
    }
}
