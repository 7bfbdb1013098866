//! `tandem bench`: figures, each beside a peer's in the same run.

mod devnet;
mod machine;
mod peers;
mod sync;

use crate::arguments::BenchCommand;

pub(crate) async fn bench(command: BenchCommand) -> anyhow::Result<()> {
    match command {
        BenchCommand::Devnet(arguments) => devnet::devnet(arguments).await,
        BenchCommand::Sync(arguments) => sync::sync(arguments).await,
    }
}
