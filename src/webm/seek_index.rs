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

    /// The Duration, or the same Void as before if nothing was recorded. It must be above 0, even if nothing is presented
    /// (RFC 9559, 5.1.2.10).
    fn duration_element(&self) -> Result<Vec<u8>> {
        let parents = [
            MatroskaSpec::Segment(Master::Start),
            MatroskaSpec::Info(Master::Start),
        ];
        element::inside(&parents, |elements| match self.duration.as_nanos() {
            0 if self.clusters.is_empty() => element::write_void(elements, DURATION_SIZE),
            0 => element::write(elements, &MatroskaSpec::Duration(1.0)),
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
mod tests;
