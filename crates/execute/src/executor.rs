//! Executes a block's transactions one by one: the one path of building and verifying.

use crate::{
    CachedState, Error, InvalidBlock, InvalidTransaction, StateChanges, StateSource, Verdict,
    fees::da_size_scaled,
    machine::{EthereumContext, Execution, Machine, OpStackContext, Refusal},
    requests::{self, DepositEvent},
    rewards,
    rules::BlockRules,
    transaction::evm_transaction,
};
use alloc::vec::Vec;
use alloy_consensus::{Header, Transaction as _};
use alloy_eips::{Typed2718, eip4895::Withdrawal, eip7685::Requests};
use alloy_primitives::{Address, Bytes, U256};
use op_revm::{L1BlockInfo, OpTransaction};
use protocol::{ChainSpec, Receipt, RecoveredTransaction, Transaction, predeploys};
use revm::{Inspector, context::TxEnv};

/// Wei in a gwei: withdrawals count in gwei.
const GWEI_WEI: u64 = 1_000_000_000;

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
        }
    }

    /// The protocol's calls before the first transaction: EIP-4788 stores the beacon block root,
    /// EIP-2935 the parent's hash. A missing contract is called in vain.
    pub fn begin(&mut self) -> Result<(), Error<S::Error>> {
        if self.header.number == 0 {
            return Ok(());
        }
        if let Some(root) = self.header.parent_beacon_block_root {
            self.call_if_deployed(predeploys::BEACON_ROOTS, root.into())?;
        }
        if self.rules.is_prague() {
            self.call_if_deployed(predeploys::HISTORY_STORAGE, self.header.parent_hash.into())?;
        }
        Ok(())
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

    /// Receipts so far.
    pub fn receipts(&self) -> &[Receipt] {
        &self.receipts
    }

    /// What `L1Block` says in this block, once its L1 attributes transaction is executed. Nothing on
    /// an Ethereum chain.
    pub fn l1_block_info(&mut self) -> Result<Option<L1BlockInfo>, Error<S::Error>> {
        Ok(self.machine.l1_block_info()?.cloned())
    }

    /// Ends the execution here, for whoever wants the state and the inspector and no block.
    pub fn into_parts(self) -> (CachedState<S>, I) {
        self.machine.into_parts()
    }

    /// What follows the last transaction: requests to the consensus layer, withdrawals, and before
    /// the merge the miners' rewards.
    pub fn finish(
        mut self,
        withdrawals: &[Withdrawal],
        ommers: &[Header],
    ) -> Result<Verdict<BlockOutcome>, Error<S::Error>> {
        let requests = match self.requests()? {
            Verdict::Valid(requests) => requests,
            Verdict::Invalid(broken) => return Ok(Verdict::Invalid(broken)),
        };
        self.reward(ommers).map_err(Error::State)?;
        self.withdraw(withdrawals).map_err(Error::State)?;
        let blob_gas_used = self.rules.has_blob_gas().then_some(self.blob_gas_used);
        let (state, _) = self.machine.into_parts();
        Ok(Verdict::Valid(BlockOutcome {
            receipts: self.receipts,
            gas_used: self.gas_used,
            blob_gas_used,
            requests,
            changes: state.into_changes(),
        }))
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

    fn call_if_deployed(&mut self, contract: Address, data: Bytes) -> Result<bool, Error<S::Error>> {
        let account = self.state().account(contract).map_err(Error::State)?;
        if !account.is_some_and(|account| account.has_code()) {
            return Ok(false);
        }
        self.system_call(contract, data)?;
        Ok(true)
    }

    /// Calls a contract as the protocol, and answers what it returned if it did not fail.
    fn system_call(&mut self, contract: Address, data: Bytes) -> Result<Option<Bytes>, Error<S::Error>> {
        match self.machine.system_call(contract, data) {
            Ok(execution) if execution.is_success() => Ok(Some(execution.into_output().unwrap_or_default())),
            Ok(_) => Ok(None),
            Err(Refusal::Invalid(rejected)) => Err(Error::Evm(alloc::format!("{rejected}"))),
            Err(Refusal::Failed(error)) => Err(error),
        }
    }

    fn requests(&mut self) -> Result<Verdict<Option<Requests>>, Error<S::Error>> {
        if !self.rules.is_prague() {
            return Ok(Verdict::Valid(None));
        }
        let mut requests = Requests::default();
        if self.rules.is_op_stack() {
            return Ok(Verdict::Valid(Some(requests)));
        }
        match requests::deposits(&self.receipts, self.rules.deposit_contract()) {
            DepositEvent::Requests(deposits) => requests::push(&mut requests, requests::DEPOSIT, &deposits),
            DepositEvent::Malformed => return Ok(Verdict::Invalid(InvalidBlock::DepositEvent)),
        }
        for (kind, contract) in requests::QUEUES {
            let account = self.state().account(contract).map_err(Error::State)?;
            let deployed = account.is_some_and(|account| account.has_code());
            let answer = if deployed {
                self.system_call(contract, Bytes::new())?
            } else {
                None
            };
            let Some(answer) = answer else {
                return Ok(Verdict::Invalid(InvalidBlock::SystemCall { contract }));
            };
            requests::push(&mut requests, kind, &answer);
        }
        Ok(Verdict::Valid(Some(requests)))
    }

    fn reward(&mut self, ommers: &[Header]) -> Result<(), S::Error> {
        let Some(reward_wei) = self.rules.block_reward_wei() else {
            return Ok(());
        };
        let (number, beneficiary) = (self.header.number, self.header.beneficiary);
        for (address, amount_wei) in rewards::shares(reward_wei, number, beneficiary, ommers) {
            self.state().add_balance(address, amount_wei)?;
        }
        Ok(())
    }

    fn withdraw(&mut self, withdrawals: &[Withdrawal]) -> Result<(), S::Error> {
        for withdrawal in withdrawals {
            let amount_wei = U256::from(withdrawal.amount).saturating_mul(U256::from(GWEI_WEI));
            self.state().add_balance(withdrawal.address, amount_wei)?;
        }
        Ok(())
    }
}
