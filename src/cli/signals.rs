//! Turns signals into calls of the recorder; ends the program if a stop takes too long.
#[cfg(not(unix))]
mod elsewhere;
#[cfg(unix)]
mod unix;

use crate::cli::control;
use crate::cli::exit::{FAILED, INTERRUPTED};
use crate::cli::stop_request::{STOP_TIMEOUT, StopRequest};
use crate::cli::{stderr, terminal};
use anyhow::Context;
use mediarec::recorder::MediaRecorder;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;

#[cfg(not(unix))]
use elsewhere as system;
#[cfg(unix)]
use unix as system;

pub use system::survive_size_limits;

/// What the signals control.
#[derive(Clone)]
pub struct Signals {
    recorder: Arc<OnceLock<MediaRecorder>>,
    stop: StopRequest,
    /// The file is finished, so that the watchdog has nothing to do.
    done: Arc<AtomicBool>,
}

impl Signals {
    /// Installs the handlers. Call it before any other thread is started: threads inherit the signal mask.
    ///
    /// # Errors
    /// Those of the system.
    pub fn install() -> anyhow::Result<Self> {
        let signals = Self {
            recorder: Arc::default(),
            stop: StopRequest::new(),
            done: Arc::default(),
        };
        let interrupted = signals.clone();
        ctrlc::set_handler(move || interrupted.interrupt()).context("cannot handle SIGINT")?;
        system::install(&signals).context("cannot handle signals")?;
        Ok(signals)
    }

    /// From now on they control this recorder.
    pub fn control(&self, recorder: &MediaRecorder) {
        // Set once: a process makes one recording.
        let _ = self.recorder.set(recorder.clone());
        if self.stop.is_made() {
            recorder.stop();
        }
    }

    /// The stop that they may request.
    pub fn stop_request(&self) -> &StopRequest {
        &self.stop
    }

    /// The file is finished.
    pub fn done(&self) {
        self.done.store(true, Ordering::SeqCst);
    }

    /// Stops the recording for another reason than a signal.
    pub fn stop_by_hand(&self) {
        self.stop(INTERRUPTED.into());
    }

    /// SIGINT: the first stops the recording, the second ends the program at once.
    fn interrupt(&self) {
        if !self.stop(INTERRUPTED.into()) {
            exit(INTERRUPTED.into());
        }
    }

    /// Stops the recording, or ends the program with `code` if there is none yet. Returns `false` if the stop was requested
    /// before.
    fn stop(&self, code: i32) -> bool {
        if !self.stop.make() {
            return false;
        }
        let Some(recorder) = self.recorder.get() else {
            exit(code);
        };
        recorder.stop();
        let done = self.done.clone();
        let watch = move || {
            thread::sleep(STOP_TIMEOUT);
            if !done.load(Ordering::SeqCst) {
                stderr::say(
                    "mediarec: timed out waiting for the disk or a device; the file is not finished: it plays, but \
                     may miss its end",
                );
                exit(FAILED.into());
            }
        };
        // Without a watchdog a stop may only take longer.
        let _ = thread::Builder::new().name("watchdog".into()).spawn(watch);
        true
    }
}

/// Cleans up and ends the program; called from other threads than the main one.
fn exit(code: i32) -> ! {
    clean_up();
    process::exit(code)
}

/// Restores the terminal and removes the control socket.
fn clean_up() {
    terminal::close();
    control::socket::remove();
}
