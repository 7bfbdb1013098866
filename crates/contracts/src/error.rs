//! The crate's one error.

use protocol::Fork;

/// Why a genesis or a deployment could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Chains that start before Isthmus are not made here: the predeploys assume its L1 attributes.
    #[error("a chain cannot start at {0:?}: choose isthmus, jovian or karst")]
    ForkTooOld(Fork),
    /// The L2 block gas limit is below what deposits and the L1 attributes transaction may take in one block.
    #[error(
        "gas limit {gas_limit} is below {minimum}, the sum of the deposits' limit and the system transaction's: raise it"
    )]
    GasLimitTooLow {
        /// The limit that was asked for.
        gas_limit: u64,
        /// The lowest limit that `SystemConfig` accepts.
        minimum: u64,
    },
    /// The L2 block gas limit is above what can be proven.
    #[error("gas limit {gas_limit} is above {maximum}, the highest that SystemConfig accepts: lower it")]
    GasLimitTooHigh {
        /// The limit that was asked for.
        gas_limit: u64,
        /// The highest limit that `SystemConfig` accepts.
        maximum: u64,
    },
    /// A value that divides or bounds something is zero.
    #[error("the {0} is zero: choose at least 1")]
    Zero(&'static str),
}
