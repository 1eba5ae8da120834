use super::*;
use crate::clock::Timestamp;
use crate::decode::OpusDecoder;
use crate::encode::{
    AudioCodec, AudioEncoder, AudioOptions, Encoder, KeyFrameInterval, VideoCodec, VideoEncoder, VideoOptions,
};
use crate::media::{Color, Packet, Picture, PixelAspect, TrackInfo, frames_to_duration};
use crate::webm::{DocType, WebmWriter};
use std::sync::Arc;
use std::time::Duration;

const RATE: u32 = 48_000;

/// Made by libvpx in two passes, with frames that are not shown: fixtures/README.md.
const VP9: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/vp9-alt-ref.webm"));

/// Pictures at these milliseconds; the luma of each is of one kind.
fn video(times: &[u64]) -> (TrackInfo, Vec<Packet>) {
    video_of(66, 35, times)
}

fn video_of(width: u32, height: u32, times: &[u64]) -> (TrackInfo, Vec<Packet>) {
    let format = VideoFormat {
        width,
        height,
        frame_duration: None,
        color: Color::BT601,
        pixel_aspect: PixelAspect::SQUARE,
        interlaced: false,
    };
    let options = VideoOptions {
        codec: VideoCodec::Vp8,
        bits_per_second: 100_000,
        quality: None,
        key_frames: KeyFrameInterval::Count(1000),
        speed: Some(16),
        threads: Some(1),
        level: None,
        deterministic: false,
    };
    let mut encoder = VideoEncoder::new(format, options).unwrap();
    let mut packets = Vec::new();
    for (number, &ms) in times.iter().enumerate() {
        let mut picture = Picture::new(width, height);
        picture.data_mut().fill(brightness(number));
        let frame = VideoFrame {
            time: Timestamp::from_millis(ms),
            duration: None,
            picture: Arc::new(picture),
        };
        encoder.encode(frame, &mut packets).unwrap();
    }
    (encoder.info(), packets)
}

fn brightness(number: usize) -> u8 {
    (40 + 10 * (number % 20)) as u8
}

/// A tone of so many sample frames from this time on.
fn audio(start: Timestamp, frames: usize) -> (TrackInfo, Vec<Packet>) {
    let format = AudioFormat {
        sample_rate: RATE,
        channels: 1,
    };
    let options = AudioOptions {
        codec: AudioCodec::Opus,
        bits_per_second: 64_000,
        constant: false,
    };
    let mut encoder = AudioEncoder::new(format, options, false).unwrap();
    let mut packets = Vec::new();
    let block = AudioBlock {
        time: start,
        sample_rate: RATE,
        channels: 1,
        samples: (0..frames).map(|n| 0.5 * (n as f32 / 20.0).sin()).collect(),
    };
    encoder.encode(block, &mut packets).unwrap();
    encoder.finish(&mut packets).unwrap();
    (encoder.info(), packets)
}

/// A file of these tracks, block after block in the order of their times.
fn file(tracks: Vec<(TrackInfo, Vec<Packet>)>) -> Vec<u8> {
    let (infos, packets): (Vec<_>, Vec<_>) = tracks.into_iter().unzip();
    let mut packets: Vec<Packet> = packets
        .into_iter()
        .enumerate()
        .flat_map(|(track, packets)| packets.into_iter().map(move |packet| Packet { track, ..packet }))
        .collect();
    packets.sort_by_key(|packet| packet.time);
    write(&infos, &packets)
}

fn write(infos: &[TrackInfo], packets: &[Packet]) -> Vec<u8> {
    let mut writer = WebmWriter::new(DocType::Webm, infos).unwrap();
    for packet in packets {
        writer.write(packet).unwrap();
    }
    writer.take()
}

/// What a whole file gave.
#[derive(Default)]
struct Played {
    frames: Vec<VideoFrame>,
    blocks: Vec<AudioBlock>,
    failures: Vec<String>,
}

/// Reads the tracks one after the other: the others' blocks wait meanwhile.
fn play_all(file: &[u8]) -> Result<Played> {
    let mut played = Played::default();
    for track in open(file, None)? {
        let WebmTrack { kind, mut blocks, .. } = track;
        blocks.start();
        let finished = match kind {
            Kind::Video(_, mut pictures) => {
                while let Some(block) = blocks.next() {
                    played.frames.extend(pictures.decode(&block)?);
                }
                pictures.finish()
            }
            Kind::Audio(_, mut sound) => {
                while let Some(block) = blocks.next() {
                    played.blocks.extend(sound.decode(&block)?);
                }
                sound.finish()
            }
        };
        let failure = blocks.failure().and(finished).err();
        played.failures.extend(failure.map(|error| error.to_string()));
    }
    Ok(played)
}

#[test]
fn pictures_come_in_order_at_the_times_of_the_file() {
    let times: Vec<u64> = vec![0, 33, 67, 100, 450, 451, 2_000];
    let played = play_all(&file(vec![video(&times)])).unwrap();
    let shown: Vec<u64> = played
        .frames
        .iter()
        .map(|frame| frame.time.round_millis())
        .collect();
    assert_eq!(shown, times);
    for (number, frame) in played.frames.iter().enumerate() {
        assert_eq!((frame.picture.width(), frame.picture.height()), (66, 35));
        let luma = frame.picture.planes()[0];
        let mean = luma.iter().map(|&value| u32::from(value)).sum::<u32>() / luma.len() as u32;
        assert!(mean.abs_diff(brightness(number).into()) <= 2, "{number}: {mean}");
    }
    assert!(played.failures.is_empty());
}

#[test]
fn a_change_of_size_is_decoded_as_it_is() {
    let (info, mut packets) = video(&[0, 40]);
    let (_, others) = video_of(32, 18, &[80, 120]);
    packets.extend(others);
    let played = play_all(&write(&[info], &packets)).unwrap();
    let widths: Vec<u32> = played.frames.iter().map(|frame| frame.picture.width()).collect();
    assert_eq!(widths, [66, 66, 32, 32]);
}

#[test]
fn the_size_is_that_of_the_pictures_whatever_the_header_says() {
    let (_, packets) = video_of(32, 18, &[0, 40]);
    let (info, _) = video(&[]);
    let tracks = open(&write(&[info], &packets)[..], None).map(|tracks| {
        tracks
            .iter()
            .map(|track| match track.kind {
                Kind::Video(format, _) => (format.width, format.height),
                Kind::Audio(..) => (0, 0),
            })
            .collect::<Vec<_>>()
    });
    assert_eq!(tracks.unwrap(), [(32, 18)]);
}

#[test]
fn frames_that_are_not_shown_give_no_picture() {
    let played = play_all(VP9).unwrap();
    let shown: Vec<u64> = played
        .frames
        .iter()
        .map(|frame| frame.time.round_millis())
        .collect();
    assert_eq!(shown, (0..20).map(|number| 7 + number * 40).collect::<Vec<_>>());
    let heard: usize = played.blocks.iter().map(AudioBlock::frames).sum();
    assert_eq!(heard, 38_400);
    assert!(played.failures.is_empty());
}

#[test]
fn sound_is_all_there_to_the_sample_wherever_it_begins() {
    for (start, frames) in [
        (0, 48_000),
        (0, 1),
        (0, 959),
        (0, 961),
        (21, 12_345),
        (5_000, 20_000),
    ] {
        let start = Timestamp::from_millis(start);
        let played = play_all(&file(vec![audio(start, frames)])).unwrap();
        let heard: usize = played.blocks.iter().map(AudioBlock::frames).sum();
        assert_eq!(heard, frames, "from {start:?}");
        // The container's zero is its first packet, so the file begins with the sound.
        let mut expected = played.blocks[0].time;
        for block in &played.blocks {
            assert!(
                block.time.as_nanos().abs_diff(expected.as_nanos()) <= 2,
                "{frames}"
            );
            expected = block.time + block.duration();
        }
    }
}

#[test]
fn a_gap_in_the_sound_stays_a_gap_and_jitter_does_not_become_one() {
    let (info, mut packets) = audio(Timestamp::ZERO, 48_000);
    for (number, packet) in packets.iter_mut().enumerate() {
        packet.time += Duration::from_millis([0, 9, 4, 13][number % 4]);
        if number >= 25 {
            packet.time += Duration::from_millis(500);
        }
    }
    let played = play_all(&write(&[info], &packets)).unwrap();
    let ends = played.blocks.windows(2).map(|pair| {
        let gap = pair[1].time - (pair[0].time + pair[0].duration());
        gap.as_millis()
    });
    let gaps: Vec<u128> = ends.filter(|&gap| gap > 0).collect();
    assert_eq!(gaps.len(), 1);
    assert!((490..=515).contains(&gaps[0]), "{gaps:?}");
}

#[test]
fn what_is_padding_at_the_beginning_is_cut_off_too() {
    let (info, packets) = audio(Timestamp::ZERO, 9_600);
    let mut decoder = TrackAudioDecoder::new(
        Ok(Box::new(
            OpusDecoder::new(&info.codec_private, 1, info.codec_delay).unwrap(),
        )),
        &Track {
            codec_delay: info.codec_delay,
            ..Track::default()
        },
    );
    let block = |packet: &Packet, discard_padding| Block {
        track: 1,
        time: packet.time,
        duration: None,
        discard_padding,
        key: true,
        invisible: false,
        lace: 0,
        cluster: 0,
        position: 0,
        data: packet.data.clone(),
        side_data: None,
    };
    let first = decoder.decode(&block(&packets[0], 0)).unwrap().unwrap();
    assert_eq!((first.time, first.frames()), (Timestamp::ZERO, 960 - 312));
    let second = decoder.decode(&block(&packets[1], -5_000_000)).unwrap().unwrap();
    assert_eq!(second.frames(), 960 - 240);
    assert_eq!(
        second.time - Timestamp::ZERO,
        frames_to_duration(960 - 312 + 240, RATE)
    );
}

#[test]
fn a_stream_that_was_joined_late_counts_from_where_it_was_joined() {
    let (info, mut packets) = video(&[0, 40, 80]);
    for packet in &mut packets {
        packet.time += Duration::from_secs(100);
    }
    let played = play_all(&write(&[info], &packets)).unwrap();
    let shown: Vec<u64> = played
        .frames
        .iter()
        .map(|frame| frame.time.round_millis())
        .collect();
    assert_eq!(shown, [0, 40, 80]);
}

#[test]
fn a_track_that_ends_long_before_the_other_does_not_keep_it_waiting() {
    let (info, packets) = audio(Timestamp::ZERO, 960);
    let (video_info, mut pictures) = video(&[0]);
    let last = pictures[0].clone();
    // The decoder finds nothing in these; they only take room.
    pictures.extend((1..40).map(|number| Packet {
        time: Timestamp::from_millis(number * 40),
        key: false,
        data: vec![1; 1 << 20].into(),
        ..last.clone()
    }));
    let late = Packet {
        track: 0,
        time: Timestamp::from_millis(1_600),
        ..packets[0].clone()
    };
    let all: Vec<Packet> = packets
        .into_iter()
        .chain(pictures.into_iter().map(|packet| Packet { track: 1, ..packet }))
        .collect();
    let infos = [info, video_info];
    let count = |file: &[u8]| {
        let mut tracks = open(file, None).unwrap();
        for track in &tracks {
            track.blocks.start();
        }
        let counts = tracks
            .iter_mut()
            .map(|track| std::iter::from_fn(|| track.blocks.next()).count());
        let counts: Vec<usize> = counts.collect();
        (
            counts,
            tracks[1].blocks.failure().map_err(|error| error.to_string()),
        )
    };
    assert_eq!(count(&write(&infos, &all)), (vec![2, 40], Ok(())));
    // Had there been more of it, that is said.
    let with_late: Vec<Packet> = all.into_iter().chain([late]).collect();
    let (counts, failure) = count(&write(&infos, &with_late));
    assert_eq!(counts, [2, 40]);
    assert!(failure.unwrap_err().contains("too far apart"));
}

#[test]
fn what_nobody_listens_to_passes_by() {
    let (info, packets) = audio(Timestamp::ZERO, 4_800);
    let (video_info, pictures) = video(&[0]);
    let pictures = (0..40).map(|number| Packet {
        track: 1,
        time: Timestamp::from_millis(number * 40),
        data: vec![1; 1 << 20].into(),
        ..pictures[0].clone()
    });
    let mut all: Vec<Packet> = packets.into_iter().chain(pictures).collect();
    all.sort_by_key(|packet| packet.time);
    let file = write(&[info, video_info], &all);
    let mut tracks = open(&file[..], None).unwrap();
    tracks[0].blocks.start();
    assert_eq!(std::iter::from_fn(|| tracks[0].blocks.next()).count(), 6);
    assert!(tracks[0].blocks.failure().is_ok());
    assert!(tracks[1].blocks.next().is_none());
}

#[test]
fn a_cut_off_file_gives_what_is_whole_and_says_that_it_is_cut_off() {
    let times: Vec<u64> = (0..12).map(|number| number * 40).collect();
    let whole = file(vec![video(&times), audio(Timestamp::ZERO, 23_040)]);
    let mut most = 0;
    for length in (60..whole.len()).step_by(37) {
        let Ok(played) = play_all(&whole[..length]) else {
            assert_eq!(most, 0, "what was readable with fewer bytes is not with {length}");
            continue;
        };
        assert!(played.frames.len() >= most, "{length}");
        most = played.frames.len();
        for failure in played.failures {
            assert!(failure.contains("truncated"), "{failure}");
        }
    }
    assert_eq!(most, times.len());
}

#[test]
fn damaged_packets_are_left_out_and_counted() {
    let times: Vec<u64> = (0..12).map(|number| number * 40).collect();
    let (info, mut packets) = video(&times);
    // Says that its first partition is longer than all of it.
    packets[5].data = vec![0xF1, 0xFF, 0xFF].into();
    let (sound_info, mut sound) = audio(Timestamp::ZERO, 23_040);
    sound[7].data = vec![0xFF].into();
    let played = play_all(&write(&[info], &packets)).unwrap();
    assert!(played.frames.len() >= times.len() - 1);
    assert!(
        played.failures[0].contains("1 of its video frames"),
        "{:?}",
        played.failures
    );
    let played = play_all(&write(&[sound_info], &sound)).unwrap();
    let heard: usize = played.blocks.iter().map(AudioBlock::frames).sum();
    assert_eq!(heard, 23_040 - 960);
    assert!(
        played.failures[0].contains("1 of its audio packets"),
        "{:?}",
        played.failures
    );
    // What follows is where it belongs.
    let end = played
        .blocks
        .last()
        .map(|block| block.time + block.duration())
        .unwrap();
    assert!(end.round_millis().abs_diff(480) <= 1, "{end:?}");
}

#[test]
fn nothing_in_a_file_makes_it_panic_or_hang() {
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random >> 33) as usize % below
    };
    let times: Vec<u64> = (0..8).map(|number| number * 40).collect();
    let ours = file(vec![video(&times), audio(Timestamp::ZERO, 15_360)]);
    for whole in [&ours[..], VP9] {
        let mut good = 0;
        for _ in 0..1_000 {
            let mut broken = whole.to_vec();
            for _ in 0..=next(6) {
                let at = 4 + next(broken.len() - 4);
                broken[at] = next(256) as u8;
            }
            if let Ok(played) = play_all(&broken) {
                good += usize::from(!played.frames.is_empty() && !played.blocks.is_empty());
                let ordered = played.frames.windows(2).all(|pair| pair[0].time < pair[1].time);
                assert!(ordered, "times go backwards");
            }
        }
        assert!(good > 500, "only {good} of 1000 gave anything");
    }
}
