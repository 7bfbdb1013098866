//! What is on disk: an MDBX environment for state and indices, and two append-only journals.
//!
//! The journals come first: a block's record is in its journal before anything outside can see the block, and the database
//! commits later, in batches. [`Meta::checkpoint`] says how far into the journal the database has come.

mod batch;
pub(crate) mod journal;
mod snapshot;
mod tables;
mod undo;

pub(crate) use batch::Batch;
pub(crate) use journal::{Journal, Span};
pub(crate) use snapshot::Snapshot;

use crate::{Error, Labels};
use alloy_eips::BlockNumHash;
use alloy_primitives::B256;
use libmdbx::{DatabaseFlags, Environment, EnvironmentFlags, Geometry, MdbxError, Mode, SyncMode};
use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};
use tables::{TABLES_MAX, Tables};

/// Version of everything in the datadir. A newer one is refused, an older one would be migrated here.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// Address space that the database may grow into.
const MAP_BYTES_MAX: usize = 1 << 38;

/// How much the database file grows at once.
const MAP_GROWTH_BYTES: isize = 8 << 20;

/// Readers at once; each [`crate::State`] is one.
const READERS_MAX: u64 = 1024;

/// The open datadir.
#[derive(Debug)]
pub(crate) struct Store {
    datadir: PathBuf,
    environment: Environment,
    tables: Tables,
    /// Held for as long as the store is open, so that no second process writes here.
    _lock: File,
}

/// The one record that says what the rest of the database is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meta {
    /// The chain's id.
    pub(crate) chain_id: u64,
    /// The chain's genesis.
    pub(crate) genesis_hash: B256,
    /// The block that the flat tables are the state of.
    pub(crate) flat: BlockNumHash,
    /// The labels at the time of the commit.
    pub(crate) labels: Labels,
    /// The database knows every record of the block journal before this offset.
    pub(crate) checkpoint: u64,
    /// The database knows every record of the blob journal before this offset.
    pub(crate) blob_checkpoint: u64,
}

impl Store {
    /// Opens or creates the database in a folder. Answers what it is about, nothing if it is new.
    pub(crate) fn open(datadir: &Path) -> Result<(Self, Option<Meta>), Error> {
        let state_path = datadir.join("state");
        std::fs::create_dir_all(&state_path).map_err(Error::io(&state_path))?;
        let lock = lock(datadir)?;
        let environment = open_environment(&state_path)?;
        let tables = open_tables(&environment)?;
        let store = Self {
            datadir: datadir.into(),
            environment,
            tables,
            _lock: lock,
        };
        let meta = store.snapshot()?.meta(datadir)?;
        Ok((store, meta))
    }

    /// Where the store is.
    pub(crate) fn datadir(&self) -> &Path {
        &self.datadir
    }

    /// The database as it is now, and stays for the holder.
    pub(crate) fn snapshot(&self) -> Result<Snapshot, Error> {
        Ok(Snapshot::new(self.environment.begin_ro_sync()?, self.tables))
    }

    /// A transaction; the caller is the only writer.
    pub(crate) fn batch(&self) -> Result<Batch, Error> {
        Ok(Batch::new(self.environment.begin_rw_unsync()?, self.tables))
    }

    /// Makes all commits survive a power cut.
    pub(crate) fn sync(&self) -> Result<(), Error> {
        self.environment.sync(true)?;
        Ok(())
    }
}

fn lock(datadir: &Path) -> Result<File, Error> {
    let path = datadir.join("LOCK");
    let file = File::create(&path).map_err(Error::io(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::InUse { path: datadir.into() }),
        Err(TryLockError::Error(error)) => Err(Error::io(path)(error)),
    }
}

/// Commits are not synced one by one: [`Store::sync`] does it after each batch, outside of the readers' way. Should the power
/// go in between, the database falls back to its last synced commit, and the journal has the rest.
fn open_environment(path: &Path) -> Result<Environment, Error> {
    let flags = EnvironmentFlags {
        mode: Mode::ReadWrite {
            sync_mode: SyncMode::SafeNoSync,
        },
        no_rdahead: true,
        ..EnvironmentFlags::default()
    };
    let geometry = Geometry {
        size: Some(0..MAP_BYTES_MAX),
        growth_step: Some(MAP_GROWTH_BYTES),
        ..Geometry::default()
    };
    let mut builder = Environment::builder();
    builder
        .set_flags(flags)
        .set_geometry(geometry)
        .set_max_dbs(TABLES_MAX)
        .set_max_readers(READERS_MAX);
    Ok(builder.open(path)?)
}

fn open_tables(environment: &Environment) -> Result<Tables, Error> {
    let transaction = environment.begin_rw_unsync()?;
    let open = |name| transaction.create_db(Some(name), DatabaseFlags::empty());
    let tables = Tables {
        meta: open("meta")?,
        accounts: open("accounts")?,
        slots: open("slots")?,
        code: open("code")?,
        nodes: open("nodes")?,
        blocks: open("blocks")?,
        canonical: open("canonical")?,
        changes: open("changes")?,
        transactions: open("transactions")?,
        blobs: open("blobs")?,
    };
    transaction.commit()?;
    Ok(tables)
}

/// `MDBX_NOTFOUND` on a delete is not a failure.
fn absent_is_fine(result: Result<bool, MdbxError>) -> Result<(), Error> {
    match result {
        Ok(_) | Err(MdbxError::NotFound) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
