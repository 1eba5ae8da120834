//! The settings that one candidate can deliver.
use crate::constraints::candidate::Candidate;
use crate::constraints::control::Control;
use crate::constraints::control_selection;
use crate::constraints::derived::Derived;
use crate::constraints::fitness::fitness_distance;
use crate::constraints::offer::{NOTHING, describe_range};
use crate::constraints::property::Property;
use crate::constraints::settings::{DERIVED, MediaTrackSettings};
use crate::constraints::sort_key::{Merit, distance_from};
use crate::constraints::terms::Terms;

/// What a candidate can deliver.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Space {
    mode: Mode,
    /// What is left of the device's controls; what they are set to has no bearing on anything else.
    controls: Vec<Control>,
}

/// The same without the controls.
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

    /// What of it satisfies all of `asked`; None when nothing does.
    pub(super) fn narrow(&self, asked: &[Terms<'_>]) -> Option<Self> {
        let controls = control_selection::narrow(&self.controls, asked)?;
        let mut mode = self.mode.clone();
        control_selection::set_best(&controls, &[], mode.settings_mut());
        let mode = mode.narrow(asked)?;
        Some(Self { mode, controls })
    }

    /// The best of it. It has been narrowed by `basic`, and is not empty.
    pub(super) fn best(
        &self,
        basic: &[Terms<'_>],
        defaults: &MediaTrackSettings,
        rank: usize,
    ) -> (MediaTrackSettings, Merit) {
        let mut mode = self.mode.clone();
        control_selection::set_best(&self.controls, basic, mode.settings_mut());
        let (settings, merit) = mode.best(basic, defaults);
        (settings, Merit { rank, ..merit })
    }

    /// What it offers of a property, for people.
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

    fn narrow(&self, asked: &[Terms<'_>]) -> Option<Self> {
        match self {
            Self::Fixed(settings) => fitness_distance(settings, asked)
                .is_finite()
                .then(|| self.clone()),
            Self::Derived(derived) => derived.narrow(asked).map(Self::Derived),
        }
    }

    fn best(&self, basic: &[Terms<'_>], defaults: &MediaTrackSettings) -> (MediaTrackSettings, Merit) {
        match self {
            Self::Fixed(settings) => {
                let merit = Merit {
                    distance: fitness_distance(settings, basic),
                    rank: 0,
                    derived: settings.resize_mode.as_deref() == Some(DERIVED),
                    uneven: false,
                    crop: 0.0,
                    from_defaults: distance_from(defaults, settings),
                };
                (settings.clone(), merit)
            }
            Self::Derived(derived) => derived.best(basic, defaults),
        }
    }
}
