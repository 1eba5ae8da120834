//! The status line of a recording in a terminal, and the summary at its end.
use crate::cli::args::when::When;
use crate::cli::color::Color;
use crate::cli::message_line::MessageLine;
use crate::cli::preview::picture_screen::PictureScreen;
use crate::cli::preview::terminal_picture::TerminalPicture;
use crate::cli::rates::Rates;
use crate::cli::stderr;
use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};
use mediarec::clock::{Clock, Timestamp};
use mediarec::media::TrackKind;
use mediarec::recorder::{RecordingState, RecordingStats};
use mediarec::streams::MediaStreamTrack;
use std::io::{self, IsTerminal};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use terminal_size::terminal_size_of;

/// How often a line is written where lines cannot be redrawn.
const LINE_INTERVAL: Duration = Duration::from_secs(1);

/// Maximum redraws per second.
const DRAWS_PER_SECOND: u8 = 10;

/// The same with a picture, which is much more to draw.
const PICTURES_PER_SECOND: u8 = 5;

/// Text that is redrawn, and that every way out has to remove.
static CLEARED_AT_EXIT: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// A status line, or none.
pub struct Progress {
    display: Display,
    color: Color,
    clock: Clock,
    picture: Option<TerminalPicture>,
    level: PeakHold,
}

/// The highest peak of the last moment, so that it can be read.
#[derive(Default)]
struct PeakHold {
    peak: f32,
    since: Timestamp,
}

/// How the status is shown.
enum Display {
    Nothing,
    /// A line of a terminal, redrawn.
    Line(ProgressBar),
    /// The same below a picture that is no text.
    BelowPicture(PictureScreen),
    /// Line after line, where nothing can be redrawn; with the time of the last.
    Lines(Option<Timestamp>),
}

impl Progress {
    /// On standard error; `hidden` suppresses it unless it is set to `always`.
    pub fn new(when: When, hidden: bool, color: Color) -> Self {
        let terminal = io::stderr().is_terminal();
        let display = match when {
            When::Never => Display::Nothing,
            When::Auto if hidden || !terminal => Display::Nothing,
            When::Always if !terminal => Display::Lines(None),
            When::Auto | When::Always => Display::Line(status_line()),
        };
        Self {
            display,
            color,
            clock: Clock::monotonic(),
            picture: None,
            level: PeakHold::default(),
        }
    }

    /// With a picture above the status line, where there is one.
    pub fn with_picture(mut self, picture: Option<TerminalPicture>) -> Self {
        if picture.is_some() && !matches!(self.display, Display::Line(_)) {
            stderr::say(
                "mediarec: there is no picture: it needs a terminal on standard error, with a status line",
            );
            return self;
        }
        if let (Some(_), Display::Line(bar)) = (&picture, &self.display) {
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(PICTURES_PER_SECOND));
        }
        if let Some(screen) = picture.as_ref().and_then(TerminalPicture::screen) {
            screen.show();
            self.display = Display::BelowPicture(screen.clone());
        }
        self.picture = picture;
        self
    }

    /// Shows how far the recording is.
    pub fn update(
        &mut self,
        state: RecordingState,
        so_far: &RecordingStats,
        rates: &Rates,
        tracks: &[MediaStreamTrack],
    ) {
        let now = self.clock.now();
        match &mut self.display {
            Display::Nothing => return,
            // Nothing is lost: the next line says the same.
            _ if !stderr::has_room() => return,
            Display::Lines(Some(last)) if now - *last < LINE_INTERVAL => return,
            Display::Lines(last) => *last = Some(now),
            Display::Line(_) | Display::BelowPicture(_) => {}
        }
        self.level.update(peak(so_far), now);
        let marks: String = tracks.iter().filter_map(|track| self.mark(track)).collect();
        let text = self.text(state, so_far, rates, &marks);
        match &self.display {
            Display::Line(bar) => {
                let picture = self.picture.as_ref().map(TerminalPicture::text);
                bar.set_message(picture.unwrap_or_default() + &text);
            }
            Display::BelowPicture(screen) => screen.set_status(&text),
            _ => stderr::say_in_color(&text),
        }
    }

    /// Where messages are printed: above the status line.
    pub fn messages(&self) -> MessageLine {
        match &self.display {
            Display::Line(bar) => MessageLine::AboveBar(bar.clone()),
            Display::BelowPicture(screen) => MessageLine::AbovePicture(screen.clone()),
            Display::Lines(_) | Display::Nothing => MessageLine::Plain,
        }
    }

    /// Removes the status line.
    pub fn clear(&self) {
        match &self.display {
            Display::Line(bar) => {
                if !stderr::has_room() {
                    bar.set_draw_target(ProgressDrawTarget::hidden());
                }
                bar.finish_and_clear();
            }
            Display::BelowPicture(screen) => screen.close(),
            Display::Lines(_) | Display::Nothing => {}
        }
    }

    fn text(&self, state: RecordingState, so_far: &RecordingStats, rates: &Rates, marks: &str) -> String {
        let sign = match state {
            RecordingState::Recording => self.color.red("● rec   "),
            RecordingState::Paused => self.color.yellow("‖ paused"),
            RecordingState::Inactive => "■ stop  ".to_owned(),
        };
        let dropped: u64 = so_far.tracks.iter().map(|track| track.dropped).sum();
        let (time, size) = (clock(so_far.duration), HumanBytes(so_far.bytes));
        let rates = if rates.are_known() {
            rates_parts(so_far, rates)
        } else {
            Vec::new()
        };
        let mut lost = format!("{dropped} dropped");
        if dropped > 0 {
            lost = self.color.yellow(&lost);
        }
        let level = if so_far.tracks.iter().any(|track| !track.is_video) {
            let peak = peak(so_far);
            format!("  {} {}", self.meter(peak), decibels(peak))
        } else {
            String::new()
        };
        let line = format!("{sign} {time}  {size}  {lost}{level}{marks}");
        let columns = match self.display {
            Display::Lines(_) => None,
            _ => terminal_size_of(io::stderr()).map(|(width, _)| width.0.into()),
        };
        with_what_fits(line, &rates, columns)
    }

    /// The level of a peak as a bar with the highest of the last moment, yellow where it may clip.
    fn meter(&self, peak: f32) -> String {
        const NEAR_FULL_SCALE: f32 = 0.9;
        let bar = bar(peak, self.level.peak);
        if self.level.peak >= NEAR_FULL_SCALE {
            self.color.yellow(&bar)
        } else {
            bar
        }
    }

    /// A mark for a track that is disabled or muted.
    fn mark(&self, track: &MediaStreamTrack) -> Option<String> {
        let what = match (track.enabled(), track.muted()) {
            (true, false) => return None,
            (false, _) => "off",
            (true, true) => "muted",
        };
        let device = match track.kind() {
            TrackKind::Audio => "microphone",
            TrackKind::Video => "camera",
        };
        Some(format!("  {}", self.color.yellow(&format!("[{device} {what}]"))))
    }
}

/// A line with those of the further parts that a terminal of this width has room for, up to the first that it has not.
fn with_what_fits(mut line: String, parts: &[String], columns: Option<usize>) -> String {
    for part in parts {
        if columns.is_some_and(|columns| width(&line) + width(part) > columns) {
            break;
        }
        line.push_str(part);
    }
    line
}

/// Number of columns of a text that may have colours.
fn width(text: &str) -> usize {
    let mut pieces = text.split('\u{1b}');
    let before = pieces.next().unwrap_or_default().chars().count();
    let behind_colors = pieces.map(|piece| piece.split_once('m').map_or(0, |(_, text)| text.chars().count()));
    before + behind_colors.sum::<usize>()
}

fn rates_parts(so_far: &RecordingStats, rates: &Rates) -> Vec<String> {
    let of = |is_video: bool| {
        let tracks = so_far.tracks.iter().enumerate();
        let own = tracks.filter(move |(_, track)| track.is_video == is_video);
        own.map(|(number, _)| rates.of(number))
    };
    let mut parts = Vec::new();
    if of(true).next().is_some() {
        let bits: f64 = of(true).map(|rate| rate.bits).sum();
        let frames: f64 = of(true).map(|rate| rate.packets).sum();
        parts.push(format!("  {:.2} Mbit/s", bits * 1e-6));
        parts.push(format!(" {frames:.1} fps"));
    }
    if of(false).next().is_some() {
        let bits: f64 = of(false).map(|rate| rate.bits).sum();
        parts.push(format!("  {:.0} kbit/s", bits * 1e-3));
    }
    parts
}

impl PeakHold {
    fn update(&mut self, peak: f32, now: Timestamp) {
        const HOLD_TIME: Duration = Duration::from_millis(1500);
        if peak >= self.peak || now - self.since > HOLD_TIME {
            *self = Self { peak, since: now };
        }
    }
}

/// The peak of all audio tracks.
fn peak(so_far: &RecordingStats) -> f32 {
    let audio = so_far.tracks.iter().filter(|track| !track.is_video);
    audio.map(|track| track.peak).fold(0.0, f32::max)
}

/// A bar of ten cells of 6 dB each up to full scale, with a mark at the cell of the peak that is held.
pub fn bar(peak: f32, held: f32) -> String {
    const CELLS: usize = 10;
    const CELL: f32 = 6.0;
    let filled = |peak: f32| {
        let below = -20.0 * peak.max(f32::MIN_POSITIVE).log10() / CELL;
        (0..CELLS).filter(|&cell| below < cell as f32 + 0.5).count()
    };
    let (now, held) = (filled(peak), filled(held));
    let cell = |cell: usize| match cell {
        cell if cell < now => '█',
        cell if cell + 1 == held => '▌',
        _ => '░',
    };
    (0..CELLS).map(cell).collect()
}

/// The level of a peak; 1.0 is full scale.
pub fn decibels(peak: f32) -> String {
    /// Half of the smallest 16-bit sample.
    const SILENT: f32 = 1.6e-5;
    if peak < SILENT {
        "  silent".to_owned()
    } else {
        format!("{:>5.1} dB", 20.0 * peak.log10())
    }
}

/// Text that is redrawn.
pub fn status_line() -> ProgressBar {
    let target = ProgressDrawTarget::stderr_with_hz(DRAWS_PER_SECOND);
    let bar = ProgressBar::with_draw_target(None, target);
    bar.set_style(ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar
}

/// Removes this text where the process ends without returning to whom it belongs, as by a signal.
pub fn clear_at_exit(text: Option<&ProgressBar>) {
    *CLEARED_AT_EXIT.lock().unwrap_or_else(PoisonError::into_inner) = text.cloned();
}

/// The process ends.
pub fn leave() {
    let text = CLEARED_AT_EXIT
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    if let Some(text) = text.filter(|_| stderr::has_room()) {
        text.finish_and_clear();
    }
}

/// 00:01:02.3
pub fn clock(length: Duration) -> String {
    let seconds = length.as_secs();
    let (hours, minutes, tenths) = (seconds / 3600, seconds / 60 % 60, length.subsec_millis() / 100);
    format!("{hours:02}:{minutes:02}:{:02}.{tenths}", seconds % 60)
}

/// A one-line summary of a finished recording and its losses.
pub fn summary(stats: &RecordingStats, to: &str) -> String {
    let tracks: Vec<String> = stats
        .tracks
        .iter()
        .map(|track| {
            let unit = if track.is_video {
                "video frames"
            } else {
                "audio packets"
            };
            let lost = match track.dropped {
                0 => String::new(),
                dropped => format!(" ({dropped} dropped)"),
            };
            let silence = if track.silence.is_zero() {
                String::new()
            } else {
                format!(
                    " ({:.3} s of gaps filled with silence)",
                    track.silence.as_secs_f64()
                )
            };
            let late = match track.late {
                0 => String::new(),
                late => format!(" ({late} late, by up to {:.3} s)", track.late_by.as_secs_f64()),
            };
            let gaps = match track.gaps {
                0 => String::new(),
                1 => format!(
                    " (1 gap of {:.3} s without its device)",
                    track.gap_time.as_secs_f64()
                ),
                gaps => {
                    let length = track.gap_time.as_secs_f64();
                    format!(" ({gaps} gaps, {length:.3} s in all, without its device)")
                }
            };
            let copied = if track.pass_through { " copied" } else { "" };
            format!("{} {unit}{copied}{lost}{silence}{gaps}{late}", track.packets)
        })
        .collect();
    let (length, size) = (stats.duration.as_secs_f64(), HumanBytes(stats.bytes));
    let what = if to.is_empty() {
        format!("previewed {length:.3} s")
    } else {
        format!("recorded {length:.3} s to {to}")
    };
    format!("{what}: {size}, {}", tracks.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_told_below_full_scale_and_silence_as_such() {
        assert_eq!(
            [1.0, 0.5, 0.0].map(decibels),
            ["  0.0 dB", " -6.0 dB", "  silent"]
        );
    }

    #[test]
    fn the_bar_is_full_at_full_scale_and_empty_at_silence() {
        let bar = |peak: f32| super::bar(peak, peak);
        assert_eq!(bar(1.0), "██████████");
        assert_eq!(bar(0.5), "█████████░");
        assert_eq!(bar(0.1), "███████░░░");
        assert_eq!(bar(0.0), "░░░░░░░░░░");
    }

    #[test]
    fn the_highest_peak_stays_for_a_moment() {
        let at = |millis| Timestamp::from_millis(millis);
        let mut level = PeakHold::default();
        level.update(0.5, at(0));
        level.update(0.1, at(1000));
        assert_eq!(bar(0.1, level.peak), "███████░▌░");
        level.update(0.1, at(1600));
        assert_eq!(bar(0.1, level.peak), "███████░░░");
    }

    #[test]
    fn a_narrow_terminal_gets_fewer_rates_and_never_a_second_line() {
        let line = Color::new(When::Always).red("● rec") + " 00:01";
        let parts = ["  1.25 Mbit/s", " 30.0 fps"].map(str::to_owned);
        let fit = |columns| width(&with_what_fits(line.clone(), &parts, columns));
        assert_eq!(
            [10, 11, 23, 24, 32, 33].map(|columns| fit(Some(columns))),
            [11, 11, 11, 24, 24, 33]
        );
        assert_eq!(fit(None), 33);
    }

    #[test]
    fn media_time_is_shown_to_the_tenth() {
        assert_eq!(clock(Duration::from_millis(3_723_456)), "01:02:03.4");
    }
}
