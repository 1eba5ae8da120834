//! Media Capture and Streams: the devices of a session, and how they are opened.
pub mod synthetic;

mod backend;
mod camera;
mod capture_device;
mod identity;
mod info;
mod inputs;
mod list;
mod media_devices;
mod microphone;
mod native;
mod open_device;
mod open_request;
mod opener;
mod session;
mod watch;

pub use crate::streams::Capture;
pub use backend::CaptureBackend;
pub use camera::CameraBackend;
pub use capture_device::CaptureDevice;
pub use info::{InputDeviceInfo, MediaDeviceInfo, MediaDeviceKind};
pub use media_devices::MediaDevices;
pub use microphone::MicrophoneBackend;
pub use native::NativeDevices;
pub use session::SessionOptions;
pub use watch::{DeviceChange, DeviceWatch};
