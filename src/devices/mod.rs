//! Media Capture and Streams: devices in, tracks out.
pub mod constraints;
pub mod file;
pub mod synthetic;

mod capture;
mod fit;
mod info;
mod pixels;
pub(crate) mod source;
mod stream;
pub(crate) mod track;

pub use info::{MediaDeviceInfo, MediaDeviceKind};
pub use stream::MediaStream;
pub use track::{MediaStreamTrack, ReadyState, TrackKind};

use crate::clock::Clock;
use crate::devices::constraints::{
    Candidate, Explanation, MediaStreamConstraints, MediaTrackCapabilities, MediaTrackConstraints,
    MediaTrackSettings, Selection, explain, select_settings,
};
use crate::devices::synthetic::FakeDevices;
use crate::devices::track::Terms;
use crate::error::{Error, Result};

/// Where devices come from.
#[derive(Clone, Debug)]
pub enum Backend {
    /// The cameras and microphones of this machine.
    Native,
    /// Cameras and microphones that need no hardware.
    Fake(FakeDevices),
}

/// The devices of one session, and the clock that their frames are stamped on.
///
/// ```
/// use mediarec::devices::{Backend, MediaDevices, constraints::MediaStreamConstraints, synthetic::FakeDevices};
///
/// let devices = MediaDevices::new(Backend::Fake(FakeDevices::default()));
/// let stream = devices.get_user_media(&MediaStreamConstraints::new(true, true))?;
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

    /// What one input can do (9.3, `InputDeviceInfo.getCapabilities`); nothing for an output.
    #[must_use]
    pub fn capabilities(&self, device: &MediaDeviceInfo) -> MediaTrackCapabilities {
        let kind = match device.kind {
            MediaDeviceKind::AudioInput => TrackKind::Audio,
            MediaDeviceKind::VideoInput => TrackKind::Video,
            MediaDeviceKind::AudioOutput => return MediaTrackCapabilities::default(),
        };
        let candidates = self.candidates(kind);
        let own = |candidate: &&Candidate| candidate.settings.device_id.as_ref() == Some(&device.device_id);
        MediaTrackCapabilities::of(candidates.iter().filter(own))
    }

    /// Opens the devices that suit best, one track a wanted kind; the sound's track comes first (10.2).
    ///
    /// # Errors
    /// `Type` when no kind is wanted or a constraint cannot be required; `NotFound` when there is no device of a
    /// wanted kind; `Overconstrained` when none satisfies what is required.
    pub fn get_user_media(&self, constraints: &MediaStreamConstraints) -> Result<MediaStream> {
        let (asked, _) = constraints.clone().checked()?;
        let audio = asked.audio.map(|asked| (TrackKind::Audio, asked));
        let video = asked.video.map(|asked| (TrackKind::Video, asked));
        // All is selected before anything is opened.
        let selected: Result<Vec<_>> = audio
            .into_iter()
            .chain(video)
            .map(|asked| self.select(asked))
            .collect();
        let tracks: Result<Vec<_>> = selected?
            .into_iter()
            .map(|selected| self.open(selected))
            .collect();
        Ok(MediaStream::new(tracks?))
    }

    /// How [`get_user_media`](Self::get_user_media) would choose for one kind.
    ///
    /// # Errors
    /// `Type` and `NotFound` as there; being overconstrained is part of the explanation.
    pub fn explain(&self, kind: TrackKind, asked: &MediaTrackConstraints) -> Result<Explanation> {
        let (asked, _) = asked.clone().for_kind(kind);
        asked.validate_for_selection()?;
        let candidates = self.candidates_or_none(kind)?;
        Ok(explain(&asked, &candidates, &MediaTrackSettings::defaults()))
    }

    fn select(&self, (kind, asked): (TrackKind, MediaTrackConstraints)) -> Result<Selected> {
        let candidates = self.candidates_or_none(kind)?;
        let selection = select_settings(&asked, &candidates, &MediaTrackSettings::defaults())?;
        let device = &candidates[selection.candidate].settings.device_id;
        let own = candidates
            .iter()
            .filter(|candidate| candidate.settings.device_id == *device);
        let terms = Terms {
            capabilities: MediaTrackCapabilities::of(own),
            constraints: asked,
            settings: selection.settings.clone(),
        };
        Ok(Selected {
            kind,
            selection,
            terms,
        })
    }

    fn open(&self, selected: Selected) -> Result<MediaStreamTrack> {
        let Selected {
            kind,
            selection,
            terms,
        } = selected;
        match &self.backend {
            Backend::Native => Err(no_device(kind)),
            Backend::Fake(fakes) => {
                let opened = fakes.open(kind, &self.clock, &selection)?;
                Ok(MediaStreamTrack::new(opened, self.clock.clone(), terms))
            }
        }
    }

    fn candidates(&self, kind: TrackKind) -> Vec<Candidate> {
        match &self.backend {
            Backend::Native => Vec::new(),
            Backend::Fake(_) => FakeDevices::candidates(kind),
        }
    }

    fn candidates_or_none(&self, kind: TrackKind) -> Result<Vec<Candidate>> {
        let candidates = self.candidates(kind);
        if candidates.is_empty() {
            Err(no_device(kind))
        } else {
            Ok(candidates)
        }
    }
}

/// What is to be opened.
struct Selected {
    kind: TrackKind,
    selection: Selection,
    terms: Terms,
}

fn no_device(kind: TrackKind) -> Error {
    let device = match kind {
        TrackKind::Audio => "microphone",
        TrackKind::Video => "camera",
    };
    Error::NotFound {
        message: format!(
            "no {device}: this version does not open the machine's own devices yet; \
             use --fake-devices or --input FILE"
        ),
    }
}
