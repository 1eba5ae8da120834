//! Ids of devices, derived from a salt: the same in every session with that salt, and unrelated with another.
use crate::devices::capture_device::CaptureDevice;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Makes the ids of one session's devices.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    salt: String,
    /// Group ids differ between sessions.
    session: Uuid,
}

impl Identity {
    pub(super) fn new(salt: impl Into<String>) -> Self {
        Self {
            salt: salt.into(),
            session: Uuid::new_v4(),
        }
    }

    /// The same in every session with this salt.
    pub(super) fn device_id(&self, device: &CaptureDevice) -> String {
        hash(&["device", &self.salt, device.kind.as_str(), &device.hardware_id])
    }

    /// The same for all devices of one physical unit, in this session.
    pub(super) fn group_id(&self, device: &CaptureDevice) -> String {
        let session = self.session.to_string();
        match &device.unit {
            Some(unit) => hash(&["unit", &session, unit]),
            None => hash(&["alone", &session, device.kind.as_str(), &device.hardware_id]),
        }
    }
}

/// 64 bits: too many for two devices of one machine to share them by chance.
fn hash(parts: &[&str]) -> String {
    let mut sha = Sha256::new();
    for part in parts {
        // Lengths keep "ab", "c" from being "a", "bc".
        sha.update((part.len() as u64).to_le_bytes());
        sha.update(part);
    }
    let hash = sha.finalize();
    let id = u64::from_be_bytes(hash[..8].try_into().expect("a hash has 32 bytes"));
    format!("{id:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::MediaDeviceKind;

    fn device(hardware_id: &str, unit: Option<&str>) -> CaptureDevice {
        CaptureDevice {
            kind: MediaDeviceKind::VideoInput,
            hardware_id: hardware_id.into(),
            unit: unit.map(Into::into),
            label: String::new(),
            names: Vec::new(),
            is_default: false,
            modes: Vec::new(),
            controls: Vec::new(),
        }
    }

    #[test]
    fn device_ids_follow_the_hardware_and_the_salt() {
        let (one, again, other) = (Identity::new("a"), Identity::new("a"), Identity::new("b"));
        let camera = device("usb-1-2", None);
        assert_eq!(one.device_id(&camera), again.device_id(&camera));
        assert_ne!(one.device_id(&camera), other.device_id(&camera));
        assert_ne!(one.device_id(&camera), one.device_id(&device("usb-1-3", None)));
        let microphone = CaptureDevice {
            kind: MediaDeviceKind::AudioInput,
            ..camera.clone()
        };
        assert_ne!(one.device_id(&camera), one.device_id(&microphone));
    }

    #[test]
    fn group_ids_join_what_is_one_unit_and_live_for_a_session() {
        let (one, again) = (Identity::new("a"), Identity::new("a"));
        let (camera, other) = (device("x", Some("usb:1-2")), device("y", Some("usb:1-2")));
        assert_eq!(one.group_id(&camera), one.group_id(&other));
        assert_ne!(one.group_id(&camera), again.group_id(&camera));
        assert_ne!(one.group_id(&device("x", None)), one.group_id(&device("y", None)));
    }
}
