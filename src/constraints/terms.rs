//! The one form that everything asked of a property is brought into before it is weighed.
use crate::constraints::constrain::{EchoCancellation, Point2D};
use crate::constraints::property::Property;
use crate::constraints::ratio::round_ratio;
use std::fmt;

/// What a bare value counts as (11.1.1): ideal in the basic set, exact in an advanced one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bare {
    /// In the basic set.
    Ideal,
    /// In an advanced set.
    Exact,
}

/// One value of a property.
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

    /// How far it is from an ideal: 0 to 1 (11.1.2, the last two rules of the fitness distance).
    pub(super) fn distance(self, ideal: Self) -> f64 {
        if self == ideal {
            return 0.0;
        }
        match (self, ideal) {
            (Self::Number(actual), Self::Number(ideal)) => {
                (actual - ideal).abs() / actual.abs().max(ideal.abs())
            }
            // A switch in place of a number asks whether there is any.
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

/// What is asked of one property.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Terms<'a> {
    pub(super) property: Property,
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    /// The alternatives; empty when nothing exact is asked.
    pub(super) exact: Vec<Value<'a>>,
    /// The alternatives; empty when there is no ideal.
    pub(super) ideal: Vec<Value<'a>>,
}

impl<'a> Terms<'a> {
    pub(super) fn new(
        property: Property,
        (min, max): (Option<f64>, Option<f64>),
        exact: Vec<Value<'a>>,
        ideal: Vec<Value<'a>>,
    ) -> Self {
        // Settings have the ratio rounded; 4/3 is to be found there.
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

    /// Whether a settings dictionary can violate it.
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

    /// The fitness distance that this one member contributes: 0 to 1, or infinite (11.1.2).
    pub(super) fn distance(&self, actual: Option<Value<'_>>) -> f64 {
        let Some(actual) = actual else {
            let is_unwanted = self.property.may_be_switch() && self.ideal == [Value::Flag(false)];
            return match (self.is_required(), is_unwanted) {
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

    /// Both bounds as numbers: what is between them satisfies it. Infinite where nothing is asked.
    pub(super) fn bounds(&self) -> (f64, f64) {
        let mut low = self.min.unwrap_or(f64::NEG_INFINITY);
        let mut high = self.max.unwrap_or(f64::INFINITY);
        if let Some(Value::Number(exact)) = self.exact.first() {
            low = low.max(*exact);
            high = high.min(*exact);
        }
        (low, high)
    }

    /// The number that is best, if one is.
    pub(super) fn ideal_number(&self) -> Option<f64> {
        match self.ideal.first() {
            Some(Value::Number(ideal)) => Some(*ideal),
            _ => None,
        }
    }
}

impl fmt::Display for Terms<'_> {
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
