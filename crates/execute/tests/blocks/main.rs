//! Whole blocks of real and of synthetic chains, through building and verifying.

mod ethereum_chain;
mod op_sepolia_blocks;
mod registry_genesis;
mod support;
