//! Receipts of both layers, as consensus encodes them.

use alloc::vec::Vec;

use alloy_consensus::proofs::calculate_receipt_root;
use alloy_eips::{
    Typed2718,
    eip2718::{Decodable2718, Eip2718Error, Eip2718Result, Encodable2718, IsTyped2718},
};
use alloy_primitives::{B256, Bloom, Log};
use alloy_rlp::{BufMut, Decodable, Encodable, Header};

use crate::{DEPOSIT_TX_TYPE, Error};

/// What the execution of a transaction left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// EIP-2718 type of the transaction: any up to 0x7f, as L1 may have types that are news to us.
    pub tx_type: u8,
    /// Whether the transaction took effect. Of a receipt with `post_state` this is not known, and `true`.
    pub success: bool,
    /// State root after the transaction, which receipts before Byzantium hold in place of a status.
    pub post_state: Option<B256>,
    /// Gas that the block's transactions used, up to and with this one.
    pub cumulative_gas_used: u64,
    /// What the transaction's contracts emitted.
    pub logs: Vec<Log>,
    /// Nonce of a deposit's sender before the deposit.
    pub deposit_nonce: Option<u64>,
    /// 1 for a deposit since Canyon: nonce and version are part of the encoding.
    pub deposit_receipt_version: Option<u64>,
}

impl Receipt {
    /// Bloom filter of the logs.
    pub fn bloom(&self) -> Bloom {
        self.logs.iter().collect()
    }

    /// Reads exactly one receipt: nothing may follow it.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        Self::decode_2718_exact(bytes).map_err(|error| Error::Receipt(error.into()))
    }

    fn fields_length(&self, bloom: &Bloom) -> usize {
        let outcome = self
            .post_state
            .map_or_else(|| self.success.length(), |root| root.length());
        let deposit = match (self.deposit_nonce, self.deposit_receipt_version) {
            (Some(nonce), Some(version)) => nonce.length().saturating_add(version.length()),
            _ => 0,
        };
        [
            outcome,
            self.cumulative_gas_used.length(),
            bloom.length(),
            self.logs.length(),
            deposit,
        ]
        .into_iter()
        .fold(0, usize::saturating_add)
    }

    fn encode_fields(&self, bloom: &Bloom, out: &mut dyn BufMut) {
        match self.post_state {
            Some(root) => root.encode(out),
            None => self.success.encode(out),
        }
        self.cumulative_gas_used.encode(out);
        bloom.encode(out);
        self.logs.encode(out);
        if let (Some(nonce), Some(version)) = (self.deposit_nonce, self.deposit_receipt_version) {
            nonce.encode(out);
            version.encode(out);
        }
    }

    fn encode_list(&self, out: &mut dyn BufMut) {
        let bloom = self.bloom();
        let payload_length = self.fields_length(&bloom);
        Header {
            list: true,
            payload_length,
        }
        .encode(out);
        self.encode_fields(&bloom, out);
    }

    fn list_length(&self) -> usize {
        let payload_length = self.fields_length(&Bloom::ZERO);
        Header {
            list: true,
            payload_length,
        }
        .length_with_payload()
    }

    fn decode_list(tx_type: u8, buf: &mut &[u8]) -> alloy_rlp::Result<Self> {
        let mut payload = Header::decode_bytes(buf, true)?;
        let receipt = Self::decode_fields(tx_type, &mut payload)?;
        if payload.is_empty() {
            Ok(receipt)
        } else {
            Err(alloy_rlp::Error::UnexpectedLength)
        }
    }

    fn decode_fields(tx_type: u8, buf: &mut &[u8]) -> alloy_rlp::Result<Self> {
        let (success, post_state) = decode_outcome(buf)?;
        let cumulative_gas_used = u64::decode(buf)?;
        let bloom = Bloom::decode(buf)?;
        let logs = Vec::<Log>::decode(buf)?;
        let mut receipt = Self {
            tx_type,
            success,
            post_state,
            cumulative_gas_used,
            logs,
            ..Self::default()
        };
        if tx_type == DEPOSIT_TX_TYPE && !buf.is_empty() {
            receipt.deposit_nonce = Some(u64::decode(buf)?);
            receipt.deposit_receipt_version = Some(u64::decode(buf)?);
        }
        if receipt.bloom() == bloom {
            Ok(receipt)
        } else {
            Err(alloy_rlp::Error::Custom("bloom does not fit the logs"))
        }
    }
}

/// A status, or the state root of receipts before Byzantium.
fn decode_outcome(buf: &mut &[u8]) -> alloy_rlp::Result<(bool, Option<B256>)> {
    match Header::decode_bytes(buf, false)? {
        [] => Ok((false, None)),
        [1] => Ok((true, None)),
        root => B256::try_from(root)
            .map(|root| (true, Some(root)))
            .map_err(|_| alloy_rlp::Error::Custom("neither a status nor a state root")),
    }
}

/// Root of a block's receipts.
pub fn receipts_root(receipts: &[Receipt]) -> B256 {
    calculate_receipt_root(receipts)
}

/// Union of the receipts' bloom filters, as the header holds it.
pub fn logs_bloom(receipts: &[Receipt]) -> Bloom {
    receipts.iter().flat_map(|receipt| &receipt.logs).collect()
}

impl Typed2718 for Receipt {
    fn ty(&self) -> u8 {
        self.tx_type
    }
}

impl IsTyped2718 for Receipt {
    fn is_type(ty: u8) -> bool {
        ty <= 0x7f
    }
}

impl Encodable2718 for Receipt {
    fn encode_2718_len(&self) -> usize {
        self.list_length().saturating_add(usize::from(self.tx_type != 0))
    }

    fn encode_2718(&self, out: &mut dyn BufMut) {
        if self.tx_type != 0 {
            out.put_u8(self.tx_type);
        }
        self.encode_list(out);
    }
}

impl Decodable2718 for Receipt {
    fn typed_decode(ty: u8, buf: &mut &[u8]) -> Eip2718Result<Self> {
        if ty == 0 {
            return Err(Eip2718Error::UnexpectedType(0));
        }
        Ok(Self::decode_list(ty, buf)?)
    }

    fn fallback_decode(buf: &mut &[u8]) -> Eip2718Result<Self> {
        Ok(Self::decode_list(0, buf)?)
    }
}

impl Encodable for Receipt {
    fn encode(&self, out: &mut dyn BufMut) {
        self.network_encode(out);
    }

    fn length(&self) -> usize {
        self.network_len()
    }
}

impl Decodable for Receipt {
    fn decode(buf: &mut &[u8]) -> alloy_rlp::Result<Self> {
        Ok(Self::network_decode(buf)?)
    }
}
