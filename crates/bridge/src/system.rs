//! Where a chain's contracts are.

use alloy_eips::BlockId;
use alloy_primitives::Address;
use contracts::bindings::{
    L1Block::{hashCall, numberCall},
    OptimismPortal::{l2OracleCall, systemConfigCall, versionCall},
    StandardBridge::otherBridgeCall,
    SystemConfig::{l1CrossDomainMessengerCall, l1ERC721BridgeCall, l1StandardBridgeCall},
};
use l1::{Contract, OutputOracle};
use protocol::{RollupConfig, predeploys};
use serde_json::json;

use crate::{Error, LayerClient};

/// What the portal is called.
pub(crate) const PORTAL: &str = "OptimismPortal";
/// What the messengers are called.
pub(crate) const MESSENGER: &str = "CrossDomainMessenger";

/// What L2 knows of L1.
pub(crate) const L1_BLOCK: Contract = Contract {
    address: predeploys::L1_BLOCK,
    name: "L1Block",
};

/// The bridge of ether and tokens on L2.
pub(crate) const L2_STANDARD_BRIDGE: Contract = Contract {
    address: predeploys::L2_STANDARD_BRIDGE,
    name: "L2StandardBridge",
};

/// The bridge of ERC-721 tokens on L2.
pub(crate) const L2_ERC721_BRIDGE: Contract = Contract {
    address: predeploys::L2_ERC721_BRIDGE,
    name: "L2ERC721Bridge",
};

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
            name: PORTAL,
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

    /// The contracts on L1 that belong to the chain, as far as its configuration names them.
    pub(crate) async fn contracts(&self, l1: &LayerClient) -> Result<Vec<Contract>, Error> {
        let mut contracts = vec![self.portal];
        let Some(configuration) = if_known(l1.call(self.portal, systemConfigCall {}, BlockId::latest()).await)? else {
            return Ok(contracts);
        };
        let configuration = Contract {
            address: configuration,
            name: "SystemConfig",
        };
        let at = BlockId::latest();
        let named = [
            (
                l1.call(configuration, l1CrossDomainMessengerCall {}, at).await,
                MESSENGER,
            ),
            (
                l1.call(configuration, l1StandardBridgeCall {}, at).await,
                "L1StandardBridge",
            ),
            (
                l1.call(configuration, l1ERC721BridgeCall {}, at).await,
                "L1ERC721Bridge",
            ),
        ];
        for (answer, name) in named {
            contracts.extend(if_known(answer)?.map(|address| Contract { address, name }));
        }
        Ok(contracts)
    }

    /// L1's standard bridge, which the L2's names.
    pub async fn l1_standard_bridge(l2: &LayerClient) -> Result<Address, Error> {
        Self::l1_bridge(l2, L2_STANDARD_BRIDGE).await
    }

    /// L1's bridge of ERC-721 tokens, which the L2's names.
    pub async fn l1_erc721_bridge(l2: &LayerClient) -> Result<Address, Error> {
        Self::l1_bridge(l2, L2_ERC721_BRIDGE).await
    }

    /// The bridge on L1 that one on L2 names.
    pub(crate) async fn l1_bridge(l2: &LayerClient, bridge: Contract) -> Result<Address, Error> {
        match l2.call(bridge, otherBridgeCall {}, BlockId::latest()).await {
            Ok(other) if !other.is_zero() => Ok(other),
            Err(error) if !error.is_of_another_contract() => Err(error),
            Ok(_) | Err(_) => Err(Error::NoBridge {
                address: bridge.address,
                name: bridge.name,
            }),
        }
    }
}

/// Refuses an L2 that stands on another L1: what is sent on one of them would never be seen on the other. Where L1's node lacks the
/// block that the L2 has read up to, and of an L2 that has nothing but its genesis, which has read none, nothing can be told.
pub(crate) async fn require_same_l1(l1: &LayerClient, l2: &LayerClient) -> Result<(), Error> {
    let at = l2.head().await?.hash().into();
    let number = l2.call(L1_BLOCK, numberCall {}, at).await?;
    let on_l2 = l2.call(L1_BLOCK, hashCall {}, at).await?;
    match l1.header(number.into()).await? {
        Some(header) if !on_l2.is_zero() && header.hash() != on_l2 => Err(Error::OtherL1 {
            number,
            on_l1: header.hash(),
            on_l2,
        }),
        _ => Ok(()),
    }
}

/// An answer that not every deployment has.
pub(crate) fn if_known<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.is_of_another_contract() => Ok(None),
        Err(error) => Err(error),
    }
}
