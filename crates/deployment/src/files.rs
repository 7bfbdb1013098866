//! The files that other programs read. Each is renamed into place complete.

use crate::Error;
use alloy_primitives::hex;
use alloy_rpc_types_engine::JwtSecret;
use serde::{Serialize, de::DeserializeOwned};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// Where a deployment's files are.
#[derive(Debug, Clone)]
pub struct Files {
    folder: PathBuf,
}

impl Files {
    /// In this folder, which is created if it is missing.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Result<Self, Error> {
        let folder = folder.into();
        fs::create_dir_all(&folder).map_err(Error::io(&folder))?;
        Ok(Self { folder })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// `rollup.json`.
    pub fn rollup(&self) -> PathBuf {
        self.folder.join("rollup.json")
    }

    /// `genesis.json`, the L2's.
    pub fn genesis(&self) -> PathBuf {
        self.folder.join("genesis.json")
    }

    /// `l1-chain-config.json`.
    pub fn l1_chain_config(&self) -> PathBuf {
        self.folder.join("l1-chain-config.json")
    }

    /// `addresses.json`.
    pub fn addresses(&self) -> PathBuf {
        self.folder.join("addresses.json")
    }

    /// `chain.toml`, in the superchain registry's form.
    pub fn registry(&self) -> PathBuf {
        self.folder.join("chain.toml")
    }

    /// `deployment.json`: what was begun, before the first transaction.
    pub fn deployment(&self) -> PathBuf {
        self.folder.join("deployment.json")
    }

    /// `layouts.json`: the storage layouts of what is on chain.
    pub fn layouts(&self) -> PathBuf {
        self.folder.join("layouts.json")
    }

    /// `jwt.hex`.
    pub fn jwt(&self) -> PathBuf {
        self.folder.join("jwt.hex")
    }
}

/// Writes a file beside its place, syncs it, and renames it into place.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let unfinished = path.with_extension("unfinished");
    let write = || {
        let mut file = fs::File::create(&unfinished)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&unfinished, path)
    };
    write().map_err(Error::io(path))
}

/// Writes a value as JSON.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Error> {
    let bytes = serde_json::to_vec_pretty(value);
    let bytes = bytes.map_err(|error| Error::Malformed {
        path: path.into(),
        reason: error.to_string(),
    })?;
    write_file(path, &bytes)
}

/// Reads a value from JSON.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let bytes = fs::read(path).map_err(Error::io(path))?;
    serde_json::from_slice(&bytes).map_err(|error| Error::Malformed {
        path: path.into(),
        reason: error.to_string(),
    })
}

/// Reads the secret of the Engine API's tokens; makes one where there is no file.
pub fn read_or_create_jwt(path: &Path) -> Result<JwtSecret, Error> {
    if !path.exists() {
        let secret = JwtSecret::random();
        write_file(path, hex::encode(secret.as_bytes()).as_bytes())?;
        return Ok(secret);
    }
    let text = fs::read_to_string(path).map_err(Error::io(path))?;
    JwtSecret::from_hex(text.trim()).map_err(|error| Error::Malformed {
        path: path.into(),
        reason: format!("{error}: 32 bytes in hex are needed"),
    })
}
