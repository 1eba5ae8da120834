//! Constraints of one track: the basic set and advanced sets (Media Capture and Streams, 4.3.8 and 11.3).
use crate::constraints::constrain::{Choice, Constrain, EchoCancellation};
use crate::constraints::control::ControlValue;
use crate::constraints::image_set::ImageConstraintSet;
use crate::constraints::member::Member;
use crate::constraints::normalized::{NormalizedConstraint, SetKind, Value};
use crate::constraints::property::{Property, ValueType};
use crate::error::{Error, Result};
use crate::media::TrackKind;

/// One constraint set: a constraint for each property of a track; `None` constrains nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MediaTrackConstraintSet {
    /// Identifier of the device.
    pub device_id: Option<Constrain<Choice>>,
    /// Identifier of the group of devices in the same physical unit.
    pub group_id: Option<Constrain<Choice>>,
    /// Width in pixels.
    pub width: Option<Constrain<u32>>,
    /// Height in pixels.
    pub height: Option<Constrain<u32>>,
    /// Width divided by height; rounded to ten decimals before it is compared.
    pub aspect_ratio: Option<Constrain<f64>>,
    /// Frames per second.
    pub frame_rate: Option<Constrain<f64>>,
    /// Direction the camera faces: `user`, `environment`, `left` or `right`.
    pub facing_mode: Option<Constrain<Choice>>,
    /// `none` (native settings of the device) or `crop-and-scale` (derived settings).
    pub resize_mode: Option<Constrain<Choice>>,
    /// Background blur.
    pub background_blur: Option<Constrain<bool>>,
    /// Sample rate in hertz.
    pub sample_rate: Option<Constrain<u32>>,
    /// Bits per sample.
    pub sample_size: Option<Constrain<u32>>,
    /// Number of channels.
    pub channel_count: Option<Constrain<u32>>,
    /// Latency from capture to delivery, in seconds.
    pub latency: Option<Constrain<f64>>,
    /// Echo cancellation: on, off, or a mode (`all`, `remote-only`).
    pub echo_cancellation: Option<Constrain<EchoCancellation>>,
    /// Automatic gain control.
    pub auto_gain_control: Option<Constrain<bool>>,
    /// Noise suppression.
    pub noise_suppression: Option<Constrain<bool>>,
    /// Constraints on the camera's controls.
    pub image: ImageConstraintSet,
}

/// The constraints of one track: the basic set, and advanced sets that are tried in order and satisfied as a whole or
/// skipped.
///
/// ```
/// use mediarec::constraints::{Constrain, MediaTrackConstraints};
///
/// let mut constraints = MediaTrackConstraints::default();
/// constraints.basic.width = Some(Constrain::min(640).and(Constrain::ideal(1280)));
/// let parsed: MediaTrackConstraints = r#"{"width": {"min": 640, "ideal": 1280}}"#.parse()?;
/// assert_eq!(parsed, constraints);
/// # Ok::<(), mediarec::error::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MediaTrackConstraints {
    /// The basic set: required and ideal values.
    pub basic: MediaTrackConstraintSet,
    /// Advanced sets, the most important first.
    pub advanced: Vec<MediaTrackConstraintSet>,
}

impl From<MediaTrackConstraintSet> for MediaTrackConstraints {
    fn from(basic: MediaTrackConstraintSet) -> Self {
        Self {
            basic,
            advanced: Vec::new(),
        }
    }
}

impl MediaTrackConstraintSet {
    pub(super) fn member(&self, property: Property) -> &dyn Member {
        match property {
            Property::DeviceId => &self.device_id,
            Property::GroupId => &self.group_id,
            Property::Width => &self.width,
            Property::Height => &self.height,
            Property::AspectRatio => &self.aspect_ratio,
            Property::FrameRate => &self.frame_rate,
            Property::FacingMode => &self.facing_mode,
            Property::ResizeMode => &self.resize_mode,
            Property::BackgroundBlur => &self.background_blur,
            Property::SampleRate => &self.sample_rate,
            Property::SampleSize => &self.sample_size,
            Property::ChannelCount => &self.channel_count,
            Property::Latency => &self.latency,
            Property::EchoCancellation => &self.echo_cancellation,
            Property::AutoGainControl => &self.auto_gain_control,
            Property::NoiseSuppression => &self.noise_suppression,
            control => self
                .image
                .member(control)
                .expect("all other properties are controls"),
        }
    }

    pub(super) fn member_mut(&mut self, property: Property) -> &mut dyn Member {
        match property {
            Property::DeviceId => &mut self.device_id,
            Property::GroupId => &mut self.group_id,
            Property::Width => &mut self.width,
            Property::Height => &mut self.height,
            Property::AspectRatio => &mut self.aspect_ratio,
            Property::FrameRate => &mut self.frame_rate,
            Property::FacingMode => &mut self.facing_mode,
            Property::ResizeMode => &mut self.resize_mode,
            Property::BackgroundBlur => &mut self.background_blur,
            Property::SampleRate => &mut self.sample_rate,
            Property::SampleSize => &mut self.sample_size,
            Property::ChannelCount => &mut self.channel_count,
            Property::Latency => &mut self.latency,
            Property::EchoCancellation => &mut self.echo_cancellation,
            Property::AutoGainControl => &mut self.auto_gain_control,
            Property::NoiseSuppression => &mut self.noise_suppression,
            control => {
                let member = self.image.member_mut(control);
                member.expect("all other properties are controls")
            }
        }
    }

    /// Returns `true` if nothing is constrained.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The constraints in one form, in the order of [`Property::ALL`].
    pub(super) fn normalized(&self, kind: SetKind) -> Vec<NormalizedConstraint<'_>> {
        let given = Property::ALL.into_iter();
        given
            .filter_map(|property| self.member(property).normalized(property, kind))
            .collect()
    }

    /// The constrained properties, in the order of [`Property::ALL`].
    #[must_use]
    pub fn properties(&self) -> Vec<Property> {
        let all = Property::ALL.into_iter();
        all.filter(|property| self.member(*property).is_given()).collect()
    }

    /// Removes and returns the properties that tracks of this kind do not have.
    fn remove_foreign(&mut self, kind: TrackKind) -> Vec<Property> {
        let mut foreign = self.properties();
        foreign.retain(|property| !property.applies_to(kind));
        for property in &foreign {
            self.member_mut(*property).clear();
        }
        foreign
    }

    fn check_numbers(&self) -> Result<()> {
        for constraint in self.normalized(SetKind::Basic) {
            let values = constraint.exact.iter().chain(&constraint.ideal);
            let numbers = values.filter_map(|value| match value {
                Value::Number(number) => Some(*number),
                _ => None,
            });
            if !numbers
                .chain(constraint.min)
                .chain(constraint.max)
                .all(f64::is_finite)
            {
                let (name, expected) = (constraint.property, ValueType::Double.expected());
                return Err(Error::type_error(format!("{name}: expected {expected}")));
            }
        }
        Ok(())
    }
}

impl MediaTrackConstraints {
    /// Returns the constraints without properties that tracks of this kind do not have (10.2), and these properties,
    /// each once.
    #[must_use]
    pub fn for_kind(mut self, kind: TrackKind) -> (Self, Vec<Property>) {
        let mut dropped = self.basic.remove_foreign(kind);
        dropped.extend(self.advanced.iter_mut().flat_map(|set| set.remove_foreign(kind)));
        dropped.sort_unstable();
        dropped.dedup();
        (self, dropped)
    }

    /// Returns `true` if nothing is constrained.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.basic.is_empty() && self.advanced.is_empty()
    }

    /// Returns `true` if any set constrains the property.
    pub(crate) fn constrains(&self, property: Property) -> bool {
        let mut sets = self.advanced.iter().chain([&self.basic]);
        sets.any(|set| set.member(property).is_given())
    }

    /// Returns `true` if the required constraints on a control allow this value.
    pub(crate) fn allows(&self, property: Property, value: &ControlValue) -> bool {
        let constraint = self.basic.member(property).normalized(property, SetKind::Basic);
        constraint.is_none_or(|constraint| constraint.distance(Some(value.as_value())).is_finite())
    }

    /// Checks that all numbers are finite. Those of parsed constraints are.
    ///
    /// # Errors
    /// `Type` if a number is infinite or NaN.
    pub(crate) fn validate(&self) -> Result<()> {
        self.basic.check_numbers()?;
        self.advanced
            .iter()
            .try_for_each(MediaTrackConstraintSet::check_numbers)
    }

    /// Checks that `getUserMedia` may select a device by these constraints (10.2).
    ///
    /// # Errors
    /// `Type` if a number is infinite or NaN, or if the basic set requires a property that cannot be required for device
    /// selection.
    pub(crate) fn validate_for_selection(&self) -> Result<()> {
        self.validate()?;
        let constraint = self.basic.normalized(SetKind::Basic);
        match constraint
            .iter()
            .find(|constraint| constraint.is_required() && !constraint.property.selects_devices())
        {
            None => Ok(()),
            Some(constraint) => Err(Error::type_error(format!(
                "{name}: cannot be required for device selection; request it as an ideal value, or apply it to the track",
                name = constraint.property
            ))),
        }
    }
}
