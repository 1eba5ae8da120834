//! Codecs that are copied and not encoded: into Matroska all of them, into WebM what WebM allows.
use crate::judges::assert_plays;
use crate::util::{Folder, ffmpeg, run};
use mediarec::media::{Color, MediaFormat, Packet, PixelAspect, TrackInfo, VideoFormat};
use mediarec::webm::{DocType, Reader, WebmWriter};
use serde_json::Value;
use std::fs::File;
use std::time::Duration;

const VIDEO: &str = "-f lavfi -i testsrc2=s=160x120:r=25:d=1";
const AUDIO: &str = "-f lavfi -i sine=d=1";

/// Streams and packets in the order of the file, as ffprobe finds them.
fn probed(folder: &Folder, name: &str) -> Value {
    let words = format!(
        "-v error -of json -show_data_hash md5 -show_packets -show_streams -show_entries \
         packet=codec_type,pts,flags,data_hash:stream=codec_name,profile,width,height,has_b_frames,sample_rate,channels,\
         sample_fmt,pix_fmt,bits_per_raw_sample,extradata_hash {name}"
    );
    let outcome = run(&mut folder.program("ffprobe", &words));
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
    let mut probed: Value = serde_json::from_slice(&outcome.stdout).unwrap();
    for stream in probed["streams"].as_array_mut().unwrap() {
        stream["tags"] = Value::Null;
    }
    let packets = probed["packets"].as_array_mut().unwrap();
    packets.sort_by_key(|packet| packet["codec_type"].to_string());
    probed
}

#[test]
fn every_codec_is_copied_into_matroska_packet_by_packet() {
    let folder = Folder::new();
    let codecs = [
        "-c:v libx264 -bf 3 -g 10 -c:a aac",
        "-c:v libx264 -bf 3 -g 10 -x264-params open-gop=1 -c:a ac3",
        "-c:v libx265 -x265-params log-level=error -c:a libmp3lame",
        "-c:v mjpeg -pix_fmt yuvj420p -c:a flac",
        "-c:v libvpx -c:a libvorbis",
        "-c:v mpeg2video -bf 2 -c:a mp2",
        "-c:v ffv1 -c:a pcm_u8",
        "-c:v libvpx -c:a pcm_s16be",
        "-c:v libvpx -c:a pcm_s24le",
        "-c:v libvpx -c:a pcm_f64le",
    ];
    for codec in codecs {
        ffmpeg(&folder, &format!("-y {VIDEO} {AUDIO} {codec} a.mkv"));
        folder.record("--input a.mkv --force -o b.mkv");
        let (a, b) = (probed(&folder, "a.mkv"), probed(&folder, "b.mkv"));
        assert!(a == b, "{codec}\n{a:#}\n{b:#}");
        assert_plays(&folder.path("b.mkv"));
    }
}

#[test]
fn webm_contains_what_it_allows_and_the_rest_is_refused_with_the_flag_that_works() {
    let folder = Folder::new();
    ffmpeg(
        &folder,
        &format!("{VIDEO} {AUDIO} -c:v libvpx -c:a libvorbis vorbis.mkv"),
    );
    folder.record("--input vorbis.mkv -o vorbis.webm");
    assert_eq!(probed(&folder, "vorbis.webm"), probed(&folder, "vorbis.mkv"));
    ffmpeg(
        &folder,
        &format!("{VIDEO} {AUDIO} -c:v libx265 -x265-params log-level=error -c:a libopus hevc.mkv"),
    );
    let outcome = run(&mut folder.mediarec("record --input hevc.mkv -o x.webm"));
    assert_eq!(outcome.code, Some(7), "{}", outcome.stderr);
    assert_eq!(
        outcome.stderr,
        "mediarec: hevc.mkv: WebM cannot contain hvc1 video; -o NAME.mkv (or --mime video/x-matroska) records it as it is\n"
    );
    let outcome = run(&mut folder.mediarec("record --input hevc.mkv --reencode -o x.mkv"));
    assert_eq!(outcome.code, Some(7), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("decoding HEVC video is not supported"),
        "{}",
        outcome.stderr
    );
    assert!(!folder.path("x.webm").exists() && !folder.path("x.mkv").exists());
}

#[test]
fn h264_in_the_byte_stream_format_of_browsers_becomes_that_of_matroska() {
    let folder = Folder::new();
    ffmpeg(&folder, &format!("{VIDEO} -c:v libx264 -bf 0 -g 10 a.mkv"));
    write_as_browsers_do(&folder);
    folder.record("--input browser.mkv -o b.mkv");
    let [a, b] = ["a.mkv", "b.mkv"].map(|name| probed(&folder, name)["streams"][0].clone());
    assert_eq!(b["extradata_hash"], a["extradata_hash"]);
    let pictures = |name: &str| {
        let words = format!("-v error -i {name} -f framemd5 -");
        let outcome = run(&mut folder.program("ffmpeg", &words));
        assert_eq!(outcome.stderr, "");
        let lines = String::from_utf8(outcome.stdout).unwrap();
        lines
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(pictures("b.mkv").len(), 25);
    assert_eq!(pictures("b.mkv"), pictures("a.mkv"));
}

/// Writes the video of `a.mkv` into `browser.mkv`: no `CodecPrivate`, but parameter sets and start codes in the packets.
fn write_as_browsers_do(folder: &Folder) {
    const START_CODE: [u8; 4] = [0, 0, 0, 1];
    let mut reader = Reader::new(File::open(folder.path("a.mkv")).unwrap()).unwrap();
    let private = reader.header().tracks[0].codec_private.clone();
    let sps_length = usize::from(u16::from_be_bytes([private[6], private[7]]));
    let (sps, rest) = private[8..].split_at(sps_length);
    let pps_length = usize::from(u16::from_be_bytes([rest[1], rest[2]]));
    let pps = &rest[3..3 + pps_length];
    let info = TrackInfo {
        format: MediaFormat::Video(VideoFormat {
            width: 160,
            height: 120,
            frame_duration: None,
            color: Color::UNSPECIFIED,
            pixel_aspect: PixelAspect::SQUARE,
            interlaced: false,
        }),
        codec_id: "V_MPEG4/ISO/AVC".into(),
        codec_private: Vec::new(),
        codec_delay: Duration::ZERO,
        seek_pre_roll: Duration::ZERO,
        name: String::new(),
        elements: None,
    };
    let mut writer = WebmWriter::new(DocType::Matroska, &[info]).unwrap();
    while let Some(block) = reader.next_block().unwrap() {
        let mut data = Vec::new();
        for set in [sps, pps].iter().filter(|_| block.key) {
            data.extend(START_CODE);
            data.extend_from_slice(set);
        }
        let mut rest = &block.data[..];
        while let Some((length, tail)) = rest.split_first_chunk::<4>() {
            let (unit, tail) = tail.split_at(u32::from_be_bytes(*length) as usize);
            data.extend(START_CODE);
            data.extend_from_slice(unit);
            rest = tail;
        }
        let packet = Packet {
            track: 0,
            time: block.time,
            duration: Duration::from_millis(40),
            key: block.key,
            padding: Duration::ZERO,
            early: Duration::ZERO,
            data: data.into(),
            side_data: None,
        };
        writer.write(&packet).unwrap();
    }
    folder.write("browser.mkv", writer.take());
}

#[test]
fn a_pcm_recording_that_was_cut_off_can_be_finished() {
    let folder = Folder::new();
    let pcm = "--mime video/x-matroska;codecs=vp8,pcm";
    folder.record(&format!(
        "--fake-devices=unpaced --duration 2s {pcm} --live -o live.mkv"
    ));
    let live = folder.read("live.mkv");
    folder.write("cut.mkv", &live[..live.len() * 2 / 3]);
    let outcome = run(&mut folder.mediarec("record --input cut.mkv -o finished.mkv"));
    assert_eq!(outcome.code, Some(6), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("copied"), "{}", outcome.stderr);
    let probed = probed(&folder, "finished.mkv");
    assert_eq!(probed["streams"].as_array().unwrap().len(), 2);
    assert_plays(&folder.path("finished.mkv"));
    let reader = Reader::new(File::open(folder.path("finished.mkv")).unwrap()).unwrap();
    assert!(reader.header().duration().is_some_and(|seconds| seconds > 1.0));
}
