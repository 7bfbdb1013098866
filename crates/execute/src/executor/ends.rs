//! What the protocol itself does in a block, before the first transaction and after the last.

use super::{BlockExecutor, BlockOutcome};
use crate::{
    Error, InvalidBlock, StateSource, Verdict,
    machine::Refusal,
    requests::{self, DepositEvent},
    rewards,
};
use alloy_consensus::Header;
use alloy_eips::{eip4895::Withdrawal, eip7685::Requests};
use alloy_primitives::{Address, Bytes, U256};
use protocol::predeploys;

/// Wei in a gwei: withdrawals count in gwei.
const GWEI_WEI: u64 = 1_000_000_000;

impl<S: StateSource, I> BlockExecutor<'_, S, I> {
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
