//! The L1's own configuration, where L1 is a development chain.

use crate::Error;
use contracts::L1GenesisConfig;
use l1::L1Client;
use serde_json::{Value, json};

/// `l1-chain-config.json` of a development L1: all forks through Osaka from genesis, with the blob schedule that the chain itself
/// names where it answers `eth_config`.
pub async fn devnet_l1_chain_config(client: &L1Client) -> Result<Value, Error> {
    let genesis = contracts::l1_genesis(&L1GenesisConfig {
        chain_id: client.chain_id().await?,
        ..L1GenesisConfig::devnet(0)
    });
    let mut config = contracts::l1_chain_config(&genesis);
    if let (Some(own), Some(schedules)) = (
        client.blob_schedule().await?,
        config.get_mut("blobSchedule").and_then(Value::as_object_mut),
    ) {
        for schedule in schedules.values_mut() {
            *schedule = json!({
                "target": own.target,
                "max": own.max,
                "baseFeeUpdateFraction": own.base_fee_update_fraction,
            });
        }
    }
    Ok(config)
}
