//! Public networks that serve as L1: their forks since the merge.

use alloc::vec;

use alloy_eips::eip7840::BlobParams;
use alloy_primitives::{Address, U256, address};

use super::{ChainSpec, EthereumFork, EthereumRules, Rules};

/// Times of Shanghai, Cancun, Prague, Osaka and the two blob-parameter forks, in seconds.
struct PublicNetwork {
    chain_id: u64,
    terminal_total_difficulty: u128,
    deposit_contract_address: Address,
    times: [u64; 6],
}

const MAINNET: PublicNetwork = PublicNetwork {
    chain_id: 1,
    terminal_total_difficulty: 58_750_000_000_000_000_000_000,
    deposit_contract_address: address!("0x00000000219ab540356cBB839Cbe05303d7705Fa"),
    times: [
        1_681_338_455,
        1_710_338_135,
        1_746_612_311,
        1_764_798_551,
        1_765_290_071,
        1_767_747_671,
    ],
};

const SEPOLIA: PublicNetwork = PublicNetwork {
    chain_id: 11_155_111,
    terminal_total_difficulty: 17_000_000_000_000_000,
    deposit_contract_address: address!("0x7f02C3E3c98b133055B8B348B2Ac625669Ed295D"),
    times: [
        1_677_557_088,
        1_706_655_072,
        1_741_159_776,
        1_760_427_360,
        1_761_017_184,
        1_761_607_008,
    ],
};

impl ChainSpec {
    /// Rules of a public L1 since the merge: what derivation needs of it. Its blocks before the merge cannot
    /// be executed under them.
    pub fn public_l1(chain_id: u64) -> Option<Self> {
        [MAINNET, SEPOLIA]
            .iter()
            .find(|network| network.chain_id == chain_id)
            .map(spec)
    }
}

fn spec(network: &PublicNetwork) -> ChainSpec {
    let [shanghai, cancun, prague, osaka, bpo1, bpo2] = network.times;
    let rules = EthereumRules {
        block_forks: vec![],
        time_forks: vec![
            (shanghai, EthereumFork::Shanghai),
            (cancun, EthereumFork::Cancun),
            (prague, EthereumFork::Prague),
            (osaka, EthereumFork::Osaka),
        ],
        terminal_total_difficulty: Some(U256::from(network.terminal_total_difficulty)),
        blob_schedule: vec![
            (cancun, BlobParams::cancun()),
            (prague, BlobParams::prague()),
            (osaka, BlobParams::osaka()),
            (bpo1, BlobParams::bpo1()),
            (bpo2, BlobParams::bpo2()),
        ],
        deposit_contract_address: Some(network.deposit_contract_address),
    };
    ChainSpec {
        chain_id: network.chain_id,
        rules: Rules::Ethereum(rules),
    }
}
