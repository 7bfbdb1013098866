//! Transactions of one account on one layer.

use core::time::Duration;

use alloy_eips::BlockNumberOrTag;
use alloy_primitives::{Address, B256, U256};
use l1::{Signer, TxCandidate, TxConfig, TxManager};
use serde_json::json;

use crate::{Error, L1_TRANSACTION_GAS_MAX, Layer, LayerClient, LayerReceipt};

/// Tips on L2 are of another size than L1's.
const L2_TIP_MIN_WEI: u128 = 1_000_000;

/// A transaction that a node has taken, and no block holds yet.
#[derive(Clone, Copy, Debug)]
pub struct Submission {
    /// Where.
    pub layer: Layer,
    /// What it does.
    pub what: &'static str,
    /// Its hash; another if it has to be sent again at a higher fee.
    pub transaction: B256,
}

/// Sends one account's transactions on one layer.
#[derive(Clone, Debug)]
pub struct Sender {
    node: LayerClient,
    manager: TxManager,
    announce: Option<fn(&Submission)>,
}

/// How a user's transactions are sent: `confirmations` blocks have to hold each.
pub fn sender_config(layer: Layer, confirmations: u64) -> TxConfig {
    let preset = TxConfig {
        confirmations,
        receipt_query_interval: Duration::from_millis(500),
        base_fee_min_wei: 0,
        ..TxConfig::default()
    };
    match layer {
        Layer::L1 => preset,
        Layer::L2 => TxConfig {
            tip_min_wei: L2_TIP_MIN_WEI,
            ..preset
        },
    }
}

impl Sender {
    /// The sender of an account's transactions on a node's chain.
    pub async fn new(node: LayerClient, signer: impl Into<Signer>, config: TxConfig) -> Result<Self, Error> {
        let manager = TxManager::new(node.client().clone(), signer, config).await;
        let manager = manager.map_err(|source| node.error(source))?;
        Ok(Self {
            node,
            manager,
            announce: None,
        })
    }

    /// The same, that tells of each transaction as soon as it is on its way: whoever stops waiting knows what to look for.
    #[must_use]
    pub const fn announcing(mut self, announce: fn(&Submission)) -> Self {
        self.announce = Some(announce);
        self
    }

    /// Where it sends.
    pub const fn layer(&self) -> Layer {
        self.node.layer()
    }

    /// The account.
    pub fn address(&self) -> Address {
        self.manager.address()
    }

    /// Sends a transaction and waits for its confirmations. What would fail is not sent.
    pub async fn send(&self, what: &'static str, candidate: TxCandidate) -> Result<LayerReceipt, Error> {
        let estimate = self.estimate(what, &candidate).await?;
        self.send_with_gas(what, candidate, with_margin(estimate)).await
    }

    /// The same, with a gas limit that somebody else found.
    pub(crate) async fn send_with_gas(
        &self,
        what: &'static str,
        candidate: TxCandidate,
        gas_limit: u64,
    ) -> Result<LayerReceipt, Error> {
        self.require_balance(&candidate, gas_limit).await?;
        let pending = self.manager.submit(candidate.with_gas_limit(gas_limit)).await;
        let pending = pending.map_err(|source| self.node.error(source))?;
        if let Some(announce) = self.announce {
            announce(&Submission {
                layer: self.layer(),
                what,
                transaction: pending.transaction_hash(),
            });
        }
        let sent = pending.confirmed().await;
        let sent = sent.map_err(|source| self.node.error(source))?;
        let transaction = sent.transaction_hash;
        if !sent.success {
            return Err(Error::Reverted {
                layer: self.node.layer(),
                what,
                transaction,
            });
        }
        let receipt = self.node.receipt(transaction).await?;
        receipt.ok_or(Error::TransactionUnknown { transaction })
    }

    /// The least gas with which a transaction is not refused.
    pub(crate) async fn estimate(&self, what: &'static str, candidate: &TxCandidate) -> Result<u64, Error> {
        let call = json!({
            "from": self.address(),
            "to": candidate.to.to(),
            "value": candidate.value,
            "input": candidate.data,
        });
        let gas = self
            .node
            .client()
            .request::<U256>("eth_estimateGas", json!([call]))
            .await;
        match gas {
            Ok(gas) => Ok(gas.saturating_to()),
            Err(error) if says_poor(&error) => Err(self.too_poor(candidate.value).await?),
            Err(error) => Err(self.node.would_revert(what, error)),
        }
    }

    /// Refuses what the account cannot pay: a transaction that waits in a pool for ether would look like one that is on its way.
    async fn require_balance(&self, candidate: &TxCandidate, gas_limit: u64) -> Result<(), Error> {
        let base_fee_wei = self.node.head().await?.base_fee_per_gas.unwrap_or_default();
        let gas_wei = U256::from(gas_limit).saturating_mul(U256::from(base_fee_wei));
        if candidate.value.saturating_add(gas_wei) <= self.balance().await? {
            return Ok(());
        }
        Err(self.too_poor(candidate.value).await?)
    }

    async fn too_poor(&self, value_wei: U256) -> Result<Error, Error> {
        Ok(Error::Balance {
            layer: self.node.layer(),
            account: self.address(),
            balance_wei: self.balance().await?,
            value_wei,
        })
    }

    async fn balance(&self) -> Result<U256, Error> {
        let client = self.node.client();
        let balance = client.balance_at(self.address(), BlockNumberOrTag::Latest).await;
        balance.map_err(|source| self.node.error(source))
    }
}

/// Nodes say so in different words: geth of insufficient funds, revm of a lack of them.
fn says_poor(error: &l1::Error) -> bool {
    matches!(error, l1::Error::Refused { message, .. } if message.contains("funds"))
}

/// Room for what changes between the estimate and the block, the price of deposits above all; never more than a transaction may
/// have (EIP-7825, on L1 since Osaka and on L2 since Karst).
pub(crate) fn with_margin(estimate: u64) -> u64 {
    let margin = estimate.saturating_add(estimate / 4);
    margin.min(L1_TRANSACTION_GAS_MAX).max(estimate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_margin_stops_at_the_transaction_gas_cap() {
        assert_eq!(with_margin(100_000), 125_000);
        assert_eq!(with_margin(16_000_000), L1_TRANSACTION_GAS_MAX);
    }
}
