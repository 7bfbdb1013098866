//! What the challenger reads: the outputs and the contracts from L1, and what derivation says of an output.

use super::{
    Alarm, Challenger, Trouble,
    judge::{Evidence, Missing, Verdict, judge},
    settlement::differences,
};
use crate::{Engine, L1Writer, SafeHeadAt, SettlementReader, output_at};
use alloy_eips::BlockNumHash;
use alloy_primitives::B256;
use l1::{OracleParameters, ProposedOutput, Reaction};
use protocol::BlockRef;

/// Finalization periods that it looks back when it begins: outputs that became final while it was away are alarmed too.
const PERIODS_BACK: u64 = 2;

impl<E: Engine, S: SettlementReader, W: L1Writer> Challenger<E, S, W> {
    /// L1 has a new head: reads what changed.
    pub(super) async fn look(&mut self, head: BlockRef, finalized: BlockRef) -> Result<(), Trouble> {
        let parameters = self.check_contracts(head.hash).await?;
        let before = self.watch.head();
        // Everything proposed up to this time was seen, and stands unless it was deleted since.
        let back_s = parameters.finalization_period_s.saturating_mul(PERIODS_BACK);
        let first_s = head.timestamp.saturating_sub(back_s);
        let seen_until_s = match before {
            Some(before) if self.is_on_chain(before.id(), head).await? => before.timestamp,
            Some(before) => {
                self.let_go_of_deletion().await?;
                let final_s = Some(finalized.timestamp).filter(|time| *time > 0);
                before.timestamp.min(final_s.unwrap_or(first_s))
            }
            None => {
                let first = self.first_after(first_s, head).await?;
                self.watch.begin_at(first);
                head.timestamp
            }
        };
        let end = self.watch.end();
        let known = end.saturating_sub(1);
        let mut found = self.sources.l1.outputs_since(known, head.hash).await?;
        let is_unchanged = |last: &ProposedOutput| last.index == known && last.l1_timestamp_s <= seen_until_s;
        if end > 0 && !found.first().is_some_and(is_unchanged) {
            let first = self.first_after(seen_until_s, head).await?;
            self.watch.forget_from(first);
            found = self.sources.l1.outputs_since(self.watch.end(), head.hash).await?;
        }
        self.watch.read(head, &found);
        self.is_behind = self.watch.first_open().is_some();
        Ok(())
    }

    /// Reads more outputs, as of the same head.
    pub(super) async fn read_on(&mut self, head: BlockRef) -> Result<(), Trouble> {
        let found = self.sources.l1.outputs_since(self.watch.end(), head.hash).await?;
        self.watch.read(head, &found);
        self.is_behind = self.watch.first_open().is_some();
        Ok(())
    }

    async fn check_contracts(&mut self, at: B256) -> Result<OracleParameters, Trouble> {
        match self.sources.l1.contracts(at).await {
            Ok(contracts) => {
                let differences = differences(&self.sources.rollup, self.config.oracle, &contracts);
                self.contract_alarms = differences.into_iter().map(Alarm::Configuration).collect();
                self.parameters = Some(contracts.parameters);
                Ok(contracts.parameters)
            }
            Err(error) => {
                let is_answer = error.reaction() == Reaction::Fatal || matches!(error, l1::Error::Refused { .. });
                let reason = error.to_string();
                if is_answer {
                    self.contract_alarms = vec![Alarm::Unreadable { reason }];
                }
                match self.parameters {
                    // What was proposed is judged by what the oracle said last.
                    Some(parameters) if is_answer => Ok(parameters),
                    _ => Err(error.into()),
                }
            }
        }
    }

    /// The number of the first output that was proposed after a time: outputs are in the order of their proposals.
    async fn first_after(&self, timestamp_s: u64, head: BlockRef) -> Result<u64, Trouble> {
        let l1 = &self.sources.l1;
        let (mut low, mut high) = (0, l1.next_output_index(head.hash).await?);
        while low < high {
            let middle = u64::midpoint(low, high);
            let found = l1.outputs_since(middle, head.hash).await?;
            let is_later = found.first().is_none_or(|output| output.l1_timestamp_s > timestamp_s);
            (low, high) = if is_later { (low, middle) } else { (middle + 1, high) };
        }
        Ok(low)
    }

    /// The L1 block of a time, which is the time of a block: further and further back from the head, then by halves.
    pub(super) async fn block_at(&mut self, timestamp_s: u64, head: BlockRef) -> Result<BlockRef, Trouble> {
        if head.timestamp == timestamp_s {
            return Ok(head);
        }
        if let Some((of, found)) = self.found
            && of == head.hash
            && found.timestamp == timestamp_s
        {
            return Ok(found);
        }
        let (mut low, mut high, mut step) = (head.number, head.number, 1);
        while low > 0 && self.block_ref(low).await?.timestamp > timestamp_s {
            high = low;
            low = head.number.saturating_sub(step);
            step = step.saturating_mul(2);
        }
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if self.block_ref(middle).await?.timestamp > timestamp_s {
                high = middle - 1;
            } else {
                low = middle;
            }
        }
        let found = self.block_ref(low).await?;
        if found.timestamp != timestamp_s {
            let reason = format!("L1 has no block of time {timestamp_s}, at which an output was proposed");
            return Err(Trouble::Again(reason));
        }
        self.found = Some((head.hash, found));
        Ok(found)
    }

    async fn block_ref(&self, number: u64) -> Result<BlockRef, Trouble> {
        let found = self.sources.l1.block_ref(number).await?;
        found.ok_or_else(|| Trouble::Again(format!("L1 does not have block {number} any more")))
    }

    /// Whether a block is `head` or before it.
    async fn is_on_chain(&self, block: BlockNumHash, head: BlockRef) -> Result<bool, Trouble> {
        if block.number >= head.number {
            return Ok(block == head.id());
        }
        if block.number + 1 == head.number {
            return Ok(block.hash == head.parent_hash);
        }
        let found = self.sources.l1.block_ref(block.number).await?;
        Ok(found.is_some_and(|found| found.hash == block.hash))
    }

    /// What an output is. What derivation and execution say is of one chain: else nothing is said.
    pub(super) async fn verdict(
        &self,
        output: &ProposedOutput,
        proposed_in: &BlockRef,
        head: BlockRef,
    ) -> Result<Verdict, Trouble> {
        let number = proposed_in.number;
        let known = self.sources.safedb.known_at_l1_block(number)?;
        let mut read_through = known.read_through.filter(|read| read.l1.number >= number);
        if let Some(read) = read_through
            && !self.is_on_chain(read.l1, head).await?
        {
            read_through = None;
        }
        let own = output_at(&self.sources.engine, output.l2_block_number).await?;
        let verdict = judge(
            output,
            &Evidence {
                proposed_in: number,
                read_through: read_through.map(|read| read.l1.number),
                safe_then: known.safe.map(|safe| safe.l2.number),
                safe_now: read_through.map_or(0, |read| read.l2.number),
                own_root: own.map(|own| own.root),
            },
        );
        let again = self.sources.safedb.known_at_l1_block(number)?;
        if of_one_chain(&known, &again) {
            return Ok(verdict);
        }
        Ok(Verdict::Open(Missing::Derivation {
            proposed_in: number,
            read_through: None,
        }))
    }
}

/// Whether derivation went on between two looks, and did not begin anew.
fn of_one_chain(before: &SafeHeadAt, after: &SafeHeadAt) -> bool {
    before.beginnings == after.beginnings && before.safe == after.safe
}
