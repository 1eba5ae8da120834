//! Capabilities of a device: a range or list of values for each property (Media Capture and Streams, 4.3.3.2).
use crate::constraints::candidate::Candidate;
use crate::constraints::constrain::EchoCancellation;
use crate::constraints::control::ControlRange;
use crate::constraints::offer::{NOTHING, describe_range};
use crate::constraints::property::Property;
use crate::constraints::ratio::aspect_ratio;
use crate::constraints::settings::MediaTrackSettings;
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A range of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Range<T> {
    /// Minimum, inclusive.
    pub min: T,
    /// Maximum, inclusive.
    pub max: T,
}

/// The capabilities of a device; not every combination need be possible. A property that the device does not have is
/// `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MediaTrackCapabilities {
    /// Identifier of the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_id: Option<String>,
    /// Identifier of the group of devices in the same physical unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// Width in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<Range<u32>>,
    /// Height in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<Range<u32>>,
    /// Width divided by height.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<Range<f64>>,
    /// Frames per second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_rate: Option<Range<f64>>,
    /// Directions the camera faces (`user`, `environment`, `left`, `right`); empty if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facing_mode: Option<Vec<String>>,
    /// `none`, and `crop-and-scale` if smaller sizes and lower rates can be derived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resize_mode: Option<Vec<String>>,
    /// Possible states of background blur.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub background_blur: Option<Vec<bool>>,
    /// Sample rate in hertz.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_rate: Option<Range<u32>>,
    /// Bits per sample.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_size: Option<Range<u32>>,
    /// Number of channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_count: Option<Range<u32>>,
    /// Latency from capture to delivery, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<Range<f64>>,
    /// Possible states and modes of echo cancellation: booleans first, then modes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub echo_cancellation: Option<Vec<EchoCancellation>>,
    /// Possible states of automatic gain control.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_gain_control: Option<Vec<bool>>,
    /// Possible states of noise suppression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise_suppression: Option<Vec<bool>>,
    /// Ranges of the camera's controls (`MediaStream` Image Capture, 9), by property.
    #[serde(flatten)]
    pub controls: BTreeMap<Property, ControlRange>,
}

impl MediaTrackCapabilities {
    /// The capabilities of a device with these candidates.
    pub(crate) fn of<'a>(candidates: impl IntoIterator<Item = &'a Candidate>) -> Self {
        let mut all = Self::default();
        for candidate in candidates {
            all.add(&candidate.settings);
            for control in &candidate.controls {
                all.controls.insert(control.property, control.range.clone());
            }
            if candidate.derives {
                all.add_derived(&candidate.settings);
            }
        }
        all
    }

    fn add(&mut self, settings: &MediaTrackSettings) {
        let new = settings.clone();
        self.device_id = new.device_id.or(self.device_id.take());
        self.group_id = new.group_id.or(self.group_id.take());
        widen(&mut self.width, new.width);
        widen(&mut self.height, new.height);
        widen(&mut self.aspect_ratio, new.aspect_ratio);
        widen(&mut self.frame_rate, new.frame_rate);
        if new.width.is_some() {
            self.facing_mode.get_or_insert_default();
        }
        list(&mut self.facing_mode, new.facing_mode);
        list(&mut self.resize_mode, new.resize_mode);
        list(&mut self.background_blur, new.background_blur);
        widen(&mut self.sample_rate, new.sample_rate);
        widen(&mut self.sample_size, new.sample_size);
        widen(&mut self.channel_count, new.channel_count);
        widen(&mut self.latency, new.latency);
        list(&mut self.echo_cancellation, new.echo_cancellation);
        if let Some(modes) = &mut self.echo_cancellation {
            modes.sort_by_key(|mode| matches!(mode, EchoCancellation::Mode(_)));
        }
        list(&mut self.auto_gain_control, new.auto_gain_control);
        list(&mut self.noise_suppression, new.noise_suppression);
    }

    fn add_derived(&mut self, mode: &MediaTrackSettings) {
        widen(&mut self.width, Some(1));
        widen(&mut self.height, Some(1));
        if let (Some(width), Some(height)) = (mode.width, mode.height) {
            widen(&mut self.aspect_ratio, Some(aspect_ratio(width, 1)));
            widen(&mut self.aspect_ratio, Some(aspect_ratio(1, height)));
        }
        widen(&mut self.frame_rate, mode.frame_rate.map(|_| 0.0));
    }

    /// The values of a property as text, for messages.
    pub(super) fn offer(&self, property: Property) -> String {
        let json = serde_json::to_value(self).unwrap_or_default();
        match json.get(property.name()) {
            None => NOTHING.into(),
            Some(Json::Object(range)) => {
                let end = |name| range.get(name).and_then(Json::as_f64).unwrap_or_default();
                describe_range(end("min"), end("max"))
            }
            Some(Json::Array(list)) if list.is_empty() => NOTHING.into(),
            Some(Json::Array(list)) => {
                let list: Vec<_> = list.iter().map(ToString::to_string).collect();
                list.join(" or ")
            }
            Some(other) => other.to_string(),
        }
    }
}

fn widen<T: PartialOrd + Copy>(range: &mut Option<Range<T>>, value: Option<T>) {
    let Some(value) = value else { return };
    let range = range.get_or_insert(Range {
        min: value,
        max: value,
    });
    if value < range.min {
        range.min = value;
    }
    if value > range.max {
        range.max = value;
    }
}

fn list<T: PartialEq>(values: &mut Option<Vec<T>>, value: Option<T>) {
    let Some(value) = value else { return };
    let values = values.get_or_insert_default();
    if !values.contains(&value) {
        values.push(value);
    }
}
