//! The genesis block of a chain of the superchain registry comes out as published.

use crate::support::unzstd_with;
use alloy_genesis::Genesis;
use alloy_primitives::b256;
use protocol::{ChainSpec, Fork};
use tandem_execute::genesis_block;

#[test]
fn sepolia_devnet_2_has_its_published_genesis_hash() {
    let json = unzstd_with(
        "superchain-registry/dictionary",
        "superchain-registry/sepolia-devnet-2.json.zst",
    );
    let genesis: Genesis = serde_json::from_slice(&json).unwrap();
    let spec = ChainSpec::from_chain_config(&genesis.config).unwrap();
    assert!(spec.is_op_active(Fork::Karst, genesis.timestamp));
    let block = genesis_block(&spec, &genesis).unwrap();
    let published = b256!("0x782e7ef559d86bd85ca14b3b51bcd64b2a5abba5bf3017d83d34e666d8dc0a57");
    assert_eq!(block.hash, published);
}
