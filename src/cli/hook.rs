//! `--on-chunk`: what the shell runs after each chunk file, beside the recording.
use crate::cli::stop_request::StopRequest;
use crossbeam_channel::{Receiver, Sender, TryRecvError, TrySendError, bounded, unbounded};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// So many chunks wait for their turn at most.
const MOST_WAITING: usize = 256;

/// How often whoever waits for the last of them looks around.
const LOOK_AROUND: Duration = Duration::from_millis(20);

/// A command that is run for every chunk, one after the other.
pub struct Hook {
    /// Gone when there are no more.
    queue: Option<Sender<PathBuf>>,
    /// What is to be said; closed when the last command has ended.
    messages: Receiver<String>,
    shared: Arc<Shared>,
    skipped: u64,
}

#[derive(Debug, Default)]
struct Shared {
    /// Chunks whose command has ended.
    ended: AtomicU64,
    /// Chunks that were taken into the queue.
    taken: AtomicU64,
    failed: AtomicU64,
    /// No further command begins.
    given_up: AtomicBool,
}

impl Hook {
    /// # Errors
    /// When the system gives no thread.
    pub fn start(command: &str) -> io::Result<Self> {
        let (queue, paths) = bounded::<PathBuf>(MOST_WAITING);
        let (say, messages) = unbounded();
        let shared = Arc::<Shared>::default();
        let (command, of_thread) = (command.to_owned(), shared.clone());
        thread::Builder::new()
            .name("on-chunk".into())
            .spawn(move || run_all(&command, &paths, &say, &of_thread))?;
        Ok(Self {
            queue: Some(queue),
            messages,
            shared,
            skipped: 0,
        })
    }

    /// Has the command run for this file when its turn comes.
    pub fn add(&mut self, path: PathBuf) {
        match self.queue.as_ref().map(|queue| queue.try_send(path)) {
            Some(Ok(())) => _ = self.shared.taken.fetch_add(1, Ordering::SeqCst),
            Some(Err(TrySendError::Full(_) | TrySendError::Disconnected(_))) | None => self.skipped += 1,
        }
    }

    /// What went wrong and was not said yet.
    pub fn message(&self) -> Option<String> {
        self.messages.try_recv().ok()
    }

    /// Waits for the commands that are left, after a stop no longer than it may take; gives what there is to say.
    pub fn finish(mut self, stop: &StopRequest) -> Vec<String> {
        self.queue = None;
        let mut messages = Vec::new();
        loop {
            match self.messages.try_recv() {
                Ok(message) => messages.push(message),
                Err(TryRecvError::Disconnected) => break,
                Err(TryRecvError::Empty) if stop.hooks_timed_out() => {
                    self.shared.given_up.store(true, Ordering::SeqCst);
                    let left =
                        self.shared.taken.load(Ordering::SeqCst) - self.shared.ended.load(Ordering::SeqCst);
                    messages.push(format!(
                        "--on-chunk was not done with {left} chunks when the stop's time was up: the first of them \
                         is left to itself, the others are not begun"
                    ));
                    break;
                }
                Err(TryRecvError::Empty) => thread::sleep(LOOK_AROUND),
            }
        }
        let failed = self.shared.failed.load(Ordering::SeqCst);
        if failed > 1 {
            messages.push(format!("--on-chunk failed for {failed} chunks in all"));
        }
        if self.skipped > 0 {
            let skipped = self.skipped;
            messages.push(format!("--on-chunk was too slow: {skipped} chunks were skipped"));
        }
        messages
    }
}

fn run_all(command: &str, paths: &Receiver<PathBuf>, say: &Sender<String>, shared: &Shared) {
    for path in paths {
        if shared.given_up.load(Ordering::SeqCst) {
            return;
        }
        if let Err(why) = run(command, &path)
            && shared.failed.fetch_add(1, Ordering::SeqCst) == 0
        {
            // Nobody to tell: the program is about to end.
            let _ = say.send(format!("--on-chunk failed for {}: {why}", path.display()));
        }
        shared.ended.fetch_add(1, Ordering::SeqCst);
    }
}

fn run(command: &str, path: &Path) -> Result<(), String> {
    let mut shell = shell(command, path);
    // Standard output is the recording's.
    shell
        .env("MEDIAREC_CHUNK", path)
        .stdin(Stdio::null())
        .stdout(io::stderr());
    let status = shell
        .status()
        .map_err(|error| format!("the shell cannot be run: {error}"))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(code) => Err(format!("exit code {code}")),
        None => Err(format!("it ended by {status}")),
    }
}

#[cfg(unix)]
fn shell(command: &str, path: &Path) -> Command {
    use std::os::unix::process::CommandExt;
    let mut shell = Command::new("sh");
    shell.args(["-c", command, "mediarec"]).arg(path);
    // Ctrl-C is for the recording: what is done with its chunks goes on.
    shell.process_group(0);
    shell
}

#[cfg(not(unix))]
fn shell(command: &str, path: &Path) -> Command {
    let mut shell = Command::new("cmd");
    shell.args(["/C", command]).arg(path);
    shell
}
