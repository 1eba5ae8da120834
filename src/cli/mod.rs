//! The command line: turns arguments into calls of the library, and their results into files and messages.
pub mod args;
pub mod exit;

mod alarms;
mod audio_mix;
mod backend;
mod background_writer;
mod backlog;
mod canvas;
mod check;
mod chunk_files;
mod chunks;
mod clock_change;
mod codec_choice;
mod color;
mod completions;
mod constraints;
mod constraints_json;
mod control;
mod ctl;
mod ctl_text;
mod descriptor;
mod device_flag;
mod device_lookup;
mod device_names;
mod device_tracks;
mod doctor;
mod environment;
mod events;
mod file_ending;
mod file_lock;
mod fix;
mod free_space;
mod heap;
mod history_files;
mod history_plan;
mod hook;
#[cfg(feature = "preview")]
mod http;
mod ice_plan;
mod inspect;
mod interruptible;
mod join;
mod keys;
mod list_devices;
mod listen;
mod logging;
mod lost_devices;
mod lost_file;
mod message_line;
mod metadata;
mod monitor;
mod name_pattern;
mod needed_files;
mod new_file;
mod notify_socket;
mod omitted;
mod output;
mod output_path;
mod outputs;
mod pending_blobs;
mod photo;
mod pick;
mod plan;
mod plot;
#[cfg_attr(
    not(feature = "preview"),
    allow(dead_code, reason = "there is nothing that previews")
)]
mod preview;
mod probe;
mod progress;
mod rates;
mod readable;
mod record;
mod requested_type;
mod rounding;
mod sandbox;
mod segments;
#[cfg_attr(
    not(all(feature = "network", feature = "preview")),
    allow(dead_code, reason = "there is nobody who could publish")
)]
mod serve;
mod service_notifier;
mod session;
mod session_end;
mod signals;
mod source_plan;
mod sources;
mod stall_watch;
mod stalled_inputs;
mod stderr;
mod stdout;
mod stop_request;
mod stream;
mod supports;
mod target;
mod terminal;
mod tips;
mod track_requests;
mod track_watch;
#[cfg_attr(
    not(feature = "upload"),
    allow(dead_code, reason = "there is nothing that uploads")
)]
mod upload;
mod values;
mod warnings;
mod welcome;
mod whep;
mod whip;
mod why_empty;
mod write_failure;

use args::Command;
use std::process::ExitCode;

/// Runs a subcommand.
///
/// # Errors
/// The error that ended it, to be passed to [`exit::report`].
pub fn run(command: Command) -> anyhow::Result<ExitCode> {
    logging::start()?;
    signals::survive_size_limits();
    heap::keep_freed_memory();
    match command {
        Command::Record(args) => record::run(&args),
        Command::Photo(args) => photo::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Probe(args) => probe::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Doctor(args) => doctor::run(&args),
        Command::Supports(args) => supports::run(&args),
        Command::Constraints(args) => constraints::run(args.json).map(|()| ExitCode::SUCCESS),
        Command::ListDevices(args) => list_devices::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Inspect(args) => inspect::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Check(args) => check::run(&args),
        Command::Fix(args) => fix::run(&args),
        Command::Join(args) => join::run(&args),
        Command::Ctl(args) => ctl::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Preview(args) => record::run(&preview::command::record_args(*args)?),
        Command::Serve(args) => serve::run(&args),
        Command::Upload(args) => upload::command::run(&args),
        Command::Welcome(backend) => welcome::run(&backend).map(|()| ExitCode::SUCCESS),
        Command::Completions(args) => completions::run(args.shell).map(|()| ExitCode::SUCCESS),
    }
}
