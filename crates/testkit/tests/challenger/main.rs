//! The challenger against a proposer that lies, over an L1 with the real contracts, in virtual time (scenario 34, oracle mode).

mod alarms;
mod port;
mod positions;
mod reorgs;
mod withdrawals;
mod world;
