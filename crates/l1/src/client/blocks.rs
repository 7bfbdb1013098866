//! Headers and blocks.

use std::sync::Arc;

use alloy_consensus::{Header, Sealed};
use alloy_eips::BlockNumberOrTag;
use alloy_primitives::{B256, Bytes};
use protocol::BlockRef;
use serde_json::{Value, json};

use super::L1Client;
use crate::{
    Error, L1Block,
    block::{BlockJson, TransactionJson, block_ref, is_blob_transaction, transaction_hash, transactions_root},
    rpc::Call,
};

/// Ways to ask for a transaction's bytes, best first.
const RAW_TRANSACTION_METHODS: [&str; 2] = ["eth_getRawTransactionByHash", "debug_getRawTransaction"];

/// The type of transactions with blobs.
const BLOB_TX_TYPE: u64 = alloy_eips::eip2718::EIP4844_TX_TYPE_ID as u64;

impl L1Client {
    /// The header of a block by number, if L1 has one of that number.
    pub async fn header_by_number(&self, number: u64) -> Result<Option<Sealed<Header>>, Error> {
        self.header_by_tag(number.into()).await
    }

    /// The header that a tag stands for. Young chains have no safe or finalized block.
    pub async fn header_by_tag(&self, tag: BlockNumberOrTag) -> Result<Option<Sealed<Header>>, Error> {
        let json: Result<Option<BlockJson>, _> = self
            .rpc()
            .call_optional("eth_getBlockByNumber", json!([tag, false]))
            .await;
        match json {
            Ok(json) => json
                .map(|json| {
                    self.check_asked_number(&json, tag)
                        .and_then(|()| self.check_header(&json))
                })
                .transpose(),
            Err(error) if is_unknown_tag(tag, &error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The header of a block by hash.
    pub async fn header_by_hash(&self, hash: B256) -> Result<Sealed<Header>, Error> {
        if let Some(block) = self.shared.blocks.get(hash) {
            return Ok(block.header.clone());
        }
        let json: Option<BlockJson> = self
            .rpc()
            .call_optional("eth_getBlockByHash", json!([hash, false]))
            .await?;
        let json = json.ok_or_else(|| self.block_missing(hash))?;
        self.check_asked_hash(&json, hash)?;
        self.check_header(&json)
    }

    /// A block's place in the chain by tag, if the tag stands for a block yet.
    pub async fn block_ref_by_tag(&self, tag: BlockNumberOrTag) -> Result<Option<BlockRef>, Error> {
        Ok(self.header_by_tag(tag).await?.as_ref().map(block_ref))
    }

    /// A block's place in the chain by number, if L1 has one of that number.
    pub async fn block_ref_by_number(&self, number: u64) -> Result<Option<BlockRef>, Error> {
        self.block_ref_by_tag(number.into()).await
    }

    /// A block with its transactions by number, if L1 has one of that number.
    pub async fn block_by_number(&self, number: u64) -> Result<Option<Arc<L1Block>>, Error> {
        let json: Option<BlockJson> = self
            .rpc()
            .call_optional("eth_getBlockByNumber", json!([BlockNumberOrTag::Number(number), true]))
            .await?;
        let Some(json) = json else { return Ok(None) };
        self.check_asked_number(&json, number.into())?;
        if let Some(block) = self.shared.blocks.get(json.hash) {
            return Ok(Some(block));
        }
        self.check_block(&json).await.map(Some)
    }

    /// A block with its transactions by hash.
    pub async fn block_by_hash(&self, hash: B256) -> Result<Arc<L1Block>, Error> {
        if let Some(block) = self.shared.blocks.get(hash) {
            return Ok(block);
        }
        let json: Option<BlockJson> = self
            .rpc()
            .call_optional("eth_getBlockByHash", json!([hash, true]))
            .await?;
        let json = json.ok_or_else(|| self.block_missing(hash))?;
        self.check_asked_hash(&json, hash)?;
        self.check_block(&json).await
    }

    async fn check_block(&self, json: &BlockJson) -> Result<Arc<L1Block>, Error> {
        let header = self.check_header(json)?;
        let mut transactions = self.transactions(&header, &json.transactions).await?;
        let mut computed = transactions_root(&transactions);
        if computed != header.transactions_root && !self.trusts() {
            transactions = self.with_network_forms(transactions).await?;
            computed = transactions_root(&transactions);
        }
        if computed != header.transactions_root && !self.trusts() {
            let (endpoint, block, expected) = (self.endpoint().clone(), header.hash(), header.transactions_root);
            return Err(Error::TransactionsRootMismatch {
                endpoint,
                block,
                expected,
                computed,
            });
        }
        let hash = header.hash();
        Ok(self.shared.blocks.put(hash, L1Block { header, transactions }))
    }

    fn check_header(&self, json: &BlockJson) -> Result<Sealed<Header>, Error> {
        let header = json.sealed_header();
        if header.hash() == json.hash {
            return Ok(header);
        }
        if self.trusts() {
            return Ok(Sealed::new_unchecked(header.into_inner(), json.hash));
        }
        Err(self.header_mismatch(header.number, json.hash, header.hash()))
    }

    fn check_asked_hash(&self, json: &BlockJson, asked: B256) -> Result<(), Error> {
        if json.hash == asked {
            Ok(())
        } else {
            Err(self.header_mismatch(json.header.number, asked, json.hash))
        }
    }

    fn check_asked_number(&self, json: &BlockJson, tag: BlockNumberOrTag) -> Result<(), Error> {
        match tag {
            BlockNumberOrTag::Number(asked) if json.header.number != asked => {
                let reason = format!("asked for block {asked}, got block {}", json.header.number);
                Err(self.rpc().not_understood("eth_getBlockByNumber", reason))
            }
            _ => Ok(()),
        }
    }

    /// The transactions' bytes; those that cannot be re-encoded (types unknown to this program) are asked for raw.
    async fn transactions(&self, header: &Sealed<Header>, sent: &[Value]) -> Result<Vec<Bytes>, Error> {
        let mut transactions = Vec::with_capacity(sent.len());
        let mut unknown = Vec::new();
        for (index, value) in sent.iter().enumerate() {
            let reason = || format!("transaction {index} of block {} has no hash", header.number);
            match TransactionJson::read(value).ok_or_else(|| self.rpc().not_understood("eth_getBlockBy…", reason()))?
            {
                TransactionJson::Encoded(bytes) => transactions.push(bytes),
                TransactionJson::Unknown { hash, tx_type } => {
                    unknown.push((index, hash, tx_type));
                    transactions.push(Bytes::new());
                }
            }
        }
        for (index, bytes) in self.raw_transactions(&unknown).await? {
            transactions[index] = bytes;
        }
        Ok(transactions)
    }

    /// The transactions, those with blobs in the form that the node keeps: anvil's header commits to their network form.
    async fn with_network_forms(&self, mut transactions: Vec<Bytes>) -> Result<Vec<Bytes>, Error> {
        let blobs = transactions
            .iter()
            .enumerate()
            .filter(|(_, bytes)| is_blob_transaction(bytes));
        let wanted: Vec<_> = blobs
            .map(|(index, bytes)| (index, transaction_hash(bytes), BLOB_TX_TYPE))
            .collect();
        match self.raw_transactions(&wanted).await {
            Ok(found) => found.into_iter().for_each(|(index, bytes)| transactions[index] = bytes),
            // A node that does not have them has another reason for another root, which is what to tell.
            Err(Error::TransactionUnreadable { .. }) => {}
            Err(error) => return Err(error),
        }
        Ok(transactions)
    }

    async fn raw_transactions(&self, wanted: &[(usize, B256, u64)]) -> Result<Vec<(usize, Bytes)>, Error> {
        let mut found = Vec::with_capacity(wanted.len());
        let mut missing = wanted.to_vec();
        for method in RAW_TRANSACTION_METHODS {
            if missing.is_empty() {
                break;
            }
            let calls: Vec<Call> = missing.iter().map(|(_, hash, _)| (method, json!([hash]))).collect();
            let answers = self.rpc().batch::<Option<Bytes>>(&calls).await?;
            for ((index, hash, tx_type), answer) in std::mem::take(&mut missing).into_iter().zip(answers) {
                match answer {
                    Ok(Some(bytes)) if transaction_hash(&bytes) == hash => found.push((index, bytes)),
                    _ => missing.push((index, hash, tx_type)),
                }
            }
        }
        match missing.first() {
            Some(&(_, transaction, tx_type)) => Err(Error::TransactionUnreadable {
                endpoint: self.endpoint().clone(),
                transaction,
                tx_type,
            }),
            None => Ok(found),
        }
    }

    pub(super) fn block_missing(&self, hash: B256) -> Error {
        Error::BlockMissing {
            endpoint: self.endpoint().clone(),
            block: hash.to_string(),
        }
    }

    fn header_mismatch(&self, number: u64, claimed: B256, computed: B256) -> Error {
        Error::HeaderHashMismatch {
            endpoint: self.endpoint().clone(),
            number,
            claimed,
            computed,
        }
    }
}

/// Some nodes answer a tag that stands for no block yet with an error where others say `null`.
fn is_unknown_tag(tag: BlockNumberOrTag, error: &Error) -> bool {
    let Error::Refused { message, .. } = error else {
        return false;
    };
    let message = message.to_ascii_lowercase();
    matches!(tag, BlockNumberOrTag::Safe | BlockNumberOrTag::Finalized)
        && ["not found", "unknown block", "missing"]
            .iter()
            .any(|text| message.contains(text))
}
