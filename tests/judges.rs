//! What programs that are not ours see in a file.
use crate::util::{Folder, run};
use mediarec::devices::synthetic::read_frame_number;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Sample frames a second of everything that was decoded.
pub const RATE: f64 = 48_000.0;

/// Louder than any ringing of a decoder, quieter than any beep.
const LOUD: f32 = 0.25;

/// What ffprobe says of a file.
pub struct Probe(Value);

/// One packet as ffprobe sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProbedPacket {
    /// Presentation time in milliseconds.
    pub time: i64,
    pub size: u64,
    pub key: bool,
}

pub fn probe(path: &Path) -> Probe {
    let text = output(
        "ffprobe",
        &["-show_format", "-show_streams", "-show_packets", "-of", "json"],
        path,
    );
    Probe(serde_json::from_slice(&text).expect("ffprobe prints JSON"))
}

impl Probe {
    /// Seconds that the file says it lasts.
    pub fn duration(&self) -> Option<f64> {
        let text = self.0["format"]["duration"].as_str()?;
        text.parse().ok()
    }

    /// The tags of the file, its title and its date among them.
    pub fn tags(&self) -> Value {
        self.0["format"]["tags"].clone()
    }

    /// The streams of a kind, `video` or `audio`, in their order.
    pub fn streams(&self, kind: &str) -> Vec<&Value> {
        let all = self.0["streams"].as_array().expect("it lists streams");
        all.iter().filter(|stream| stream["codec_type"] == kind).collect()
    }

    /// The packets of a kind's first stream, as they are stored.
    pub fn packets(&self, kind: &str) -> Vec<ProbedPacket> {
        let stream = &self.streams(kind)[0]["index"];
        let all = self.0["packets"].as_array().expect("it lists packets");
        let its_own = all.iter().filter(|packet| packet["stream_index"] == *stream);
        its_own.map(packet).collect()
    }

    /// Their presentation times in milliseconds.
    pub fn times(&self, kind: &str) -> Vec<i64> {
        self.packets(kind).iter().map(|packet| packet.time).collect()
    }
}

fn packet(packet: &Value) -> ProbedPacket {
    let text = |name: &str| packet[name].as_str().unwrap_or_default();
    let seconds: f64 = text("pts_time").parse().expect("a packet has a time");
    ProbedPacket {
        time: (seconds * 1000.0).round() as i64,
        size: text("size").parse().expect("a packet has a size"),
        key: text("flags").starts_with('K'),
    }
}

/// Runs a tool of ffmpeg on a file; it must have nothing to complain about.
fn output(tool: &str, words: &[&str], path: &Path) -> Vec<u8> {
    let folder = Folder::new();
    let mut command = folder.program(tool, "-v error -i");
    command.arg(path).args(words);
    said_nothing(&mut command, path)
}

fn said_nothing(command: &mut Command, path: &Path) -> Vec<u8> {
    let outcome = run(command);
    let said = (outcome.code, outcome.stderr.trim());
    assert_eq!(
        said,
        (Some(0), ""),
        "{} about {}",
        command.get_program().display(),
        path.display()
    );
    outcome.stdout
}

/// Demands that ffmpeg decodes all of it without a word.
pub fn assert_plays(path: &Path) {
    // In the file's own time base: by the frame rate that it guesses, pictures around a pause would
    // fall together.
    output("ffmpeg", &["-enc_time_base", "-1", "-f", "null", "-"], path);
}

/// Demands that ffmpeg says of a copy what it says of the original, when it decodes all of it: of a browser on a busy machine there may be
/// frames of the same time.
pub fn assert_plays_like(original: &Path, copy: &Path) {
    let said = |path: &Path| {
        let folder = Folder::new();
        let mut command = folder.program("ffmpeg", "-v error -i");
        let outcome = run(command
            .arg(path)
            .args(["-enc_time_base", "-1", "-f", "null", "-"]));
        let lines = outcome.stderr.lines();
        // Without the address in front.
        let lines = lines.map(|line| line.rsplit("] ").next().unwrap().to_owned());
        (outcome.code, lines.collect::<Vec<_>>())
    };
    assert_eq!(said(copy), said(original), "{}", copy.display());
}

/// Demands that nobody finds anything wrong with a finished file.
pub fn assert_clean(path: &Path) {
    assert_plays(path);
    // mkvinfo lists what other elements of video it has no name for, but AlphaMode is in the specification.
    let listing = mkvinfo(path).replace("Unknown element: VideoAlphaMode", "AlphaMode");
    for word in ["warning", "error", "unknown", "not a valid"] {
        assert!(
            !listing.to_lowercase().contains(word),
            "mkvinfo: {word}\n{listing}"
        );
    }
    let folder = Folder::new();
    let mut command = folder.program("webm_info", "-all -i");
    let listing = said_nothing(command.arg(path), path);
    let listing = String::from_utf8_lossy(&listing);
    assert!(
        listing.contains("# Blocks"),
        "webm_info sees no blocks\n{listing}"
    );
}

/// Every element with its position.
pub fn mkvinfo(path: &Path) -> String {
    let folder = Folder::new();
    // Else it speaks the language of whoever tests.
    let mut command = folder.program("mkvinfo", "--ui-language en_US -v -v -p");
    let listing = said_nothing(command.arg(path), path);
    String::from_utf8(listing).expect("mkvinfo prints UTF-8")
}

/// The luma of every picture of a video stream, the first being 0.
pub fn pictures(path: &Path, stream: usize) -> Vec<Vec<u8>> {
    let (width, height) = size(path, stream);
    let map = format!("0:v:{stream}");
    let words = [
        "-map",
        &map,
        "-fps_mode",
        "passthrough",
        "-enc_time_base",
        "-1",
        "-vf",
        "extractplanes=y",
        "-f",
        "rawvideo",
        "-",
    ];
    let planes = output("ffmpeg", &words, path);
    planes
        .chunks_exact((width * height) as usize)
        .map(<[u8]>::to_vec)
        .collect()
}

fn size(path: &Path, stream: usize) -> (u32, u32) {
    let probe = probe(path);
    let side = |name| {
        probe.streams("video")[stream][name]
            .as_u64()
            .expect("it has a size") as u32
    };
    (side("width"), side("height"))
}

/// The number in every picture.
pub fn numbers(path: &Path) -> Vec<u32> {
    numbers_of(path, 0)
}

/// The number in every picture of a video stream, the first being 0.
pub fn numbers_of(path: &Path, stream: usize) -> Vec<u32> {
    let (width, height) = size(path, stream);
    let read = |(n, luma): (usize, Vec<u8>)| {
        read_frame_number(&luma, width, height).unwrap_or_else(|| panic!("no number in picture {n}"))
    };
    pictures(path, stream).into_iter().enumerate().map(read).collect()
}

/// The first channel of an audio stream, the first being 0, decoded at 48 kHz.
pub fn sound(path: &Path, stream: usize) -> Vec<f32> {
    sound_channel(path, stream, 0)
}

/// One channel of an audio stream, in WAV's order.
pub fn sound_channel(path: &Path, stream: usize, channel: u32) -> Vec<f32> {
    let (map, pan) = (format!("0:a:{stream}"), format!("pan=mono|c0=c{channel}"));
    let split = ["-map", &map, "-filter:a", &pan, "-f", "f32le", "-"];
    let bytes = output("ffmpeg", &split, path);
    let samples = bytes.chunks_exact(4);
    samples
        .map(|sample| f32::from_le_bytes([sample[0], sample[1], sample[2], sample[3]]))
        .collect()
}

/// When the first decoded sample is heard, in seconds. Players discard packets at the beginning of a segment.
pub fn sound_start(path: &Path) -> f64 {
    let words = [
        "-select_streams",
        "a:0",
        "-show_frames",
        "-read_intervals",
        "%+#10",
        "-of",
        "json",
    ];
    let frames: Value = serde_json::from_slice(&output("ffprobe", &words, path)).unwrap();
    let text = frames["frames"][0]["pts_time"].as_str().expect("there is sound");
    text.parse().unwrap()
}

/// When pictures turn white and when beeps begin, in seconds.
pub fn flashes_and_beeps(path: &Path) -> (Vec<f64>, Vec<f64>) {
    let means: Vec<u64> = pictures(path, 0).iter().map(|luma| mean(luma)).collect();
    let times = probe(path).times("video");
    let (dark, light) = (means.iter().min().unwrap(), means.iter().max().unwrap());
    let white: Vec<bool> = means.iter().map(|mean| mean * 2 > dark + light).collect();
    let flashes = onsets(&white).map(|n| times[n] as f64 / 1000.0).collect();
    (flashes, beeps(path))
}

/// When beeps begin, in seconds.
pub fn beeps(path: &Path) -> Vec<f64> {
    let (start, samples) = (sound_start(path), sound(path, 0));
    loud_onsets(&samples).map(|n| start + n as f64 / RATE).collect()
}

fn mean(luma: &[u8]) -> u64 {
    luma.iter().map(|&value| u64::from(value)).sum::<u64>() / luma.len() as u64
}

fn onsets(on: &[bool]) -> impl Iterator<Item = usize> + '_ {
    (0..on.len()).filter(|&n| on[n] && (n == 0 || !on[n - 1]))
}

/// The first loud samples after a good while of none.
fn loud_onsets(samples: &[f32]) -> impl Iterator<Item = usize> + '_ {
    const WHILE: usize = 4_800;
    let mut last = None;
    let loud = (0..samples.len()).filter(|&n| samples[n].abs() > LOUD);
    loud.filter(move |&n| last.replace(n).is_none_or(|last| n - last > WHILE))
}

/// How strong a signal is on the average.
pub fn rms(samples: &[f32]) -> f64 {
    let power: f64 = samples.iter().map(|&s| f64::from(s).powi(2)).sum();
    (power / samples.len() as f64).sqrt()
}
