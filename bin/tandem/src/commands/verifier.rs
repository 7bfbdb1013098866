//! What every node is: a verifier of L1's data. The roles are added to it.

use crate::arguments::DerivationArguments;
use ::l1::{BeaconClient, BeaconConfig, Endpoint};
use ::node::{Clock, Config};
use anyhow::Context;
use deployment::read_json;
use protocol::{ChainSpec, L1ChainConfig, RollupConfig};
use std::{path::Path, sync::Arc, time::Duration};

/// How often L1's head is asked for, where nobody says otherwise.
const L1_POLL_INTERVAL: Duration = Duration::from_secs(1);

/// A verifier without servers, whose record of safe heads is in its folder.
pub(super) fn verifier_config(rollup: &RollupConfig, l1_spec: ChainSpec, datadir: &Path) -> Config {
    Config {
        rollup: Arc::new(rollup.clone()),
        l1_spec: Arc::new(l1_spec),
        verifier_l1_confs: 0,
        l1_poll_interval: L1_POLL_INTERVAL,
        sequencer: None,
        rpc_listen: None,
        rpc_admin: false,
        safedb: Some(datadir.join("safedb")),
        telemetry: None,
        clock: Clock::System,
    }
}

impl DerivationArguments {
    /// The rollup that is derived.
    pub(super) fn rollup(&self) -> anyhow::Result<RollupConfig> {
        let rollup: RollupConfig = read_json(&self.rollup_config)?;
        let path = || self.rollup_config.display().to_string();
        rollup.validate().with_context(path)?;
        Ok(rollup)
    }

    /// L1's beacon APIs, if there are any.
    pub(super) fn beacon(&self) -> anyhow::Result<Option<BeaconClient>> {
        let urls = self.l1_beacon.iter().chain(&self.l1_beacon_fallbacks);
        let endpoints = urls.map(|url| url.parse()).collect::<Result<Vec<Endpoint>, _>>()?;
        if endpoints.is_empty() {
            return Ok(None);
        }
        let mut config = BeaconConfig::new(endpoints);
        config.slot_duration_override = self.l1_beacon_slot_duration_override.map(Duration::from_secs);
        Ok(Some(BeaconClient::new(config)?))
    }

    /// L1's rules: from l1-chain-config.json, or those of a public chain.
    pub(super) fn l1_spec(&self, l1_chain_id: u64) -> anyhow::Result<ChainSpec> {
        match &self.rollup_l1_chain_config {
            Some(path) => {
                let config: L1ChainConfig = read_json(path)?;
                Ok(config.chain_spec().with_context(|| path.display().to_string())?)
            }
            None => ChainSpec::public_l1(l1_chain_id).with_context(|| {
                format!("L1 chain {l1_chain_id} is not one that is known: give --rollup.l1-chain-config")
            }),
        }
    }
}
