//! The recorder of a stream (MediaStream Recording, 2).
use crate::error::{Error, Result};
use crate::recorder::best_type;
use crate::recorder::encoding_info::EncodingInfo;
use crate::recorder::history::History;
use crate::recorder::media_recorder_options::{BitrateMode, MediaRecorderOptions};
use crate::recorder::mime_type::MimeType;
use crate::recorder::recording::Recording;
use crate::recorder::recording_limits::RecordingLimits;
use crate::recorder::recording_setup::RecordingPlan;
use crate::recorder::recording_state::RecordingState;
use crate::recorder::run_control::{Attributes, RunControl};
use crate::recorder::segmentation::Segmentation;
use crate::recorder::video_configuration::VideoConfiguration;
use crate::streams::MediaStream;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tracing::info;

/// Records a stream (MediaStream Recording, 2).
///
/// A handle: clones control the same recorder, from any thread, and no call blocks. State changes are visible when a
/// call returns. Events come later, in order, from the [`Recording`] that [`start`](Self::start) returns.
///
/// # Examples
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
    /// Creates an inactive recorder of this stream (2.3, constructor).
    ///
    /// # Errors
    /// `NotSupported` for a MIME type that cannot be recorded. Codecs that are not on the list of the specification (see
    /// [`is_type_supported`](Self::is_type_supported)) are refused after the start only. `Type` for a title or tags that cannot be written.
    pub fn new(stream: &MediaStream, options: MediaRecorderOptions) -> Result<Self> {
        let requested = MimeType::parse(&options.mime_type)?;
        options.metadata(SystemTime::UNIX_EPOCH).check()?;
        options.segments.as_ref().map_or(Ok(()), Segmentation::check)?;
        options.history.as_ref().map_or(Ok(()), History::check)?;
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

    /// Returns whether this MIME type can be recorded, as far as the specification lets it tell; `""` is any type (2.4,
    /// `isTypeSupported`).
    ///
    /// The specification deprecates this method (March 2026) and limits it to the codecs `vp8`, `vp9`, `h264`, `avc1`, `av1`,
    /// `av01`, `hvc1`, `hev1`, `avc3`, `opus` and `pcm`; only what is before the first dot of a codec string counts. For all
    /// others, such as `vp09.00.31.08`, it returns `false`, although they may be supported: [`new`](Self::new) accepts them.
    #[deprecated(note = "deprecated in MediaStream Recording; use `check_type` or `encoding_info`")]
    #[must_use]
    pub fn is_type_supported(mime_type: &str) -> bool {
        MimeType::parse(mime_type).is_ok_and(|mime| mime.is_exposed)
    }

    /// Checks whether this MIME type can be recorded; `""` is any type. Of all codecs the name is checked, but not profile and
    /// level: see [`check_video`](Self::check_video).
    ///
    /// # Errors
    /// `NotSupported` with the container or codec that is not supported, and those that are.
    pub fn check_type(mime_type: &str) -> Result<()> {
        MimeType::parse(mime_type)?.check_codecs()
    }

    /// Checks that video of this configuration can be recorded as this MIME type, also by its profile and level, as
    /// [`start`](Self::start) does (Media Capabilities, 2.3.2, `encodingInfo`).
    ///
    /// # Errors
    /// `NotSupported` with what to use instead; `Type` for a frame rate that is not finite and greater than 0.
    pub fn check_video(mime_type: &str, video: &VideoConfiguration) -> Result<()> {
        video.requested(mime_type).map(drop)
    }

    /// Tells how well this machine can record such a MIME type now (Media Capabilities, 2.3.2, `encodingInfo` with the type
    /// `record`): video of this configuration, or audio only if there is none.
    ///
    /// Encodes for up to one second to find out whether that is fast enough. If it is not, or the type is not supported,
    /// that is no error.
    ///
    /// # Errors
    /// `Type` for a frame rate that is not finite and greater than 0; `Unknown` if the encoder fails.
    pub fn encoding_info(mime_type: &str, video: Option<&VideoConfiguration>) -> Result<EncodingInfo> {
        EncodingInfo::measure(mime_type, video)
    }

    /// Extension: returns the MIME type for live video of this configuration in this container, such as `video/webm`, with the best
    /// codec that leaves the machine 30 % of the time between frames: AV1, else VP9, else VP8. For several tracks, add up their
    /// frame rates.
    ///
    /// Encodes for up to 0.2 s with each codec, at the speed at which a live recording begins.
    ///
    /// # Errors
    /// `NotSupported` for a container that cannot be recorded, or has no video; `Type` for a frame rate that is not finite and greater
    /// than 0; `Unknown` if an encoder fails.
    pub fn best_type(container: &str, video: &VideoConfiguration) -> Result<String> {
        best_type::best_type(container, video)
    }

    /// The stream that it records (2.3, `stream`).
    #[must_use]
    pub fn stream(&self) -> &MediaStream {
        &self.0.stream
    }

    /// Its state (2.3, `state`).
    #[must_use]
    pub fn state(&self) -> RecordingState {
        self.0.control.recording_state()
    }

    /// The MIME type of the options, `""` by default. From the event [`Start`](crate::recorder::RecorderEvent::Start)
    /// until the recording ends, the complete type of the recording, such as `video/webm;codecs=vp8,opus` (2.3,
    /// `mimeType`).
    #[must_use]
    pub fn mime_type(&self) -> String {
        self.0.control.attributes().mime_type
    }

    /// Target bit rate of all video tracks together, in bit/s; 2,500,000 by default. With a
    /// [quality](MediaRecorderOptions::video_quality) it is the limit, known from the start on. 0 while a stream without video is
    /// recorded with a total bit rate (2.3, `videoBitsPerSecond`).
    #[must_use]
    pub fn video_bits_per_second(&self) -> u32 {
        self.0.control.attributes().bit_rates.video
    }

    /// Target bit rate of all audio tracks together, in bit/s; 128,000 by default. 0 while a stream without audio is
    /// recorded with a total bit rate (2.3, `audioBitsPerSecond`).
    #[must_use]
    pub fn audio_bits_per_second(&self) -> u32 {
        self.0.control.attributes().bit_rates.audio
    }

    /// The bit rate mode of its options (2.3, `audioBitrateMode`).
    #[must_use]
    pub fn audio_bitrate_mode(&self) -> BitrateMode {
        self.0.options.audio_bitrate_mode
    }

    /// Starts to record the tracks of the stream that are live now (2.3, `start`).
    ///
    /// Encoded tracks of files are copied without being re-encoded if the MIME type names their codec or none, the track
    /// is enabled and has no constraints, and no option requires an encoder: bit rates, the bit rate mode, key frames,
    /// speed, threads, `reencode`. The codec of the first copied video track is then used for all. Copied tracks keep
    /// their key frames, also after a pause.
    ///
    /// Tracks are interleaved by time. A track that is not live (files, offline generators) is waited for, beside live
    /// tracks for three seconds of media at most. Packets that arrive later are shifted and counted
    /// ([`TrackStats::late`](crate::recorder::TrackStats::late)).
    ///
    /// `timeslice` is the minimum duration of the media in each blob. With 0 they are as short as possible: a blob has the
    /// packets that are ready, up to the next Cluster. From 250 ms on, blobs begin with a Cluster. `None` gives one blob at the end.
    ///
    /// # Errors
    /// `InvalidState` unless the recorder is inactive; `NotSupported` for a stream without live tracks, and for tracks or
    /// options that cannot be recorded, and for alarms of copied tracks; `Type` for alarms with values out of range or of a kind that is
    /// not recorded; `Unknown` if an encoder or a thread cannot be started.
    ///
    /// A MIME type whose codecs are not supported, and not on the list of
    /// [`is_type_supported`](Self::is_type_supported), is no error of this call: the events of the recording are then
    /// [`Error`](crate::recorder::RecorderEvent::Error) with `NotSupported`, and
    /// [`Stop`](crate::recorder::RecorderEvent::Stop).
    pub fn start(&self, timeslice: Option<Duration>) -> Result<Recording> {
        let (options, control) = (&self.0.options, &self.0.control);
        control.check_inactive()?;
        let plan = RecordingPlan::new(&self.0.stream, &self.0.requested, options)?;
        let (run, commands) = control.begin(
            &plan.timeline,
            plan.schedule.as_ref(),
            plan.bit_rates,
            options.start_paused,
        )?;
        info!(
            mime_type = options.mime_type,
            tracks = plan.tracks.recorded().len(),
            "start"
        );
        let limits = RecordingLimits {
            timeslice,
            max_duration: options.max_duration,
            max_size: options.max_size,
            cluster_duration: options.cluster_duration,
            has_segments: options.segments.is_some(),
            segment_size: options.segments.as_ref().and_then(|segments| segments.size),
        };
        // Codecs that the constructor accepts unchecked (2.3, `start`, the steps in parallel).
        if let Err(error) = self.0.requested.check_codecs() {
            let setup = plan.refuse(&options.mime_type);
            return Ok(Recording::new(run, setup, commands, limits).refused(error));
        }
        // Encoders take their time to start: no lock is held. If they fail, dropping `run` ends the recording.
        let setup = plan.start()?;
        run.attach(&setup.pipelines);
        Ok(Recording::new(run, setup, commands, limits))
    }

    /// Ends the recording (2.3, `stop`). What was captured is still encoded and delivered, before the event
    /// [`Stop`](crate::recorder::RecorderEvent::Stop). Does nothing if the recorder is inactive.
    pub fn stop(&self) {
        self.0.control.end();
    }

    /// Pauses the recording: what is captured from now on is not recorded (2.3, `pause`). Does nothing if it is paused.
    ///
    /// # Errors
    /// `InvalidState` if the recorder is inactive.
    pub fn pause(&self) -> Result<()> {
        self.0.control.switch(RecordingState::Paused)
    }

    /// Resumes the recording, without a gap in the media (2.3, `resume`). Does nothing if it is not paused.
    ///
    /// The first frame after the pause is a key frame where video is encoded. Copied frames stay as they are: files
    /// wait during a pause, so that no reference frame is missing.
    ///
    /// # Errors
    /// `InvalidState` if the recorder is inactive.
    pub fn resume(&self) -> Result<()> {
        self.0.control.switch(RecordingState::Recording)
    }

    /// Extension: begins another segment, with what is captured from now on; only with
    /// [`MediaRecorderOptions::segments`]. The event [`Segment`](crate::recorder::RecorderEvent::Segment) follows.
    ///
    /// # Errors
    /// `InvalidState` if the recorder is inactive, or has no segments.
    pub fn split(&self) -> Result<()> {
        self.0.control.split()
    }

    /// Extension: saves the history up to now, and what follows for as long as its options say; only with
    /// [`MediaRecorderOptions::history`]. The events [`History`](crate::recorder::RecorderEvent::History) follow. Before a clip
    /// has ended, another request makes it longer.
    ///
    /// # Errors
    /// `InvalidState` if the recorder is inactive, or keeps no history.
    pub fn save_history(&self) -> Result<()> {
        if self.0.options.history.is_none() {
            return Err(Error::invalid_state(
                "the recording keeps no history that could be saved",
            ));
        }
        self.0.control.save_history()
    }

    /// Extension: makes the next frame of each encoded video track a key frame, for a consumer of the
    /// [broadcast](crate::recorder::Recording::broadcast) that has lost one. At most one a second is made; requests that come
    /// sooner wait. Copied tracks keep their key frames.
    ///
    /// # Errors
    /// `InvalidState` if the recorder is inactive.
    pub fn request_key_frame(&self) -> Result<()> {
        self.0.control.request_key_frame()
    }

    /// Requests a blob of what was recorded since the last one (2.3, `requestData`).
    ///
    /// # Errors
    /// `InvalidState` if the recorder is inactive.
    pub fn request_data(&self) -> Result<()> {
        self.0.control.request_data()
    }
}
