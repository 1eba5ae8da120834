//! `MEDIAREC_LOG`: what goes on within, on standard error, for those who look for a fault.
use crate::cli::args::when::When;
use crate::cli::color::Color;
use crate::cli::stderr;
use mediarec::error::{Error, Result};
use std::env;
use tracing_subscriber::EnvFilter;

const VARIABLE: &str = "MEDIAREC_LOG";

/// Begins to log, if the environment asks for it; else nothing is made and nothing costs anything.
///
/// # Errors
/// `Type` for a filter that is not understood.
pub fn start() -> Result<()> {
    let Some(filter) = env::var_os(VARIABLE).filter(|filter| !filter.is_empty()) else {
        return Ok(());
    };
    let filter = filter.to_string_lossy();
    let filter = EnvFilter::builder().parse(&filter).map_err(|error| Error::Type {
        message: format!("{VARIABLE}={filter}: {error}; say debug, or mediarec::devices=trace"),
    })?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| stderr::Log)
        // Else it says so on standard error, and panics.
        .log_internal_errors(false)
        .with_ansi(Color::new(When::Auto).is_on())
        .init();
    Ok(())
}
