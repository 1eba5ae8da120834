//! Access to constraints of any type as dictionary members, for parsing, serializing and comparing.
use crate::constraints::constrain::{Choice, Constrain, EchoCancellation, Points, Role};
use crate::constraints::normalized::{NormalizedConstraint, SetKind, Value};
use crate::constraints::property::Property;
use serde_json::{Map, Value as Json, json};

/// Types of values that can be constrained.
pub(super) trait ConstraintValue: Sized {
    /// From JSON; `None` if it has another type.
    fn from_json(json: &Json) -> Option<Self>;

    fn to_json(&self) -> Json;

    /// The alternatives; empty if nothing is constrained.
    fn values(&self) -> Vec<Value<'_>>;
}

impl ConstraintValue for u32 {
    /// Clamped to the range of the type and rounded to the nearest, as `[Clamp] unsigned long`.
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

impl ConstraintValue for f64 {
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

impl ConstraintValue for bool {
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

impl ConstraintValue for Choice {
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

impl ConstraintValue for EchoCancellation {
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

impl ConstraintValue for Points {
    fn from_json(json: &Json) -> Option<Self> {
        // A single point is a list of one.
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

/// A constraint of any type, as a member of a constraint set.
pub(super) trait Member {
    /// Adds a value; returns `false` if it has another type than the member.
    fn put(&mut self, role: Role, json: &Json) -> bool;

    /// Adds an empty constraint, `{}`, unless there is one.
    fn put_empty(&mut self);

    /// Sets whether the property should exist.
    fn put_presence(&mut self, exists: bool);

    fn clear(&mut self);

    fn is_given(&self) -> bool;

    fn to_json(&self) -> Option<Json>;

    /// The constraint in one form; `None` if there is none or its list is empty.
    fn normalized(&self, property: Property, kind: SetKind) -> Option<NormalizedConstraint<'_>>;
}

impl<T: ConstraintValue + Clone> Member for Option<Constrain<T>> {
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

    fn put_presence(&mut self, exists: bool) {
        self.get_or_insert_default().set_presence(exists);
    }

    fn clear(&mut self) {
        *self = None;
    }

    fn is_given(&self) -> bool {
        self.is_some()
    }

    fn to_json(&self) -> Option<Json> {
        let constrain = self.as_ref()?;
        if let Some(bare) = constrain.get(Role::Bare) {
            return Some(bare.to_json());
        }
        if let Some(exists) = constrain.presence() {
            return Some(Json::from(exists));
        }
        let members = Role::ALL.into_iter().filter_map(|role| {
            let value = constrain.get(role)?.to_json();
            Some((role.member()?.to_owned(), value))
        });
        Some(Json::Object(members.collect::<Map<_, _>>()))
    }

    fn normalized(&self, property: Property, kind: SetKind) -> Option<NormalizedConstraint<'_>> {
        let constrain = self.as_ref()?;
        let values = |role| constrain.get(role).map(ConstraintValue::values);
        if values(Role::Bare).is_some_and(|list| list.is_empty()) {
            return None;
        }
        let number = |role| match values(role)?.first() {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        };
        let (mut exact, mut ideal) = (values(Role::Exact), values(Role::Ideal));
        match kind {
            SetKind::Basic => ideal = ideal.or(values(Role::Bare)),
            SetKind::Advanced => exact = exact.or(values(Role::Bare)),
        }
        let ideal = ideal.or(constrain.presence().map(|exists| vec![Value::Flag(exists)]));
        Some(NormalizedConstraint::new(
            property,
            (number(Role::Min), number(Role::Max)),
            exact.unwrap_or_default(),
            ideal.unwrap_or_default(),
        ))
    }
}
