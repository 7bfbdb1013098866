//! Executes a block's transactions one by one: the one path of building and verifying.

use crate::{
    CachedState, Error, InvalidTransaction, StateChanges, StateSource,
    fees::da_size_scaled,
    machine::{EthereumContext, Execution, Machine, OpStackContext, Refusal},
    rules::BlockRules,
    transaction::evm_transaction,
};
use alloc::vec::Vec;
use alloy_consensus::{Header, Transaction as _};
use alloy_eips::{Typed2718, eip7685::Requests};
use alloy_primitives::{Address, Bytes};
use op_revm::OpTransaction;
use protocol::{ChainSpec, L1AttributesFormat, L1BlockInfo, Receipt, RecoveredTransaction, Transaction};
use revm::{Inspector, context::TxEnv};

mod ends;

/// A block in the making. Create it, [begin](Self::begin), [execute](Self::execute) transactions,
/// [finish](Self::finish).
///
/// A transaction that cannot be part of the block leaves no trace: the next one can be tried.
pub struct BlockExecutor<'a, S: StateSource, I = ()> {
    rules: BlockRules,
    header: &'a Header,
    machine: Machine<S, I>,
    receipts: Vec<Receipt>,
    gas_used: u64,
    blob_gas_used: u64,
    activates_jovian: bool,
}

/// What became of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inclusion {
    /// It is part of the block now.
    Included(Executed),
    /// It cannot be part of the block.
    Rejected(InvalidTransaction),
}

/// What an included transaction did. Its logs are in its receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Executed {
    /// Whether it took effect.
    pub success: bool,
    /// Gas that the sender pays for.
    pub gas_used: u64,
    /// What its call returned, or why it reverted.
    pub output: Bytes,
    /// The contract that it created.
    pub created: Option<Address>,
}

/// Everything that the transactions and the protocol's own calls did.
#[derive(Debug, Clone)]
pub struct BlockOutcome {
    /// One receipt a transaction.
    pub receipts: Vec<Receipt>,
    /// Gas used by all transactions.
    pub gas_used: u64,
    /// Blob gas, or the DA footprint from Jovian on; nothing before there was either.
    pub blob_gas_used: Option<u64>,
    /// Requests to the consensus layer, from Prague on. None of an OP Stack chain has any.
    pub requests: Option<Requests>,
    /// What changed in the state.
    pub changes: StateChanges,
}

impl<'a, S: StateSource> BlockExecutor<'a, S> {
    /// Prepares the execution of a block. Of its header the fields count that are known before
    /// execution: roots, bloom and gas used are not looked at.
    pub fn new(spec: &ChainSpec, header: &'a Header, state: S) -> Self {
        Self::with_inspector(spec, header, CachedState::new(state), ())
    }
}

impl<'a, S: StateSource, I> BlockExecutor<'a, S, I> {
    /// As [`new`](BlockExecutor::new), over a state that may already be changed, with an inspector
    /// for [`inspect`](Self::inspect).
    pub fn with_inspector(spec: &ChainSpec, header: &'a Header, state: CachedState<S>, inspector: I) -> Self {
        let rules = BlockRules::of(spec, header);
        let machine = Machine::new(rules.machine_config(), rules.block_env(header), state, inspector);
        Self {
            rules,
            header,
            machine,
            receipts: Vec::new(),
            gas_used: 0,
            blob_gas_used: 0,
            activates_jovian: false,
        }
    }

    /// Executes a transaction and, if it can be part of the block, keeps what it did.
    pub fn execute(&mut self, tx: &RecoveredTransaction) -> Result<Inclusion, Error<S::Error>> {
        self.execute_from(tx.inner(), tx.signer())
    }

    /// As [`execute`](Self::execute), with the sender beside the transaction.
    pub fn execute_from(&mut self, transaction: &Transaction, sender: Address) -> Result<Inclusion, Error<S::Error>> {
        self.include(transaction, sender, Machine::transact)
    }

    /// As [`execute`](Self::execute), under the eyes of the inspector.
    pub fn inspect(&mut self, tx: &RecoveredTransaction) -> Result<Inclusion, Error<S::Error>>
    where
        I: Inspector<EthereumContext<S>> + Inspector<OpStackContext<S>>,
    {
        self.include(tx.inner(), tx.signer(), Machine::inspect)
    }

    /// The state as it is now.
    pub fn state(&mut self) -> &mut CachedState<S> {
        self.machine.state()
    }

    /// Gas used so far.
    pub const fn gas_used(&self) -> u64 {
        self.gas_used
    }

    /// Gas that the block has left.
    pub const fn gas_left(&self) -> u64 {
        self.header.gas_limit.saturating_sub(self.gas_used)
    }

    /// The inspector.
    pub const fn inspector(&mut self) -> &mut I {
        self.machine.inspector()
    }

    /// Receipts so far.
    pub fn receipts(&self) -> &[Receipt] {
        &self.receipts
    }

    /// Ends the execution here, for whoever wants the state and the inspector and no block.
    pub fn into_parts(self) -> (CachedState<S>, I) {
        self.machine.into_parts()
    }

    /// Puts the state root into the last receipt, as before Byzantium.
    pub(crate) fn set_post_state(&mut self, root: alloy_primitives::B256) {
        if let Some(receipt) = self.receipts.last_mut() {
            receipt.post_state = Some(root);
            receipt.success = true;
        }
    }

    /// The rules of this block.
    pub(crate) const fn rules(&self) -> &BlockRules {
        &self.rules
    }

    fn include(
        &mut self,
        transaction: &Transaction,
        sender: Address,
        run: impl FnOnce(&mut Machine<S, I>, OpTransaction<TxEnv>) -> Result<Execution, Refusal<S::Error>>,
    ) -> Result<Inclusion, Error<S::Error>> {
        if self.receipts.is_empty() {
            self.activates_jovian = self.rules.is_jovian() && has_older_attributes(transaction);
        }
        let envelope = self.envelope(transaction);
        let blob_gas = match self.check(transaction, envelope.as_ref())? {
            Ok(blob_gas) => blob_gas,
            Err(invalid) => return Ok(Inclusion::Rejected(invalid)),
        };
        let deposit_nonce = self.deposit_nonce(transaction, sender)?;
        let mut evm_transaction = evm_transaction(transaction, sender, envelope);
        if self.rules.is_doomed_deposit(transaction) {
            evm_transaction.deposit.is_system_transaction = true;
        }
        match run(&mut self.machine, evm_transaction) {
            Ok(execution) => {
                self.blob_gas_used = self.blob_gas_used.saturating_add(blob_gas);
                Ok(Inclusion::Included(self.record(transaction, deposit_nonce, execution)))
            }
            Err(Refusal::Invalid(rejected)) => Ok(Inclusion::Rejected(rejected.into())),
            Err(Refusal::Failed(error)) => Err(error),
        }
    }

    /// The bytes that the transaction is charged for on an OP Stack chain; deposits pay nothing.
    fn envelope(&self, transaction: &Transaction) -> Option<Bytes> {
        (self.rules.is_op_stack() && !transaction.is_deposit()).then(|| transaction.encoded())
    }

    /// Checks the transaction against what the block has left, and answers the blob gas, or the DA
    /// footprint, that it takes of it.
    fn check(
        &mut self,
        transaction: &Transaction,
        envelope: Option<&Bytes>,
    ) -> Result<Result<u64, InvalidTransaction>, Error<S::Error>> {
        if !self.rules.knows(transaction) {
            return Ok(Err(InvalidTransaction::Type {
                tx_type: transaction.ty(),
            }));
        }
        let (gas_limit, available) = (transaction.gas_limit(), self.gas_left());
        if gas_limit > available {
            return Ok(Err(InvalidTransaction::BlockGas { gas_limit, available }));
        }
        if let Some(envelope) = envelope.filter(|_| self.rules.is_jovian()) {
            return self.check_da_footprint(envelope);
        }
        let blob_gas = transaction.blob_gas_used().unwrap_or_default();
        let available = self.rules.blob_gas_max().saturating_sub(self.blob_gas_used);
        let fits = blob_gas <= available;
        Ok(if fits {
            Ok(blob_gas)
        } else {
            Err(InvalidTransaction::BlockBlobGas { blob_gas, available })
        })
    }

    fn check_da_footprint(&mut self, envelope: &Bytes) -> Result<Result<u64, InvalidTransaction>, Error<S::Error>> {
        if self.activates_jovian {
            return Ok(Err(InvalidTransaction::ActivationBlock));
        }
        let info = self.machine.l1_block_info()?;
        let scalar = info.and_then(|info| info.da_footprint_gas_scalar).unwrap_or_default();
        let footprint = crate::fees::da_footprint(da_size_scaled(envelope), scalar);
        let available = self.header.gas_limit.saturating_sub(self.blob_gas_used);
        let fits = footprint <= available;
        Ok(if fits {
            Ok(footprint)
        } else {
            Err(InvalidTransaction::BlockDaFootprint { footprint, available })
        })
    }

    fn deposit_nonce(&mut self, transaction: &Transaction, sender: Address) -> Result<Option<u64>, Error<S::Error>> {
        if !transaction.is_deposit() || !self.rules.is_regolith() {
            return Ok(None);
        }
        let account = self.state().account(sender).map_err(Error::State)?;
        Ok(Some(account.unwrap_or_default().nonce))
    }

    fn record(&mut self, transaction: &Transaction, deposit_nonce: Option<u64>, execution: Execution) -> Executed {
        let executed = Executed {
            success: execution.is_success(),
            gas_used: execution.tx_gas_used(),
            output: execution.output().cloned().unwrap_or_default(),
            created: execution.created_address(),
        };
        self.gas_used = self.gas_used.saturating_add(executed.gas_used);
        let versioned = deposit_nonce.is_some() && self.rules.is_canyon();
        self.receipts.push(Receipt {
            tx_type: transaction.ty(),
            success: executed.success,
            post_state: None,
            cumulative_gas_used: self.gas_used,
            logs: if executed.success {
                execution.into_logs()
            } else {
                Vec::new()
            },
            deposit_nonce,
            deposit_receipt_version: versioned.then_some(1),
        });
        executed
    }
}

/// Whether a block's first transaction sets L1 attributes in a format before Jovian's, as the block
/// does that activates it.
fn has_older_attributes(transaction: &Transaction) -> bool {
    let attributes = transaction
        .as_deposit()
        .and_then(|deposit| L1BlockInfo::decode(&deposit.input).ok());
    attributes.is_some_and(|info| info.format < L1AttributesFormat::Jovian)
}
