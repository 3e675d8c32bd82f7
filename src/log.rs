//! What is logged, and how. Routes, never paths or queries; never what people wrote.

use crate::config::Config;
use std::io::IsTerminal;
use tracing::Level;
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

/// Begins to log to standard error, for the rest of the process.
pub fn begin(config: &Config) -> anyhow::Result<()> {
    // Libraries may warn. What they say below that holds heads of requests and letters, whatever the filter asks for.
    let is_ours = filter_fn(|about| about.target().starts_with("alongside") || *about.level() <= Level::WARN);
    let lines = if config.log_json {
        fmt::layer().json().flatten_event(true).with_writer(std::io::stderr).boxed()
    } else {
        fmt::layer().with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr).boxed()
    };
    tracing_subscriber::registry().with(lines.with_filter(is_ours)).with(EnvFilter::try_new(&config.log)?).try_init()?;
    Ok(())
}
