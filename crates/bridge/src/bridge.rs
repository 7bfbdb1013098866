//! Both layers of one chain, and its withdrawals.

use alloy_eips::BlockId;
use alloy_primitives::B256;
use protocol::Withdrawal;

use crate::{
    Error, Layer, LayerClient, System, WithdrawalProof, WithdrawalStage, system::require_same_l1, withdrawal_stage,
    withdrawals_in,
};

/// Both layers of one chain.
#[derive(Clone, Debug)]
pub struct Bridge {
    pub(crate) l1: LayerClient,
    pub(crate) l2: LayerClient,
    pub(crate) system: System,
}

impl Bridge {
    /// The bridge between two nodes' chains.
    pub const fn new(l1: LayerClient, l2: LayerClient, system: System) -> Self {
        Self { l1, l2, system }
    }

    /// Refuses a node of an L2 that stands on another L1.
    pub async fn require_same_l1(&self) -> Result<(), Error> {
        require_same_l1(&self.l1, &self.l2).await
    }

    /// The node of L1.
    pub const fn l1(&self) -> &LayerClient {
        &self.l1
    }

    /// The node of L2.
    pub const fn l2(&self) -> &LayerClient {
        &self.l2
    }

    /// The contracts.
    pub const fn system(&self) -> &System {
        &self.system
    }

    /// The withdrawals of a transaction of L2, and the block that holds it.
    pub async fn withdrawals_of(&self, transaction: B256) -> Result<(u64, Vec<Withdrawal>), Error> {
        let layer = Layer::L2;
        let receipt = match self.l2.receipt(transaction).await? {
            Some(receipt) => receipt,
            None if self.l2.knows(transaction).await? => {
                let state = "still in the pool";
                return Err(Error::NotIncluded {
                    transaction,
                    layer,
                    state,
                });
            }
            None => return Err(Error::TransactionUnknown { transaction }),
        };
        if !receipt.success {
            let state = "failed";
            return Err(Error::NotIncluded {
                transaction,
                layer,
                state,
            });
        }
        let withdrawals = withdrawals_in(&receipt);
        if withdrawals.is_empty() {
            let what = "withdrawal";
            return Err(Error::NothingIn {
                transaction,
                layer,
                what,
            });
        }
        Ok((receipt.block.number, withdrawals))
    }

    /// Where a withdrawal of an L2 block stands.
    pub async fn stage_of(&self, withdrawal: &Withdrawal, l2_block: u64) -> Result<WithdrawalStage, Error> {
        let head = self.l1.head().await?;
        Ok(withdrawal_stage(
            &self.observe(withdrawal, l2_block, head.hash().into()).await?,
        ))
    }

    /// The proof of a withdrawal of an L2 block, by the first output that covers it; by the latest where the node of L2 has no
    /// proof at the first.
    pub async fn proof(&self, withdrawal: &Withdrawal, l2_block: u64) -> Result<WithdrawalProof, Error> {
        let at = BlockId::latest();
        let first = self.oracle(self.system.oracle.output_after(l2_block, at).await)?;
        let first = first.ok_or(Error::NotCovered { block: l2_block })?;
        let proof = WithdrawalProof::from_node(&self.l2, withdrawal, &first).await;
        let Err(Error::Node { .. }) = proof else { return proof };
        match self.oracle(self.system.oracle.latest(at).await)? {
            Some(latest) if latest != first => WithdrawalProof::from_node(&self.l2, withdrawal, &latest).await,
            _ => proof,
        }
    }
}
