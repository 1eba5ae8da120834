//! One full assignment of values that a source can deliver (Media Capture and Streams, 4.3.3.3).
use crate::constraints::constrain::EchoCancellation;
use crate::constraints::control::ControlValue;
use crate::constraints::property::Property;
use crate::constraints::ratio::aspect_ratio;
use crate::constraints::terms::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The settings of a track; what a track has no notion of, or does not know, is None.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MediaTrackSettings {
    /// Which device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_id: Option<String>,
    /// Which physical unit it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// Pixels a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Width divided by height, rounded to ten decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<f64>,
    /// Pictures a second: the target, not what arrives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_rate: Option<f64>,
    /// `user`, `environment`, `left` or `right`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facing_mode: Option<String>,
    /// `none` or `crop-and-scale`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resize_mode: Option<String>,
    /// Whether what is behind people is blurred.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub background_blur: Option<bool>,
    /// Sample frames a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_rate: Option<u32>,
    /// Bits a sample.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_size: Option<u32>,
    /// Channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_count: Option<u32>,
    /// Seconds from sound to samples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<f64>,
    /// Whether, or how, what the speakers play is taken out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub echo_cancellation: Option<EchoCancellation>,
    /// Whether loudness is evened out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_gain_control: Option<bool>,
    /// Whether noise is taken out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise_suppression: Option<bool>,
    /// What a camera's controls stand at. (Not read from JSON.)
    #[serde(flatten, skip_deserializing)]
    pub controls: BTreeMap<Property, ControlValue>,
}

/// `resizeMode` of what the device itself offers.
pub(super) const AS_IS: &str = "none";

/// `resizeMode` of what we make from that: scaled, cropped, or with pictures left out.
pub(super) const DERIVED: &str = "crop-and-scale";

impl MediaTrackSettings {
    /// A camera's mode, as the device has it; the rate is None when it has no constant one.
    #[must_use]
    pub fn video(width: u32, height: u32, frame_rate: Option<f64>) -> Self {
        let settings = Self {
            frame_rate,
            resize_mode: Some(AS_IS.into()),
            ..Self::default()
        };
        settings.sized(width, height)
    }

    /// The same with another picture size, and the aspect ratio that follows from it.
    #[must_use]
    pub fn sized(mut self, width: u32, height: u32) -> Self {
        self.width = Some(width);
        self.height = Some(height);
        self.aspect_ratio = (height > 0).then(|| aspect_ratio(width, height));
        self
    }

    /// What decides where the constraints do not: 1280×720 at 30 fps, as the device has it; sound with all
    /// improvements. A device's own sample rate and such may be added.
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
            control => self.controls.get(&control).map(ControlValue::value),
        }
    }
}
