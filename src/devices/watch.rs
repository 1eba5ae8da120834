//! `DeviceWatch`: detects changes of the list of devices (Media Capture and Streams, 9.2, `devicechange`).
use crate::devices::info::MediaDeviceInfo;
use crate::devices::media_devices::MediaDevices;
use crate::error::Result;

/// A change of the list of devices (`DeviceChangeEvent`).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DeviceChange {
    /// The current list.
    pub devices: Vec<MediaDeviceInfo>,
    /// The devices of the list that were plugged in since the last poll.
    pub user_inserted_devices: Vec<MediaDeviceInfo>,
}

/// Detects changes of the list of devices. Created by [`MediaDevices::watch`]. It has no thread: call
/// [`poll`](Self::poll) about once a second.
#[derive(Debug)]
pub struct DeviceWatch {
    session: MediaDevices,
    known: Vec<MediaDeviceInfo>,
}

impl DeviceWatch {
    /// Reads the list, as the state to compare with.
    ///
    /// # Errors
    /// Those of [`MediaDevices::enumerate_devices`].
    pub(super) fn new(session: MediaDevices) -> Result<Self> {
        let known = session.exposed(&session.devices()?);
        Ok(Self { session, known })
    }

    /// Returns what has changed since the last poll: devices were added or removed, or their order changed. `None` if
    /// nothing has changed.
    ///
    /// # Errors
    /// Those of [`MediaDevices::enumerate_devices`].
    pub fn poll(&mut self) -> Result<Option<DeviceChange>> {
        let found = self.session.devices()?;
        let plain = self.session.exposed(&found);
        if plain == self.known {
            return Ok(None);
        }
        // From the same list: later changes belong to the next poll.
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
