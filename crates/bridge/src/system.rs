//! Where a chain's contracts are.

use alloy_eips::BlockId;
use alloy_primitives::Address;
use contracts::bindings::{
    OptimismPortal::{l2OracleCall, versionCall},
    StandardBridge::otherBridgeCall,
};
use l1::{Contract, OutputOracle};
use protocol::{RollupConfig, predeploys};
use serde_json::json;

use crate::{Error, LayerClient};

/// The contracts on L1 that transfers go through.
#[derive(Clone, Debug)]
pub struct System {
    /// The portal.
    pub portal: Contract,
    /// The output oracle that the portal asks.
    pub oracle: OutputOracle,
    /// L1 blocks after which a deposit is included, whatever the sequencer does, if that is known.
    pub seq_window_size: Option<u64>,
}

impl System {
    /// The system of a portal.
    pub async fn of_portal(l1: &LayerClient, portal: Address) -> Result<Self, Error> {
        let portal = Contract {
            address: portal,
            name: "OptimismPortal",
        };
        let version = l1.call(portal, versionCall {}, BlockId::latest()).await?;
        if !version.starts_with("2.") && !version.starts_with("1.") {
            let portal = portal.address;
            return Err(Error::PortalVersion { portal, version });
        }
        let oracle = l1.call(portal, l2OracleCall {}, BlockId::latest()).await?;
        Ok(Self {
            portal,
            oracle: OutputOracle::new(l1.client().clone(), oracle),
            seq_window_size: None,
        })
    }

    /// The system of a rollup.
    pub async fn of_rollup(l1: &LayerClient, rollup: &RollupConfig) -> Result<Self, Error> {
        let is_its_l1 = l1.client().require_chain_id(rollup.l1_chain_id).await;
        is_its_l1.map_err(|source| l1.error(source))?;
        let system = Self::of_portal(l1, rollup.deposit_contract_address).await?;
        Ok(Self {
            seq_window_size: Some(rollup.seq_window_size),
            ..system
        })
    }

    /// The rollup config that a rollup node knows.
    pub async fn rollup_of_node(node: &LayerClient) -> Result<RollupConfig, Error> {
        node.request("optimism_rollupConfig", json!([])).await
    }

    /// L1's standard bridge, which the L2's names.
    pub async fn l1_standard_bridge(l2: &LayerClient) -> Result<Address, Error> {
        let address = predeploys::L2_STANDARD_BRIDGE;
        let bridge = Contract {
            address,
            name: "L2StandardBridge",
        };
        match l2.call(bridge, otherBridgeCall {}, BlockId::latest()).await {
            Ok(other) if !other.is_zero() => Ok(other),
            Ok(_)
            | Err(Error::WouldRevert { .. })
            | Err(Error::Node {
                source: l1::Error::ContractMissing { .. } | l1::Error::ContractOther { .. },
                ..
            }) => Err(Error::NoStandardBridge(address)),
            Err(error) => Err(error),
        }
    }
}
