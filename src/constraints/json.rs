//! Constraints from and to the specification's JSON.
//!
//! Unlike a browser this does not turn values of a wrong type into something else: `"640"` is no number.
use crate::constraints::constrain::Role;
use crate::constraints::property::{Form, Property};
use crate::constraints::set::{MediaTrackConstraintSet, MediaTrackConstraints};
use crate::constraints::stream::MediaStreamConstraints;
use crate::error::{Error, Result};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value as Json};
use std::str::FromStr;

/// What was read, and the names in it that nobody knows: they ask for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed<T> {
    /// What was read.
    pub value: T,
    /// The names that were ignored, with where they stood: `video.advanced[0].colour`.
    pub ignored: Vec<String>,
}

impl MediaStreamConstraints {
    /// Reads `{"video": {"width": {"min": 640}, "advanced": […]}, "audio": true}`.
    ///
    /// # Errors
    /// `Type` when it is no JSON object, or a value is not of its property's form.
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

/// Reads JSON as [`MediaStreamConstraints::from_json`] does; unknown names are ignored.
impl FromStr for MediaStreamConstraints {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::from_json(text).map(|parsed| parsed.value)
    }
}

impl MediaTrackConstraints {
    /// Reads the constraints of one track: `{"width": {"min": 640}, "advanced": […]}`.
    ///
    /// # Errors
    /// `Type` when it is no JSON object, or a value is not of its property's form.
    pub fn from_json(text: &str) -> Result<Parsed<Self>> {
        let mut ignored = Vec::new();
        let value = read_constraints(&object_of(text)?, "", &mut ignored)?;
        Ok(Parsed { value, ignored })
    }
}

fn object_of(text: &str) -> Result<Map<String, Json>> {
    serde_json::from_str(text).map_err(|error| {
        Error::type_error(format!(
            "these constraints are no JSON object such as {{\"width\": {{\"min\": 640}}}}: {error}"
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
    let form = property.form();
    let roles = match json {
        Json::Null => return Ok(()),
        // A point, not roles.
        Json::Object(members) if members.contains_key("x") && form == Form::Points => {
            let fits = set.member_mut(property).put(Role::Bare, json);
            return fits
                .then_some(())
                .ok_or_else(|| unexpected(path, form.expected(), json));
        }
        Json::Object(roles) => roles,
        Json::Bool(wanted) if property.may_be_switch() => {
            set.member_mut(property).put_presence(*wanted);
            return Ok(());
        }
        bare if set.member_mut(property).put(Role::Bare, bare) => return Ok(()),
        other => return Err(unexpected(path, form.expected(), other)),
    };
    set.member_mut(property).put_empty();
    for (name, json) in roles {
        let here = join(path, name);
        let known = Role::from_member(name);
        match known.filter(|role| form.is_number() || !role.is_bound()) {
            None => ignored.push(here),
            Some(role) => {
                if !json.is_null() && !set.member_mut(property).put(role, json) {
                    return Err(unexpected(&here, form.expected(), json));
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

/// As `getConstraints` returns it: the basic set with `advanced`, if there are advanced sets.
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
