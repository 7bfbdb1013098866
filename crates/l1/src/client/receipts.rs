//! Receipts of whole blocks.

use std::sync::Arc;

use alloy_primitives::B256;
use serde_json::json;

use super::L1Client;
use crate::{
    Error, L1Block, L1Receipt,
    receipt::{ReceiptJson, receipts_root},
    rpc::Call,
};

impl L1Client {
    /// The receipts of a block, in the order of its transactions.
    ///
    /// One call where the endpoint knows `eth_getBlockReceipts`; otherwise batches of one call a transaction.
    pub async fn receipts(&self, block: &L1Block) -> Result<Arc<Vec<L1Receipt>>, Error> {
        if let Some(receipts) = self.shared.receipts.get(block.hash()) {
            return Ok(receipts);
        }
        let receipts = self.fetch_receipts(block).await?;
        self.check_receipts(block, &receipts)?;
        Ok(self.shared.receipts.put(block.hash(), receipts))
    }

    /// The receipts of a block by its hash.
    pub async fn receipts_by_hash(&self, block_hash: B256) -> Result<Arc<Vec<L1Receipt>>, Error> {
        if let Some(receipts) = self.shared.receipts.get(block_hash) {
            return Ok(receipts);
        }
        let block = self.block_by_hash(block_hash).await?;
        self.receipts(&block).await
    }

    async fn fetch_receipts(&self, block: &L1Block) -> Result<Vec<L1Receipt>, Error> {
        if block.transactions.is_empty() {
            return Ok(Vec::new());
        }
        if !self.receipts_one_by_one() {
            match self.receipts_in_one_call(block.hash()).await {
                Err(error) if error.is_unsupported() => self.remember_receipts_one_by_one(),
                answer => return answer,
            }
        }
        self.receipts_in_batches(block).await
    }

    async fn receipts_in_one_call(&self, block: B256) -> Result<Vec<L1Receipt>, Error> {
        let sent: Option<Vec<ReceiptJson>> = self.rpc().call_optional("eth_getBlockReceipts", json!([block])).await?;
        let sent = sent.ok_or_else(|| self.receipts_missing(block))?;
        sent.into_iter().map(|receipt| self.of_block(block, receipt)).collect()
    }

    async fn receipts_in_batches(&self, block: &L1Block) -> Result<Vec<L1Receipt>, Error> {
        let calls: Vec<Call> = block
            .transaction_hashes()
            .map(|hash| ("eth_getTransactionReceipt", json!([hash])))
            .collect();
        let answers = self.rpc().batch::<Option<ReceiptJson>>(&calls).await?;
        let receipts = answers.into_iter().map(|answer| {
            let receipt = answer?.ok_or_else(|| self.receipts_missing(block.hash()))?;
            self.of_block(block.hash(), receipt)
        });
        receipts.collect()
    }

    /// Refuses a receipt of another block: the transaction moved there, because this block is no longer L1's.
    fn of_block(&self, block: B256, receipt: ReceiptJson) -> Result<L1Receipt, Error> {
        if receipt.block_hash == block {
            Ok(receipt.into())
        } else {
            Err(self.block_missing(block))
        }
    }

    fn check_receipts(&self, block: &L1Block, receipts: &[L1Receipt]) -> Result<(), Error> {
        let (computed, expected) = (receipts_root(receipts), block.header.receipts_root);
        if computed == expected || self.trusts() {
            return Ok(());
        }
        Err(Error::ReceiptsRootMismatch {
            endpoint: self.endpoint().clone(),
            block: block.hash(),
            expected,
            computed,
        })
    }

    fn receipts_missing(&self, block: B256) -> Error {
        Error::ReceiptsMissing {
            endpoint: self.endpoint().clone(),
            block,
        }
    }
}
