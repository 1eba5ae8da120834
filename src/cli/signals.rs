//! Signals become calls of the recorder; a stop that takes too long ends the program.
use crate::cli::exit::{BROKEN, GIVEN_UP};
use crate::cli::stop_request::{STOP_TIMEOUT, StopRequest};
use crate::cli::{stderr, terminal};
use anyhow::Context;
use mediarec::recorder::MediaRecorder;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;

/// What the signals steer.
#[derive(Clone)]
pub struct Signals {
    recorder: Arc<OnceLock<MediaRecorder>>,
    stop: StopRequest,
    /// The recording is over and its file finished: nothing has to be hurried.
    done: Arc<AtomicBool>,
}

impl Signals {
    /// Takes the signals over; to be called before any other thread is made, since those are made deaf to them.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn install() -> anyhow::Result<Self> {
        let signals = Self {
            recorder: Arc::default(),
            stop: StopRequest::new(),
            done: Arc::default(),
        };
        let interrupted = signals.clone();
        ctrlc::set_handler(move || interrupted.interrupt()).context("SIGINT cannot be handled")?;
        #[cfg(unix)]
        unix::install(&signals).context("signals cannot be handled")?;
        Ok(signals)
    }

    /// From now on they steer this recorder.
    pub fn steer(&self, recorder: &MediaRecorder) {
        // Set once: a program makes one recording.
        let _ = self.recorder.set(recorder.clone());
        if self.stop.is_made() {
            recorder.stop();
        }
    }

    /// The stop they may ask for.
    pub fn stop_request(&self) -> &StopRequest {
        &self.stop
    }

    /// Nothing is left to be saved.
    pub fn done(&self) {
        self.done.store(true, Ordering::SeqCst);
    }

    /// The user asked for it by other means than a signal.
    pub fn stop_by_hand(&self) {
        self.stop(GIVEN_UP);
    }

    /// SIGINT: the first stops, the second gives up waiting; what is written plays.
    fn interrupt(&self) {
        if !self.stop(GIVEN_UP) {
            exit(GIVEN_UP);
        }
    }

    /// Stops the recording, or ends the program with `code` when there is none yet; false when it was asked before.
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
                    "mediarec: the disk or a device does not answer, so the file is left unfinished; \
                     what is written plays, and may miss its end",
                );
                exit(BROKEN.into());
            }
        };
        // Without a watchdog a stop may take longer; that is all.
        let _ = thread::Builder::new().name("watchdog".into()).spawn(watch);
        true
    }
}

/// Ends the program from a thread that is not the main one.
fn exit(code: i32) -> ! {
    terminal::close();
    process::exit(code)
}

#[cfg(unix)]
mod unix {
    use super::{Signals, terminal, thread};
    use mediarec::recorder::{MediaRecorder, RecordingState};
    use nix::sys::signal::{SigSet, Signal};
    use signal_hook::consts::{SIGALRM, SIGHUP, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2};
    use signal_hook::iterator::Signals as Iterator;
    use signal_hook::low_level::emulate_default_handler;

    pub fn install(signals: &Signals) -> anyhow::Result<()> {
        let mut wanted = vec![SIGTERM, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTSTP];
        // Under nohup it stays ignored.
        if !is_ignored(SIGHUP) {
            wanted.push(SIGHUP);
        }
        let mut received = Iterator::new(wanted)?;
        let signals = signals.clone();
        thread::Builder::new()
            .name("signals".into())
            .spawn(move || received.forever().for_each(|signal| on_signal(&signals, signal)))?;
        // Threads inherit the mask of the one that makes them: no signal interrupts a driver.
        let deaf_to = [
            Signal::SIGINT,
            Signal::SIGTERM,
            Signal::SIGHUP,
            Signal::SIGUSR1,
            Signal::SIGUSR2,
            Signal::SIGALRM,
            Signal::SIGTSTP,
            Signal::SIGQUIT,
            // In the background a terminal is neither read nor changed, so nobody has to be stopped for it.
            Signal::SIGTTIN,
            Signal::SIGTTOU,
        ];
        SigSet::from_iter(deaf_to).thread_block()?;
        Ok(())
    }

    fn on_signal(signals: &Signals, signal: i32) {
        if matches!(signal, SIGTERM | SIGHUP) {
            // Whoever closes a terminal sends more than one: only SIGINT gives up.
            signals.stop(128 + signal);
            return;
        }
        let recorder = signals.recorder.get();
        if signal == SIGQUIT {
            terminal::close();
            // It ends the process, as whoever sent it wants.
            let _ = emulate_default_handler(SIGQUIT);
        }
        if signal == SIGTSTP {
            suspend(recorder);
            return;
        }
        let Some(recorder) = recorder else {
            return;
        };
        // A recording that is over cannot be steered, and need not be.
        let _ = match signal {
            SIGUSR1 => recorder.pause(),
            SIGUSR2 => recorder.resume(),
            _ => recorder.request_data(),
        };
    }

    /// Ctrl-Z: the recording pauses, the process stops as a shell expects, and goes on where it was when the shell
    /// wakes it.
    fn suspend(recorder: Option<&MediaRecorder>) {
        let recording = recorder.filter(|recorder| recorder.state() == RecordingState::Recording);
        if let Some(recorder) = recording {
            // A recording that has just ended need not be paused.
            let _ = recorder.pause();
        }
        terminal::suspend();
        // It fails for no signal that exists.
        let _ = emulate_default_handler(SIGTSTP);
        terminal::resume();
        if let Some(recorder) = recording {
            let _ = recorder.resume();
        }
    }

    /// Whether whoever started the program wants this signal ignored (Linux tells; elsewhere nobody is asked).
    fn is_ignored(signal: i32) -> bool {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = mask.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok());
        mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
    }
}
