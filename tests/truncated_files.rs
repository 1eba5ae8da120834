//! Files of many programs, cut off anywhere: whatever is whole is saved, into a file without faults.
use crate::ebml::{StoredPacket, frames, stored_packets};
use crate::judges::{assert_clean, assert_plays, mkvinfo};
use crate::random::Random;
use crate::util::{Folder, ffmpeg, fixture, run};
use mediarec::webm::{self, Finding, Level};
use std::fs;
use std::io::Cursor;

/// Truncations of all files together.
const TRUNCATIONS: usize = 1_000;
/// Programs judge one of so many.
const JUDGED: usize = 50;

/// A file of a program.
struct Source {
    name: String,
    bytes: Vec<u8>,
    packets: Vec<StoredPacket>,
}

impl Source {
    fn new(folder: &Folder, name: &str) -> Self {
        let bytes = folder.read(name);
        Self {
            name: name.to_owned(),
            packets: stored_packets(&bytes),
            bytes,
        }
    }

    fn is_webm(&self) -> bool {
        self.name.contains("webm")
    }

    /// Whether a repaired file still has this finding, as `fix` keeps what a file says of its tracks.
    fn has(&self, finding: &Finding) -> bool {
        /// Chromium announces alpha channels that do not come, mkvmerge writes languages that WebM does not have.
        const KEPT: [(&str, &str, &str); 3] = [
            (
                "chromium.webm",
                "M28",
                "AlphaMode 1, but no block with an alpha channel",
            ),
            ("chromium.webm", "M6", "MaxBlockAdditionID"),
            ("mkvmerge.webm", "M6", "LanguageBCP47"),
        ];
        KEPT.contains(&(&self.name, finding.rule, &finding.found)) && finding.level == Level::Warning
    }

    /// The packets of each track that are whole in the first `length` bytes.
    fn whole(&self, length: usize) -> Vec<(u64, &[u8])> {
        let whole = self.packets.iter().filter(|packet| packet.end <= length);
        let mut whole: Vec<_> = whole
            .map(|packet| (packet.track, packet.data.as_slice()))
            .collect();
        whole.sort_by_key(|packet| packet.0);
        whole
    }
}

/// Recordings of mediarec: `live` as `kill -9` leaves them, and finished ones.
fn ours(folder: &Folder) -> Vec<String> {
    let fake = "--fake-devices=unpaced --width 64 --height 48 --duration 3s --keyframe-interval 1s";
    let mut names = Vec::new();
    for (name, mime) in [
        ("vp8.webm", "video/webm;codecs=vp8,opus"),
        ("vp9.webm", "video/webm;codecs=vp9,opus"),
        ("av1.webm", "video/webm;codecs=av1,opus"),
        ("pcm.mkv", "video/x-matroska;codecs=vp8,pcm"),
        ("audio.webm", "audio/webm;codecs=opus"),
    ] {
        let no_video = if mime.starts_with("audio") {
            "--no-video"
        } else {
            ""
        };
        for (form, flag) in [("live", "--live"), ("finished", "")] {
            let name = format!("{form}-{name}");
            folder.record(&format!("{fake} {no_video} --mime {mime} {flag} -o {name}"));
            names.push(name);
        }
    }
    names
}

/// Files of ffmpeg, mkvmerge and `GStreamer`.
fn of_others(folder: &Folder) -> Vec<String> {
    const MEDIA: &str = "-f lavfi -i testsrc2=s=64x48:r=25:d=3 -f lavfi -i sine=d=3";
    for words in [
        "-c:v libvpx -g 25 -c:a libopus ffmpeg.webm",
        "-c:v libvpx -g 25 -c:a libopus -f webm -live 1 ffmpeg-live.webm",
        "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 25 -c:a libvorbis ffmpeg-vp9.webm",
        "-c:v libx264 -bf 2 -g 25 -c:a aac ffmpeg.mkv",
    ] {
        ffmpeg(folder, &format!("{MEDIA} {words}"));
    }
    let gst = "videotestsrc num-buffers=75 ! video/x-raw,width=64,height=48,framerate=25/1 ! vp8enc deadline=1 keyframe-max-dist=25 \
               ! m.video_0 audiotestsrc num-buffers=150 samplesperbuffer=960 ! audio/x-raw,rate=48000 ! opusenc ! m.audio_0";
    for (program, words) in [
        ("mkvmerge", "-q -w -o mkvmerge.webm ffmpeg.webm".to_owned()),
        ("mkvmerge", "-q -o mkvmerge.mkv ffmpeg.mkv".to_owned()),
        (
            "gst-launch-1.0",
            format!("-q {gst} webmmux name=m ! filesink location=gstreamer.webm"),
        ),
        (
            "gst-launch-1.0",
            format!("-q {gst} webmmux streamable=true name=m ! filesink location=gstreamer-live.webm"),
        ),
    ] {
        let outcome = run(&mut folder.program(program, &words));
        assert_eq!(outcome.code, Some(0), "{words}: {}", outcome.stderr);
    }
    let names = folder.names().into_iter();
    names
        .filter(|name| {
            ["ffmpeg", "mkvmerge", "gstreamer"]
                .iter()
                .any(|program| name.starts_with(program))
        })
        .collect()
}

#[test]
fn of_a_file_that_is_cut_off_anywhere_every_whole_packet_is_saved() {
    let folder = Folder::new();
    let mut names = ours(&folder);
    names.extend(of_others(&folder));
    for name in ["chromium.webm", "chromium-h264.mkv", "firefox.webm"] {
        fs::copy(fixture(name), folder.path(name)).unwrap();
        names.push(name.to_owned());
    }
    let sources: Vec<Source> = names.iter().map(|name| Source::new(&folder, name)).collect();
    let mut random = Random::new(1);
    let (mut saved, mut failures) = (0, Vec::new());
    for number in 0..TRUNCATIONS {
        let source = &sources[number % sources.len()];
        let length = random.below(source.bytes.len() as u64) as usize;
        match repair(source, length) {
            Ok(None) => {}
            Ok(Some(repaired)) => {
                saved += 1;
                if number % JUDGED == 0 {
                    judge(&folder, source, &repaired);
                }
            }
            Err(why) => failures.push(format!("{} cut at {length}: {why}", source.name)),
        }
    }
    println!("{saved} of {TRUNCATIONS} truncated files had a whole packet, and were repaired");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(saved > TRUNCATIONS * 9 / 10, "{saved}");
}

/// The repaired file, if there is a whole packet in the first `length` bytes of a file.
///
/// # Errors
/// If it is not repaired, or not as it must be.
fn repair(source: &Source, length: usize) -> Result<Option<Vec<u8>>, String> {
    let mut repaired = Cursor::new(Vec::new());
    let result = webm::fix(&source.bytes[..length], &mut repaired);
    let whole = source.whole(length);
    if whole.is_empty() {
        return match result {
            Ok(repairs) => Err(format!("repaired without a packet: {repairs:?}")),
            Err(_) => Ok(None),
        };
    }
    result.map_err(|error| error.to_string())?;
    let repaired = repaired.into_inner();
    let mut found = frames(&repaired)?;
    found.sort_by_key(|packet| packet.0);
    let found: Vec<_> = found
        .iter()
        .map(|(track, data)| (*track, data.as_slice()))
        .collect();
    if found != whole {
        return Err(format!("{} packets instead of {}", found.len(), whole.len()));
    }
    let report = webm::check(&*repaired, None).map_err(|error| error.to_string())?;
    let mut findings = report.findings.iter().filter(|finding| !source.has(finding));
    findings
        .next()
        .map_or(Ok(Some(repaired)), |finding| Err(format!("{finding:?}")))
}

fn judge(folder: &Folder, source: &Source, repaired: &[u8]) {
    let path = folder.write(&format!("repaired-{}", source.name), repaired);
    if source.is_webm() {
        assert_clean(&path);
    } else {
        assert_plays(&path);
        let listing = mkvinfo(&path).to_lowercase();
        assert!(
            !listing.contains("warning") && !listing.contains("error"),
            "{listing}"
        );
    }
}
