//! One publisher: what it sends becomes a recording.
use crate::cli::args::record::RecordArgs;
use crate::cli::args::serve::ServeArgs;
use crate::cli::events::EventLog;
use crate::cli::listen::listener;
use crate::cli::name_pattern::NamePattern;
use crate::cli::plan::Plan;
use crate::cli::serve::plan::{folders_to_create, record_args, with_name};
use crate::cli::session::Session;
use crate::cli::signals::Signals;
use crate::cli::{exit, output, record, stderr};
use jiff::Zoned;
use mediarec::clock::Clock;
use mediarec::network::Publication;
use mediarec::streams::MediaStream;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

/// Held while a file gets its name, which is free until it is created.
static NAMING: Mutex<()> = Mutex::new(());

/// Records a publisher until it leaves. Returns the exit code of its recording.
pub fn record(publication: Publication, args: &ServeArgs, events: &EventLog, signals: &Signals) -> ExitCode {
    let Publication {
        name,
        connection,
        place,
    } = publication;
    let mut events = events.of_publisher(&name);
    listener::tell_failures(&connection);
    let recorded = match connection.into_stream(&name, &Clock::monotonic()) {
        // Nothing was recorded, so nothing has failed.
        _ if signals.stop_request().is_made() => Ok(ExitCode::SUCCESS),
        Err(error) => {
            stderr::say(format_args!("mediarec: {name} came, but {error}"));
            Ok(ExitCode::SUCCESS)
        }
        Ok(stream) => begin(&name, &stream, args, signals).map(|(session, args)| {
            // The stream is the recording's: it ends when nobody wants its tracks.
            drop(stream);
            session.run(events.clone(), signals, &args.output)
        }),
    };
    signals.done();
    drop(place);
    recorded.unwrap_or_else(|error| {
        events.refusal(&error);
        stderr::say(format_args!("mediarec: {name} cannot be recorded"));
        exit::report(&error)
    })
}

/// Begins to record to the publisher's own file.
fn begin(
    name: &str,
    stream: &MediaStream,
    args: &ServeArgs,
    signals: &Signals,
) -> anyhow::Result<(Session, RecordArgs)> {
    let _naming = NAMING.lock().unwrap_or_else(PoisonError::into_inner);
    let pattern = with_name(&args.output, name)?;
    for folder in folders_to_create(&args.output, &pattern) {
        // If it cannot be, creating the file says why.
        let _ = fs::create_dir(folder);
    }
    let path = if args.segments.divide() {
        pattern
    } else {
        free_path(&NamePattern::of_one(&pattern)?)
    };
    let args = record_args(args, path)?;
    let plan = Plan::new(&args, &record::surroundings(&args)?)?;
    output::check(&plan.target, &plan.sources)?;
    let (active, outputs) = record::begin(&args, &plan, stream, None, signals)?;
    if !args.output.quiet {
        let file = outputs.names();
        stderr::say(format_args!("mediarec: {name} is recorded to {file}"));
    }
    Ok((Session::new(active, outputs, None, plan.timeslice), args))
}

/// A path of this pattern that nothing has yet.
fn free_path(pattern: &NamePattern) -> PathBuf {
    let path = pattern.free_name(&Zoned::now(), pattern.next_number());
    pattern.create_folders(&path);
    path
}
