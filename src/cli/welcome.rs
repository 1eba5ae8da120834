//! `mediarec` without arguments, in a terminal: what is there, and what to type.
use crate::cli::args::backend::BackendArgs;
use crate::cli::backend::Backend;
use crate::cli::device_names::device_names;
use crate::cli::readable::printable;
use crate::cli::stdout;
use mediarec::clock::Clock;
use mediarec::devices::{MediaDeviceInfo, MediaDeviceKind};
use std::ffi::OsString;
use std::io::{self, IsTerminal};

/// Whether somebody has typed the name of the program and nothing else. A script gets the error about the missing command.
pub fn is_meant(line: &[OsString]) -> bool {
    line.len() == 1 && io::stdout().is_terminal() && io::stderr().is_terminal()
}

/// Prints it.
///
/// # Errors
/// Those of standard output.
pub fn run(backend: &BackendArgs) -> anyhow::Result<()> {
    let devices = Backend::new(backend)?.devices(Clock::monotonic());
    stdout::print(text(&devices.enumerate_devices().unwrap_or_default()))
}

fn text(devices: &[MediaDeviceInfo]) -> String {
    let labels = |kind| {
        let own: Vec<_> = devices
            .iter()
            .filter(|device| device.kind == kind)
            .cloned()
            .collect();
        let labels: Vec<String> = device_names(&own).iter().map(|name| printable(name)).collect();
        if labels.is_empty() {
            "none".to_owned()
        } else {
            labels.join(", ")
        }
    };
    let cameras = labels(MediaDeviceKind::VideoInput);
    let microphones = labels(MediaDeviceKind::AudioInput);
    let try_it = if devices.iter().any(|device| device.as_input().is_some()) {
        "  mediarec record                 record them to a new file; q stops
  mediarec record --pick          choose them first, with a picture and a level
  mediarec doctor                 try everything that a recording needs"
    } else {
        "  mediarec doctor                 find out why there is none
  mediarec record --fake-devices  record a fake camera and microphone; q stops"
    };
    format!(
        "mediarec {}: records cameras, microphones and media files to WebM

cameras      {cameras}
microphones  {microphones}

{try_it}
  mediarec fix crashed.webm       make a file seekable that was cut off
  mediarec --help                 everything else
",
        env!("CARGO_PKG_VERSION")
    )
}
