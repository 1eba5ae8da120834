//! `mediarec inspect`: the contents of a WebM or Matroska file, as text or JSON.
use crate::cli::args::inspect::InspectArgs;
use crate::cli::plot::{self, PlotTarget};
use crate::cli::readable::{bit_rate, clock, printable};
use crate::cli::stdout;
use anyhow::{Context, Result};
use mediarec::error::Error;
use mediarec::webm::{
    FileState, Gap, Inspection, Inspector, PacketInspection, Reader, SeekableReason, TrackInspection,
    TrackType,
};
use serde::Serialize;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

/// Prints the contents of the file, or of standard input, and writes the plot if there is to be one.
///
/// With `packets`, the text is one line per packet and nothing else; JSON gets an additional member.
///
/// # Errors
///
/// If the file cannot be read or is not Matroska, the plot must not or cannot be written, or standard output cannot be
/// written.
pub fn run(args: &InspectArgs) -> Result<()> {
    let path = &args.file;
    let target = args.plot.as_ref();
    let target = target.map(|plot| PlotTarget::new(plot, args.force, path));
    let target = target.transpose()?;
    let mut output = BufWriter::new(io::stdout().lock());
    let (name, measured) = if path == Path::new("-") {
        let name = "standard input".to_owned();
        (name, measure(io::stdin().lock(), args, &mut output))
    } else {
        let file = File::open(path).map_err(|error| Error::cannot_open(path, error))?;
        (path.display().to_string(), measure(file, args, &mut output))
    };
    let (inspection, packets) = measured.with_context(|| name.clone())?;
    if let Some(target) = target {
        let title = path.file_name().filter(|_| name != "standard input");
        let title = title.map_or(name.into(), |title| title.to_string_lossy());
        target.write(&plot::svg(&inspection, &title))?;
    }
    print(&inspection, packets, args, &mut output)
}

/// Reads a file to its end. Its packets are written as lines, or returned for JSON.
fn measure(
    source: impl Read,
    args: &InspectArgs,
    output: &mut impl Write,
) -> Result<(Inspection, Option<Vec<PacketInspection>>)> {
    let mut reader = Reader::new(source)?;
    let mut inspector = Inspector::new(reader.header());
    let mut list = (args.packets && args.json).then(Vec::new);
    if args.packets && !args.json {
        writeln!(output, "track        time      size  key  cluster    position")?;
    }
    while let Some(block) = reader.next_block()? {
        inspector.add(&block);
        match &mut list {
            Some(list) => list.push(PacketInspection::from(&block)),
            None if args.packets => writeln!(output, "{}", packet_line(&PacketInspection::from(&block)))?,
            None => {}
        }
    }
    Ok((inspector.finish(&reader), list))
}

fn print(
    inspection: &Inspection,
    packets: Option<Vec<PacketInspection>>,
    args: &InspectArgs,
    output: &mut impl Write,
) -> Result<()> {
    if args.json {
        let report = JsonReport { inspection, packets };
        serde_json::to_writer_pretty(&mut *output, &report)?;
        writeln!(output)?;
    } else if !args.packets {
        write!(output, "{}", report(inspection))?;
        if let Some(width) = stdout::terminal_width() {
            write!(
                output,
                "{}",
                plot::sparklines(inspection, width, stdout::takes_unicode())
            )?;
        }
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
        ("seekable", seekable(inspection)),
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

fn seekable(inspection: &Inspection) -> String {
    match inspection.seekable_reason {
        SeekableReason::Cues if inspection.cues == 1 => "yes: Cues with 1 entry".to_owned(),
        SeekableReason::Cues => format!("yes: Cues with {} entries", inspection.cues),
        SeekableReason::NoCues => "no: it has no Cues; mediarec fix adds them".to_owned(),
        SeekableReason::Live => {
            "no: a live file, without Duration and Cues; mediarec fix adds them".to_owned()
        }
        SeekableReason::CutOff => "no: it is truncated and has no Cues; mediarec fix adds them".to_owned(),
    }
}

fn duration(inspection: &Inspection) -> String {
    let measured = inspection.measured_duration;
    match inspection.duration {
        Some(said) if (said - measured).abs() < 0.1 => clock(said),
        Some(said) => format!("{}, but the packets end at {}", clock(said), clock(measured)),
        None => format!("{} (measured)", clock(measured)),
    }
}

fn size(inspection: &Inspection) -> String {
    let rate = inspection.bit_rate.map(bit_rate);
    let rate = rate.map_or(String::new(), |rate| format!(", {rate}"));
    format!("{} bytes{rate}", inspection.size)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_says_which_comes_first() {
        assert_eq!(av_offset(0.0), "0 ms");
        assert_eq!(av_offset(0.012), "+12 ms (audio starts after video)");
        assert_eq!(av_offset(-0.5), "-500 ms (audio starts before video)");
    }

    #[test]
    fn what_is_no_webm_is_an_error_and_prints_nothing() {
        let mut output = Vec::new();
        let args = InspectArgs {
            file: "-".into(),
            json: false,
            packets: true,
            plot: None,
            force: false,
        };
        assert!(measure(&b"RIFF...."[..], &args, &mut output).is_err());
        assert!(output.is_empty());
    }
}
