//! The `L2OutputOracle`: the outputs that are proposed on L1.

mod change;
mod output;

use alloy_eips::BlockId;
use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::SolCall;
use contracts::bindings::L2OutputOracle as abi;
use protocol::BlockRef;

pub use change::OracleChange;
pub use output::{NextOutput, OracleParameters, ProposedOutput};

use crate::{Contract, Error, L1Client, TxCandidate};

/// Outputs that one answer holds at most; whoever wants more asks again behind them.
const OUTPUTS_MAX: u64 = 512;

/// Gas of a proposal at most; it takes less than half of it.
const PROPOSE_GAS: u64 = 250_000;

/// Reads one `L2OutputOracle`, and makes the transactions that it takes.
///
/// Every question is about the state after one block of L1, given by hash, number or tag.
#[derive(Clone, Debug)]
pub struct OutputOracle {
    client: L1Client,
    contract: Contract,
}

impl OutputOracle {
    /// The oracle behind the proxy at `address`. Nothing is asked yet.
    pub const fn new(client: L1Client, address: Address) -> Self {
        let name = "L2OutputOracle";
        Self {
            client,
            contract: Contract { address, name },
        }
    }

    /// Its address.
    pub const fn address(&self) -> Address {
        self.contract.address
    }

    /// The client that it is read with.
    pub const fn client(&self) -> &L1Client {
        &self.client
    }

    /// What it was initialised with.
    pub async fn parameters(&self, at: BlockId) -> Result<OracleParameters, Error> {
        let at = self.client.pin(at).await?.hash.into();
        let (interval, block_time, number, time, proposer, challenger, period) = tokio::try_join!(
            self.number(abi::submissionIntervalCall {}, at),
            self.number(abi::l2BlockTimeCall {}, at),
            self.number(abi::startingBlockNumberCall {}, at),
            self.number(abi::startingTimestampCall {}, at),
            self.client.ask(self.contract, &abi::proposerCall {}, at),
            self.client.ask(self.contract, &abi::challengerCall {}, at),
            self.number(abi::finalizationPeriodSecondsCall {}, at),
        )?;
        Ok(OracleParameters {
            submission_interval_blocks: interval,
            l2_block_time_s: block_time,
            starting_block_number: number,
            starting_timestamp_s: time,
            proposer,
            challenger,
            finalization_period_s: period,
        })
    }

    /// Which output is to be proposed next.
    pub async fn next(&self, at: BlockId) -> Result<NextOutput, Error> {
        let at = self.client.pin(at).await?.hash.into();
        let (index, l2_block_number) =
            tokio::try_join!(self.next_output_index(at), self.number(abi::nextBlockNumberCall {}, at))?;
        Ok(NextOutput { index, l2_block_number })
    }

    /// The L2 block that is to be proposed next.
    pub async fn next_block_number(&self, at: BlockId) -> Result<u64, Error> {
        self.number(abi::nextBlockNumberCall {}, at).await
    }

    /// How many outputs stand: the next one's number.
    pub async fn next_output_index(&self, at: BlockId) -> Result<u64, Error> {
        self.number(abi::nextOutputIndexCall {}, at).await
    }

    /// An output by its number, if it stands.
    pub async fn output(&self, index: u64, at: BlockId) -> Result<Option<ProposedOutput>, Error> {
        let at = self.client.pin(at).await?.hash.into();
        if index >= self.next_output_index(at).await? {
            return Ok(None);
        }
        Ok(self.outputs(index..index.saturating_add(1), at).await?.pop())
    }

    /// The latest output, if any stands.
    pub async fn latest(&self, at: BlockId) -> Result<Option<ProposedOutput>, Error> {
        let at = self.client.pin(at).await?.hash.into();
        match self.next_output_index(at).await?.checked_sub(1) {
            Some(last) => Ok(self.outputs(last..last.saturating_add(1), at).await?.pop()),
            None => Ok(None),
        }
    }

    /// The first output that covers an L2 block, if any stands.
    pub async fn output_after(&self, l2_block_number: u64, at: BlockId) -> Result<Option<ProposedOutput>, Error> {
        let at = self.client.pin(at).await?.hash.into();
        let Some(latest) = self.latest(at).await? else {
            return Ok(None);
        };
        if latest.l2_block_number < l2_block_number {
            return Ok(None);
        }
        let call = abi::getL2OutputIndexAfterCall {
            l2BlockNumber: U256::from(l2_block_number),
        };
        self.output(self.number(call, at).await?, at).await
    }

    /// The outputs from a number on, oldest first: all that stand, but 512 at most.
    pub async fn outputs_since(&self, index: u64, at: BlockId) -> Result<Vec<ProposedOutput>, Error> {
        let at = self.client.pin(at).await?.hash.into();
        let end = self.next_output_index(at).await?;
        self.outputs(index..end.min(index.saturating_add(OUTPUTS_MAX)), at)
            .await
    }

    /// The transaction that proposes an output; it fails where `l1_block` is not on the chain, or more than 256 blocks old.
    ///
    /// Its gas is not estimated: an estimate runs inside L1's newest block, which does not know its own hash yet.
    pub fn propose(&self, output_root: B256, l2_block_number: u64, l1_block: &BlockRef) -> TxCandidate {
        let call = abi::proposeL2OutputCall {
            outputRoot: output_root,
            l2BlockNumber: U256::from(l2_block_number),
            l1BlockHash: l1_block.hash,
            l1BlockNumber: U256::from(l1_block.number),
        };
        TxCandidate::call(self.address(), call.abi_encode().into()).with_gas_limit(PROPOSE_GAS)
    }

    /// The transaction that deletes an output and all behind it.
    pub fn delete(&self, index: u64) -> TxCandidate {
        let call = abi::deleteL2OutputsCall {
            l2OutputIndex: U256::from(index),
        };
        TxCandidate::call(self.address(), call.abi_encode().into())
    }

    async fn outputs(&self, indices: core::ops::Range<u64>, at: BlockId) -> Result<Vec<ProposedOutput>, Error> {
        let calls: Vec<_> = indices
            .clone()
            .map(|index| abi::getL2OutputCall {
                l2OutputIndex: U256::from(index),
            })
            .collect();
        let found = self.client.ask_all(self.contract, &calls, at).await?;
        let numbered = indices.zip(found);
        numbered
            .map(|(index, found)| {
                Ok(ProposedOutput {
                    index,
                    output_root: found.outputRoot,
                    l1_timestamp_s: self.small(U256::from(found.timestamp), abi::getL2OutputCall::SIGNATURE)?,
                    l2_block_number: self.small(U256::from(found.l2BlockNumber), abi::getL2OutputCall::SIGNATURE)?,
                })
            })
            .collect()
    }

    async fn number<C: SolCall<Return = U256>>(&self, call: C, at: BlockId) -> Result<u64, Error> {
        let value = self.client.ask(self.contract, &call, at).await?;
        self.small(value, C::SIGNATURE)
    }

    fn small(&self, value: U256, function: &'static str) -> Result<u64, Error> {
        let Contract { address, name } = self.contract;
        u64::try_from(value).map_err(|_| Error::ContractOther {
            endpoint: self.client.endpoint().clone(),
            address,
            name,
            function,
            reason: format!("{value} is out of range"),
        })
    }
}
