//! `mediarec`: records cameras, microphones and media files into WebM.
// They panic when nobody reads: cli::stderr does not, and standard output may fail.
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
