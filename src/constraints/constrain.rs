//! What is asked of one property: a bare value, or exact, ideal, min and max (Media Capture and Streams, 11.3).
use serde::{Deserialize, Serialize};

/// What is asked of one property whose values are `T`.
///
/// A bare value is an ideal in the basic set and exact in an advanced one.
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
    /// True or false in place of a number: whether the property is to be there at all.
    presence: Option<bool>,
}

/// Values that have a minimum and a maximum: `u32` and `f64`.
pub trait Bounded {}
impl Bounded for u32 {}
impl Bounded for f64 {}

/// One string or several to choose from; an empty list asks for nothing.
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

/// Whether, or how, what the speakers play is taken out of the microphone's sound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum EchoCancellation {
    /// Not at all, or in the device's own way.
    Switch(bool),
    /// By name: `all`, `remote-only`.
    Mode(String),
}

impl From<bool> for EchoCancellation {
    fn from(on: bool) -> Self {
        Self::Switch(on)
    }
}

/// A point of a picture, from 0 at the left and the top to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point2D {
    /// To the right.
    pub x: f64,
    /// Downward.
    pub y: f64,
}

/// Points of a picture, which together are one value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Points(pub Vec<Point2D>);

/// How something is asked for.
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

    /// The member of the specification's dictionary; a bare value has none.
    pub(super) const fn member(self) -> Option<&'static str> {
        match self {
            Self::Bare => None,
            Self::Exact => Some("exact"),
            Self::Ideal => Some("ideal"),
            Self::Min => Some("min"),
            Self::Max => Some("max"),
        }
    }

    /// Whether it only makes sense where values have an order.
    pub(super) const fn is_bound(self) -> bool {
        matches!(self, Self::Min | Self::Max)
    }

    pub(super) fn from_member(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.member() == Some(name))
    }
}

// By hand: the derived one would ask for T: Default.
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
    /// Whether the property is to be there, without a value: `pan: true`.
    pub(super) fn presence(&self) -> Option<bool> {
        self.presence
    }

    /// Asks whether the property is to be there, unless values say more.
    pub(super) fn ask_presence(&mut self, wanted: bool) {
        if Role::ALL.into_iter().all(|role| self.get(role).is_none()) {
            self.presence = Some(wanted);
        }
    }

    /// The value alone, as in `width: 1280`.
    #[must_use]
    pub fn bare(value: T) -> Self {
        Self {
            bare: Some(value),
            ..Self::default()
        }
    }

    /// Only this.
    #[must_use]
    pub fn exact(value: T) -> Self {
        Self {
            exact: Some(value),
            ..Self::default()
        }
    }

    /// As near to this as can be had.
    #[must_use]
    pub fn ideal(value: T) -> Self {
        Self {
            ideal: Some(value),
            ..Self::default()
        }
    }

    /// Both; where both say the same thing, what `other` says counts. A bare value becomes an ideal.
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
    /// At least this.
    #[must_use]
    pub fn min(value: T) -> Self {
        Self {
            min: Some(value),
            ..Self::default()
        }
    }

    /// At most this.
    #[must_use]
    pub fn max(value: T) -> Self {
        Self {
            max: Some(value),
            ..Self::default()
        }
    }
}
