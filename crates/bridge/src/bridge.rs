//! Acting: what a user sends.

use alloy_eips::BlockId;
use alloy_primitives::{B256, U256};
use alloy_sol_types::{SolCall, SolEvent};
use contracts::bindings::{
    CrossDomainMessenger::{baseGasCall, otherMessengerCall},
    OptimismPortal::{WithdrawalFinalized, finalizeWithdrawalTransactionCall, proveWithdrawalTransactionCall},
};
use l1::{Contract, TxCandidate};
use protocol::{Withdrawal, predeploys};

use crate::{
    DepositRequest, Error, Layer, LayerClient, LayerReceipt, Message, Sender, System, Token, WithdrawalProof,
    WithdrawalRequest, WithdrawalStage, gas_limit_max, is_finalizable, withdrawal::for_portal, withdrawal_stage,
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

    /// Deposits; answers with L1's receipt. What a token's owner has to allow is allowed first.
    pub async fn deposit(&self, sender: &Sender, request: &DepositRequest) -> Result<LayerReceipt, Error> {
        let contract = match request {
            DepositRequest::Portal { .. } => self.system.portal.address,
            DepositRequest::Ether { .. } | DepositRequest::Token { .. } => System::l1_standard_bridge(&self.l2).await?,
        };
        if let DepositRequest::Token { l1_token, amount, .. } = request {
            Token::new(self.l1.clone(), *l1_token)
                .allow(sender, contract, *amount)
                .await?;
        }
        sender.send("the deposit", request.candidate(contract)).await
    }

    /// Begins a withdrawal on L2; answers with L2's receipt. One that could never be finalized is refused.
    pub async fn withdraw(&self, sender: &Sender, request: &WithdrawalRequest) -> Result<LayerReceipt, Error> {
        require_finalizable(&self.resulting(sender, request).await?)?;
        if let WithdrawalRequest::Token { l2_token, amount, .. } = request {
            let bridge = predeploys::L2_STANDARD_BRIDGE;
            let token = Token::new(self.l2.clone(), *l2_token);
            token.allow(sender, bridge, *amount).await?;
        }
        sender.send("the withdrawal", request.candidate()).await
    }

    /// The withdrawal that a request will make, but for its number.
    async fn resulting(&self, sender: &Sender, request: &WithdrawalRequest) -> Result<Withdrawal, Error> {
        let nonce = U256::MAX;
        if let WithdrawalRequest::Passer {
            to,
            amount,
            gas_limit,
            data,
        } = request
        {
            return Ok(Withdrawal {
                nonce,
                sender: sender.address(),
                target: *to,
                value: *amount,
                gas_limit: U256::from(*gas_limit),
                data: data.clone(),
            });
        }
        let (call, gas_limit) = request
            .bridge_call(sender.address())
            .expect("invariant: all but the passer bridge");
        let messenger = Contract {
            address: predeploys::L2_CROSS_DOMAIN_MESSENGER,
            name: "L2CrossDomainMessenger",
        };
        let at = BlockId::latest();
        let base_gas = baseGasCall {
            message: call.clone(),
            minGasLimit: gas_limit,
        };
        let base_gas = self.l2.call(messenger, base_gas, at).await?;
        let other_bridge = System::l1_standard_bridge(&self.l2).await?;
        let sender = predeploys::L2_STANDARD_BRIDGE;
        Ok(Withdrawal {
            nonce,
            sender: messenger.address,
            target: self.l2.call(messenger, otherMessengerCall {}, at).await?,
            value: request.value_wei(),
            gas_limit: U256::from(base_gas),
            data: Message::calldata(sender, other_bridge, request.value_wei(), gas_limit, call),
        })
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
    pub async fn finalize(
        &self,
        sender: &Sender,
        withdrawal: &Withdrawal,
        l2_block: u64,
    ) -> Result<(LayerReceipt, bool), Error> {
        match self.stage_of(withdrawal, l2_block).await? {
            WithdrawalStage::ReadyToFinalize { paused: false, .. } => {}
            stage => return Err(not_ready(withdrawal, "finalized", &stage)),
        }
        let call = finalizeWithdrawalTransactionCall {
            withdrawal: for_portal(withdrawal),
        };
        let candidate = TxCandidate::call(self.system.portal.address, call.abi_encode().into());
        let receipt = sender.send("the finalization", candidate).await?;
        let hash = withdrawal.hash();
        let ends = receipt
            .logs
            .iter()
            .filter_map(|(_, log)| WithdrawalFinalized::decode_log(log).ok());
        let success = ends.filter(|end| end.withdrawalHash == hash).any(|end| end.success);
        Ok((receipt, success))
    }
}

/// Refuses a withdrawal that no transaction of L1 could finalize.
pub fn require_finalizable(withdrawal: &Withdrawal) -> Result<(), Error> {
    if is_finalizable(withdrawal) {
        return Ok(());
    }
    Err(Error::Unfinalizable {
        gas_limit: withdrawal.gas_limit,
        gas_limit_max: gas_limit_max(withdrawal.data.len()),
    })
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
