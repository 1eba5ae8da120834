//! `Claim`: a device that a session uses, so that no other track opens it in place of its own.
use crate::sync::Mutex;
use std::sync::Arc;

/// The devices of one kind that are in use, by hardware id; clones are the same list.
#[derive(Clone, Default)]
pub(super) struct InUse(Arc<Mutex<Vec<String>>>);

/// While it exists, its device is in use.
pub(super) struct Claim {
    in_use: InUse,
    hardware_id: String,
}

impl InUse {
    /// Claims a device. Returns `None` if it is in use.
    pub(super) fn claim(&self, hardware_id: &str) -> Option<Claim> {
        let mut ids = self.0.lock();
        if ids.iter().any(|id| id == hardware_id) {
            return None;
        }
        ids.push(hardware_id.to_owned());
        Some(Claim {
            in_use: self.clone(),
            hardware_id: hardware_id.to_owned(),
        })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.in_use.0.lock().retain(|id| *id != self.hardware_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_has_one_claim_until_that_is_dropped() {
        let in_use = InUse::default();
        let claim = in_use.clone().claim("camera1");
        assert!(claim.is_some() && in_use.claim("camera1").is_none());
        assert!(in_use.claim("camera2").is_some());
        drop(claim);
        assert!(in_use.claim("camera1").is_some());
    }
}
