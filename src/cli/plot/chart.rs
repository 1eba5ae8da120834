//! The plot as a picture: a panel for each track, above one axis of time.
use crate::cli::plot::curve::{self, Span};
use crate::cli::plot::scale::{Scale, rate_labels, ticks, time_labels, time_ticks};
use crate::cli::plot::svg::Svg;
use crate::cli::readable::{bit_rate, clock};
use mediarec::webm::{Inspection, TrackInspection, TrackType};

// Sizes in pixels.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 540.0;
const LEFT: f64 = 84.0;
const RIGHT: f64 = 28.0;
const TOP: f64 = 82.0;
const BOTTOM: f64 = 46.0;
/// Above the bars of a panel, for its heading.
const HEADING: f64 = 24.0;
/// Below them, for the key frames.
const STRIP: f64 = 12.0;
/// Below the strip.
const BETWEEN: f64 = 14.0;
/// The least height of a panel; the picture grows with the number of tracks.
const LEAST_PANEL: f64 = 140.0;

/// Maximum number of parts in which the bit rate is drawn.
const PARTS: usize = 212;

const INK: &str = "#1f2937";
const PALE: &str = "#6b7280";
const GRID: &str = "#e5e7eb";
const SIZE_CHANGE: &str = "#b45309";
const GAP: &str = "fill=\"#dc2626\" fill-opacity=\"0.25\"";

/// Draws the bit rate of each track over time, with its gaps, key frames and changes of size, as SVG.
pub fn svg(inspection: &Inspection, title: &str) -> String {
    let tracks: Vec<_> = inspection
        .tracks
        .iter()
        .filter(|track| track.bit_rate_history.start().is_some())
        .collect();
    let panels = tracks.len().max(1) as f64;
    let height = HEIGHT.max(TOP + BOTTOM + panels * LEAST_PANEL);
    let mut svg = Svg::new(WIDTH, height, &format!("Bit rate of {title} over time"));
    heading(&mut svg, inspection, title);
    let Some(span) = Span::of(inspection) else {
        let style = format!("text-anchor=\"middle\" font-size=\"15\" fill=\"{PALE}\"");
        svg.text(
            (WIDTH / 2.0, height / 2.0),
            &style,
            "Nothing to plot: no packets at different times",
        );
        return svg.finish();
    };
    legend(&mut svg, &tracks);
    let time = Scale {
        from: span.from,
        to: span.to,
        low: LEFT,
        high: WIDTH - RIGHT,
    };
    let panel = (height - TOP - BOTTOM) / panels;
    for (number, track) in tracks.iter().enumerate() {
        let top = TOP + number as f64 * panel;
        Panel {
            track,
            time,
            span,
            top: top + HEADING,
            bottom: top + panel - STRIP - BETWEEN,
        }
        .draw(&mut svg);
    }
    time_axis(&mut svg, time, height - BOTTOM - BETWEEN);
    svg.finish()
}

fn heading(svg: &mut Svg, inspection: &Inspection, title: &str) {
    const LONGEST: usize = 70;
    let mut short: String = title.chars().take(LONGEST).collect();
    if short.len() < title.len() {
        short.push('…');
    }
    let style = format!("font-size=\"20\" font-weight=\"600\" fill=\"{INK}\"");
    svg.text((LEFT, 36.0), &style, &short);
    let mut facts = vec![
        clock(inspection.measured_duration),
        format!("{:.2} MB", inspection.size as f64 / 1e6),
    ];
    facts.extend(inspection.bit_rate.map(bit_rate));
    facts.push(
        if inspection.seekable {
            "seekable"
        } else {
            "not seekable"
        }
        .to_owned(),
    );
    svg.text((LEFT, 58.0), &format!("fill=\"{PALE}\""), &facts.join(" · "));
}

/// What is marked, at the right of the heading.
fn legend(svg: &mut Svg, tracks: &[&TrackInspection]) {
    let mut x = WIDTH - RIGHT;
    let mut entry = |is_there: bool, words: &str, draw: fn(&mut Svg, f64)| {
        if is_there {
            x -= words.len() as f64 * 6.2 + 5.0;
            svg.text((x, 58.0), &format!("fill=\"{INK}\""), words);
            x -= 20.0;
            draw(svg, x);
            x -= 18.0;
        }
    };
    let has = |what: fn(&TrackInspection) -> bool| tracks.iter().any(|track| what(track));
    entry(has(|track| track.gap_count > 0), "gap", |svg, x| {
        svg.rectangle([x, 48.0, 14.0, 12.0], GAP);
    });
    entry(
        has(|track| track.size_change_count > 0),
        "change of size",
        |svg, x| {
            svg.line((x + 7.0, 47.0), (x + 7.0, 61.0), &size_change_style());
        },
    );
    entry(
        has(|track| !curve::key_frames(track).is_empty()),
        "key frame",
        |svg, x| {
            svg.line((x + 7.0, 49.0), (x + 7.0, 59.0), &key_frame_style());
        },
    );
    entry(true, "bit rate", |svg, x| {
        let style = format!("fill=\"{PALE}\" fill-opacity=\"0.18\"");
        svg.rectangle([x, 48.0, 14.0, 12.0], &style);
        let style = format!("stroke=\"{PALE}\" stroke-width=\"1.5\"");
        svg.line((x, 48.0), (x + 14.0, 48.0), &style);
    });
}

fn time_axis(svg: &mut Svg, time: Scale, y: f64) {
    const TICKS: usize = 10;
    let times = time_ticks(time.from, time.to, TICKS);
    let (labels, unit) = time_labels(&times, time.to);
    for (at, label) in times.iter().zip(labels) {
        let x = time.at(*at);
        svg.line((x, y), (x, y + 5.0), &format!("stroke=\"{PALE}\""));
        let style = format!("text-anchor=\"middle\" fill=\"{INK}\"");
        svg.text((x, y + 19.0), &style, &label);
    }
    svg.line((time.low, y), (time.high, y), &format!("stroke=\"{PALE}\""));
    let style = format!("text-anchor=\"middle\" fill=\"{PALE}\"");
    svg.text(
        (f64::midpoint(time.low, time.high), y + 40.0),
        &style,
        &format!("time ({unit})"),
    );
}

fn key_frame_style() -> String {
    format!("stroke=\"{INK}\" stroke-width=\"1.2\"")
}

fn size_change_style() -> String {
    format!("stroke=\"{SIZE_CHANGE}\" stroke-width=\"1.2\" stroke-dasharray=\"4 3\"")
}

/// The plot of one track, between two heights.
struct Panel<'a> {
    track: &'a TrackInspection,
    time: Scale,
    span: Span,
    top: f64,
    bottom: f64,
}

impl Panel<'_> {
    fn draw(&self, svg: &mut Svg) {
        let rates = curve::bit_rates(self.track, self.span, PARTS);
        let highest = rates.iter().copied().fold(0.0, f64::max);
        let scale = Scale {
            from: 0.0,
            to: (highest * 1.08).max(1.0),
            low: self.bottom,
            high: self.top,
        };
        self.heading(svg);
        self.rate_axis(svg, scale);
        self.gaps(svg);
        self.curve(svg, &rates, scale);
        self.key_frames(svg);
        self.size_changes(svg);
    }

    fn heading(&self, svg: &mut Svg) {
        let track = self.track;
        let mut facts = vec![track.codec.clone()];
        let size = track.width.zip(track.height);
        facts.extend(size.map(|(width, height)| format!("{width}×{height}")));
        facts.extend(
            track
                .bit_rate
                .map(|rate| format!("{} on average", bit_rate(rate))),
        );
        let count = |count: u64, one: &str| {
            let plural = if count == 1 { "" } else { "s" };
            (count > 0).then(|| format!("{count} {one}{plural}"))
        };
        if !curve::key_frames(track).is_empty() {
            facts.extend(count(track.key_frames, "key frame"));
        }
        facts.extend(count(track.gap_count, "gap"));
        if track.gap_count > track.gaps.len() as u64 {
            facts.push(format!("the first {} are marked", track.gaps.len()));
        }
        let (kind, color) = look(track.kind);
        let y = self.top - 9.0;
        let style = format!("font-size=\"13\" font-weight=\"600\" fill=\"{color}\"");
        svg.text((LEFT, y), &style, &format!("{kind} {}", track.number));
        svg.text((LEFT + 62.0, y), &format!("fill=\"{PALE}\""), &facts.join(" · "));
    }

    fn rate_axis(&self, svg: &mut Svg, scale: Scale) {
        /// Between two ticks, in pixels.
        const DISTANCE: f64 = 32.0;
        let count = ((self.bottom - self.top) / DISTANCE) as usize;
        let rates = ticks(0.0, scale.to, count.max(2));
        let (labels, unit) = rate_labels(&rates, scale.to);
        for (rate, label) in rates.iter().zip(labels) {
            let y = scale.at(*rate);
            svg.line(
                (self.time.low, y),
                (self.time.high, y),
                &format!("stroke=\"{GRID}\""),
            );
            let style = format!("text-anchor=\"end\" fill=\"{INK}\"");
            svg.text((LEFT - 8.0, y + 4.0), &style, &label);
        }
        let (x, y) = (LEFT - 58.0, f64::midpoint(self.top, self.bottom));
        let style = format!("text-anchor=\"middle\" fill=\"{PALE}\" transform=\"rotate(-90 {x:.0} {y:.0})\"");
        svg.text((x, y), &style, &format!("bit rate ({unit})"));
    }

    fn curve(&self, svg: &mut Svg, rates: &[f64], scale: Scale) {
        let part = self.span.length() / rates.len() as f64;
        let steps = rates.iter().enumerate().flat_map(|(number, rate)| {
            let y = scale.at(*rate);
            [number, number + 1].map(|edge| (self.time.at(self.span.from + edge as f64 * part), y))
        });
        let line: Vec<_> = steps.collect();
        let mut area = vec![(self.time.low, self.bottom)];
        area.extend(&line);
        area.push((self.time.high, self.bottom));
        let (_, color) = look(self.track.kind);
        svg.path(&area, &format!("fill=\"{color}\" fill-opacity=\"0.18\""));
        let style =
            format!("fill=\"none\" stroke=\"{color}\" stroke-width=\"1.5\" stroke-linejoin=\"round\"");
        svg.path(&line, &style);
        let base = [(self.time.low, self.bottom), (self.time.high, self.bottom)];
        svg.path(&base, &format!("stroke=\"{PALE}\""));
    }

    fn gaps(&self, svg: &mut Svg) {
        /// Narrower ones are not seen.
        const LEAST_WIDTH: f64 = 2.0;
        for gap in curve::gaps(self.track) {
            let (from, to) = (self.time.at(gap.from), self.time.at(gap.to));
            let width = (to - from).max(LEAST_WIDTH);
            svg.rectangle([from, self.top, width, self.bottom + STRIP - self.top], GAP);
        }
    }

    fn key_frames(&self, svg: &mut Svg) {
        for time in curve::key_frames(self.track) {
            let x = self.time.at(time);
            svg.line(
                (x, self.bottom + 2.0),
                (x, self.bottom + STRIP - 1.0),
                &key_frame_style(),
            );
        }
    }

    fn size_changes(&self, svg: &mut Svg) {
        /// A label, in pixels; labels do not overlap.
        const LABEL: f64 = 64.0;
        let mut free = self.time.low;
        for change in &self.track.size_changes {
            let x = self.time.at(change.time);
            svg.line((x, self.top), (x, self.bottom), &size_change_style());
            let (label, anchor) = if x + LABEL > self.time.high {
                (x - 4.0, "end")
            } else {
                (x + 4.0, "start")
            };
            if x >= free {
                let size = format!("{}×{}", change.width, change.height);
                let style = format!("font-size=\"11\" fill=\"{SIZE_CHANGE}\" text-anchor=\"{anchor}\"");
                svg.text((label, self.top + 10.0), &style, &size);
                free = x + LABEL;
            }
        }
    }
}

/// Name and colour of a kind of track.
fn look(kind: TrackType) -> (&'static str, &'static str) {
    match kind {
        TrackType::Video => ("Video", "#2563eb"),
        TrackType::Audio => ("Audio", "#047857"),
        TrackType::Other => ("Other", "#7c3aed"),
    }
}
