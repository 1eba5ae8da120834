//! Keys that control a recording, if standard input and standard error are a terminal.
use crate::cli::plan::Plan;
use crate::cli::signals::Signals;
use crate::cli::{stderr, terminal};
use mediarec::media::TrackKind;
use mediarec::recorder::{MediaRecorder, RecordingState};
use std::io::{self, IsTerminal};

/// The keyboard of a recording; dropping it restores the terminal.
pub struct Keys;

impl Keys {
    /// Listens to keys if standard input is a terminal and not a source; prints the legend unless `quiet`.
    pub fn listen(recorder: &MediaRecorder, signals: &Signals, plan: &Plan, quiet: bool) -> Option<Self> {
        if plan.sources.reads_stdin() || !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return None;
        }
        let controlled = Controlled {
            recorder: recorder.clone(),
            signals: signals.clone(),
        };
        start(controlled).ok()?;
        if !quiet {
            stderr::say(legend(recorder, plan));
        }
        Some(Self)
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        terminal::close();
    }
}

/// The keys that do something in this recording, and what.
fn legend(recorder: &MediaRecorder, plan: &Plan) -> String {
    let tracks = recorder.stream().tracks();
    let has = |kind| tracks.iter().any(|track| track.kind() == kind);
    let keys = [
        (true, "space pause/resume"),
        (plan.chunks.is_some(), "d request data"),
        (plan.segments.is_some(), "n new segment"),
        (plan.history.is_some(), "h save history"),
        (has(TrackKind::Audio), "m mute microphone"),
        (has(TrackKind::Video), "v mute camera"),
        (true, "q stop"),
    ];
    let useful = keys.into_iter().filter(|(is_useful, _)| *is_useful);
    let useful: Vec<&str> = useful.map(|(_, key)| key).collect();
    format!("keys: {}", useful.join(", "))
}

fn start(controlled: Controlled) -> io::Result<()> {
    terminal::open();
    let read = move || {
        let mut keys = [0; 64];
        loop {
            match terminal::read_keys(&mut keys) {
                terminal::Keys::Pressed(count) => keys[..count].iter().for_each(|&key| controlled.press(key)),
                terminal::Keys::None => {}
                terminal::Keys::End => return,
            }
        }
    };
    std::thread::Builder::new()
        .name("keys".into())
        .spawn(read)
        .map(drop)
}

/// What the keys control.
struct Controlled {
    recorder: MediaRecorder,
    signals: Signals,
}

impl Controlled {
    fn press(&self, key: u8) {
        let is_paused = self.recorder.state() == RecordingState::Paused;
        let result = match key {
            b' ' if is_paused => self.recorder.resume(),
            b' ' => self.recorder.pause(),
            b'd' => self.recorder.request_data(),
            b'n' => self.recorder.split(),
            b'h' => self.recorder.save_history(),
            _ => Ok(()),
        };
        // A recording that has just ended cannot be controlled and need not be.
        drop(result);
        match key {
            b'm' => self.toggle(TrackKind::Audio),
            b'v' => self.toggle(TrackKind::Video),
            b'q' => self.signals.stop_by_hand(),
            _ => {}
        }
    }

    /// Disables all tracks of a kind, or enables them if all are disabled.
    fn toggle(&self, kind: TrackKind) {
        let mut tracks = self.recorder.stream().tracks();
        tracks.retain(|track| track.kind() == kind);
        let enabled = tracks.iter().any(mediarec::streams::MediaStreamTrack::enabled);
        for track in tracks {
            track.set_enabled(!enabled);
        }
    }
}
