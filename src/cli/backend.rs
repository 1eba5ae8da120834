//! From the backend flags to the library's backends.
use crate::cli::args::backend::{BackendArgs, CameraBackendArg};
use mediarec::clock::Clock;
use mediarec::devices::synthetic::FakeDevices;
use mediarec::devices::{CameraBackend, MediaDevices, MicrophoneBackend, NativeDevices};
use mediarec::error::Result;

/// Where devices come from.
#[derive(Clone, Debug)]
pub enum Backend {
    Fake(FakeDevices),
    Native(NativeDevices),
}

impl Backend {
    /// # Errors
    /// `Type` for an invalid script of fake devices.
    pub fn new(args: &BackendArgs) -> Result<Self> {
        match args.fake_devices.as_deref() {
            // MEDIAREC_FAKE_DEVICES=1 is how the environment says what --fake-devices does.
            Some("1" | "true" | "yes") => Ok(Self::Fake(FakeDevices::default())),
            Some(spec) => FakeDevices::from_spec(spec).map(Self::Fake),
            None => Ok(Self::Native(native(args))),
        }
    }

    /// Its devices, with frames stamped on this clock.
    pub fn devices(&self, clock: Clock) -> MediaDevices {
        match self {
            Self::Fake(fakes) => MediaDevices::with_clock(fakes.clone(), clock),
            Self::Native(native) => MediaDevices::with_clock(*native, clock),
        }
    }
}

fn native(args: &BackendArgs) -> NativeDevices {
    let named = |name: &String| {
        MicrophoneBackend::ALL
            .iter()
            .copied()
            .find(|backend| backend.as_str() == name)
    };
    let camera = |backend| match backend {
        CameraBackendArg::V4l2 => CameraBackend::V4l2,
        CameraBackendArg::Nokhwa => CameraBackend::Nokhwa,
    };
    NativeDevices {
        cameras: args.camera_backend.map(camera).unwrap_or_default(),
        microphones: args.microphone_backend.as_ref().and_then(named),
    }
}
