//! One atomic change of the database.

use super::{
    Meta, absent_is_fine,
    journal::Span,
    tables::{Tables, decode_span, encode_account, encode_span, node_key, slot_key},
    undo::{Undo, UndoAccount},
};
use crate::Error;
use alloy_consensus::Header;
use alloy_primitives::{Address, B256, Bytes, U256};
use execute::{Account, AccountChange, StateChanges};
use libmdbx::{Database, WriteFlags, tx::aliases::RwTxUnsync};
use trie::Nibbles;

/// A write transaction. Dropped without [`Batch::commit`], it changed nothing.
#[derive(Debug)]
pub(crate) struct Batch {
    transaction: RwTxUnsync,
    tables: Tables,
}

impl Batch {
    pub(super) const fn new(transaction: RwTxUnsync, tables: Tables) -> Self {
        Self { transaction, tables }
    }

    fn put(&self, table: Database, key: &[u8], value: &[u8]) -> Result<(), Error> {
        Ok(self.transaction.put(table, key, value, WriteFlags::UPSERT)?)
    }

    fn delete(&self, table: Database, key: &[u8]) -> Result<(), Error> {
        absent_is_fine(self.transaction.del(table, key, None))
    }

    /// Makes everything put so far visible to new snapshots at once.
    pub(crate) fn commit(self) -> Result<(), Error> {
        Ok(self.transaction.commit()?)
    }

    /// Says what the database is about after this batch.
    pub(crate) fn put_meta(&self, meta: &Meta) -> Result<(), Error> {
        self.put(self.tables.meta, b"meta", &meta.encode())
    }

    /// Indexes a block's record.
    pub(crate) fn put_block(&self, hash: B256, header: &Header, span: Span) -> Result<(), Error> {
        let mut value = encode_span(span).to_vec();
        value.extend_from_slice(&alloy_rlp::encode(header));
        self.put(self.tables.blocks, hash.as_slice(), &value)
    }

    /// Indexes a block's sidecars.
    pub(crate) fn put_blobs(&self, hash: B256, span: Span) -> Result<(), Error> {
        self.put(self.tables.blobs, hash.as_slice(), &encode_span(span))
    }

    /// Adds a trie node.
    pub(crate) fn put_node(&self, owner: Option<B256>, path: &Nibbles, hash: B256, node: &Bytes) -> Result<(), Error> {
        self.put(self.tables.nodes, &node_key(owner, path, hash), node)
    }

    /// Adds code.
    pub(crate) fn put_code(&self, code_hash: B256, code: &Bytes) -> Result<(), Error> {
        self.put(self.tables.code, code_hash.as_slice(), code)
    }

    /// Makes a block canonical: number and transactions.
    pub(crate) fn adopt(&self, number: u64, hash: B256, transactions: &[B256]) -> Result<(), Error> {
        self.put(self.tables.canonical, &number.to_be_bytes(), hash.as_slice())?;
        for (index, transaction) in transactions.iter().enumerate() {
            let place = Span {
                offset: number,
                payload_bytes: index as u32,
            };
            self.put(self.tables.transactions, transaction.as_slice(), &encode_span(place))?;
        }
        Ok(())
    }

    /// The inverse of [`Self::adopt`].
    pub(crate) fn abandon(&self, number: u64, transactions: &[B256]) -> Result<(), Error> {
        self.delete(self.tables.canonical, &number.to_be_bytes())?;
        for transaction in transactions {
            self.delete(self.tables.transactions, transaction.as_slice())?;
        }
        Ok(())
    }

    /// Makes nothing above a height canonical. A walk over the whole index, for repairs.
    pub(crate) fn abandon_above(&self, number: u64) -> Result<(), Error> {
        let above = |key: &[u8]| {
            key.first_chunk()
                .is_some_and(|bytes| u64::from_be_bytes(*bytes) > number)
        };
        self.delete_where(self.tables.canonical, |key, _| above(key))?;
        self.delete_where(self.tables.transactions, |_, value| above(value))
    }

    /// Forgets the blocks whose records are not wholly before an offset of the journal. A walk over the whole index.
    pub(crate) fn delete_blocks_from(&self, offset: u64) -> Result<(), Error> {
        self.delete_where(self.tables.blocks, |_, value| {
            decode_span(value).is_ok_and(|(span, _)| span.end() > offset)
        })
    }

    fn delete_where(&self, table: Database, mut gone: impl FnMut(&[u8], &[u8]) -> bool) -> Result<(), Error> {
        let mut cursor = self.transaction.cursor(table)?;
        let mut entry = cursor.first::<Vec<u8>, Vec<u8>>()?;
        let mut keys = Vec::new();
        while let Some((key, value)) = entry {
            if gone(&key, &value) {
                keys.push(key);
            }
            entry = cursor.next()?;
        }
        drop(cursor);
        keys.iter().try_for_each(|key| self.delete(table, key))
    }

    /// Moves the flat state one block forward, and keeps what it takes to move it back. Code is put by itself.
    pub(crate) fn apply(&self, number: u64, changes: &StateChanges) -> Result<(), Error> {
        let mut undo = Undo::default();
        for (address, change) in changes.sorted() {
            let slots = self.apply_storage(address, change)?;
            if change.previous != change.current {
                self.set_account(address, change.current.as_ref())?;
            }
            undo.accounts.push((
                address,
                UndoAccount {
                    previous: change.previous,
                    slots,
                },
            ));
        }
        self.put(self.tables.changes, &number.to_be_bytes(), &undo.encode())
    }

    /// Moves the flat state one block back.
    pub(crate) fn unwind(&self, number: u64) -> Result<(), Error> {
        let key = number.to_be_bytes();
        let value = self.transaction.get::<Vec<u8>>(self.tables.changes.dbi(), &key)?;
        let undo = Undo::decode(&value.ok_or(Error::Damaged {
            what: "a missing change set",
        })?)?;
        for (address, account) in &undo.accounts {
            self.set_account(*address, account.previous.as_ref())?;
            for (slot, value) in &account.slots {
                self.set_slot(*address, *slot, *value)?;
            }
        }
        self.delete(self.tables.changes, &key)
    }

    /// Applies the changed slots of an account and answers what they were before.
    fn apply_storage(&self, address: Address, change: &AccountChange) -> Result<Vec<(U256, U256)>, Error> {
        let mut before = if change.storage_wiped {
            self.wipe(address)?
        } else {
            Vec::new()
        };
        let wiped: std::collections::HashSet<U256> = before.iter().map(|(slot, _)| *slot).collect();
        for (slot, values) in &change.storage {
            if !wiped.contains(slot) {
                before.push((
                    *slot,
                    if change.storage_wiped {
                        U256::ZERO
                    } else {
                        values.previous
                    },
                ));
            }
            self.set_slot(address, *slot, values.current)?;
        }
        Ok(before)
    }

    /// Removes all slots of an account and answers them.
    fn wipe(&self, address: Address) -> Result<Vec<(U256, U256)>, Error> {
        let mut slots = Vec::new();
        let mut cursor = self.transaction.cursor(self.tables.slots)?;
        let mut entry = cursor.set_range::<Vec<u8>, Vec<u8>>(address.as_slice())?;
        while let Some((key, value)) = entry.filter(|(key, _)| key.starts_with(address.as_slice())) {
            slots.push((U256::from_be_slice(&key[20..]), U256::from_be_slice(&value)));
            entry = cursor.next()?;
        }
        drop(cursor);
        for (slot, _) in &slots {
            self.set_slot(address, *slot, U256::ZERO)?;
        }
        Ok(slots)
    }

    fn set_account(&self, address: Address, account: Option<&Account>) -> Result<(), Error> {
        match account {
            Some(account) => self.put(self.tables.accounts, address.as_slice(), &encode_account(account)),
            None => self.delete(self.tables.accounts, address.as_slice()),
        }
    }

    fn set_slot(&self, address: Address, slot: U256, value: U256) -> Result<(), Error> {
        let key = slot_key(address, slot);
        if value.is_zero() {
            self.delete(self.tables.slots, &key)
        } else {
            self.put(self.tables.slots, &key, &value.to_be_bytes_trimmed_vec())
        }
    }
}
