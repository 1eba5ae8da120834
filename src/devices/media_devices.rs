//! `MediaDevices`: lists devices and opens the best ones (Media Capture and Streams, 9.2 and 10.2).
use crate::clock::Clock;
use crate::constraints::{Explanation, MediaStreamConstraints, MediaTrackConstraints, supported_constraints};
use crate::devices::backend::CaptureBackend;
use crate::devices::capture_device::CaptureDevice;
use crate::devices::identity::Identity;
use crate::devices::info::{MediaDeviceInfo, MediaDeviceKind};
use crate::devices::inputs::Inputs;
use crate::devices::list;
use crate::devices::open_request::OpenRequest;
use crate::devices::opener::DeviceOpener;
use crate::devices::session::SessionOptions;
use crate::devices::watch::DeviceWatch;
use crate::error::{Error, Result};
use crate::media::{AudioBlock, TrackKind, VideoFrame};
use crate::streams::track::Feed;
use crate::streams::{MediaStream, MediaStreamTrack, Playback, PlaybackQueue};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Lists, opens and watches devices. Its clones refer to the same session: one backend, one clock, one set of open devices.
///
/// ```
/// use mediarec::devices::MediaDevices;
/// use mediarec::constraints::MediaStreamConstraints;
/// use mediarec::devices::synthetic::FakeDevices;
///
/// let devices = MediaDevices::new(FakeDevices::default());
/// let stream = devices.get_user_media(&MediaStreamConstraints::audio_video())?;
/// assert_eq!(stream.tracks().len(), 2);
/// # Ok::<(), mediarec::error::Error>(())
/// ```
#[derive(Clone)]
pub struct MediaDevices(Arc<Inner>);

struct Inner {
    backend: Arc<dyn CaptureBackend>,
    clock: Clock,
    options: SessionOptions,
    identity: Identity,
    cameras: Inputs<VideoFrame>,
    microphones: Inputs<AudioBlock>,
    captured_video: AtomicBool,
    captured_audio: AtomicBool,
    closed: AtomicBool,
}

impl MediaDevices {
    /// Creates a session with the cameras and microphones of this machine, through the default system interfaces.
    #[cfg(any(feature = "camera", feature = "microphone"))]
    #[must_use]
    pub fn native() -> Self {
        Self::new(crate::devices::native::NativeDevices::default())
    }

    /// Creates a session with the devices of a backend: [`NativeDevices`](crate::devices::NativeDevices),
    /// [`FakeDevices`](crate::devices::synthetic::FakeDevices), or one of your own.
    #[must_use]
    pub fn new(backend: impl CaptureBackend + 'static) -> Self {
        Self::with_clock(backend, Clock::monotonic())
    }

    /// Creates a session whose frames are stamped on this clock. [`new`](Self::new) uses a monotonic clock of its own.
    #[must_use]
    pub fn with_clock(backend: impl CaptureBackend + 'static, clock: Clock) -> Self {
        Self::with_options(backend, clock, SessionOptions::default())
    }

    /// Creates a session with this clock and these options.
    #[must_use]
    pub fn with_options(
        backend: impl CaptureBackend + 'static,
        clock: Clock,
        options: SessionOptions,
    ) -> Self {
        let backend: Arc<dyn CaptureBackend> = Arc::new(backend);
        let identity = Identity::new(&options.salt);
        let cameras = DeviceOpener::of_cameras(&backend, &clock);
        let microphones = DeviceOpener::of_microphones(&backend, &clock);
        Self(Arc::new(Inner {
            cameras: Inputs::new(cameras.in_session(&identity, &options)),
            microphones: Inputs::new(microphones.in_session(&identity, &options)),
            backend,
            clock,
            identity,
            options,
            captured_video: AtomicBool::new(false),
            captured_audio: AtomicBool::new(false),
            closed: AtomicBool::new(false),
        }))
    }

    /// Lists all devices: microphones, cameras, speakers, the default of each kind first (9.2). The default speaker has a
    /// second entry with the id `default`. Without devices the list is empty.
    ///
    /// A kind that cannot be listed is left out; [`check_listing`](Self::check_listing) returns the reason.
    ///
    /// # Errors
    /// Those of [`check_listing`](Self::check_listing), if no kind can be listed.
    pub fn enumerate_devices(&self) -> Result<Vec<MediaDeviceInfo>> {
        Ok(self.exposed_with_controls(self.devices()?))
    }

    /// Checks whether devices of a kind can be listed. That there are none is not an error. (An extension.)
    ///
    /// # Errors
    /// `NotAllowed` if the session's options or the system do not permit it; `NotFound`, `NotReadable` or `NotSupported`
    /// if the system's interface to the devices is missing or does not respond.
    pub fn check_listing(&self, kind: MediaDeviceKind) -> Result<()> {
        self.check_allowed(kind)?;
        self.0.backend.devices(kind, &self.0.clock).map(drop)
    }

    /// The list entries as the session's options expose them, with the cameras' controls, which takes longer.
    pub(super) fn exposed_with_controls(&self, mut devices: Vec<CaptureDevice>) -> Vec<MediaDeviceInfo> {
        self.add_controls(&mut devices);
        self.exposed(&devices)
    }

    /// Queries the controls of the cameras, which may take a moment.
    fn add_controls(&self, devices: &mut [CaptureDevice]) {
        for device in devices {
            if device.kind == MediaDeviceKind::VideoInput {
                device.controls = self.0.backend.controls(device);
            }
        }
    }

    /// The list entries as the session's options expose them.
    pub(super) fn exposed(&self, devices: &[CaptureDevice]) -> Vec<MediaDeviceInfo> {
        let inner = &self.0;
        let entries = list::entries(devices, &inner.identity);
        if !inner.options.web_exposure {
            return entries;
        }
        let captured = |kind| match kind {
            MediaDeviceKind::VideoInput => inner.captured_video.load(Ordering::SeqCst),
            MediaDeviceKind::AudioInput | MediaDeviceKind::AudioOutput => {
                inner.captured_audio.load(Ordering::SeqCst)
            }
        };
        list::exposed(entries, captured)
    }

    /// Returns the names of the supported constraints, each with `true` (9.2, `getSupportedConstraints`).
    #[must_use]
    pub fn supported_constraints() -> BTreeMap<&'static str, bool> {
        supported_constraints()
    }

    /// Watches the list of devices for changes from now on (9.2, `devicechange`).
    ///
    /// # Errors
    /// Those of [`enumerate_devices`](Self::enumerate_devices).
    pub fn watch(&self) -> Result<DeviceWatch> {
        self.0.backend.on_watch(&self.0.clock);
        DeviceWatch::new(self.clone())
    }

    /// Opens the devices that satisfy the constraints best, and returns a stream with one track for each requested kind,
    /// the audio track first (10.2).
    ///
    /// A device that is open already is shared: each track has its own settings.
    ///
    /// # Errors
    /// `Type` if no kind is requested or a constraint cannot be required here; `InvalidState` after
    /// [`close`](Self::close); `NotAllowed` if the session's options or the system do not permit it; `NotFound` if there
    /// is no device of a requested kind; `Overconstrained` if none satisfies the required constraints; `NotReadable` or
    /// `Abort` if those that do cannot be opened.
    pub fn get_user_media(&self, constraints: &MediaStreamConstraints) -> Result<MediaStream> {
        self.open(constraints, &mut Vec::new())
    }

    /// Like [`get_user_media`](Self::get_user_media), and also explains the selection for each kind: what was selected,
    /// what was not and why, and what could not be opened. (An extension.)
    ///
    /// # Errors
    /// Those of [`get_user_media`](Self::get_user_media). The explanations are returned in any case; a kind that was not
    /// reached has none.
    pub fn get_user_media_explained(
        &self,
        constraints: &MediaStreamConstraints,
    ) -> (Result<MediaStream>, Vec<(TrackKind, Explanation)>) {
        let mut requests = Vec::new();
        let result = self.open(constraints, &mut requests);
        let explanations = requests.iter().map(|request| (request.kind, request.explain()));
        (result, explanations.collect())
    }

    /// Opens the devices, and leaves what was requested and what could not be opened in `requests`.
    fn open(
        &self,
        constraints: &MediaStreamConstraints,
        requests: &mut Vec<OpenRequest>,
    ) -> Result<MediaStream> {
        let (requested, _) = constraints.clone().checked()?;
        self.check_open()?;
        let requested = [
            (TrackKind::Audio, requested.audio),
            (TrackKind::Video, requested.video),
        ];
        // Permissions are checked before devices are listed, so that the error does not reveal which devices exist.
        for (kind, requested) in &requested {
            if requested.is_some() {
                self.check_allowed(input(*kind))?;
            }
        }
        // Every kind is selected before any device is opened.
        for (kind, requested) in requested {
            if let Some(requested) = requested {
                requests.push(OpenRequest {
                    kind,
                    devices: self.devices_of(input(kind))?,
                    constraints: requested,
                    open_failures: Vec::new(),
                });
            }
        }
        for request in requests.iter() {
            self.check(request).map_err(|error| self.redacted(error))?;
        }
        let mut tracks = Vec::new();
        for request in requests {
            let (label, feed) = self.open_one(request).map_err(|error| self.redacted(error))?;
            tracks.push(MediaStreamTrack::new(label, self.0.clock.clone(), feed));
        }
        // Only now: if one of the two kinds fails, nothing counts as captured.
        for track in &tracks {
            let captured = match track.kind() {
                TrackKind::Audio => &self.0.captured_audio,
                TrackKind::Video => &self.0.captured_video,
            };
            captured.store(true, Ordering::SeqCst);
        }
        Ok(MediaStream::new(tracks))
    }

    fn check(&self, request: &OpenRequest) -> Result<()> {
        match request.kind {
            TrackKind::Audio => self.0.microphones.check(&request.devices, &request.constraints),
            TrackKind::Video => self.0.cameras.check(&request.devices, &request.constraints),
        }
    }

    fn open_one(&self, request: &mut OpenRequest) -> Result<(String, Feed)> {
        let OpenRequest {
            devices,
            constraints,
            open_failures,
            ..
        } = request;
        match request.kind {
            TrackKind::Audio => {
                let (label, feed) = self.0.microphones.open(devices, constraints, open_failures)?;
                Ok((label, Feed::Audio(feed)))
            }
            TrackKind::Video => {
                let (label, feed) = self.0.cameras.open(devices, constraints, open_failures)?;
                Ok((label, Feed::Video(feed)))
            }
        }
    }

    /// Explains how [`get_user_media`](Self::get_user_media) would select for one kind, if every device could be opened.
    /// Opens nothing. (An extension.)
    ///
    /// # Errors
    /// `Type`, `NotAllowed` and `NotFound` as for [`get_user_media`](Self::get_user_media). If no device satisfies the
    /// required constraints, the explanation says so.
    pub fn explain(&self, kind: TrackKind, requested: &MediaTrackConstraints) -> Result<Explanation> {
        let (requested, _) = requested.clone().for_kind(kind);
        requested.validate_for_selection()?;
        let request = OpenRequest {
            kind,
            devices: self.devices_of(input(kind))?,
            constraints: requested,
            open_failures: Vec::new(),
        };
        Ok(request.explain())
    }

    /// Closes the session: no more devices can be opened. Live tracks continue. (An extension.)
    pub fn close(&self) {
        self.0.closed.store(true, Ordering::SeqCst);
    }

    fn check_open(&self) -> Result<()> {
        if self.0.closed.load(Ordering::SeqCst) {
            return Err(Error::invalid_state(
                "the session is closed; create another MediaDevices to open devices",
            ));
        }
        Ok(())
    }

    /// All devices of the permitted kinds that can be listed, in the order of the list, with ids.
    pub(super) fn devices(&self) -> Result<Vec<CaptureDevice>> {
        let allowed = MediaDeviceKind::ALL
            .into_iter()
            .filter(|kind| self.is_allowed(*kind));
        let (lists, mut failures): (Vec<_>, Vec<_>) = allowed
            .map(|kind| self.0.backend.devices(kind, &self.0.clock))
            .partition(Result::is_ok);
        if lists.is_empty() && !failures.is_empty() {
            failures.swap_remove(0)?;
        }
        let devices = lists.into_iter().flatten().flatten().collect();
        Ok(list::ordered(devices, &self.0.identity))
    }

    fn is_allowed(&self, kind: MediaDeviceKind) -> bool {
        match kind {
            MediaDeviceKind::VideoInput => self.0.options.cameras,
            MediaDeviceKind::AudioInput => self.0.options.microphones,
            MediaDeviceKind::AudioOutput => true,
        }
    }

    fn check_allowed(&self, kind: MediaDeviceKind) -> Result<()> {
        if self.is_allowed(kind) {
            return Ok(());
        }
        Err(Error::NotAllowed {
            message: format!("this session is not permitted to open a {}", name(kind)),
            source: None,
        })
    }

    fn devices_of(&self, kind: MediaDeviceKind) -> Result<Vec<CaptureDevice>> {
        self.check_allowed(kind)?;
        let devices = self.0.backend.devices(kind, &self.0.clock)?;
        let mut devices = list::ordered(devices, &self.0.identity);
        if devices.is_empty() {
            return Err(no_device(kind));
        }
        self.add_controls(&mut devices);
        Ok(devices)
    }

    /// Opens the speaker of this id, and plays what is in the queue. Returns its label, too.
    ///
    /// # Errors
    /// `NotFound` if there is none; those of the backend.
    pub(super) fn open_speaker(
        &self,
        id: &str,
        queue: &PlaybackQueue,
    ) -> Result<(String, Box<dyn Playback>)> {
        let Inner {
            backend,
            clock,
            identity,
            ..
        } = &*self.0;
        let mut speakers = self.devices_of(MediaDeviceKind::AudioOutput)?.into_iter();
        let is_it = |device: &CaptureDevice| {
            if id == list::DEFAULT {
                device.is_default
            } else {
                identity.device_id(device) == id
            }
        };
        let speaker = speakers.find(is_it).ok_or_else(|| Error::NotFound {
            message: format!("there is no speaker '{id}'"),
        })?;
        let playback = backend.open_speaker(&speaker, queue, clock)?;
        Ok((speaker.label, playback))
    }

    /// Removes the name of the failed constraint, which reveals something about the devices, as long as a page has not
    /// captured anything (10.2).
    fn redacted(&self, error: Error) -> Error {
        let inner = &self.0;
        let knows =
            inner.captured_audio.load(Ordering::SeqCst) || inner.captured_video.load(Ordering::SeqCst);
        match error {
            Error::Overconstrained { .. } if inner.options.web_exposure && !knows => Error::Overconstrained {
                constraint: String::new(),
                message: "no device satisfies the required constraints".into(),
            },
            error => error,
        }
    }
}

impl std::fmt::Debug for MediaDevices {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MediaDevices")
            .field("backend", &self.0.backend)
            .field("options", &self.0.options)
            .finish_non_exhaustive()
    }
}

const fn input(kind: TrackKind) -> MediaDeviceKind {
    match kind {
        TrackKind::Audio => MediaDeviceKind::AudioInput,
        TrackKind::Video => MediaDeviceKind::VideoInput,
    }
}

const fn name(kind: MediaDeviceKind) -> &'static str {
    match kind {
        MediaDeviceKind::AudioInput => "microphone",
        MediaDeviceKind::VideoInput => "camera",
        MediaDeviceKind::AudioOutput => "speaker",
    }
}

fn no_device(kind: MediaDeviceKind) -> Error {
    Error::NotFound {
        message: format!(
            "no {} found: none is plugged in, or the system does not list it",
            name(kind)
        ),
    }
}
