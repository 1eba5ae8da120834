//! Selects the values of a camera's controls: narrows their ranges by constraints and takes the best of what is left.
use crate::constraints::control::{Control, ControlRange, ControlValue};
use crate::constraints::normalized::{NormalizedConstraint, Value};
use crate::constraints::offer::describe_range;
use crate::constraints::settings::MediaTrackSettings;

/// A number this close to a step, in steps, is on it: constraints were decimal text.
const STEP_TOLERANCE: f64 = 1e-6;

impl Control {
    /// The possible values as text, for messages.
    pub(super) fn offer(&self) -> String {
        match &self.range {
            ControlRange::Numbers { min, max, .. } => describe_range(*min, *max),
            ControlRange::Flags(flags) => {
                let flags: Vec<_> = flags.iter().map(ToString::to_string).collect();
                flags.join(" or ")
            }
            ControlRange::Modes(modes) => format!("\"{}\"", modes.join("\" or \"")),
        }
    }

    /// Limits the range to what satisfies a constraint on its property; `None` if nothing does.
    pub(super) fn narrow(&self, constraint: &NormalizedConstraint<'_>) -> Option<Self> {
        let mut narrowed = self.clone();
        match &mut narrowed.range {
            ControlRange::Numbers { min, max, step } => {
                let (low, high) = constraint.bounds();
                let (first, last) = (low.max(*min), high.min(*max));
                let is_on_step = |number: f64| {
                    let steps = (number - *min) / *step;
                    *step <= 0.0 || (steps - steps.round()).abs() <= STEP_TOLERANCE
                };
                if *step > 0.0 && first < last {
                    let on_step =
                        |number: f64, round: fn(f64) -> f64| *min + round((number - *min) / *step) * *step;
                    let up = if is_on_step(first) {
                        first
                    } else {
                        on_step(first, f64::ceil)
                    };
                    let down = if is_on_step(last) {
                        last
                    } else {
                        on_step(last, f64::floor)
                    };
                    (*min, *max) = (up, down);
                } else if is_on_step(first) {
                    (*min, *max) = (first, last);
                } else {
                    return None;
                }
                if *min > *max {
                    return None;
                }
            }
            ControlRange::Flags(flags) => flags.retain(|on| constraint.is_satisfied_by(Value::Flag(*on))),
            ControlRange::Modes(modes) => modes.retain(|mode| constraint.is_satisfied_by(Value::Text(mode))),
        }
        match &narrowed.range {
            ControlRange::Flags(flags) if flags.is_empty() => None,
            ControlRange::Modes(modes) if modes.is_empty() => None,
            _ => Some(narrowed),
        }
    }

    /// The best value: the closest to an ideal value or, without one, to the current value.
    fn best(&self, ideal: &[Value<'_>]) -> ControlValue {
        match &self.range {
            ControlRange::Numbers { min, max, step } => {
                let target = match (ideal.first(), &self.value) {
                    (Some(Value::Number(ideal)), _) => *ideal,
                    (_, ControlValue::Number(current)) => *current,
                    _ => *min,
                };
                let near = target.clamp(*min, *max);
                let steps = (near - min) / step;
                let is_between = *step > 0.0 && (steps - steps.round()).abs() > STEP_TOLERANCE;
                ControlValue::Number(if is_between {
                    (min + steps.round() * step).clamp(*min, *max)
                } else {
                    near
                })
            }
            ControlRange::Flags(flags) => {
                let preferred = flags.iter().find(|on| ideal.contains(&Value::Flag(**on)));
                let current = || flags.iter().find(|on| self.value == ControlValue::Flag(**on));
                let best = preferred.or_else(current).or(flags.first());
                best.map_or_else(|| self.value.clone(), |on| ControlValue::Flag(*on))
            }
            ControlRange::Modes(modes) => {
                let preferred = modes.iter().find(|mode| ideal.contains(&Value::Text(mode)));
                let current = || {
                    modes
                        .iter()
                        .find(|mode| self.value.as_value() == Value::Text(mode))
                };
                let best = preferred.or_else(current).or(modes.first());
                best.map_or_else(|| self.value.clone(), |mode| ControlValue::Mode(mode.clone()))
            }
        }
    }
}

/// Limits the ranges of all controls to what satisfies the constraints; `None` if nothing does.
pub(super) fn narrow(controls: &[Control], constraints: &[NormalizedConstraint<'_>]) -> Option<Vec<Control>> {
    let one = |control: &Control| {
        let constraint = constraints
            .iter()
            .find(|constraint| constraint.property == control.property);
        constraint.map_or_else(|| Some(control.clone()), |constraint| control.narrow(constraint))
    };
    controls.iter().map(one).collect()
}

/// Sets every control to the best value of its range.
pub(super) fn set_best(
    controls: &[Control],
    basic: &[NormalizedConstraint<'_>],
    settings: &mut MediaTrackSettings,
) {
    for control in controls {
        let constraint = basic
            .iter()
            .find(|constraint| constraint.property == control.property);
        let ideal = constraint
            .map(|constraint| constraint.ideal.as_slice())
            .unwrap_or_default();
        settings.controls.insert(control.property, control.best(ideal));
    }
}
