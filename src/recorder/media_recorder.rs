//! The recorder of a stream (MediaStream Recording, 2).
use crate::error::Result;
use crate::recorder::mime::MimeType;
use crate::recorder::options::{BitrateMode, MediaRecorderOptions};
use crate::recorder::recording::Recording;
use crate::recorder::recording_limits::RecordingLimits;
use crate::recorder::recording_state::RecordingState;
use crate::recorder::run_control::{Attributes, RunControl};
use crate::recorder::setup::RecordingPlan;
use crate::recorder::video_configuration::VideoConfiguration;
use crate::streams::MediaStream;
use std::sync::Arc;
use std::time::Duration;
use tracing::info;

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
    requested: MimeType,
    control: Arc<RunControl>,
}

impl MediaRecorder {
    /// A recorder of this stream; nothing runs before it is started (2.3).
    ///
    /// # Errors
    /// `NotSupported` for a MIME type that cannot be recorded.
    pub fn new(stream: &MediaStream, options: MediaRecorderOptions) -> Result<Self> {
        let requested = MimeType::parse(&options.mime_type, true)?;
        let inactive = Attributes {
            mime_type: options.mime_type.clone(),
            bit_rates: options.bit_rates(),
        };
        Ok(Self(Arc::new(Inner {
            stream: stream.clone(),
            options,
            requested,
            control: Arc::new(RunControl::new(inactive)),
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
        self.0.control.recording_state()
    }

    /// What was asked for; from the event `Start` until the recording ends, completed to what is recorded.
    #[must_use]
    pub fn mime_type(&self) -> String {
        self.0.control.attributes().mime_type
    }

    /// Target for all video tracks together, in bit/s.
    #[must_use]
    pub fn video_bits_per_second(&self) -> u32 {
        self.0.control.attributes().bit_rates.video
    }

    /// Target for all audio tracks together, in bit/s.
    #[must_use]
    pub fn audio_bits_per_second(&self) -> u32 {
        self.0.control.attributes().bit_rates.audio
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
        let (options, control) = (&self.0.options, &self.0.control);
        control.check_inactive()?;
        // Unknown codecs, which the constructor accepts, are refused now.
        Self::check_type(&options.mime_type)?;
        let plan = RecordingPlan::new(&self.0.stream, &self.0.requested, options)?;
        let (run, commands) = control.begin(&plan.timeline, plan.bit_rates, options.start_paused)?;
        info!(
            mime_type = options.mime_type,
            tracks = plan.tracks.recorded().len(),
            "start"
        );
        // Encoders take their time to start: no lock is held. If they fail, dropping `run` ends the recording.
        let setup = plan.start()?;
        run.attach(&setup.pipelines);
        let limits = RecordingLimits {
            timeslice,
            max_duration: options.max_duration,
            max_size: options.max_size,
            cluster_duration: options.cluster_duration,
        };
        Ok(Recording::new(run, setup, commands, limits))
    }

    /// Ends the recording: what was captured is still encoded and delivered before the event `Stop` (2.3, `stop`).
    /// Does nothing when it is inactive.
    pub fn stop(&self) {
        self.0.control.end();
    }

    /// Stops gathering; what is captured from now on is not recorded (2.3, `pause`).
    ///
    /// # Errors
    /// `InvalidState` when it is inactive.
    pub fn pause(&self) -> Result<()> {
        self.0.control.switch(RecordingState::Paused)
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
        self.0.control.switch(RecordingState::Recording)
    }

    /// Asks for a blob of what was recorded since the last one (2.3, `requestData`).
    ///
    /// # Errors
    /// `InvalidState` when it is inactive.
    pub fn request_data(&self) -> Result<()> {
        self.0.control.request_data()
    }
}
