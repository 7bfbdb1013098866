//! One EVM for the length of a block, under Ethereum's rules or the OP Stack's.

use crate::{CachedState, Error, OpStackPrecompiles, SourceError, StateSource};
use alloc::boxed::Box;
use alloy_primitives::{Address, Bytes, U256};
use op_revm::{L1BlockInfo, OpEvm, OpHaltReason, OpSpecId, OpTransaction, OpTransactionError};
use revm::{
    Context, DatabaseCommit, ExecuteEvm, InspectEvm, Inspector, Journal, MainBuilder, MainnetEvm, SystemCallEvm,
    context::{
        BlockEnv, CfgEnv, FrameStack, TxEnv,
        result::{EVMError, ExecutionResult, ResultAndState},
    },
    handler::instructions::EthInstructions,
    interpreter::interpreter::EthInterpreter,
    primitives::hardfork::SpecId,
};

/// What the EVM knows while it executes a block of an Ethereum chain.
pub type EthereumContext<S> = Context<BlockEnv, TxEnv, CfgEnv<SpecId>, CachedState<S>>;

/// What the EVM knows while it executes a block of an OP Stack chain.
pub type OpStackContext<S> =
    Context<BlockEnv, OpTransaction<TxEnv>, CfgEnv<OpSpecId>, CachedState<S>, Journal<CachedState<S>>, L1BlockInfo>;

type EthereumMachine<S, I> = MainnetEvm<EthereumContext<S>, I>;
type OpStackMachine<S, I> =
    OpEvm<OpStackContext<S>, I, EthInstructions<EthInterpreter, OpStackContext<S>>, OpStackPrecompiles>;

/// The result of a transaction on either kind of chain.
pub type Execution = ExecutionResult<OpHaltReason>;

/// Why a transaction cannot be part of the block, on either kind of chain.
pub(crate) type RejectedTransaction = OpTransactionError;

/// The rules that an EVM executes by, with what a call may switch off.
#[derive(Debug, Clone)]
pub(crate) enum MachineConfig {
    /// Ethereum.
    Ethereum(CfgEnv<SpecId>),
    /// The OP Stack.
    OpStack(CfgEnv<OpSpecId>),
}

/// An EVM over the state in the middle of a block.
pub(crate) enum Machine<S: StateSource, I = ()> {
    /// Ethereum.
    Ethereum(Box<EthereumMachine<S, I>>),
    /// The OP Stack.
    OpStack(Box<OpStackMachine<S, I>>),
}

/// Why a transaction left no result.
pub(crate) enum Refusal<E> {
    /// It breaks a rule.
    Invalid(RejectedTransaction),
    /// Nothing is known about it.
    Failed(Error<E>),
}

impl<E: core::error::Error + Send + Sync + 'static, T: Into<RejectedTransaction>> From<EVMError<SourceError<E>, T>>
    for Refusal<E>
{
    fn from(error: EVMError<SourceError<E>, T>) -> Self {
        match error {
            EVMError::Transaction(invalid) => Self::Invalid(invalid.into()),
            EVMError::Database(SourceError(source)) => Self::Failed(Error::State(source)),
            EVMError::Header(header) => Self::Failed(Error::Environment(header)),
            EVMError::Custom(reason) => Self::Failed(Error::Evm(reason)),
            EVMError::CustomAny(reason) => Self::Failed(Error::Evm(alloc::format!("{reason}"))),
        }
    }
}

impl<S: StateSource, I> Machine<S, I> {
    pub(crate) fn new(config: MachineConfig, block: BlockEnv, state: CachedState<S>, inspector: I) -> Self {
        match config {
            MachineConfig::Ethereum(cfg) => {
                let context: EthereumContext<S> = Context::new(state, cfg.spec);
                let context = context.with_cfg(cfg).with_block(block);
                Self::Ethereum(Box::new(context.build_mainnet_with_inspector(inspector)))
            }
            MachineConfig::OpStack(cfg) => {
                let spec = cfg.spec;
                let context: OpStackContext<S> = Context::new(state, spec);
                let context = context.with_cfg(cfg).with_block(block);
                Self::OpStack(Box::new(OpEvm(revm::context::Evm {
                    ctx: context,
                    inspector,
                    instruction: EthInstructions::new_mainnet_with_spec(spec.into()),
                    precompiles: OpStackPrecompiles::new(spec),
                    frame_stack: FrameStack::new_prealloc(8),
                })))
            }
        }
    }

    pub(crate) fn state(&mut self) -> &mut CachedState<S> {
        match self {
            Self::Ethereum(evm) => &mut evm.ctx.journaled_state.database,
            Self::OpStack(evm) => &mut evm.0.ctx.journaled_state.database,
        }
    }

    pub(crate) const fn inspector(&mut self) -> &mut I {
        match self {
            Self::Ethereum(evm) => &mut evm.inspector,
            Self::OpStack(evm) => &mut evm.0.inspector,
        }
    }

    pub(crate) fn into_parts(self) -> (CachedState<S>, I) {
        match self {
            Self::Ethereum(evm) => (evm.ctx.journaled_state.database, evm.inspector),
            Self::OpStack(evm) => (evm.0.ctx.journaled_state.database, evm.0.inspector),
        }
    }

    /// Executes a transaction and keeps what it did.
    pub(crate) fn transact(&mut self, transaction: OpTransaction<TxEnv>) -> Result<Execution, Refusal<S::Error>> {
        let ResultAndState { result, state } = match self {
            Self::Ethereum(evm) => ethereum_outcome(evm.transact(transaction.base)?),
            Self::OpStack(evm) => evm.transact(transaction)?,
        };
        self.state().commit(state);
        Ok(result)
    }

    /// Executes a transaction under the eyes of the inspector, and keeps what it did.
    pub(crate) fn inspect(&mut self, transaction: OpTransaction<TxEnv>) -> Result<Execution, Refusal<S::Error>>
    where
        I: Inspector<EthereumContext<S>> + Inspector<OpStackContext<S>>,
    {
        let ResultAndState { result, state } = match self {
            Self::Ethereum(evm) => {
                let outcome = evm.inspect_one_tx(transaction.base);
                let state = evm.finalize();
                ethereum_outcome(ResultAndState {
                    result: outcome?,
                    state,
                })
            }
            Self::OpStack(evm) => {
                let outcome = evm.inspect_one_tx(transaction);
                let state = evm.finalize();
                ResultAndState {
                    result: outcome?,
                    state,
                }
            }
        };
        self.state().commit(state);
        Ok(result)
    }

    /// Calls a contract as the protocol itself, and keeps what it did.
    pub(crate) fn system_call(&mut self, contract: Address, data: Bytes) -> Result<Execution, Refusal<S::Error>> {
        let ResultAndState { result, state } = match self {
            Self::Ethereum(evm) => ethereum_outcome(evm.system_call(contract, data)?),
            Self::OpStack(evm) => evm.system_call(contract, data)?,
        };
        self.state().commit(state);
        Ok(result)
    }

    /// What `L1Block` says in this block. Read after the L1 attributes transaction, which must be
    /// the block's first; on an Ethereum chain there is nothing to read.
    pub(crate) fn l1_block_info(&mut self) -> Result<Option<&L1BlockInfo>, Error<S::Error>> {
        let Self::OpStack(evm) = self else { return Ok(None) };
        let context = &mut evm.0.ctx;
        let number = context.block.number;
        if context.chain.l2_block != Some(number) {
            let state = &mut context.journaled_state.database;
            let spec = context.cfg.spec;
            context.chain =
                L1BlockInfo::try_fetch(state, number, spec).map_err(|SourceError(source)| Error::State(source))?;
        }
        Ok(Some(&context.chain))
    }

    /// Makes the L1 and operator fees of this block zero: calls do not pay them.
    pub(crate) fn waive_l1_fee(&mut self) {
        if let Self::OpStack(evm) = self {
            evm.0.ctx.chain = L1BlockInfo {
                l2_block: Some(evm.0.ctx.block.number),
                operator_fee_scalar: Some(U256::ZERO),
                operator_fee_constant: Some(U256::ZERO),
                ..L1BlockInfo::default()
            };
        }
    }
}

fn ethereum_outcome(outcome: ResultAndState) -> ResultAndState<OpHaltReason> {
    let ResultAndState { result, state } = outcome;
    ResultAndState {
        result: result.map_haltreason(OpHaltReason::Base),
        state,
    }
}
