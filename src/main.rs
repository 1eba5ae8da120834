//! `mediarec`: records cameras, microphones and media files to WebM.
// The macros panic if the output is closed; cli::stderr and cli::stdout do not.
#![warn(clippy::print_stderr, clippy::print_stdout)]

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    let command = cli::args::parse();
    match cli::run(command) {
        Ok(code) => code,
        Err(error) => cli::exit::report(&error),
    }
}
