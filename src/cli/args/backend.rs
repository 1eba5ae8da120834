//! Backend flags, shared by every subcommand that uses devices.
use clap::Args;
#[cfg(feature = "camera")]
use clap::ValueEnum;
#[cfg(feature = "microphone")]
use clap::builder::PossibleValuesParser;
#[cfg(feature = "microphone")]
use mediarec::devices::MicrophoneBackend;

/// Backend flags, shared by every subcommand that uses devices.
#[derive(Args, Debug)]
pub struct BackendArgs {
    /// Use fake devices instead of the machine's
    ///
    /// Cameras with colour bars and microphones with a tone. SPEC scripts them, as a comma-separated list:
    /// unplug=camera1@3s, plug=camera1@5s, mute=mic1@1s..2s, stall=mic1@3s, resize=camera1:640x480@2s, skew=mic1:1000ppm,
    /// busy=camera2, deny=camera1, default=mic2@3s; `unpaced` delivers frames as fast as they are recorded instead of in real time;
    /// `none` is a machine without devices
    #[arg(long, value_name = "SPEC", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub fake_devices: Option<String>,
    /// Camera API to use [default: v4l2 on Linux, nokhwa elsewhere]
    #[cfg(feature = "camera")]
    #[arg(long, value_name = "NAME", value_enum, hide_short_help = true)]
    pub camera_backend: Option<CameraBackendArg>,
    /// Audio API to use [default: the first that works]
    #[cfg(feature = "microphone")]
    #[arg(long, value_name = "NAME", value_parser = microphone_backends(), hide_short_help = true)]
    pub microphone_backend: Option<String>,
}

#[cfg(feature = "microphone")]
fn microphone_backends() -> PossibleValuesParser {
    MicrophoneBackend::ALL
        .iter()
        .map(|backend| backend.as_str())
        .collect::<Vec<_>>()
        .into()
}

/// Camera backends.
#[cfg(feature = "camera")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CameraBackendArg {
    /// Video4Linux 2
    V4l2,
    /// The nokhwa library (AVFoundation, Media Foundation, V4L2)
    Nokhwa,
}
