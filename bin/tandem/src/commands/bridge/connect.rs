//! From flags to both layers and to who sends.

use crate::{
    arguments::{BridgeConnection, BridgeSender},
    commands::is_devnet,
};
use ::bridge::{Bridge, Layer, LayerClient, Sender, Submission, System, sender_config};
use ::l1::{L1Client, RpcConfig, Secret, Wallet};
use alloy_primitives::Address;
use anyhow::{Context, ensure};
use deployment::read_json;
use protocol::RollupConfig;
use serde::Deserialize;

/// What is needed of addresses.json, whoever wrote it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PortalAddress {
    optimism_portal_proxy: Address,
}

/// A layer's node.
pub(crate) fn layer(layer: Layer, url: &str) -> anyhow::Result<LayerClient> {
    let endpoint = url.parse().with_context(|| format!("the address of {layer}"))?;
    Ok(LayerClient::new(layer, L1Client::new(endpoint, RpcConfig::default())?))
}

/// Both layers, and the contracts between them.
pub(super) async fn connect(connection: &BridgeConnection) -> anyhow::Result<Bridge> {
    let (l1, l2) = (layer(Layer::L1, &connection.l1)?, layer(Layer::L2, &connection.l2)?);
    let portal = match (&connection.portal, &connection.addresses) {
        (Some(portal), _) => Some(*portal),
        (None, Some(path)) => Some(read_json::<PortalAddress>(path)?.optimism_portal_proxy),
        (None, None) => None,
    };
    let system = match portal {
        Some(portal) => System::of_portal(&l1, portal).await?,
        None => {
            let rollup = rollup(connection).await?;
            let l2_chain_id = l2.chain_id().await?;
            ensure!(
                l2_chain_id == rollup.l2_chain_id,
                "--l2 serves chain {l2_chain_id}, the rollup's is {}: give the right one",
                rollup.l2_chain_id
            );
            System::of_rollup(&l1, &rollup).await?
        }
    };
    let bridge = Bridge::new(l1, l2, system);
    bridge.require_same_l1().await?;
    Ok(bridge)
}

async fn rollup(connection: &BridgeConnection) -> anyhow::Result<RollupConfig> {
    if let Some(path) = &connection.rollup_config {
        return Ok(read_json(path)?);
    }
    let node = layer(Layer::L2, &connection.rollup_rpc)?;
    System::rollup_of_node(&node).await.context(
        "the portal is not known: give --portal, --addresses or --rollup.config, or the rollup node's --rollup-rpc",
    )
}

/// Who sends on a layer. On a development chain that is its first account, where nobody else is named.
pub(crate) async fn sender(
    node: &LayerClient,
    arguments: &BridgeSender,
    layer: Layer,
    l1: &LayerClient,
) -> anyhow::Result<Sender> {
    let l1_chain_id = l1.chain_id().await?;
    let signer = match arguments.key.signer(l1_chain_id).await? {
        Some(signer) => signer,
        None if is_devnet(l1_chain_id) => Wallet::new(Secret::from_bytes(contracts::PREFUNDED[0].private_key)?).into(),
        None => arguments.key.needed(l1_chain_id).await?,
    };
    let sender = Sender::new(node.clone(), signer, sender_config(layer, arguments.num_confirmations)).await?;
    Ok(sender.announcing(announce))
}

/// On stderr, because stdout is for what came of it.
fn announce(submission: &Submission) {
    let Submission {
        layer,
        what,
        transaction,
    } = submission;
    eprintln!("{what} is on its way to {layer}: transaction {transaction}");
}
