//! The system config: parameters that the chain's owner sets on L1 (specs: system-config.md).

use alloy_primitives::{Address, B64, B256, Log, U256, b256};

use crate::{
    Block, ConfigUpdateFault, DA_FOOTPRINT_GAS_SCALAR_DEFAULT, Eip1559Params, Error, ExtraData, Fork,
    L1AttributesFormat, L1BlockInfo, Receipt, RollupConfig, cursor::Cursor,
};

/// `keccak256("ConfigUpdate(uint256,uint8,bytes)")`.
pub const CONFIG_UPDATE_TOPIC: B256 = b256!("0x1d2b0bda21d56b8bd12d4f94ebacffdfb35f5e226f84b461103bb8beab6353be");

/// Storage slot of the unsafe block signer: `keccak256("systemconfig.unsafeblocksigner")`.
pub const UNSAFE_BLOCK_SIGNER_SLOT: B256 = b256!("0x65a7ed542fb37fe237fdfbdd70b31598523fe5b32879e307bae27a0bd9581c08");

/// Gas that Karst's activation block has beyond the system config's gas limit: the sum of the bundle's
/// gas limits.
pub const KARST_UPGRADE_GAS: u64 = 55_370_657;

/// Parameters of the chain as of an L1 block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SystemConfig {
    /// Who may send batches.
    pub batcher_address: Address,
    /// Overhead of the L1 fee; without effect since Ecotone.
    pub overhead: B256,
    /// Scalar of the L1 fee; since Ecotone, two scalars in a versioned encoding.
    pub scalar: B256,
    /// Gas limit of L2 blocks.
    pub gas_limit: u64,
    /// EIP-1559 parameters (Holocene); zero stands for the chain's constants.
    pub eip1559_params: Eip1559Params,
    /// Scalar of the operator fee (Isthmus).
    pub operator_fee_scalar: u32,
    /// Constant of the operator fee in wei (Isthmus).
    pub operator_fee_constant: u64,
    /// Floor of the base fee in wei (Jovian).
    pub min_base_fee: u64,
    /// Gas per unit of DA footprint (Jovian); zero stands for the default.
    pub da_footprint_gas_scalar: u16,
}

/// The two scalars of the L1 fee since Ecotone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeeScalars {
    /// Scalar of the L1 base fee.
    pub base_fee_scalar: u32,
    /// Scalar of the L1 blob base fee.
    pub blob_base_fee_scalar: u32,
}

impl FeeScalars {
    /// Version 1 of the encoding.
    pub fn encode(self) -> B256 {
        let scalars = u64::from(self.blob_base_fee_scalar) << 32 | u64::from(self.base_fee_scalar);
        B256::from(U256::from_limbs([scalars, 0, 0, 1 << 56]))
    }

    /// Reads either version; padding that is not zero is refused.
    pub fn decode(scalar: B256) -> Result<Self, Error> {
        Self::read(scalar).ok_or(Error::FeeScalar { scalar })
    }

    fn read(scalar: B256) -> Option<Self> {
        let mut cursor = Cursor(scalar.as_slice());
        let [version] = cursor.bytes()?;
        let padding = cursor.bytes::<23>()?;
        let (blob_base_fee_scalar, base_fee_scalar) = (cursor.u32()?, cursor.u32()?);
        let known = version == 1 || (version == 0 && blob_base_fee_scalar == 0);
        (known && padding == [0; 23]).then_some(Self {
            base_fee_scalar,
            blob_base_fee_scalar,
        })
    }
}

/// One change of the system config.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemConfigUpdate {
    /// Type 0: who may send batches.
    Batcher(Address),
    /// Type 1: overhead and scalar of the L1 fee.
    FeeScalars {
        /// Ignored since Ecotone.
        overhead: B256,
        /// In the versioned encoding since Ecotone.
        scalar: B256,
    },
    /// Type 2: gas limit of L2 blocks.
    GasLimit(u64),
    /// Type 3: who signs unsafe blocks; no part of consensus.
    UnsafeBlockSigner(Address),
    /// Type 4: EIP-1559 parameters.
    Eip1559(Eip1559Params),
    /// Type 5: operator fee.
    OperatorFee {
        /// The fee's scalar.
        scalar: u32,
        /// The fee's constant in wei.
        constant: u64,
    },
    /// Type 6: floor of the base fee in wei.
    MinBaseFee(u64),
    /// Type 7: gas per unit of DA footprint.
    DaFootprintGasScalar(u16),
}

impl SystemConfigUpdate {
    /// Reads a `ConfigUpdate` log.
    pub fn from_log(log: &Log) -> Result<Self, Error> {
        Self::from_event(log).map_err(Error::ConfigUpdate)
    }

    fn from_event(log: &Log) -> Result<Self, ConfigUpdateFault> {
        let &[CONFIG_UPDATE_TOPIC, version, kind] = log.topics() else {
            return Err(ConfigUpdateFault::Topics);
        };
        if !version.is_zero() {
            return Err(ConfigUpdateFault::Version(version));
        }
        let kind = u8::try_from(U256::from_be_bytes(kind.0))
            .ok()
            .filter(|kind| *kind <= 7)
            .ok_or(ConfigUpdateFault::Kind(kind))?;
        Self::read(kind, &log.data.data).ok_or(ConfigUpdateFault::Data(kind))
    }

    /// Reads the ABI-encoded `bytes` of an update: offset, length, and one word (two for type 1).
    fn read(kind: u8, data: &[u8]) -> Option<Self> {
        let mut cursor = Cursor(data);
        let length = if kind == 1 { 64 } else { 32 };
        if cursor.word_u64()? != 32 || cursor.word_u64()? != length {
            return None;
        }
        let update = match kind {
            0 => Self::Batcher(cursor.word_address()?),
            1 => Self::FeeScalars {
                overhead: cursor.b256()?,
                scalar: cursor.b256()?,
            },
            2 => Self::GasLimit(cursor.word_u64()?),
            3 => Self::UnsafeBlockSigner(cursor.word_address()?),
            4 => Self::Eip1559(read_eip1559(&mut cursor)?),
            5 => read_operator_fee(&mut cursor)?,
            6 => Self::MinBaseFee(cursor.word_u64()?),
            _ => Self::DaFootprintGasScalar(u16::try_from(cursor.word_u64()?).ok()?),
        };
        cursor.end(update)
    }
}

/// Parameters of which one alone is zero would make every payload invalid: they are no update.
fn read_eip1559(cursor: &mut Cursor<'_>) -> Option<Eip1559Params> {
    let packed = cursor.word_u64()?;
    Eip1559Params::decode(B64::from(packed.to_be_bytes())).ok()
}

fn read_operator_fee(cursor: &mut Cursor<'_>) -> Option<SystemConfigUpdate> {
    let padding = cursor.bytes::<20>()?;
    let (scalar, constant) = (cursor.u32()?, cursor.u64()?);
    (padding == [0; 20]).then_some(SystemConfigUpdate::OperatorFee { scalar, constant })
}

/// How many updates an L1 block held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UpdateCount {
    /// Updates that took effect, or need none.
    pub applied: u64,
    /// Updates that could not be read, and were skipped.
    pub skipped: u64,
}

impl SystemConfig {
    /// Applies the updates that an L1 block's receipts hold, in order; malformed ones are skipped.
    pub fn apply_receipts(&mut self, config: &RollupConfig, receipts: &[Receipt]) -> UpdateCount {
        let logs = receipts
            .iter()
            .filter(|receipt| receipt.success)
            .flat_map(|receipt| &receipt.logs);
        self.apply_logs(config, logs)
    }

    /// As [`Self::apply_receipts`], for logs of successful transactions.
    pub fn apply_logs<'a>(&mut self, config: &RollupConfig, logs: impl IntoIterator<Item = &'a Log>) -> UpdateCount {
        let mut count = UpdateCount::default();
        for log in logs {
            let is_update =
                log.address == config.l1_system_config_address && log.topics().first() == Some(&CONFIG_UPDATE_TOPIC);
            if !is_update {
                continue;
            }
            match SystemConfigUpdate::from_log(log).and_then(|update| self.apply_update(update)) {
                Ok(()) => count.applied = count.applied.saturating_add(1),
                Err(_) => count.skipped = count.skipped.saturating_add(1),
            }
        }
        count
    }

    /// Applies one update. Fee scalars in an unknown encoding are refused and change nothing.
    pub fn apply_update(&mut self, update: SystemConfigUpdate) -> Result<(), Error> {
        match update {
            SystemConfigUpdate::Batcher(address) => self.batcher_address = address,
            SystemConfigUpdate::FeeScalars { overhead: _, scalar } => {
                FeeScalars::decode(scalar)?;
                self.overhead = B256::ZERO;
                self.scalar = scalar;
            }
            SystemConfigUpdate::GasLimit(gas_limit) => self.gas_limit = gas_limit,
            SystemConfigUpdate::UnsafeBlockSigner(_) => {}
            SystemConfigUpdate::Eip1559(params) => self.eip1559_params = params,
            SystemConfigUpdate::OperatorFee { scalar, constant } => {
                self.operator_fee_scalar = scalar;
                self.operator_fee_constant = constant;
            }
            SystemConfigUpdate::MinBaseFee(wei) => self.min_base_fee = wei,
            SystemConfigUpdate::DaFootprintGasScalar(scalar) => self.da_footprint_gas_scalar = scalar,
        }
        Ok(())
    }

    /// The two scalars of the L1 fee since Ecotone. A scalar from before Ecotone that is too large to be carried over stands for the
    /// largest; no update can set one, but a rollup config can begin with one.
    pub fn fee_scalars(&self) -> Result<FeeScalars, Error> {
        let is_from_before = self.scalar.first() == Some(&0);
        let largest = FeeScalars {
            base_fee_scalar: u32::MAX,
            blob_base_fee_scalar: 0,
        };
        FeeScalars::decode(self.scalar).or_else(|error| if is_from_before { Ok(largest) } else { Err(error) })
    }

    /// Gas per unit of DA footprint, with zero resolved.
    pub const fn da_footprint_gas_scalar_or_default(&self) -> u16 {
        match self.da_footprint_gas_scalar {
            0 => DA_FOOTPRINT_GAS_SCALAR_DEFAULT,
            scalar => scalar,
        }
    }

    /// The system config that an L2 block was built under: from its header and its L1 attributes, or, for
    /// the genesis, from the rollup config.
    pub fn from_block(config: &RollupConfig, block: &Block) -> Result<Self, Error> {
        Self::from_block_with_hash(config, block.header.hash_slow(), block)
    }

    /// As [`Self::from_block`], where the hash is known.
    pub fn from_block_with_hash(config: &RollupConfig, hash: B256, block: &Block) -> Result<Self, Error> {
        let header = &block.header;
        if header.number == config.genesis.l2.number {
            config.check_genesis(hash)?;
            return Ok(config.genesis.system_config);
        }
        // A chain that keeps the upgrade gas takes the activation block's gas limit for its own.
        let upgrade_gas = match config.keep_karst_upgrade_gas {
            true => 0,
            false => config.upgrade_gas(header.timestamp),
        };
        let system_config = Self {
            gas_limit: header.gas_limit.saturating_sub(upgrade_gas),
            ..Self::from_l1_block_info(&L1BlockInfo::from_block(block)?)
        };
        if !config.forks.is_active(Fork::Holocene, header.timestamp) {
            return Ok(system_config);
        }
        let ExtraData { params, min_base_fee } = ExtraData::decode(&header.extra_data)?;
        let min_base_fee = min_base_fee.unwrap_or_default();
        Ok(Self {
            eip1559_params: params,
            min_base_fee,
            ..system_config
        })
    }

    fn from_l1_block_info(info: &L1BlockInfo) -> Self {
        let scalars = FeeScalars {
            base_fee_scalar: info.base_fee_scalar,
            blob_base_fee_scalar: info.blob_base_fee_scalar,
        };
        let (overhead, scalar) = match info.format {
            L1AttributesFormat::Bedrock => (info.l1_fee_overhead.into(), info.l1_fee_scalar.into()),
            _ => (B256::ZERO, scalars.encode()),
        };
        Self {
            batcher_address: info.batcher_address,
            overhead,
            scalar,
            operator_fee_scalar: info.operator_fee_scalar,
            operator_fee_constant: info.operator_fee_constant,
            da_footprint_gas_scalar: info.da_footprint_gas_scalar,
            ..Self::default()
        }
    }
}
