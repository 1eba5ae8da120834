//! `DeviceOpener`: opens the devices of one kind.
use crate::clock::Clock;
use crate::devices::backend::CaptureBackend;
use crate::devices::capture_device::CaptureDevice;
use crate::error::Result;
use crate::media::{AudioBlock, TrackKind, VideoFrame};
use crate::streams::Capture;
use crate::streams::source::Backpressure;
use crate::streams::track_frame::TrackFrame;
use std::sync::Arc;

/// The method of a backend that opens devices of this kind.
type Open<T> = fn(&dyn CaptureBackend, &CaptureDevice, usize, &Clock) -> Result<Box<dyn Capture<T>>>;

/// Opens the devices of one kind; clones use the same backend and clock.
pub(super) struct DeviceOpener<T> {
    backend: Arc<dyn CaptureBackend>,
    clock: Clock,
    open: Open<T>,
}

impl<T> Clone for DeviceOpener<T> {
    fn clone(&self) -> Self {
        Self {
            backend: self.backend.clone(),
            clock: self.clock.clone(),
            open: self.open,
        }
    }
}

impl DeviceOpener<VideoFrame> {
    pub(super) fn of_cameras(backend: &Arc<dyn CaptureBackend>, clock: &Clock) -> Self {
        Self {
            backend: backend.clone(),
            clock: clock.clone(),
            open: |backend, device, mode, clock| backend.open_camera(device, mode, clock),
        }
    }
}

impl DeviceOpener<AudioBlock> {
    pub(super) fn of_microphones(backend: &Arc<dyn CaptureBackend>, clock: &Clock) -> Self {
        Self {
            backend: backend.clone(),
            clock: clock.clone(),
            open: |backend, device, mode, clock| backend.open_microphone(device, mode, clock),
        }
    }
}

impl<T: TrackFrame> DeviceOpener<T> {
    /// Returns a function that opens a device in the mode with this index. It is called on the capture thread.
    pub(super) fn open_fn(
        &self,
        device: &CaptureDevice,
        mode: usize,
    ) -> impl FnOnce() -> Result<Box<dyn Capture<T>>> + Send + 'static {
        let (opener, device) = (self.clone(), device.clone());
        move || (opener.open)(&*opener.backend, &device, mode, &opener.clock)
    }

    /// The name of these devices in messages, and of their capture threads.
    pub(super) fn name() -> &'static str {
        match T::KIND {
            TrackKind::Video => "camera",
            TrackKind::Audio => "microphone",
        }
    }

    pub(super) fn backend(&self) -> &dyn CaptureBackend {
        &*self.backend
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(super) fn backpressure(&self) -> Backpressure {
        if self.backend.is_live() {
            Backpressure::DropNewest
        } else {
            Backpressure::Block
        }
    }
}
