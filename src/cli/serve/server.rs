//! Takes publishers until a stop, each on a thread of its own.
use crate::cli::args::serve::ServeArgs;
use crate::cli::events::EventLog;
use crate::cli::exit::FAILED;
use crate::cli::listen::listener::{self, Endpoint};
use crate::cli::serve::{plan, publisher};
use crate::cli::service_notifier::ServiceNotifier;
use crate::cli::signals::Signals;
use crate::cli::stderr;
use crate::cli::stop_request::STOP_TIMEOUT;
use crossbeam_channel::RecvTimeoutError;
use mediarec::network::Publication;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How often it is looked for the end of recordings, and for a stop.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// The same after a stop.
const LAST_POLL_INTERVAL: Duration = Duration::from_millis(10);

/// What publishers are recorded with.
struct Server {
    args: Arc<ServeArgs>,
    events: EventLog,
    signals: Signals,
    recordings: Vec<(String, JoinHandle<ExitCode>)>,
    /// Whether a file could not be written.
    has_failed: bool,
}

/// Serves until a stop.
///
/// # Errors
/// If it cannot begin. What happens to a single recording is told, and the others go on.
pub fn run(args: &ServeArgs) -> anyhow::Result<ExitCode> {
    let signals = Signals::install()?;
    let plan = plan::listen_plan(args)?;
    let events = EventLog::open(args.events.as_deref())?;
    let endpoint = listener::start(&plan, Some(args.max_publishers.into()), "serve")?;
    signals.serve();
    let server = Server {
        args: Arc::new(args.clone()),
        events,
        signals,
        recordings: Vec::new(),
        has_failed: false,
    };
    Ok(server.run(&endpoint))
}

impl Server {
    fn run(mut self, endpoint: &Endpoint) -> ExitCode {
        let mut service = ServiceNotifier::from_environment();
        while !self.signals.stop_request().is_made() {
            match endpoint.publications.recv_timeout(POLL_INTERVAL) {
                Ok(publication) => self.begin(publication),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.reap();
            let count = self.recordings.len();
            service.serving(&format!("{count} publisher{}", if count == 1 { "" } else { "s" }));
        }
        endpoint.server.close();
        let end = Instant::now() + STOP_TIMEOUT;
        while !self.recordings.is_empty() && Instant::now() < end {
            thread::sleep(LAST_POLL_INTERVAL);
            self.reap();
        }
        service.conclude("all files are finished");
        ExitCode::from(if self.has_failed { FAILED } else { 0 })
    }

    fn begin(&mut self, publication: Publication) {
        let name = publication.name.clone();
        let (args, events, signals) = (self.args.clone(), self.events.clone(), self.signals.another());
        let record = move || publisher::record(publication, &args, &events, &signals);
        match thread::Builder::new().name("publisher".into()).spawn(record) {
            Ok(thread) => self.recordings.push((name, thread)),
            Err(error) => stderr::say(format_args!("mediarec: {name} cannot be recorded: {error}")),
        }
    }

    /// Takes leave of the recordings that have ended.
    fn reap(&mut self) {
        let (ended, active) = std::mem::take(&mut self.recordings)
            .into_iter()
            .partition(|(_, thread)| thread.is_finished());
        self.recordings = active;
        for (name, thread) in ended {
            let code = thread.join().unwrap_or_else(|_| {
                stderr::say(format_args!(
                    "mediarec: the recording of {name} broke; its file may miss its end"
                ));
                ExitCode::from(FAILED)
            });
            self.has_failed |= code == ExitCode::from(FAILED);
        }
    }
}
