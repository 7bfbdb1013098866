//! The compiled contracts, as committed under `artifacts/` (CI rebuilds and compares them).

use std::{collections::BTreeMap, sync::LazyLock};

use alloy_primitives::Bytes;
use serde::Deserialize;

use crate::StorageLayout;

/// The two bytecodes of one artifact file; its ABI is for people and tools.
#[derive(Deserialize)]
struct Bytecode {
    creation: Bytes,
    deployed: Bytes,
    version: Option<String>,
}

/// The steps of a deployment for one contract behind a proxy.
pub(crate) struct StepNames {
    pub(crate) proxy: &'static str,
    pub(crate) implementation: &'static str,
    pub(crate) initialize: &'static str,
}

macro_rules! artifacts {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// A contract compiled from `contracts/src`. None has immutables, so the deployed code is exact.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Artifact { $($(#[$doc])* $variant),* }

        impl Artifact {
            /// Every artifact.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The contract's name in Solidity.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The artifact file: `abi`, `creation` and `deployed`.
            pub const fn json(self) -> &'static str {
                match self { $(Self::$variant => include_str!(concat!("../artifacts/", $name, ".json"))),* }
            }

            const fn layout_json(self) -> &'static str {
                match self {
                    $(Self::$variant => include_str!(concat!("../../../contracts/snapshots/storage/", $name, ".json"))),*
                }
            }

            /// What the steps that bring the contract to L1 are called.
            pub(crate) const fn step_names(self) -> StepNames {
                match self { $(Self::$variant => StepNames {
                    proxy: concat!("create ", $name, "Proxy"),
                    implementation: concat!("create ", $name),
                    initialize: concat!("initialize ", $name),
                }),* }
            }
        }
    };
}

artifacts! {
    /// The ERC-1967 proxy in front of every upgradeable contract of both layers.
    Proxy = "Proxy",
    /// Administers the proxies of L1.
    ProxyAdmin = "ProxyAdmin",
    /// Holds the pause switch.
    SuperchainConfig = "SuperchainConfig",
    /// The source of configuration changes.
    SystemConfig = "SystemConfig",
    /// The proposed outputs.
    L2OutputOracle = "L2OutputOracle",
    /// The source of deposits, and the end of withdrawals.
    OptimismPortal = "OptimismPortal",
    /// Sends messages to L2, and relays those from there.
    L1CrossDomainMessenger = "L1CrossDomainMessenger",
    /// L1's bridge of ether and ERC-20 tokens.
    L1StandardBridge = "L1StandardBridge",
    /// L1's bridge of ERC-721 tokens.
    L1Erc721Bridge = "L1ERC721Bridge",
    /// Creates ERC-20 tokens that stand for tokens of the other layer, on both layers.
    OptimismMintableErc20Factory = "OptimismMintableERC20Factory",
    /// Sends messages to L1, and relays those from there.
    L2CrossDomainMessenger = "L2CrossDomainMessenger",
    /// L2's bridge of ether and ERC-20 tokens.
    L2StandardBridge = "L2StandardBridge",
    /// L2's bridge of ERC-721 tokens.
    L2Erc721Bridge = "L2ERC721Bridge",
    /// Creates ERC-721 collections that stand for collections of L1.
    OptimismMintableErc721Factory = "OptimismMintableERC721Factory",
    /// L1 attributes.
    L1Block = "L1Block",
    /// Fee estimation for wallets.
    GasPriceOracle = "GasPriceOracle",
    /// Commitments to withdrawals.
    L2ToL1MessagePasser = "L2ToL1MessagePasser",
    /// The vaults of base fees, L1 fees and operator fees.
    FeeVault = "FeeVault",
    /// The vault of priority fees, with the legacy getter `l1FeeWallet`.
    SequencerFeeVault = "SequencerFeeVault",
    /// Wrapped ether.
    Weth = "WETH",
    /// The legacy reader of the L1 block number.
    L1BlockNumber = "L1BlockNumber",
    /// Administers the predeploys' proxies.
    L2ProxyAdmin = "L2ProxyAdmin",
    /// Deploys code by CREATE2 unless it is there already.
    ConditionalDeployer = "ConditionalDeployer",
}

static BYTECODE: LazyLock<BTreeMap<Artifact, Bytecode>> = LazyLock::new(|| {
    let parse =
        |artifact: &Artifact| serde_json::from_str(artifact.json()).expect("invariant: committed artifacts parse");
    Artifact::ALL
        .iter()
        .map(|artifact| (*artifact, parse(artifact)))
        .collect()
});

impl Artifact {
    /// Code that creates the contract; constructor arguments are appended by the caller.
    pub fn creation_code(self) -> Bytes {
        self.bytecode().creation.clone()
    }

    /// Code that stands at the contract's address.
    pub fn deployed_code(self) -> Bytes {
        self.bytecode().deployed.clone()
    }

    /// Where its variables are stored.
    pub fn layout(self) -> StorageLayout {
        serde_json::from_str(self.layout_json()).expect("invariant: committed layouts parse")
    }

    /// The semantic version that the contract answers, if it has one.
    pub fn version(self) -> Option<&'static str> {
        self.bytecode().version.as_deref()
    }

    fn bytecode(self) -> &'static Bytecode {
        BYTECODE.get(&self).expect("invariant: every artifact is in the table")
    }
}
