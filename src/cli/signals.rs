//! Turns signals into calls of the recorder; ends the program if a stop takes too long.
#[cfg(not(unix))]
mod elsewhere;
#[cfg(unix)]
mod unix;

use crate::cli::control;
use crate::cli::exit::{FAILED, INTERRUPTED};
use crate::cli::preview::picture_screen;
use crate::cli::stop_request::{STOP_TIMEOUT, StopRequest};
use crate::cli::{progress, stderr, terminal};
use anyhow::Context;
use mediarec::recorder::MediaRecorder;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

#[cfg(not(unix))]
use elsewhere as system;
#[cfg(unix)]
use unix as system;

pub use system::{on_termination, survive_size_limits};

/// What the signals control. Clones control the same recording.
#[derive(Clone)]
pub struct Signals {
    own: Arc<Controlled>,
    stop: StopRequest,
    /// All recordings of a process that makes several; `None` if it makes one.
    served: Arc<Mutex<Option<Vec<Arc<Controlled>>>>>,
}

/// A recording, once it has begun.
#[derive(Default)]
struct Controlled {
    recorder: OnceLock<MediaRecorder>,
    /// The file is finished, so that the watchdog has nothing to do.
    done: AtomicBool,
}

impl Signals {
    /// Installs the handlers. Call it before any other thread is started: threads inherit the signal mask.
    ///
    /// # Errors
    /// Those of the system.
    pub fn install() -> anyhow::Result<Self> {
        let signals = Self {
            own: Arc::default(),
            stop: StopRequest::new(),
            served: Arc::default(),
        };
        let interrupted = signals.clone();
        ctrlc::set_handler(move || interrupted.interrupt()).context("cannot handle SIGINT")?;
        system::install(&signals).context("cannot handle signals")?;
        Ok(signals)
    }

    /// From now on they control this recorder.
    pub fn control(&self, recorder: &MediaRecorder) {
        // Set once: each recording has its own.
        let _ = self.own.recorder.set(recorder.clone());
        if self.stop.is_made() {
            recorder.stop();
        }
    }

    /// This process makes several recordings, one after the other or at once: a stop ends all, and the caller ends the process.
    #[cfg(all(feature = "network", feature = "preview"))]
    pub fn serve(&self) {
        self.served().get_or_insert_default();
    }

    /// Those of another recording of this process, which the same signals control.
    #[cfg(all(feature = "network", feature = "preview"))]
    pub fn another(&self) -> Self {
        let another = Self {
            own: Arc::default(),
            ..self.clone()
        };
        if let Some(all) = &mut *self.served() {
            all.retain(|one| !one.done.load(Ordering::SeqCst));
            all.push(another.own.clone());
        }
        another
    }

    /// The stop that they may request.
    pub fn stop_request(&self) -> &StopRequest {
        &self.stop
    }

    /// The file is finished.
    pub fn done(&self) {
        self.own.done.store(true, Ordering::SeqCst);
    }

    /// What there is to be controlled.
    fn recordings(&self) -> Vec<Arc<Controlled>> {
        let served = self.served().clone();
        served.unwrap_or_else(|| vec![self.own.clone()])
    }

    fn served(&self) -> MutexGuard<'_, Option<Vec<Arc<Controlled>>>> {
        self.served.lock().unwrap_or_else(PoisonError::into_inner)
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
        if self.served().is_none() && self.own.recorder.get().is_none() {
            exit(code);
        }
        for recorder in self.recordings().iter().filter_map(|one| one.recorder.get()) {
            recorder.stop();
        }
        let watched = self.clone();
        let watch = move || {
            thread::sleep(STOP_TIMEOUT);
            let is_done =
                |one: &Arc<Controlled>| one.recorder.get().is_none() || one.done.load(Ordering::SeqCst);
            if !watched.recordings().iter().all(is_done) {
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
    picture_screen::leave();
    progress::leave();
    terminal::close();
    control::socket::remove();
}
