//! `--on-chunk`, `--on-segment` and `--on-alarm`: the shell command that is run for each, without delaying the recording.
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use crate::cli::needed_files::NeededFiles;
use crate::cli::stop_request::StopRequest;
use crate::cli::{args, notify_socket};
use crossbeam_channel::{Receiver, Sender, TryRecvError, TrySendError, bounded, unbounded};
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

#[cfg(unix)]
use unix::shell;
#[cfg(windows)]
use windows::shell;

/// What a command is run for.
pub struct HookKind {
    flag: &'static str,
    /// Their name in messages.
    occasions: &'static str,
    /// The environment variable with the first argument.
    variable: &'static str,
}

pub const ON_CHUNK: HookKind = HookKind {
    flag: "--on-chunk",
    occasions: "chunks",
    variable: "MEDIAREC_CHUNK",
};

pub const ON_SEGMENT: HookKind = HookKind {
    flag: "--on-segment",
    occasions: "segments",
    variable: "MEDIAREC_SEGMENT",
};

pub const ON_ALARM: HookKind = HookKind {
    flag: "--on-alarm",
    occasions: "alarms",
    // Not MEDIAREC_ALARM, which is the variable of --alarm.
    variable: "MEDIAREC_ALARM_NAME",
};

/// One run of the command.
#[derive(Debug, Default)]
pub struct Occasion {
    /// $1, $2 and so on, in the shells of Unix.
    pub arguments: Vec<OsString>,
    /// Environment variables besides that of the first argument.
    pub variables: Vec<(&'static str, OsString)>,
}

impl From<PathBuf> for Occasion {
    fn from(path: PathBuf) -> Self {
        Self {
            arguments: vec![path.into()],
            ..Self::default()
        }
    }
}

impl Occasion {
    /// The first argument.
    fn subject(&self) -> &OsStr {
        self.arguments.first().map_or(OsStr::new(""), OsString::as_os_str)
    }
}

/// Maximum number of waiting runs.
const MAX_WAITING: usize = 256;

/// How often the stop's timeout is checked while the last commands run.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// A command that is run for every occasion, one at a time.
pub struct Hook {
    kind: &'static HookKind,
    /// `None` once all were added.
    queue: Option<Sender<Occasion>>,
    /// Error messages; disconnected when the last command has ended.
    messages: Receiver<String>,
    shared: Arc<Shared>,
    /// The files whose command has not ended.
    files: NeededFiles,
    skipped: u64,
}

#[derive(Debug, Default)]
struct Shared {
    /// Commands that have ended.
    ended: AtomicU64,
    /// Commands that were queued.
    queued: AtomicU64,
    failed: AtomicU64,
    /// No further command is started.
    cancelled: AtomicBool,
}

impl Hook {
    /// # Errors
    /// If no thread can be started.
    pub fn start(kind: &'static HookKind, command: &str) -> io::Result<Self> {
        let (queue, occasions) = bounded::<Occasion>(MAX_WAITING);
        let (say, messages) = unbounded();
        let shared = Arc::<Shared>::default();
        let files = NeededFiles::default();
        let (command, of_thread, its_files) = (command.to_owned(), shared.clone(), files.clone());
        thread::Builder::new()
            .name(kind.flag.trim_start_matches('-').into())
            .spawn(move || run_all(kind, &command, &occasions, &say, &of_thread, &its_files))?;
        Ok(Self {
            kind,
            queue: Some(queue),
            messages,
            shared,
            files,
            skipped: 0,
        })
    }

    /// Queues the command for this.
    pub fn add(&mut self, occasion: impl Into<Occasion>) {
        match self.queue.as_ref().map(|queue| queue.try_send(occasion.into())) {
            Some(Ok(())) => _ = self.shared.queued.fetch_add(1, Ordering::SeqCst),
            Some(Err(TrySendError::Full(_) | TrySendError::Disconnected(_))) | None => self.skipped += 1,
        }
    }

    /// Queues the command for this file, which is needed until it has ended.
    pub fn add_file(&mut self, path: &Path) {
        let skipped = self.skipped;
        self.files.add(path);
        self.add(path.to_owned());
        if self.skipped > skipped {
            self.files.remove(path);
        }
    }

    /// The files whose command has not ended.
    pub fn files(&self) -> &NeededFiles {
        &self.files
    }

    /// The next error message, if there is one.
    pub fn message(&self) -> Option<String> {
        self.messages.try_recv().ok()
    }

    /// Waits for the remaining commands; after a stop, only until hooks time out. Returns the messages to print.
    pub fn finish(mut self, stop: &StopRequest) -> Vec<String> {
        self.queue = None;
        let mut messages = Vec::new();
        let HookKind { flag, occasions, .. } = self.kind;
        loop {
            match self.messages.try_recv() {
                Ok(message) => messages.push(message),
                Err(TryRecvError::Disconnected) => break,
                Err(TryRecvError::Empty) if stop.hooks_timed_out() => {
                    self.shared.cancelled.store(true, Ordering::SeqCst);
                    let left =
                        self.shared.queued.load(Ordering::SeqCst) - self.shared.ended.load(Ordering::SeqCst);
                    messages.push(format!(
                        "{flag} timed out with {left} {occasions} left: the command that runs is left running, the \
                         others are not started"
                    ));
                    break;
                }
                Err(TryRecvError::Empty) => thread::sleep(POLL_INTERVAL),
            }
        }
        let failed = self.shared.failed.load(Ordering::SeqCst);
        if failed > 1 {
            messages.push(format!("{flag} failed for {failed} {occasions}"));
        }
        if self.skipped > 0 {
            let skipped = self.skipped;
            messages.push(format!("{flag} was too slow: {skipped} {occasions} were skipped"));
        }
        messages
    }
}

fn run_all(
    kind: &HookKind,
    command: &str,
    occasions: &Receiver<Occasion>,
    say: &Sender<String>,
    shared: &Shared,
    files: &NeededFiles,
) {
    // Known once: what is in the environment does not change.
    let variables = args::variables();
    for occasion in occasions {
        if shared.cancelled.load(Ordering::SeqCst) {
            return;
        }
        if let Err(why) = run(kind, command, &occasion, &variables)
            && shared.failed.fetch_add(1, Ordering::SeqCst) == 0
        {
            let subject = occasion.subject().display();
            // It fails only if the program is about to end.
            let _ = say.send(format!("{} failed for {subject}: {why}", kind.flag));
        }
        files.remove(Path::new(occasion.subject()));
        shared.ended.fetch_add(1, Ordering::SeqCst);
    }
}

/// Runs the command, without the `variables` of flags.
fn run(kind: &HookKind, command: &str, occasion: &Occasion, variables: &[String]) -> Result<(), String> {
    let mut shell = shell(command, &occasion.arguments);
    // They are for this process: a command that speaks to the service manager would speak for the recording, and one that is
    // another mediarec would take the flags of the recording for its own.
    for name in notify_socket::VARIABLES {
        shell.env_remove(name);
    }
    for name in variables {
        shell.env_remove(name);
    }
    // Standard output is the recording's.
    shell
        .env(kind.variable, occasion.subject())
        .envs(occasion.variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(io::stderr());
    let status = shell
        .status()
        .map_err(|error| format!("cannot run the shell: {error}"))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(code) => Err(format!("exit code {code}")),
        None => Err(format!("{status}")),
    }
}
