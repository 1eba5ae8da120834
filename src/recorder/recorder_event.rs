//! The events of a recording.
use crate::error::Error;
use crate::recorder::alarms::AlarmEvent;
use crate::recorder::blob::BlobEvent;
use crate::recorder::clock_watch::ClockChange;
use crate::webm::SeekIndex;
use std::time::{Duration, SystemTime};

/// What happens in a recording, in order (MediaStream Recording, 2.9).
#[derive(Debug)]
#[non_exhaustive]
pub enum RecorderEvent {
    /// Recording has begun and the MIME type is complete; always the first.
    Start,
    /// A blob is complete: the timeslice has passed, data was requested, or the recording has ended.
    DataAvailable(BlobEvent),
    /// Extension: a segment is complete and the next one begins; blobs from now on are those of another file. Only with
    /// [`MediaRecorderOptions::segments`](crate::recorder::MediaRecorderOptions::segments).
    Segment(SegmentEvent),
    /// Extension: a part of a clip of the history, which is another file; the parts of a clip follow each other. Only with
    /// [`MediaRecorderOptions::history`](crate::recorder::MediaRecorderOptions::history).
    History(HistoryEvent),
    /// Extension: an alarm was raised or cleared. Only with
    /// [`MediaRecorderOptions::alarms`](crate::recorder::MediaRecorderOptions::alarms).
    Alarm(AlarmEvent),
    /// Extension: the machine was suspended, or the system's clock was set, while a device was recorded.
    ClockChange(ClockChange),
    /// Recording is paused.
    Pause,
    /// Recording goes on after a pause.
    Resume,
    /// The recording failed; what was recorded until then follows.
    Error(Error),
    /// The recording has ended; always the last.
    Stop,
}

impl RecorderEvent {
    /// Bytes of media that come with it.
    pub(crate) const fn size(&self) -> usize {
        match self {
            Self::DataAvailable(blob) => blob.data.bytes.len(),
            Self::History(part) => part.bytes.len(),
            _ => 0,
        }
    }
}

/// Extension: where one segment ends and the next begins.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SegmentEvent {
    /// Makes the segment that is complete seekable.
    pub index: SeekIndex,
    /// Media in the recording before the segment that begins, counted from the first packet.
    pub begin: Duration,
    /// When the first frame of the segment that begins was captured, by the system's clock; of sources that are not live, as
    /// if they had been recorded in real time.
    pub start: SystemTime,
}

/// Extension: a part of a clip of the history.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HistoryEvent {
    /// The next bytes of its file.
    pub bytes: Vec<u8>,
    /// Media in the recording before the clip, counted from the first packet.
    pub begin: Duration,
    /// When its first frame was captured, by the system's clock; of sources that are not live, as if they had been recorded in
    /// real time.
    pub start: SystemTime,
    /// With the last part: makes the file seekable, and has the duration of the clip.
    pub index: Option<SeekIndex>,
}
