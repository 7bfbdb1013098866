//! The real nodes, in virtual time over an L1 that the test writes: a sequencer that posts, and a verifier that hears L1 alone.

mod absence;
mod agreement;
mod port;
mod reorgs;
mod world;
