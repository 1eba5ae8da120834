//! A small plot for the terminal: a row of bars for each track, and marks beneath it.
use crate::cli::plot::curve::{self, Span};
use crate::cli::readable::{bit_rate, clock};
use mediarec::webm::{Inspection, TrackInspection, TrackType};
use std::fmt::Write;

/// Bars from the lowest to the highest.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ASCII: [char; 8] = ['.', ':', '-', '=', '+', '*', '%', '#'];

/// Fewer cells show nothing.
const LEAST_CELLS: usize = 10;

const KEY_FRAME: char = '^';
const SIZE_CHANGE: char = 's';
const GAP: char = 'x';

/// The plot in lines of at most `width` cells; nothing if there is too little to show, or too little room.
pub fn sparklines(inspection: &Inspection, width: usize, unicode: bool) -> String {
    let Some(span) = Span::of(inspection) else {
        return String::new();
    };
    let tracks = inspection.tracks.iter();
    let rows: Vec<_> = tracks
        .filter(|track| track.bit_rate_history.start().is_some())
        .collect();
    let names: Vec<_> = rows.iter().map(|track| name(track)).collect();
    let name_width = names.iter().map(String::len).max().unwrap_or(0);
    // After the bars comes the highest bit rate, such as ` 999 kbit/s`.
    let cells = width.saturating_sub(name_width + 2 + "  99.99 Mbit/s".len());
    if rows.is_empty() || cells < LEAST_CELLS {
        return String::new();
    }
    let (from, to) = (clock(span.from), clock(span.to));
    let mut text = format!("\nbit rate from {from} to {to}, with the highest of each track\n");
    let mut seen = String::new();
    for (track, name) in rows.iter().zip(names) {
        let rates = curve::bit_rates(track, span, cells);
        let highest = rates.iter().copied().fold(0.0, f64::max);
        let bars = bars(&rates, cells, if unicode { &BLOCKS } else { &ASCII });
        let _ = writeln!(text, "{name:<name_width$}  {bars}  {}", bit_rate(highest as u64));
        let marks = marks(track, span, cells);
        if !marks.is_empty() {
            let _ = writeln!(text, "{:name_width$}  {marks}", "");
        }
        seen.push_str(&marks);
    }
    text.push_str(&legend(&seen));
    text
}

fn name(track: &TrackInspection) -> String {
    let kind = match track.kind {
        TrackType::Video => "video",
        TrackType::Audio => "audio",
        TrackType::Other => "other",
    };
    format!("{} {kind}", track.number)
}

/// One bar for each cell; a space where there is nothing.
fn bars(rates: &[f64], cells: usize, bars: &[char; 8]) -> String {
    let highest = rates.iter().copied().fold(0.0, f64::max);
    let bar = |rate: f64| {
        let level = (rate / highest * bars.len() as f64).ceil() as usize;
        if rate > 0.0 {
            bars[level.clamp(1, bars.len()) - 1]
        } else {
            ' '
        }
    };
    (0..cells)
        .map(|cell| bar(rates[cell * rates.len() / cells]))
        .collect()
}

/// What happened in each cell; of several things, the worst.
fn marks(track: &TrackInspection, span: Span, cells: usize) -> String {
    let mut marks = vec![' '; cells];
    for time in curve::key_frames(track) {
        marks[span.part(time, cells)] = KEY_FRAME;
    }
    for change in &track.size_changes {
        marks[span.part(change.time, cells)] = SIZE_CHANGE;
    }
    for gap in curve::gaps(track) {
        let (first, last) = (span.part(gap.from, cells), span.part(gap.to, cells));
        marks[first..=last.max(first)].fill(GAP);
    }
    marks.iter().collect::<String>().trim_end().to_owned()
}

fn legend(seen: &str) -> String {
    let marks = [
        (KEY_FRAME, "key frame"),
        (SIZE_CHANGE, "change of the frame size"),
        (GAP, "gap"),
    ];
    let seen = marks.iter().filter(|(mark, _)| seen.contains(*mark));
    let words = seen.map(|(mark, what)| format!("{mark} {what}"));
    let words = words.collect::<Vec<_>>().join("   ");
    if words.is_empty() { words } else { words + "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_the_rate_and_fill_the_width() {
        assert_eq!(bars(&[0.0, 1.0, 4.0, 8.0], 8, &BLOCKS), "  ▁▁▄▄██");
        assert_eq!(bars(&[0.0, 0.1, 8.0], 3, &ASCII), " .#");
        assert_eq!(bars(&[0.0], 3, &BLOCKS), "   ");
    }

    #[test]
    fn the_legend_explains_what_is_seen() {
        assert_eq!(legend("  ^  ^ x"), "^ key frame   x gap\n");
        assert_eq!(legend(""), "");
    }
}
