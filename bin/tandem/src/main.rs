//! Tandem: a complete Ethereum rollup in one binary.

mod arguments;
mod commands;
mod duration;
mod logs;
mod printing;
mod stop;

use arguments::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    // clap itself answers usage errors, with 2.
    let arguments = Arguments::parse();
    logs::start(&arguments.logs);
    // A provider that is there already serves as well.
    rustls::crypto::ring::default_provider().install_default().ok();
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| {
            let outcome = runtime.block_on(run(arguments.command));
            runtime.shutdown_timeout(std::time::Duration::from_millis(500));
            outcome
        });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Devnet(arguments) => commands::devnet(arguments).await,
        Command::L1(arguments) => commands::l1(arguments).await,
        Command::Deploy(arguments) => commands::deploy(arguments).await,
        Command::Execution(arguments) => commands::execution(arguments).await,
        Command::Bench(command) => commands::bench(command).await,
        Command::Node(arguments) => commands::node(*arguments).await,
    }
}
