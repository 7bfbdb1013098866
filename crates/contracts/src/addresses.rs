//! The addresses of a deployed system, under the superchain registry's names.

use alloy_primitives::Address;
use serde::{Deserialize, Serialize};

use crate::Artifact;

/// Where the L1 contracts of one chain are. Serialises as `addresses.json`, spelled as in the superchain registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Addresses {
    /// Administers every proxy below.
    pub proxy_admin: Address,
    /// Holds the pause switch.
    pub superchain_config_proxy: Address,
    /// The code behind [`Self::superchain_config_proxy`].
    pub superchain_config_impl: Address,
    /// The source of configuration changes, read by derivation.
    pub system_config_proxy: Address,
    /// The code behind [`Self::system_config_proxy`].
    pub system_config_impl: Address,
    /// Messages between the layers, on L1.
    pub l1_cross_domain_messenger_proxy: Address,
    /// The code behind [`Self::l1_cross_domain_messenger_proxy`].
    pub l1_cross_domain_messenger_impl: Address,
    /// The bridge of ether and ERC-20 tokens, on L1.
    pub l1_standard_bridge_proxy: Address,
    /// The code behind [`Self::l1_standard_bridge_proxy`].
    pub l1_standard_bridge_impl: Address,
    /// The bridge of ERC-721 tokens, on L1.
    #[serde(rename = "L1ERC721BridgeProxy")]
    pub l1_erc721_bridge_proxy: Address,
    /// The code behind [`Self::l1_erc721_bridge_proxy`].
    #[serde(rename = "L1ERC721BridgeImpl")]
    pub l1_erc721_bridge_impl: Address,
    /// Makes L1's representations of L2 tokens.
    #[serde(rename = "OptimismMintableERC20FactoryProxy")]
    pub optimism_mintable_erc20_factory_proxy: Address,
    /// The code behind [`Self::optimism_mintable_erc20_factory_proxy`].
    #[serde(rename = "OptimismMintableERC20FactoryImpl")]
    pub optimism_mintable_erc20_factory_impl: Address,
    /// The proposed outputs.
    pub l2_output_oracle_proxy: Address,
    /// The code behind [`Self::l2_output_oracle_proxy`].
    pub l2_output_oracle_impl: Address,
    /// The source of deposits, read by derivation, and where withdrawals are proven and finalized.
    pub optimism_portal_proxy: Address,
    /// The code behind [`Self::optimism_portal_proxy`].
    pub optimism_portal_impl: Address,
}

/// A contract behind a proxy of L1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxiedContract {
    /// What its code is compiled from.
    pub artifact: Artifact,
    /// The proxy: where it is called.
    pub proxy: Address,
    /// Where its code stands.
    pub implementation: Address,
}

/// What L2's genesis knows of L1: the other ends of its messenger and bridges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct L1Side {
    /// L1's chain id.
    pub chain_id: u64,
    /// `L1CrossDomainMessengerProxy`.
    pub cross_domain_messenger: Address,
    /// `L1StandardBridgeProxy`.
    pub standard_bridge: Address,
    /// `L1ERC721BridgeProxy`.
    pub erc721_bridge: Address,
    /// `OptimismPortalProxy`.
    pub portal: Address,
}

impl Addresses {
    /// The part that L2's genesis knows.
    pub const fn l1_side(&self, chain_id: u64) -> L1Side {
        L1Side {
            chain_id,
            cross_domain_messenger: self.l1_cross_domain_messenger_proxy,
            standard_bridge: self.l1_standard_bridge_proxy,
            erc721_bridge: self.l1_erc721_bridge_proxy,
            portal: self.optimism_portal_proxy,
        }
    }

    /// Notes that a proxy runs code at another address, after an upgrade.
    pub const fn set_implementation(&mut self, artifact: Artifact, address: Address) {
        let implementation = match artifact {
            Artifact::SuperchainConfig => &mut self.superchain_config_impl,
            Artifact::SystemConfig => &mut self.system_config_impl,
            Artifact::L1CrossDomainMessenger => &mut self.l1_cross_domain_messenger_impl,
            Artifact::L1StandardBridge => &mut self.l1_standard_bridge_impl,
            Artifact::L1Erc721Bridge => &mut self.l1_erc721_bridge_impl,
            Artifact::OptimismMintableErc20Factory => &mut self.optimism_mintable_erc20_factory_impl,
            Artifact::L2OutputOracle => &mut self.l2_output_oracle_impl,
            Artifact::OptimismPortal => &mut self.optimism_portal_impl,
            _ => return,
        };
        *implementation = address;
    }

    /// Every contract behind a proxy, in the order in which a deployment initialises them.
    pub const fn proxied(&self) -> [ProxiedContract; 8] {
        [
            proxied(
                Artifact::SuperchainConfig,
                self.superchain_config_proxy,
                self.superchain_config_impl,
            ),
            proxied(
                Artifact::SystemConfig,
                self.system_config_proxy,
                self.system_config_impl,
            ),
            proxied(
                Artifact::L1CrossDomainMessenger,
                self.l1_cross_domain_messenger_proxy,
                self.l1_cross_domain_messenger_impl,
            ),
            proxied(
                Artifact::L1StandardBridge,
                self.l1_standard_bridge_proxy,
                self.l1_standard_bridge_impl,
            ),
            proxied(
                Artifact::L1Erc721Bridge,
                self.l1_erc721_bridge_proxy,
                self.l1_erc721_bridge_impl,
            ),
            proxied(
                Artifact::OptimismMintableErc20Factory,
                self.optimism_mintable_erc20_factory_proxy,
                self.optimism_mintable_erc20_factory_impl,
            ),
            proxied(
                Artifact::L2OutputOracle,
                self.l2_output_oracle_proxy,
                self.l2_output_oracle_impl,
            ),
            proxied(
                Artifact::OptimismPortal,
                self.optimism_portal_proxy,
                self.optimism_portal_impl,
            ),
        ]
    }
}

const fn proxied(artifact: Artifact, proxy: Address, implementation: Address) -> ProxiedContract {
    ProxiedContract {
        artifact,
        proxy,
        implementation,
    }
}
