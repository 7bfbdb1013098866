//! What the challenger does about a wrong output.

use super::{
    Alarm, Challenger, Trouble,
    judge::{Missing, Verdict, is_deletable},
    watch::Wrong,
};
use crate::{Engine, Event, L1Writer, SettlementReader};
use alloy_primitives::B256;
use l1::{ProposedOutput, TxReceipt};
use protocol::BlockRef;
use tokio::task::{JoinError, JoinSet};

/// The deletion that is under way, or was.
#[derive(Debug, Default)]
pub(super) struct Deletion {
    /// The number of the output that it deletes, or deleted.
    index: u64,
    /// That output.
    output: Option<ProposedOutput>,
    /// The L1 block that has it: before that block is looked at, nothing is sent again.
    mined_in: u64,
    /// The head as of which it was tried last: one try a block.
    tried_at: Option<B256>,
    /// Why L1 did not take it.
    refused: Option<String>,
    /// Nothing of an earlier life is under way.
    has_recovered: bool,
}

impl<E: Engine, S: SettlementReader, W: L1Writer> Challenger<E, S, W> {
    /// A wrong output that nothing can delete any more is left, and others are looked for behind it.
    pub(super) fn give_up_if_final(&mut self, head: BlockRef) -> bool {
        let (Some(wrong), Some(parameters)) = (self.watch.wrong(), self.parameters) else {
            return false;
        };
        let is_final = !is_deletable(&wrong.output, &parameters, head.timestamp);
        if is_final {
            self.watch.give_up();
            self.is_behind = true;
        }
        is_final
    }

    /// A deletion names a number. Where another output has it by now, the deletion on its way is called back.
    pub(super) async fn call_back_if_replaced(&mut self, head: BlockRef) -> Result<(), Trouble> {
        let Some(meant) = self.deletion.output.filter(|_| !self.in_flight.is_empty()) else {
            return Ok(());
        };
        let found = self.sources.l1.outputs_since(meant.index, head.hash).await?;
        match found.first() {
            Some(other) if *other != meant => self.call_back().await,
            _ => Ok(()),
        }
    }

    /// Calls back the deletion on its way. One that L1 has already is waited for as before.
    pub(super) async fn call_back(&mut self) -> Result<(), Trouble> {
        let Some(writer) = self.writer.as_ref().filter(|_| !self.in_flight.is_empty()) else {
            return Ok(());
        };
        if writer.cancel().await? {
            tracing::warn!(target: "challenger", index = self.deletion.index, "another output has this number now: its deletion is called back");
            self.in_flight = JoinSet::new();
            self.deletion = Deletion::default();
        }
        Ok(())
    }

    /// Deletes the first wrong output, if there is one and the oracle lets it.
    pub(super) async fn delete_if_wrong(&mut self, head: BlockRef) -> Result<(), Trouble> {
        let Some(wrong) = self.watch.wrong() else {
            self.deletion.refused = None;
            return Ok(());
        };
        if self.cannot_delete(&wrong).is_some() || self.deletion.tried_at == Some(head.hash) {
            return Ok(());
        }
        self.recover().await?;
        if !self.in_flight.is_empty() || head.number < self.deletion.mined_in {
            return Ok(());
        }
        match self.second_verdict(&wrong, head).await? {
            Verdict::Wrong(_) => {
                self.deletion.tried_at = Some(head.hash);
                self.send_deletion(wrong.output).await;
            }
            Verdict::Agreed => {
                tracing::warn!(target: "challenger", index = wrong.output.index, "right at second sight: judged again");
                self.watch.take_back();
                self.is_behind = true;
            }
            // L1 or derivation moved: the next turn knows more.
            Verdict::Open(_) => {}
        }
        Ok(())
    }

    /// Once: a deletion of an earlier life may be on its way, and is waited for.
    async fn recover(&mut self) -> Result<(), Trouble> {
        if let (Some(writer), false) = (&self.writer, self.deletion.has_recovered) {
            self.deletion.mined_in = writer.recover().await?;
            self.deletion.has_recovered = true;
        }
        Ok(())
    }

    /// Looks at everything again: the oracle's entry, L1's chain, derivation's record, and the block that execution has.
    async fn second_verdict(&mut self, wrong: &Wrong, head: BlockRef) -> Result<Verdict, Trouble> {
        let output = &wrong.output;
        let proposed_in = self.block_at(output.l1_timestamp_s, head).await?;
        let found = self.sources.l1.outputs_since(output.index, head.hash).await?;
        if found.first() == Some(output) {
            return self.verdict(output, &proposed_in, head).await;
        }
        Ok(Verdict::Open(Missing::Derivation {
            proposed_in: proposed_in.number,
            read_through: None,
        }))
    }

    /// L1 has another chain, on which the deletion's number may be that of a right output: it is called back, and not sent again. What
    /// became of it is found out before the next one.
    pub(super) async fn let_go_of_deletion(&mut self) -> Result<(), Trouble> {
        self.call_back().await?;
        if !self.in_flight.is_empty() {
            self.in_flight = JoinSet::new();
            self.deletion = Deletion::default();
        }
        Ok(())
    }

    async fn send_deletion(&mut self, output: ProposedOutput) {
        let Some(writer) = &self.writer else { return };
        let index = output.index;
        match writer.submit(self.sources.l1.delete(index)).await {
            Ok(sent) => {
                tracing::info!(target: "challenger", index, "deletion sent");
                self.deletion.index = index;
                self.deletion.output = Some(output);
                self.in_flight.spawn(sent);
            }
            Err(error) => self.deletion.refused = Some(error.to_string()),
        }
    }

    pub(super) fn on_deletion(&mut self, ended: Result<Result<TxReceipt, l1::Error>, JoinError>) {
        let refused = match ended {
            Ok(Ok(receipt)) if receipt.success => return self.on_deleted(&receipt),
            Ok(Ok(receipt)) => {
                self.deletion.mined_in = receipt.block.number + 1;
                format!("transaction {} failed", receipt.transaction_hash)
            }
            Ok(Err(error)) => error.to_string(),
            Err(failed) => failed.to_string(),
        };
        tracing::warn!(target: "challenger", index = self.deletion.index, %refused, "not deleted");
        self.deletion.refused = Some(refused);
    }

    fn on_deleted(&mut self, receipt: &TxReceipt) {
        let (first_index, transaction) = (self.deletion.index, receipt.transaction_hash);
        self.deletion.mined_in = receipt.block.number;
        self.deletion.refused = None;
        self.status.deletions += 1;
        tracing::info!(target: "challenger", first_index, %transaction, "outputs deleted");
        self.tell(Event::OutputsDeleted {
            first_index,
            transaction,
        });
    }

    /// What somebody else must do.
    pub(super) fn alarms(&self) -> Vec<Alarm> {
        let lost = self.watch.lost().map(|lost| Alarm::Final {
            index: lost.output.index,
            fault: lost.fault,
        });
        let refused = self.watch.wrong().and_then(|wrong| self.trouble_with(&wrong));
        let contracts = self.contract_alarms.iter().cloned();
        lost.into_iter().chain(refused).chain(contracts).collect()
    }

    fn trouble_with(&self, wrong: &Wrong) -> Option<Alarm> {
        let index = wrong.output.index;
        let refused = || {
            let reason = self.deletion.refused.clone()?;
            Some(Alarm::Refused { index, reason })
        };
        self.cannot_delete(wrong).or_else(refused)
    }

    /// Why a deletion is not even tried.
    fn cannot_delete(&self, wrong: &Wrong) -> Option<Alarm> {
        let parameters = self.parameters?;
        let (index, fault) = (wrong.output.index, wrong.fault);
        let until_s = wrong
            .output
            .l1_timestamp_s
            .saturating_add(parameters.finalization_period_s);
        match self.writer.as_ref().map(L1Writer::address) {
            Some(own) if own == parameters.challenger => None,
            Some(own) => Some(Alarm::NotChallenger {
                index,
                own,
                challenger: parameters.challenger,
                until_s,
            }),
            None => Some(Alarm::NoKey { index, fault, until_s }),
        }
    }
}
