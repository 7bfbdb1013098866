//! Whole blocks of real and of synthetic chains, through building and verifying.

mod deposits;
mod ethereum_chain;
mod fees;
mod l1;
mod l2;
mod op_sepolia_blocks;
mod precompiles;
mod registry_genesis;
mod support;
mod verdicts;
