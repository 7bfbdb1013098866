//! `tandem devnet`.

use crate::{arguments::DevnetArguments, printing, stop};
use ::devnet::{Devnet, DevnetConfig, Ports};

pub(crate) async fn devnet(arguments: DevnetArguments) -> anyhow::Result<()> {
    let config = DevnetConfig {
        datadir: arguments.datadir,
        ports: Ports::with_offset(arguments.port_offset),
        l1_block_time: arguments.l1_block_time,
        block_time: arguments.block_time,
        fork: arguments.fork.into(),
        data_availability: arguments.da.into(),
    };
    let mut devnet = tokio::select! {
        devnet = Devnet::start(config) => devnet?,
        asked = stop::asked() => return asked,
    };
    printing::banner(&devnet);
    tokio::spawn(printing::events("sequencer", devnet.events()));
    tokio::spawn(printing::events("verifier", devnet.verifier_events()));
    println!("ready: the L2 takes transactions at {}", devnet.urls().l2);
    let failure = tokio::select! {
        failure = devnet.ended() => Some(failure),
        asked = stop::asked() => { asked?; None }
    };
    devnet.stop().await;
    failure.map_or(Ok(()), |failure| Err(failure.into()))
}
