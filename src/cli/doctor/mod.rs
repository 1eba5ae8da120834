//! `mediarec doctor`: tries what a recording needs, and says what to do about what is in the way.
mod clock;
mod disk;
mod encoders;
mod finding;
mod inputs;
mod report;
mod sample;
mod sound_server;

use crate::cli::args::doctor::DoctorArgs;
use crate::cli::backend::Backend;
use crate::cli::stdout;
use finding::Status;
use mediarec::clock::Clock;
use mediarec::devices::MediaDeviceKind;
use report::Report;
use std::process::ExitCode;

/// Prints each finding as soon as there is one; the exit code is 0 without problems.
///
/// # Errors
/// `Type` for an invalid script of fake devices; those of standard output.
pub fn run(args: &DoctorArgs) -> anyhow::Result<ExitCode> {
    let backend = Backend::new(&args.backend)?;
    let devices = backend.devices(Clock::monotonic());
    let mut report = Report::new(args.json);
    report.add(inputs::look(&devices, MediaDeviceKind::VideoInput))?;
    report.add(inputs::look(&devices, MediaDeviceKind::AudioInput))?;
    if !matches!(backend, Backend::Fake(_)) {
        report.add(sound_server::look())?;
    }
    report.add(encoders::look())?;
    report.add([disk::look(&args.folder)])?;
    report.add([clock::look()])?;
    stdout::print(report.end()?)?;
    Ok(match report.worst() {
        Status::Ok | Status::Warning => ExitCode::SUCCESS,
        Status::Problem => ExitCode::FAILURE,
    })
}
