//! Execution payloads: blocks as the Engine API and gossip carry them.

use alloc::vec::Vec;

use alloy_consensus::{EMPTY_OMMER_ROOT_HASH, Header, proofs};
use alloy_eips::{
    eip2718::Encodable2718,
    eip4895::{Withdrawal, Withdrawals},
    eip7685::EMPTY_REQUESTS_HASH,
};
use alloy_primitives::{Address, B64, B256, Bloom, Bytes, U256};
use serde::{Deserialize, Serialize};

use crate::{Block, BlockBody, ChainSpec, Error, Transaction, transactions_root};

/// A block in the Engine API's JSON form. Every version in one: what a version lacks is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionPayload {
    /// Hash of the parent.
    pub parent_hash: B256,
    /// Who received priority fees.
    pub fee_recipient: Address,
    /// State root after the block.
    pub state_root: B256,
    /// Root of the receipts.
    pub receipts_root: B256,
    /// Union of the receipts' bloom filters.
    pub logs_bloom: Bloom,
    /// Randomness: the header's `mixHash`.
    pub prev_randao: B256,
    /// Height.
    #[serde(with = "alloy_serde::quantity")]
    pub block_number: u64,
    /// Gas limit.
    #[serde(with = "alloy_serde::quantity")]
    pub gas_limit: u64,
    /// Gas that the transactions used.
    #[serde(with = "alloy_serde::quantity")]
    pub gas_used: u64,
    /// Time in seconds.
    #[serde(with = "alloy_serde::quantity")]
    pub timestamp: u64,
    /// The header's extra data.
    pub extra_data: Bytes,
    /// Base fee in wei.
    pub base_fee_per_gas: U256,
    /// The block's hash, as its sender claims.
    pub block_hash: B256,
    /// Encoded transactions.
    pub transactions: Vec<Bytes>,
    /// Consensus withdrawals, since Shanghai (Canyon): version 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawals: Option<Vec<Withdrawal>>,
    /// Blob gas, or the DA footprint (Jovian), since Cancun (Ecotone): version 3.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "alloy_serde::quantity::opt"
    )]
    pub blob_gas_used: Option<u64>,
    /// Excess blob gas: version 3.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "alloy_serde::quantity::opt"
    )]
    pub excess_blob_gas: Option<u64>,
    /// Storage root of the message passer (Isthmus): version 4 of the OP Stack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawals_root: Option<B256>,
}

/// What a header has and its payload has not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PayloadSidecar {
    /// Since Cancun (Ecotone).
    pub parent_beacon_block_root: Option<B256>,
    /// Since Prague (Isthmus): the empty hash on the OP Stack.
    pub requests_hash: Option<B256>,
}

impl PayloadSidecar {
    /// Before Cancun.
    pub const NONE: Self = Self {
        parent_beacon_block_root: None,
        requests_hash: None,
    };

    /// The OP Stack's since Isthmus.
    pub const fn isthmus(parent_beacon_block_root: B256) -> Self {
        Self {
            parent_beacon_block_root: Some(parent_beacon_block_root),
            requests_hash: Some(EMPTY_REQUESTS_HASH),
        }
    }

    /// What a header has and its payload has not.
    pub const fn from_header(header: &Header) -> Self {
        let Header {
            parent_beacon_block_root,
            requests_hash,
            ..
        } = *header;
        Self {
            parent_beacon_block_root,
            requests_hash,
        }
    }
}

/// Whether a payload is the block that its hash names.
#[expect(
    clippy::large_enum_variant,
    reason = "a verdict is made once a block and taken apart at once"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayloadVerdict {
    /// The block, under the claimed hash.
    Block(Block),
    /// The fields make a block of another hash.
    HashMismatch {
        /// Hash of the block that the fields make.
        computed: B256,
    },
}

impl ExecutionPayload {
    /// The payload of a block whose hash is known.
    pub fn from_block(spec: &ChainSpec, hash: B256, block: &Block) -> Self {
        let Block { header, body } = block;
        let withdrawals = body.withdrawals.as_ref().map(|withdrawals| withdrawals.to_vec());
        let is_state = spec.withdrawals_root_is_state(header.timestamp);
        Self {
            parent_hash: header.parent_hash,
            fee_recipient: header.beneficiary,
            state_root: header.state_root,
            receipts_root: header.receipts_root,
            logs_bloom: header.logs_bloom,
            prev_randao: header.mix_hash,
            block_number: header.number,
            gas_limit: header.gas_limit,
            gas_used: header.gas_used,
            timestamp: header.timestamp,
            extra_data: header.extra_data.clone(),
            base_fee_per_gas: U256::from(header.base_fee_per_gas.unwrap_or_default()),
            block_hash: hash,
            transactions: body.transactions.iter().map(|tx| tx.encoded_2718().into()).collect(),
            withdrawals,
            blob_gas_used: header.blob_gas_used,
            excess_blob_gas: header.excess_blob_gas,
            withdrawals_root: header.withdrawals_root.filter(|_| is_state),
        }
    }

    /// The block that the fields make, whatever hash the payload claims.
    ///
    /// Fails on a malformed transaction and on a base fee beyond 64 bits.
    pub fn to_block(&self, sidecar: PayloadSidecar) -> Result<Block, Error> {
        let transactions = self
            .transactions
            .iter()
            .map(|tx| Transaction::decode(tx))
            .collect::<Result<Vec<_>, _>>()?;
        let withdrawals = self.withdrawals.clone().map(Withdrawals::new);
        let listed = withdrawals
            .as_ref()
            .map(|list| proofs::calculate_withdrawals_root(list));
        let header = Header {
            transactions_root: transactions_root(&transactions),
            withdrawals_root: self.withdrawals_root.or(listed),
            ..self.header_without_roots(sidecar)?
        };
        Ok(Block {
            header,
            body: BlockBody {
                transactions,
                ommers: Vec::new(),
                withdrawals,
            },
        })
    }

    fn header_without_roots(&self, sidecar: PayloadSidecar) -> Result<Header, Error> {
        let base_fee_per_gas =
            u64::try_from(self.base_fee_per_gas).map_err(|_| Error::PayloadRange { field: "baseFeePerGas" })?;
        Ok(Header {
            parent_hash: self.parent_hash,
            ommers_hash: EMPTY_OMMER_ROOT_HASH,
            beneficiary: self.fee_recipient,
            state_root: self.state_root,
            receipts_root: self.receipts_root,
            logs_bloom: self.logs_bloom,
            difficulty: U256::ZERO,
            number: self.block_number,
            gas_limit: self.gas_limit,
            gas_used: self.gas_used,
            timestamp: self.timestamp,
            extra_data: self.extra_data.clone(),
            mix_hash: self.prev_randao,
            nonce: B64::ZERO,
            base_fee_per_gas: Some(base_fee_per_gas),
            blob_gas_used: self.blob_gas_used,
            excess_blob_gas: self.excess_blob_gas,
            parent_beacon_block_root: sidecar.parent_beacon_block_root,
            requests_hash: sidecar.requests_hash,
            ..Header::default()
        })
    }

    /// The block, if its hash is the one that the payload claims.
    pub fn verify(&self, sidecar: PayloadSidecar) -> Result<PayloadVerdict, Error> {
        let block = self.to_block(sidecar)?;
        let computed = block.header.hash_slow();
        Ok(if computed == self.block_hash {
            PayloadVerdict::Block(block)
        } else {
            PayloadVerdict::HashMismatch { computed }
        })
    }
}
