//! The file of a recording: packets of all tracks in container order go in, blobs come out.
use crate::error::Result;
use crate::media::{Packet, TrackInfo};
use crate::recorder::blob::{Blob, BlobEvent};
use crate::recorder::muxed::Muxed;
use crate::recorder::recorder_event::RecorderEvent;
use crate::recorder::recording_limits::RecordingLimits;
use crate::recorder::slicer::Slicer;
use crate::webm::{Boundary, SeekIndex, WebmWriter};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// Writes the file and cuts it into blobs.
pub(crate) struct Muxer {
    mime_type: Arc<str>,
    limits: RecordingLimits,
    tracks: Vec<TrackInfo>,
    /// `None` if nothing is recorded, and at the end.
    webm: Option<WebmWriter>,
    /// Set at the end.
    index: Option<SeekIndex>,
    slicer: Slicer,
    /// One for each track.
    muxed: Vec<Muxed>,
    duration: Duration,
    /// The maximum size is reached: nothing more is written.
    full: bool,
}

impl Muxer {
    pub(crate) fn new(
        mime_type: Arc<str>,
        limits: RecordingLimits,
        tracks: Vec<TrackInfo>,
        mut webm: Option<WebmWriter>,
    ) -> Self {
        if let Some(webm) = &mut webm {
            webm.set_cluster_interval(limits.cluster_interval());
        }
        Self {
            mime_type,
            limits,
            webm,
            index: None,
            slicer: Slicer::new(&limits),
            muxed: vec![Muxed::default(); tracks.len()],
            tracks,
            duration: Duration::ZERO,
            full: false,
        }
    }

    /// Complete MIME type of the file.
    pub(crate) fn mime_type(&self) -> &Arc<str> {
        &self.mime_type
    }

    /// How much of a track is in the file.
    pub(crate) fn muxed(&self, track: usize) -> &Muxed {
        &self.muxed[track]
    }

    /// Duration of the media in the file.
    pub(crate) fn duration(&self) -> Duration {
        self.duration
    }

    /// Size of the file in bytes, before it is finalized.
    pub(crate) fn size(&self) -> u64 {
        let finished = self.index.as_ref().map_or(0, SeekIndex::end);
        self.webm.as_ref().map_or(finished, WebmWriter::position)
    }

    /// The index of the file; `None` before its [end](Self::finish).
    pub(crate) fn index(&self) -> Option<&SeekIndex> {
        self.index.as_ref()
    }

    /// Writes the next packet. Returns `false` if there is no room for it in the maximum size, nor for any other.
    pub(crate) fn write(&mut self, packet: &Packet, events: &mut VecDeque<RecorderEvent>) -> Result<bool> {
        let Some(webm) = &mut self.webm else {
            return Ok(true);
        };
        let max_size = self.limits.max_size;
        self.full |= max_size.is_some_and(|most| webm.finished_size(packet) > most);
        if self.full {
            return Ok(false);
        }
        let boundary = webm.boundary_before(packet);
        if self.slicer.ends_before(packet, boundary) {
            self.cut_blob(events);
        }
        self.write_at(boundary, packet, events)?;
        Ok(true)
    }

    fn write_at(
        &mut self,
        boundary: Boundary,
        packet: &Packet,
        events: &mut VecDeque<RecorderEvent>,
    ) -> Result<()> {
        let Some(webm) = &mut self.webm else {
            return Ok(());
        };
        let info = &self.tracks[packet.track];
        webm.write_at(boundary, packet)?;
        let end = self.muxed[packet.track].add(packet, info);
        self.duration = self.duration.max(end);
        if self.slicer.add(packet, info, boundary) {
            self.cut_blob(events);
        }
        Ok(())
    }

    /// No further packet is ready.
    pub(crate) fn on_idle(&mut self, events: &mut VecDeque<RecorderEvent>) {
        if self.slicer.ends_when_idle() {
            self.cut_blob(events);
        }
    }

    /// Ends the blob because the program wants it.
    pub(crate) fn request_data(&mut self, events: &mut VecDeque<RecorderEvent>) {
        if let Some(webm) = &mut self.webm
            && self.limits.ends_clusters_on_request()
        {
            webm.end_cluster();
        }
        self.cut_blob(events);
    }

    /// Ends the file and its last blob.
    pub(crate) fn finish(&mut self, events: &mut VecDeque<RecorderEvent>) {
        self.cut_blob(events);
        self.index = self.webm.take().map(WebmWriter::into_index);
    }

    fn cut_blob(&mut self, events: &mut VecDeque<RecorderEvent>) {
        let bytes = self.webm.as_mut().map(WebmWriter::take).unwrap_or_default();
        let data = Blob {
            bytes,
            mime_type: self.mime_type.clone(),
        };
        let event = BlobEvent {
            duration: self.duration,
            packets: self.muxed.iter().map(|muxed| muxed.packets).collect(),
            ..self.slicer.cut(data)
        };
        events.push_back(RecorderEvent::DataAvailable(event));
    }
}
