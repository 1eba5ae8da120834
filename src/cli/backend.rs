//! From the backend flags to the library's backends.
use crate::cli::args::backend::BackendArgs;
#[cfg(feature = "camera")]
use crate::cli::args::backend::CameraBackendArg;
use mediarec::clock::Clock;
#[cfg(feature = "camera")]
use mediarec::devices::CameraBackend;
#[cfg(feature = "microphone")]
use mediarec::devices::MicrophoneBackend;
#[cfg(any(feature = "camera", feature = "microphone"))]
use mediarec::devices::NativeDevices;
use mediarec::devices::synthetic::FakeDevices;
use mediarec::devices::{MediaDevices, SessionOptions};
use mediarec::error::Result;

/// Where devices come from.
#[derive(Clone, Debug)]
pub enum Backend {
    Fake(FakeDevices),
    #[cfg(any(feature = "camera", feature = "microphone"))]
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
            #[cfg(any(feature = "camera", feature = "microphone"))]
            None => Ok(Self::Native(native(args))),
            // A build without either of them is like a machine without devices.
            #[cfg(not(any(feature = "camera", feature = "microphone")))]
            None => FakeDevices::from_spec("none").map(Self::Fake),
        }
    }

    /// Its devices, with frames stamped on this clock.
    pub fn devices(&self, clock: Clock) -> MediaDevices {
        self.session(clock, SessionOptions::default())
    }

    /// The same, with these options.
    pub fn session(&self, clock: Clock, options: SessionOptions) -> MediaDevices {
        match self {
            Self::Fake(fakes) => MediaDevices::with_options(fakes.clone(), clock, options),
            #[cfg(any(feature = "camera", feature = "microphone"))]
            Self::Native(native) => MediaDevices::with_options(*native, clock, options),
        }
    }
}

/// The machine's devices, as far as they are compiled in.
#[cfg(any(feature = "camera", feature = "microphone"))]
fn native(args: &BackendArgs) -> NativeDevices {
    NativeDevices {
        #[cfg(feature = "camera")]
        cameras: args.camera_backend.map(camera).unwrap_or_default(),
        #[cfg(feature = "microphone")]
        microphones: args.microphone_backend.as_deref().and_then(microphone),
    }
}

#[cfg(feature = "camera")]
fn camera(backend: CameraBackendArg) -> CameraBackend {
    match backend {
        CameraBackendArg::V4l2 => CameraBackend::V4l2,
        CameraBackendArg::Nokhwa => CameraBackend::Nokhwa,
    }
}

#[cfg(feature = "microphone")]
fn microphone(name: &str) -> Option<MicrophoneBackend> {
    let mut backends = MicrophoneBackend::ALL.iter().copied();
    backends.find(|backend| backend.as_str() == name)
}
