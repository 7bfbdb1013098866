//! The predeploy table: what stands at which address of the `0x4200…` namespace, and with which code behind it.

use alloy_primitives::{Address, address};

use crate::Artifact;

/// Addresses `0x4200…0000` to `0x4200…07ff` are reserved for predeploys.
pub const NAMESPACE_SIZE: u16 = 2048;

const NAMESPACE: Address = address!("4200000000000000000000000000000000000000");
const CODE_NAMESPACE: Address = address!("c0d3c0d3c0d3c0d3c0d3c0d3c0d3c0d3c0d30000");

/// A contract that exists from the first L2 block on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Predeploy {
    /// The specification's name.
    pub name: &'static str,
    /// Its place in the namespace: the last two bytes of its address.
    pub index: u16,
    /// Whether a proxy stands at the address, with the code at [`implementation_address`].
    pub proxied: bool,
    /// The contract's code.
    pub artifact: Artifact,
}

impl Predeploy {
    /// The address users call.
    pub const fn address(&self) -> Address {
        namespace_address(self.index)
    }
}

/// The `index`-th address of the predeploy namespace.
pub const fn namespace_address(index: u16) -> Address {
    with_last_two_bytes(NAMESPACE, index)
}

/// Where the code of the predeploy at `index` stands (the code namespace).
pub const fn implementation_address(index: u16) -> Address {
    with_last_two_bytes(CODE_NAMESPACE, index)
}

const fn with_last_two_bytes(mut address: Address, index: u16) -> Address {
    let [high, low] = index.to_be_bytes();
    address.0.0[18] = high;
    address.0.0[19] = low;
    address
}

const fn proxied(name: &'static str, index: u16, artifact: Artifact) -> Predeploy {
    Predeploy {
        name,
        index,
        proxied: true,
        artifact,
    }
}

/// Every predeploy with code of our own. All other addresses of the namespace hold a proxy without an implementation, but for
/// `GovernanceToken`'s (`0x42`), which holds nothing.
pub const PREDEPLOYS: [Predeploy; 16] = [
    Predeploy {
        name: "WETH",
        index: 0x06,
        proxied: false,
        artifact: Artifact::Weth,
    },
    proxied("L2CrossDomainMessenger", 0x07, Artifact::L2CrossDomainMessenger),
    proxied("GasPriceOracle", 0x0f, Artifact::GasPriceOracle),
    proxied("L2StandardBridge", 0x10, Artifact::L2StandardBridge),
    proxied("SequencerFeeVault", 0x11, Artifact::SequencerFeeVault),
    proxied(
        "OptimismMintableERC20Factory",
        0x12,
        Artifact::OptimismMintableErc20Factory,
    ),
    proxied("L1BlockNumber", 0x13, Artifact::L1BlockNumber),
    proxied("L2ERC721Bridge", 0x14, Artifact::L2Erc721Bridge),
    proxied("L1Block", 0x15, Artifact::L1Block),
    proxied("L2ToL1MessagePasser", 0x16, Artifact::L2ToL1MessagePasser),
    proxied(
        "OptimismMintableERC721Factory",
        0x17,
        Artifact::OptimismMintableErc721Factory,
    ),
    proxied("ProxyAdmin", 0x18, Artifact::L2ProxyAdmin),
    proxied("BaseFeeVault", 0x19, Artifact::FeeVault),
    proxied("L1FeeVault", 0x1a, Artifact::FeeVault),
    proxied("OperatorFeeVault", 0x1b, Artifact::FeeVault),
    proxied("ConditionalDeployer", 0x2c, Artifact::ConditionalDeployer),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_in_their_namespaces() {
        assert_eq!(
            namespace_address(0x1b),
            address!("420000000000000000000000000000000000001b")
        );
        assert_eq!(
            namespace_address(0x7ff),
            address!("42000000000000000000000000000000000007ff")
        );
        assert_eq!(
            implementation_address(0x16),
            address!("c0d3c0d3c0d3c0d3c0d3c0d3c0d3c0d3c0d30016")
        );
    }
}
