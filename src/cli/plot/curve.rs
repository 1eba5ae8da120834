//! The data of a plot: what time it spans, the bit rate in each part of it, and when something happened.
use mediarec::webm::{BitRateHistory, Gap, Inspection, TrackInspection};

/// Fewer packets in a part make its bit rate a matter of chance.
const PACKETS_IN_PART: f64 = 8.0;

/// The time that a plot spans, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    pub from: f64,
    pub to: f64,
}

impl Span {
    /// From the first packet of all tracks to the end of the last; `None` without packets.
    pub fn of(inspection: &Inspection) -> Option<Self> {
        /// What begins after so much of the time is shown from 0 on.
        const NEAR_ZERO: f64 = 0.05;
        let tracks = inspection.tracks.iter();
        let (first, last) = tracks.filter_map(times).fold(
            (f64::INFINITY, f64::NEG_INFINITY),
            |(first, last), (start, end)| (start.min(first), end.max(last)),
        );
        let from = if first < last * NEAR_ZERO { 0.0 } else { first };
        (last > from && last.is_finite()).then_some(Self { from, to: last })
    }

    pub fn length(self) -> f64 {
        self.to - self.from
    }

    /// The part in which a time is, of `count` equal ones.
    pub fn part(self, time: f64, count: usize) -> usize {
        let part = (time - self.from) / self.length() * count as f64;
        (part.max(0.0) as usize).min(count.saturating_sub(1))
    }
}

/// When the track starts and ends; packets may go back in time.
fn times(track: &TrackInspection) -> Option<(f64, f64)> {
    let history = &track.bit_rate_history;
    let start = history.start()?;
    let latest = start + history.step() * history.bytes().len() as f64;
    let last = track.last_time.unwrap_or(start) + track.median_step.unwrap_or_default();
    // The last period may be longer than the track.
    let end = if last + history.step() < latest {
        latest
    } else {
        last
    };
    Some((start, end))
}

/// The bit rate of a track in equal parts of `span`, in bits per second: at most `most`, and none so short that
/// single packets are seen.
pub fn bit_rates(track: &TrackInspection, span: Span, most: usize) -> Vec<f64> {
    let shortest = PACKETS_IN_PART * track.median_step.unwrap_or_default().max(0.0);
    let count = ((span.length() / shortest) as usize).clamp(1, most.max(1));
    let mut bits = vec![0.0; count];
    let part = span.length() / count as f64;
    for (period, &bytes) in track.bit_rate_history.bytes().iter().enumerate() {
        let start = beginning(&track.bit_rate_history, period);
        spread(
            &mut bits,
            start,
            start + track.bit_rate_history.step(),
            bytes as f64 * 8.0,
            span,
        );
    }
    bits.iter().map(|bits| bits / part).collect()
}

/// Adds an amount to the parts that the time from `start` to `end` overlaps, to each its share.
fn spread(parts: &mut [f64], start: f64, end: f64, amount: f64, span: Span) {
    let count = parts.len();
    let length = span.length() / count as f64;
    let end = end.min(span.to);
    if amount == 0.0 {
        return;
    }
    let (first, last) = (span.part(start, count), span.part(end, count));
    if first == last || end <= start {
        parts[first] += amount;
        return;
    }
    for (number, part) in parts.iter_mut().enumerate().take(last + 1).skip(first) {
        let from = (span.from + number as f64 * length).max(start);
        let to = (span.from + (number + 1) as f64 * length).min(end);
        *part += amount * ((to - from) / (end - start)).max(0.0);
    }
}

/// About when the key frames are, in seconds; none where every packet is one, as in audio.
pub fn key_frames(track: &TrackInspection) -> Vec<f64> {
    let history = &track.bit_rate_history;
    if track.packets == track.key_frames {
        return Vec::new();
    }
    let periods = history.key_frames().iter().enumerate();
    let with_key = periods.filter(|(_, keys)| **keys > 0);
    with_key.map(|(period, _)| beginning(history, period)).collect()
}

/// The listed gaps as spans: a gap begins when the packet before it ends.
pub fn gaps(track: &TrackInspection) -> impl Iterator<Item = Span> {
    let usual = track.median_step.unwrap_or_default();
    track.gaps.iter().map(move |&Gap { time, length }| Span {
        from: time + usual.min(length),
        to: time + length,
    })
}

fn beginning(history: &BitRateHistory, period: usize) -> f64 {
    history.start().unwrap_or_default() + history.step() * period as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPAN: Span = Span { from: 1.0, to: 5.0 };

    #[test]
    fn a_time_is_in_one_part_of_the_span_even_at_its_ends() {
        let parts = [0.0, 1.0, 1.99, 2.0, 4.99, 5.0, 9.0].map(|time| SPAN.part(time, 4));
        assert_eq!(parts, [0, 0, 0, 1, 3, 3, 3]);
    }

    #[test]
    fn an_amount_is_spread_over_the_time_that_it_takes() {
        let mut parts = [0.0; 4];
        spread(&mut parts, 1.5, 3.5, 8.0, SPAN);
        assert_eq!(parts.to_vec(), [2.0, 4.0, 2.0, 0.0]);
        spread(&mut parts, 4.5, 6.0, 1.0, SPAN);
        assert_eq!(parts.to_vec(), [2.0, 4.0, 2.0, 1.0]);
    }
}
