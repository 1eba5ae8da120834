//! Constraint sets: what is asked of one track (Media Capture and Streams, 4.3.8 and 11.3).
use crate::constraints::constrain::{Choice, Constrain, EchoCancellation};
use crate::constraints::control::ControlValue;
use crate::constraints::image_set::ImageConstraintSet;
use crate::constraints::member::Member;
use crate::constraints::property::{Form, Property};
use crate::constraints::terms::{Bare, Terms, Value};
use crate::error::{Error, Result};
use crate::media::TrackKind;

/// What is asked of the properties of one track, all at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MediaTrackConstraintSet {
    /// Which device.
    pub device_id: Option<Constrain<Choice>>,
    /// Which physical unit.
    pub group_id: Option<Constrain<Choice>>,
    /// Pixels a row.
    pub width: Option<Constrain<u32>>,
    /// Rows.
    pub height: Option<Constrain<u32>>,
    /// Width divided by height; compared as rounded to ten decimals.
    pub aspect_ratio: Option<Constrain<f64>>,
    /// Pictures a second.
    pub frame_rate: Option<Constrain<f64>>,
    /// `user`, `environment`, `left` or `right`.
    pub facing_mode: Option<Constrain<Choice>>,
    /// `none` or `crop-and-scale`.
    pub resize_mode: Option<Constrain<Choice>>,
    /// Whether what is behind people is blurred.
    pub background_blur: Option<Constrain<bool>>,
    /// Sample frames a second.
    pub sample_rate: Option<Constrain<u32>>,
    /// Bits a sample.
    pub sample_size: Option<Constrain<u32>>,
    /// Channels.
    pub channel_count: Option<Constrain<u32>>,
    /// Seconds from sound to samples.
    pub latency: Option<Constrain<f64>>,
    /// Whether, or how, what the speakers play is taken out.
    pub echo_cancellation: Option<Constrain<EchoCancellation>>,
    /// Whether loudness is evened out.
    pub auto_gain_control: Option<Constrain<bool>>,
    /// Whether noise is taken out.
    pub noise_suppression: Option<Constrain<bool>>,
    /// What a camera's controls are set to.
    pub image: ImageConstraintSet,
}

/// What is asked of one track: the basic set, and advanced sets that are taken whole or skipped whole, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MediaTrackConstraints {
    /// Required and ideal values.
    pub basic: MediaTrackConstraintSet,
    /// What is wanted further, the most important first.
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

    /// Whether nothing at all is asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What is asked, in the order of [`Property::ALL`].
    pub(super) fn terms(&self, bare: Bare) -> Vec<Terms<'_>> {
        let given = Property::ALL.into_iter();
        given
            .filter_map(|property| self.member(property).terms(property, bare))
            .collect()
    }

    /// The properties that are asked about, in the order of [`Property::ALL`].
    #[must_use]
    pub fn properties(&self) -> Vec<Property> {
        let all = Property::ALL.into_iter();
        all.filter(|property| self.member(*property).is_given()).collect()
    }

    /// Drops what tracks of that kind do not have, and returns the names.
    fn keep(&mut self, kind: TrackKind) -> Vec<Property> {
        let mut foreign = self.properties();
        foreign.retain(|property| !property.applies_to(kind));
        for property in &foreign {
            self.member_mut(*property).clear();
        }
        foreign
    }

    fn check_numbers(&self) -> Result<()> {
        for terms in self.terms(Bare::Ideal) {
            let values = terms.exact.iter().chain(&terms.ideal);
            let numbers = values.filter_map(|value| match value {
                Value::Number(number) => Some(*number),
                _ => None,
            });
            if !numbers.chain(terms.min).chain(terms.max).all(f64::is_finite) {
                let (name, expected) = (terms.property, Form::Double.expected());
                return Err(Error::type_error(format!("{name}: expected {expected}")));
            }
        }
        Ok(())
    }
}

impl MediaTrackConstraints {
    /// Without the names that tracks of that kind do not have (10.2), and those names, each once.
    #[must_use]
    pub fn for_kind(mut self, kind: TrackKind) -> (Self, Vec<Property>) {
        let mut dropped = self.basic.keep(kind);
        dropped.extend(self.advanced.iter_mut().flat_map(|set| set.keep(kind)));
        dropped.sort_unstable();
        dropped.dedup();
        (self, dropped)
    }

    /// Whether nothing at all is asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.basic.is_empty() && self.advanced.is_empty()
    }

    /// Whether anything is asked about a property.
    pub(crate) fn mentions(&self, property: Property) -> bool {
        let mut sets = self.advanced.iter().chain([&self.basic]);
        sets.any(|set| set.member(property).is_given())
    }

    /// Whether what is required of a control leaves it this value.
    pub(crate) fn allows(&self, property: Property, value: &ControlValue) -> bool {
        let terms = self.basic.member(property).terms(property, Bare::Ideal);
        terms.is_none_or(|terms| terms.distance(Some(value.value())).is_finite())
    }

    /// Looks for numbers that are none. What was parsed has none of these.
    ///
    /// # Errors
    /// `Type` when a number is infinite or NaN.
    pub(crate) fn validate(&self) -> Result<()> {
        self.basic.check_numbers()?;
        self.advanced
            .iter()
            .try_for_each(MediaTrackConstraintSet::check_numbers)
    }

    /// Whether `getUserMedia` may select a device by it (10.2).
    ///
    /// # Errors
    /// `Type` when a number is infinite or NaN, or when the basic set requires something that devices are not
    /// selected by.
    pub(crate) fn validate_for_selection(&self) -> Result<()> {
        self.validate()?;
        let terms = self.basic.terms(Bare::Ideal);
        match terms
            .iter()
            .find(|terms| terms.is_required() && !terms.property.selects_devices())
        {
            None => Ok(()),
            Some(terms) => Err(Error::type_error(format!(
                "{name}: no device can be selected by it; ask for it as an ideal value, or of the track later",
                name = terms.property
            ))),
        }
    }
}
