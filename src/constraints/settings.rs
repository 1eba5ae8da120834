//! Settings of a track: one value for each property (Media Capture and Streams, 4.3.3.3).
use crate::constraints::constrain::EchoCancellation;
use crate::constraints::control::ControlValue;
use crate::constraints::normalized::Value;
use crate::constraints::property::Property;
use crate::constraints::ratio::aspect_ratio;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The settings of a track; a property that the track does not have, or whose value is unknown, is `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MediaTrackSettings {
    /// Identifier of the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_id: Option<String>,
    /// Identifier of the group of devices in the same physical unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// Width in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Width divided by height, rounded to ten decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<f64>,
    /// Frames per second: the nominal rate, not the measured one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_rate: Option<f64>,
    /// Direction the camera faces: `user`, `environment`, `left` or `right`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facing_mode: Option<String>,
    /// `none` (native settings of the device) or `crop-and-scale` (derived settings).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resize_mode: Option<String>,
    /// Background blur.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub background_blur: Option<bool>,
    /// Sample rate in hertz.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_rate: Option<u32>,
    /// Bits per sample.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_size: Option<u32>,
    /// Number of channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_count: Option<u32>,
    /// Latency from capture to delivery, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<f64>,
    /// Echo cancellation: on, off, or a mode (`all`, `remote-only`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub echo_cancellation: Option<EchoCancellation>,
    /// Automatic gain control.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_gain_control: Option<bool>,
    /// Noise suppression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise_suppression: Option<bool>,
    /// Values of the camera's controls, by property. Not deserialized.
    #[serde(flatten, skip_deserializing)]
    pub controls: BTreeMap<Property, ControlValue>,
}

/// `resizeMode` of native settings.
pub(super) const RESIZE_NONE: &str = "none";

/// `resizeMode` of derived settings: cropped, scaled, or with frames dropped.
pub(super) const CROP_AND_SCALE: &str = "crop-and-scale";

impl MediaTrackSettings {
    /// Settings of a native mode of a camera: width and height in pixels, frames per second; the rate is `None` if it is
    /// not constant.
    #[must_use]
    pub fn video(width: u32, height: u32, frame_rate: Option<f64>) -> Self {
        let settings = Self {
            frame_rate,
            resize_mode: Some(RESIZE_NONE.into()),
            ..Self::default()
        };
        settings.sized(width, height)
    }

    /// Replaces width and height, in pixels, and the aspect ratio.
    #[must_use]
    pub fn sized(mut self, width: u32, height: u32) -> Self {
        self.width = Some(width);
        self.height = Some(height);
        self.aspect_ratio = (height > 0).then(|| aspect_ratio(width, height));
        self
    }

    /// Settings that are preferred if the constraints leave a choice: 1280×720 at 30 fps; echo cancellation, automatic gain
    /// control and noise suppression on.
    #[must_use]
    pub fn defaults() -> Self {
        Self {
            width: Some(1280),
            height: Some(720),
            frame_rate: Some(30.0),
            echo_cancellation: Some(EchoCancellation::Switch(true)),
            auto_gain_control: Some(true),
            noise_suppression: Some(true),
            ..Self::default()
        }
    }

    pub(super) fn get(&self, property: Property) -> Option<Value<'_>> {
        match property {
            Property::DeviceId => self.device_id.as_deref().map(Value::Text),
            Property::GroupId => self.group_id.as_deref().map(Value::Text),
            Property::Width => self.width.map(|n| Value::Number(n.into())),
            Property::Height => self.height.map(|n| Value::Number(n.into())),
            Property::AspectRatio => self.aspect_ratio.map(Value::Number),
            Property::FrameRate => self.frame_rate.map(Value::Number),
            Property::FacingMode => self.facing_mode.as_deref().map(Value::Text),
            Property::ResizeMode => self.resize_mode.as_deref().map(Value::Text),
            Property::BackgroundBlur => self.background_blur.map(Value::Flag),
            Property::SampleRate => self.sample_rate.map(|n| Value::Number(n.into())),
            Property::SampleSize => self.sample_size.map(|n| Value::Number(n.into())),
            Property::ChannelCount => self.channel_count.map(|n| Value::Number(n.into())),
            Property::Latency => self.latency.map(Value::Number),
            Property::EchoCancellation => self.echo_cancellation.as_ref().map(Value::of_echo_cancellation),
            Property::AutoGainControl => self.auto_gain_control.map(Value::Flag),
            Property::NoiseSuppression => self.noise_suppression.map(Value::Flag),
            control => self.controls.get(&control).map(ControlValue::as_value),
        }
    }
}
