//! Candidates for a selection: the settings a device can deliver in one mode.
use crate::constraints::control::Control;
use crate::constraints::settings::{CROP_AND_SCALE, MediaTrackSettings, RESIZE_NONE};

/// Settings that a device can deliver: one dictionary, or all that can be derived from one mode of a camera by cropping,
/// scaling and dropping frames.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Candidate {
    /// Label of the device.
    pub(crate) label: String,
    /// Index of the device in the list of devices; if candidates are equal, the first device is selected.
    pub(crate) rank: usize,
    /// The settings; for derived settings, the mode they are derived from.
    pub(crate) settings: MediaTrackSettings,
    /// Whether smaller sizes and lower rates are included.
    pub(super) derives: bool,
    /// The device's controls, which are available in every mode.
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

    /// Adds the controls of the device.
    pub(crate) fn with_controls(mut self, controls: &[Control]) -> Self {
        self.controls = controls.to_vec();
        self
    }

    /// Two candidates for a mode of a camera: the native settings, and all settings derived from them by cropping,
    /// scaling and dropping frames (`resizeMode` "crop-and-scale": widths and heights from 1, rates above 0, up to those
    /// of the mode). A mode without a size has only the first.
    pub(crate) fn of_mode(label: impl Into<String>, rank: usize, mode: &MediaTrackSettings) -> Vec<Self> {
        let has_size = mode.width.is_some_and(|n| n > 0) && mode.height.is_some_and(|n| n > 0);
        let with = |resize_mode: &str| MediaTrackSettings {
            resize_mode: Some(resize_mode.into()),
            ..mode.clone()
        };
        let native = Self::fixed(label, rank, with(RESIZE_NONE));
        if !has_size {
            return vec![native];
        }
        let derived = Self {
            settings: with(CROP_AND_SCALE),
            derives: true,
            ..native.clone()
        };
        vec![native, derived]
    }

    /// The mode as text, for messages.
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
