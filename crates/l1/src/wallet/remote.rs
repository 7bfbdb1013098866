//! A service that holds the key and signs what it is asked to: `eth_signTransaction`, as op-signer speaks it.

use core::fmt;

use alloy_consensus::{SignableTransaction, Signed, Transaction, TxEnvelope};
use alloy_eips::eip2718::Decodable2718;
use alloy_primitives::{Address, B256, Bytes, Signature, U64, U256};
use serde::Deserialize;
use serde_json::{Value, json};

use super::SignerAccess;
use crate::{Endpoint, Error, RpcConfig, SignerFault, rpc::Rpc};

/// A key in a service's keeping. What comes back is believed only if it is the very transaction that was sent there, signed by the
/// account.
#[derive(Clone)]
pub struct RemoteSigner {
    rpc: Rpc,
    address: Address,
}

impl RemoteSigner {
    /// The service at an address, for one of its accounts.
    pub fn new(endpoint: Endpoint, address: Address, access: &SignerAccess, config: RpcConfig) -> Result<Self, Error> {
        let rpc = Rpc::over(access.client(&endpoint)?, endpoint, config);
        Ok(Self { rpc, address })
    }

    /// The account.
    pub const fn address(&self) -> Address {
        self.address
    }

    /// Whether it answers at all: op-signer knows `health_status`, others refuse it, which is an answer too.
    pub async fn check(&self) -> Result<(), Error> {
        match self.rpc.call::<Value>("health_status", json!([])).await {
            Ok(_) | Err(Error::Refused { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Has a transaction signed.
    pub async fn sign<T: SignableTransaction<Signature> + Transaction>(
        &self,
        transaction: T,
    ) -> Result<Signed<T>, Error> {
        let answer: Answer = self
            .rpc
            .call(METHOD, json!([arguments(&transaction, self.address)]))
            .await?;
        let signature = self.verified(&answer.into_raw(), transaction.signature_hash())?;
        Ok(transaction.into_signed(signature))
    }

    /// The signature of what came back, if that hashes to what was asked for and the account signed it.
    fn verified(&self, raw: &Bytes, expected: B256) -> Result<Signature, Error> {
        let endpoint = || self.rpc.endpoint().clone();
        let envelope = TxEnvelope::decode_2718_exact(raw).map_err(|error| {
            self.rpc
                .not_understood(METHOD, format!("no signed transaction: {error}"))
        })?;
        if envelope.signature_hash() != expected {
            return Err(SignerFault::SignedOtherTransaction { endpoint: endpoint() }.into());
        }
        let signature = *envelope.signature();
        match signature.recover_address_from_prehash(&expected) {
            // Of the two signatures that recover alike, L1 takes the one with the lower half.
            Ok(actual) if actual == self.address && signature.normalize_s().is_none() => Ok(signature),
            Ok(actual) if actual == self.address => {
                Err(self.rpc.not_understood(METHOD, "its signature has a high s".to_owned()))
            }
            Ok(actual) => Err(SignerFault::SignedByOther {
                endpoint: endpoint(),
                expected: self.address,
                actual,
            }
            .into()),
            Err(_) => Err(self
                .rpc
                .not_understood(METHOD, "its signature is of no account".to_owned())),
        }
    }
}

impl fmt::Debug for RemoteSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (address, endpoint) = (&self.address, self.rpc.endpoint());
        f.debug_struct("RemoteSigner")
            .field("address", address)
            .field("endpoint", endpoint)
            .finish()
    }
}

const METHOD: &str = "eth_signTransaction";

/// The signed bytes, alone (op-signer) or beside the transaction's fields (geth).
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Raw(Bytes),
    Object { raw: Bytes },
}

impl Answer {
    fn into_raw(self) -> Bytes {
        match self {
            Self::Raw(raw) | Self::Object { raw } => raw,
        }
    }
}

/// The transaction's fields. Blobs stay here: their hashes are what is signed.
fn arguments(transaction: &impl Transaction, from: Address) -> Value {
    let mut fields = json!({
        "from": from,
        "to": transaction.to(),
        "gas": U64::from(transaction.gas_limit()),
        "maxFeePerGas": U256::from(transaction.max_fee_per_gas()),
        "maxPriorityFeePerGas": transaction.max_priority_fee_per_gas().map(U256::from),
        "value": transaction.value(),
        "nonce": U64::from(transaction.nonce()),
        "input": transaction.input(),
        "accessList": transaction.access_list(),
        "chainId": transaction.chain_id().map(U64::from),
    });
    if let (Some(hashes), Some(fee)) = (transaction.blob_versioned_hashes(), transaction.max_fee_per_blob_gas()) {
        fields["blobVersionedHashes"] = json!(hashes);
        fields["maxFeePerBlobGas"] = json!(U256::from(fee));
    }
    fields
}
