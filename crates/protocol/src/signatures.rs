//! Who signed: a port, so that guests and nodes each use what is fast for them.

use alloy_primitives::{Address, B256, Signature};

/// Recovers signers of transactions.
pub trait Signatures {
    /// Address of the key that made the signature over `prehash`.
    ///
    /// `None` for a signature that no key made, or whose `s` lies in the upper half of the order (EIP-2).
    fn recover(&self, prehash: B256, signature: &Signature) -> Option<Address>;
}

impl<S: Signatures + ?Sized> Signatures for &S {
    fn recover(&self, prehash: B256, signature: &Signature) -> Option<Address> {
        (**self).recover(prehash, signature)
    }
}

/// Recovery in pure Rust, for guests and small tools.
#[derive(Clone, Copy, Debug, Default)]
pub struct K256;

impl Signatures for K256 {
    fn recover(&self, prehash: B256, signature: &Signature) -> Option<Address> {
        if signature.normalize_s().is_some() {
            return None;
        }
        signature.recover_address_from_prehash(&prehash).ok()
    }
}
