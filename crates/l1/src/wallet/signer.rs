//! Whoever signs for an account: its key, here, or a service that holds it.

use alloy_consensus::{SignableTransaction, Signed, Transaction};
use alloy_primitives::{Address, Signature};

use super::{RemoteSigner, Wallet};
use crate::Error;

/// Signs an account's transactions.
#[derive(Clone, Debug)]
pub enum Signer {
    /// With the key in this process.
    Local(Wallet),
    /// With a key that a service holds.
    Remote(RemoteSigner),
}

impl Signer {
    /// The account.
    pub const fn address(&self) -> Address {
        match self {
            Self::Local(wallet) => wallet.address(),
            Self::Remote(remote) => remote.address(),
        }
    }

    /// Signs a transaction.
    pub async fn sign<T: SignableTransaction<Signature> + Transaction>(
        &self,
        transaction: T,
    ) -> Result<Signed<T>, Error> {
        match self {
            Self::Local(wallet) => Ok(wallet.sign(transaction)),
            Self::Remote(remote) => remote.sign(transaction).await,
        }
    }
}

impl From<Wallet> for Signer {
    fn from(wallet: Wallet) -> Self {
        Self::Local(wallet)
    }
}

impl From<RemoteSigner> for Signer {
    fn from(remote: RemoteSigner) -> Self {
        Self::Remote(remote)
    }
}
