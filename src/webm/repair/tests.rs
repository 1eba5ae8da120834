//! Files that are wrong, and what they are when they were repaired.
use super::*;
use crate::clock::Timestamp;
use crate::media::Packet;
use crate::webm::block::Block;
use crate::webm::check::{Form, Level, check};
use crate::webm::reader::Reader;
use crate::webm::test_media;
use std::io::Cursor;
use std::time::Duration;

fn blocks(file: &[u8]) -> Vec<Block> {
    let mut reader = Reader::new(file).unwrap();
    std::iter::from_fn(|| reader.next_block().unwrap()).collect()
}

fn fixed(file: &[u8]) -> (Repairs, Vec<u8>) {
    let mut output = Cursor::new(Vec::new());
    let repairs = fix(file, &mut output).unwrap();
    (repairs, output.into_inner())
}

fn payloads(file: &[u8]) -> Vec<(u64, u64, bytes::Bytes)> {
    let data = |block: Block| (block.track, block.time.round_millis(), block.data);
    blocks(file).into_iter().map(data).collect()
}

/// The rules that a finished file breaks.
fn errors(file: &[u8]) -> Vec<&'static str> {
    let report = check(file, Some(Form::Finished)).unwrap();
    let errors = report
        .findings
        .iter()
        .filter(|finding| finding.level == Level::Error);
    errors.map(|finding| finding.rule).collect()
}

#[test]
fn a_finished_file_needs_nothing_and_a_repaired_file_neither() {
    let file = test_media::finalized(3);
    assert_eq!(diagnose(&*file).unwrap().list, []);
    let (live, _) = test_media::live(3);
    let (repairs, repaired) = fixed(&live);
    let expected = [
        Repair::Duration,
        Repair::Cues,
        Repair::SeekHead,
        Repair::UnknownSizes,
    ];
    assert_eq!(repairs.list, expected);
    assert_eq!(repairs.size, repaired.len() as u64);
    assert_eq!(diagnose(&*repaired).unwrap().list, []);
    assert_eq!(payloads(&repaired), payloads(&live));
}

#[test]
fn every_whole_block_of_a_truncated_file_is_in_the_repaired_one() {
    let (live, _) = test_media::live(2);
    for file in [live, test_media::finalized(2)] {
        let all = payloads(&file);
        for length in (400..file.len()).step_by(211) {
            let whole = payloads(&file[..length]);
            if whole.is_empty() {
                assert!(fix(&file[..length], Cursor::new(Vec::new())).is_err(), "{length}");
                continue;
            }
            let (_, repaired) = fixed(&file[..length]);
            assert_eq!(payloads(&repaired), all[..whole.len()], "{length}");
            assert_eq!(diagnose(&*repaired).unwrap().list, [], "{length}");
        }
    }
}

#[test]
fn a_live_file_is_finished_in_place_as_it_would_have_been() {
    let (live, _) = test_media::live(3);
    let mut file = Cursor::new(live.clone());
    let repairs = fix_in_place(&mut file, |_| Ok(())).unwrap().unwrap();
    let mut finished = file.into_inner();
    finished.truncate(usize::try_from(repairs.size).unwrap());
    assert_eq!(finished.len(), test_media::finalized(3).len());
    // Times in a file are whole milliseconds, so that the Duration is, too.
    let (_, index) = test_media::live(3);
    let duration = usize::try_from(index.offsets.duration).unwrap();
    let mut expected = test_media::finalized(3);
    for file in [&mut finished, &mut expected] {
        let seconds = Reader::new(&**file).unwrap().header().duration().unwrap();
        assert!((seconds - 3.0).abs() < 0.002, "{seconds}");
        file[duration..duration + 11].fill(0);
    }
    assert!(finished == expected);

    // Cut within the last block.
    let mut file = Cursor::new(live[..live.len() - 5].to_vec());
    let repairs = fix_in_place(&mut file, |_| Ok(())).unwrap().unwrap();
    assert_eq!(repairs.list[0], Repair::Truncated);
    let mut finished = file.into_inner();
    finished.truncate(usize::try_from(repairs.size).unwrap());
    assert_eq!(diagnose(&*finished).unwrap().list, []);
    assert_eq!(payloads(&finished), payloads(&live)[..payloads(&live).len() - 1]);
}

#[test]
fn a_file_that_needs_more_is_not_touched_in_place() {
    let (mut live, _) = test_media::live(3);
    let finished = test_media::finalized(3);
    let middle = live.len() / 2;
    live[middle..middle + 3_000].fill(0x55);
    let (first_byte_lost, mark_in_front) = (finished[1..].to_vec(), [b"\xEF\xBB\xBF", &*finished].concat());
    for file in [live, finished, first_byte_lost, mark_in_front] {
        let mut cursor = Cursor::new(file.clone());
        assert_eq!(fix_in_place(&mut cursor, |_| Ok(())).unwrap(), None);
        assert!(cursor.into_inner() == file);
    }
}

#[test]
fn a_file_that_would_need_another_repair_is_not_touched_in_place() {
    let frames = |from: u64, keys_from: u64| {
        let frames = (from..from + 60).map(|number| test_media::frame(0, number, number >= keys_from));
        test_media::write(&[test_media::video_track()], &frames.collect::<Vec<_>>()).0
    };
    let audio = |change: fn(&mut crate::media::TrackInfo)| {
        let mut track = test_media::audio_track();
        change(&mut track);
        test_media::write(&[track], &[test_media::audio(0, 0)]).0
    };
    let is_finished = |file: &[u8]| {
        let mut file = Cursor::new(file.to_vec());
        fix_in_place(&mut file, |_| Ok(())).unwrap().is_some()
    };
    assert!(is_finished(&frames(0, 0)) && is_finished(&audio(|_| {})));
    assert!(!is_finished(&frames(900, 900)), "it begins late");
    assert!(!is_finished(&frames(0, 20)), "it begins without a key frame");
    assert!(
        !is_finished(&audio(|track| track.codec_delay = Duration::ZERO)),
        "CodecDelay is missing"
    );
    let overwritten = Packet {
        data: vec![0; 40].into(),
        ..test_media::audio(0, 0)
    };
    let (overwritten, _) = test_media::write(&[test_media::audio_track()], &[overwritten]);
    assert!(!is_finished(&overwritten), "a packet is overwritten");
}

#[test]
fn audio_that_is_shorter_than_the_delay_of_its_codec_has_a_duration_all_the_same() {
    let mut data = test_media::audio(0, 0).data.to_vec();
    // CELT, of 5 ms.
    data[0] = 0x88;
    let packet = crate::media::Packet {
        data: data.into(),
        ..test_media::audio(0, 0)
    };
    let (live, _) = test_media::write(&[test_media::audio_track()], &[packet]);
    let (repairs, repaired) = fixed(&live);
    assert!(repairs.duration.is_zero());
    assert_eq!(diagnose(&*repaired).unwrap().list, []);
    assert_eq!(errors(&repaired), [] as [&str; 0]);
}

#[test]
fn a_file_that_presents_nothing_has_a_duration_all_the_same() {
    let hidden = crate::media::Packet {
        data: vec![0, 0, 0, 0x9D, 0x01, 0x2A, 64, 0, 48, 0].into(),
        duration: std::time::Duration::ZERO,
        ..test_media::frame(0, 0, true)
    };
    let (live, _) = test_media::write(&[test_media::video_track()], &[hidden]);
    let (repairs, repaired) = fixed(&live);
    assert!(repairs.duration.is_zero());
    assert_eq!(diagnose(&*repaired).unwrap().list, []);
    assert_eq!(errors(&repaired), [] as [&str; 0]);
}

#[test]
fn recordings_in_a_row_become_one() {
    let one = test_media::finalized(2);
    let (repairs, repaired) = fixed(&[one.clone(), one.clone()].concat());
    assert!(repairs.list.contains(&Repair::Recordings { recordings: 2 }));
    let single = payloads(&one);
    let both = payloads(&repaired);
    assert_eq!(both.len(), 2 * single.len());
    for (first, second) in single.iter().zip(&both[single.len()..]) {
        assert_eq!((second.0, &second.2), (first.0, &first.2));
        assert_eq!(second.1 - first.1, both[single.len()].1 - single[0].1);
    }
    assert_eq!(diagnose(&*repaired).unwrap().list, []);
}

#[test]
fn first_bytes_that_are_lost_are_put_back() {
    let file = test_media::finalized(2);
    for lost in [1, 3, 20, 45] {
        let (repairs, repaired) = fixed(&file[lost..]);
        assert!(matches!(repairs.list[0], Repair::Beginning { .. }));
        assert_eq!(payloads(&repaired), payloads(&file));
        assert_eq!(Reader::new(&*repaired).unwrap().header().doc_type, "webm");
    }
}

#[test]
fn damage_costs_the_blocks_it_is_in_and_repairing_twice_is_repairing_once() {
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let (live, _) = test_media::live(3);
    for _ in 0..200 {
        let mut file = live.clone();
        for _ in 0..3 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let at = 700 + usize::try_from(random % (live.len() as u64 - 800)).unwrap();
            file[at..at + 8].copy_from_slice(&random.to_le_bytes());
        }
        let (_, repaired) = fixed(&file);
        let report = diagnose(&*repaired).unwrap();
        assert_eq!(report.list, [], "{report:?}");
        assert!(blocks(&repaired).len() + 60 > blocks(&live).len());
    }
}

#[test]
fn opus_without_a_seek_pre_roll_gets_one() {
    // As Chromium's MediaRecorder writes it: with a pre-skip of 0, so that there is no CodecDelay either.
    let mut track = test_media::audio_track();
    track.codec_private[10..12].fill(0);
    track.codec_delay = Duration::ZERO;
    track.seek_pre_roll = Duration::ZERO;
    let packets: Vec<Packet> = (0..50).map(|number| test_media::audio(0, number)).collect();
    let (live, _) = test_media::write(&[track], &packets);
    assert_eq!(
        fix_in_place(&mut Cursor::new(live.clone()), |_| Ok(())).unwrap(),
        None
    );
    let (repairs, repaired) = fixed(&live);
    assert!(repairs.list.contains(&Repair::SeekPreRoll), "{repairs:?}");
    let reader = Reader::new(&*repaired).unwrap();
    assert_eq!(reader.header().tracks[0].seek_pre_roll, Duration::from_millis(80));
    assert_eq!(payloads(&repaired), payloads(&live));
    assert_eq!(diagnose(&*repaired).unwrap().list, []);
}

/// Video alone, of as many frames a second as the track says, without some of its frames.
fn video(lost: std::ops::Range<usize>) -> Vec<u8> {
    let mut track = test_media::video_track();
    if let crate::media::MediaFormat::Video(format) = &mut track.format {
        format.frame_duration = Some(Duration::from_nanos(33_333_333));
    }
    let frames = (0..30).map(|number| test_media::frame(0, number, number == 0));
    let frames: Vec<Packet> = frames.collect();
    test_media::write(&[track], &[&frames[..lost.start], &frames[lost.end..]].concat()).0
}

#[test]
fn a_gap_before_the_last_frame_does_not_make_the_file_longer() {
    let (repairs, _) = fixed(&video(20..29));
    assert_eq!(repairs.duration.as_millis(), 1_000);
}

#[test]
fn packets_that_are_overwritten_by_zeros_are_removed() {
    let mut file = video(0..0);
    let victim = blocks(&file).swap_remove(9);
    let end = usize::try_from(victim.position).unwrap() + 120;
    let data = file[..end]
        .windows(90)
        .rposition(|window| window == &victim.data[..])
        .unwrap();
    file[data..data + 90].fill(0);
    let (repairs, repaired) = fixed(&file);
    assert!(
        repairs.list.contains(&Repair::DamagedPackets { packets: 1 }),
        "{repairs:?}"
    );
    assert_eq!(blocks(&repaired).len(), 29);
}

#[test]
fn frames_behind_a_key_frame_that_is_removed_are_removed_up_to_the_next() {
    let frames = (0..30).map(|number| test_media::frame(0, number, number % 10 == 0));
    let mut frames: Vec<Packet> = frames.collect();
    frames[0].data = vec![0; 400].into();
    let (file, _) = test_media::write(&[test_media::video_track()], &frames);
    let (repairs, repaired) = fixed(&file);
    assert!(
        repairs.list.contains(&Repair::NoKeyFrame { frames: 9 }),
        "{repairs:?}"
    );
    assert_eq!(blocks(&repaired).len(), 20);
    assert_eq!(diagnose(&*repaired).unwrap().list, []);
}

#[test]
fn what_is_late_in_a_file_lasts_as_long_as_its_place_in_the_repaired_one_tells() {
    let audio = crate::media::TrackInfo {
        codec_id: "A_VORBIS".into(),
        codec_private: vec![2],
        codec_delay: Duration::ZERO,
        ..test_media::audio_track()
    };
    let frames = (0..9).map(|second| (0, second));
    let all = [(1, 0), (1, 0)].into_iter().chain(frames).chain([(1, 8), (1, 8)]);
    let packets = all.map(|(track, second)| Packet {
        time: Timestamp::from_millis(1_000 * second),
        ..test_media::frame(track, 1, true)
    });
    let tracks = [test_media::video_track(), audio];
    let (mut live, _) = test_media::write(&tracks, &packets.collect::<Vec<_>>());
    let is_at_8_s = |bytes: &[u8]| bytes == [0x82, 0, 0];
    let last = live.windows(3).rposition(is_at_8_s).unwrap();
    let late = live[..last].windows(3).rposition(is_at_8_s).unwrap();
    live[late + 1..late + 3].copy_from_slice(&(-7_000_i16).to_be_bytes());
    let (_, repaired) = fixed(&live);
    assert_eq!(diagnose(&*repaired).unwrap().list, []);
}

#[test]
fn clusters_of_wrong_times_are_placed_between_their_neighbours() {
    let (file, _) = test_media::live(4);
    let times: Vec<usize> = file
        .windows(6)
        .enumerate()
        .filter(|(_, w)| w[..4] == [0x1F, 0x43, 0xB6, 0x75])
        .map(|(at, _)| at + 12)
        .collect();
    let expected = payloads(&file);
    let at = times[2];
    assert_eq!(file[at], 0xE7);
    let length = usize::from(file[at + 1] & 0x7F);
    for wrong in [0_u64, 500, 50_000] {
        let mut damaged = file.clone();
        damaged[at + 2..at + 2 + length].copy_from_slice(&wrong.to_be_bytes()[8 - length..]);
        let (repairs, repaired) = fixed(&damaged);
        assert!(
            repairs
                .list
                .iter()
                .any(|repair| matches!(repair, Repair::TimesWentBack { .. })),
            "{wrong}: {repairs:?}"
        );
        let found = payloads(&repaired);
        assert_eq!(found.len(), expected.len());
        let times = found
            .iter()
            .zip(&expected)
            .map(|(found, expected)| found.1.abs_diff(expected.1));
        assert!(times.max() <= Some(1), "{wrong}");
    }
}

#[test]
fn unmarked_key_frames_of_vp8_are_marked() {
    const KEY_FRAME: &[u8] = &[0x10, 2, 0, 0x9D, 1, 0x2A, 64, 0, 48, 0, 7, 7];
    let frames = (0..30).map(|number| Packet {
        key: false,
        data: if number == 0 {
            KEY_FRAME.into()
        } else {
            vec![0x11, 2, 0, 7].into()
        },
        ..test_media::frame(0, number, false)
    });
    let (file, _) = test_media::write(&[test_media::video_track()], &frames.collect::<Vec<_>>());
    let (repairs, repaired) = fixed(&file);
    assert!(
        repairs.list.contains(&Repair::KeyFlags { frames: 1 }),
        "{repairs:?}"
    );
    let all = blocks(&repaired);
    assert!(all[0].key && all.len() == 30);
}

#[test]
fn a_file_whose_first_key_frame_comes_late_begins_at_0() {
    let frames = (0..600).map(|number| test_media::frame(0, number, number >= 400));
    let (live, _) = test_media::write(&[test_media::video_track()], &frames.collect::<Vec<_>>());
    let (repairs, repaired) = fixed(&live);
    assert!(repairs.list.contains(&Repair::Start), "{repairs:?}");
    assert!(repairs.list.contains(&Repair::NoKeyFrame { frames: 400 }));
    assert_eq!(blocks(&repaired)[0].time.round_millis(), 0);
    assert_eq!(diagnose(&*repaired).unwrap().list, []);
}

#[test]
fn audio_that_is_shorter_than_an_absurd_delay_ends_where_it_can_be_sought_to() {
    let mut track = test_media::audio_track();
    track.codec_delay = Duration::from_secs(30);
    let packets: Vec<Packet> = (0..100).map(|number| test_media::audio(0, number)).collect();
    let (live, _) = test_media::write(&[track], &packets);
    let (repairs, repaired) = fixed(&live);
    assert_eq!(repairs.duration.as_millis(), 1_500);
    assert_eq!(diagnose(&*repaired).unwrap().list, []);
}

#[test]
fn a_file_of_which_nothing_can_be_sought_needs_no_cues() {
    let frame = Packet {
        key: false,
        ..test_media::frame(0, 0, false)
    };
    let (mut live, _) = test_media::write(&[test_media::video_track()], &[frame]);
    // Neither video nor audio: a track of this type may have a packet that is no key.
    let track = live
        .windows(3)
        .position(|bytes| bytes == [0x83, 0x81, 1])
        .unwrap();
    live[track + 2] = 0x11;
    let codec = live.windows(5).position(|bytes| bytes == b"V_VP8").unwrap();
    live[codec..codec + 5].copy_from_slice(b"S_VP8");
    let (repairs, repaired) = fixed(&live);
    assert!(!repairs.list.contains(&Repair::Cues), "{repairs:?}");
    assert_eq!(diagnose(&*repaired).unwrap().list, []);
    let repairs = fix_in_place(&mut Cursor::new(live), |_| Ok(())).unwrap().unwrap();
    assert!(!repairs.list.contains(&Repair::Cues), "{repairs:?}");
}
