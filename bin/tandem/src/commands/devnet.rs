//! `tandem devnet`.

use crate::{
    arguments::{Arguments, DataAvailabilityArgument, DevnetArguments},
    printing, stop,
};
use ::devnet::{Devnet, DevnetConfig, ForeignL1, L1Choice, Ports};
use anyhow::Context;
use clap::{CommandFactory, error::ErrorKind};
use std::time::Duration;

pub(crate) async fn devnet(arguments: DevnetArguments) -> anyhow::Result<()> {
    let config = DevnetConfig {
        l1: l1(&arguments)?,
        data_availability: data_availability(&arguments).into(),
        datadir: arguments.datadir,
        ports: Ports::with_offset(arguments.port_offset),
        block_time: arguments.block_time,
        fork: arguments.fork.into(),
        has_proposer: !arguments.no_proposer,
        submission_interval: arguments.proposal_interval,
        finalization_period_s: arguments.finalization_period,
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

fn l1(arguments: &DevnetArguments) -> anyhow::Result<L1Choice> {
    let Some(url) = &arguments.l1 else {
        return Ok(L1Choice::Embedded {
            block_time_s: arguments.l1_block_time,
        });
    };
    let beacon = arguments.l1_beacon.as_ref().map(|url| url.parse()).transpose();
    Ok(L1Choice::Foreign(ForeignL1 {
        url: url.parse().context("--l1")?,
        beacon: beacon.context("--l1.beacon")?,
        slot_duration_override: arguments.l1_beacon_slot_duration_override.map(Duration::from_secs),
    }))
}

/// Blobs are of no use where no beacon API serves them.
fn data_availability(arguments: &DevnetArguments) -> DataAvailabilityArgument {
    let has_blobs = arguments.l1.is_none() || arguments.l1_beacon.is_some();
    match arguments.da {
        Some(DataAvailabilityArgument::Blobs) if !has_blobs => Arguments::command()
            .error(
                ErrorKind::MissingRequiredArgument,
                "--da blobs over --l1 needs --l1.beacon, from which the verifier reads them; or use --da calldata",
            )
            .exit(),
        Some(da) => da,
        None if has_blobs => DataAvailabilityArgument::Blobs,
        None => DataAvailabilityArgument::Calldata,
    }
}
