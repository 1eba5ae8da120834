//! What a device offers, one entry a mode.
use crate::constraints::control::Control;
use crate::constraints::settings::{AS_IS, DERIVED, MediaTrackSettings};

/// Settings that a device can deliver: one dictionary, or all that can be derived from one mode of a camera.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Candidate {
    /// The device's name for people.
    pub(crate) label: String,
    /// The device's place in the list of devices; of equally good ones the first is chosen.
    pub(crate) rank: usize,
    /// The settings; of derived ones the mode that they are derived from.
    pub(crate) settings: MediaTrackSettings,
    /// Whether it stands for every smaller size and lower rate, too.
    pub(super) derives: bool,
    /// What can be set on the device in every mode.
    pub(super) controls: Vec<Control>,
}

impl Candidate {
    /// Exactly these settings.
    pub(crate) fn fixed(label: impl Into<String>, rank: usize, settings: MediaTrackSettings) -> Self {
        Self {
            label: label.into(),
            rank,
            settings,
            derives: false,
            controls: Vec::new(),
        }
    }

    /// The same of a device that has these controls.
    pub(crate) fn with_controls(mut self, controls: &[Control]) -> Self {
        self.controls = controls.to_vec();
        self
    }

    /// A camera's mode twice: as the device has it, and all that scaling, cropping and leaving out pictures
    /// makes of it (`resizeMode` "crop-and-scale": widths and heights from 1, any rate above 0, never more
    /// than the mode has). A mode without a size is only itself.
    pub(crate) fn of_mode(label: impl Into<String>, rank: usize, mode: &MediaTrackSettings) -> Vec<Self> {
        let has_size = mode.width.is_some_and(|n| n > 0) && mode.height.is_some_and(|n| n > 0);
        let with = |resize_mode: &str| MediaTrackSettings {
            resize_mode: Some(resize_mode.into()),
            ..mode.clone()
        };
        let as_is = Self::fixed(label, rank, with(AS_IS));
        if !has_size {
            return vec![as_is];
        }
        let derived = Self {
            settings: with(DERIVED),
            derives: true,
            ..as_is.clone()
        };
        vec![as_is, derived]
    }

    /// Which of the device's modes it is, for people.
    pub(super) fn mode(&self) -> String {
        let settings = &self.settings;
        let size = settings.width.zip(settings.height);
        let parts = [
            size.map(|(width, height)| format!("{width}×{height}")),
            settings.frame_rate.map(|rate| format!("{rate} fps")),
            settings.sample_rate.map(|rate| format!("{rate} Hz")),
            settings.channel_count.map(|count| format!("{count} channels")),
            self.derives.then(|| "cropped and scaled".to_owned()),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        if parts.is_empty() {
            "any mode".into()
        } else {
            parts.join(" ")
        }
    }
}
