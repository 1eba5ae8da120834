//! A recording in progress: an iterator over its events that runs in whoever asks for the next one.
use crate::clock::{Clock, Timestamp};
use crate::error::{Error, Result};
use crate::media::{MediaFormat, Packet, TrackInfo};
use crate::recorder::blob::{Blob, BlobEvent, Slicer};
use crate::recorder::interleave::Interleaver;
use crate::recorder::pipeline::{Message, Pipeline};
use crate::recorder::{Command, MediaRecorder};
use crate::webm::WebmWriter;
use crate::webm::index::SeekIndex;
use crossbeam_channel::{Receiver, never, select_biased};
use std::collections::VecDeque;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// After a stop, encoders that have not finished by then are left behind.
const STOP_TIME: Duration = Duration::from_millis(1500);

/// A live recording that is to end by itself waits this much longer for the last of its media.
const LATENESS: Duration = Duration::from_secs(1);

/// What happens in a recording, in order (MediaStream Recording, 2.9).
#[derive(Debug)]
#[non_exhaustive]
pub enum RecorderEvent {
    /// Recording has begun and the MIME type is complete; always the first.
    Start,
    /// A blob is full, was asked for, or is the last.
    DataAvailable(BlobEvent),
    /// What is captured is not recorded.
    Pause,
    /// It is recorded again.
    Resume,
    /// The recording broke; what was recorded until then follows.
    Error(Error),
    /// Always the last.
    Stop,
}

/// Counts of a recording so far.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RecordingStats {
    /// A track each, in the order of the file.
    pub tracks: Vec<TrackStats>,
    /// Bytes handed out or about to be.
    pub bytes: u64,
    /// Length of what was muxed.
    pub duration: Duration,
}

/// Counts of one track of a recording.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct TrackStats {
    /// Whether it carries pictures.
    pub is_video: bool,
    /// Name of the device or file.
    pub label: String,
    /// Pictures, or packets of sound, in the file.
    pub packets: u64,
    /// Pictures, or blocks of sound, that were captured and lost.
    pub dropped: u64,
    /// Encoded bytes in the file.
    pub bytes: u64,
    /// Silence that stands for sound which never came.
    pub silence: Duration,
    /// Sound that was thrown away because its time was taken already.
    pub trimmed: Duration,
    /// How much longer sound is made now to keep it on the clock, in parts per million.
    pub slew_ppm: f64,
}

/// A recording in progress: an iterator over its events.
///
/// Nothing is muxed unless somebody asks for the next event; meanwhile encoded media waits, and when too much
/// waits, live frames are dropped and counted. Dropping it ends everything.
pub struct Recording {
    recorder: MediaRecorder,
    run: u64,
    messages: Receiver<Message>,
    commands: Receiver<Command>,
    pipelines: Vec<Pipeline>,
    threads: Vec<JoinHandle<()>>,
    interleaver: Interleaver,
    webm: Option<WebmWriter>,
    index: Option<SeekIndex>,
    slicer: Slicer,
    mime_type: Arc<str>,
    events: VecDeque<RecorderEvent>,
    /// Packets and bytes that were muxed, of each track.
    muxed: Vec<(u64, u64)>,
    duration: Duration,
    max_size: Option<u64>,
    /// When to stop waiting, and for what.
    deadline: Option<Deadline>,
    stopped: bool,
    /// The largest size is reached: nothing more is muxed.
    full: bool,
    done: bool,
}

/// Until when the tracks are waited for.
#[derive(Clone, Copy, Debug)]
enum Deadline {
    /// Live media that is to last so long has come by then, or does not come.
    OfMedia(Instant),
    /// The same during a pause: how much is left.
    Held(Duration),
    /// Stopped encoders have finished by then, or never will.
    OfStop(Instant),
}

impl Deadline {
    fn wait(self) -> Option<Duration> {
        match self {
            Self::OfMedia(at) | Self::OfStop(at) => Some(at.saturating_duration_since(Instant::now())),
            Self::Held(_) => None,
        }
    }

    fn held(self) -> Self {
        match self {
            Self::OfMedia(at) => Self::Held(at.saturating_duration_since(Instant::now())),
            other => other,
        }
    }

    fn released(self) -> Self {
        match self {
            Self::Held(left) => Self::OfMedia(Instant::now() + left),
            other => other,
        }
    }
}

/// What `MediaRecorder::start` puts together.
pub(super) struct Parts {
    pub(super) recorder: MediaRecorder,
    pub(super) run: u64,
    pub(super) clock: Clock,
    pub(super) messages: Receiver<Message>,
    pub(super) commands: Receiver<Command>,
    pub(super) pipelines: Vec<Pipeline>,
    pub(super) threads: Vec<JoinHandle<()>>,
    pub(super) webm: WebmWriter,
    pub(super) timeslice: Option<Duration>,
    pub(super) mime_type: Arc<str>,
    pub(super) max_duration: Option<Duration>,
    pub(super) max_size: Option<u64>,
}

impl Recording {
    pub(super) fn new(parts: Parts) -> Self {
        let live = parts.pipelines.iter().any(|p| p.order.live);
        let media_ends = parts
            .max_duration
            .filter(|_| live)
            .map(|length| length + LATENESS);
        let deadline = media_ends.and_then(|wait| parts.clock.instant(parts.clock.now() + wait));
        Self {
            interleaver: Interleaver::new(parts.pipelines.iter().map(|p| p.order)),
            muxed: vec![(0, 0); parts.pipelines.len()],
            recorder: parts.recorder,
            run: parts.run,
            messages: parts.messages,
            commands: parts.commands,
            pipelines: parts.pipelines,
            threads: parts.threads,
            webm: Some(parts.webm),
            index: None,
            slicer: Slicer::new(parts.timeslice),
            mime_type: parts.mime_type,
            events: VecDeque::from([RecorderEvent::Start]),
            duration: Duration::ZERO,
            max_size: parts.max_size,
            deadline: deadline.map(Deadline::OfMedia),
            stopped: false,
            full: false,
            done: false,
        }
    }

    /// The counts so far.
    #[must_use]
    pub fn stats(&self) -> RecordingStats {
        let tracks = self
            .pipelines
            .iter()
            .zip(&self.muxed)
            .map(|(pipeline, &(packets, bytes))| {
                let corrections = pipeline.corrections();
                TrackStats {
                    is_video: pipeline.is_video(),
                    label: pipeline.info.name.clone(),
                    packets,
                    dropped: pipeline.dropped(),
                    bytes,
                    silence: corrections.silence_inserted(),
                    trimmed: corrections.trimmed(),
                    slew_ppm: corrections.slew_ppm,
                }
            });
        RecordingStats {
            tracks: tracks.collect(),
            bytes: self.position(),
            duration: self.duration,
        }
    }

    /// What is needed to make the recorded file seekable; there once the recording has stopped.
    #[must_use]
    pub fn seek_index(&self) -> Option<&SeekIndex> {
        self.index.as_ref()
    }

    /// Complete MIME type of what is recorded, such as `video/webm;codecs=vp8,opus`.
    #[must_use]
    pub fn mime_type(&self) -> &str {
        &self.mime_type
    }

    fn position(&self) -> u64 {
        let finished = self.index.as_ref().map_or(0, SeekIndex::end);
        self.webm.as_ref().map_or(finished, WebmWriter::position)
    }

    /// Waits for what comes next and deals with it.
    fn advance(&mut self) -> Result<()> {
        const FOR_EVER: Duration = Duration::from_secs(3600);
        let wait = self.deadline.and_then(Deadline::wait).unwrap_or(FOR_EVER);
        select_biased! {
            recv(self.commands) -> command => {
                match command {
                    Ok(command) => self.on_command(command),
                    // Nobody can steer any more; a closed channel would be ready for ever.
                    Err(_) => self.commands = never(),
                }
                Ok(())
            }
            recv(self.messages) -> message => match message {
                Ok(message) => self.on_message(message),
                Err(_) => Err(Error::unknown("an encoder thread died", "it panicked")),
            },
            default(wait) => self.on_deadline(),
        }
    }

    fn on_command(&mut self, command: Command) {
        match command {
            Command::Pause => {
                self.deadline = self.deadline.map(Deadline::held);
                self.events.push_back(RecorderEvent::Pause);
            }
            Command::Resume => {
                self.deadline = self.deadline.map(Deadline::released);
                self.events.push_back(RecorderEvent::Resume);
            }
            Command::RequestData => self.cut_blob(),
            Command::Stop => {
                self.stopped = true;
                self.deadline = Some(Deadline::OfStop(Instant::now() + STOP_TIME));
            }
        }
    }

    fn on_deadline(&mut self) -> Result<()> {
        match self.deadline.take() {
            None => Ok(()),
            held @ Some(Deadline::Held(_)) => {
                self.deadline = held;
                Ok(())
            }
            Some(Deadline::OfMedia(_)) => {
                self.recorder.stop();
                Ok(())
            }
            Some(Deadline::OfStop(_)) => {
                self.threads.clear();
                let waited = format!("waited {} s after the stop", STOP_TIME.as_secs_f32());
                Err(Error::unknown(
                    "an encoder does not finish; its last frames are lost",
                    waited,
                ))
            }
        }
    }

    fn on_message(&mut self, message: Message) -> Result<()> {
        let mut all_ended = false;
        match message {
            Message::Packet(packet) => self.interleaver.push(packet),
            Message::Ended { track, result } => {
                result?;
                all_ended = self.interleaver.end(track);
                if self.stopped && !self.pipelines[track].order.live {
                    self.interleaver.cut_behind(track);
                }
            }
        }
        while let Some(packet) = self.interleaver.pop() {
            self.mux(&packet)?;
        }
        if all_ended {
            self.finish();
        }
        Ok(())
    }

    fn mux(&mut self, packet: &Packet) -> Result<()> {
        let pipeline = &self.pipelines[packet.track];
        pipeline.backlog.take_out(packet);
        let Some(webm) = &mut self.webm else {
            return Ok(());
        };
        self.full |= self
            .max_size
            .is_some_and(|most| webm.finished_size(packet) > most);
        if self.full {
            self.recorder.stop();
            return Ok(());
        }
        webm.write(packet)?;
        let (packets, bytes) = &mut self.muxed[packet.track];
        *packets += 1;
        *bytes += packet.data.len() as u64;
        self.duration = self.duration.max(presentation_end(packet, &pipeline.info));
        if self.slicer.fills(packet, &pipeline.info) {
            self.cut_blob();
        }
        Ok(())
    }

    fn cut_blob(&mut self) {
        let bytes = self.webm.as_mut().map(WebmWriter::take).unwrap_or_default();
        let data = Blob {
            bytes,
            mime_type: self.mime_type.clone(),
        };
        let timecode = self.slicer.cut();
        self.events
            .push_back(RecorderEvent::DataAvailable(BlobEvent::new(data, timecode)));
    }

    fn fail(&mut self, error: Error) {
        self.recorder.end_run(self.run);
        self.events.push_back(RecorderEvent::Error(error));
        self.finish();
    }

    /// Delivers what is left; nothing comes after it.
    fn finish(&mut self) {
        self.recorder.end_run(self.run);
        self.cut_blob();
        self.index = self.webm.take().map(WebmWriter::into_index);
        self.events.push_back(RecorderEvent::Stop);
        self.done = true;
        self.release();
    }

    /// Ends all threads of this recording.
    fn release(&mut self) {
        for pipeline in &self.pipelines {
            pipeline.release();
        }
        for thread in self.threads.drain(..) {
            // A panic of the thread was told as the end of its messages.
            let _ = thread.join();
        }
    }
}

impl Iterator for Recording {
    type Item = RecorderEvent;

    fn next(&mut self) -> Option<RecorderEvent> {
        while self.events.is_empty() && !self.done {
            if let Err(error) = self.advance() {
                self.fail(error);
            }
        }
        self.events.pop_front()
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.recorder.end_run(self.run);
        self.release();
    }
}

/// When the packet has been played, in container time without the codec's delay.
fn presentation_end(packet: &Packet, track: &TrackInfo) -> Duration {
    let played = match track.format {
        MediaFormat::Video(_) => packet.duration,
        MediaFormat::Audio(_) => packet.duration.saturating_sub(packet.padding),
    };
    (packet.time + played - Timestamp::ZERO).saturating_sub(track.codec_delay)
}
