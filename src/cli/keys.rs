//! Keys that steer a recording, when standard input and standard error are a terminal.
//!
//! The terminal gives keys at once and does not show them while the program is in its foreground; on every way out it
//! is as it was before. A standard input that is no terminal is not touched.
use crate::cli::plan::Sources;
use crate::cli::signals::Signals;
use mediarec::media::TrackKind;
use mediarec::recorder::{MediaRecorder, RecordingState};
use std::io::{self, IsTerminal};

#[cfg(unix)]
pub use unix::{close, resume, suspend};

/// What the keys are, for those who look at the terminal.
const LEGEND: &str =
    "keys: space pauses and resumes, d asks for data, m and v mute microphone and camera, q stops";

/// The keyboard of a recording; when it goes, the terminal is as it was.
pub struct Keys;

impl Keys {
    /// Listens to keys, if there is a terminal for them that is no source; says what they do unless `quiet`.
    pub fn listen(
        recorder: &MediaRecorder,
        signals: &Signals,
        sources: &Sources,
        quiet: bool,
    ) -> Option<Self> {
        if sources.read_stdin() || !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return None;
        }
        let steered = Steered {
            recorder: recorder.clone(),
            signals: signals.clone(),
        };
        #[cfg(unix)]
        {
            unix::start(steered).ok()?;
            if !quiet {
                crate::cli::stderr::say(LEGEND);
            }
            Some(Self)
        }
        #[cfg(not(unix))]
        {
            let _ = (steered, quiet, LEGEND);
            None
        }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        close();
    }
}

/// Keys are not read on this system.
#[cfg(not(unix))]
pub fn close() {}

/// What the keys steer.
struct Steered {
    recorder: MediaRecorder,
    signals: Signals,
}

impl Steered {
    fn press(&self, key: u8) {
        let is_paused = self.recorder.state() == RecordingState::Paused;
        let steered = match key {
            b' ' if is_paused => self.recorder.resume(),
            b' ' => self.recorder.pause(),
            b'd' => self.recorder.request_data(),
            _ => Ok(()),
        };
        // A recording that is over cannot be steered, and need not be.
        drop(steered);
        match key {
            b'm' => self.toggle(TrackKind::Audio),
            b'v' => self.toggle(TrackKind::Video),
            b'q' => self.signals.stop_by_hand(),
            _ => {}
        }
    }

    /// All tracks of a kind, to what none of them is.
    fn toggle(&self, kind: TrackKind) {
        let mut tracks = self.recorder.stream().tracks();
        tracks.retain(|track| track.kind() == kind);
        let enabled = tracks.iter().any(mediarec::streams::MediaStreamTrack::enabled);
        for track in tracks {
            track.set_enabled(!enabled);
        }
    }
}

#[cfg(unix)]
mod unix {
    use super::{Steered, io};
    use nix::errno::Errno;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use nix::sys::termios::{LocalFlags, SetArg, SpecialCharacterIndices, Termios, tcgetattr, tcsetattr};
    use nix::unistd::{getpgrp, read, tcgetpgrp};
    use std::os::fd::AsFd;
    use std::sync::{Mutex, MutexGuard, PoisonError};
    use std::thread;

    /// How often it is looked whether the program has come to the foreground, in milliseconds.
    const LOOK_AROUND: u8 = 50;

    /// There is one terminal, and every way out has to know of it.
    static TERMINAL: Mutex<Terminal> = Mutex::new(Terminal::Closed);

    enum Terminal {
        /// It is not ours, or not any more.
        Closed,
        /// The process is about to be stopped.
        Suspended,
        /// It is as it was; keys are read as soon as the program is in its foreground.
        Untouched,
        /// It gives keys at once; and how it was before.
        Keys(Termios),
    }

    pub fn start(steered: Steered) -> io::Result<()> {
        *lock() = Terminal::Untouched;
        lock().take();
        thread::Builder::new()
            .name("keys".into())
            .spawn(move || while read_keys(&steered) {})
            .map(drop)
    }

    /// The terminal is as it was, for good.
    pub fn close() {
        lock().give_back(Terminal::Closed);
    }

    /// The same until [`resume`].
    pub fn suspend() {
        let mut terminal = lock();
        if !matches!(*terminal, Terminal::Closed) {
            terminal.give_back(Terminal::Suspended);
        }
    }

    /// The process goes on.
    pub fn resume() {
        let mut terminal = lock();
        if matches!(*terminal, Terminal::Suspended) {
            *terminal = Terminal::Untouched;
        }
    }

    // Every change of it is whole before a panic could strike.
    fn lock() -> MutexGuard<'static, Terminal> {
        TERMINAL.lock().unwrap_or_else(PoisonError::into_inner)
    }

    impl Terminal {
        /// Makes it give keys at once, if it may.
        fn take(&mut self) {
            if !matches!(self, Self::Untouched) || !is_foreground() {
                return;
            }
            let Ok(before) = tcgetattr(io::stdin()) else {
                return;
            };
            let mut keys = before.clone();
            // Ctrl-C and Ctrl-Z stay what they are, and so does what is written.
            keys.local_flags &= !(LocalFlags::ICANON | LocalFlags::ECHO);
            keys.control_chars[SpecialCharacterIndices::VMIN as usize] = 1;
            keys.control_chars[SpecialCharacterIndices::VTIME as usize] = 0;
            if tcsetattr(io::stdin(), SetArg::TCSANOW, &keys).is_ok() {
                *self = Self::Keys(before);
            }
        }

        fn give_back(&mut self, next: Self) {
            if let Self::Keys(before) = std::mem::replace(self, next) {
                // In the background it is the shell's, which has made it as it wants it.
                if is_foreground() {
                    let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, &before);
                }
            }
        }
    }

    /// Whether the terminal is ours to read and change; one that controls no processes is.
    fn is_foreground() -> bool {
        match tcgetpgrp(io::stdin()) {
            Ok(group) => group == getpgrp(),
            Err(error) => error == Errno::ENOTTY,
        }
    }

    /// Waits a little for keys; false when there can be no more.
    fn read_keys(steered: &Steered) -> bool {
        match &mut *lock() {
            Terminal::Closed => return false,
            terminal => terminal.take(),
        }
        let stdin = io::stdin();
        let mut descriptors = [PollFd::new(stdin.as_fd(), PollFlags::POLLIN)];
        let ready = poll(&mut descriptors, PollTimeout::from(LOOK_AROUND));
        if !matches!(ready, Ok(1..)) || !is_foreground() {
            if !matches!(ready, Ok(0)) {
                thread::sleep(std::time::Duration::from_millis(LOOK_AROUND.into()));
            }
            return true;
        }
        let mut keys = [0; 64];
        match read(&stdin, &mut keys) {
            Ok(0) => false,
            Ok(count) => {
                keys[..count].iter().for_each(|&key| steered.press(key));
                true
            }
            Err(error) => matches!(error, Errno::EINTR | Errno::EAGAIN),
        }
    }
}
