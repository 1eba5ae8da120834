//! Arguments of `mediarec ctl`.
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Arguments of `ctl`.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec record --fake-devices --control /tmp/rec.sock --events talk.events -o talk.webm
          Start a recording that takes commands. A script starts it in the background and waits for the socket:
          until [ -S /tmp/rec.sock ]; do sleep 0.1; done
  mediarec ctl /tmp/rec.sock pause
          Pause it
  mediarec ctl /tmp/rec.sock mark question from the audience
          Write a mark, with its media time, into the file of --events
  mediarec ctl --json /tmp/rec.sock status | jq .result.mediaTime
          How long it is, in seconds

Exit codes: 0 done; 2 usage; 3 no recording listens there, or it has no such track; 5 no permission; \
6 no answer in time; 7 not possible in this state.")]
pub struct CtlArgs {
    /// Socket of the recording, as given to its --control
    #[arg(value_name = "SOCKET")]
    pub socket: PathBuf,
    /// What the recording is to do
    #[arg(value_name = "COMMAND", value_enum)]
    pub command: CtlCommand,
    /// KIND is audio or video, for mute and unmute; TEXT is for mark
    #[arg(value_name = "KIND|TEXT")]
    pub words: Vec<String>,
    /// Print the answer as a line of JSON
    #[arg(long)]
    pub json: bool,
}

/// The first word of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CtlCommand {
    /// Show its state, time, size, file and tracks
    Status,
    /// Pause
    Pause,
    /// Resume
    Resume,
    /// Request a dataavailable event now (requestData)
    #[value(alias = "requestData", alias = "request-data")]
    Data,
    /// Begin a new segment
    Split,
    /// Save the history as a file, whose name is printed
    SaveHistory,
    /// Record silence or black: mute audio, mute video
    Mute,
    /// Record the device again
    Unmute,
    /// Write a text, with the media time, into the file of --events, which the recording must have
    Mark,
    /// Stop and finish the file
    Stop,
}
