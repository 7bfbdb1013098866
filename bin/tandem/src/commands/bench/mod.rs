//! `tandem bench`: figures, each beside a peer's in the same run.

mod machine;
mod peers;
mod sync;

use crate::arguments::BenchCommand;

pub(crate) async fn bench(command: BenchCommand) -> anyhow::Result<()> {
    match command {
        BenchCommand::Sync(arguments) => sync::sync(arguments).await,
    }
}
