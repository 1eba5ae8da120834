//! Devices: list, select, open and watch cameras and microphones (Media Capture and Streams, 9 and 10).
//!
//! [`MediaDevices`] is the entry point. It works with any [`CaptureBackend`]: the devices of this machine
//! (`NativeDevices`), fake devices ([`synthetic`]), or devices of your own.
pub mod synthetic;

mod audio_monitor;
mod backend;
#[cfg(feature = "camera")]
mod camera;
mod candidates;
mod capture_device;
mod claim;
mod default_watch;
#[cfg(all(target_os = "linux", any(feature = "camera", feature = "microphone")))]
mod device_node;
mod identity;
mod info;
mod inputs;
mod list;
mod media_devices;
#[cfg(feature = "microphone")]
mod microphone;
#[cfg(any(feature = "camera", feature = "microphone"))]
mod native;
mod on_lost;
mod open_device;
mod open_request;
mod opener;
mod reconnecting;
mod reopening;
mod replacement;
mod session;
mod watch;

pub use crate::streams::{Capture, CaptureEvent, Playback, PlaybackQueue};
pub use audio_monitor::{AudioMonitor, AudioMonitorStats};
pub use backend::CaptureBackend;
#[cfg(feature = "camera")]
pub use camera::CameraBackend;
pub use capture_device::CaptureDevice;
pub use info::{InputDeviceInfo, MediaDeviceInfo, MediaDeviceKind};
pub use media_devices::MediaDevices;
#[cfg(feature = "microphone")]
pub use microphone::MicrophoneBackend;
#[cfg(any(feature = "camera", feature = "microphone"))]
pub use native::NativeDevices;
pub use on_lost::OnLost;
pub use session::SessionOptions;
pub use watch::{DeviceChange, DeviceWatch};
