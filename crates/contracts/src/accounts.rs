//! The development accounts: keys that everybody knows. Never send anything of value to them on a public network.

use alloy_primitives::{Address, B256, address, b256};

/// The mnemonic that Anvil, Hardhat and Foundry use too. Publicly known.
pub const MNEMONIC: &str = "test test test test test test test test test test test junk";

/// An account derived from [`MNEMONIC`] at `m/44'/60'/0'/0/index`. Its key is public knowledge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DevAccount {
    /// The last component of the derivation path.
    pub index: u32,
    /// What the devnet uses the account for.
    pub role: &'static str,
    /// The account's address.
    pub address: Address,
    /// The secp256k1 secret, publicly known.
    pub private_key: B256,
}

const fn account(index: u32, role: &'static str, address: Address, private_key: B256) -> DevAccount {
    DevAccount {
        index,
        role,
        address,
        private_key,
    }
}

/// The ten accounts for users (indices 0 to 9), prefunded on both layers. The first deploys the L1 contracts.
pub const PREFUNDED: [DevAccount; 10] = [
    account(
        0,
        "user",
        address!("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"),
        b256!("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"),
    ),
    account(
        1,
        "user",
        address!("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
        b256!("0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"),
    ),
    account(
        2,
        "user",
        address!("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"),
        b256!("0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a"),
    ),
    account(
        3,
        "user",
        address!("0x90F79bf6EB2c4f870365E785982E1f101E93b906"),
        b256!("0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6"),
    ),
    account(
        4,
        "user",
        address!("0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65"),
        b256!("0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a"),
    ),
    account(
        5,
        "user",
        address!("0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc"),
        b256!("0x8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba"),
    ),
    account(
        6,
        "user",
        address!("0x976EA74026E726554dB657fA54763abd0C3a0aa9"),
        b256!("0x92db14e403b83dfe3df233f83dfa3a0d7096f21ca9b0d6d6b8d88b2b4ec1564e"),
    ),
    account(
        7,
        "user",
        address!("0x14dC79964da2C08b23698B3D3cc7Ca32193d9955"),
        b256!("0x4bbbf85ce3377467afe5d46f804f221813b2bb87f24d81f60f1fcdbf7cbf4356"),
    ),
    account(
        8,
        "user",
        address!("0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f"),
        b256!("0xdbda1821b80551c9d65939329250298aa3472ba22feea921c0cf5d620ea67b97"),
    ),
    account(
        9,
        "user",
        address!("0xa0Ee7A142d267C1f36714E4a8F75612F20a79720"),
        b256!("0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6"),
    ),
];

/// Posts the batches.
pub const BATCHER: DevAccount = account(
    10,
    "batcher",
    address!("0xBcd4042DE499D14e55001CcbB24a551F3b954096"),
    b256!("0xf214f2b2cd398c806f84e317254e0f0b801d0643303237d97a22a48e01628897"),
);

/// Proposes output roots.
pub const PROPOSER: DevAccount = account(
    11,
    "proposer",
    address!("0x71bE63f3384f5fb98995898A86B02Fb2426c5788"),
    b256!("0x701b615bbdfb9de65240bc28bd21bbc0d996645a3dd57e7b12bc2bdf6f192c82"),
);

/// Disputes wrong output roots.
pub const CHALLENGER: DevAccount = account(
    12,
    "challenger",
    address!("0xFABB0ac9d68B0B445fB7357272Ff202C5651694a"),
    b256!("0xa267530f49f8280200edf313ee7af6b827f2a8bce2897751d06a843f644967b1"),
);

/// Signs unsafe blocks for the peer-to-peer network (`unsafeBlockSigner`).
pub const SEQUENCER: DevAccount = account(
    13,
    "sequencer",
    address!("0x1CBd3b2770909D4e10f157cABC84C7264073C9Ec"),
    b256!("0x47c99abed3324a2707c28affff1267e45918ec8c3f20b8aa892e8b065d2942dd"),
);

/// Owns `SystemConfig` and both proxy admins, and is the guardian that may pause.
pub const OWNER: DevAccount = account(
    14,
    "owner",
    address!("0xdF3e18d64BC6A983f673Ab319CCaE4f1a57C7097"),
    b256!("0xc526ee95bf44d8fc405a158bb884d9d1238d99f0612e9f33d006bb0789009aaa"),
);

/// The operators' accounts (indices 10 to 14), in the order of their indices.
pub const OPERATORS: [DevAccount; 5] = [BATCHER, PROPOSER, CHALLENGER, SEQUENCER, OWNER];

/// Development chains, the only ones on which the keys that everybody knows may be used.
pub const DEVNET_L1_CHAIN_IDS: [u64; 3] = [900, 1337, 31337];

/// All fifteen accounts, in the order of their indices.
pub fn dev_accounts() -> impl Iterator<Item = DevAccount> {
    PREFUNDED.into_iter().chain(OPERATORS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_are_consecutive_and_addresses_distinct() {
        let all: Vec<_> = dev_accounts().collect();
        assert!(all.iter().enumerate().all(|(i, a)| a.index as usize == i));
        let distinct: std::collections::BTreeSet<_> = all.iter().map(|a| a.address).collect();
        assert_eq!(distinct.len(), all.len());
    }
}
