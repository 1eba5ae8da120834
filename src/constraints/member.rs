//! Constraints of any type behind one face, so that what reads, writes and weighs them is written once.
use crate::constraints::constrain::{Choice, Constrain, EchoCancellation, Points, Role};
use crate::constraints::property::Property;
use crate::constraints::terms::{Bare, Terms, Value};
use serde_json::{Map, Value as Json, json};

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

impl Askable for Points {
    fn from_json(json: &Json) -> Option<Self> {
        // One point may stand for a list of one.
        let list = match json {
            Json::Object(_) => Json::Array(vec![json.clone()]),
            other => other.clone(),
        };
        let points: Self = serde_json::from_value(list).ok()?;
        let is_inside = |number: f64| (0.0..=1.0).contains(&number);
        let all = points
            .0
            .iter()
            .all(|point| is_inside(point.x) && is_inside(point.y));
        all.then_some(points)
    }

    fn to_json(&self) -> Json {
        let points = self.0.iter();
        points
            .map(|point| json!({ "x": point.x, "y": point.y }))
            .collect()
    }

    fn values(&self) -> Vec<Value<'_>> {
        vec![Value::Points(&self.0)]
    }
}

/// A constraint of any type, as one member of a constraint set.
pub(super) trait Member {
    /// Adds to what is asked; false when the value is not of the member's form.
    fn put(&mut self, role: Role, json: &Json) -> bool;

    /// Asks for nothing in particular, which is not the same as not asking.
    fn put_empty(&mut self);

    /// Asks for the property to be there, or not to be.
    fn put_presence(&mut self, wanted: bool);

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

    fn put_presence(&mut self, wanted: bool) {
        self.get_or_insert_default().ask_presence(wanted);
    }

    fn clear(&mut self) {
        *self = None;
    }

    fn is_given(&self) -> bool {
        self.is_some()
    }

    fn to_json(&self) -> Option<Json> {
        let asked = self.as_ref()?;
        if let Some(bare) = asked.get(Role::Bare) {
            return Some(bare.to_json());
        }
        if let Some(wanted) = asked.presence() {
            return Some(Json::from(wanted));
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
        let ideal = ideal.or(asked.presence().map(|wanted| vec![Value::Flag(wanted)]));
        Some(Terms::new(
            property,
            (number(Role::Min), number(Role::Max)),
            exact.unwrap_or_default(),
            ideal.unwrap_or_default(),
        ))
    }
}
