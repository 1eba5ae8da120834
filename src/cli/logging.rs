//! `MEDIAREC_LOG`: debug log on standard error.
use crate::cli::args::when::When;
use crate::cli::color::Color;
use crate::cli::stderr;
use mediarec::error::{Error, Result};
use std::env;
use tracing_subscriber::EnvFilter;

const VARIABLE: &str = "MEDIAREC_LOG";

/// Starts to log if the variable is set.
///
/// # Errors
/// `Type` for an invalid filter.
pub fn start() -> Result<()> {
    let Some(filter) = env::var_os(VARIABLE).filter(|filter| !filter.is_empty()) else {
        return Ok(());
    };
    let filter = filter.to_string_lossy();
    let filter = EnvFilter::builder().parse(&filter).map_err(|error| Error::Type {
        message: format!("{VARIABLE}={filter}: {error}; use for example debug or mediarec::devices=trace"),
    })?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| stderr::Log)
        // Otherwise it prints them with a macro that can panic.
        .log_internal_errors(false)
        .with_ansi(Color::new(When::Auto).is_on())
        .init();
    Ok(())
}
