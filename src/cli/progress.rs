//! The status line of a recording in a terminal, and what is said at its end.
use crate::cli::args::When;
use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};
use mediarec::clock::{Clock, Timestamp};
use mediarec::recorder::{RecordingState, RecordingStats};
use std::io::{self, IsTerminal};
use std::time::Duration;

/// The rates that are shown are those of the last so long.
const WINDOW: Duration = Duration::from_secs(1);

/// Draws at most so many lines a second.
const DRAWS_PER_SECOND: u8 = 10;

/// A status line, or none.
pub struct Progress {
    display: Display,
    clock: Clock,
    window: Option<(Timestamp, Totals)>,
    rates: String,
}

/// How it is shown.
enum Display {
    Nothing,
    /// A line of a terminal, written anew.
    Line(ProgressBar),
    /// Line after line, where nothing can be written anew; and when the last was written.
    Lines(Option<Timestamp>),
}

/// What rates are made of.
#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    bytes: u64,
    pictures: u64,
}

impl Totals {
    fn of(stats: &RecordingStats) -> Self {
        Self {
            bytes: stats.bytes,
            pictures: stats
                .tracks
                .iter()
                .filter(|t| t.is_video)
                .map(|t| t.packets)
                .sum(),
        }
    }
}

impl Progress {
    /// On standard error, when it is wanted there.
    pub fn new(when: When, quiet: bool) -> Self {
        let terminal = io::stderr().is_terminal();
        let display = match when {
            When::Never => Display::Nothing,
            When::Auto if quiet || !terminal => Display::Nothing,
            When::Always if !terminal => Display::Lines(None),
            When::Auto | When::Always => Display::Line(status_line()),
        };
        Self {
            display,
            clock: Clock::monotonic(),
            window: None,
            rates: String::new(),
        }
    }

    /// Shows how far the recording is.
    pub fn update(&mut self, state: RecordingState, so_far: &RecordingStats) {
        let now = self.clock.now();
        match &mut self.display {
            Display::Nothing => return,
            Display::Lines(Some(last)) if now - *last < WINDOW => return,
            Display::Lines(last) => *last = Some(now),
            Display::Line(_) => {}
        }
        self.update_rates(now, so_far);
        let text = self.text(state, so_far);
        match &self.display {
            Display::Line(bar) => bar.set_message(text),
            _ => eprintln!("{text}"),
        }
    }

    /// Takes the line away.
    pub fn clear(&self) {
        if let Display::Line(bar) = &self.display {
            bar.finish_and_clear();
        }
    }

    fn text(&self, state: RecordingState, so_far: &RecordingStats) -> String {
        let sign = match state {
            RecordingState::Recording => "● rec   ",
            RecordingState::Paused => "‖ paused",
            RecordingState::Inactive => "■ stop  ",
        };
        let dropped: u64 = so_far.tracks.iter().map(|track| track.dropped).sum();
        let (time, size) = (clock(so_far.duration), HumanBytes(so_far.bytes));
        format!("{sign} {time}  {size}{}  {dropped} dropped", self.rates)
    }

    fn update_rates(&mut self, now: Timestamp, stats: &RecordingStats) {
        let totals = Totals::of(stats);
        let (since, before) = *self.window.get_or_insert((now, totals));
        let elapsed = (now - since).as_secs_f64();
        if elapsed < WINDOW.as_secs_f64() {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "for people to read")]
        let rate = |now: u64, before: u64| now.saturating_sub(before) as f64 / elapsed;
        let bits = rate(totals.bytes, before.bytes) * 8e-6;
        let fps = rate(totals.pictures, before.pictures);
        self.rates = format!("  {bits:.2} Mbit/s  {fps:.1} fps");
        self.window = Some((now, totals));
    }
}

fn status_line() -> ProgressBar {
    let target = ProgressDrawTarget::stderr_with_hz(DRAWS_PER_SECOND);
    let bar = ProgressBar::with_draw_target(None, target);
    bar.set_style(ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar
}

/// 00:01:02.3
fn clock(length: Duration) -> String {
    let seconds = length.as_secs();
    let (hours, minutes, tenths) = (seconds / 3600, seconds / 60 % 60, length.subsec_millis() / 100);
    format!("{hours:02}:{minutes:02}:{:02}.{tenths}", seconds % 60)
}

/// One sentence about a recording that is over, and what was lost.
pub fn summary(stats: &RecordingStats, into: &str) -> String {
    let tracks: Vec<String> = stats
        .tracks
        .iter()
        .map(|track| {
            let unit = if track.is_video {
                "pictures"
            } else {
                "packets of sound"
            };
            let lost = match track.dropped {
                0 => String::new(),
                dropped => format!(" ({dropped} dropped)"),
            };
            let silence = if track.silence.is_zero() {
                String::new()
            } else {
                format!(" ({:.3} s of silence for gaps)", track.silence.as_secs_f64())
            };
            format!("{} {unit}{lost}{silence}", track.packets)
        })
        .collect();
    let (length, size) = (stats.duration.as_secs_f64(), HumanBytes(stats.bytes));
    format!(
        "recorded {length:.3} s into {into}: {size}, {}",
        tracks.join(", ")
    )
}
