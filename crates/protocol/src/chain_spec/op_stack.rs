//! The OP Stack's rules, as op-geth's genesis spells them.

use alloy_genesis::ChainConfig;
use serde::Deserialize;

use super::EthereumFork;
use crate::{ChainOpConfig, Eip1559Params, Error, Fork, ForkSchedule, RollupConfig};

/// When each of the OP Stack's rules begins, and its constants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpStackRules {
    /// When each fork activates.
    pub forks: ForkSchedule,
    /// The chain's own EIP-1559 parameters.
    pub eip1559: ChainOpConfig,
}

#[derive(Deserialize)]
struct OptimismJson {
    #[serde(rename = "eip1559Elasticity", deserialize_with = "crate::number::read_u32")]
    elasticity: u32,
    #[serde(rename = "eip1559Denominator", deserialize_with = "crate::number::read_u32")]
    denominator: u32,
    #[serde(rename = "eip1559DenominatorCanyon", default)]
    denominator_canyon: Option<u32>,
}

impl OpStackRules {
    /// The rules that a rollup config implies.
    pub const fn from_rollup_config(config: &RollupConfig) -> Self {
        Self {
            forks: config.forks,
            eip1559: config.chain_op_config,
        }
    }

    /// Ethereum's rules that the OP fork of that time builds on.
    pub fn ethereum_fork(&self, timestamp: u64) -> EthereumFork {
        match self.forks.latest(timestamp) {
            Fork::Bedrock | Fork::Regolith => EthereumFork::Paris,
            Fork::Canyon | Fork::Delta => EthereumFork::Shanghai,
            Fork::Ecotone | Fork::Fjord | Fork::Granite | Fork::Holocene => EthereumFork::Cancun,
            Fork::Isthmus | Fork::Jovian => EthereumFork::Prague,
            Fork::Karst => EthereumFork::Osaka,
        }
    }

    /// The chain's own EIP-1559 parameters for a block of that time.
    pub fn eip1559_params(&self, timestamp: u64) -> Eip1559Params {
        if self.forks.is_active(Fork::Canyon, timestamp) {
            self.eip1559.canyon()
        } else {
            self.eip1559.bedrock()
        }
    }

    pub(super) fn from_chain_config(config: &ChainConfig) -> Result<Self, Error> {
        if time(config, "lagoonTime")?.or(time(config, "interopTime")?).is_some() {
            return Err(Error::ForkUnsupported { name: "Lagoon" });
        }
        let canyon = time(config, "canyonTime")?;
        let ecotone = time(config, "ecotoneTime")?;
        let forks = ForkSchedule {
            regolith: time(config, "regolithTime")?,
            canyon,
            // Span batches concern derivation alone: op-geth's config has no Delta.
            delta: time(config, "deltaTime")?.or(ecotone),
            ecotone,
            fjord: time(config, "fjordTime")?,
            granite: time(config, "graniteTime")?,
            holocene: time(config, "holoceneTime")?,
            isthmus: time(config, "isthmusTime")?,
            jovian: time(config, "jovianTime")?,
            karst: time(config, "karstTime")?,
        };
        forks.validate()?;
        Ok(Self {
            forks,
            eip1559: constants(config)?,
        })
    }
}

fn time(config: &ChainConfig, key: &'static str) -> Result<Option<u64>, Error> {
    let value = config.extra_fields.get_deserialized::<Option<u64>>(key).transpose();
    value.map(Option::flatten).map_err(|_| Error::ChainConfigValue { key })
}

fn constants(config: &ChainConfig) -> Result<ChainOpConfig, Error> {
    let unreadable = Error::ChainConfigValue { key: "optimism" };
    let json = match config.extra_fields.get_deserialized::<OptimismJson>("optimism") {
        Some(Ok(json)) => json,
        _ => return Err(unreadable),
    };
    Ok(ChainOpConfig {
        eip1559_elasticity: json.elasticity,
        eip1559_denominator: json.denominator,
        eip1559_denominator_canyon: json
            .denominator_canyon
            .unwrap_or(ChainOpConfig::default().eip1559_denominator_canyon),
    })
}
