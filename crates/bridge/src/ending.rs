//! Ending a withdrawal on L1: its proof, and its call.

use alloy_primitives::U256;
use alloy_sol_types::{SolCall, SolEvent};
use contracts::bindings::OptimismPortal::{
    WithdrawalFinalized, finalizeWithdrawalTransactionCall, proveWithdrawalTransactionCall,
};
use l1::TxCandidate;
use protocol::Withdrawal;

use crate::{
    Bridge, Error, LayerReceipt, Sender, WithdrawalStage,
    fate::{InnerCall, refusal},
    revert,
    sending::with_margin,
    withdrawal::{for_portal, message_of},
};

impl Bridge {
    /// Proves a withdrawal on L1 that is ready for it.
    pub async fn prove(&self, sender: &Sender, withdrawal: &Withdrawal, l2_block: u64) -> Result<LayerReceipt, Error> {
        match self.stage_of(withdrawal, l2_block).await? {
            WithdrawalStage::ReadyToProve { paused: false, .. } => {}
            stage => return Err(not_ready(withdrawal, "proven", &stage)),
        }
        let proof = self.proof(withdrawal, l2_block).await?;
        let call = proveWithdrawalTransactionCall {
            withdrawal: for_portal(withdrawal),
            l2OutputIndex: U256::from(proof.output_index),
            outputRootProof: proof.output_root_proof(),
            withdrawalProof: proof.storage_proof,
        };
        let candidate = TxCandidate::call(self.system.portal.address, call.abi_encode().into());
        sender.send("the proof", candidate).await
    }

    /// Finalizes a withdrawal on L1 that is ready for it; answers with L1's receipt and what came of the withdrawal's call.
    ///
    /// The call gets the gas that it needs, not only what the withdrawal asks for. A call that would fail all the same, and is made
    /// only once, is refused unless failure is accepted; a message can be relayed again, so it is not.
    pub async fn finalize(
        &self,
        sender: &Sender,
        withdrawal: &Withdrawal,
        l2_block: u64,
        accepts_failure: bool,
    ) -> Result<(LayerReceipt, bool), Error> {
        match self.stage_of(withdrawal, l2_block).await? {
            WithdrawalStage::ReadyToFinalize { paused: false, .. } => {}
            stage => return Err(not_ready(withdrawal, "finalized", &stage)),
        }
        let call = finalizeWithdrawalTransactionCall {
            withdrawal: for_portal(withdrawal),
        };
        let candidate = TxCandidate::call(self.system.portal.address, call.abi_encode().into());
        let estimate = self.finalization_gas(sender, withdrawal, &candidate, accepts_failure);
        let gas_limit = with_margin(estimate.await?);
        let receipt = sender.send_with_gas("the finalization", candidate, gas_limit).await?;
        let hash = withdrawal.hash();
        let ends = receipt
            .logs
            .iter()
            .filter_map(|(_, log)| WithdrawalFinalized::decode_log(log).ok());
        let success = ends.filter(|end| end.withdrawalHash == hash).any(|end| end.success);
        Ok((receipt, success))
    }

    async fn finalization_gas(
        &self,
        sender: &Sender,
        withdrawal: &Withdrawal,
        candidate: &TxCandidate,
        accepts_failure: bool,
    ) -> Result<u64, Error> {
        let portal = self.system.portal.address;
        let to_the_end = self.l1.gas_to_the_end(portal, &candidate.data).await;
        let Err(error) = to_the_end else {
            return to_the_end.map_err(|error| self.l1.error(error));
        };
        // What the portal itself refuses is told here.
        let estimate = sender.estimate("the finalization", candidate).await?;
        if accepts_failure || message_of(withdrawal).is_some() {
            return Ok(estimate);
        }
        let call = InnerCall {
            sender: withdrawal.sender,
            target: withdrawal.target,
            value: withdrawal.value,
            data: withdrawal.data.clone(),
        };
        let reason = refusal(&self.l1, portal, &call).await;
        Err(Error::CallWouldFail {
            withdrawal: withdrawal.hash(),
            target: withdrawal.target,
            reason: reason.unwrap_or_else(|| revert::reason_or_message(&error)),
        })
    }
}

fn not_ready(withdrawal: &Withdrawal, action: &'static str, stage: &WithdrawalStage) -> Error {
    let waits_for = stage.waits_for().map(|what| format!("it waits for {what}"));
    Error::NotReady {
        withdrawal: withdrawal.hash(),
        action,
        stage: stage.name(),
        waits_for: waits_for.unwrap_or_else(|| "there is nothing left to do".to_owned()),
    }
}
