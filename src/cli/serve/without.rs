//! In place of `server.rs` in programs without the network: nobody can publish.
use crate::cli::args::serve::ServeArgs;
use crate::cli::listen::plan;
use std::process::ExitCode;

pub fn run(_: &ServeArgs) -> anyhow::Result<ExitCode> {
    Err(plan::not_built("serve").into())
}
