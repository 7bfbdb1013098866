//! The addresses of a deployed system, under the superchain registry's names.

use alloy_primitives::Address;
use serde::{Deserialize, Serialize};

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
    /// The proposed outputs.
    pub l2_output_oracle_proxy: Address,
    /// The code behind [`Self::l2_output_oracle_proxy`].
    pub l2_output_oracle_impl: Address,
    /// The source of deposits, read by derivation, and where withdrawals are proven and finalized.
    pub optimism_portal_proxy: Address,
    /// The code behind [`Self::optimism_portal_proxy`].
    pub optimism_portal_impl: Address,
}
