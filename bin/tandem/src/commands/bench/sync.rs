//! How fast a verifier derives a chain from L1 alone.

use super::{
    machine,
    peers::{self, Outcome},
};
use crate::arguments::BenchSyncArguments;
use ::devnet::Recording;
use std::time::Instant;

pub(super) async fn sync(arguments: BenchSyncArguments) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("tandem-bench-").tempdir()?;
    let blocks = arguments.blocks;
    println!("hardware  {}", machine::hardware());
    let began = Instant::now();
    let recording = Recording::make(&folder.path().join("l1"), blocks, arguments.fork.into()).await?;
    println!(
        "chain     {blocks} blocks of 1 s, {} transactions ({:.1} a block), batches of {} kB in blobs, L1 blocks of 12 s; made in {:.1} s",
        recording.transactions(),
        per(recording.transactions(), blocks),
        recording.batch_bytes() / 1000,
        began.elapsed().as_secs_f64()
    );
    println!(
        "mix       10 transfers, 6 token transfers, 2 calls that write 20 slots, 1 creation; 1 deposit (12 with each L1 block)"
    );
    println!("measured  from the start of the processes on empty folders until their safe head is the last block");
    let ours = peers::tandem(&recording, folder.path()).await?;
    print("tandem node (one process)", blocks, &ours);
    if let (Some(op_node), Some(op_geth)) = (&arguments.op_node, &arguments.op_geth) {
        let theirs = peers::reference(&recording, folder.path(), op_node, op_geth).await?;
        print("op-node with op-geth", blocks, &theirs);
        println!("ratio     {:.1}", theirs.took.as_secs_f64() / ours.took.as_secs_f64());
    }
    println!("the last block is {} everywhere", recording.last().hash);
    recording.stop().await;
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn per(count: u64, blocks: u64) -> f64 {
    count as f64 / blocks as f64
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn print(name: &str, blocks: u64, outcome: &Outcome) {
    let seconds = outcome.took.as_secs_f64();
    let rate = blocks as f64 / seconds;
    println!(
        "{name:<26} {rate:>7.1} blocks/s ({seconds:.2} s), at most {} MiB resident",
        outcome.peak_memory_mib
    );
}
