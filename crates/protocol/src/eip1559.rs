//! EIP-1559 parameters in headers and attributes (specs: {holocene,jovian}/exec-engine.md).

use alloc::vec::Vec;

use alloy_primitives::{B64, Bytes};

use crate::{Error, ExtraDataFault, cursor::Cursor};

const HOLOCENE_EXTRA_DATA_BYTES: usize = 9;
const JOVIAN_EXTRA_DATA_BYTES: usize = 17;
const HOLOCENE_VERSION: u8 = 0;
const JOVIAN_VERSION: u8 = 1;

/// The two parameters of the base fee's movement. Both zero stand for the chain's constants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Eip1559Params {
    /// Base fee change denominator.
    pub denominator: u32,
    /// Elasticity multiplier: the gas limit over the gas target.
    pub elasticity: u32,
}

impl Eip1559Params {
    /// Whether they stand for the chain's constants.
    pub const fn is_default(self) -> bool {
        self.denominator == 0 && self.elasticity == 0
    }

    /// As payload attributes carry them: denominator, then elasticity.
    pub fn encode(self) -> B64 {
        let packed = u64::from(self.denominator) << 32 | u64::from(self.elasticity);
        B64::from(packed.to_be_bytes())
    }

    /// Reads the parameters of payload attributes: both zero, or neither.
    pub fn decode(params: B64) -> Result<Self, Error> {
        let Self {
            denominator,
            elasticity,
        } = Self::decode_unchecked(params);
        if (denominator == 0) != (elasticity == 0) {
            return Err(Error::ExtraData(ExtraDataFault::Zero {
                denominator,
                elasticity,
            }));
        }
        Ok(Self {
            denominator,
            elasticity,
        })
    }

    /// Reads the parameters without judging them.
    pub fn decode_unchecked(params: B64) -> Self {
        let mut cursor = Cursor(params.as_slice());
        Self {
            denominator: cursor.u32().unwrap_or_default(),
            elasticity: cursor.u32().unwrap_or_default(),
        }
    }

    /// These, or `constants` where these stand for them.
    pub const fn or(self, constants: Self) -> Self {
        if self.is_default() { constants } else { self }
    }
}

/// What a header's `extraData` says since Holocene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtraData {
    /// Parameters for the base fee of the next block; never zero.
    pub params: Eip1559Params,
    /// Floor of the next block's base fee in wei, since Jovian.
    pub min_base_fee: Option<u64>,
}

impl ExtraData {
    /// 9 bytes for Holocene, 17 with a minimum base fee (Jovian).
    pub fn encode(&self) -> Bytes {
        let mut out = Vec::with_capacity(JOVIAN_EXTRA_DATA_BYTES);
        out.push(if self.min_base_fee.is_some() {
            JOVIAN_VERSION
        } else {
            HOLOCENE_VERSION
        });
        out.extend_from_slice(self.params.encode().as_slice());
        if let Some(min_base_fee) = self.min_base_fee {
            out.extend_from_slice(&min_base_fee.to_be_bytes());
        }
        out.into()
    }

    /// Reads either encoding. Version, length and parameters must fit.
    pub fn decode(extra_data: &[u8]) -> Result<Self, Error> {
        Self::read(extra_data).map_err(Error::ExtraData)
    }

    fn read(extra_data: &[u8]) -> Result<Self, ExtraDataFault> {
        let wrong_length = ExtraDataFault::Length(extra_data.len());
        let mut cursor = Cursor(extra_data);
        let [version] = cursor.bytes().ok_or(wrong_length)?;
        let params = Eip1559Params {
            denominator: cursor.u32().ok_or(wrong_length)?,
            elasticity: cursor.u32().ok_or(wrong_length)?,
        };
        let min_base_fee = match extra_data.len() {
            HOLOCENE_EXTRA_DATA_BYTES => None,
            JOVIAN_EXTRA_DATA_BYTES => cursor.u64(),
            _ => return Err(wrong_length),
        };
        if version
            != if min_base_fee.is_some() {
                JOVIAN_VERSION
            } else {
                HOLOCENE_VERSION
            }
        {
            return Err(ExtraDataFault::Version(version));
        }
        let Eip1559Params {
            denominator,
            elasticity,
        } = params;
        if denominator == 0 || elasticity == 0 {
            return Err(ExtraDataFault::Zero {
                denominator,
                elasticity,
            });
        }
        Ok(Self { params, min_base_fee })
    }
}
