//! The roles of `tandem node` that write to L1, each with an account of its own.

use super::{challenger::Challenger, is_devnet};
use crate::arguments::{KeyArguments, NodeArguments, Role, RoleArgument};
use ::l1::{L1Client, OutputOracle, TxConfig, TxManager};
use ::node::{BatcherConfig, ProposerConfig, TxManagerWriter};
use anyhow::Context;
use protocol::RollupConfig;

/// What the roles of one node need, as far as it has them.
pub(super) struct Roles {
    pub(super) batcher: Option<Batcher>,
    pub(super) proposer: Option<Proposer>,
    pub(super) challenger: Option<Challenger>,
}

/// What a batcher needs.
pub(super) struct Batcher {
    pub(super) config: BatcherConfig,
    pub(super) writer: TxManagerWriter,
}

/// What a proposer needs.
pub(super) struct Proposer {
    pub(super) config: ProposerConfig,
    pub(super) outputs: OutputOracle,
    pub(super) writer: TxManagerWriter,
}

impl Roles {
    pub(super) async fn new(
        arguments: &NodeArguments,
        rollup: &RollupConfig,
        client: &L1Client,
    ) -> anyhow::Result<Self> {
        let has = |role| arguments.roles.contains(&role);
        let batcher = if has(RoleArgument::Batcher) {
            Some(batcher(arguments, rollup, client).await?)
        } else {
            None
        };
        let proposer = if has(RoleArgument::Proposer) {
            Some(proposer(arguments, rollup, client).await?)
        } else {
            None
        };
        let challenger = Challenger::new(arguments, rollup, client).await?;
        Ok(Self {
            batcher,
            proposer,
            challenger,
        })
    }
}

async fn batcher(arguments: &NodeArguments, rollup: &RollupConfig, client: &L1Client) -> anyhow::Result<Batcher> {
    let manager = manager(arguments, &arguments.batcher_key, rollup, client).await?;
    manager.recover().await?;
    Ok(Batcher {
        config: BatcherConfig {
            data_availability: arguments.data_availability_type.into(),
            max_channel_duration: arguments.max_channel_duration,
            target_num_frames: usize::from(arguments.target_num_frames),
            max_l1_tx_size_bytes: usize::try_from(arguments.max_l1_tx_size_bytes)?,
            poll_interval: arguments.poll_interval,
        },
        writer: TxManagerWriter(manager),
    })
}

async fn proposer(arguments: &NodeArguments, rollup: &RollupConfig, client: &L1Client) -> anyhow::Result<Proposer> {
    let oracle = arguments
        .l2oo_address
        .context("the proposer needs --l2oo-address: it is L2OutputOracleProxy in addresses.json")?;
    client
        .require_contract(oracle, "L2OutputOracle (--l2oo-address)")
        .await?;
    let manager = manager(arguments, &arguments.proposer_key, rollup, client).await?;
    Ok(Proposer {
        config: ProposerConfig {
            allow_non_finalized: arguments.allow_non_finalized,
            poll_interval: arguments.poll_interval,
        },
        outputs: OutputOracle::new(client.clone(), oracle),
        writer: TxManagerWriter(manager),
    })
}

async fn manager<R: Role>(
    arguments: &NodeArguments,
    key: &KeyArguments<R>,
    rollup: &RollupConfig,
    client: &L1Client,
) -> anyhow::Result<TxManager> {
    let signer = key.needed(rollup.l1_chain_id).await?;
    let preset = if is_devnet(rollup.l1_chain_id) {
        TxConfig::devnet()
    } else {
        TxConfig::default()
    };
    let tx = TxConfig {
        confirmations: arguments.num_confirmations,
        ..preset
    };
    Ok(TxManager::new(client.clone(), signer, tx).await?)
}
