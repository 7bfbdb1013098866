//! Derivation held to its inverse, to published data, and to adversaries. The L1 is in memory.

extern crate tandem_derive as derive;

mod attributes;
mod bad_batches;
mod bad_channels;
mod bad_frames;
mod differential;
mod harness;
mod inbox;
mod l1_trouble;
mod published;
mod round_trip;
mod second_decoder;
