//! The outputs that stand on L1 already: what is wrong is not built on.

use super::{Proposer, Wait};
use crate::{Engine, L1Writer, OutputReader, output_at};
use l1::{NextOutput, ProposedOutput};
use protocol::BlockRef;

/// How many outputs are looked at after a start, the latest ones.
const CHECKED_MAX: u64 = 512;

/// Which outputs were looked at.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// The number of the first that was not, once some were.
    checked: Option<u64>,
    /// The number after the last that we proposed.
    proposed: u64,
}

impl Standing {
    /// Whether what we proposed is gone, if this is the number of the next output.
    pub(super) const fn has_lost(&self, next_index: u64) -> bool {
        next_index < self.proposed
    }

    /// An output of ours is on L1.
    pub(super) fn proposed(&mut self, index: u64) {
        self.proposed = self.proposed.max(index + 1);
    }

    /// Outputs from this number on are gone.
    pub(super) fn forget_from(&mut self, index: u64) {
        self.proposed = self.proposed.min(index);
        self.checked = self.checked.map(|checked| checked.min(index));
    }

    /// The first output to look at where `next_index` is the next one's number: what was not looked at, and always the latest, which
    /// a reorganisation may have replaced.
    fn first_to_check(&self, next_index: u64) -> u64 {
        let latest = next_index.saturating_sub(1);
        let unchecked = self.checked.unwrap_or_else(|| next_index.saturating_sub(CHECKED_MAX));
        unchecked.min(latest)
    }
}

impl<E: Engine, W: L1Writer, O: OutputReader> Proposer<E, W, O> {
    /// Refuses to go on while an output stands that differs from the own one and that can still be deleted.
    pub(super) async fn check_standing(&mut self, next: NextOutput, l1_head: &BlockRef) -> Result<(), Wait> {
        let mut index = self.standing.first_to_check(next.index);
        while index < next.index {
            let outputs = self.outputs.outputs_since(index, l1_head.hash).await?;
            if outputs.is_empty() {
                break;
            }
            for output in outputs {
                self.check_output(&output, l1_head).await?;
                index = output.index + 1;
                self.standing.checked = Some(index);
            }
        }
        Ok(())
    }

    async fn check_output(&self, output: &ProposedOutput, l1_head: &BlockRef) -> Result<(), Wait> {
        let parameters = self.parameters.as_ref();
        if parameters.is_some_and(|parameters| !parameters.is_deletable(output, l1_head.timestamp)) {
            return Ok(());
        }
        let own = output_at(&self.engine, output.l2_block_number).await?;
        match own {
            Some(own) if own.root == output.output_root => Ok(()),
            Some(own) => Err(Wait(disagreement(output, &own.root.to_string()))),
            None => Err(Wait(disagreement(output, "none"))),
        }
    }
}

fn disagreement(output: &ProposedOutput, own: &str) -> String {
    let ProposedOutput {
        index,
        output_root,
        l2_block_number,
        ..
    } = output;
    format!(
        "output {index} on L1 is {output_root} for block {l2_block_number}, this node's is {own}: nothing is proposed behind it; \
         have the challenger delete it, and find out who else has the proposer's key"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_start_the_latest_outputs_are_looked_at_and_then_only_new_ones_and_the_last() {
        let mut standing = Standing::default();
        assert_eq!(standing.first_to_check(0), 0);
        assert_eq!(standing.first_to_check(10), 0);
        assert_eq!(standing.first_to_check(10_000), 10_000 - CHECKED_MAX);
        standing.checked = Some(12);
        assert_eq!(standing.first_to_check(14), 12);
        assert_eq!(standing.first_to_check(12), 11);
    }

    #[test]
    fn what_is_gone_is_noticed_once() {
        let mut standing = Standing::default();
        assert!(!standing.has_lost(0));
        standing.proposed(4);
        assert!(!standing.has_lost(5));
        assert!(standing.has_lost(4) && standing.has_lost(2));
        standing.forget_from(2);
        assert!(!standing.has_lost(2));
    }
}
