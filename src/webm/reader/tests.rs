//! Streams that are whole, cut off or damaged, and what is read of them.
use super::*;
use crate::media::{MediaFormat, Packet};
use crate::webm::test_media;
use std::cell::Cell;

fn read(file: &[u8]) -> (Vec<Block>, Reader<&[u8]>) {
    let mut reader = Reader::new(file).unwrap();
    let mut blocks = Vec::new();
    while let Some(block) = reader.next_block().unwrap() {
        blocks.push(block);
    }
    (blocks, reader)
}

/// A live file, and the same finalized, of which every byte can be tried.
fn small() -> [Vec<u8>; 2] {
    let tracks = [test_media::video_track(), test_media::audio_track()];
    let packets: Vec<Packet> = test_media::packets(2).into_iter().step_by(9).collect();
    let (live, index) = test_media::write(&tracks, &packets);
    let mut file = std::io::Cursor::new(live.clone());
    index.finalize(&mut file, 0, |_| Ok(())).unwrap();
    [live, file.into_inner()]
}

#[test]
fn what_was_written_is_read() {
    let packets = test_media::packets(3);
    for file in [test_media::live(3).0, test_media::finalized(3)] {
        let (blocks, reader) = read(&file);
        assert_eq!(blocks.len(), packets.len());
        for (block, packet) in blocks.iter().zip(&packets) {
            assert_eq!(block.track, packet.track as u64 + 1);
            assert_eq!(block.time, Timestamp::from_millis(packet.time.round_millis()));
            assert_eq!((block.key, &block.data), (packet.key, &packet.data));
        }
        assert_eq!(blocks.last().unwrap().discard_padding, 13_500_000);
        assert_eq!((reader.damaged(), reader.is_cut_off()), (0, false));
        assert_eq!(reader.position(), file.len() as u64);
    }
}

#[test]
fn a_finished_file_says_its_duration_and_where_to_seek() {
    let file = test_media::finalized(3);
    let (_, reader) = read(&file);
    assert_eq!(reader.header().duration(), Some(3.0));
    assert_eq!(reader.cues(), 3);
    let live = test_media::live(3).0;
    let (_, reader) = read(&live);
    assert_eq!(reader.header().duration(), None);
    assert_eq!(reader.cues(), 0);
}

/// A pipe into which this much is written at a time, and how often it was read.
struct Pipe<'a>(&'a [u8], usize, &'a Cell<u32>);

impl Read for Pipe<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.2.set(self.2.get() + 1);
        let at_most = self.1.min(buffer.len());
        self.0.read(&mut buffer[..at_most])
    }
}

#[test]
fn blocks_that_were_read_already_need_no_further_read() {
    let file = test_media::live(3).0;
    let expected = read(&file).0.len();
    let reads = Cell::new(0);
    let mut reader = Reader::new(Pipe(&file, 1000, &reads)).unwrap();
    let (mut count, mut buffered) = (0, 0);
    while reader.next_block().unwrap().is_some() {
        count += 1;
        let before = reads.get();
        while reader.next_buffered_block().unwrap().is_some() {
            (count, buffered) = (count + 1, buffered + 1);
        }
        assert_eq!(reads.get(), before);
    }
    assert_eq!(count, expected);
    assert!(buffered > expected / 4, "{buffered} of {expected}");
}

#[test]
fn the_description_of_a_track_is_the_one_it_was_written_with() {
    let (live, _) = test_media::live(1);
    let (_, reader) = read(&live);
    let tracks = &reader.header().tracks;
    let [video, audio] = [&tracks[0], &tracks[1]];
    assert_eq!(
        (video.codec_id.as_str(), video.width, video.height),
        ("V_VP8", 64, 48)
    );
    let (written, MediaFormat::Video(format)) = (test_media::video_track(), test_media::video_track().format)
    else {
        panic!("the video track of test_media carries pictures");
    };
    assert_eq!(
        (video.default_duration, video.color),
        (format.frame_duration, format.color)
    );
    assert_eq!(video.name, written.name);
    let written = test_media::audio_track();
    assert_eq!((audio.codec_id.as_str(), audio.channels), ("A_OPUS", 2));
    assert_eq!(audio.codec_private, written.codec_private);
    assert_eq!(
        (audio.codec_delay, audio.seek_pre_roll),
        (written.codec_delay, written.seek_pre_roll)
    );
}

#[test]
fn a_cut_off_file_gives_all_that_is_complete() {
    for file in small() {
        let (whole, _) = read(&file);
        for length in 4..file.len() {
            let (blocks, reader) = read(&file[..length]);
            let complete = whole.iter().take_while(|block| {
                // ID, size, head and data of a SimpleBlock; the last one is in a group and longer.
                let size = if block.data.len() < 123 { 1 } else { 2 };
                block.position + 1 + size + 4 + block.data.len() as u64 <= length as u64
            });
            let complete = complete.count().min(whole.len() - 1);
            assert_eq!(blocks[..complete], whole[..complete], "{length}");
            assert!(blocks.len() <= complete + 1);
            assert_eq!(reader.damaged(), 0);
        }
    }
}

#[test]
fn nothing_in_a_file_makes_the_reader_fail() {
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random >> 33).unwrap() % below
    };
    for file in small() {
        for _ in 0..3_000 {
            let mut broken = file.clone();
            for _ in 0..=next(8) {
                let at = 4 + next(broken.len() - 4);
                broken[at] = next(256).to_le_bytes()[0];
            }
            let (blocks, _) = read(&broken);
            let bytes: usize = blocks.iter().map(|block| block.data.len()).sum();
            assert!(bytes <= broken.len());
        }
    }
}

/// Gives up to 7 bytes at a time.
struct Trickle<'a>(&'a [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let room = buffer.len().min(7);
        self.0.read(&mut buffer[..room])
    }
}

#[test]
fn a_damaged_file_is_read_the_same_however_few_bytes_come_at_a_time() {
    let [live, _] = small();
    for (at, byte) in (300..live.len()).flat_map(|at| [0x00, 0x82, 0xA3, 0xFF].map(|byte| (at, byte))) {
        let mut file = live.clone();
        file[at] = byte;
        let (blocks, whole) = read(&file);
        let mut reader = Reader::new(Trickle(&file)).unwrap();
        let slowly: Vec<_> = std::iter::from_fn(|| reader.next_block().unwrap()).collect();
        assert!(slowly == blocks, "{byte} at {at}");
        assert_eq!(reader.damaged(), whole.damaged(), "{byte} at {at}");
        assert_eq!(reader.header(), whole.header(), "{byte} at {at}");
    }
}

#[test]
fn what_ends_before_damage_has_ended() {
    const JUNK: [u8; 8] = [0x02; 8];
    const CLUSTER: [u8; 8] = [0x1F, 0x43, 0xB6, 0x75, 0xFF, 0xE7, 0x81, 0x00];
    let [live, _] = small();
    let place = |id: [u8; 4]| live.windows(4).position(|bytes| bytes == id).unwrap();
    let tracks = place([0x16, 0x54, 0xAE, 0x6B]);
    let cluster = place([0x1F, 0x43, 0xB6, 0x75]);
    let (before, after) = (&live[..tracks], &live[cluster..]);
    let file = [before, &CLUSTER, &JUNK, &live[tracks..cluster], &JUNK, after].concat();
    let (_, reader) = read(&file);
    assert_eq!(reader.header().tracks.len(), 2);
}

#[test]
fn damage_costs_no_more_than_the_cluster_it_is_in() {
    let (mut live, _) = test_media::live(3);
    let (whole, _) = read(&live);
    let victim = whole.iter().find(|block| block.cluster == 1).unwrap();
    let at = usize::try_from(victim.position).unwrap();
    live[at..at + 9].fill(0);
    let (blocks, reader) = read(&live);
    let others = |blocks: &[Block], cluster| {
        let others = blocks.iter().filter(|block| block.cluster == cluster);
        others.map(|block| block.position).collect::<Vec<_>>()
    };
    for cluster in [0, 2] {
        assert_eq!(others(&blocks, cluster), others(&whole, cluster));
    }
    assert!(reader.damaged() > 0 && !reader.is_cut_off());
}

#[test]
fn times_that_wrapped_at_16_bits_are_unwrapped() {
    let times = [0, 20_000, 32_700, 32_800, 60_000, 65_600, 98_000, 130_700];
    let packets = times.map(|millis| Packet {
        time: Timestamp::from_millis(millis),
        ..test_media::audio(0, 0)
    });
    let (mut file, _) = test_media::write(&[test_media::audio_track()], &packets[..1]);
    let block = file.len() - packets[0].data.len() - 6;
    let template = file[block..].to_vec();
    for millis in &times[1..] {
        let mut next = template.clone();
        next[3..5].copy_from_slice(&millis.to_be_bytes()[6..]);
        file.extend(next);
    }
    let (blocks, reader) = read(&file);
    let read: Vec<u64> = blocks.iter().map(|block| block.time.round_millis()).collect();
    assert_eq!((read.as_slice(), reader.damaged()), (&times[..], 0));
}

#[test]
fn frames_that_were_laced_together_are_told_apart() {
    let sound = Packet {
        data: vec![2, 1, 2, 1, 2, 2, 3, 3, 3].into(),
        ..test_media::audio(0, 0)
    };
    let (mut file, _) = test_media::write(&[test_media::audio_track()], &[sound]);
    let flags = file.len() - 10;
    file[flags] |= 0x02;
    let (blocks, _) = read(&file);
    let frames: Vec<_> = blocks.iter().map(|block| (block.lace, &block.data[..])).collect();
    assert_eq!(frames, [(0, &[1][..]), (1, &[2, 2]), (2, &[3, 3, 3])]);
}

#[test]
fn other_files_are_refused() {
    for file in [&b""[..], b"RIFF", b"\x1A\x45\xDF", b"YUV4MPEG2 W64"] {
        let error = Reader::new(file).err().map(|error| error.name());
        assert_eq!(error, Some("NotReadableError"));
    }
}

#[test]
fn junk_in_a_cluster_costs_the_blocks_it_is_in() {
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    for file in [test_media::live(3).0, test_media::finalized(3)] {
        let (whole, _) = read(&file);
        for begin in (1_000..file.len() - 3_000).step_by(997) {
            let mut broken = file.clone();
            for byte in &mut broken[begin..begin + 1_000] {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                *byte = random.to_le_bytes()[0];
            }
            let is_hit = |block: &&Block| {
                let at = usize::try_from(block.position).unwrap();
                at < begin + 1_000 && begin < at + block.data.len() + 20
            };
            let hit = whole.iter().filter(is_hit).count();
            let (blocks, _) = read(&broken);
            let kept = whole.iter().filter(|block| blocks.contains(block)).count();
            let cluster = file[begin..begin + 1_000]
                .windows(4)
                .any(|id| id == [0x1F, 0x43, 0xB6, 0x75]);
            assert!(
                cluster || kept + hit + 2 >= whole.len(),
                "{begin}: {kept} + {hit} of {}",
                whole.len()
            );
        }
    }
}

#[test]
fn a_segment_size_that_is_wrong_loses_nothing() {
    let (_, index) = test_media::live(3);
    let file = test_media::finalized(3);
    let (whole, _) = read(&file);
    let at = usize::try_from(index.offsets.segment).unwrap() - 8;
    for size in [0, 500, 3_000, file.len() as u64 / 2, file.len() as u64 * 2] {
        let mut wrong = file.clone();
        wrong[at..at + 8].copy_from_slice(&(1 << 56 | size).to_be_bytes());
        let (blocks, reader) = read(&wrong);
        assert!(blocks == whole, "{size}: {} of {}", blocks.len(), whole.len());
        assert_eq!(reader.damaged(), 0, "{size}");
    }
}
