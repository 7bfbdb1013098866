//! Proposer and challenger, over an L1 with the real contracts, in virtual time: an honest proposer through everything that L1 does
//! to it, and the challenger against one that lies (scenario 34, oracle mode).

mod alarms;
mod port;
mod positions;
mod proposer;
mod reorgs;
mod withdrawals;
mod world;
