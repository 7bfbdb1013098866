//! JSON-RPC of the execution client: `eth_` and its companions for users, the Engine API for consensus nodes.

mod backend;
mod engine;
mod error;
mod eth;
mod filters;
mod jwt;
mod namespaces;
mod server;
mod token;

pub use backend::{Backend, CallLimits};
pub use error::RpcError;
pub use filters::Filters;
pub use server::{
    BATCH_CALLS_MAX, CONNECTIONS_MAX, REQUEST_BYTES_MAX, RESPONSE_BYTES_MAX, RpcConfig, RpcServer, ServerError,
};
pub use token::{TOKEN_SKEW_S_MAX, TokenFault, now_s, sign_token, verify_token};
