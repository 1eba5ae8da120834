//! Definition of the command line (clap), a file a subcommand or a group of flags.
pub mod alarms;
pub mod backend;
pub mod canvas;
pub mod channels;
pub mod check;
pub mod constraints;
pub mod ctl;
pub mod doctor;
pub mod fix;
pub mod gain;
pub mod history;
pub mod ice;
pub mod inspect;
pub mod join;
pub mod list_devices;
pub mod lost;
pub mod metadata;
pub mod network;
pub mod output;
pub mod photo;
pub mod preview;
pub mod probe;
pub mod record;
pub mod recorder;
pub mod segments;
pub mod serve;
pub mod supports;
pub mod upload;
pub mod when;

use crate::cli::{environment, welcome};
use backend::BackendArgs;
use check::CheckArgs;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;
use ctl::CtlArgs;
use doctor::DoctorArgs;
use fix::FixArgs;
use inspect::InspectArgs;
use join::JoinArgs;
use list_devices::ListDevicesArgs;
use photo::PhotoArgs;
use preview::PreviewArgs;
use probe::ProbeArgs;
use record::RecordArgs;
use serve::ServeArgs;
use std::env;
use std::ffi::OsString;
use supports::SupportsArgs;
use upload::UploadArgs;

/// Record cameras, microphones and media files to WebM: the browser's MediaRecorder, without a browser
#[derive(Debug, Parser)]
#[command(
    name = "mediarec",
    version,
    propagate_version = true,
    disable_help_subcommand = true
)]
#[command(
    after_help = "To try it without a camera: mediarec record --fake-devices --duration 5s -o try.webm"
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Record to a file or a pipe
    Record(Box<RecordArgs>),
    /// Take a photo with a camera
    Photo(Box<PhotoArgs>),
    /// List cameras, microphones and speakers
    ListDevices(ListDevicesArgs),
    /// Open devices and show their settings, capabilities and why they were selected
    Probe(Box<ProbeArgs>),
    /// Try what a recording needs, and say what to do about what is in the way
    Doctor(DoctorArgs),
    /// Check whether MIME types can be recorded
    Supports(SupportsArgs),
    /// List the supported constraints
    Constraints(ConstraintsArgs),
    /// Show the contents of a WebM file, even if it is unfinished or damaged
    Inspect(InspectArgs),
    /// Name the rules of WebM that files break, and where
    Check(CheckArgs),
    /// Repair WebM files that were cut off, or that players cannot seek in
    Fix(FixArgs),
    /// Make one WebM file of chunks, or of several recordings
    Join(JoinArgs),
    /// Control a running recording, or ask how it is
    Ctl(CtlArgs),
    /// Watch cameras and microphones in the browser, without a file
    Preview(Box<PreviewArgs>),
    /// Record what several programs publish, each to its own file
    Serve(Box<ServeArgs>),
    /// Send what recordings have not uploaded yet
    Upload(UploadArgs),
    /// Print shell completions
    Completions(CompletionsArgs),
    /// Nothing was typed, in a terminal.
    #[command(skip)]
    Welcome(BackendArgs),
}

/// Arguments of `constraints`.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec constraints
          Names, the kinds of tracks that have them, and the form of their values
  mediarec constraints --json
          The result of getSupportedConstraints as JSON")]
pub struct ConstraintsArgs {
    /// Print a JSON object
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `completions`.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec completions bash > ~/.local/share/bash-completion/completions/mediarec
  mediarec completions zsh > ~/.zfunc/_mediarec
  mediarec completions fish > ~/.config/fish/completions/mediarec.fish")]
pub struct CompletionsArgs {
    /// Shell to print completions for
    #[arg(value_enum)]
    pub shell: Shell,
}

/// The definition, from which the parser, the completions and the manual pages are generated.
pub fn definition() -> clap::Command {
    Cli::command()
}

/// Parses the command line. Help, version and usage errors end the program here.
pub fn parse() -> Command {
    let line: Vec<_> = env::args_os().collect();
    if !welcome::is_meant(&line) {
        return parse_line(&line);
    }
    // Of the devices that it would list.
    match parse_line(&["mediarec", "list-devices"].map(Into::into)) {
        Command::ListDevices(args) => Command::Welcome(args.backend),
        command => command,
    }
}

fn parse_line(line: &[OsString]) -> Command {
    let matches = environment::parse(&definition(), line);
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    cli.command
}

/// The `MEDIAREC_…` variables that are set and give values to flags.
pub fn variables() -> Vec<String> {
    environment::variables(&definition())
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// What a line of words becomes, without the environment.
    pub fn parsed(line: &str) -> Command {
        let words = std::iter::once("mediarec").chain(line.split_whitespace());
        Cli::try_parse_from(words).unwrap().command
    }

    #[test]
    fn the_definition_is_consistent() {
        definition().debug_assert();
    }
}
