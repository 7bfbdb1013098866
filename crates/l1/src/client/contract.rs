//! Contracts' functions, typed.

use alloy_eips::{BlockId, BlockNumHash};
use alloy_primitives::{Address, Bytes};
use alloy_sol_types::SolCall;
use serde_json::{Value, json};

use super::L1Client;
use crate::{Error, rpc::Call};

/// A contract that is asked: its address, and what it is to be, for errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contract {
    /// Where it is.
    pub address: Address,
    /// Its name.
    pub name: &'static str,
}

impl L1Client {
    /// Asks a contract as of a block. Believed as the endpoint says it: no hash can check what a call returns.
    pub async fn ask<C: SolCall>(&self, contract: Contract, call: &C, at: BlockId) -> Result<C::Return, Error> {
        let answer: Bytes = self.rpc().call("eth_call", params(contract, call, at)).await?;
        self.decode::<C>(contract, &answer)
    }

    /// Asks a contract the same function of several arguments, in batches; answers are in the calls' order.
    pub async fn ask_all<C: SolCall>(
        &self,
        contract: Contract,
        calls: &[C],
        at: BlockId,
    ) -> Result<Vec<C::Return>, Error> {
        let calls: Vec<Call> = calls
            .iter()
            .map(|call| ("eth_call", params(contract, call, at)))
            .collect();
        let answers = self.rpc().batch::<Bytes>(&calls).await?;
        answers
            .into_iter()
            .map(|answer| self.decode::<C>(contract, &answer?))
            .collect()
    }

    /// The one block that an id stands for now, so that several questions are about the same state.
    pub async fn pin(&self, at: BlockId) -> Result<BlockNumHash, Error> {
        let header = match at {
            BlockId::Hash(hash) => Some(self.header_by_hash(hash.block_hash).await?),
            BlockId::Number(tag) => self.header_by_tag(tag).await?,
        };
        let header = header.ok_or_else(|| Error::BlockMissing {
            endpoint: self.endpoint().clone(),
            block: at.to_string(),
        })?;
        Ok(BlockNumHash::new(header.number, header.hash()))
    }

    fn decode<C: SolCall>(&self, contract: Contract, answer: &[u8]) -> Result<C::Return, Error> {
        let (endpoint, Contract { address, name }) = (self.endpoint().clone(), contract);
        if answer.is_empty() {
            return Err(Error::ContractMissing {
                endpoint,
                address,
                name,
            });
        }
        C::abi_decode_returns(answer).map_err(|error| Error::ContractOther {
            endpoint,
            address,
            name,
            function: C::SIGNATURE,
            reason: error.to_string(),
        })
    }
}

fn params<C: SolCall>(contract: Contract, call: &C, at: BlockId) -> Value {
    let at = match at {
        // As EIP-1898 writes it: not every endpoint takes a hash alone.
        BlockId::Hash(hash) => json!({ "blockHash": hash.block_hash }),
        BlockId::Number(tag) => json!(tag),
    };
    json!([{ "to": contract.address, "data": Bytes::from(call.abi_encode()) }, at])
}
