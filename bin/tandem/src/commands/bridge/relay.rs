//! Relaying messages again whose call failed.

use super::{Report, Sent, sender};
use crate::arguments::{OutputArguments, RelayArguments};
use ::bridge::{Bridge, Error, Layer, Transfer};
use anyhow::bail;

/// Relays what failed of a transaction's messages, on `layer`.
pub(crate) async fn relay(
    bridge: &Bridge,
    layer: Layer,
    arguments: &RelayArguments,
    output: OutputArguments,
) -> anyhow::Result<()> {
    let transaction = arguments.transaction;
    let followed = bridge.follow(transaction).await?;
    if followed.transfers.is_empty() {
        let (layer, state) = (
            followed.layer,
            if followed.block.is_some() {
                "failed"
            } else {
                "still in the pool"
            },
        );
        bail!(Error::NotIncluded {
            transaction,
            layer,
            state
        });
    }
    let node = match layer {
        Layer::L1 => bridge.l1(),
        Layer::L2 => bridge.l2(),
    };
    let sender = sender(node, &arguments.sender, layer, bridge.l1()).await?;
    let mut all = Vec::new();
    for transfer in chosen(&followed.transfers, arguments)? {
        let receipt = bridge.relay(&sender, transfer).await?;
        let sent = Sent::of(layer, &receipt).for_transfer(transfer);
        sent.tell(output, "relayed");
        all.push(sent);
    }
    Report::new("relay", all, bridge.follow(transaction).await?).tell(output)
}

/// The one that was asked for, or all that failed; where none did, the first, whose refusal says why.
fn chosen<'a>(transfers: &'a [Transfer], arguments: &RelayArguments) -> anyhow::Result<Vec<&'a Transfer>> {
    if let Some(index) = arguments.index {
        let (transaction, count) = (arguments.transaction, transfers.len());
        let one = transfers.get(index).ok_or(Error::NoSuchIndex { transaction, count })?;
        return Ok(vec![one]);
    }
    let failed: Vec<_> = transfers
        .iter()
        .filter(|transfer| transfer.stage() == "message-failed")
        .collect();
    if failed.is_empty() {
        return Ok(transfers.iter().take(1).collect());
    }
    Ok(failed)
}
