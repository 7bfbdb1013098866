//! A chain's rules as a value: Ethereum's for L1, the OP Stack's for L2.

mod ethereum;
mod genesis;
mod op_stack;
mod public;

use alloy_eips::eip7840::BlobParams;
use alloy_genesis::ChainConfig;
use alloy_primitives::U256;
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

pub use self::{
    ethereum::{EthereumFork, EthereumRules},
    genesis::{GENESIS_BASE_FEE, genesis_header},
    op_stack::OpStackRules,
};
use crate::{Error, Fork};

/// A chain's id and rules, from the `config` of its genesis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainSpec {
    /// Chain id (EIP-155).
    pub chain_id: u64,
    /// What its blocks must obey.
    pub rules: Rules,
}

/// Which family of rules, and since when each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rules {
    /// Ethereum's, from Frontier on.
    Ethereum(EthereumRules),
    /// The OP Stack's.
    OpStack(OpStackRules),
}

impl ChainSpec {
    /// Ethereum's rules at a block. On the OP Stack, those that the active OP fork builds on: Karst
    /// answers Osaka, though it takes only a part of it.
    ///
    /// `difficulty` tells blocks before and after the merge apart; zero everywhere since.
    pub fn ethereum_fork(&self, number: u64, timestamp: u64, difficulty: U256) -> EthereumFork {
        match &self.rules {
            Rules::Ethereum(rules) => rules.fork_at(number, timestamp, difficulty),
            Rules::OpStack(rules) => rules.ethereum_fork(timestamp),
        }
    }

    /// Whether the OP fork is active; never on Ethereum.
    pub fn is_op_active(&self, fork: Fork, timestamp: u64) -> bool {
        self.op_stack()
            .is_some_and(|rules| rules.forks.is_active(fork, timestamp))
    }

    /// The OP Stack's rules, if these are.
    pub const fn op_stack(&self) -> Option<&OpStackRules> {
        match &self.rules {
            Rules::OpStack(rules) => Some(rules),
            Rules::Ethereum(_) => None,
        }
    }

    /// Ethereum's rules, if these are.
    pub const fn ethereum(&self) -> Option<&EthereumRules> {
        match &self.rules {
            Rules::Ethereum(rules) => Some(rules),
            Rules::OpStack(_) => None,
        }
    }

    /// Whether these are the OP Stack's rules.
    pub const fn is_op_stack(&self) -> bool {
        matches!(self.rules, Rules::OpStack(_))
    }

    /// Blob parameters at a time: `None` before Cancun, and on the OP Stack, which has no blobs.
    pub fn blob_params(&self, timestamp: u64) -> Option<BlobParams> {
        self.ethereum()?.blob_params(timestamp)
    }

    /// Blob base fee in wei of a block with that time and excess blob gas. On the OP Stack it is 1.
    pub fn blob_base_fee(&self, timestamp: u64, excess_blob_gas: u64) -> Option<u128> {
        match &self.rules {
            Rules::Ethereum(rules) => rules
                .blob_params(timestamp)
                .map(|params| params.calc_blob_fee(excess_blob_gas)),
            Rules::OpStack(rules) => rules.forks.is_active(Fork::Ecotone, timestamp).then_some(1),
        }
    }

    /// Whether the header's `withdrawalsRoot` is the message passer's storage root (Isthmus).
    pub fn withdrawals_root_is_state(&self, timestamp: u64) -> bool {
        self.is_op_active(Fork::Isthmus, timestamp)
    }

    /// The rules in a genesis `config` of geth or op-geth: the OP Stack's where it has `optimism`.
    pub fn from_chain_config(config: &ChainConfig) -> Result<Self, Error> {
        if config.amsterdam_time.is_some() {
            return Err(Error::ForkUnsupported { name: "Amsterdam" });
        }
        let rules = if config.extra_fields.contains_key("optimism") {
            Rules::OpStack(OpStackRules::from_chain_config(config)?)
        } else {
            Rules::Ethereum(EthereumRules::from_chain_config(config)?)
        };
        Ok(Self {
            chain_id: config.chain_id,
            rules,
        })
    }
}

impl TryFrom<&ChainConfig> for ChainSpec {
    type Error = Error;

    fn try_from(config: &ChainConfig) -> Result<Self, Error> {
        Self::from_chain_config(config)
    }
}

/// `l1-chain-config.json`: a chain config at the top, or under `config` as in a genesis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct L1ChainConfig(ChainConfig);

impl<'de> Deserialize<'de> for L1ChainConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut json = Value::deserialize(deserializer)?;
        let config = json.get_mut("config").map(Value::take).unwrap_or(json);
        ChainConfig::deserialize(config).map(Self).map_err(D::Error::custom)
    }
}

impl L1ChainConfig {
    /// The chain config.
    pub const fn chain_config(&self) -> &ChainConfig {
        &self.0
    }

    /// The rules, for reading that L1: forks may be scheduled that we could not execute.
    ///
    /// Keys that geth does not know are refused.
    pub fn chain_spec(&self) -> Result<ChainSpec, Error> {
        let config = self.chain_config();
        EthereumRules::refuse_unknown_keys(config)?;
        let rules = Rules::Ethereum(EthereumRules::from_chain_config(config)?);
        Ok(ChainSpec {
            chain_id: config.chain_id,
            rules,
        })
    }
}
