//! How the program ends: one line of words, and one table of exit codes.
use crate::cli::stderr;
use mediarec::error::Error;
use std::io;
use std::process::ExitCode;

/// A failure that is none of the specification's.
const OTHER: u8 = 1;
/// The recording broke; what was written is kept.
pub const BROKEN: u8 = 8;
/// The user gave up waiting.
pub const GIVEN_UP: i32 = 130;

/// The exit code of an error of the specifications.
#[must_use]
pub fn code(error: &Error) -> u8 {
    match error {
        Error::Type { .. } => 2,
        Error::NotFound { .. } => 3,
        Error::Overconstrained { .. } => 4,
        Error::NotAllowed { .. } | Error::Security { .. } => 5,
        Error::NotReadable { .. } | Error::Abort { .. } | Error::Operation { .. } => 6,
        Error::NotSupported { .. } | Error::InvalidState { .. } => 7,
        Error::InvalidModification { .. } | Error::Unknown { .. } => BROKEN,
        _ => OTHER,
    }
}

/// Says on stderr what went wrong and why.
pub fn say(error: &dyn std::error::Error) {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let text: Vec<String> = causes.map(ToString::to_string).collect();
    stderr::say(format_args!("mediarec: {}", text.join(": ")));
}

/// Says what kept the program from its work; gives the exit code for it.
pub fn report(error: &anyhow::Error) -> ExitCode {
    if error.chain().any(is_broken_pipe) {
        // Whoever read the output has enough.
        return ExitCode::SUCCESS;
    }
    say(error.as_ref());
    let known = error.chain().find_map(|cause| cause.downcast_ref::<Error>());
    ExitCode::from(known.map_or(OTHER, code))
}

fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
