//! `mediarec`: records cameras, microphones and media files into WebM.
mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    let command = cli::args::parse();
    match cli::run(command) {
        Ok(code) => code,
        Err(error) => cli::exit::report(&error),
    }
}
