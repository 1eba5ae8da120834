//! Backend flags, shared by every subcommand that uses devices.
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use mediarec::devices::MicrophoneBackend;

/// Where devices come from, wherever devices can be named.
#[derive(Args, Debug)]
pub struct BackendArgs {
    /// Use fake devices instead of the machine's: colour bars and a tone, in real time, or as fast as they are
    /// taken with SPEC `unpaced`; SPEC can script them: unplug=camera1@3s, plug=camera1@5s, mute=mic1@1s..2s,
    /// stall=mic1@3s, resize=camera1:640x480@2s, skew=mic1:1000ppm, busy=camera2, deny=camera1, none
    #[arg(long, value_name = "SPEC", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub fake_devices: Option<String>,
    /// Way to the machine's cameras [default: v4l2 on Linux, nokhwa elsewhere]
    #[arg(long, value_name = "NAME", value_enum)]
    pub camera_backend: Option<CameraBackendArg>,
    /// Way to the machine's microphones [default: the first that works]
    #[arg(long, value_name = "NAME", value_parser = microphone_backends())]
    pub microphone_backend: Option<String>,
}

fn microphone_backends() -> PossibleValuesParser {
    MicrophoneBackend::ALL
        .iter()
        .map(|backend| backend.as_str())
        .collect::<Vec<_>>()
        .into()
}

/// The ways to cameras.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CameraBackendArg {
    /// Video4Linux 2
    V4l2,
    /// The crate nokhwa
    Nokhwa,
}
