//! The L1 attributes deposit: what each L2 block says of its L1 origin
//! (specs: deposits.md, {ecotone,isthmus,jovian}/l1-attributes.md).

use alloc::vec::Vec;

use alloy_consensus::Header;
use alloy_eips::BlockNumHash;
use alloy_primitives::{Address, B256, Bytes, TxKind, U256};
use op_alloy_consensus::TxDeposit;

use crate::{Block, DepositSource, Error, Fork, RollupConfig, SystemConfig, cursor::Cursor, predeploys};

/// Gas of the L1 attributes deposit, since Regolith.
pub const L1_ATTRIBUTES_GAS: u64 = 1_000_000;
/// DA footprint gas scalar that stands for zero (Jovian).
pub const DA_FOOTPRINT_GAS_SCALAR_DEFAULT: u16 = 400;

/// Layout of the deposit's calldata.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum L1AttributesFormat {
    /// ABI-encoded, with overhead and one scalar.
    Bedrock,
    /// Packed, with two scalars and the blob base fee.
    Ecotone,
    /// Ecotone's with the operator fee.
    Isthmus,
    /// Isthmus' with the DA footprint gas scalar.
    #[default]
    Jovian,
}

impl L1AttributesFormat {
    /// The format of the block of that time.
    ///
    /// A fork's activation block still uses the format before: the contract is upgraded later in it.
    pub fn at(config: &RollupConfig, l2_time: u64) -> Self {
        let in_force = |fork| {
            config.forks.is_active(fork, l2_time) && !config.forks.is_activation_block(fork, l2_time, config.block_time)
        };
        if in_force(Fork::Jovian) {
            Self::Jovian
        } else if in_force(Fork::Isthmus) {
            Self::Isthmus
        } else if in_force(Fork::Ecotone) {
            Self::Ecotone
        } else {
            Self::Bedrock
        }
    }

    /// The calldata's first four bytes.
    pub const fn selector(self) -> [u8; 4] {
        match self {
            Self::Bedrock => [0x01, 0x5d, 0x8e, 0xb9],
            Self::Ecotone => [0x44, 0x0a, 0x5e, 0x20],
            Self::Isthmus => [0x09, 0x89, 0x99, 0xbe],
            Self::Jovian => [0x3d, 0xb6, 0xbe, 0x2b],
        }
    }

    fn from_selector(selector: [u8; 4]) -> Option<Self> {
        [Self::Bedrock, Self::Ecotone, Self::Isthmus, Self::Jovian]
            .into_iter()
            .find(|format| format.selector() == selector)
    }
}

/// Attributes of an L1 origin and the parameters of the chain at that point.
///
/// Fields that the format does not carry are zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct L1BlockInfo {
    /// Layout of the calldata.
    pub format: L1AttributesFormat,
    /// Height of the L1 origin.
    pub number: u64,
    /// Its time in seconds.
    pub time: u64,
    /// Its base fee in wei.
    pub base_fee: U256,
    /// Its hash.
    pub block_hash: B256,
    /// Position of the L2 block in the epoch.
    pub sequence_number: u64,
    /// Who may send batches.
    pub batcher_address: Address,
    /// Overhead of the L1 fee (Bedrock).
    pub l1_fee_overhead: U256,
    /// Scalar of the L1 fee (Bedrock).
    pub l1_fee_scalar: U256,
    /// Scalar of the L1 base fee.
    pub base_fee_scalar: u32,
    /// Scalar of the L1 blob base fee.
    pub blob_base_fee_scalar: u32,
    /// Blob base fee of the L1 origin in wei.
    pub blob_base_fee: U256,
    /// Scalar of the operator fee.
    pub operator_fee_scalar: u32,
    /// Constant of the operator fee in wei.
    pub operator_fee_constant: u64,
    /// Gas per unit of DA footprint.
    pub da_footprint_gas_scalar: u16,
}

/// What an L1 attributes deposit is made from.
#[derive(Clone, Copy, Debug)]
pub struct L1Origin<'a> {
    /// Hash of the L1 origin.
    pub hash: B256,
    /// Its header.
    pub header: &'a Header,
    /// Its blob base fee in wei: see [`RollupConfig::l1_blob_base_fee`].
    pub blob_base_fee: u128,
}

impl L1BlockInfo {
    /// The attributes for the L2 block of that time and position in the epoch.
    pub fn new(
        config: &RollupConfig,
        system_config: &SystemConfig,
        origin: L1Origin<'_>,
        sequence_number: u64,
        l2_time: u64,
    ) -> Result<Self, Error> {
        let format = L1AttributesFormat::at(config, l2_time);
        let base = Self {
            format,
            number: origin.header.number,
            time: origin.header.timestamp,
            base_fee: U256::from(origin.header.base_fee_per_gas.unwrap_or_default()),
            block_hash: origin.hash,
            sequence_number,
            batcher_address: system_config.batcher_address,
            ..Self::default()
        };
        Ok(match format {
            L1AttributesFormat::Bedrock => Self {
                l1_fee_overhead: system_config.overhead.into(),
                l1_fee_scalar: system_config.scalar.into(),
                ..base
            },
            _ => base.with_fees(system_config, origin.blob_base_fee)?,
        })
    }

    fn with_fees(self, system_config: &SystemConfig, blob_base_fee: u128) -> Result<Self, Error> {
        let scalars = system_config.fee_scalars()?;
        let operator_fee = self.format >= L1AttributesFormat::Isthmus;
        let da_footprint = self.format >= L1AttributesFormat::Jovian;
        Ok(Self {
            base_fee_scalar: scalars.base_fee_scalar,
            blob_base_fee_scalar: scalars.blob_base_fee_scalar,
            blob_base_fee: U256::from(blob_base_fee),
            operator_fee_scalar: if operator_fee {
                system_config.operator_fee_scalar
            } else {
                0
            },
            operator_fee_constant: if operator_fee {
                system_config.operator_fee_constant
            } else {
                0
            },
            da_footprint_gas_scalar: if da_footprint {
                system_config.da_footprint_gas_scalar_or_default()
            } else {
                0
            },
            ..self
        })
    }

    /// Number and hash of the L1 origin.
    pub const fn id(&self) -> BlockNumHash {
        BlockNumHash {
            number: self.number,
            hash: self.block_hash,
        }
    }

    /// The deposit that sets these attributes.
    pub fn to_deposit(&self) -> TxDeposit {
        let source = DepositSource::L1Info {
            l1_block_hash: self.block_hash,
            sequence_number: self.sequence_number,
        };
        TxDeposit {
            source_hash: source.hash(),
            from: predeploys::L1_ATTRIBUTES_DEPOSITOR,
            to: TxKind::Call(predeploys::L1_BLOCK),
            mint: 0,
            value: U256::ZERO,
            gas_limit: L1_ATTRIBUTES_GAS,
            is_system_transaction: false,
            input: self.encode(),
        }
    }

    /// The attributes in an L2 block's first transaction.
    pub fn from_block(block: &Block) -> Result<Self, Error> {
        let missing = Error::L1AttributesMissing {
            number: block.header.number,
        };
        let deposit = block.body.transactions.first().and_then(|tx| tx.as_deposit());
        Self::decode(&deposit.ok_or(missing)?.input)
    }

    /// The deposit's calldata.
    pub fn encode(&self) -> Bytes {
        let mut out = Vec::with_capacity(260);
        out.extend_from_slice(&self.format.selector());
        if self.format == L1AttributesFormat::Bedrock {
            self.encode_bedrock(&mut out);
        } else {
            self.encode_packed(&mut out);
        }
        out.into()
    }

    fn encode_bedrock(&self, out: &mut Vec<u8>) {
        for word in [
            U256::from(self.number).into(),
            U256::from(self.time).into(),
            self.base_fee.into(),
            self.block_hash,
            U256::from(self.sequence_number).into(),
            self.batcher_address.into_word(),
            self.l1_fee_overhead.into(),
            self.l1_fee_scalar.into(),
        ] {
            out.extend_from_slice(word.as_slice());
        }
    }

    fn encode_packed(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.base_fee_scalar.to_be_bytes());
        out.extend_from_slice(&self.blob_base_fee_scalar.to_be_bytes());
        out.extend_from_slice(&self.sequence_number.to_be_bytes());
        out.extend_from_slice(&self.time.to_be_bytes());
        out.extend_from_slice(&self.number.to_be_bytes());
        out.extend_from_slice(&self.base_fee.to_be_bytes::<32>());
        out.extend_from_slice(&self.blob_base_fee.to_be_bytes::<32>());
        out.extend_from_slice(self.block_hash.as_slice());
        out.extend_from_slice(self.batcher_address.into_word().as_slice());
        if self.format >= L1AttributesFormat::Isthmus {
            out.extend_from_slice(&self.operator_fee_scalar.to_be_bytes());
            out.extend_from_slice(&self.operator_fee_constant.to_be_bytes());
        }
        if self.format >= L1AttributesFormat::Jovian {
            out.extend_from_slice(&self.da_footprint_gas_scalar.to_be_bytes());
        }
    }

    /// Reads the calldata of any format, exactly.
    pub fn decode(calldata: &[u8]) -> Result<Self, Error> {
        Self::read(calldata).ok_or(Error::L1Attributes { length: calldata.len() })
    }

    fn read(calldata: &[u8]) -> Option<Self> {
        let mut cursor = Cursor(calldata);
        let format = L1AttributesFormat::from_selector(cursor.bytes()?)?;
        let info = match format {
            L1AttributesFormat::Bedrock => Self::read_bedrock(&mut cursor)?,
            _ => Self::read_packed(format, &mut cursor)?,
        };
        cursor.end(info)
    }

    fn read_bedrock(cursor: &mut Cursor<'_>) -> Option<Self> {
        Some(Self {
            format: L1AttributesFormat::Bedrock,
            number: cursor.word_u64()?,
            time: cursor.word_u64()?,
            base_fee: cursor.u256()?,
            block_hash: cursor.b256()?,
            sequence_number: cursor.word_u64()?,
            batcher_address: cursor.word_address()?,
            l1_fee_overhead: cursor.u256()?,
            l1_fee_scalar: cursor.u256()?,
            ..Self::default()
        })
    }

    fn read_packed(format: L1AttributesFormat, cursor: &mut Cursor<'_>) -> Option<Self> {
        let mut info = Self {
            format,
            base_fee_scalar: cursor.u32()?,
            blob_base_fee_scalar: cursor.u32()?,
            sequence_number: cursor.u64()?,
            time: cursor.u64()?,
            number: cursor.u64()?,
            base_fee: cursor.u256()?,
            blob_base_fee: cursor.u256()?,
            block_hash: cursor.b256()?,
            batcher_address: cursor.word_address()?,
            ..Self::default()
        };
        if format >= L1AttributesFormat::Isthmus {
            info.operator_fee_scalar = cursor.u32()?;
            info.operator_fee_constant = cursor.u64()?;
        }
        if format >= L1AttributesFormat::Jovian {
            info.da_footprint_gas_scalar = cursor.u16()?;
        }
        Some(info)
    }
}
