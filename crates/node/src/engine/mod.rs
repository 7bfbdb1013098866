//! Execution clients: the one in this process, and one across a network.

mod local;
mod remote;

pub use local::LocalEngine;
pub use remote::RemoteEngine;
