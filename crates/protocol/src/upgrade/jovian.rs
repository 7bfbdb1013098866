//! The upgrade transactions of Jovian.
//!
//! Specification: `protocol/jovian/derivation.md`, "Network Upgrade Transactions". The page words the intents of four of them otherwise,
//! and gives the oracle's deployment 1,756,783 gas: it describes a draft. These are what the chains went through Jovian with.

use alloy_primitives::{Address, Bytes, TxKind, U256, address, bytes, hex};
use op_alloy_consensus::TxDeposit;

use crate::{DepositSource, predeploys};

/// Creation code of the contracts, as the specification publishes it.
static L1_BLOCK_CODE: &[u8] = include_bytes!("jovian_l1_block.bin");
static GAS_PRICE_ORACLE_CODE: &[u8] = include_bytes!("jovian_gas_price_oracle.bin");

/// Who deploys the contracts: one account each, so that the address does not depend on nonces.
const L1_BLOCK_DEPLOYER: Address = address!("4210000000000000000000000000000000000006");
const GAS_PRICE_ORACLE_DEPLOYER: Address = address!("4210000000000000000000000000000000000007");

/// `upgradeTo(address)` with the addresses that the contracts are deployed to.
const UPGRADE_L1_BLOCK: [u8; 36] = hex!("3659cfe60000000000000000000000003ba4007f5c922fbb33c454b41ea7a1f11e83df2c");
const UPGRADE_GAS_PRICE_ORACLE: [u8; 36] =
    hex!("3659cfe60000000000000000000000004f1db3c6abd250ba86e0928471a8f7db3afd88f1");

/// `setJovian()`.
const SET_JOVIAN: Bytes = bytes!("b3d72079");

/// The transactions, in the order of the activation block.
pub fn jovian_upgrade() -> [TxDeposit; 5] {
    [
        deposit(
            "Jovian: L1 Block Deployment",
            L1_BLOCK_DEPLOYER,
            TxKind::Create,
            447_315,
            Bytes::from_static(L1_BLOCK_CODE),
        ),
        deposit(
            "Jovian: L1 Block Proxy Update",
            Address::ZERO,
            TxKind::Call(predeploys::L1_BLOCK),
            50_000,
            UPGRADE_L1_BLOCK.into(),
        ),
        deposit(
            "Jovian: Gas Price Oracle Deployment",
            GAS_PRICE_ORACLE_DEPLOYER,
            TxKind::Create,
            1_750_714,
            Bytes::from_static(GAS_PRICE_ORACLE_CODE),
        ),
        deposit(
            "Jovian: Gas Price Oracle Proxy Update",
            Address::ZERO,
            TxKind::Call(predeploys::GAS_PRICE_ORACLE),
            50_000,
            UPGRADE_GAS_PRICE_ORACLE.into(),
        ),
        deposit(
            "Jovian: Gas Price Oracle Set Jovian",
            predeploys::L1_ATTRIBUTES_DEPOSITOR,
            TxKind::Call(predeploys::GAS_PRICE_ORACLE),
            90_000,
            SET_JOVIAN,
        ),
    ]
}

fn deposit(intent: &str, from: Address, to: TxKind, gas_limit: u64, input: Bytes) -> TxDeposit {
    TxDeposit {
        source_hash: DepositSource::Upgrade { intent }.hash(),
        from,
        to,
        mint: 0,
        value: U256::ZERO,
        gas_limit,
        is_system_transaction: false,
        input,
    }
}

#[cfg(test)]
mod tests {
    use alloy_primitives::b256;

    use super::*;

    #[test]
    fn source_hashes_are_those_of_the_chains() {
        let hashes = jovian_upgrade().map(|transaction| transaction.source_hash);
        assert_eq!(
            hashes,
            [
                b256!("bb1a656f65401240fac3db12e7a79ebb954b11e62f7626eb11691539b798d3bf"),
                b256!("f3275f829340521028f9ad5bce4ecb1c64a45d448794effa2a77674627338e76"),
                b256!("239b7021a6c2cf3a918481242bbb5a9499057f24501539467536c691bb133962"),
                b256!("a70c60aa53b8c1c0d52b39b1e901e7d7c09f7819595cb24048a6bb1983b401ff"),
                b256!("e836db6a959371756f8941be3e962d000f7e12a32e49e2c9ca42ba177a92716c"),
            ]
        );
    }

    #[test]
    fn proxies_are_pointed_to_what_is_deployed() {
        for (deployer, update) in [
            (L1_BLOCK_DEPLOYER, UPGRADE_L1_BLOCK),
            (GAS_PRICE_ORACLE_DEPLOYER, UPGRADE_GAS_PRICE_ORACLE),
        ] {
            assert_eq!(deployer.create(0).as_slice(), &update[16..]);
        }
    }
}
