//! The microphones and speakers of the machine, through `cpal`: which there are, and sound from one.
mod deadline;
mod failure;
mod gaps;
mod intake;
mod modes;
mod samples;
mod stream;

#[cfg(target_os = "linux")]
mod alsa;
#[cfg(target_os = "linux")]
mod cards;
#[cfg(not(target_os = "linux"))]
mod host;
#[cfg(target_os = "linux")]
mod pulse;

#[cfg(test)]
#[cfg(target_os = "linux")]
mod live;

#[cfg(not(target_os = "linux"))]
use host::{Watch, holder, quieten};
#[cfg(target_os = "linux")]
use {
    alsa::{holder, quieten},
    pulse::Watch,
};

use crate::clock::Clock;
use crate::devices::capture_device::CaptureDevice;
use crate::devices::info::MediaDeviceKind;
use crate::error::{Error, Result};
use crate::media::AudioBlock;
use crate::streams::Capture;
use std::fmt;
use std::time::Duration;

/// How long the system's sound may take to say what there is.
const LIST_DEADLINE: Duration = Duration::from_secs(4);

/// Which of the system's ways leads to a microphone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MicrophoneBackend {
    /// The sound server of a desktop: PulseAudio, or PipeWire in its place.
    #[cfg(target_os = "linux")]
    PulseAudio,
    /// The kernel's sound cards.
    #[cfg(target_os = "linux")]
    Alsa,
    /// macOS.
    #[cfg(target_vendor = "apple")]
    CoreAudio,
    /// Windows.
    #[cfg(windows)]
    Wasapi,
}

impl MicrophoneBackend {
    /// Those of this system, in the order in which they are tried.
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

    /// Its name in lower case, as it is written on the command line.
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

    /// Every input or output that it shows, the default first.
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

/// The microphones, and what else can be recorded from; None is the first backend that works. A machine without
/// sound has an empty list.
///
/// # Errors
/// `NotFound` when the backend that was asked for is not there.
pub(crate) fn microphones(backend: Option<MicrophoneBackend>) -> Result<Vec<CaptureDevice>> {
    list(backend, MediaDeviceKind::AudioInput)
}

/// The speakers and headphones: to be listed, never opened.
///
/// # Errors
/// As [`microphones`].
pub(crate) fn speakers(backend: Option<MicrophoneBackend>) -> Result<Vec<CaptureDevice>> {
    list(backend, MediaDeviceKind::AudioOutput)
}

/// Opens a device of [`microphones`] in one of its modes. Its `hardware` says through which backend.
///
/// # Errors
/// `NotFound` when it is not there any more, `NotAllowed` when this user may not, `NotReadable` when it is busy, broken,
/// or gives no sound within three seconds.
pub(crate) fn open(
    device: &CaptureDevice,
    mode: usize,
    clock: &Clock,
) -> Result<Box<dyn Capture<AudioBlock>>> {
    let settings = device.modes.get(mode).ok_or_else(|| {
        Error::type_error(format!(
            "{} has {} modes, and no number {mode}",
            device.label,
            device.modes.len()
        ))
    })?;
    let format = modes::format(settings);
    let microphone = stream::Microphone::open(device, format, clock)?;
    Ok(Box::new(microphone))
}

fn list(backend: Option<MicrophoneBackend>, kind: MediaDeviceKind) -> Result<Vec<CaptureDevice>> {
    let listed = |backend: MicrophoneBackend| {
        deadline::within(LIST_DEADLINE, move || backend.list(kind)).unwrap_or_else(|| {
            Err(Error::not_readable(format!(
                "{backend} did not answer within {} s",
                LIST_DEADLINE.as_secs()
            )))
        })
    };
    match backend {
        Some(backend) => listed(backend),
        None => Ok(MicrophoneBackend::ALL
            .iter()
            .find_map(|backend| listed(*backend).ok())
            .unwrap_or_default()),
    }
}
