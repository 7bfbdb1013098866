//! Ethereum's rules, from Frontier to Osaka and its blob-parameter forks.

use alloc::{string::ToString, vec::Vec};

use alloy_eips::{
    eip7594::MAX_BLOBS_PER_TX_FUSAKA,
    eip7840::{BLOB_BASE_COST, BlobParams},
};
use alloy_genesis::ChainConfig;
use alloy_primitives::{Address, U256};

use crate::Error;

/// A fork of Ethereum that changes what a block or a transaction may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EthereumFork {
    /// The first rules.
    Frontier,
    /// EIP-2, EIP-7.
    Homestead,
    /// EIP-150.
    Tangerine,
    /// EIP-155, EIP-158, EIP-160, EIP-161, EIP-170.
    SpuriousDragon,
    /// Receipts with a status, precompiles for pairings.
    Byzantium,
    /// EIP-1283 and others.
    Constantinople,
    /// Constantinople without EIP-1283.
    Petersburg,
    /// EIP-1884, EIP-2200 and others.
    Istanbul,
    /// A delayed difficulty bomb.
    MuirGlacier,
    /// Access lists.
    Berlin,
    /// The fee market.
    London,
    /// A delayed difficulty bomb.
    ArrowGlacier,
    /// A delayed difficulty bomb.
    GrayGlacier,
    /// The merge: proof of stake.
    Paris,
    /// Withdrawals.
    Shanghai,
    /// Blobs, beacon roots, transient storage.
    Cancun,
    /// Set-code transactions, requests, history storage.
    Prague,
    /// Transaction gas cap, cell proofs, blob base cost.
    Osaka,
}

impl EthereumFork {
    /// The fork's name as chain configs spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Frontier => "frontier",
            Self::Homestead => "homestead",
            Self::Tangerine => "eip150",
            Self::SpuriousDragon => "eip158",
            Self::Byzantium => "byzantium",
            Self::Constantinople => "constantinople",
            Self::Petersburg => "petersburg",
            Self::Istanbul => "istanbul",
            Self::MuirGlacier => "muirGlacier",
            Self::Berlin => "berlin",
            Self::London => "london",
            Self::ArrowGlacier => "arrowGlacier",
            Self::GrayGlacier => "grayGlacier",
            Self::Paris => "paris",
            Self::Shanghai => "shanghai",
            Self::Cancun => "cancun",
            Self::Prague => "prague",
            Self::Osaka => "osaka",
        }
    }
}

/// When each of Ethereum's rules begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EthereumRules {
    /// Forks before the merge and their first blocks, in order.
    pub block_forks: Vec<(u64, EthereumFork)>,
    /// Forks since the merge and their first times in seconds, in order.
    pub time_forks: Vec<(u64, EthereumFork)>,
    /// Total difficulty of the merge; zero for a chain that begins after it, `None` for one before.
    pub terminal_total_difficulty: Option<U256>,
    /// Blob parameters and the times from which they hold, in order.
    pub blob_schedule: Vec<(u64, BlobParams)>,
    /// Contract whose logs are deposit requests (EIP-6110); mainnet's where the config names none.
    pub deposit_contract_address: Option<Address>,
}

/// Keys that geth's chain config has and [`ChainConfig`] has not; none of them bears on a rule here.
const GETH_KEYS: [&str; 3] = ["enableVerkleAtGenesis", "enableUBTAtGenesis", "verkleTime"];

impl EthereumRules {
    /// The rules at a block: forks by time count once merged, forks by number before.
    pub fn fork_at(&self, number: u64, timestamp: u64, difficulty: U256) -> EthereumFork {
        if self.is_merged(difficulty) {
            last_before(&self.time_forks, timestamp).unwrap_or(EthereumFork::Paris)
        } else {
            last_before(&self.block_forks, number).unwrap_or(EthereumFork::Frontier)
        }
    }

    /// Whether a block of that difficulty comes after the merge.
    pub fn is_merged(&self, difficulty: U256) -> bool {
        self.terminal_total_difficulty
            .is_some_and(|ttd| ttd.is_zero() || difficulty.is_zero())
    }

    /// Blob parameters at a time; `None` before Cancun.
    pub fn blob_params(&self, timestamp: u64) -> Option<BlobParams> {
        last_before(&self.blob_schedule, timestamp)
    }

    /// First time of a fork since the merge.
    pub fn fork_time(&self, fork: EthereumFork) -> Option<u64> {
        self.time_forks
            .iter()
            .find(|(_, known)| *known == fork)
            .map(|(time, _)| *time)
    }

    /// First block of a fork before the merge.
    pub fn fork_block(&self, fork: EthereumFork) -> Option<u64> {
        self.block_forks
            .iter()
            .find(|(_, known)| *known == fork)
            .map(|(number, _)| *number)
    }

    pub(super) fn from_chain_config(config: &ChainConfig) -> Result<Self, Error> {
        Ok(Self {
            block_forks: ordered(&block_forks(config))?,
            time_forks: ordered(&time_forks(config))?,
            terminal_total_difficulty: terminal_total_difficulty(config),
            blob_schedule: blob_schedule(config)?,
            deposit_contract_address: config.deposit_contract_address,
        })
    }

    pub(super) fn refuse_unknown_keys(config: &ChainConfig) -> Result<(), Error> {
        match config
            .extra_fields
            .keys()
            .find(|key| !GETH_KEYS.contains(&key.as_str()))
        {
            Some(key) => Err(Error::ChainConfigUnknownKey { key: key.to_string() }),
            None => Ok(()),
        }
    }
}

fn last_before<T: Copy>(schedule: &[(u64, T)], at: u64) -> Option<T> {
    schedule
        .iter()
        .rev()
        .find(|(since, _)| at >= *since)
        .map(|(_, value)| *value)
}

fn block_forks(config: &ChainConfig) -> [(Option<u64>, EthereumFork); 12] {
    [
        (config.homestead_block, EthereumFork::Homestead),
        (config.eip150_block, EthereumFork::Tangerine),
        (config.eip158_block, EthereumFork::SpuriousDragon),
        (config.byzantium_block, EthereumFork::Byzantium),
        (config.constantinople_block, EthereumFork::Constantinople),
        (
            config.petersburg_block.or(config.constantinople_block),
            EthereumFork::Petersburg,
        ),
        (config.istanbul_block, EthereumFork::Istanbul),
        (config.muir_glacier_block, EthereumFork::MuirGlacier),
        (config.berlin_block, EthereumFork::Berlin),
        (config.london_block, EthereumFork::London),
        (config.arrow_glacier_block, EthereumFork::ArrowGlacier),
        (config.gray_glacier_block, EthereumFork::GrayGlacier),
    ]
}

fn time_forks(config: &ChainConfig) -> [(Option<u64>, EthereumFork); 4] {
    [
        (config.shanghai_time, EthereumFork::Shanghai),
        (config.cancun_time, EthereumFork::Cancun),
        (config.prague_time, EthereumFork::Prague),
        (config.osaka_time, EthereumFork::Osaka),
    ]
}

/// Whether a fork may be left out though later ones are scheduled: it only delays the difficulty bomb.
const fn is_optional(fork: EthereumFork) -> bool {
    matches!(
        fork,
        EthereumFork::MuirGlacier | EthereumFork::ArrowGlacier | EthereumFork::GrayGlacier
    )
}

/// The scheduled forks, if each comes with and after those before it.
fn ordered(forks: &[(Option<u64>, EthereumFork)]) -> Result<Vec<(u64, EthereumFork)>, Error> {
    let mut scheduled = Vec::with_capacity(forks.len());
    let mut latest = None;
    let mut missing = None;
    for &(since, fork) in forks {
        let Some(since) = since else {
            missing = missing.or((!is_optional(fork)).then_some(fork));
            continue;
        };
        if let Some(earlier) = missing {
            return Err(Error::EthereumForkOrder {
                earlier: earlier.name(),
                later: fork.name(),
            });
        }
        match latest {
            Some((time, earlier)) if since < time => {
                let earlier: EthereumFork = earlier;
                return Err(Error::EthereumForkOrder {
                    earlier: earlier.name(),
                    later: fork.name(),
                });
            }
            _ => latest = Some((since, fork)),
        }
        scheduled.push((since, fork));
    }
    Ok(scheduled)
}

/// A config with forks by time and no terminal difficulty belongs to a chain that begins merged.
fn terminal_total_difficulty(config: &ChainConfig) -> Option<U256> {
    let begins_merged = config.terminal_total_difficulty_passed || config.shanghai_time.is_some();
    config.terminal_total_difficulty.or(begins_merged.then_some(U256::ZERO))
}

fn blob_schedule(config: &ChainConfig) -> Result<Vec<(u64, BlobParams)>, Error> {
    let forks = [
        ("cancun", config.cancun_time),
        ("prague", config.prague_time),
        ("osaka", config.osaka_time),
        ("bpo1", config.bpo1_time),
        ("bpo2", config.bpo2_time),
        ("bpo3", config.bpo3_time),
        ("bpo4", config.bpo4_time),
        ("bpo5", config.bpo5_time),
        // Its rules are not implemented, but its blob base fee follows from the schedule.
        (
            "amsterdam",
            config
                .amsterdam_time
                .filter(|_| config.blob_schedule.contains_key("amsterdam")),
        ),
    ];
    let mut schedule = Vec::new();
    for (fork, time) in forks {
        let Some(time) = time else { continue };
        let params = config
            .blob_schedule
            .get(fork)
            .ok_or(Error::BlobScheduleMissing { fork })?;
        if let Some((earlier, _)) = schedule.last()
            && time < *earlier
        {
            return Err(Error::EthereumForkOrder {
                earlier: "the blob fork before it",
                later: fork,
            });
        }
        let osaka = config.osaka_time.is_some_and(|osaka| time >= osaka);
        schedule.push((time, if osaka { with_osaka_limits(*params) } else { *params }));
    }
    Ok(schedule)
}

/// Osaka's limit of blobs a transaction (EIP-7594) and reserve price (EIP-7918), which no schedule spells.
fn with_osaka_limits(params: BlobParams) -> BlobParams {
    params
        .with_max_blobs_per_tx(MAX_BLOBS_PER_TX_FUSAKA)
        .with_blob_base_cost(BLOB_BASE_COST)
}
