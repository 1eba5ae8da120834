//! `DeviceOpener`: opens the devices of one kind.
use crate::clock::Clock;
use crate::devices::backend::CaptureBackend;
use crate::devices::capture_device::CaptureDevice;
use crate::devices::claim::{Claim, InUse};
use crate::devices::identity::Identity;
use crate::devices::info::MediaDeviceKind;
use crate::devices::list;
use crate::devices::on_lost::OnLost;
use crate::devices::session::SessionOptions;
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
    identity: Identity,
    on_lost: OnLost,
    follow_default: bool,
    in_use: InUse,
    open: Open<T>,
}

impl<T> Clone for DeviceOpener<T> {
    fn clone(&self) -> Self {
        Self {
            backend: self.backend.clone(),
            clock: self.clock.clone(),
            identity: self.identity.clone(),
            on_lost: self.on_lost,
            follow_default: self.follow_default,
            in_use: self.in_use.clone(),
            open: self.open,
        }
    }
}

impl DeviceOpener<VideoFrame> {
    pub(super) fn of_cameras(backend: &Arc<dyn CaptureBackend>, clock: &Clock) -> Self {
        Self::new(backend, clock, |backend, device, mode, clock| {
            backend.open_camera(device, mode, clock)
        })
    }
}

impl DeviceOpener<AudioBlock> {
    pub(super) fn of_microphones(backend: &Arc<dyn CaptureBackend>, clock: &Clock) -> Self {
        Self::new(backend, clock, |backend, device, mode, clock| {
            backend.open_microphone(device, mode, clock)
        })
    }
}

impl<T> DeviceOpener<T> {
    fn new(backend: &Arc<dyn CaptureBackend>, clock: &Clock, open: Open<T>) -> Self {
        Self {
            backend: backend.clone(),
            clock: clock.clone(),
            identity: Identity::new(""),
            on_lost: OnLost::Stop,
            follow_default: false,
            in_use: InUse::default(),
            open,
        }
    }

    /// The same, with the ids of a session, and what it does when a device is lost.
    pub(super) fn in_session(self, identity: &Identity, options: &SessionOptions) -> Self {
        Self {
            identity: identity.clone(),
            on_lost: options.on_lost,
            follow_default: options.follow_default,
            ..self
        }
    }
}

impl<T: TrackFrame> DeviceOpener<T> {
    /// Opens a device in the mode with this index. Called on the thread that then reads from it.
    ///
    /// # Errors
    /// Those of the backend.
    pub(super) fn open(&self, device: &CaptureDevice, mode: usize) -> Result<Box<dyn Capture<T>>> {
        (self.open)(&*self.backend, device, mode, &self.clock)
    }

    /// The devices of this kind that there are now, with ids, the default first.
    ///
    /// # Errors
    /// Those of the backend.
    pub(super) fn list(&self) -> Result<Vec<CaptureDevice>> {
        let kind = match T::KIND {
            TrackKind::Video => MediaDeviceKind::VideoInput,
            TrackKind::Audio => MediaDeviceKind::AudioInput,
        };
        let devices = self.backend.devices(kind, &self.clock)?;
        Ok(list::ordered(devices, &self.identity))
    }

    /// Claims a device for this session. Returns `None` if the session uses it already.
    pub(super) fn claim(&self, device: &CaptureDevice) -> Option<Claim> {
        self.in_use.claim(&device.hardware_id)
    }

    /// The name of these devices in messages, and of their capture threads.
    pub(super) fn name() -> &'static str {
        match T::KIND {
            TrackKind::Video => "camera",
            TrackKind::Audio => "microphone",
        }
    }

    pub(super) fn on_lost(&self) -> OnLost {
        self.on_lost
    }

    /// Whether tracks move to the default device when that changes.
    pub(super) fn follows_default(&self) -> bool {
        self.follow_default && T::KIND == TrackKind::Audio && self.backend.is_live()
    }

    pub(super) fn backend(&self) -> &Arc<dyn CaptureBackend> {
        &self.backend
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
