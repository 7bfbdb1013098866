//! What is said to L1 and believed from it, over real HTTP against peers that tell the truth, lie, or go away.

mod beacon;
mod heads;
mod oracle;
mod peer;
mod reading;
mod sending;
mod signing;
mod signing_tls;
mod simulated;
