//! The database at one moment.

use super::{
    Meta, SCHEMA_VERSION,
    journal::Span,
    tables::{Tables, decode_account, decode_span, node_key, slot_key},
};
use crate::{Error, Labels};
use alloy_consensus::Header;
use alloy_eips::BlockNumHash;
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_rlp::Decodable;
use execute::Account;
use libmdbx::{Database, tx::aliases::RoTxSync};
use std::path::Path;
use trie::Nibbles;

/// A read transaction: what it sees does not change under its holder.
#[derive(Debug)]
pub(crate) struct Snapshot {
    transaction: RoTxSync,
    tables: Tables,
}

/// What the index knows of a block.
#[derive(Debug, Clone)]
pub(crate) struct IndexedHeader {
    /// Of its record in the block journal.
    pub(crate) span: Span,
    /// The block's header.
    pub(crate) header: Header,
}

impl Snapshot {
    pub(super) const fn new(transaction: RoTxSync, tables: Tables) -> Self {
        Self { transaction, tables }
    }

    fn get(&self, table: Database, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.transaction.get::<Vec<u8>>(table.dbi(), key)?)
    }

    /// What the database is about; nothing if it is new.
    pub(crate) fn meta(&self, datadir: &Path) -> Result<Option<Meta>, Error> {
        let Some(value) = self.get(self.tables.meta, b"meta")? else {
            return Ok(None);
        };
        let version = value.first_chunk().map(|bytes| u32::from_be_bytes(*bytes));
        match version {
            Some(SCHEMA_VERSION) => Meta::decode(&value[4..]).map(Some),
            Some(found) if found > SCHEMA_VERSION => Err(Error::NewerSchema {
                path: datadir.into(),
                found,
                supported: SCHEMA_VERSION,
            }),
            _ => Err(Error::Damaged {
                what: "the meta record",
            }),
        }
    }

    /// The flat account.
    pub(crate) fn account(&self, address: Address) -> Result<Option<Account>, Error> {
        self.get(self.tables.accounts, address.as_slice())?
            .map(|value| decode_account(&value))
            .transpose()
    }

    /// The flat slot.
    pub(crate) fn storage(&self, address: Address, slot: U256) -> Result<U256, Error> {
        match self.get(self.tables.slots, &slot_key(address, slot))? {
            Some(value) if value.len() <= 32 => Ok(U256::from_be_slice(&value)),
            Some(_) => Err(Error::Damaged { what: "a slot" }),
            None => Ok(U256::ZERO),
        }
    }

    /// Code by its hash.
    pub(crate) fn code(&self, code_hash: B256) -> Result<Option<Bytes>, Error> {
        Ok(self.get(self.tables.code, code_hash.as_slice())?.map(Bytes::from))
    }

    /// A trie node.
    pub(crate) fn node(&self, owner: Option<B256>, path: &Nibbles, hash: B256) -> Result<Option<Bytes>, Error> {
        Ok(self
            .get(self.tables.nodes, &node_key(owner, path, hash))?
            .map(Bytes::from))
    }

    /// The header of a committed block, and where its record is.
    pub(crate) fn header(&self, hash: B256) -> Result<Option<IndexedHeader>, Error> {
        let Some(value) = self.get(self.tables.blocks, hash.as_slice())? else {
            return Ok(None);
        };
        let (span, mut encoded) = decode_span(&value)?;
        let header = Header::decode(&mut encoded).map_err(|_| Error::Damaged { what: "a header" })?;
        Ok(Some(IndexedHeader { span, header }))
    }

    /// The canonical block at a height, up to the flat state's block.
    pub(crate) fn canonical(&self, number: u64) -> Result<Option<B256>, Error> {
        let value = self.get(self.tables.canonical, &number.to_be_bytes())?;
        value
            .map(|value| {
                B256::try_from(&value[..]).map_err(|_| Error::Damaged {
                    what: "a canonical hash",
                })
            })
            .transpose()
    }

    /// Number and index of a canonical transaction, up to the flat state's block.
    pub(crate) fn transaction(&self, hash: B256) -> Result<Option<(u64, u32)>, Error> {
        let Some(value) = self.get(self.tables.transactions, hash.as_slice())? else {
            return Ok(None);
        };
        let (span, _) = decode_span(&value)?;
        Ok(Some((span.offset, span.payload_bytes)))
    }

    /// Where a block's sidecars are in the blob journal.
    pub(crate) fn blobs(&self, hash: B256) -> Result<Option<Span>, Error> {
        let value = self.get(self.tables.blobs, hash.as_slice())?;
        value.map(|value| decode_span(&value).map(|(span, _)| span)).transpose()
    }
}

impl Meta {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut value = SCHEMA_VERSION.to_be_bytes().to_vec();
        value.extend_from_slice(&self.chain_id.to_be_bytes());
        value.extend_from_slice(self.genesis_hash.as_slice());
        value.extend_from_slice(&self.flat.number.to_be_bytes());
        value.extend_from_slice(self.flat.hash.as_slice());
        value.extend_from_slice(&self.checkpoint.to_be_bytes());
        value.extend_from_slice(&self.blob_checkpoint.to_be_bytes());
        value.extend_from_slice(&self.labels.encode());
        value
    }

    fn decode(value: &[u8]) -> Result<Self, Error> {
        const FIXED_BYTES: usize = 8 + 32 + 8 + 32 + 8 + 8;
        let damaged = Error::Damaged {
            what: "the meta record",
        };
        let (fixed, labels) = value.split_first_chunk::<FIXED_BYTES>().ok_or(damaged)?;
        let number = |at: usize| u64::from_be_bytes(fixed[at..at + 8].try_into().expect("invariant: eight bytes"));
        Ok(Self {
            chain_id: number(0),
            genesis_hash: B256::from_slice(&fixed[8..40]),
            flat: BlockNumHash {
                number: number(40),
                hash: B256::from_slice(&fixed[48..80]),
            },
            checkpoint: number(80),
            blob_checkpoint: number(88),
            labels: Labels::decode(labels)?,
        })
    }
}
