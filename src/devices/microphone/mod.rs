//! The microphones and speakers of this machine, through `cpal`: lists them and records from one.
mod callback;
mod errors;
mod gaps;
mod modes;
mod params;
mod samples;
mod speaker;
mod stream;
mod timeout;

#[cfg(target_os = "linux")]
mod alsa;
#[cfg(target_os = "linux")]
mod cards;
#[cfg(target_os = "linux")]
mod error_output;
#[cfg(not(target_os = "linux"))]
mod host;
#[cfg(target_os = "linux")]
mod pulse;
#[cfg(target_os = "linux")]
mod pulse_playback;
#[cfg(target_os = "linux")]
mod pulse_stream;
#[cfg(target_os = "linux")]
mod pulse_times;

#[cfg(test)]
#[cfg(target_os = "linux")]
mod live;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod measurement;

#[cfg(target_os = "linux")]
use alsa::{measures_delay, recording_process};
#[cfg(target_os = "linux")]
use error_output::silence_error_output;
#[cfg(not(target_os = "linux"))]
use host::{measures_delay, recording_process, silence_error_output};

use crate::clock::Clock;
use crate::devices::capture_device::CaptureDevice;
use crate::devices::info::MediaDeviceKind;
use crate::error::{Error, Result};
use crate::media::AudioBlock;
use crate::streams::{Capture, Playback, PlaybackQueue};
use std::fmt;
use std::time::Duration;
use tracing::debug;

/// How long the audio system may take to list its devices.
const LIST_TIMEOUT: Duration = Duration::from_secs(4);

/// The audio system that microphones and speakers are accessed through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MicrophoneBackend {
    /// The sound server of the desktop: PulseAudio, or PipeWire through its PulseAudio interface. Linux only.
    #[cfg(target_os = "linux")]
    PulseAudio,
    /// The sound cards of the kernel, without a sound server. Linux only.
    #[cfg(target_os = "linux")]
    Alsa,
    /// Core Audio; macOS and iOS only.
    #[cfg(target_vendor = "apple")]
    CoreAudio,
    /// WASAPI; Windows only.
    #[cfg(windows)]
    Wasapi,
}

impl MicrophoneBackend {
    /// The backends of this system, in the order in which they are tried.
    pub const ALL: &'static [Self] = &[
        #[cfg(target_os = "linux")]
        Self::PulseAudio,
        #[cfg(target_os = "linux")]
        Self::Alsa,
        #[cfg(target_vendor = "apple")]
        Self::CoreAudio,
        #[cfg(windows)]
        Self::Wasapi,
    ];

    /// Returns its name in lower case, as in `pulseaudio`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            #[cfg(target_os = "linux")]
            Self::PulseAudio => "pulseaudio",
            #[cfg(target_os = "linux")]
            Self::Alsa => "alsa",
            #[cfg(target_vendor = "apple")]
            Self::CoreAudio => "coreaudio",
            #[cfg(windows)]
            Self::Wasapi => "wasapi",
        }
    }

    /// Returns the name and version of the sound server behind it, such as `PipeWire 0.3.65`; `None` if there is none, or it
    /// does not answer.
    #[must_use]
    pub fn server_name(self) -> Option<String> {
        match self {
            #[cfg(target_os = "linux")]
            Self::PulseAudio => timeout::call_with_timeout(LIST_TIMEOUT, pulse::server_name)?,
            #[cfg(target_os = "linux")]
            Self::Alsa => None,
            #[cfg(not(target_os = "linux"))]
            _ => None,
        }
    }

    /// Lists all inputs or outputs, the default first.
    fn list(self, kind: MediaDeviceKind) -> Result<Vec<CaptureDevice>> {
        match self {
            #[cfg(target_os = "linux")]
            Self::PulseAudio => pulse::list(kind),
            #[cfg(target_os = "linux")]
            Self::Alsa => alsa::list(kind),
            #[cfg(target_vendor = "apple")]
            Self::CoreAudio => host::list(cpal::HostId::CoreAudio, kind),
            #[cfg(windows)]
            Self::Wasapi => host::list(cpal::HostId::Wasapi, kind),
        }
    }
}

impl fmt::Display for MicrophoneBackend {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// Lists the microphones and other inputs. With `None`, the first backend that works is used; a machine without audio has
/// an empty list.
///
/// # Errors
/// `NotFound` if the requested backend is not available; `NotReadable` if it does not answer in time; `NotAllowed` if there
/// are sound cards and this user lacks the permission.
pub(crate) fn microphones(backend: Option<MicrophoneBackend>) -> Result<Vec<CaptureDevice>> {
    list(backend, MediaDeviceKind::AudioInput)
}

/// Returns the hardware id of the default microphone. Waits for the audio system; call it on a thread that may.
///
/// # Errors
/// As [`microphones`].
pub(crate) fn default_microphone(backend: Option<MicrophoneBackend>) -> Result<Option<String>> {
    #[cfg(target_os = "linux")]
    if matches!(backend, None | Some(MicrophoneBackend::PulseAudio)) {
        let default = pulse::default_source();
        if default.is_ok() || backend.is_some() {
            return default;
        }
    }
    let mut devices = microphones(backend)?.into_iter();
    Ok(devices
        .find(|device| device.is_default)
        .map(|device| device.hardware_id))
}

/// Lists the speakers and headphones.
///
/// # Errors
/// As [`microphones`].
pub(crate) fn speakers(backend: Option<MicrophoneBackend>) -> Result<Vec<CaptureDevice>> {
    list(backend, MediaDeviceKind::AudioOutput)
}

/// Opens a device of [`microphones`] in one of its modes. The prefix of its `hardware_id` selects the backend.
///
/// # Errors
/// `NotFound` if it is no longer connected, `NotAllowed` if the user lacks the permission, `NotReadable` if it is busy,
/// broken, or delivers no audio within three seconds.
pub(crate) fn open(
    device: &CaptureDevice,
    mode: usize,
    clock: &Clock,
) -> Result<Box<dyn Capture<AudioBlock>>> {
    let settings = device.modes.get(mode).ok_or_else(|| {
        Error::type_error(format!(
            "{} has {} modes, but mode {mode} was requested",
            device.label,
            device.modes.len()
        ))
    })?;
    let format = modes::format(settings);
    let microphone = stream::Microphone::open(device, format, clock)?;
    Ok(Box::new(microphone))
}

/// Opens a device of [`speakers`], and plays what is in the queue. The prefix of its `hardware_id` selects the backend.
///
/// # Errors
/// As [`open`].
pub(crate) fn open_speaker(
    device: &CaptureDevice,
    queue: &PlaybackQueue,
    clock: &Clock,
) -> Result<Box<dyn Playback>> {
    #[cfg(target_os = "linux")]
    if pulse::node_name(&device.hardware_id).is_some() {
        return pulse_playback::open(device, queue, clock);
    }
    let _ = clock;
    speaker::open(device, queue)
}

fn list(backend: Option<MicrophoneBackend>, kind: MediaDeviceKind) -> Result<Vec<CaptureDevice>> {
    let list_with = |backend: MicrophoneBackend| {
        timeout::call_with_timeout(LIST_TIMEOUT, move || backend.list(kind)).unwrap_or_else(|| {
            Err(Error::not_readable(format!(
                "{backend} did not list its devices within {} s",
                LIST_TIMEOUT.as_secs()
            )))
        })
    };
    match backend {
        Some(backend) => list_with(backend),
        None => first_that_lists(MicrophoneBackend::ALL.iter().map(|backend| list_with(*backend))),
    }
}

/// A machine without audio has an empty list; one whose audio this user may not use does not.
fn first_that_lists(lists: impl Iterator<Item = Result<Vec<CaptureDevice>>>) -> Result<Vec<CaptureDevice>> {
    let mut denied = None;
    for list in lists {
        match list {
            Ok(devices) => return Ok(devices),
            Err(error @ Error::NotAllowed { .. }) => denied = Some(error),
            Err(error) => debug!(%error, "a backend of microphones is left out"),
        }
    }
    denied.map_or(Ok(Vec::new()), Err)
}
