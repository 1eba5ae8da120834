//! What a finalised file leads to, and what it has if finalising was interrupted.
use super::*;
use crate::media::{Packet, TrackInfo};
use crate::webm::block::Block;
use crate::webm::reader::Reader;
use crate::webm::tags::Tags;
use crate::webm::test_media;
use matroska_demuxer::{Frame, MatroskaFile};

/// A file that accepts a number of writes and loses all others, as in a power cut.
struct Failing {
    file: io::Cursor<Vec<u8>>,
    writes_left: usize,
}

impl Write for Failing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.writes_left == 0 {
            return Err(io::Error::other("power cut"));
        }
        self.writes_left -= 1;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Failing {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

fn frames(file: &[u8]) -> Vec<(u64, u64, Vec<u8>)> {
    let mut demuxer = MatroskaFile::open(io::Cursor::new(file)).unwrap();
    let mut frame = Frame::default();
    let mut frames = Vec::new();
    while demuxer.next_frame(&mut frame).unwrap() {
        frames.push((frame.track, frame.timestamp, frame.data.clone()));
    }
    frames
}

#[test]
fn a_file_whose_finalising_is_cut_off_after_any_write_has_all_its_frames() {
    let (live, index) = test_media::live(4);
    let expected = frames(&live);
    assert_eq!(expected.len(), 4 * 30 + 4 * 50 + 1);
    let mut writes = 0;
    loop {
        let mut failing = Failing {
            file: io::Cursor::new(live.clone()),
            writes_left: writes,
        };
        let result = index.finalize(&mut failing, 0, |_| Ok(()));
        assert_eq!(frames(failing.file.get_ref()), expected, "after {writes}");
        if result.is_ok() {
            break;
        }
        writes += 1;
    }
    // Cues, SeekHead, Duration, the sizes of 4 Clusters and that of the Segment.
    assert_eq!(writes, 8);
}

#[test]
fn what_a_full_disk_kept_is_finalised_with_and_without_cues() {
    let (live, index) = test_media::live(3);
    let expected = frames(&live);
    let mut reader = Reader::new(&*live).unwrap();
    let mut kept = 0;
    while let Some(block) = reader.next_block().unwrap() {
        let end = block.position;
        let cut = index.cut_at(end, Duration::from_millis(1500));
        for index in [cut.clone(), cut.without_cues()] {
            let mut file = io::Cursor::new(live[..usize::try_from(end).unwrap()].to_vec());
            index.finalize(&mut file, 0, |_| Ok(())).unwrap();
            assert_eq!(frames(file.get_ref()), expected[..kept]);
            assert_eq!(index.duration(), Timestamp::from_millis(1500));
        }
        kept += 1;
    }
    assert_eq!(kept, expected.len());
}

#[test]
fn a_recording_behind_other_bytes_is_finalised_in_its_own_place() {
    let (live, index) = test_media::live(2);
    let mut file = io::Cursor::new([b"before".to_vec(), live].concat());
    index.finalize(&mut file, 6, |_| Ok(())).unwrap();
    assert_eq!(file.position(), file.get_ref().len() as u64);
    assert_eq!(file.get_ref()[..6], *b"before");
    assert_eq!(file.get_ref()[6..], test_media::finalized(2));
}

#[test]
fn the_duration_is_that_of_what_is_presented() {
    // Sound: 101 packets of 20 ms less 6.5 ms of delay and 13.5 ms of padding.
    let (_, index) = test_media::live(2);
    assert_eq!(index.duration(), Timestamp::from_millis(2_000));
    let sound = [test_media::audio(0, 0), test_media::audio(0, 1)];
    let (_, index) = test_media::write(&[test_media::audio_track()], &sound);
    assert_eq!(index.duration().as_nanos(), 33_500_000);
}

#[test]
fn a_last_frame_of_unknown_length_lasts_as_long_as_the_one_before() {
    let frames = [0, 1, 3].map(|number| Packet {
        duration: Duration::ZERO,
        ..test_media::frame(0, number, number == 0)
    });
    let (_, index) = test_media::write(&[test_media::video_track()], &frames);
    assert_eq!(index.duration().round_millis(), 167);
}

#[test]
fn without_packets_there_is_nothing_to_seek_in() {
    let (live, index) = test_media::write(&[test_media::video_track()], &[]);
    let mut file = io::Cursor::new(live.clone());
    index.finalize(&mut file, 0, |_| Ok(())).unwrap();
    assert_eq!(file.get_ref().len(), live.len());
}

/// Where each cue points: its time, and the block that stands there.
fn cued(file: &[u8]) -> Vec<(u64, Block)> {
    let mut tags = Tags::new(file).unwrap();
    let (mut segment, mut cues) = (0, Vec::new());
    while let Some(tag) = tags.next().unwrap() {
        match tag.spec {
            MatroskaSpec::Segment(Master::Start) => segment = tag.position + 12,
            MatroskaSpec::CueTime(time) => cues.push((time, 0)),
            MatroskaSpec::CueClusterPosition(position) => {
                let cluster = usize::try_from(segment + position).unwrap();
                assert_eq!(file[cluster..cluster + 4], [0x1F, 0x43, 0xB6, 0x75]);
                cues.last_mut().unwrap().1 = segment + position + 12;
            }
            MatroskaSpec::CueRelativePosition(offset) => cues.last_mut().unwrap().1 += offset,
            _ => {}
        }
    }
    let mut reader = Reader::new(file).unwrap();
    let mut blocks = Vec::new();
    while let Some(block) = reader.next_block().unwrap() {
        blocks.push(block);
    }
    let at = |position| blocks.iter().find(|block| block.position == position);
    let cues = cues.into_iter();
    cues.map(|(time, position)| (time, at(position).unwrap().clone()))
        .collect()
}

fn finish(tracks: &[TrackInfo], packets: &[Packet]) -> Vec<u8> {
    let (live, index) = test_media::write(tracks, packets);
    let mut file = io::Cursor::new(live);
    index.finalize(&mut file, 0, |_| Ok(())).unwrap();
    file.into_inner()
}

#[test]
fn each_cue_leads_to_a_key_frame_of_its_time() {
    let cues = cued(&test_media::finalized(3));
    let times: Vec<_> = cues.iter().map(|(time, _)| *time).collect();
    assert_eq!(times, [0, 1_000, 2_000]);
    for (time, block) in cues {
        assert_eq!((block.track, block.key), (1, true));
        assert_eq!(block.time, Timestamp::from_millis(time));
    }
}

#[test]
fn a_key_frame_that_is_presented_before_another_that_came_first_has_no_cue() {
    let early = Packet {
        early: Duration::from_millis(400),
        ..test_media::frame(0, 15, true)
    };
    let packets = [
        test_media::frame(0, 0, true),
        early,
        test_media::frame(0, 30, true),
    ];
    let cues = cued(&finish(&[test_media::video_track()], &packets));
    let times: Vec<_> = cues.iter().map(|(time, _)| *time).collect();
    assert_eq!(times, [0, 1_000]);
}

#[test]
fn sound_alone_has_a_cue_every_half_second() {
    let packets: Vec<_> = (0..100).map(|number| test_media::audio(0, number)).collect();
    let cues = cued(&finish(&[test_media::audio_track()], &packets));
    let times: Vec<_> = cues.iter().map(|(time, _)| *time).collect();
    assert_eq!(times, [0, 500, 1_000, 1_500]);
}

#[test]
fn no_cue_is_behind_the_duration() {
    let discarded = Packet {
        padding: Duration::from_millis(20),
        ..test_media::audio(0, 25)
    };
    let file = finish(
        &[test_media::audio_track()],
        &[test_media::audio(0, 0), discarded],
    );
    let (last, _) = cued(&file).pop().unwrap();
    let duration = Reader::new(&*file).unwrap().header().duration();
    assert_eq!((last, duration), (500, Some(0.5)));
}

#[test]
fn once_there_is_video_only_its_key_frames_are_cues() {
    let mut packets = test_media::packets(3);
    packets.retain(|packet| packet.track == 1 || packet.time.round_millis() >= 2_000);
    let cues = cued(&finish(
        &[test_media::video_track(), test_media::audio_track()],
        &packets,
    ));
    assert_eq!(cues.len(), 1);
    assert_eq!((cues[0].0, cues[0].1.track), (2_000, 1));
}

#[test]
fn an_index_that_is_cut_anywhere_writes_nothing_that_the_file_had_not() {
    let (live, index) = test_media::live(2);
    for end in 0..=live.len() + 1 {
        let cut = index.cut_at(end as u64, Duration::MAX).without_cues();
        let kept = &live[..end.min(live.len())];
        let mut file = io::Cursor::new(kept.to_vec());
        cut.finalize(&mut file, 0, |_| Ok(())).unwrap();
        assert!(
            end < cut.offsets.tracks as usize || file.get_ref().len() == kept.len(),
            "{end}"
        );
        assert!(
            end >= cut.offsets.tracks as usize || file.get_ref() == kept,
            "{end}"
        );
    }
}
