//! `mediarec inspect`: the contents of a WebM or Matroska file, as text or JSON.
use anyhow::{Context, Result};
use mediarec::error::Error;
use mediarec::webm::{
    FileState, Gap, Inspection, Inspector, PacketInspection, Reader, TrackInspection, TrackType,
};
use serde::Serialize;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

/// Prints the contents of the file at `path`, or of standard input if it is `-`.
///
/// With `packets`, the text is one line per packet and nothing else; JSON gets an additional member.
///
/// # Errors
///
/// If the file cannot be read or is not Matroska, or standard output cannot be written.
pub fn run(path: &Path, json: bool, packets: bool) -> Result<()> {
    let mut text = BufWriter::new(io::stdout().lock());
    if path == Path::new("-") {
        return inspect(io::stdin().lock(), json, packets, &mut text).context("standard input");
    }
    let file = File::open(path).map_err(|error| Error::cannot_open(path, error))?;
    inspect(file, json, packets, &mut text).with_context(|| path.display().to_string())
}

fn inspect(source: impl Read, json: bool, packets: bool, output: &mut impl Write) -> Result<()> {
    let mut reader = Reader::new(source)?;
    let mut inspector = Inspector::new(reader.header());
    let mut list = packets.then(Vec::new);
    if packets && !json {
        writeln!(output, "track        time      size  key  cluster    position")?;
    }
    while let Some(block) = reader.next_block()? {
        inspector.add(&block);
        match &mut list {
            Some(list) if json => list.push(PacketInspection::from(&block)),
            Some(_) => writeln!(output, "{}", packet_line(&PacketInspection::from(&block)))?,
            None => {}
        }
    }
    let inspection = inspector.finish(&reader);
    if json {
        let report = JsonReport {
            inspection: &inspection,
            packets: list,
        };
        serde_json::to_writer_pretty(&mut *output, &report)?;
        writeln!(output)?;
    } else if !packets {
        write!(output, "{}", report(&inspection))?;
    }
    // Errors while the buffer is dropped would be lost.
    output.flush().context("cannot write to standard output")
}

#[derive(Serialize)]
struct JsonReport<'a> {
    #[serde(flatten)]
    inspection: &'a Inspection,
    #[serde(skip_serializing_if = "Option::is_none")]
    packets: Option<Vec<PacketInspection>>,
}

fn packet_line(packet: &PacketInspection) -> String {
    let key = if packet.key { "key" } else { "-" };
    let mut line = format!(
        "{:>5}  {:>10.3}  {:>8}  {key:>3}  {:>7}  {:>10}",
        packet.track, packet.time, packet.size, packet.cluster, packet.position
    );
    if let Some(duration) = packet.duration {
        let _ = write!(line, "  duration {duration:.3}");
    }
    if let Some(padding) = packet.discard_padding {
        let _ = write!(line, "  padding {padding:.6}");
    }
    line
}

fn report(inspection: &Inspection) -> String {
    let mut lines = vec![
        ("container", container(inspection)),
        ("duration", duration(inspection)),
        ("size", size(inspection)),
        ("written by", printable(&inspection.writing_app)),
    ];
    lines.extend(about(inspection));
    lines.extend(
        inspection
            .av_offset
            .map(|offset| ("A/V offset", av_offset(offset))),
    );
    if inspection.damaged_bytes > 0 {
        let damage = format!("{} damaged bytes were skipped", inspection.damaged_bytes);
        lines.push(("damage", damage));
    }
    let mut text = String::new();
    for (label, value) in lines {
        let _ = writeln!(text, "{label:<12}{value}");
    }
    for tag in &inspection.tags {
        let _ = writeln!(
            text,
            "{:<12}{}={}",
            "tag",
            printable(&tag.name),
            printable(&tag.value)
        );
    }
    text.push('\n');
    text.push_str(&table(&inspection.tracks));
    for track in &inspection.tracks {
        text.extend(size_line(track));
        text.extend(gap_line(track));
    }
    text
}

/// Title and date, as far as the file has them.
fn about(inspection: &Inspection) -> impl Iterator<Item = (&'static str, String)> {
    let title = Some(printable(&inspection.title)).filter(|title| !title.is_empty());
    let date = inspection.date.clone();
    let title = title.map(|title| ("title", title));
    title.into_iter().chain(date.map(|date| ("date", date)))
}

fn container(inspection: &Inspection) -> String {
    let name = match inspection.container.as_str() {
        "webm" => "WebM",
        "matroska" => "Matroska",
        other => &printable(other),
    };
    let state = match inspection.state {
        FileState::Finished => "finished",
        FileState::Live => "live (no duration)",
        FileState::CutOff => "truncated within an element",
    };
    let seekable = if inspection.seekable {
        "seekable"
    } else {
        "not seekable"
    };
    format!("{name}, {state}, {seekable}")
}

fn duration(inspection: &Inspection) -> String {
    let measured = inspection.measured_duration;
    match inspection.duration {
        Some(said) if (said - measured).abs() < 0.1 => clock(said),
        Some(said) => format!("{}, but the packets end at {}", clock(said), clock(measured)),
        None => format!("{} (measured)", clock(measured)),
    }
}

/// Hours only where there are any: `1:02:03.456`, `2:03.456`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates"
)]
fn clock(seconds: f64) -> String {
    let millis = (seconds * 1e3).round() as u64;
    let (minutes, millis) = (millis / 60_000, millis % 60_000);
    let seconds = format!("{:02}.{:03}", millis / 1_000, millis % 1_000);
    match minutes / 60 {
        0 => format!("{minutes}:{seconds}"),
        hours => format!("{hours}:{:02}:{seconds}", minutes % 60),
    }
}

fn size(inspection: &Inspection) -> String {
    let rate = inspection.bit_rate.map(bit_rate);
    let rate = rate.map_or(String::new(), |rate| format!(", {rate}"));
    format!("{} bytes{rate}", inspection.size)
}

#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
fn bit_rate(bits: u64) -> String {
    match bits {
        0..1_000_000 => format!("{:.0} kbit/s", bits as f64 / 1e3),
        _ => format!("{:.2} Mbit/s", bits as f64 / 1e6),
    }
}

fn av_offset(offset: f64) -> String {
    let which = match offset {
        0.0 => return "0 ms".to_owned(),
        offset if offset > 0.0 => "audio starts after video",
        _ => "audio starts before video",
    };
    format!("{:+.0} ms ({which})", offset * 1e3)
}

/// The tracks as a table with aligned columns.
fn table(tracks: &[TrackInspection]) -> String {
    const HEADS: [&str; 9] = [
        "track", "kind", "codec", "format", "packets", "keys", "rate", "first", "last",
    ];
    let mut rows = vec![HEADS.map(str::to_owned)];
    rows.extend(tracks.iter().map(row));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<_> = (0..HEADS.len())
        .map(|column| width(column).unwrap_or(0))
        .collect();
    let labels = tracks.iter().map(|track| printable(&track.label));
    let labels = std::iter::once("label".to_owned()).chain(labels);
    let mut text = String::new();
    for (row, label) in rows.iter().zip(labels) {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, &width)| format!("{cell:<width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        let _ = writeln!(text, "{}", format!("{line}  {label}").trim_end());
    }
    text
}

fn row(track: &TrackInspection) -> [String; 9] {
    let kind = match track.kind {
        TrackType::Video => "video",
        TrackType::Audio => "audio",
        TrackType::Other => "other",
    };
    let time = |time: Option<f64>| time.map_or("-".to_owned(), |time| format!("{time:.3}"));
    [
        track.number.to_string(),
        kind.to_owned(),
        printable(&track.codec),
        format(track),
        track.packets.to_string(),
        track.key_frames.to_string(),
        track.bit_rate.map_or("-".to_owned(), bit_rate),
        time(track.first_time),
        time(track.last_time),
    ]
}

fn format(track: &TrackInspection) -> String {
    let parts = [
        track
            .width
            .zip(track.height)
            .map(|(width, height)| format!("{width}x{height}")),
        track.frame_rate.map(|rate| format!("{rate:.2} fps")),
        track.sample_rate.map(|rate| format!("{rate} Hz")),
        track.channel_count.map(|count| format!("{count} ch")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn size_line(track: &TrackInspection) -> Option<String> {
    let first = track.size_changes.first()?;
    let (width, height, time) = (first.width, first.height, first.time);
    let more = match track.size_change_count - 1 {
        0 => String::new(),
        1 => ", and once more".to_owned(),
        more => format!(", and {more} more times"),
    };
    Some(format!(
        "track {}: the frame size changes to {width}x{height} at {time:.3} s{more}\n",
        track.number
    ))
}

fn gap_line(track: &TrackInspection) -> Option<String> {
    let Gap { time, length } = track.largest_gap?;
    Some(format!(
        "track {}: {} gaps, about {} packets missing, the longest gap {length:.3} s at {time:.3} s\n",
        track.number, track.gap_count, track.missing_packets
    ))
}

/// Text of a file, without control characters for the terminal.
fn printable(text: &str) -> String {
    text.chars().filter(|char| !char.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_clocks_show_them() {
        assert_eq!(clock(0.0), "0:00.000");
        assert_eq!(clock(59.9996), "1:00.000");
        assert_eq!(clock(3_723.456), "1:02:03.456");
    }

    #[test]
    fn rates_have_the_unit_that_suits_them() {
        assert_eq!(bit_rate(127_600), "128 kbit/s");
        assert_eq!(bit_rate(2_512_000), "2.51 Mbit/s");
    }

    #[test]
    fn an_offset_says_which_comes_first() {
        assert_eq!(av_offset(0.0), "0 ms");
        assert_eq!(av_offset(0.012), "+12 ms (audio starts after video)");
        assert_eq!(av_offset(-0.5), "-500 ms (audio starts before video)");
    }

    #[test]
    fn a_file_cannot_control_the_terminal() {
        assert_eq!(printable("Cam\u{1b}[2Jera"), "Cam[2Jera");
    }

    #[test]
    fn what_is_no_webm_is_an_error_and_prints_nothing() {
        let mut output = Vec::new();
        assert!(inspect(&b"RIFF...."[..], false, true, &mut output).is_err());
        assert!(output.is_empty());
    }
}
