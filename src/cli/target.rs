//! Where a recording goes.
use crate::cli::args::output::OutputArgs;
use crate::cli::output::terminal_error;
use crate::cli::stdout::StdoutKind;
use crate::cli::{descriptor, file_ending};
use jiff::civil::DateTime;
use mediarec::error::{Error, Result};
use std::path::{Path, PathBuf};

/// Where the recording goes.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// A file that is created for it.
    File { path: PathBuf, overwrite: bool },
    /// Standard output.
    Stdout,
    /// Another file that is open already, by its number.
    Descriptor(u32),
    /// A file for each segment.
    Segments,
    /// Only chunk files and clips of the history.
    Nowhere,
}

impl Target {
    /// The one that is named, or else a pipe, or a new file with this time in its name.
    ///
    /// # Errors
    /// `Type` for a terminal, and for one that gets the events as well.
    pub fn new(args: &OutputArgs, mime: &str, stdout: StdoutKind, now: DateTime) -> Result<Self> {
        let target = match &args.output {
            Some(path) if descriptor::is_stdout(path) && stdout == StdoutKind::Terminal => {
                return Err(terminal_error("a recording"));
            }
            Some(path) if descriptor::is_stdout(path) => Self::Stdout,
            Some(path) => match descriptor::number(path) {
                Some(number) => Self::Descriptor(number),
                None => Self::File {
                    path: path.clone(),
                    overwrite: args.force,
                },
            },
            None if args.chunks.is_some() => Self::Nowhere,
            None if stdout == StdoutKind::Data => Self::Stdout,
            None => {
                let time = now.strftime("%Y%m%d-%H%M%S");
                let ending = file_ending::of(mime).unwrap_or("webm");
                Self::File {
                    path: format!("mediarec-{time}.{ending}").into(),
                    overwrite: args.force,
                }
            }
        };
        target.check_events(args)?;
        Ok(target)
    }

    /// Events and the recording go to different places.
    ///
    /// # Errors
    /// `Type` if both were to go to the same open file.
    fn check_events(&self, args: &OutputArgs) -> Result<()> {
        let of_events = args.events.as_deref().and_then(descriptor_of_events);
        let of_recording = match self {
            Self::Stdout => Some(1),
            Self::Descriptor(number) => Some(*number),
            Self::File { .. } | Self::Segments | Self::Nowhere => None,
        };
        if of_events.is_some() && of_events == of_recording {
            let message =
                "the recording and its events would go to the same output; choose another one for --events";
            return Err(Error::Type {
                message: message.into(),
            });
        }
        Ok(())
    }
}

/// The number of the open file that a value of `--events` names, if it names one.
fn descriptor_of_events(name: &str) -> Option<u32> {
    match name.strip_prefix("fd:") {
        Some(number) => number.parse().ok(),
        None => descriptor::number(Path::new(name)),
    }
}
