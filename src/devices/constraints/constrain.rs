//! What is asked of one property: a bare value, or exact, ideal, min and max (Media Capture and Streams, 11.3).
use crate::devices::constraints::Property;
use crate::devices::constraints::terms::{Bare, Terms, Value};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// What is asked of one property whose values are `T`.
///
/// A bare value is an ideal in the basic set and exact in an advanced one.
///
/// ```
/// use mediarec::devices::constraints::Constrain;
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
        }
    }
}

impl<T> Constrain<T> {
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
        }
    }

    fn of(role: Role, value: T) -> Self {
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

    fn get(&self, role: Role) -> Option<&T> {
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

/// A type of values that can be asked for.
pub(super) trait Askable: Sized {
    /// From JSON; None when it is not of this form.
    fn from_json(json: &Json) -> Option<Self>;

    fn to_json(&self) -> Json;

    /// The alternatives; none when nothing is asked for.
    fn values(&self) -> Vec<Value<'_>>;
}

impl Askable for u32 {
    /// Clamped to the type's range, rounded to the nearest, as `[Clamp] unsigned long` is.
    fn from_json(json: &Json) -> Option<Self> {
        json.as_f64().map(|number| number.round_ties_even() as Self)
    }

    fn to_json(&self) -> Json {
        Json::from(*self)
    }

    fn values(&self) -> Vec<Value<'_>> {
        vec![Value::Number(f64::from(*self))]
    }
}

impl Askable for f64 {
    fn from_json(json: &Json) -> Option<Self> {
        json.as_f64().filter(|number| number.is_finite())
    }

    fn to_json(&self) -> Json {
        Json::from(*self)
    }

    fn values(&self) -> Vec<Value<'_>> {
        vec![Value::Number(*self)]
    }
}

impl Askable for bool {
    fn from_json(json: &Json) -> Option<Self> {
        json.as_bool()
    }

    fn to_json(&self) -> Json {
        Json::from(*self)
    }

    fn values(&self) -> Vec<Value<'_>> {
        vec![Value::Flag(*self)]
    }
}

impl Askable for Choice {
    fn from_json(json: &Json) -> Option<Self> {
        match json {
            Json::String(one) => Some(Self(vec![one.clone()])),
            Json::Array(several) => {
                let strings = several.iter().map(|one| one.as_str().map(str::to_owned));
                strings.collect::<Option<_>>().map(Self)
            }
            _ => None,
        }
    }

    fn to_json(&self) -> Json {
        match self.0.as_slice() {
            [one] => Json::from(one.as_str()),
            several => Json::from(several),
        }
    }

    fn values(&self) -> Vec<Value<'_>> {
        self.0.iter().map(|one| Value::Text(one)).collect()
    }
}

impl Askable for EchoCancellation {
    fn from_json(json: &Json) -> Option<Self> {
        match json {
            Json::Bool(on) => Some(Self::Switch(*on)),
            Json::String(mode) => Some(Self::Mode(mode.clone())),
            _ => None,
        }
    }

    fn to_json(&self) -> Json {
        match self {
            Self::Switch(on) => Json::from(*on),
            Self::Mode(mode) => Json::from(mode.as_str()),
        }
    }

    fn values(&self) -> Vec<Value<'_>> {
        vec![Value::of_echo_cancellation(self)]
    }
}

/// A constraint of any type, as one member of a constraint set.
pub(super) trait Member {
    /// Adds to what is asked; false when the value is not of the member's form.
    fn put(&mut self, role: Role, json: &Json) -> bool;

    /// Asks for nothing in particular, which is not the same as not asking.
    fn put_empty(&mut self);

    fn clear(&mut self);

    fn is_given(&self) -> bool;

    fn to_json(&self) -> Option<Json>;

    /// What is asked; None when nothing is, an empty list included.
    fn terms(&self, property: Property, bare: Bare) -> Option<Terms<'_>>;
}

impl<T: Askable + Clone> Member for Option<Constrain<T>> {
    fn put(&mut self, role: Role, json: &Json) -> bool {
        let Some(value) = T::from_json(json) else {
            return false;
        };
        let new = Constrain::of(role, value);
        *self = Some(match self.take() {
            Some(old) => old.and(new),
            None => new,
        });
        true
    }

    fn put_empty(&mut self) {
        self.get_or_insert_default();
    }

    fn clear(&mut self) {
        *self = None;
    }

    fn is_given(&self) -> bool {
        self.is_some()
    }

    fn to_json(&self) -> Option<Json> {
        let asked = self.as_ref()?;
        if let Some(bare) = &asked.bare {
            return Some(bare.to_json());
        }
        let members = Role::ALL.into_iter().filter_map(|role| {
            let value = asked.get(role)?.to_json();
            Some((role.member()?.to_owned(), value))
        });
        Some(Json::Object(members.collect::<Map<_, _>>()))
    }

    fn terms(&self, property: Property, bare: Bare) -> Option<Terms<'_>> {
        let asked = self.as_ref()?;
        let values = |role| asked.get(role).map(Askable::values);
        if values(Role::Bare).is_some_and(|list| list.is_empty()) {
            return None;
        }
        let number = |role| match values(role)?.first() {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        };
        let (mut exact, mut ideal) = (values(Role::Exact), values(Role::Ideal));
        match bare {
            Bare::Ideal => ideal = ideal.or(values(Role::Bare)),
            Bare::Exact => exact = exact.or(values(Role::Bare)),
        }
        Some(Terms::new(
            property,
            (number(Role::Min), number(Role::Max)),
            exact.unwrap_or_default(),
            ideal.unwrap_or_default(),
        ))
    }
}
