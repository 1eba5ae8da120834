//! Media Capture and Streams: devices in, tracks out.
pub mod constraints;
pub mod file;
pub mod synthetic;

mod info;
mod pixels;
pub(crate) mod source;
mod stream;
pub(crate) mod track;

pub use info::{MediaDeviceInfo, MediaDeviceKind};
pub use stream::MediaStream;
pub use track::{MediaStreamTrack, ReadyState, TrackKind};

use crate::clock::Clock;
use crate::devices::synthetic::FakeDevices;
use crate::error::{Error, Result};

/// Where devices come from.
#[derive(Clone, Debug)]
pub enum Backend {
    /// The cameras and microphones of this machine.
    Native,
    /// Cameras and microphones that need no hardware.
    Fake(FakeDevices),
}

/// Which kinds of tracks are wanted (Media Capture and Streams, 10.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MediaStreamConstraints {
    /// A microphone's track.
    pub audio: bool,
    /// A camera's track.
    pub video: bool,
}

impl MediaStreamConstraints {
    /// Both kinds, either, or none.
    #[must_use]
    pub const fn new(audio: bool, video: bool) -> Self {
        Self { audio, video }
    }
}

/// The devices of one session, and the clock that their frames are stamped on.
///
/// ```
/// use mediarec::devices::{Backend, MediaDevices, MediaStreamConstraints, synthetic::FakeDevices};
///
/// let devices = MediaDevices::new(Backend::Fake(FakeDevices::default()));
/// let stream = devices.get_user_media(MediaStreamConstraints::new(true, true))?;
/// assert_eq!(stream.tracks().len(), 2);
/// # Ok::<(), mediarec::error::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MediaDevices {
    backend: Backend,
    clock: Clock,
}

impl MediaDevices {
    /// Devices on a clock that runs with the machine.
    #[must_use]
    pub fn new(backend: Backend) -> Self {
        Self::with_clock(backend, Clock::monotonic())
    }

    /// Devices on a clock of the caller's.
    #[must_use]
    pub fn with_clock(backend: Backend, clock: Clock) -> Self {
        Self { backend, clock }
    }

    /// Every device: microphones, cameras, speakers, the default of each kind first (9.2).
    ///
    /// # Errors
    /// None yet; a machine without devices has an empty list.
    pub fn enumerate_devices(&self) -> Result<Vec<MediaDeviceInfo>> {
        match &self.backend {
            Backend::Native => Ok(Vec::new()),
            Backend::Fake(_) => Ok(FakeDevices::list()),
        }
    }

    /// Opens the default device of each wanted kind; the sound's track comes first (10.2).
    ///
    /// # Errors
    /// `Type` when no kind is wanted; `NotFound` when there is no device of a wanted kind.
    pub fn get_user_media(&self, constraints: MediaStreamConstraints) -> Result<MediaStream> {
        if !constraints.audio && !constraints.video {
            return Err(Error::type_error(
                "neither audio nor video is wanted; ask for at least one",
            ));
        }
        match &self.backend {
            Backend::Native => Err(Error::NotFound {
                message: "no camera or microphone: this version does not open the machine's own yet; \
                          use --fake-devices or --input FILE"
                    .into(),
            }),
            Backend::Fake(fakes) => {
                let microphone = constraints.audio.then(|| fakes.open_microphone(&self.clock));
                let camera = constraints.video.then(|| fakes.open_camera(&self.clock));
                let tracks: Result<Vec<_>> = microphone.into_iter().chain(camera).collect();
                Ok(MediaStream::new(tracks?))
            }
        }
    }
}
