//! The constraint on one property: a bare value, or exact, ideal, min and max (Media Capture and Streams, 11.3).
use serde::{Deserialize, Serialize};

/// A constraint on a property with values of type `T` (`ConstrainULong`, `ConstrainDouble`, …).
///
/// `exact`, `min` and `max` are required, `ideal` is preferred. A bare value is ideal in the basic set and exact in an
/// advanced set. The default constrains nothing.
///
/// ```
/// use mediarec::constraints::Constrain;
///
/// let width = Constrain::min(640).and(Constrain::ideal(1280));
/// # let _: Constrain<u32> = width;
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Constrain<T> {
    bare: Option<T>,
    exact: Option<T>,
    ideal: Option<T>,
    min: Option<T>,
    max: Option<T>,
    /// A boolean in place of a number: whether the property should exist.
    presence: Option<bool>,
}

/// Types of values with a minimum and a maximum: `u32` and `f64`.
pub trait Bounded {}
impl Bounded for u32 {}
impl Bounded for f64 {}

/// A string or several alternatives; an empty list constrains nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice(pub Vec<String>);

impl From<&str> for Choice {
    fn from(one: &str) -> Self {
        Self(vec![one.to_owned()])
    }
}

impl<const N: usize> From<[&str; N]> for Choice {
    fn from(several: [&str; N]) -> Self {
        Self(several.into_iter().map(str::to_owned).collect())
    }
}

/// A value of `echoCancellation`: removal of the speakers' sound from a microphone's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum EchoCancellation {
    /// Off, or on in a mode that the device selects.
    Switch(bool),
    /// A mode by name: `all`, `remote-only`.
    Mode(String),
}

impl From<bool> for EchoCancellation {
    fn from(on: bool) -> Self {
        Self::Switch(on)
    }
}

/// A point of an image, in coordinates from 0 (left, top) to 1 (right, bottom).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point2D {
    /// Horizontal coordinate, 0 to 1.
    pub x: f64,
    /// Vertical coordinate, 0 to 1.
    pub y: f64,
}

/// Points of an image; together they are one value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Points(pub Vec<Point2D>);

/// The role of a value in a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Bare,
    Exact,
    Ideal,
    Min,
    Max,
}

impl Role {
    pub(super) const ALL: [Self; 5] = [Self::Bare, Self::Exact, Self::Ideal, Self::Min, Self::Max];

    /// The dictionary member with this role; a bare value has none.
    pub(super) const fn member(self) -> Option<&'static str> {
        match self {
            Self::Bare => None,
            Self::Exact => Some("exact"),
            Self::Ideal => Some("ideal"),
            Self::Min => Some("min"),
            Self::Max => Some("max"),
        }
    }

    /// Returns `true` for roles that only numbers have.
    pub(super) const fn is_bound(self) -> bool {
        matches!(self, Self::Min | Self::Max)
    }

    pub(super) fn from_member(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.member() == Some(name))
    }
}

// By hand: a derived one would require T: Default.
impl<T> Default for Constrain<T> {
    fn default() -> Self {
        Self {
            bare: None,
            exact: None,
            ideal: None,
            min: None,
            max: None,
            presence: None,
        }
    }
}

impl<T> Constrain<T> {
    /// Whether the property should exist, if that is all the constraint says: `pan: true`.
    pub(super) fn presence(&self) -> Option<bool> {
        self.presence
    }

    /// Sets whether the property should exist; ignored if there is a value.
    pub(super) fn set_presence(&mut self, exists: bool) {
        if Role::ALL.into_iter().all(|role| self.get(role).is_none()) {
            self.presence = Some(exists);
        }
    }

    /// A bare value, as in `width: 1280`: ideal in the basic set, exact in an advanced set.
    #[must_use]
    pub fn bare(value: T) -> Self {
        Self {
            bare: Some(value),
            ..Self::default()
        }
    }

    /// Required: exactly this value.
    #[must_use]
    pub fn exact(value: T) -> Self {
        Self {
            exact: Some(value),
            ..Self::default()
        }
    }

    /// Preferred: as close to this value as possible.
    #[must_use]
    pub fn ideal(value: T) -> Self {
        Self {
            ideal: Some(value),
            ..Self::default()
        }
    }

    /// Combines two constraints; if both have the same member, that of `other` is used. A bare value becomes ideal.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            bare: None,
            exact: other.exact.or(self.exact),
            ideal: other.ideal.or(other.bare).or(self.ideal).or(self.bare),
            min: other.min.or(self.min),
            max: other.max.or(self.max),
            presence: None,
        }
    }

    pub(super) fn of(role: Role, value: T) -> Self {
        let mut one = Self::default();
        let slot = match role {
            Role::Bare => &mut one.bare,
            Role::Exact => &mut one.exact,
            Role::Ideal => &mut one.ideal,
            Role::Min => &mut one.min,
            Role::Max => &mut one.max,
        };
        *slot = Some(value);
        one
    }

    pub(super) fn get(&self, role: Role) -> Option<&T> {
        match role {
            Role::Bare => self.bare.as_ref(),
            Role::Exact => self.exact.as_ref(),
            Role::Ideal => self.ideal.as_ref(),
            Role::Min => self.min.as_ref(),
            Role::Max => self.max.as_ref(),
        }
    }
}

impl<T: Bounded> Constrain<T> {
    /// Required: minimum, inclusive.
    #[must_use]
    pub fn min(value: T) -> Self {
        Self {
            min: Some(value),
            ..Self::default()
        }
    }

    /// Required: maximum, inclusive.
    #[must_use]
    pub fn max(value: T) -> Self {
        Self {
            max: Some(value),
            ..Self::default()
        }
    }
}
