//! Where everything listens.

/// Ports of the devnet; port 0 takes a free one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    /// L1's JSON-RPC.
    pub l1: u16,
    /// L1's beacon API.
    pub beacon: u16,
    /// The sequencer's execution client.
    pub l2: u16,
    /// Its Engine API.
    pub engine: u16,
    /// Its rollup RPC.
    pub rollup: u16,
    /// The verifier's execution client.
    pub verifier_l2: u16,
    /// Its Engine API.
    pub verifier_engine: u16,
    /// Its rollup RPC.
    pub verifier_rollup: u16,
    /// The metrics of both nodes.
    pub metrics: u16,
}

impl Ports {
    /// The usual ports, each that much higher.
    pub const fn with_offset(offset: u16) -> Self {
        Self {
            l1: 8545 + offset,
            beacon: 5052 + offset,
            l2: 9545 + offset,
            engine: 9551 + offset,
            rollup: 7545 + offset,
            verifier_l2: 9645 + offset,
            verifier_engine: 9651 + offset,
            verifier_rollup: 7645 + offset,
            metrics: 7300 + offset,
        }
    }

    /// Free ports everywhere.
    pub const FREE: Self = Self {
        l1: 0,
        beacon: 0,
        l2: 0,
        engine: 0,
        rollup: 0,
        verifier_l2: 0,
        verifier_engine: 0,
        verifier_rollup: 0,
        metrics: 0,
    };
}

/// Where everything answers.
#[derive(Debug, Clone)]
pub struct Urls {
    /// L1's JSON-RPC.
    pub l1: String,
    /// L1's beacon API, if L1 has one.
    pub beacon: Option<String>,
    /// The sequencer's execution client.
    pub l2: String,
    /// Its Engine API.
    pub engine: String,
    /// Its rollup RPC.
    pub rollup: String,
    /// The verifier's execution client.
    pub verifier_l2: String,
    /// Its Engine API.
    pub verifier_engine: String,
    /// Its rollup RPC.
    pub verifier_rollup: String,
    /// The metrics of both nodes.
    pub metrics: String,
}
