//! The seek index of a live file, with which it is finalized in place.
use crate::clock::Timestamp;
use crate::error::Result;
use crate::media::CopiedElements;
use crate::webm::cue::Cue;
use crate::webm::element::{self, UNKNOWN_MASTER_HEADER};
use crate::webm::header_writer::{DURATION_SIZE, HeaderOffsets, SEEK_HEAD_SIZE, TIMESTAMP_SCALE};
use std::io::{self, Seek, SeekFrom, Write};
use std::time::Duration;
use webm_iterable::matroska_spec::{EbmlTag, Master, MatroskaSpec};

/// Number of entries that the space for a `SeekHead` holds.
const MAX_SEEK_ENTRIES: usize = 6;

/// Elements, and where each begins in the file.
type SeekEntries = Vec<(MatroskaSpec, u64)>;

/// What is needed to make a live file seekable in place: the positions of Clusters and key frames, and the duration.
///
/// A stopped recording returns it ([`Recording::seek_index`](crate::recorder::Recording::seek_index)), and so does
/// [`WebmWriter::into_index`](super::WebmWriter::into_index).
#[derive(Clone, Debug)]
pub struct SeekIndex {
    pub(super) offsets: HeaderOffsets,
    /// Offset of each Cluster in bytes.
    pub(super) clusters: Vec<u64>,
    pub(super) cues: Vec<Cue>,
    pub(super) duration: Timestamp,
    pub(super) end: u64,
    /// Elements to be written behind the Clusters, before the Cues.
    pub(super) trailing: CopiedElements,
}

impl SeekIndex {
    /// End of the presentation of the longest track, padding not included.
    #[must_use]
    pub const fn duration(&self) -> Timestamp {
        self.duration
    }

    /// Size in bytes of the file before it is finalized.
    #[must_use]
    pub const fn end(&self) -> u64 {
        self.end
    }

    /// Returns the index of a truncated file, such as after a full disk: its first `end` bytes, up to the end of a
    /// block, with this duration. A file that ends within its header cannot be finalized:
    /// [`finalize`](Self::finalize) does nothing then.
    #[must_use]
    pub fn cut_at(&self, end: u64, duration: Duration) -> Self {
        let mut cut = self.clone();
        cut.clusters
            .retain(|&cluster| cluster + (UNKNOWN_MASTER_HEADER as u64) < end);
        let clusters = &cut.clusters;
        cut.cues.retain(|cue| {
            let cluster = clusters.get(cue.cluster as usize);
            cluster
                .is_some_and(|cluster| cluster + UNKNOWN_MASTER_HEADER as u64 + u64::from(cue.offset) < end)
        });
        cut.duration = cut.duration.min(Timestamp::ZERO + duration);
        cut.end = end.min(self.end);
        cut
    }

    /// Returns the index without Cues, for a file that cannot grow.
    #[must_use]
    pub fn without_cues(mut self) -> Self {
        self.cues.clear();
        self
    }

    /// Appends Cues and fills in `SeekHead`, Duration and sizes. Leaves the position of `file` at its end.
    ///
    /// `base` is the offset in bytes at which the recording begins in `file`. Nothing is read. `sync` is called
    /// twice, to write what was written so far to the disk, for example with
    /// [`File::sync_data`](std::fs::File::sync_data). If only some of the writes reach the file, it is still
    /// playable.
    ///
    /// # Errors
    ///
    /// The errors of `file` and `sync`.
    pub fn finalize<W: Write + Seek>(
        &self,
        file: &mut W,
        base: u64,
        mut sync: impl FnMut(&mut W) -> io::Result<()>,
    ) -> io::Result<()> {
        if self.end < self.offsets.tracks {
            return Ok(());
        }
        let (mut tail, mut entries) = self.tail().map_err(io::Error::other)?;
        let cues = self.cues().map_err(io::Error::other)?;
        if !cues.is_empty() {
            // First, as it must have an entry.
            entries.insert(
                0,
                (MatroskaSpec::Cues(Master::Start), self.end + tail.len() as u64),
            );
        }
        tail.extend_from_slice(&cues);
        put(file, base + self.end, &tail)?;
        sync(file)?;
        let seek_head = self.seek_head(&entries).map_err(io::Error::other)?;
        put(file, base + self.offsets.segment, &seek_head)?;
        let duration = self.duration_element().map_err(io::Error::other)?;
        put(file, base + self.offsets.duration, &duration)?;
        let end = self.end + tail.len() as u64;
        // Last: players complain of a Cluster of unknown size in a Segment that has one.
        self.put_cluster_sizes(file, base)?;
        put_size(file, base, self.offsets.segment, end)?;
        sync(file)?;
        file.seek(SeekFrom::Start(base + end))?;
        Ok(())
    }

    fn put_cluster_sizes<W: Write + Seek>(&self, file: &mut W, base: u64) -> io::Result<()> {
        let ends = self.clusters.iter().skip(1).chain([&self.end]);
        for (&cluster, &end) in self.clusters.iter().zip(ends) {
            put_size(file, base, cluster + UNKNOWN_MASTER_HEADER as u64, end)?;
        }
        Ok(())
    }

    /// The elements behind the Clusters, and where each begins in the file.
    fn tail(&self) -> Result<(Vec<u8>, SeekEntries)> {
        let (mut tail, mut entries) = (Vec::new(), Vec::new());
        for element in self.trailing.iter() {
            entries.push((element.clone(), self.end + tail.len() as u64));
            tail.extend(element::inside(
                &[MatroskaSpec::Segment(Master::Start)],
                |elements| element::write(elements, element),
            )?);
        }
        Ok((tail, entries))
    }

    /// The Cues element; empty without cues, as Cues must not be empty.
    fn cues(&self) -> Result<Vec<u8>> {
        if self.cues.is_empty() {
            return Ok(Vec::new());
        }
        element::inside(&[MatroskaSpec::Segment(Master::Start)], |elements| {
            element::write(elements, &MatroskaSpec::Cues(Master::Start))?;
            for &cue in &self.cues {
                element::write(elements, &self.cue_point(cue))?;
            }
            element::write(elements, &MatroskaSpec::Cues(Master::End))
        })
    }

    fn cue_point(&self, cue: Cue) -> MatroskaSpec {
        let cluster = self.clusters[cue.cluster as usize] - self.offsets.segment;
        MatroskaSpec::CuePoint(Master::Full(vec![
            MatroskaSpec::CueTime(cue.time),
            MatroskaSpec::CueTrackPositions(Master::Full(vec![
                MatroskaSpec::CueTrack(cue.track.into()),
                MatroskaSpec::CueClusterPosition(cluster),
                MatroskaSpec::CueRelativePosition(cue.offset.into()),
            ])),
        ]))
    }

    /// The `SeekHead` and a Void after it, which together fill the space reserved for them.
    fn seek_head(&self, behind: &SeekEntries) -> Result<Vec<u8>> {
        let header = [
            (MatroskaSpec::Info(Master::Start), self.offsets.info),
            (MatroskaSpec::Tracks(Master::Start), self.offsets.tracks),
        ];
        let tags = self.offsets.tags.filter(|&tags| tags < self.end);
        let tags = tags.map(|tags| (MatroskaSpec::Tags(Master::Start), tags));
        let all = header.iter().chain(&tags).chain(behind).take(MAX_SEEK_ENTRIES);
        let entries = all
            .map(|(target, position)| self.seek_entry(target, *position))
            .collect();
        let seek_head = MatroskaSpec::SeekHead(Master::Full(entries));
        element::inside(&[MatroskaSpec::Segment(Master::Start)], |elements| {
            element::write(elements, &seek_head)?;
            let used = elements.get_ref().len() - UNKNOWN_MASTER_HEADER;
            element::write_void(elements, SEEK_HEAD_SIZE - used)
        })
    }

    fn seek_entry(&self, target: &MatroskaSpec, position: u64) -> MatroskaSpec {
        // Top-level IDs have four bytes.
        let id = target.get_id().to_be_bytes()[4..].to_vec();
        MatroskaSpec::Seek(Master::Full(vec![
            MatroskaSpec::SeekID(id),
            MatroskaSpec::SeekPosition(position - self.offsets.segment),
        ]))
    }

    /// The Duration, or the same Void as before if nothing was recorded.
    fn duration_element(&self) -> Result<Vec<u8>> {
        let parents = [
            MatroskaSpec::Segment(Master::Start),
            MatroskaSpec::Info(Master::Start),
        ];
        element::inside(&parents, |elements| match self.duration.as_nanos() {
            0 => element::write_void(elements, DURATION_SIZE),
            #[expect(clippy::cast_precision_loss, reason = "exact for 104 days")]
            nanos => {
                let ticks = nanos as f64 / TIMESTAMP_SCALE as f64;
                element::write(elements, &MatroskaSpec::Duration(ticks))
            }
        })
    }
}

fn put<W: Write + Seek>(file: &mut W, position: u64, bytes: &[u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(position))?;
    file.write_all(bytes)
}

/// Patches the 8-byte size field before `content`.
fn put_size<W: Write + Seek>(file: &mut W, base: u64, content: u64, end: u64) -> io::Result<()> {
    /// The marker of an 8-byte size.
    const EIGHT_BYTES: u64 = 1 << 56;
    let size = EIGHT_BYTES | (end - content);
    put(file, base + content - 8, &size.to_be_bytes())
}

#[cfg(test)]
mod tests {
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
}
