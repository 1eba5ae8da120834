//! Constraints from and to the JSON of the specification.
//!
//! Unlike in a browser, values of a wrong type are not converted: `"640"` is not a number.
use crate::constraints::constrain::Role;
use crate::constraints::property::{Property, ValueType};
use crate::constraints::set::{MediaTrackConstraintSet, MediaTrackConstraints};
use crate::constraints::stream::MediaStreamConstraints;
use crate::error::{Error, Result};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value as Json};
use std::str::FromStr;

/// Parsed constraints, and the unknown names in them, which constrain nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed<T> {
    /// The constraints.
    pub value: T,
    /// Ignored names with their paths, such as `video.advanced[0].colour`.
    pub ignored: Vec<String>,
}

impl MediaStreamConstraints {
    /// Parses `{"video": {"width": {"min": 640}, "advanced": […]}, "audio": true}`.
    ///
    /// # Errors
    /// `Type` if the text is not a JSON object, or a value does not have the type of its property.
    pub fn from_json(text: &str) -> Result<Parsed<Self>> {
        let mut read = Parsed::<Self>::default();
        for (name, json) in &object_of(text)? {
            let slot = match name.as_str() {
                "audio" => &mut read.value.audio,
                "video" => &mut read.value.video,
                _ => {
                    read.ignored.push(name.clone());
                    continue;
                }
            };
            *slot = match json {
                Json::Bool(true) => Some(MediaTrackConstraints::default()),
                Json::Bool(false) | Json::Null => None,
                Json::Object(members) => Some(read_constraints(members, name, &mut read.ignored)?),
                other => return Err(unexpected(name, "true, false or an object of constraints", other)),
            };
        }
        Ok(read)
    }
}

/// Parses JSON as [`MediaStreamConstraints::from_json`] does; unknown names are ignored.
impl FromStr for MediaStreamConstraints {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::from_json(text).map(|parsed| parsed.value)
    }
}

impl MediaTrackConstraints {
    /// Parses the constraints of one track: `{"width": {"min": 640}, "advanced": […]}`.
    ///
    /// # Errors
    /// `Type` if the text is not a JSON object, or a value does not have the type of its property.
    pub fn from_json(text: &str) -> Result<Parsed<Self>> {
        let mut ignored = Vec::new();
        let value = read_constraints(&object_of(text)?, "", &mut ignored)?;
        Ok(Parsed { value, ignored })
    }
}

fn object_of(text: &str) -> Result<Map<String, Json>> {
    serde_json::from_str(text).map_err(|error| {
        Error::type_error(format!(
            "the constraints are not a JSON object such as {{\"width\": {{\"min\": 640}}}}: {error}"
        ))
    })
}

fn read_constraints(
    members: &Map<String, Json>,
    path: &str,
    ignored: &mut Vec<String>,
) -> Result<MediaTrackConstraints> {
    let mut constraints = MediaTrackConstraints::default();
    for (name, json) in members {
        let here = join(path, name);
        if name != "advanced" {
            read_member(&mut constraints.basic, name, json, &here, ignored)?;
            continue;
        }
        let sets = match json {
            Json::Array(sets) => sets.as_slice(),
            Json::Null => &[],
            other => return Err(unexpected(&here, "a list of objects", other)),
        };
        for (index, json) in sets.iter().enumerate() {
            let set = read_set(json, &format!("{here}[{index}]"), ignored)?;
            constraints.advanced.push(set);
        }
    }
    Ok(constraints)
}

fn read_set(json: &Json, path: &str, ignored: &mut Vec<String>) -> Result<MediaTrackConstraintSet> {
    let Json::Object(members) = json else {
        return Err(unexpected(path, "an object of constraints", json));
    };
    let mut set = MediaTrackConstraintSet::default();
    for (name, json) in members {
        read_member(&mut set, name, json, &join(path, name), ignored)?;
    }
    Ok(set)
}

fn read_member(
    set: &mut MediaTrackConstraintSet,
    name: &str,
    json: &Json,
    path: &str,
    ignored: &mut Vec<String>,
) -> Result<()> {
    let Some(property) = Property::from_name(name) else {
        ignored.push(path.to_owned());
        return Ok(());
    };
    let value_type = property.value_type();
    let roles = match json {
        Json::Null => return Ok(()),
        // A point, not an object of roles.
        Json::Object(members) if members.contains_key("x") && value_type == ValueType::Points => {
            let fits = set.member_mut(property).put(Role::Bare, json);
            return fits
                .then_some(())
                .ok_or_else(|| unexpected(path, value_type.expected(), json));
        }
        Json::Object(roles) => roles,
        Json::Bool(exists) if property.accepts_boolean() => {
            set.member_mut(property).put_presence(*exists);
            return Ok(());
        }
        bare if set.member_mut(property).put(Role::Bare, bare) => return Ok(()),
        other => return Err(unexpected(path, value_type.expected(), other)),
    };
    set.member_mut(property).put_empty();
    for (name, json) in roles {
        let here = join(path, name);
        let known = Role::from_member(name);
        match known.filter(|role| value_type.is_number() || !role.is_bound()) {
            None => ignored.push(here),
            Some(role) => {
                if !json.is_null() && !set.member_mut(property).put(role, json) {
                    return Err(unexpected(&here, value_type.expected(), json));
                }
            }
        }
    }
    Ok(())
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

fn unexpected(path: &str, expected: &str, json: &Json) -> Error {
    Error::type_error(format!("{path}: expected {expected}, got {json}"))
}

impl Serialize for MediaTrackConstraintSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        put_members(&mut map, self)?;
        map.end()
    }
}

/// Serializes as `getConstraints` returns it: the basic set, with `advanced` if there are advanced sets.
impl Serialize for MediaTrackConstraints {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        put_members(&mut map, &self.basic)?;
        if !self.advanced.is_empty() {
            map.serialize_entry("advanced", &self.advanced)?;
        }
        map.end()
    }
}

fn put_members<M: SerializeMap>(
    map: &mut M,
    set: &MediaTrackConstraintSet,
) -> std::result::Result<(), M::Error> {
    for property in set.properties() {
        map.serialize_entry(property.name(), &set.member(property).to_json())?;
    }
    Ok(())
}
