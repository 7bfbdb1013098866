//! Logs go to stderr; stdout is for what a person asked for.

use crate::arguments::{LogArguments, LogFormat};
use std::io::{IsTerminal, stderr};
use tracing_subscriber::EnvFilter;

/// Starts logging.
pub(crate) fn start(arguments: &LogArguments) {
    let filter = match arguments.verbose {
        0 => "warn",
        1 => "info",
        _ => "debug,hyper=info,hyper_util=info,reqwest=info,jsonrpsee=info,alloy=info,soketto=info",
    };
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(stderr);
    match arguments.log_format {
        LogFormat::Text => builder.with_ansi(stderr().is_terminal()).init(),
        LogFormat::Json => builder.json().init(),
    }
}
