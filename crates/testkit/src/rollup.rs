//! What every party of a simulated rollup knows.

use std::sync::Arc;

use alloy_genesis::Genesis;
use alloy_primitives::B256;
use contracts::{
    BATCHER, DeploymentConfig, DeploymentPlan, DevAccount, L1GenesisConfig, L2GenesisConfig, PREFUNDED, RollupStart,
};
use l1::{Secret, Wallet};
use protocol::{BlockRef, ChainSpec, Fork, RollupConfig};

use crate::{L1Contracts, SimulatedL1};

const L1_CHAIN_ID: u64 = 900;
const L2_CHAIN_ID: u64 = 901;

/// The configuration of a rollup: the devnet's genesis and contracts' addresses over a simulated L1.
#[derive(Clone, Debug)]
pub struct Rollup {
    /// As `rollup.json` has it.
    pub config: Arc<RollupConfig>,
    /// The chain specification of L1.
    pub l1: Arc<ChainSpec>,
    /// As `genesis.json` has it.
    pub genesis: Genesis,
}

impl Rollup {
    /// A rollup with blocks of one second that begins at the first block of `l1`, all forks up to `fork` active.
    pub fn devnet(l1: &SimulatedL1, fork: Fork) -> Self {
        Self::beginning_at(
            l1.block(0).expect("invariant: an L1 has a first block").reference(),
            fork,
        )
    }

    /// A rollup like it that begins at any block of L1.
    pub fn beginning_at(start: BlockRef, fork: Fork) -> Self {
        let deployment = DeploymentConfig::devnet(PREFUNDED[0].address, 0, L2_CHAIN_ID);
        let plan = DeploymentPlan::new(&deployment).expect("invariant: the devnet's deployment is valid");
        let genesis = contracts::l2_genesis(&L2GenesisConfig::devnet(L2_CHAIN_ID, fork, start.timestamp))
            .expect("invariant: the devnet's genesis is valid");
        let l2_hash = chain::genesis_block(&genesis)
            .expect("invariant: the devnet's genesis is valid")
            .hash;
        let rollup_start = RollupStart {
            l1_chain_id: L1_CHAIN_ID,
            l1: start.id(),
            l2_hash,
            l2_time: start.timestamp,
            fork,
        };
        let l1_genesis = contracts::l1_genesis(&L1GenesisConfig::devnet(start.timestamp));
        let l1 = ChainSpec::from_chain_config(&l1_genesis.config).expect("invariant: the devnet's L1 is valid");
        Self {
            config: Arc::new(plan.rollup_config(&deployment, &rollup_start)),
            l1: Arc::new(l1),
            genesis,
        }
    }

    /// Whom derivation listens to on L1.
    pub fn contracts(&self) -> L1Contracts {
        L1Contracts::from(self.config.as_ref())
    }

    /// Hash of the L2 genesis block.
    pub fn genesis_hash(&self) -> B256 {
        self.config.genesis.l2.hash
    }

    /// The batcher's wallet.
    pub fn batcher() -> Wallet {
        wallet(&BATCHER)
    }

    /// The wallet of a prefunded account.
    pub fn user(index: usize) -> Wallet {
        wallet(&PREFUNDED[index])
    }
}

fn wallet(account: &DevAccount) -> Wallet {
    Wallet::new(Secret::from_bytes(account.private_key).expect("invariant: the published keys are valid"))
}
