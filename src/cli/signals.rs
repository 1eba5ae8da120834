//! Turns signals into calls of the recorder; ends the program if a stop takes too long.
#[cfg(unix)]
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
        #[cfg(unix)]
        unix::install(&signals).context("cannot handle signals")?;
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

/// Lets a write beyond the limit for the size of a file (`ulimit -f`) fail: unhandled, its signal ends the process.
pub fn survive_size_limits() {
    #[cfg(unix)]
    {
        // Unlike an ignored signal, a handled one is the default again in the commands that are run. Without a handler
        // the file is only not finished.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
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
    #[cfg(unix)]
    control::socket::remove();
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
        let mut handled = vec![SIGTERM, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTSTP];
        handled.extend(real_time_signals());
        // Ignored under nohup, and then it stays ignored.
        if !is_ignored(SIGHUP) {
            handled.push(SIGHUP);
        }
        let mut received = Iterator::new(handled)?;
        let signals = signals.clone();
        thread::Builder::new()
            .name("signals".into())
            .spawn(move || received.forever().for_each(|signal| on_signal(&signals, signal)))?;
        // Threads inherit this mask, so that no signal interrupts a driver.
        let blocked = [
            Signal::SIGINT,
            Signal::SIGTERM,
            Signal::SIGHUP,
            Signal::SIGUSR1,
            Signal::SIGUSR2,
            Signal::SIGALRM,
            Signal::SIGTSTP,
            Signal::SIGQUIT,
            // In the background the terminal is neither read nor changed, so these need not stop the process.
            Signal::SIGTTIN,
            Signal::SIGTTOU,
        ];
        SigSet::from_iter(blocked).thread_block()?;
        Ok(())
    }

    fn on_signal(signals: &Signals, signal: i32) {
        if matches!(signal, SIGTERM | SIGHUP) {
            // Closing a terminal sends more than one of them: only a second SIGINT ends the program.
            signals.stop(128 + signal);
            return;
        }
        let recorder = signals.recorder.get();
        if signal == SIGQUIT {
            super::clean_up();
            // Ends the process with a core dump, which is what SIGQUIT is for.
            let _ = emulate_default_handler(SIGQUIT);
        }
        if signal == SIGTSTP {
            suspend(recorder);
            return;
        }
        let Some(recorder) = recorder else {
            return;
        };
        // A recording that has just ended cannot be controlled and need not be.
        let _ = match signal {
            SIGUSR1 => recorder.pause(),
            SIGUSR2 => recorder.resume(),
            SIGALRM => recorder.request_data(),
            signal if Some(&signal) == real_time_signals().first() => recorder.save_history(),
            _ => recorder.split(),
        };
    }

    /// SIGRTMIN, which saves the history, and SIGRTMIN+1, which begins a segment, where there are real-time signals. The C library decides which is the first. They are not in nix's sets, so
    /// they are not blocked below: their handlers restart what they interrupt.
    fn real_time_signals() -> Vec<i32> {
        #[cfg(target_os = "linux")]
        return vec![nix::libc::SIGRTMIN(), nix::libc::SIGRTMIN() + 1];
        #[cfg(not(target_os = "linux"))]
        Vec::new()
    }

    /// Ctrl-Z: pauses the recording and suspends the process as a shell expects; resumes both when the shell continues it.
    fn suspend(recorder: Option<&MediaRecorder>) {
        let recording = recorder.filter(|recorder| recorder.state() == RecordingState::Recording);
        if let Some(recorder) = recording {
            // A recording that has just ended need not be paused.
            let _ = recorder.pause();
        }
        terminal::suspend();
        // Fails for invalid signals only.
        let _ = emulate_default_handler(SIGTSTP);
        terminal::resume();
        if let Some(recorder) = recording {
            let _ = recorder.resume();
        }
    }

    /// Whether the process was started with this signal ignored (known on Linux only).
    fn is_ignored(signal: i32) -> bool {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = mask.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok());
        mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
    }
}
