//! What the methods work on.

use super::{Filters, RpcError};
use crate::{BlockRecord, Chain, PayloadBuilder, Pool, State};
use alloy_consensus::Header;
use alloy_eips::{BlockId, BlockNumberOrTag};
use alloy_primitives::B256;
use jsonrpsee::{
    RpcModule,
    types::{ErrorObjectOwned, Params, ParamsSequence},
};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// What calls may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallLimits {
    /// Gas of one `eth_call`.
    pub call_gas_max: u64,
    /// Blocks that one `eth_getLogs` looks at.
    pub logs_blocks_max: u64,
    /// Logs that one `eth_getLogs` answers with.
    pub logs_max: usize,
}

impl Default for CallLimits {
    fn default() -> Self {
        Self {
            call_gas_max: 50_000_000,
            logs_blocks_max: 100_000,
            logs_max: 20_000,
        }
    }
}

/// Chain, pool and builder behind the methods. Clones share them.
#[derive(Debug, Clone)]
pub struct Backend {
    /// The chain.
    pub chain: Chain,
    /// Its pool.
    pub pool: Pool,
    /// Its payload builder.
    pub builder: PayloadBuilder,
    /// What calls may take.
    pub limits: CallLimits,
    /// What clients poll.
    pub filters: Filters,
    /// `web3_clientVersion`, such as `tandem/v0.1.0/linux`.
    pub client_version: &'static str,
}

/// A module of methods over a [`Backend`].
pub(super) type Module = RpcModule<Backend>;

/// The parameters of a call, read one after the other.
pub(super) struct Arguments<'a>(ParamsSequence<'a>);

impl Arguments<'_> {
    /// The next parameter, which has to be there.
    pub(super) fn required<T: DeserializeOwned>(&mut self) -> Result<T, RpcError> {
        self.0.next().map_err(RpcError::from)
    }

    /// The next parameter, if it is there and not null.
    pub(super) fn optional<T: DeserializeOwned>(&mut self) -> Result<Option<T>, RpcError> {
        self.0.optional_next().map_err(RpcError::from)
    }

    /// A hash, which has to be there and to begin with `0x`.
    pub(super) fn hash(&mut self) -> Result<B256, RpcError> {
        let text: String = self.required()?;
        let hash = text.strip_prefix("0x").and_then(|digits| digits.parse().ok());
        hash.ok_or_else(|| {
            RpcError::InvalidParams(format!("{text:?} is no hash: 0x and 64 hexadecimal digits are one"))
        })
    }

    /// A block, where the default is the head.
    pub(super) fn block(&mut self) -> Result<BlockId, RpcError> {
        Ok(self.optional()?.unwrap_or(BlockId::Number(BlockNumberOrTag::Latest)))
    }
}

/// Registers a method that computes, on a thread that may block.
pub(super) fn method<R, F>(module: &mut Module, name: &'static str, call: F)
where
    R: Serialize + Clone + Send + 'static,
    F: Fn(&Backend, &mut Arguments<'_>) -> Result<R, RpcError> + Clone + Send + Sync + 'static,
{
    let registered = module.register_blocking_method(name, move |params: Params<'_>, backend, _| {
        call(&backend, &mut Arguments(params.sequence())).map_err(ErrorObjectOwned::from)
    });
    registered.expect("invariant: each name is registered once");
}

impl Backend {
    /// The hash of a block that has to be there.
    pub(super) fn hash_of(&self, id: BlockId) -> Result<B256, RpcError> {
        self.chain.resolve(id)?.ok_or(RpcError::HeaderNotFound)
    }

    /// A block, if there is one.
    pub(super) fn record(&self, id: BlockId) -> Result<Option<Arc<BlockRecord>>, RpcError> {
        let Some(hash) = self.chain.resolve(id)? else {
            return Ok(None);
        };
        Ok(self.chain.record(hash)?)
    }

    /// The state after a block, with its header.
    pub(super) fn state(&self, id: BlockId) -> Result<(Header, State), RpcError> {
        let hash = self.hash_of(id)?;
        let header = self.chain.header(hash)?.ok_or(RpcError::HeaderNotFound)?;
        let state = self.chain.state_at(hash)?.ok_or(RpcError::HeaderNotFound)?;
        Ok((header, state))
    }
}
