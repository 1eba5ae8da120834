//! Files of other programs, recorded again: the same packets, and the same properties of their tracks.
use crate::judges::{assert_plays, assert_plays_like, mkvinfo, pictures};
use crate::util::{Folder, ffmpeg, fixture, run};
use serde_json::Value;
use std::fs;

const VIDEO: &str = "-f lavfi -i testsrc2=s=64x48:r=25:d=1";
const AUDIO: &str = "-f lavfi -i sine=d=1";
const SURROUND: &str = "-f lavfi -i aevalsrc=0.1*sin(440*t)|0.1*sin(550*t)|0.1*sin(660*t)|0.1*sin(220*t)|0.1*sin(330*t)|0.1*sin(880*t):c=5.1:d=1";

/// The packets of each stream in their order, with times from the first packet of all.
pub(crate) fn packets(folder: &Folder, name: &str) -> Vec<Vec<(i64, String, String)>> {
    let words = format!(
        "-v error -of json -show_data_hash md5 -show_entries packet=stream_index,codec_type,pts,flags,data_hash {name}"
    );
    let outcome = run(&mut folder.program("ffprobe", &words));
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{name}");
    let probed: Value = serde_json::from_slice(&outcome.stdout).unwrap();
    let packets = probed["packets"].as_array().unwrap();
    let media = packets.iter().filter(|packet| packet["codec_type"] != "subtitle");
    let first = media.clone().map(|packet| packet["pts"].as_i64().unwrap()).min();
    let mut streams: Vec<Vec<_>> = Vec::new();
    for packet in media {
        let stream = packet["stream_index"].as_u64().unwrap() as usize;
        streams.resize(streams.len().max(stream + 1), Vec::new());
        let text = |name: &str| packet[name].as_str().unwrap().to_owned();
        let pts = packet["pts"].as_i64().unwrap() - first.unwrap();
        streams[stream].push((pts, text("flags"), text("data_hash")));
    }
    streams.retain(|stream| !stream.is_empty());
    streams
}

/// What is of the file or the muxer, or a default that a muxer may leave out.
const OF_THE_FILE: [&str; 10] = [
    "Track number",
    "Track UID",
    "\"Lacing\" flag",
    "\"Enabled\" flag: 1",
    "Minimum cache",
    "Maximum cache",
    "EBML void",
    "Default decoded field",
    "Interlaced: 0",
    "Channels: 1",
];
/// mkvmerge writes it into WebM, too, which does not have it.
const NOT_WEBM: &str = "Language (IETF BCP 47)";

/// What mkvinfo says of the audio and video tracks.
fn tracks(folder: &Folder, name: &str) -> Vec<Vec<String>> {
    let listing = mkvinfo(&folder.path(name));
    let mut tracks: Vec<Vec<String>> = Vec::new();
    let mut lines = listing
        .lines()
        .skip_while(|line| !line.contains("+ Tracks"))
        .skip(1);
    for line in lines.by_ref().take_while(|line| !line.starts_with("|+")) {
        let (line, _) = line.rsplit_once(" at ").unwrap();
        if line == "| + Track" {
            tracks.push(Vec::new());
        } else if let Some(track) = tracks.last_mut() {
            track.push(line.trim_start_matches(['|', ' ', '+']).to_owned());
        }
    }
    let is_webm = folder
        .path(name)
        .extension()
        .is_some_and(|extension| extension == "webm");
    for track in &mut tracks {
        track.retain(|line| !OF_THE_FILE.iter().any(|skipped| line.starts_with(skipped)));
        track.retain(|line| !(is_webm && line.starts_with(NOT_WEBM)));
        track.sort();
    }
    tracks.retain(|track| !track.contains(&"Track type: subtitles".to_owned()));
    tracks
}

/// Demands the same packets and the same properties of tracks.
pub(crate) fn assert_same(folder: &Folder, from: &str, to: &str, what: &str) {
    let (a, b) = (packets(folder, from), packets(folder, to));
    assert_eq!(
        a.iter().map(Vec::len).collect::<Vec<_>>(),
        b.iter().map(Vec::len).collect::<Vec<_>>(),
        "{what}"
    );
    for (a, b) in a.iter().zip(&b) {
        for (n, (a, b)) in a.iter().zip(b).enumerate() {
            assert!(
                (a.0 - b.0).abs() <= 1 && a.1 == b.1 && a.2 == b.2,
                "{what}: packet {n}: {a:?}, {b:?}"
            );
        }
    }
    assert_eq!(tracks(folder, from), tracks(folder, to), "{what}");
    assert_plays_like(&folder.path(from), &folder.path(to));
}

/// Demands the same frames and the same properties of tracks, of H.264 in the byte stream format and in that of Matroska.
pub(crate) fn assert_same_frames(folder: &Folder, from: &str, to: &str) {
    let paths = [from, to].map(|name| folder.path(name));
    let [a, b] = paths.each_ref().map(|path| pictures(path, 0));
    assert!(
        !a.is_empty() && a == b,
        "{from}: {} frames, {to}: {}",
        a.len(),
        b.len()
    );
    let without_private = |name: &str| {
        let mut tracks = tracks(folder, name);
        let is_video = |track: &&mut Vec<String>| track.contains(&"Track type: video".to_owned());
        for track in tracks.iter_mut().filter(is_video) {
            track.retain(|line| !line.starts_with("Codec's private data"));
        }
        tracks
    };
    assert_eq!(without_private(from), without_private(to), "{from}");
    assert_plays(&paths[1]);
}

/// Records `a.mkv` or `a.webm` again.
fn assert_round_trip(folder: &Folder, extension: &str, what: &str) {
    let (from, to) = (format!("a.{extension}"), format!("b.{extension}"));
    let outcome = run(&mut folder.mediarec(&format!("record --input {from} --force -o {to}")));
    assert_eq!(outcome.code, Some(0), "{what}: {}", outcome.stderr);
    assert_same(folder, &from, &to, what);
}

#[test]
fn files_of_ffmpeg_come_back_as_they_were() {
    let folder = Folder::new();
    let files = [
        ("webm", VIDEO, "-c:v libvpx -g 10"),
        (
            "webm",
            VIDEO,
            "-c:v libvpx -auto-alt-ref 1 -lag-in-frames 10 -b:v 50k",
        ),
        (
            "webm",
            VIDEO,
            "-c:v libvpx-vp9 -auto-alt-ref 1 -lag-in-frames 10 -cpu-used 8",
        ),
        ("webm", VIDEO, "-c:v libvpx-vp9 -pix_fmt yuv444p -cpu-used 8"),
        (
            "webm",
            VIDEO,
            "-c:v libvpx-vp9 -pix_fmt yuv420p10le -cpu-used 8 -color_primaries bt2020 -color_trc arib-std-b67 -colorspace bt2020nc",
        ),
        (
            "webm",
            VIDEO,
            "-c:v libvpx-vp9 -cpu-used 8 -aspect 16:9 -metadata:s:v:0 stereo_mode=top_bottom -metadata:s:v:0 title=Both",
        ),
        ("webm", VIDEO, "-c:v libaom-av1 -cpu-used 8"),
        ("webm", AUDIO, "-c:a libopus -ac 2"),
        ("webm", SURROUND, "-c:a libopus -mapping_family 1"),
        ("webm", AUDIO, "-c:a libvorbis -metadata:s:a:0 language=fra"),
        ("mkv", VIDEO, "-c:v libx264 -bf 3 -g 10 -x264-params open-gop=1"),
        (
            "mkv",
            VIDEO,
            "-c:v libx264 -profile:v high10 -pix_fmt yuv420p10le -bf 2",
        ),
        ("mkv", VIDEO, "-c:v libx264 -flags +ildct+ilme -x264-params tff=1"),
        (
            "mkv",
            VIDEO,
            "-c:v libx265 -pix_fmt yuv420p10le -x265-params log-level=none:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):max-cll=1000,400",
        ),
        ("mkv", VIDEO, "-c:v mjpeg -pix_fmt yuvj422p"),
        ("mkv", VIDEO, "-c:v mpeg2video -bf 2 -aspect 4:3"),
        ("mkv", VIDEO, "-c:v ffv1 -pix_fmt yuv422p10le"),
        ("mkv", SURROUND, "-c:a aac"),
        ("mkv", SURROUND, "-c:a ac3"),
        ("mkv", SURROUND, "-c:a flac"),
        ("mkv", AUDIO, "-c:a libmp3lame -ar 22050"),
        ("mkv", AUDIO, "-c:a pcm_s24be -ac 2"),
        ("mkv", AUDIO, "-c:a pcm_f32le"),
    ];
    for (extension, input, options) in files {
        ffmpeg(&folder, &format!("-y {input} {options} a.{extension}"));
        assert_round_trip(&folder, extension, options);
    }
}

#[test]
fn files_of_mkvmerge_come_back_as_they_were() {
    let folder = Folder::new();
    folder.write("a.srt", "1\n00:00:00,000 --> 00:00:00,500\nHello\n");
    folder.write("note.txt", "text");
    folder.write("chapters.txt", "CHAPTER01=00:00:00.000\nCHAPTER01NAME=Start\n");
    ffmpeg(
        &folder,
        &format!("{VIDEO} {AUDIO} -c:v libx264 -bf 2 -c:a aac source.mp4"),
    );
    ffmpeg(
        &folder,
        &format!("{VIDEO} {AUDIO} -c:v libvpx-vp9 -cpu-used 8 -c:a libopus source.webm"),
    );
    let files = [
        ("webm", "--webm source.webm"),
        (
            "mkv",
            "--language 0:de --track-name 0:Bühne --default-track-flag 0:no --forced-display-flag 1:yes source.mp4",
        ),
        (
            "mkv",
            "--cropping 0:2,2,4,4 --display-dimensions 0:120x48 --stereo-mode 0:side_by_side_left_first source.mp4",
        ),
        (
            "mkv",
            "--projection-type 0:0 --projection-pose-roll 0:90 --hearing-impaired-flag 1:yes --original-flag 0:yes source.mp4",
        ),
        (
            "mkv",
            "--colour-matrix 0:9 --colour-transfer-characteristics 0:16 --colour-primaries 0:9 --max-content-light 0:1000 \
          --max-luminance 0:1000 --min-luminance 0:0.01 --white-colour-coordinates 0:0.3127,0.3290 source.webm",
        ),
        (
            "mkv",
            "--cluster-length 100ms --timestamp-scale 1000000 --clusters-in-meta-seek source.webm",
        ),
        (
            "mkv",
            "--chapters chapters.txt --attachment-mime-type text/plain --attach-file note.txt source.mp4 a.srt",
        ),
    ];
    for (extension, options) in files {
        let made = run(&mut folder.program(
            "mkvmerge",
            &format!("-q --disable-lacing -o a.{extension} {options}"),
        ));
        assert_eq!(
            made.code,
            Some(0),
            "{options}: {}",
            String::from_utf8_lossy(&made.stdout)
        );
        assert_round_trip(&folder, extension, options);
    }
}

#[test]
fn files_of_gstreamer_come_back_as_they_were() {
    let folder = Folder::new();
    let video = "videotestsrc num-buffers=25 ! video/x-raw,width=64,height=48,framerate=25/1";
    let audio = "audiotestsrc num-buffers=40 ! audio/x-raw,rate=48000";
    let files = [
        ("webm", "webmmux", format!("{video} ! vp8enc ! m.")),
        (
            "webm",
            "webmmux streamable=true",
            format!("{video} ! vp9enc deadline=1 ! m. {audio} ! opusenc ! m."),
        ),
        (
            "mkv",
            "matroskamux",
            format!("{video} ! jpegenc ! m. {audio} ! flacenc ! m."),
        ),
        ("mkv", "matroskamux", format!("{audio} ! vorbisenc ! m.")),
    ];
    for (extension, muxer, elements) in files {
        let words = format!("-q {muxer} name=m ! filesink location=a.{extension} {elements}");
        let made = run(&mut folder.program("gst-launch-1.0", &words));
        assert_eq!(made.code, Some(0), "{words}: {}", made.stderr);
        assert_round_trip(&folder, extension, &words);
    }
}

#[test]
fn files_of_browsers_come_back_as_they_were() {
    let folder = Folder::new();
    for name in ["chromium.webm", "firefox.webm"] {
        fs::copy(fixture(name), folder.path("a.webm")).unwrap();
        assert_round_trip(&folder, "webm", name);
    }
    fs::copy(fixture("chromium-h264.mkv"), folder.path("a.mkv")).unwrap();
    folder.record("--input a.mkv -o b.mkv");
    assert_same_frames(&folder, "a.mkv", "b.mkv");
}
