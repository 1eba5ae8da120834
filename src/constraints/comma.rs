//! Constraints as people type them: `width==1280,frameRate>=25,facingMode=user|environment`, and one at a time
//! as `[OP]VALUE`. Both become JSON values first, so that there is one reading of values.
use crate::constraints::constrain::Role;
use crate::constraints::json::Parsed;
use crate::constraints::property::{Form, Property};
use crate::constraints::set::MediaTrackConstraints;
use crate::error::{Error, Result};
use serde_json::{Value as Json, json};
use std::str::FromStr;

const EXPECTED: &str = "expected NAME=VALUE (ideal), NAME==VALUE (exact), NAME>=VALUE or NAME<=VALUE, \
                        separated by commas, or a JSON object";

impl MediaTrackConstraints {
    /// Reads a comma list, or a JSON object. An empty text asks for nothing.
    ///
    /// `=` is a bare value, `==` an exact one, `>=` a minimum, `<=` a maximum; strings may be several, as in
    /// `a|b`, and rates and ratios fractions, as in `30000/1001` and `16:9`. A name may be repeated with
    /// another operator. Values with commas or bars need JSON.
    ///
    /// # Errors
    /// `Type` when it is neither, or a value is not of its property's form.
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
                    "'{item}' is no constraint: {EXPECTED}"
                )));
            }
            match Property::from_name(name) {
                Some(property) => read.value.ask(property, rest)?,
                None => read.ignored.push(name.to_owned()),
            }
        }
        Ok(read)
    }

    /// Adds one constraint to the basic set, as in `ask(Property::Width, ">=640")`: `[OP]VALUE` with the
    /// operators of [`parse`](Self::parse); without one the value is bare.
    ///
    /// # Errors
    /// `Type` when the value is not of the property's form, or the operator does not go with it.
    pub fn ask(&mut self, property: Property, text: &str) -> Result<()> {
        let (operator, value) = split_operator(text.trim());
        let (role, value) = (operator.unwrap_or(Role::Bare), value.trim());
        let form = property.form();
        if role.is_bound() && !form.is_number() {
            return Err(Error::type_error(format!(
                "{property}: its values have no order; use = (ideal) or == (exact) instead of >= and <="
            )));
        }
        if role == Role::Bare
            && property.may_be_switch()
            && let Ok(wanted) = value.parse::<bool>()
        {
            self.basic.member_mut(property).put_presence(wanted);
            return Ok(());
        }
        let json = to_json(form, value);
        if json.is_none_or(|json| !self.basic.member_mut(property).put(role, &json)) {
            let hint = match form {
                Form::Text => ", as in a|b",
                _ => "",
            };
            let expected = form.expected();
            return Err(Error::type_error(format!(
                "{property}: expected {expected}{hint}, got '{value}'"
            )));
        }
        Ok(())
    }
}

/// Reads a comma list or a JSON object as [`MediaTrackConstraints::parse`] does; unknown names are ignored.
impl FromStr for MediaTrackConstraints {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text).map(|parsed| parsed.value)
    }
}

fn split_operator(text: &str) -> (Option<Role>, &str) {
    // The longer ones first.
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

/// The JSON value that is meant, if it can be one of this form.
fn to_json(form: Form, text: &str) -> Option<Json> {
    if text.is_empty() {
        return None;
    }
    match form {
        Form::ULong => finite(text).map(Json::from),
        Form::Double => finite(text).or_else(|| fraction(text)).map(Json::from),
        Form::Boolean => text.parse::<bool>().ok().map(Json::from),
        Form::BooleanOrText => Some(text.parse::<bool>().map_or_else(|_| Json::from(text), Json::from)),
        Form::Text => Some(Json::from(text.split('|').collect::<Vec<_>>())),
        Form::Points => {
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
