//! Typed bindings of the contracts' functions, events and errors that the rest of the workspace calls or reads.
//!
//! Signatures only: a test compares every selector with the compiled ABI.

mod bridge;
mod l1;
mod l2;
mod proxy;

pub use bridge::*;
pub use l1::*;
pub use l2::*;
pub use proxy::*;
