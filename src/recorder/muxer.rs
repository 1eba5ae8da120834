//! The files of a recording: packets of all tracks in container order go in, blobs come out.
use crate::clock::Timestamp;
use crate::error::Result;
use crate::media::{Packet, TrackInfo};
use crate::recorder::blob::{Blob, BlobEvent};
use crate::recorder::container::Container;
use crate::recorder::muxed::Muxed;
use crate::recorder::placement::Placement;
use crate::recorder::recorder_event::{RecorderEvent, SegmentEvent};
use crate::recorder::recording_limits::RecordingLimits;
use crate::recorder::segment_start::{PreRoll, SegmentStart};
use crate::recorder::slicer::Slicer;
use crate::webm::{SeekIndex, WebmWriter};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Events in the order in which the program gets them.
type Events = VecDeque<RecorderEvent>;

/// Writes the files, one after the other, and cuts them into blobs.
pub(crate) struct Muxer {
    mime_type: Arc<str>,
    limits: RecordingLimits,
    container: Container,
    /// The tracks of the recording.
    tracks: Vec<TrackInfo>,
    file: File,
    /// For the beginning of the next segment.
    pre_roll: PreRoll,
    /// One for each track.
    muxed: Vec<Muxed>,
    duration: Duration,
    /// Size in bytes of the segments that are complete.
    completed: u64,
    /// The maximum size is reached: nothing more is written.
    full: bool,
}

/// The file that is being written.
struct File {
    /// `None` if nothing is recorded, and at the end.
    webm: Option<WebmWriter>,
    /// Set at the end.
    index: Option<SeekIndex>,
    slicer: Slicer,
    /// As in this file.
    tracks: Vec<TrackInfo>,
    placement: Placement,
    /// The number of the segment in the schedule.
    segment: u64,
    /// Size in bytes when the latest key frame was written with which another segment could have begun.
    size_at_key: Option<u64>,
    /// Its size has been found to be the reason for another segment.
    is_large: bool,
}

/// Why a segment begins with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Division {
    /// None does.
    None,
    /// The packet is of another one, by its time.
    Number,
    /// Otherwise the segment might become larger than it may be.
    Size,
}

impl Muxer {
    pub(crate) fn new(
        mime_type: Arc<str>,
        limits: RecordingLimits,
        tracks: Vec<TrackInfo>,
        container: Container,
        webm: Option<WebmWriter>,
    ) -> Self {
        Self {
            mime_type,
            container,
            file: File::new(
                webm,
                tracks.clone(),
                Placement::new(SegmentStart::zero(tracks.len()), Vec::new()),
                0,
                &limits,
            ),
            limits,
            pre_roll: PreRoll::new(&tracks),
            muxed: vec![Muxed::default(); tracks.len()],
            tracks,
            duration: Duration::ZERO,
            completed: 0,
            full: false,
        }
    }

    /// Complete MIME type of the file.
    pub(crate) fn mime_type(&self) -> &Arc<str> {
        &self.mime_type
    }

    /// When the recording was started.
    pub(crate) fn started(&self) -> SystemTime {
        self.container.calendar.started()
    }

    /// How much of a track is in the file.
    pub(crate) fn muxed(&self, track: usize) -> &Muxed {
        &self.muxed[track]
    }

    /// Duration of the media in the file.
    pub(crate) fn duration(&self) -> Duration {
        self.duration
    }

    /// Size of all files in bytes, before the last is finalized.
    pub(crate) fn size(&self) -> u64 {
        self.completed + self.file.size()
    }

    /// The index of the last file; `None` before its [end](Self::finish).
    pub(crate) fn index(&self) -> Option<&SeekIndex> {
        self.file.index.as_ref()
    }

    /// Whether a segment should begin with the next packet, a key frame, that was captured in this one.
    pub(crate) fn division_before(&mut self, packet: &Packet, segment: u64) -> Division {
        let Some(webm) = &self.file.webm else {
            return Division::None;
        };
        if segment > self.file.segment {
            return Division::Number;
        }
        let size = webm.position();
        let since_key = self.file.size_at_key.replace(size).map(|at_key| size - at_key);
        // The packets up to the next key frame are as large as those since the last one, presumably.
        let is_large = |most| since_key.is_some_and(|group| webm.finished_size(packet) + group > most);
        if self.file.is_large || !self.limits.segment_size.is_some_and(is_large) {
            return Division::None;
        }
        self.file.is_large = true;
        Division::Size
    }

    /// Ends the file and begins the next one, whose first packet this is; it was captured in this segment, so long after the
    /// start of the recording.
    pub(crate) fn begin_segment(
        &mut self,
        packet: &Packet,
        segment: u64,
        elapsed: Duration,
        events: &mut Events,
    ) -> Result<()> {
        let beginning = self.pre_roll.beginning(&self.tracks, packet);
        let webm = self.container.begin(&beginning.tracks, elapsed)?;
        self.write_rest(events)?;
        self.cut_blob(events);
        let file = File::new(
            Some(webm),
            beginning.tracks,
            Placement::new(beginning.start, beginning.pre_roll),
            segment,
            &self.limits,
        );
        let completed = std::mem::replace(&mut self.file, file);
        if let Some(index) = completed.webm.map(WebmWriter::into_index) {
            self.completed += index.end();
            events.push_back(RecorderEvent::Segment(SegmentEvent {
                index,
                begin: packet.time - Timestamp::ZERO,
                start: self.container.calendar.time_of(elapsed),
            }));
        }
        self.file.size_at_key = Some(self.file.size());
        Ok(())
    }

    /// Writes the next packet. Returns `false` if there is no room for it in the maximum size, nor for any other.
    pub(crate) fn write(&mut self, packet: Packet, events: &mut Events) -> Result<bool> {
        let Some(webm) = &self.file.webm else {
            return Ok(true);
        };
        let max_size = self.limits.max_size;
        self.full |= max_size.is_some_and(|most| self.completed + webm.finished_size(&packet) > most);
        if self.full {
            return Ok(false);
        }
        if self.limits.has_segments {
            self.pre_roll.add(&packet, &self.tracks[packet.track]);
        }
        self.file.placement.add(packet);
        self.write_due(events)?;
        Ok(true)
    }

    /// Writes the packets that may be written now.
    fn write_due(&mut self, events: &mut Events) -> Result<()> {
        while let Some(placed) = self.file.placement.pop() {
            if !placed.is_repeated {
                self.write_placed(&placed.packet, events)?;
            } else if let Some(webm) = &mut self.file.webm {
                webm.write(&placed.packet)?;
            }
        }
        Ok(())
    }

    /// Writes the last packets of the file.
    fn write_rest(&mut self, events: &mut Events) -> Result<()> {
        self.file.placement.end();
        self.write_due(events)
    }

    /// Writes a packet that has its time in the file.
    fn write_placed(&mut self, packet: &Packet, events: &mut Events) -> Result<()> {
        let Some(webm) = &mut self.file.webm else {
            return Ok(());
        };
        let boundary = webm.boundary_before(packet);
        if self.file.slicer.ends_before(packet, boundary) {
            self.cut_blob(events);
        }
        let File {
            webm: Some(webm),
            tracks,
            placement,
            slicer,
            ..
        } = &mut self.file
        else {
            return Ok(());
        };
        let info = &tracks[packet.track];
        webm.write_at(boundary, packet)?;
        let end = self.muxed[packet.track].add(packet, info, placement.before());
        self.duration = self.duration.max(end);
        if slicer.add(packet, info, boundary) {
            self.cut_blob(events);
        }
        Ok(())
    }

    /// No further packet is ready.
    pub(crate) fn on_idle(&mut self, events: &mut Events) {
        if self.file.slicer.ends_when_idle() {
            self.cut_blob(events);
        }
    }

    /// Ends the blob because the program wants it.
    pub(crate) fn request_data(&mut self, events: &mut Events) {
        if let Some(webm) = &mut self.file.webm
            && self.limits.ends_clusters_on_request()
        {
            webm.end_cluster();
        }
        self.cut_blob(events);
    }

    /// Ends the last file and its last blob.
    ///
    /// # Errors
    /// If packets that were held back cannot be written; the file ends before them.
    pub(crate) fn finish(&mut self, events: &mut Events) -> Result<()> {
        let written = self.write_rest(events);
        self.cut_blob(events);
        self.file.index = self.file.webm.take().map(WebmWriter::into_index);
        written
    }

    fn cut_blob(&mut self, events: &mut Events) {
        let bytes = self.file.webm.as_mut().map(WebmWriter::take).unwrap_or_default();
        let data = Blob {
            bytes,
            mime_type: self.mime_type.clone(),
        };
        let cut = self.file.slicer.cut(data);
        let event = BlobEvent {
            timecode: cut.timecode + self.file.placement.before().as_secs_f64() * 1000.0,
            duration: self.duration,
            packets: self.muxed.iter().map(|muxed| muxed.packets).collect(),
            ..cut
        };
        events.push_back(RecorderEvent::DataAvailable(event));
    }
}

impl File {
    fn new(
        mut webm: Option<WebmWriter>,
        tracks: Vec<TrackInfo>,
        placement: Placement,
        segment: u64,
        limits: &RecordingLimits,
    ) -> Self {
        if let Some(webm) = &mut webm {
            webm.set_cluster_interval(limits.cluster_interval());
        }
        Self {
            webm,
            index: None,
            slicer: Slicer::new(limits),
            tracks,
            placement,
            segment,
            size_at_key: None,
            is_large: false,
        }
    }

    fn size(&self) -> u64 {
        let finished = self.index.as_ref().map_or(0, SeekIndex::end);
        self.webm.as_ref().map_or(finished, WebmWriter::position)
    }
}
