//! The settings that one candidate can deliver.
use crate::constraints::candidate::Candidate;
use crate::constraints::control::Control;
use crate::constraints::control_selection;
use crate::constraints::derived::Derived;
use crate::constraints::fitness::fitness_distance;
use crate::constraints::normalized::NormalizedConstraint;
use crate::constraints::offer::{NOTHING, describe_range};
use crate::constraints::property::Property;
use crate::constraints::settings::{CROP_AND_SCALE, MediaTrackSettings};
use crate::constraints::sort_key::{SortKey, distance_from};

/// The settings that a candidate can deliver.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Space {
    mode: Mode,
    /// The controls with the ranges that are left; independent of the mode.
    controls: Vec<Control>,
}

/// The settings without the controls.
#[derive(Clone, Debug, PartialEq)]
enum Mode {
    Fixed(MediaTrackSettings),
    Derived(Derived),
}

impl Space {
    pub(super) fn of(candidate: &Candidate) -> Self {
        let derived = candidate.derives.then(|| Derived::new(&candidate.settings));
        let mode = match derived.flatten() {
            Some(derived) => Mode::Derived(derived),
            None => Mode::Fixed(candidate.settings.clone()),
        };
        Self {
            mode,
            controls: candidate.controls.clone(),
        }
    }

    /// Limits the settings to those that satisfy all constraints; `None` if none do.
    pub(super) fn narrow(&self, constraints: &[NormalizedConstraint<'_>]) -> Option<Self> {
        let controls = control_selection::narrow(&self.controls, constraints)?;
        let mut mode = self.mode.clone();
        control_selection::set_best(&controls, &[], mode.settings_mut());
        let mode = mode.narrow(constraints)?;
        Some(Self { mode, controls })
    }

    /// The best settings. The space must have been narrowed by `basic`.
    pub(super) fn best(
        &self,
        basic: &[NormalizedConstraint<'_>],
        defaults: &MediaTrackSettings,
        rank: usize,
    ) -> (MediaTrackSettings, SortKey) {
        let mut mode = self.mode.clone();
        control_selection::set_best(&self.controls, basic, mode.settings_mut());
        let (settings, key) = mode.best(basic, defaults);
        (settings, SortKey { rank, ..key })
    }

    /// The values of a property as text, for messages.
    pub(super) fn offer(&self, property: Property) -> String {
        if let Some(control) = self.controls.iter().find(|control| control.property == property) {
            return control.offer();
        }
        let value = match &self.mode {
            Mode::Fixed(settings) => settings.get(property),
            Mode::Derived(derived) => match derived.range(property) {
                Some((low, high)) => return describe_range(low, high),
                None => derived.mode.get(property),
            },
        };
        value.map_or_else(|| NOTHING.into(), |value| value.to_string())
    }
}

impl Mode {
    fn settings_mut(&mut self) -> &mut MediaTrackSettings {
        match self {
            Self::Fixed(settings) => settings,
            Self::Derived(derived) => &mut derived.mode,
        }
    }

    fn narrow(&self, constraints: &[NormalizedConstraint<'_>]) -> Option<Self> {
        match self {
            Self::Fixed(settings) => fitness_distance(settings, constraints)
                .is_finite()
                .then(|| self.clone()),
            Self::Derived(derived) => derived.narrow(constraints).map(Self::Derived),
        }
    }

    fn best(
        &self,
        basic: &[NormalizedConstraint<'_>],
        defaults: &MediaTrackSettings,
    ) -> (MediaTrackSettings, SortKey) {
        match self {
            Self::Fixed(settings) => {
                let key = SortKey {
                    distance: fitness_distance(settings, basic),
                    rank: 0,
                    derived: settings.resize_mode.as_deref() == Some(CROP_AND_SCALE),
                    uneven: false,
                    crop: 0.0,
                    from_defaults: distance_from(defaults, settings),
                };
                (settings.clone(), key)
            }
            Self::Derived(derived) => derived.best(basic, defaults),
        }
    }
}
