//! The signals of Unix beside SIGINT.
use crate::cli::preview::picture_screen;
use crate::cli::signals::{self, Signals};
use crate::cli::terminal;
use mediarec::recorder::{MediaRecorder, RecordingState};
use nix::sys::signal::{SigSet, Signal};
use signal_hook::consts::{SIGALRM, SIGHUP, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2};
use signal_hook::iterator::Signals as Iterator;
use signal_hook::low_level::emulate_default_handler;
use std::io;
use std::sync::Arc;
use std::thread;

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

/// Lets a write beyond the limit for the size of a file (`ulimit -f`) fail: unhandled, its signal ends the process.
pub fn survive_size_limits() {
    // Unlike an ignored signal, a handled one is the default again in the commands that are run. Without a handler
    // the file is only not finished.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
}

fn on_signal(signals: &Signals, signal: i32) {
    if matches!(signal, SIGTERM | SIGHUP) {
        // Closing a terminal sends more than one of them: only a second SIGINT ends the program.
        signals.stop(128 + signal);
        return;
    }
    let recordings = signals.recordings();
    let recorders: Vec<&MediaRecorder> = recordings.iter().filter_map(|one| one.recorder.get()).collect();
    if signal == SIGQUIT {
        signals::clean_up();
        // Ends the process with a core dump, which is what SIGQUIT is for.
        let _ = emulate_default_handler(SIGQUIT);
    }
    if signal == SIGTSTP {
        suspend(&recorders);
        return;
    }
    for recorder in recorders {
        // A recording that has just ended cannot be controlled and need not be.
        let _ = match signal {
            SIGUSR1 => recorder.pause(),
            SIGUSR2 => recorder.resume(),
            SIGALRM => recorder.request_data(),
            signal if Some(&signal) == real_time_signals().first() => recorder.save_history(),
            _ => recorder.split(),
        };
    }
}

/// SIGRTMIN, which saves the history, and SIGRTMIN+1, which begins a segment, where there are real-time signals. The C library decides which is the first. They are not in nix's sets, so
/// they are not blocked below: their handlers restart what they interrupt.
fn real_time_signals() -> Vec<i32> {
    #[cfg(target_os = "linux")]
    return vec![nix::libc::SIGRTMIN(), nix::libc::SIGRTMIN() + 1];
    #[cfg(not(target_os = "linux"))]
    Vec::new()
}

/// Ctrl-Z: pauses what is recorded and suspends the process as a shell expects; resumes both when the shell continues it.
fn suspend(recorders: &[&MediaRecorder]) {
    let is_recording = |recorder: &&&MediaRecorder| recorder.state() == RecordingState::Recording;
    let paused: Vec<&&MediaRecorder> = recorders.iter().filter(is_recording).collect();
    for recorder in &paused {
        // A recording that has just ended need not be paused.
        let _ = recorder.pause();
    }
    picture_screen::leave();
    terminal::suspend();
    // Fails for invalid signals only.
    let _ = emulate_default_handler(SIGTSTP);
    terminal::resume();
    picture_screen::come_back();
    for recorder in paused {
        let _ = recorder.resume();
    }
}

/// Runs this on a thread of its own at SIGTERM and SIGHUP.
///
/// # Errors
/// Those of the system.
pub fn on_termination(run: impl Fn() + Send + 'static) -> io::Result<()> {
    let handled = [SIGTERM, SIGHUP]
        .into_iter()
        .filter(|&signal| !is_ignored(signal));
    let mut received = Iterator::new(handled)?;
    thread::Builder::new()
        .name("signals".into())
        .spawn(move || received.forever().for_each(|_| run()))?;
    Ok(())
}

/// Whether the process was started with this signal ignored (known on Linux only).
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}
