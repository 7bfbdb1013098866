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
            eprintln!("error: {}", one_line(&error));
            ExitCode::FAILURE
        }
    }
}

/// An error and its causes, without what an outer one has said already.
fn one_line(error: &anyhow::Error) -> String {
    error
        .chain()
        .map(ToString::to_string)
        .fold(String::new(), |said, cause| {
            if said.is_empty() {
                cause
            } else if said.contains(&cause) {
                said
            } else {
                format!("{said}: {cause}")
            }
        })
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Devnet(arguments) => commands::devnet(arguments).await,
        Command::L1(arguments) => commands::l1(arguments).await,
        Command::Deploy(arguments) => commands::deploy(arguments).await,
        Command::Upgrade(arguments) => commands::upgrade(arguments).await,
        Command::Execution(arguments) => commands::execution(arguments).await,
        Command::Bridge(command) => commands::bridge(*command).await,
        Command::Exit(arguments) => commands::exit(*arguments).await,
        Command::Bench(command) => commands::bench(command).await,
        Command::Node(arguments) => commands::node(*arguments).await,
    }
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn a_cause_that_was_named_is_not_repeated() {
        let taken = || anyhow::anyhow!("address in use");
        let named = taken().context("cannot listen: address in use: choose another port");
        assert_eq!(one_line(&named), "cannot listen: address in use: choose another port");
        assert_eq!(
            one_line(&taken().context("cannot listen")),
            "cannot listen: address in use"
        );
    }
}
