//! Constraints of any type in one form, for comparison with settings.
use crate::constraints::constrain::{EchoCancellation, Point2D};
use crate::constraints::property::Property;
use crate::constraints::ratio::round_ratio;
use std::fmt;

/// The kind of a constraint set, which decides how bare values are read (11.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SetKind {
    /// A basic set: bare values are ideal.
    Basic,
    /// An advanced set: bare values are exact.
    Advanced,
}

/// A value of a property.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Number(f64),
    Flag(bool),
    Text(&'a str),
    Points(&'a [Point2D]),
}

impl<'a> Value<'a> {
    pub(super) fn of_echo_cancellation(echo: &'a EchoCancellation) -> Self {
        match echo {
            EchoCancellation::Switch(on) => Self::Flag(*on),
            EchoCancellation::Mode(mode) => Self::Text(mode),
        }
    }

    /// Distance from an ideal value: 0 to 1 (11.1.2, the last two rules of the fitness distance).
    pub(super) fn distance(self, ideal: Self) -> f64 {
        if self == ideal {
            return 0.0;
        }
        match (self, ideal) {
            (Self::Number(actual), Self::Number(ideal)) => {
                (actual - ideal).abs() / actual.abs().max(ideal.abs())
            }
            // A boolean in place of a number constrains only whether the property exists.
            (Self::Number(_), Self::Flag(true)) => 0.0,
            _ => 1.0,
        }
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Text(text) => write!(f, "\"{text}\""),
            Self::Points(points) => {
                let points: Vec<_> = points
                    .iter()
                    .map(|point| format!("{}:{}", point.x, point.y))
                    .collect();
                f.write_str(&points.join("|"))
            }
        }
    }
}

/// The constraint on one property.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NormalizedConstraint<'a> {
    pub(super) property: Property,
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    /// Alternatives; empty if there is no exact constraint.
    pub(super) exact: Vec<Value<'a>>,
    /// Alternatives; empty if there is no ideal value.
    pub(super) ideal: Vec<Value<'a>>,
}

impl<'a> NormalizedConstraint<'a> {
    pub(super) fn new(
        property: Property,
        (min, max): (Option<f64>, Option<f64>),
        exact: Vec<Value<'a>>,
        ideal: Vec<Value<'a>>,
    ) -> Self {
        // Ratios of settings are rounded, too: 4/3 must equal them.
        let round = |number: f64| match property {
            Property::AspectRatio => round_ratio(number),
            _ => number,
        };
        let round_all = |values: Vec<Value<'a>>| {
            let rounded = values.into_iter().map(|value| match value {
                Value::Number(number) => Value::Number(round(number)),
                other => other,
            });
            rounded.collect()
        };
        Self {
            property,
            min: min.map(round),
            max: max.map(round),
            exact: round_all(exact),
            ideal: round_all(ideal),
        }
    }

    /// Returns `true` if a settings dictionary can violate the constraint.
    pub(super) fn is_required(&self) -> bool {
        self.min.is_some() || self.max.is_some() || !self.exact.is_empty()
    }

    pub(super) fn is_satisfied_by(&self, actual: Value<'_>) -> bool {
        if let Value::Number(number) = actual
            && (self.min.is_some_and(|min| number < min) || self.max.is_some_and(|max| number > max))
        {
            return false;
        }
        self.exact.is_empty() || self.exact.contains(&actual)
    }

    /// The contribution of this constraint to the fitness distance: 0 to 1, or infinite (11.1.2).
    pub(super) fn distance(&self, actual: Option<Value<'_>>) -> f64 {
        let Some(actual) = actual else {
            let is_absence_ideal = self.property.accepts_boolean() && self.ideal == [Value::Flag(false)];
            return match (self.is_required(), is_absence_ideal) {
                (true, _) => f64::INFINITY,
                (false, true) => 0.0,
                (false, false) => 1.0,
            };
        };
        if !self.is_satisfied_by(actual) {
            return f64::INFINITY;
        }
        let distances = self.ideal.iter().map(|ideal| actual.distance(*ideal));
        distances.reduce(f64::min).unwrap_or(0.0)
    }

    /// The range of numbers that satisfy the constraint, both inclusive; infinite on a side without a bound.
    pub(super) fn bounds(&self) -> (f64, f64) {
        let mut low = self.min.unwrap_or(f64::NEG_INFINITY);
        let mut high = self.max.unwrap_or(f64::INFINITY);
        if let Some(Value::Number(exact)) = self.exact.first() {
            low = low.max(*exact);
            high = high.min(*exact);
        }
        (low, high)
    }

    /// The ideal number, if there is one.
    pub(super) fn ideal_number(&self) -> Option<f64> {
        match self.ideal.first() {
            Some(Value::Number(ideal)) => Some(*ideal),
            _ => None,
        }
    }
}

impl fmt::Display for NormalizedConstraint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |values: &[Value<'_>]| {
            let all: Vec<_> = values.iter().map(Value::to_string).collect();
            all.join(" or ")
        };
        let mut parts = Vec::new();
        if !self.exact.is_empty() {
            parts.push(format!("exactly {}", list(&self.exact)));
        }
        parts.extend(self.min.map(|min| format!("at least {min}")));
        parts.extend(self.max.map(|max| format!("at most {max}")));
        if !self.ideal.is_empty() {
            parts.push(format!("ideally {}", list(&self.ideal)));
        }
        if parts.is_empty() {
            parts.push("anything".into());
        }
        f.write_str(&parts.join(", "))
    }
}
