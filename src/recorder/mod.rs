//! MediaStream Recording: tracks in, events out.
mod backlog;
mod blob;
mod copier;
mod deadline;
mod interleave;
mod level;
mod mime;
mod options;
mod pass_through;
mod pipeline;
mod profile;
mod recording;
mod setup;
mod stats;
mod tempo;
mod timeline;
mod video_configuration;

pub use blob::{Blob, BlobEvent};
pub use options::{BitrateMode, MediaRecorderOptions};
pub use recording::{RecorderEvent, Recording};
pub use stats::{Losses, RecordingStats, TrackStats};
pub use video_configuration::VideoConfiguration;

use crate::error::{Error, Result};
use crate::streams::MediaStream;
use crate::sync::{Mutex, MutexGuard};
use crossbeam_channel::{Sender, unbounded};
use mime::MimeType;
use options::BitRates;
use pipeline::Pipeline;
use recording::Wishes;
use setup::Setup;
use std::sync::Arc;
use std::time::Duration;
use timeline::Timeline;
use tracing::{debug, info};

/// What a recorder is doing (MediaStream Recording, 2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingState {
    /// Nothing: it was not started, or was stopped.
    Inactive,
    /// It records.
    Recording,
    /// It was started and holds still.
    Paused,
}

impl RecordingState {
    /// The specification's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inactive => "inactive",
            Self::Recording => "recording",
            Self::Paused => "paused",
        }
    }
}

/// Records a stream (MediaStream Recording, 2).
///
/// A handle: clones steer the same recorder, from any thread, and no call blocks. State changes are visible when
/// a call returns; events come later, in order, through the [`Recording`] that [`start`](Self::start) gives.
///
/// ```
/// use mediarec::devices::MediaDevices;
/// use mediarec::constraints::MediaStreamConstraints;
/// use mediarec::devices::synthetic::FakeDevices;
/// use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, RecorderEvent};
/// use std::time::Duration;
///
/// let devices = MediaDevices::new(FakeDevices::from_spec("unpaced")?);
/// let stream = devices.get_user_media(&MediaStreamConstraints::audio_video())?;
/// let options = MediaRecorderOptions {
///     max_duration: Some(Duration::from_millis(500)),
///     ..Default::default()
/// };
/// let recorder = MediaRecorder::new(&stream, options)?;
/// let mut webm = Vec::new();
/// for event in recorder.start(Some(Duration::from_millis(100)))? {
///     if let RecorderEvent::DataAvailable(blob) = event {
///         webm.extend(blob.data.bytes);
///     }
/// }
/// assert_eq!(&webm[..4], [0x1a, 0x45, 0xdf, 0xa3]);
/// # Ok::<(), mediarec::error::Error>(())
/// ```
#[derive(Clone)]
pub struct MediaRecorder(Arc<Inner>);

struct Inner {
    stream: MediaStream,
    options: MediaRecorderOptions,
    asked: MimeType,
    state: Mutex<State>,
}

struct State {
    recording: RecordingState,
    mime_type: String,
    bit_rates: BitRates,
    /// Counts the starts; the current run is steered through `run`.
    runs: u64,
    run: Option<Run>,
}

/// What steers a recording in progress.
struct Run {
    timeline: Arc<Timeline>,
    commands: Sender<Command>,
    pipelines: Vec<Pipeline>,
}

/// What a recording is told by those who steer it.
#[derive(Clone, Copy, Debug)]
enum Command {
    Pause,
    Resume,
    RequestData,
    Stop,
}

impl MediaRecorder {
    /// A recorder of this stream; nothing runs before it is started (2.3).
    ///
    /// # Errors
    /// `NotSupported` for a MIME type that cannot be recorded.
    pub fn new(stream: &MediaStream, options: MediaRecorderOptions) -> Result<Self> {
        let asked = MimeType::parse(&options.mime_type, true)?;
        let state = State {
            recording: RecordingState::Inactive,
            mime_type: options.mime_type.clone(),
            bit_rates: options.bit_rates(),
            runs: 0,
            run: None,
        };
        Ok(Self(Arc::new(Inner {
            stream: stream.clone(),
            options,
            asked,
            state: Mutex::new(state),
        })))
    }

    /// Whether such a recording can be made; `""` asks for nothing in particular (2.4).
    #[must_use]
    pub fn is_type_supported(mime_type: &str) -> bool {
        MimeType::parse(mime_type, false).is_ok()
    }

    /// The same, with the reason.
    ///
    /// # Errors
    /// `NotSupported`, saying what is in the way.
    pub fn check_type(mime_type: &str) -> Result<()> {
        MimeType::parse(mime_type, false).map(drop)
    }

    /// Whether such pictures can be recorded as this type: also by its profile and level, which 2.4 leaves aside and
    /// [`start`](Self::start) does not (Media Capabilities, 2.3.2, `encodingInfo`).
    ///
    /// # Errors
    /// `NotSupported`, saying what to ask for; `Type` for a rate that is none.
    pub fn check_video(mime_type: &str, video: &VideoConfiguration) -> Result<()> {
        video.check(&MimeType::parse(mime_type, false)?)
    }

    /// The stream it records.
    #[must_use]
    pub fn stream(&self) -> &MediaStream {
        &self.0.stream
    }

    /// What it is doing.
    #[must_use]
    pub fn state(&self) -> RecordingState {
        self.lock().recording
    }

    /// What was asked for; from the event `Start` until the recording ends, completed to what is recorded.
    #[must_use]
    pub fn mime_type(&self) -> String {
        self.lock().mime_type.clone()
    }

    /// Target for all video tracks together, in bit/s.
    #[must_use]
    pub fn video_bits_per_second(&self) -> u32 {
        self.lock().bit_rates.video
    }

    /// Target for all audio tracks together, in bit/s.
    #[must_use]
    pub fn audio_bits_per_second(&self) -> u32 {
        self.lock().bit_rates.audio
    }

    /// How sound's bits are spread.
    #[must_use]
    pub fn audio_bitrate_mode(&self) -> BitrateMode {
        self.0.options.audio_bitrate_mode
    }

    /// Starts to record the tracks that are live now (2.3, `start`).
    ///
    /// What a file has encoded already is recorded as it is, if it is of the type's codec (or the type names none), its
    /// track is enabled and nothing is asked of it, and no option asks for something else: bit rates, a constant rate of
    /// sound, key frames, speed, threads, `reencode`. The codec of the first such track of pictures is then that of all.
    /// Key frames are where the file has them, also behind a pause.
    ///
    /// Tracks that are not live (files, patient generators) are waited for, so that what belongs together stands
    /// together; beside live ones no longer than for three seconds of media. What comes later than that stands later
    /// in the file, and is counted ([`TrackStats::late`]).
    ///
    /// `timeslice` is how much media each blob holds at least; without one there is a single blob at the end.
    ///
    /// # Errors
    /// `InvalidState` while it records; `NotSupported` for a stream without live tracks, and for tracks or options
    /// that cannot be recorded; `Unknown` when an encoder or the system refuses.
    pub fn start(&self, timeslice: Option<Duration>) -> Result<Recording> {
        let mut state = self.lock();
        if state.recording != RecordingState::Inactive {
            return Err(Error::invalid_state(format!(
                "the recorder cannot be started: it is {}",
                state.recording.as_str()
            )));
        }
        // What the constructor let pass because nobody knows it yet is refused now.
        Self::check_type(&self.0.options.mime_type)?;
        let options = &self.0.options;
        let setup = Setup::new(&self.0.stream, &self.0.asked, options)?;
        let (commands_sender, commands) = unbounded();
        state.recording = RecordingState::Recording;
        if options.start_paused {
            state.recording = RecordingState::Paused;
            // The recording takes it from the channel as soon as it is asked for events.
            let _ = commands_sender.send(Command::Pause);
        }
        state.bit_rates = setup.bit_rates;
        state.runs += 1;
        state.run = Some(Run {
            timeline: setup.timeline.clone(),
            commands: commands_sender,
            pipelines: setup.pipelines.clone(),
        });
        let wishes = Wishes {
            timeslice,
            max_duration: options.max_duration,
            max_size: options.max_size,
            cluster_duration: options.cluster_duration,
        };
        info!(mime_type = state.mime_type, tracks = setup.tracks.len(), "start");
        Ok(Recording::new(self.clone(), state.runs, setup, commands, wishes))
    }

    /// Ends the recording: what was captured is still encoded and delivered before the event `Stop` (2.3, `stop`).
    /// Does nothing when it is inactive.
    pub fn stop(&self) {
        let run = self.lock().runs;
        self.end_run(run);
    }

    /// Stops gathering; what is captured from now on is not recorded (2.3, `pause`).
    ///
    /// # Errors
    /// `InvalidState` when it is inactive.
    pub fn pause(&self) -> Result<()> {
        self.switch("paused", RecordingState::Paused, Command::Pause, Timeline::pause)
    }

    /// Goes on where it paused, leaving no gap (2.3, `resume`).
    ///
    /// The first picture behind the pause is a key frame where pictures are encoded. Those that a file has encoded
    /// already and that are recorded as they are stay what they are: files wait during a pause, so that the next one
    /// builds on what stands before it.
    ///
    /// # Errors
    /// `InvalidState` when it is inactive.
    pub fn resume(&self) -> Result<()> {
        self.switch(
            "resumed",
            RecordingState::Recording,
            Command::Resume,
            Timeline::resume,
        )
    }

    /// Asks for a blob of what was recorded since the last one (2.3, `requestData`).
    ///
    /// # Errors
    /// `InvalidState` when it is inactive.
    pub fn request_data(&self) -> Result<()> {
        let state = self.lock();
        let run = state.run.as_ref().ok_or_else(|| inactive("asked for data"))?;
        run.send(Command::RequestData);
        Ok(())
    }

    fn switch(
        &self,
        what: &str,
        to: RecordingState,
        command: Command,
        cut: impl Fn(&Timeline),
    ) -> Result<()> {
        let mut state = self.lock();
        let run = state.run.as_ref().ok_or_else(|| inactive(what))?;
        if state.recording != to {
            cut(&run.timeline);
            debug!(what);
            run.send(command);
            state.recording = to;
        }
        Ok(())
    }

    /// The event `Start` of this run is delivered: from now on the type is complete (2.3, `start`).
    fn complete_mime_type(&self, run: u64, mime_type: &str) {
        let mut state = self.lock();
        if state.runs == run && state.run.is_some() {
            mime_type.clone_into(&mut state.mime_type);
        }
    }

    /// Ends this run, unless it ended before or another one has begun.
    fn end_run(&self, run: u64) {
        let mut state = self.lock();
        if state.runs != run {
            return;
        }
        let Some(run) = state.run.take() else {
            return;
        };
        info!("stop");
        run.timeline.stop();
        run.pipelines.iter().for_each(Pipeline::release);
        run.send(Command::Stop);
        state.recording = RecordingState::Inactive;
        state.mime_type.clone_from(&self.0.options.mime_type);
        state.bit_rates = self.0.options.bit_rates();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock()
    }
}

impl Run {
    fn send(&self, command: Command) {
        // Nobody to tell means that the recording was dropped.
        let _ = self.commands.send(command);
    }
}

fn inactive(what: &str) -> Error {
    Error::invalid_state(format!(
        "the recorder cannot be {what}: it is inactive; start it first"
    ))
}
