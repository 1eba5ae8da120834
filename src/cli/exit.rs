//! How the program ends: the error message and the exit codes.
use crate::cli::stderr;
use mediarec::error::Error;
use std::io;
use std::process::ExitCode;

/// A failure that the specifications do not name.
const OTHER: u8 = 1;
/// The recording failed; what was written is kept.
pub const FAILED: u8 = 8;
/// An alarm was raised, with `--alarm-exit`.
pub const ALARM: u8 = 9;
/// A second SIGINT.
pub const INTERRUPTED: u8 = 130;

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
        Error::InvalidModification { .. } | Error::Unknown { .. } => FAILED,
        _ => OTHER,
    }
}

/// Prints an error and its causes on stderr.
pub fn say(error: &dyn std::error::Error) {
    stderr::say(format_args!("mediarec: {}", with_causes(error)));
}

/// An error and its causes as one line.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Prints the error that ended the program. Returns its exit code.
pub fn report(error: &anyhow::Error) -> ExitCode {
    if error.chain().any(is_broken_pipe) {
        // The reader of the output has closed its end: not an error.
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
