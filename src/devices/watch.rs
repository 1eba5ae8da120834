//! Devices that come and go (Media Capture and Streams, 9.2, `devicechange`).
use crate::devices::info::MediaDeviceInfo;
use crate::devices::media_devices::MediaDevices;
use crate::error::Result;

/// A change of the list of devices.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DeviceChange {
    /// The list as it is now.
    pub devices: Vec<MediaDeviceInfo>,
    /// Those of them that were plugged in.
    pub user_inserted_devices: Vec<MediaDeviceInfo>,
}

/// Compares the list of devices with what it was. It looks only when it is asked to.
#[derive(Debug)]
pub struct DeviceWatch {
    session: MediaDevices,
    known: Vec<MediaDeviceInfo>,
}

impl DeviceWatch {
    /// Watches from now on.
    ///
    /// # Errors
    /// Those of `enumerate_devices`.
    pub(super) fn new(session: MediaDevices) -> Result<Self> {
        let known = session.exposed(&session.devices()?);
        Ok(Self { session, known })
    }

    /// What changed since it was last asked: devices that came or went, or another order. None when nothing did.
    ///
    /// # Errors
    /// Those of `enumerate_devices`.
    pub fn poll(&mut self) -> Result<Option<DeviceChange>> {
        let found = self.session.devices()?;
        let plain = self.session.exposed(&found);
        if plain == self.known {
            return Ok(None);
        }
        // Of the same devices: what came or went since is the next change.
        let devices = self.session.exposed_with_controls(found);
        let is_new = |device: &&MediaDeviceInfo| {
            let same =
                |known: &MediaDeviceInfo| known.device_id == device.device_id && known.kind == device.kind;
            !self.known.iter().any(same)
        };
        let user_inserted_devices = devices.iter().filter(is_new).cloned().collect();
        self.known = plain;
        Ok(Some(DeviceChange {
            devices,
            user_inserted_devices,
        }))
    }
}
