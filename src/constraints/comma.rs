//! Constraints as a comma-separated list, `width==1280,frameRate>=25,facingMode=user|environment`, and one at a time as
//! `[OP]VALUE`. Both become JSON values first, so that values are parsed in one place.
use crate::constraints::constrain::Role;
use crate::constraints::json::Parsed;
use crate::constraints::property::{Property, ValueType};
use crate::constraints::set::MediaTrackConstraints;
use crate::error::{Error, Result};
use serde_json::{Value as Json, json};
use std::str::FromStr;

const EXPECTED: &str = "expected NAME=VALUE (ideal), NAME==VALUE (exact), NAME>=VALUE or NAME<=VALUE, \
                        separated by commas, or a JSON object";

impl MediaTrackConstraints {
    /// Parses a comma-separated list or a JSON object. An empty text constrains nothing.
    ///
    /// `=` gives a bare value, `==` an exact value, `>=` a minimum, `<=` a maximum. Strings may have alternatives (`a|b`);
    /// rates and ratios may be fractions (`30000/1001`, `16:9`). A name may be repeated with another operator. Values
    /// with commas or bars require JSON. Unknown names are ignored and returned; [`str::parse`] drops them.
    ///
    /// # Errors
    /// `Type` if the text is neither, or a value does not have the type of its property.
    pub fn parse(text: &str) -> Result<Parsed<Self>> {
        let text = text.trim();
        if text.starts_with('{') {
            return Self::from_json(text);
        }
        let mut read = Parsed::<Self>::default();
        if text.is_empty() {
            return Ok(read);
        }
        for item in text.split(',').map(str::trim) {
            let end = item
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(item.len());
            let (name, rest) = item.split_at(end);
            if name.is_empty() || split_operator(rest).0.is_none() {
                return Err(Error::type_error(format!(
                    "'{item}' is not a constraint: {EXPECTED}"
                )));
            }
            match Property::from_name(name) {
                Some(property) => read.value.add(property, rest)?,
                None => read.ignored.push(name.to_owned()),
            }
        }
        Ok(read)
    }

    /// Adds one constraint to the basic set, as in `add(Property::Width, ">=640")`: `[OP]VALUE` with the operators of
    /// [`parse`](Self::parse); without an operator the value is bare.
    ///
    /// # Errors
    /// `Type` if the value does not have the type of the property, or the property has no minimum and maximum.
    pub fn add(&mut self, property: Property, text: &str) -> Result<()> {
        let (operator, value) = split_operator(text.trim());
        let (role, value) = (operator.unwrap_or(Role::Bare), value.trim());
        let value_type = property.value_type();
        if role.is_bound() && !value_type.is_number() {
            return Err(Error::type_error(format!(
                "{property}: has no minimum or maximum; use = (ideal) or == (exact)"
            )));
        }
        if role == Role::Bare
            && property.accepts_boolean()
            && let Ok(exists) = value.parse::<bool>()
        {
            self.basic.member_mut(property).put_presence(exists);
            return Ok(());
        }
        let json = to_json(value_type, value);
        if json.is_none_or(|json| !self.basic.member_mut(property).put(role, &json)) {
            let hint = match value_type {
                ValueType::Text => ", as in a|b",
                _ => "",
            };
            let expected = value_type.expected();
            return Err(Error::type_error(format!(
                "{property}: expected {expected}{hint}, got '{value}'"
            )));
        }
        Ok(())
    }
}

/// Parses a comma-separated list or a JSON object as [`MediaTrackConstraints::parse`] does; unknown names are ignored.
impl FromStr for MediaTrackConstraints {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text).map(|parsed| parsed.value)
    }
}

fn split_operator(text: &str) -> (Option<Role>, &str) {
    // Longer operators first.
    let operators = [
        ("==", Role::Exact),
        (">=", Role::Min),
        ("<=", Role::Max),
        ("=", Role::Bare),
    ];
    for (sign, role) in operators {
        if let Some(value) = text.strip_prefix(sign) {
            return (Some(role), value);
        }
    }
    (None, text)
}

/// Converts text to a JSON value of this type; `None` if that is not possible.
fn to_json(value_type: ValueType, text: &str) -> Option<Json> {
    if text.is_empty() {
        return None;
    }
    match value_type {
        ValueType::ULong => finite(text).map(Json::from),
        ValueType::Double => finite(text).or_else(|| fraction(text)).map(Json::from),
        ValueType::Boolean => text.parse::<bool>().ok().map(Json::from),
        ValueType::BooleanOrText => Some(text.parse::<bool>().map_or_else(|_| Json::from(text), Json::from)),
        ValueType::Text => Some(Json::from(text.split('|').collect::<Vec<_>>())),
        ValueType::Points => {
            let point = |text: &str| {
                let (x, y) = text.split_once(':')?;
                Some(json!({ "x": finite(x)?, "y": finite(y)? }))
            };
            text.split('|').map(point).collect()
        }
    }
}

fn finite(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

fn fraction(text: &str) -> Option<f64> {
    let (above, below) = text.split_once(['/', ':'])?;
    let quotient = finite(above)? / finite(below)?;
    quotient.is_finite().then_some(quotient)
}
