//! L1 data in, payload attributes out: derivation without I/O, and the encoder that is its inverse.
//!
//! A [`Pipeline`] is pushed what it asks for ([`Need`]) and answers each [`Pipeline::step`] with what it
//! can say next: attributes to execute, what it needs, that it waits for L1, or that it must be reset.
//! The rules are those of the specification from Holocene on; Isthmus is active at genesis.
#![no_std]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::let_underscore_must_use,
        clippy::panic,
        clippy::unwrap_used
    )
)]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod attributes;
mod compression;
pub mod consolidate;
pub mod encoder;
mod error;
mod finality;
mod input;
mod pipeline;
mod stages;
mod step;
mod sync_start;

pub use attributes::{AttributesFault, sequencer_attributes};
pub use compression::{Compression, compress, decompress};
pub use error::{Error, InputFault};
pub use finality::Finality;
pub use input::{L1Block, ResetPoint, Verdict};
pub use pipeline::Pipeline;
pub use step::{DerivedAttributes, HaltReason, L1Link, Need, ResetReason, Step};
pub use sync_start::{SyncHeads, SyncPoint, SyncStart, SyncStep};
