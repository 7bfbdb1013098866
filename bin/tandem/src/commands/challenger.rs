//! The challenger of `tandem node`.

use super::is_devnet;
use crate::arguments::{KeyArguments, NodeArguments, RoleArgument};
use ::l1::{L1Client, TxConfig, TxManager};
use ::node::{ChallengerConfig, Engine, L1Settlement, Node, TxManagerWriter};
use anyhow::Context;
use protocol::RollupConfig;

/// What the role needs.
pub(super) struct Challenger {
    config: ChallengerConfig,
    l1: L1Settlement,
    writer: Option<TxManagerWriter>,
}

impl Challenger {
    /// As the arguments say, if they name the role.
    pub(super) async fn new(
        arguments: &NodeArguments,
        rollup: &RollupConfig,
        client: &L1Client,
    ) -> anyhow::Result<Option<Self>> {
        if !arguments.roles.contains(&RoleArgument::Challenger) {
            return Ok(None);
        }
        let oracle = arguments
            .l2oo_address
            .context("the challenger needs --l2oo-address: it is L2OutputOracleProxy in addresses.json")?;
        client
            .require_contract(oracle, "L2OutputOracle (--l2oo-address)")
            .await?;
        Ok(Some(Self {
            config: ChallengerConfig {
                oracle,
                poll_interval: arguments.poll_interval,
            },
            l1: L1Settlement::new(client.clone(), rollup, oracle),
            writer: writer(arguments, rollup, client).await?,
        }))
    }

    /// Has a node take it up.
    pub(super) fn join<E: Engine>(self, node: &mut Node, engine: E) -> anyhow::Result<()> {
        let Self { config, l1, writer } = self;
        Ok(node.challenge(config, engine, l1, writer)?)
    }
}

/// Without a key it watches and alarms, and says so once.
async fn writer(
    arguments: &NodeArguments,
    rollup: &RollupConfig,
    client: &L1Client,
) -> anyhow::Result<Option<TxManagerWriter>> {
    let Some(signer) = arguments.challenger_key.signer(rollup.l1_chain_id).await? else {
        let remedy = KeyArguments::<crate::arguments::Challenger>::remedy();
        println!("the challenger has no key: it watches and alarms, and deletes nothing. Give it {remedy}");
        return Ok(None);
    };
    let preset = if is_devnet(rollup.l1_chain_id) {
        TxConfig::devnet()
    } else {
        TxConfig::default()
    };
    let manager = TxManager::new(client.clone(), signer, preset).await?;
    Ok(Some(TxManagerWriter(manager)))
}
