//! Looking at both layers.

use alloy_eips::{
    BlockId,
    BlockNumberOrTag::{Finalized, Safe},
};
use alloy_primitives::B256;
use alloy_sol_types::{SolCall, SolEvent};
use contracts::bindings::{
    L1Block::numberCall,
    OptimismPortal::{
        WithdrawalFinalized, WithdrawalProven, finalizedWithdrawalsCall, pausedCall, provenWithdrawals_0Call,
    },
};
use l1::OracleParameters;
use protocol::{Withdrawal, predeploys};

use crate::{
    Bridge, Coverage, Deposit, DepositObservations, Error, Followed, Layer, LayerReceipt, MessageState, Proven,
    Transfer, WithdrawalObservations, deposit_stage,
    fate::{fault_of, message_state},
    gas_limit_max,
    system::L1_BLOCK,
    withdrawal::message_of,
    withdrawal_stage, withdrawals_in,
};

impl Bridge {
    /// Where every transfer of a transaction stands, whichever layer it is on.
    pub async fn follow(&self, transaction: B256) -> Result<Followed, Error> {
        let head = self.l1.head().await?;
        let (layer, receipt) = self.find(transaction).await?;
        let mut followed = Followed {
            transaction,
            layer,
            block: receipt.as_ref().map(|receipt| receipt.block.number),
            success: receipt.as_ref().map(|receipt| receipt.success),
            transfers: Vec::new(),
            now: head.timestamp,
        };
        let Some(receipt) = receipt.filter(|receipt| receipt.success) else {
            return Ok(followed);
        };
        let (transfers, what) = match layer {
            Layer::L1 => (self.deposits(&receipt, head.number).await?, "deposit"),
            Layer::L2 => (self.withdrawals(&receipt, head.hash().into()).await?, "withdrawal"),
        };
        if transfers.is_empty() {
            return Err(Error::NothingIn {
                transaction,
                layer,
                what,
            });
        }
        followed.transfers = transfers;
        Ok(followed)
    }

    /// The layer that knows a transaction, and its receipt if it is included.
    async fn find(&self, transaction: B256) -> Result<(Layer, Option<LayerReceipt>), Error> {
        let nodes = [&self.l1, &self.l2];
        for node in nodes {
            if let Some(receipt) = node.receipt(transaction).await? {
                return Ok((node.layer(), Some(receipt)));
            }
        }
        for node in nodes {
            if node.knows(transaction).await? {
                return Ok((node.layer(), None));
            }
        }
        Err(Error::TransactionUnknown { transaction })
    }

    async fn deposits(&self, receipt: &LayerReceipt, l1_head: u64) -> Result<Vec<Transfer>, Error> {
        let deposits = Deposit::in_receipt(self.system.portal.address, receipt);
        if deposits.is_empty() {
            return Ok(Vec::new());
        }
        let mut seen = self.seen_of_deposits(receipt.block.number, l1_head).await?;
        let mut transfers = Vec::with_capacity(deposits.len());
        for deposit in deposits {
            let included = self.l2.receipt(deposit.l2_transaction).await?;
            seen.l2_included = included.map(|receipt| (receipt.block.number, receipt.success));
            seen.message = match &deposit.message {
                Some(message) => {
                    let messenger = predeploys::L2_CROSS_DOMAIN_MESSENGER;
                    Some(message_state(&self.l2, messenger, message.hash, BlockId::latest()).await?)
                }
                None => None,
            };
            let fault = match &deposit.message {
                Some(message) if seen.message == Some(MessageState::Failed) => {
                    let messenger = predeploys::L2_CROSS_DOMAIN_MESSENGER;
                    fault_of(&self.l2, messenger, message, deposit.transaction.gas_limit).await
                }
                _ => None,
            };
            transfers.push(Transfer::Deposit {
                deposit: Box::new(deposit),
                stage: deposit_stage(&seen),
                message: seen.message,
                fault,
            });
        }
        Ok(transfers)
    }

    /// What is the same for all deposits of an L1 block.
    async fn seen_of_deposits(&self, l1_block: u64, l1_head: u64) -> Result<DepositObservations, Error> {
        let header = self.l1.header(l1_block.into()).await?;
        let l1_time = header.map_or(0, |header| header.timestamp);
        let parent = self.l1.header(l1_block.saturating_sub(1).into()).await?;
        let l1_block_time = parent.map_or(0, |parent| l1_time.saturating_sub(parent.timestamp));
        Ok(DepositObservations {
            l1_block,
            l1_time,
            l1_head,
            l1_block_time,
            seq_window_size: self.system.seq_window_size,
            l2_origin: self.l2.call(L1_BLOCK, numberCall {}, BlockId::latest()).await?,
            l2_included: None,
            l2_safe: self.l2.header(Safe).await?.map_or(0, |header| header.number),
            l2_finalized: self.l2.header(Finalized).await?.map_or(0, |header| header.number),
            message: None,
        })
    }

    async fn withdrawals(&self, receipt: &LayerReceipt, at: BlockId) -> Result<Vec<Transfer>, Error> {
        let mut transfers = Vec::new();
        for withdrawal in withdrawals_in(receipt) {
            let seen = self.observe(&withdrawal, receipt.block.number, at).await?;
            let fault = match message_of(&withdrawal) {
                Some(message) if seen.message == Some(MessageState::Failed) => {
                    let gas_given = withdrawal.gas_limit.saturating_to();
                    fault_of(&self.l1, withdrawal.target, &message, gas_given).await
                }
                _ => None,
            };
            transfers.push(Transfer::Withdrawal {
                withdrawal: Box::new(withdrawal),
                stage: withdrawal_stage(&seen),
                message: seen.message,
                fault,
            });
        }
        Ok(transfers)
    }

    /// What L1 says of a withdrawal at one of its blocks.
    pub(crate) async fn observe(
        &self,
        withdrawal: &Withdrawal,
        l2_block: u64,
        at: BlockId,
    ) -> Result<WithdrawalObservations, Error> {
        let hash = withdrawal.hash();
        let finalized = self
            .portal(finalizedWithdrawalsCall { withdrawalHash: hash }, at)
            .await?;
        let (proven, proof_fell) = if finalized {
            (None, false)
        } else {
            self.proven(hash, at).await?
        };
        let parameters = self.oracle(self.system.oracle.parameters(at).await)?;
        let message = match message_of(withdrawal) {
            Some(message) if finalized => Some(message_state(&self.l1, withdrawal.target, message.hash, at).await?),
            Some(_) => Some(MessageState::Sent),
            None => None,
        };
        Ok(WithdrawalObservations {
            now: self.time(at).await?,
            coverage: self.coverage(l2_block, &parameters, at).await?,
            proven,
            proof_fell,
            finalization_period: parameters.finalization_period_s,
            paused: self.portal(pausedCall {}, at).await?,
            finalized,
            succeeded: if finalized { self.succeeded(hash).await } else { None },
            message,
            gas_limit: withdrawal.gas_limit,
            gas_limit_max: gas_limit_max(withdrawal.data.len()),
        })
    }

    async fn time(&self, at: BlockId) -> Result<u64, Error> {
        let header = match at {
            BlockId::Hash(hash) => self.l1.client().header_by_hash(hash.block_hash).await.map(Some),
            BlockId::Number(tag) => self.l1.client().header_by_tag(tag).await,
        };
        let header = header.map_err(|source| self.l1.error(source))?;
        Ok(header.map_or(0, |header| header.timestamp))
    }

    /// The proof that stands, and whether one fell.
    async fn proven(&self, hash: B256, at: BlockId) -> Result<(Option<Proven>, bool), Error> {
        let proof = self
            .portal(provenWithdrawals_0Call { withdrawalHash: hash }, at)
            .await?;
        if proof.timestamp == 0 {
            // A portal that keeps proofs by submitter shows only one that stands, and its log the others.
            let topics = [WithdrawalProven::SIGNATURE_HASH, hash];
            let logs = self.l1.logs(self.system.portal.address, &topics).await;
            return Ok((None, logs.is_ok_and(|logs| !logs.is_empty())));
        }
        let index = u64::try_from(proof.l2OutputIndex).unwrap_or(u64::MAX);
        let output = self.oracle(self.system.oracle.output(index, at).await)?;
        Ok(match output.filter(|output| output.output_root == proof.outputRoot) {
            Some(output) => {
                let proven = Proven {
                    index,
                    at: u64::try_from(proof.timestamp).unwrap_or(u64::MAX),
                    proposed_at: output.l1_timestamp_s,
                };
                (Some(proven), false)
            }
            None => (None, true),
        })
    }

    async fn coverage(&self, l2_block: u64, parameters: &OracleParameters, at: BlockId) -> Result<Coverage, Error> {
        if let Some(output) = self.oracle(self.system.oracle.output_after(l2_block, at).await)? {
            return Ok(Coverage::Covered {
                index: output.index,
                block: output.l2_block_number,
            });
        }
        let next = self.oracle(self.system.oracle.next_block_number(at).await)?;
        let block = next_covering(l2_block, next, parameters.submission_interval_blocks);
        Ok(Coverage::Due {
            block,
            at: parameters.l2_timestamp_s(block),
        })
    }

    /// What came of a finalized withdrawal's call, if the node keeps the logs.
    async fn succeeded(&self, hash: B256) -> Option<bool> {
        let topics = [WithdrawalFinalized::SIGNATURE_HASH, hash];
        let logs = self.l1.logs(self.system.portal.address, &topics).await.ok()?;
        let event = WithdrawalFinalized::decode_log(logs.last()?).ok()?;
        Some(event.success)
    }

    async fn portal<C: SolCall>(&self, call: C, at: BlockId) -> Result<C::Return, Error> {
        self.l1.call(self.system.portal, call, at).await
    }

    /// An answer of the oracle's reader.
    pub(crate) fn oracle<T>(&self, answer: Result<T, l1::Error>) -> Result<T, Error> {
        answer.map_err(|source| self.l1.error(source))
    }
}

/// The L2 block of the first output to come that covers a block.
fn next_covering(l2_block: u64, next: u64, interval: u64) -> u64 {
    let intervals = l2_block.saturating_sub(next).div_ceil(interval.max(1));
    next.saturating_add(intervals.saturating_mul(interval))
}

#[cfg(test)]
mod tests {
    use super::next_covering;

    #[test]
    fn the_next_output_that_covers_a_block_is_whole_intervals_away() {
        let cases = [(1, 4, 4), (4, 4, 4), (5, 4, 8), (8, 4, 8), (9, 4, 12), (3, 100, 100)];
        for (block, next, expected) in cases {
            assert_eq!(next_covering(block, next, 4), expected, "{block} {next}");
        }
        assert_eq!(next_covering(9, 4, 0), 4);
    }
}
